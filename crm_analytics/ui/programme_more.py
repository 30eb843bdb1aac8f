"""The rest of the page Programme: what came of the actions, where the gap lies, members, the market, changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import programme as drawn
from crm_analytics.metrics.programme import chain as chained
from crm_analytics.metrics.programme import effect as caused
from crm_analytics.metrics.programme import history as changed
from crm_analytics.metrics.programme import money as spent
from crm_analytics.metrics.programme import programme as kept_to
from crm_analytics.metrics.programme import proof
from crm_analytics.metrics.programme import results as achieved
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain
from crm_analytics.verbs import plan as verbs_plan
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import PlanRow


def results(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """What came of each executed action, against what was expected of it."""
    frame = achieved.action_results(warehouse, audience, programme=plan.row_id)
    with show.card(
        "action_results", "Planned against real, action by action", achieved.results_in_words(frame, session.currency())
    ):
        if frame.empty:
            show.nothing("No action is executed yet: enter the day it was done under “Edit the plan”.")
        show.behind("action_results", frame, audience, programme=plan.row_id)


def chain(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """From objective to proof, and the gap by lever."""
    currency = session.currency()
    frame = chained.programme_chain(warehouse, audience, programme=plan.row_id)
    goals = kept_to.objectives(warehouse, audience, programme=plan.row_id)
    said = [chained.chain_in_words(frame, each, currency, audience.as_of) for each in goals["objective"]]
    with show.card("programme_chain", "The chain: objective, action, effect"):
        if frame.empty:
            show.nothing("A chain begins with an objective: add one under “Edit the plan”.")
        else:
            st.markdown("\n".join(f"- {show.inert(each)}" for each in said if each) or show.NO_FINDING)
            show.rows(_effects(frame), "chain_table", height=280)
        show.behind("programme_chain", frame, audience, programme=plan.row_id, table=False)
    gap = chained.programme_gap(warehouse, audience, programme=plan.row_id)
    for objective, part in gap.groupby("objective", sort=False):
        finding = chained.gap_in_words(part, currency)
        with show.card(f"gap_{objective}", f"Where the gap of {objective} lies", finding):
            show.figure(drawn.gap_waterfall(part, currency), f"gap_{objective}_waterfall", finding)
            show.behind("programme_gap", part, audience, key=f"gap_{objective}", programme=plan.row_id)


def _effects(frame: pd.DataFrame) -> pd.DataFrame:
    """The chain as a person reads it: effects with their units."""
    currency = session.currency()
    rows = frame[["objective", "part", "action", "state"]].fillna(formats.NONE)
    for name, told in (("effect", "effect"), ("effect_low_95", "95%, from"), ("effect_high_95", "to")):
        values = zip(frame[name], frame["effect_unit"], strict=True)
        rows[told] = [_moved(value, unit, currency) for value, unit in values]
    in_buyers = (frame["effect_unit"] == proof.CUSTOMERS) & frame["effect"].notna()
    rows["effect"] = rows["effect"].where(~in_buyers, rows["effect"] + " buyers")
    return rows.assign(evidence=frame["evidence"])


def _moved(value: float, unit: str, currency: str | None) -> str:
    """An effect is a difference: that of two shares is told in points."""
    if unit == "share" and pd.notna(value):
        return f"{value * 100:+.1f} points".replace("-", formats.MINUS)
    return kept_to.written(value, unit, currency)


def effect(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """Members against comparable others; everyone against those held out."""
    members = caused.programme_members(warehouse, audience, programme=plan.row_id)
    finding = caused.members_in_words(members, session.currency())
    with show.card("programme_members", "Members against comparable others", finding):
        if members["difference"].isna().all():
            show.nothing(
                "No comparison: it takes 30 members with comparable others on the plan's first day.", "memberships"
            )
        show.behind("programme_members", members, audience, programme=plan.row_id)
    held = caused.programme_holdout(warehouse, audience, programme=plan.row_id)
    with show.card("programme_holdout", "Against those held out of the programme"):
        if held.empty:
            show.nothing("Nobody is held out yet.")
            _draw(warehouse, plan)
        else:
            show.table(held.drop(columns="programme"), "holdout_table")
        show.behind("programme_holdout", held, audience, programme=plan.row_id, table=False)


def _draw(warehouse: Warehouse, plan: PlanRow) -> None:
    """Draw the hold-out group; there is no way back, so it is asked for twice."""
    complain("holdout")
    with st.popover("Hold out a group", icon=":material/group_remove:", key="holdout_draw"):
        st.markdown(
            "Buyers drawn at random whom the programme leaves alone: they stay out of exports and of the list of today. "
            "They are drawn once and for good; the difference to all others is what the programme causes."
        )
        share = st.number_input("Share of the buyers, %", 1, 49, 5, key="holdout_share", width=160)
        st.button(
            "Draw them", key="holdout_now", type="primary", on_click=_hold_out, args=(warehouse, plan, share / 100)
        )


@acting("holdout")
def _hold_out(warehouse: Warehouse, plan: PlanRow, share: float) -> None:
    verbs_plan.hold_out(warehouse, plan.row_id, share, 1, session.who())


def background(warehouse: Warehouse, audience: Audience, plan: PlanRow) -> None:
    """The market, the benefits, and what has changed since the plan was approved."""
    frame = spent.market(warehouse, audience)
    with show.card("market", "The market", spent.market_in_words(frame, session.currency())):
        if frame.empty:
            show.nothing("No market figures are loaded.", "month, market volume and repurchase rate")
        show.behind("market", frame, audience)
    given = spent.programme_benefits(warehouse, audience)
    with show.card(
        "programme_benefits", "Benefits given and taken up", spent.benefits_in_words(given, session.currency())
    ):
        if given.empty:
            show.nothing("No benefits are loaded.", "customer, kind, cost, given and redeemed")
        else:
            show.table(given.rename(columns={"value": "value_to_customers"}), "benefits_table")
        show.behind("programme_benefits", given, audience, table=False)
    moved = changed.programme_changes(warehouse, audience, programme=plan.row_id)
    with warehouse.duck.session() as reading:
        approved = plans.approved_at(reading, plan.row_id)
    said = (
        f"Approved on {formats.day(approved)}; {changed.changes_in_words(moved)}"
        if approved
        else "The plan is not approved yet."
    )
    with show.card("programme_changes", "Changes since approval", said):
        planned = moved[moved["part"] == "plan"]
        if len(planned):
            show.table(planned.drop(columns=["programme", "part"]), "changes_table")
        show.behind("programme_changes", moved, audience, programme=plan.row_id, table=False)
