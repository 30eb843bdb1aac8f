"""The audience bar: the day, the day to compare with, and whom the figures are about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from crm_analytics import formats
from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadRule
from crm_analytics.metrics.value.scoring import asked_in_words
from crm_analytics.query import rules
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import builder, session
from crm_analytics.ui.shell import acting, complain, inert

#: Comparison periods: label (it stands in links, so it is never translated) -> months.
COMPARED = {"Year": 12, "Half-year": 6, "Quarter": 3, "Month": 1}
OTHER_DAY = "Other day"


def bar(warehouse: Warehouse) -> Audience:
    """Draw the bar and return what it says. Simple widgets and the rule's digest live in the address."""
    latest = warehouse.latest()
    _follow(latest)
    with st.container(horizontal=True, key="filter_bar", width="content", vertical_alignment="bottom", gap="small"):
        as_of = st.date_input(
            "As of",
            latest,
            date(1900, 1, 1),
            max(latest, date.today()),
            key="as_of",
            bind="query-params",
            format="YYYY-MM-DD",
            width=140,
        )
        label = st.selectbox(
            "Compared with", [*COMPARED, OTHER_DAY], key="compared", bind="query-params", width=130,
            help="States are compared with the day that lies so long before; periods with the period of equal length before.",
        )  # fmt: skip
        before = _before(as_of if isinstance(as_of, date) else latest, label)
        with st.spinner("Working out every customer as of that day …"):
            warehouse.base(as_of if isinstance(as_of, date) else latest)  # built once per day, then kept
            warehouse.base(before)
        rule = _rule(warehouse)
        builder.popover(warehouse, rule, as_of if isinstance(as_of, date) else latest)
    chosen = Audience(rule, as_of if isinstance(as_of, date) else latest, before)
    session.choose(chosen)
    return chosen


def notice(warehouse: Warehouse) -> None:
    """Say why everything is empty where the chosen day lies before the data, and of which day scores are that the rule asks.

    And first why a rule could not be taken as the audience.
    """
    complain("audience")
    chosen = session.audience()
    if scoring := asked_in_words(warehouse, chosen.rule):
        st.caption(inert(scoring))
    begin = warehouse.entered(_first_day)
    if begin is not None and chosen.as_of < begin:
        st.info(
            f"The data begin on {formats.day(begin)}; on {formats.day(chosen.as_of)} nobody had ordered yet. Choose a later day.",
            icon=":material/event_busy:",
        )


def _first_day(session: Session) -> date | None:
    return session.value("SELECT min(ordered_on) FROM mart.orders")  # type: ignore[no-any-return]


def _follow(latest: date) -> None:
    """A newer file moves the day on, unless another day was chosen by hand."""
    known = st.session_state.get("latest_known")
    if known is not None and known != latest and st.session_state.get("as_of") == known:
        st.session_state["as_of"] = latest
    st.session_state["latest_known"] = latest


def _before(as_of: date, label: str) -> date:
    if label in COMPARED:
        return months_before(as_of, COMPARED[label])
    day = st.date_input(
        "Day", months_before(as_of, 12), date(1900, 1, 1), as_of - timedelta(days=1), key="before", bind="query-params",
        format="YYYY-MM-DD", width=140,
    )  # fmt: skip
    return day if isinstance(day, date) and day < as_of else months_before(as_of, 12)


def _rule(warehouse: Warehouse) -> rules.Rule:
    """The rule that the address names. The field is out of sight: it only ties the rule to the address."""
    with st.container(key="audience_link"):
        name = st.text_input("Audience", key="audience", bind="query-params", max_chars=64)
    if not name:
        return rules.EVERYONE
    try:
        found = warehouse.links.rule(name)
    except BadRule as error:
        st.warning(inert(str(error)))
        return rules.EVERYONE
    if found is None:
        st.warning(
            f"The link names the audience {inert(name)}, which this database does not know: the figures are for everyone.",
            icon=":material/link_off:",
        )
        return rules.EVERYONE
    return found


@acting("audience")
def take_as_audience(field: str, value: Any) -> None:
    """A callback: everyone with this value of a field becomes the audience of all pages."""
    rule = rules.where(field, "is", value)
    st.session_state["audience"] = session.warehouse().links.keep(rule, session.who())
    builder.forget()
