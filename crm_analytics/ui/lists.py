"""Lists of customers, filtered by what was clicked, and taken as the audience of all pages."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from crm_analytics import formats
from crm_analytics.metrics.segments.customers import customers, narrowed
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.ui import filters, session, show

ALL = "All"

SHOWN = ["customer_id", "name", "segment", "status", "recency_days", "orders", "purchase_days", "revenue", "cumulative_share", "abc_class",
         "average_order_value", "first_order_on", "last_order_on", "country", "city", "channel", "email"]  # fmt: skip


def pick(field: str, chart: str) -> Callable[[], None]:
    """A callback for a chart: what is clicked becomes the value of the list's filter; a click beside it clears it."""

    def take() -> None:
        value = show.clicked(chart)
        if isinstance(value, str):
            st.session_state[f"list_{field}"] = value

    return take


def card(warehouse: Warehouse, audience: Audience, field: str, label: str, values: list[str]) -> None:
    """The customers, all or those with one value of a field; the choice is in the address."""
    picked = st.session_state.get(f"list_{field}")
    value = picked if picked in values else None
    inside = narrowed(audience, **{field: value})
    size = warehouse.read("metrics/audience_size", inside).iloc[0]
    words = (
        f"{formats.counted(size['customers'], 'customer')}, {formats.money(size['revenue'], session.currency())} of net revenue; "
        "sorted by revenue. Click a part of a chart above, or choose here."
    )
    with show.card(
        f"list_{field}", f"{label} {value}" if value and len(value) == 1 else value or "All customers", words
    ):
        st.pills(
            label, [ALL, *values], key=f"list_{field}", bind="query-params", default=ALL, required=True, wrap=True,
            label_visibility="collapsed", format_func=show.inert,
        )  # fmt: skip
        if not size["customers"]:
            show.nothing("No customer of this audience is in here.")
            return
        _people(warehouse, audience, field, value)


def _people(warehouse: Warehouse, audience: Audience, field: str, value: str | None) -> None:
    shown = customers(warehouse, audience, limit=show.ROWS_ON_SCREEN, **{field: value})
    order = [name for name in SHOWN if name == "customer_id" or shown[name].notna().any()]
    show.table(shown[order], f"people_{field}", height=380)
    show.behind(
        "customers", shown[order], audience, key=f"people_{field}", table=False,
        full=lambda: customers(warehouse, audience, **{field: value}), **{field: value},
    )  # fmt: skip
    if value is not None:
        st.button(
            f"Make “{show.inert(value)}” the audience of all pages", key=f"audience_{field}", icon=":material/filter_alt:",
            on_click=filters.take_as_audience, args=(field, value), help=show.inert(f"{CUSTOMER_FIELDS[field].label} is {value}"),
        )  # fmt: skip
