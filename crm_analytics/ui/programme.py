"""The parts of the page Programme: which plan, how it stands, where the gap lies, what came of it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import programme as drawn
from crm_analytics.metrics.programme import money as spent
from crm_analytics.metrics.programme import programme as kept_to
from crm_analytics.metrics.programme import steps as guide
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.report import programme_report
from crm_analytics.ui import session, show
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import PlanRow

MARKS = {
    "done": ":green[:material/check_circle:]",
    "in part": ":orange[:material/timelapse:]",
    "missing": ":material/radio_button_unchecked:",
}


def chosen(warehouse: Warehouse) -> PlanRow | None:
    """The programme looked at, in the address; None where there is no plan yet."""
    with warehouse.duck.session() as reading:
        known = plans.rows(reading, "programme")
    if not known:
        return None
    names = {row.row_id: f"{row.row_id} {row.values['name']}" for row in known}
    if len(known) == 1:
        return known[0]
    picked = st.selectbox(
        "Programme", list(names), format_func=names.__getitem__, key="programme", bind="query-params", width=360
    )
    return next(row for row in known if row.row_id == picked)


def numbers(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """Four figures: objectives that stand well, actions in time, money against time, steps done."""
    of_it = {"programme": plan.row_id}
    goals, done = kept_to.objectives(warehouse, audience, **of_it), kept_to.actions(warehouse, audience, **of_it)
    money, steps = (
        spent.programme_budget(warehouse, audience, **of_it),
        guide.programme_steps(warehouse, audience, **of_it),
    )
    due = done[done["scheduled_on"] <= pd.Timestamp(audience.as_of)]
    well = int(goals["state"].isin(["on track", "met"]).sum())
    whole = money.iloc[0] if len(money) else None
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Objectives on track or met",
            f"{well} of {len(goals)}",
            about="By probability, forecast or schedule; see below.",
        )
        in_time = formats.share((due["state"] == "done").mean(), 0) if len(due) else formats.NONE
        show.number(
            "Actions done in time", in_time, about=f"Of the {len(due)} that were due by {formats.day(audience.as_of)}."
        )
        if whole is not None:
            about = f"{formats.share(whole['elapsed_share'], 0)} of the time is over. Planned to date: "
            show.number(
                "Budget spent", formats.share(whole["spent_share"], 0),
                about=about + formats.money(whole["planned_to_date"], session.currency()),
            )  # fmt: skip
        show.number(
            "Steps done",
            f"{int((steps['state'] == 'done').sum())} of {len(steps)}",
            about="The ten steps of a programme.",
        )


def objectives(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """Where each objective is and will be."""
    frame = kept_to.objectives(warehouse, audience, programme=plan.row_id)
    finding = kept_to.objectives_in_words(frame, audience.as_of)
    with show.card("objectives", "Objectives: plan against result", finding):
        if frame.empty:
            show.nothing("No objective is set. Add one under “Edit the plan”, or load a file of objectives.")
            return
        chart = drawn.objectives_outlook(frame)
        if chart.data:
            show.figure(chart, "objectives_outlook", finding)
            if left := int((frame["progress_share"].isna() | frame["target"].eq(frame["baseline"])).sum()):
                held = f"{formats.counted(left, 'objective')} {'has' if left == 1 else 'have'} no way from baseline to target"
                st.caption(f"Only in the table: {held}, as a figure to hold has none.")
        else:
            st.caption("No objective has begun to move yet: there is no way to draw.")
        show.rows(_goals(frame), "objectives_list")
        show.behind("objectives", frame, audience, programme=plan.row_id)


def _goals(frame: pd.DataFrame) -> pd.DataFrame:
    """The objectives as a person reads them: figures with their units."""
    currency = session.currency()
    rows = pd.DataFrame({"objective": frame["objective"] + " " + frame["metric"].str.replace("_", " ")})
    rows["segment"], rows["state"] = frame["segment"], frame["state"]
    for name in ("baseline", "actual", "expected_to_date", "projected", "target"):
        values = zip(frame[name], frame["unit"], strict=True)
        rows[name.replace("_", " ")] = [kept_to.written(value, unit, currency) for value, unit in values]
    rows["probability"] = [formats.share(each, 0) for each in frame["probability"]]
    rows["due"] = [formats.day(each) for each in frame["due_on"]]
    rows["judged by"] = frame["judged_by"].fillna(formats.NONE)
    if frame["lacks"].notna().any():
        rows["what is missing"] = frame["lacks"].fillna(formats.NONE)
    return rows


def actions(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """When actions were done, and the money they took."""
    frame = kept_to.actions(warehouse, audience, programme=plan.row_id)
    money = spent.programme_budget(warehouse, audience, programme=plan.row_id)
    findings = [kept_to.actions_in_words(frame, audience.as_of), spent.budget_in_words(money, session.currency())]
    finding = " ".join(each for each in findings if each) or None
    with show.card("actions", "Actions: scheduled and done", finding):
        if frame.empty:
            show.nothing("No action is planned. Add one under “Edit the plan”, or load a file of actions.")
            return
        show.figure(drawn.actions_calendar(frame, pd.Timestamp(audience.as_of)), "actions_calendar", finding)
        show.rows(_planned_and_real(frame), "actions_list", height=250)
        show.behind("actions", frame, audience, programme=plan.row_id)


def _planned_and_real(frame: pd.DataFrame) -> pd.DataFrame:
    """The actions as a person reads them: what was planned beside what came."""
    currency = session.currency()
    rows = pd.DataFrame(
        {"action": frame["action"] + " " + frame["name"].fillna(frame["channel"]).fillna(frame["kind"])}
    )
    rows["state"] = frame["state"]
    rows["planned"] = [formats.day(each) for each in frame["scheduled_on"]]
    rows["done"] = [formats.day(each) for each in frame["executed_on"]]
    for told, planned, real, written in (
        ("cost", "budget", "cost", lambda value: formats.money(value, currency)),
        ("reached", "planned_reach", "reached", formats.count),
        ("response", "expected_response", "response", formats.share),
    ):
        rows[f"{told}, planned"] = [written(each) for each in frame[planned]]
        rows[f"{told}, real"] = [written(each) for each in frame[real]]
    rows["reason"] = frame["reason"].fillna(formats.NONE)
    return rows


def steps(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """The ten steps as a guide."""
    frame = guide.programme_steps(warehouse, audience, programme=plan.row_id)
    with show.card("programme_steps", "The ten steps", guide.steps_in_words(frame)):
        with st.container(gap="xsmall"):
            for row in frame.itertuples():
                missing = "" if pd.isna(row.missing) else f"  \nOpen: {show.inert(row.missing)}."
                st.markdown(
                    f"{MARKS[row.state]} **{row.number} {row.step}**  \n:small[{show.inert(row.about)}]{missing}"
                )
        show.behind("programme_steps", frame, audience, programme=plan.row_id)


def corrective_measures(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """What was decided about what went wrong, and what came of it."""
    frame = guide.corrective_measures(warehouse, audience, programme=plan.row_id)
    with show.card("corrective_measures", "Corrective measures", guide.measures_in_words(frame, audience.as_of)):
        if frame.empty:
            show.nothing(
                "None is recorded. What is off track needs one: write it under “Edit the plan”, with its figure and date."
            )
            return
        show.table(
            frame[["measure", "what", "why", "owner", "due_on", "state", "figure", "actual", "effect"]],
            "measures_table",
        )
        show.behind("corrective_measures", frame, audience, programme=plan.row_id, table=False)


def open_measures(warehouse: Warehouse, audience: Audience) -> None:
    """For other pages: the corrective measures that are open, of all programmes; nothing where there is none."""
    frame = guide.corrective_measures(warehouse, audience)
    waiting = frame[frame["state"].isin(["open", "late"])]
    if waiting.empty:
        return
    finding = guide.measures_in_words(frame, audience.as_of)
    with show.card("open_measures", "Open corrective measures", finding):
        show.table(waiting[["what", "owner", "due_on", "state", "why"]], "open_measures_table")
        st.page_link("pages/programme.py", label="To the programme", icon=":material/flag:")


def printed(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """The report as PDF, made when it is asked for."""
    st.download_button(
        "Report (PDF)", lambda: programme_report(warehouse, audience, plan.row_id, date.today())[0],
        f"programme-{plan.row_id}-{audience.as_of}.pdf", "application/pdf", icon=":material/picture_as_pdf:", on_click="ignore",
        key="programme_pdf",
    )  # fmt: skip
