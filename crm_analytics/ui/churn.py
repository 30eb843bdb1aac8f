"""The parts of the churn page: waiting for the models of a large base, its numbers, and the ranked list."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import churn as drawn
from crm_analytics.charts import value as worth
from crm_analytics.errors import CrmError
from crm_analytics.metrics.value import btyd, churn, model_cards, scoring, value, value_totals
from crm_analytics.metrics.value.survival import GROUPS
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import jobs, session, shell, show
from crm_analytics.workspace.segments import LONGEST_NAME

#: Purchase days that a sentence takes.
FEWEST = 30
#: Bases up to so many customers are computed while the page waits.
COMPUTED_AT_ONCE = 10_000
_JOB, _READY, _KEPT, _SCORING = "churn_job", "churn_ready", "churn_list_kept", "churn_scoring_job"

#: Label in links -> days of the horizon; None is the activity window.
HORIZONS = {"Activity window": None, "30 days": 30, "60 days": 60, "90 days": 90, "180 days": 180}
_ALL = "All"
_DIGITS = {
    "value_at_risk": 2,
    "value": 2,
    "expected_order_value": 2,
    "churn_probability": 3,
    "p_alive": 3,
    "expected_purchases": 1,
}
_SHOWN = ["customer_id", "name", "action", "value_at_risk", "churn_probability", "value", "reasons", "expected_next_on", "overdue",
          "p_alive", "expected_purchases", "expected_order_value", "status"]  # fmt: skip


def horizon() -> int | None:
    """The horizon chosen, in days; None for the activity window."""
    return show.choice("Gone is who does not buy within", HORIZONS, "horizon", labelled=True, wrap=True)


def ready(warehouse: Warehouse, audience: Audience, days: int | None) -> bool:
    """Whether the models are there; of a large base they are computed as a job, whose progress is shown until then."""
    base = Audience(EVERYONE, audience.as_of, audience.before)
    asked = (warehouse.data_version, audience, days)
    if st.session_state.get(_READY) == asked:
        return True
    if warehouse.read("metrics/audience_size", base)["customers"].iloc[0] <= COMPUTED_AT_ONCE:
        with st.spinner("Learning from the past …"):
            _compute(warehouse, audience, days)
        st.session_state[_READY] = asked
        return True
    if st.session_state.get(f"{_JOB}_asked") != asked:
        st.session_state[f"{_JOB}_asked"] = asked
        if running := jobs.jobs().get(st.session_state.get(_JOB)):
            running.cancel()
        st.session_state[_JOB] = jobs.jobs().start(
            "Learning who leaves", session.who(), lambda job: _compute(warehouse, audience, days, job)
        )
    if jobs.wait(_JOB) is None:
        if not jobs.running(_JOB):  # cancelled elsewhere, or the process was restarted
            st.button("Compute", key="churn_again", on_click=lambda: st.session_state.pop(f"{_JOB}_asked", None))
        return False
    st.session_state[_READY] = asked
    return True


def _compute(warehouse: Warehouse, audience: Audience, days: int | None, job: jobs.Job | None = None) -> bool:
    """Everything that the open cards show, so that it is kept."""
    report = job.report if job else lambda done, what: None
    churn.prepare(warehouse, audience.as_of, days, lambda done, what: report(0.7 * done, what))
    report(0.75, "value of each customer")
    value_totals.value_totals(warehouse, audience, days=days)
    report(0.85, "the map")
    value_totals.risk_map(warehouse, audience, days=days)
    report(0.95, "the list")
    value.customer_value(warehouse, audience, days=days, limit=show.ROWS_ON_SCREEN)
    return True


def numbers(totals: pd.DataFrame) -> None:
    """At risk, value at risk, what is expected, and who is overdue."""
    row, currency = totals.iloc[0], session.currency()
    between = f"95% interval {formats.money(row['value_low_95'], currency)} to {formats.money(row['value_high_95'], currency)}"
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "At risk", formats.count(row["at_risk"]) if pd.notna(row["value_at_risk"]) else formats.NONE,
            about="Customers not lapsed whose churn probability is at least the mean of the base.",
        )  # fmt: skip
        show.number(
            "Value at risk", formats.money(row["value_at_risk"], currency),
            about="Churn probability x residual value of the next 12 months, summed over customers not lapsed.",
        )  # fmt: skip
        show.number(
            "Residual value, 12 months",
            formats.money(row["value"], currency),
            about=f"Expected purchases x order value, discounted. {between}.",
        )
        show.number(
            "Overdue", formats.count(row["overdue"]) if pd.notna(row["active"]) else formats.NONE,
            about="Not lapsed, and silent for longer than 9 of 10 like them if still active.",
        )  # fmt: skip


def ranked(warehouse: Warehouse, audience: Audience, days: int | None) -> None:
    """The customers, most value at risk first, all or those of one action; the choice is in the address."""
    label = st.pills(
        "Action", [_ALL, *value.ACTIONS.values()], key="list_action", bind="query-params", default=_ALL, required=True, wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    action = None if label == _ALL else label
    listed = value.customer_value(warehouse, audience, days=days, action=action, limit=show.ROWS_ON_SCREEN)
    if listed.empty:
        show.nothing("No customer of this audience is in here.")
        return
    if listed[["value_at_risk", "churn_probability", "value"]].isna().all(axis=None):
        show.nothing(
            "Neither a value nor a risk is known of these customers yet: that takes more of them, or a longer past."
        )
        return
    order = [name for name in _SHOWN if name == "customer_id" or listed[name].notna().any()]
    show.table(listed[order].round(_DIGITS).rename(columns={"value": "residual_value"}), "people_at_risk", height=380)
    if jobs.running(_SCORING):
        _scored()
    with st.container(horizontal=True):
        show.behind(
            "customer_value", listed[order], audience, key="people_at_risk", table=False,
            full=lambda: value.customer_value(warehouse, audience, days=days, action=action), days=days, action=action,
        )  # fmt: skip
        if listed["value_at_risk"].notna().any():
            _make_list(warehouse, audience, days, action)
            _keep_scores(warehouse, audience, days)


def _keep_scores(warehouse: Warehouse, audience: Audience, days: int | None) -> None:
    """Risk, value and action of everybody as fields that rules can ask, until the next scoring."""

    def keep() -> None:
        who = session.who()
        st.session_state[_SCORING] = jobs.jobs().start(
            "Scoring all customers", who,
            lambda job: scoring.keep_scores(warehouse, audience, who, days=days, report=job.report),
        )  # fmt: skip

    st.button(
        "Keep as fields", key="scores_keep", icon=":material/bubble_chart:", on_click=keep, disabled=jobs.running(_SCORING),
        help="Conditions of segments can then ask for risk, value and action as of this day, until you keep them again.",
    )  # fmt: skip


def _scored() -> None:
    """Wait for the scoring under way, and say once what became of it."""
    try:
        made = jobs.wait(_SCORING)
    except CrmError as error:
        st.warning(shell.inert(str(error)), icon=":material/report:")
        return
    if made is not None:
        what = f"{formats.counted(made.customers, 'customer')} as of {formats.day(made.as_of)}"
        st.success(
            f"Kept: conditions can ask for risk, value and action of {shell.inert(what)}.", icon=":material/check:"
        )


def _make_list(warehouse: Warehouse, audience: Audience, days: int | None, action: str | None) -> None:
    """Keep the first of them as a segment; the Audience page exports it, by consent, with a cap and a control group."""
    title = f"{(action or 'at risk').capitalize()} {audience.as_of}"

    def keep() -> None:
        first, name = int(st.session_state["list_first"]), str(st.session_state[f"list_name_{title}"]).strip()
        try:
            kept = value.keep_list(warehouse, audience, name, session.who(), first=first, action=action, days=days)
        except CrmError as error:
            st.session_state[_KEPT] = (False, str(error))
            return
        st.session_state[_KEPT] = (True, f"“{name}” is a segment of {formats.counted(kept, 'customer')}.")
        st.session_state["begin_with"], st.session_state["export_more"] = name, True

    with st.popover("Make a list", icon=":material/playlist_add:", key="make_list"):
        st.caption("Kept as a segment. Its export leaves out a control group and whom consent or the cap forbids.")
        st.number_input("First by value at risk", 1, 1_000_000, 500, 50, key="list_first", width=200)
        st.text_input("Name", title, key=f"list_name_{title}", max_chars=LONGEST_NAME)
        st.button("Keep", key="list_keep", type="primary", on_click=keep)
    if _KEPT in st.session_state:
        done, words = st.session_state.pop(_KEPT)
        if done:
            st.success(shell.inert(words), icon=":material/check:")
            st.page_link("pages/audience.py", label="Export it", icon=":material/arrow_forward:")
        else:
            st.warning(shell.inert(words), icon=":material/report:")


def caught(lists: pd.DataFrame, finding: str | None) -> None:
    """The lists beside each other, in customers or in money."""
    in_money = show.choice("Counted in", {"Customers": False, "Money": True}, "caught")
    show.figure(drawn.list_columns(lists, in_money=in_money, currency=session.currency()), "list_columns", finding)


def grouped() -> str | None:
    """By what the survival curves are drawn."""
    labels = {"All": None, **{name.replace("_", " ").capitalize(): name for name in GROUPS}}
    return show.choice("By", labels, "survival_by", wrap=True)


def trust(warehouse: Warehouse, audience: Audience, days: int | None) -> None:
    """What stands behind the figures: scores beside rivals, calibration, importance, purchases expected, profit, model cards."""
    left, right = st.columns(2)
    with left:
        scores = churn.churn_evaluation(warehouse, audience, days=days)
        finding = churn.churn_in_words(scores)
        with show.card("churn_evaluation", "The score beside its rivals", finding):
            show.figure(drawn.auc_marks(scores), "auc_marks", finding)
            show.behind("churn_evaluation", scores, audience, days=days)
        bins = churn.churn_calibration(warehouse, audience, days=days)
        finding = churn.calibration_in_words(scores)
        with show.card("churn_calibration", "Is a probability what it says?", finding):
            show.figure(drawn.calibration_marks(bins), "calibration_marks", finding)
            show.behind("churn_calibration", bins, audience, days=days)
        features = churn.churn_importance(warehouse, audience, days=days)
        finding = churn.importance_in_words(features)
        with show.card("churn_importance", "What the risk rests on", finding):
            show.figure(drawn.importance_bars(features), "importance_bars", finding)
            show.behind("churn_importance", features, audience, days=days)
    with right:
        _purchases(warehouse, audience)
        _profit(warehouse, audience, days)
    cards = model_cards.model_cards(warehouse, audience)
    with show.card("model_cards", "The models, and their limits"):
        first = ["model", "used", "customers", "limits", "evaluation", "drift", "parameters"]
        show.table(cards, "models", order=[*first, *cards.columns.difference(first, sort=False)])
        show.behind("model_cards", cards, audience, table=False)


def _purchases(warehouse: Warehouse, audience: Audience) -> None:
    weeks = btyd.btyd_tracking(warehouse, audience)
    finding = _tracked(weeks)
    with show.card("btyd_tracking", "Purchases that came and that were expected", finding):
        show.figure(worth.tracking_lines(weeks), "tracking_lines", finding)
        show.figure(worth.tracking_lines(weeks, cumulative=False), "tracking_weeks", finding)
        show.behind("btyd_tracking", weeks, audience)
    repeats = btyd.btyd_holdout(warehouse, audience)
    finding = btyd.btyd_in_words(btyd.btyd(warehouse, audience))
    with show.card("btyd_holdout", "The same, knowing how often each had come back", finding):
        show.figure(worth.holdout_columns(repeats), "holdout_columns", finding)
        show.behind("btyd_holdout", repeats, audience)


def _tracked(weeks: pd.DataFrame) -> str | None:
    """What came in the hold-out and what was expected of it: by the days of first purchase, not by what each did since."""
    unseen = weeks[weeks["holdout"]]
    came, expected = unseen["actual"].sum(), unseen["expected"].sum()
    if came < FEWEST:
        return None
    off = f"{formats.share(abs(expected / came - 1))} too {'few' if expected < came else 'many'}"
    return (
        f"In the {len(unseen)} weeks that the model had not seen {formats.count(came)} repeat purchase days came; "
        f"from the days of first purchase alone it expected {formats.count(expected)}, {off}."
    )


def _profit(warehouse: Warehouse, audience: Audience, days: int | None) -> None:
    with show.card("churn_profit", "How long should the list be?"), st.container(key="profit_knobs"):
        cost = st.number_input("Cost of an offer", 0.0, 1e6, 5.0, key="offer_cost", bind="query-params", width=160)
        saved = st.number_input(
            "Of those about to leave, it keeps (%)", 1, 100, 10, key="saved", bind="query-params", width=260
        )
        knobs = {"offer_cost": float(cost), "saved": saved / 100}
        profit = value_totals.churn_profit(warehouse, audience, days=days, **knobs)
        finding = value_totals.profit_in_words(profit, **knobs, currency=session.currency())
        if finding:
            st.caption(shell.inert(finding))
        show.figure(drawn.profit_curve(profit, currency=session.currency()), "profit_curve", finding)
        show.behind("churn_profit", profit, audience, days=days, **knobs)
