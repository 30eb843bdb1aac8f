"""Lists of customers, filtered by what was clicked, and taken as the audience of all pages."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from crm_analytics import formats
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


def chosen(field: str, label: str, values: list[str]) -> str | None:
    """The filter of the list below, in the address; None for all."""
    value = st.pills(
        label, [ALL, *values], key=f"list_{field}", bind="query-params", default=ALL, required=True, wrap=True
    )
    return None if value == ALL else value


def people_in_words(frame: pd.DataFrame, what: str | None) -> str:
    """How many customers the list holds, and what they bring."""
    money = formats.money(float(frame["revenue"].sum()), session.currency())
    return (
        f"{formats.count(len(frame))} customers"
        + (f" in {what}" if what else "")
        + f", {money} of net revenue; sorted by revenue."
    )


def people(frame: pd.DataFrame, key: str, field: str, value: str | None) -> None:
    """The list, and the button that takes it as the audience."""
    if frame.empty:
        show.nothing("No customer of this audience is in here.")
        return
    order = [name for name in SHOWN if name == "customer_id" or frame[name].notna().any()]
    show.table(frame[order], key, height=380)
    if value is not None:
        st.button(
            f"Make “{value}” the audience of all pages", key=f"{key}_audience", icon=":material/filter_alt:",
            on_click=filters.take_as_audience, args=(field, value), help=f"{CUSTOMER_FIELDS[field].label} is {value}",
        )  # fmt: skip
