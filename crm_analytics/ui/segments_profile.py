"""What sets the chosen customers apart, and any measure by two of their fields."""

from __future__ import annotations

import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import explore as explored
from crm_analytics.charts import segments as drawn
from crm_analytics.metrics.segments import explore, profile, typical
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import label_of_group
from crm_analytics.ui import customer, session, show
from crm_analytics.ui.audience_draft import kept_of
from crm_analytics.ui.shell import inert
from crm_analytics.workspace import segments

_NONE = "nothing"
_WHOLE = "the whole base"
_PARTS = {"Who they are": "customers", "What and when they buy": "purchases"}


def apart(warehouse: Warehouse, audience: Audience) -> None:
    """The values that are more or less frequent than in the whole base."""
    if audience.rule == EVERYONE:
        with show.card("profile", "What sets them apart"):
            show.nothing("These are all customers: narrow the rule to see what sets some of them apart.")
        return
    with show.card("profile", "What sets them apart"):
        names = [each.segment for each in warehouse.entered(segments.listed)]
        earlier = f"the same rule on {formats.day(audience.before)}"
        kept_of("profile_against", [_WHOLE, earlier, *names])
        other = st.selectbox("Compared with", [_WHOLE, earlier, *names], key="profile_against", width=330)
        against = other if other in names else None
        then = audience.before if other == earlier else None
        knobs = {"against": against, "then": then, "field": show.choice("Of", _PARTS, "profile_of", labelled=True)}
        frame = profile.segment_profile(warehouse, audience, **knobs)
        finding = profile.profile_in_words(frame, audience.rule, against, then)
        if finding:
            st.caption(inert(finding))
        chosen = profile.telling(frame, audience.rule)
        if chosen.empty:
            st.caption(show.NO_FINDING)
        else:
            show.figure(drawn.profile_indices(chosen), "profile_indices", finding)
        show.behind("segment_profile", frame, audience, **knobs)


def most_typical(warehouse: Warehouse, audience: Audience) -> None:
    """Five real customers from the middle of the chosen ones, each with a door to the sheet."""
    with show.card(
        "typical", "The most typical of them", "Real customers to think of: nearest to the middle of all chosen buyers."
    ):
        frame = typical.typical_customers(warehouse, audience)
        if frame.empty:
            show.nothing("It takes five buyers to say who is typical.")
            return
        show.short(
            frame,
            "typical",
            order=["name", "recency_days", "purchase_days", "average_order_value"]
            if frame["name"].notna().any()
            else ["customer_id", "recency_days", "purchase_days", "average_order_value"],
        )
        customer.doors(frame, "typical")
        show.behind("typical_customers", frame, audience, table=False)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def measures(warehouse: Warehouse, audience: Audience) -> None:
    """Any measure by two fields and by period."""
    with show.card("explore", "Any measure, by what you like"):
        with st.container(horizontal=True):
            measure = st.selectbox(
                "Measure",
                list(explore.MEASURES),
                key="explore_measure",
                bind="query-params",
                width=200,
                format_func=_label,
            )
            rows = st.selectbox(
                "By", list(explore.fields_of(warehouse, measure)), key="explore_rows", bind="query-params", width=180,
                format_func=label_of_group, help="Fields of customers, and columns of the files of orders, lines or contacts.",
            )  # fmt: skip
            columns = st.selectbox(
                "And by", [_NONE, *explore.fields_beside(warehouse, measure, rows)], key="explore_columns", bind="query-params",
                width=180, format_func=lambda each: "Nothing else" if each == _NONE else label_of_group(each),
            )  # fmt: skip
            period = st.selectbox(
                "Over", list(explore.PERIODS), key="explore_period", bind="query-params", width=150,
                format_func={"all": "All time", "month": "Months", "quarter": "Quarters", "year": "Years"}.__getitem__,
            )  # fmt: skip
        knobs = {"measure": measure, "rows": rows, "columns": None if columns == _NONE else columns, "period": period}
        frame = explore.explore(warehouse, audience, **knobs)
        finding = explore.explore_in_words(frame, measure, session.currency())
        if finding:
            st.caption(inert(finding))
        show.figure(explored.explored(frame, measure, session.currency()), "explored", finding, scroll=columns != _NONE)
        show.behind("explore", frame, audience, notes=False, **knobs)
