"""The list of a day on its page: which day, which occasion, the message, and the file to take away."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import BadValue
from crm_analytics.metrics.campaigns import pressure, today, today_drafts
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show

ALL = "All occasions"
_COLUMNS = ["customer_id", "name", "reason", "channel", "blocked_by", "segment", "revenue_12m", "draft"]

#: Places to fill in as other programs write them: {name}, {{ name }}, %name%, [name], *|NAME|*.
_OF_OTHERS = re.compile(r"\{+ ?\w+ ?\}+|%\w+%|\[\w+\]|\*\|\w+\|\*")


def day(audience: Audience) -> date:
    """The day of the list, in the address: today, or in the invented company its last day."""
    usual = audience.as_of if session.in_sample() else date.today()
    return st.date_input(
        "Day", value=usual, key="today_day", bind="query-params", format="YYYY-MM-DD",
        max_value=max(usual, audience.as_of) + timedelta(days=366), width=180,
    )  # fmt: skip


def trigger() -> str | None:
    """Which occasion is listed; in the address."""
    label = st.pills(
        "Occasion", [ALL, *today.TRIGGERS], key="today_trigger", bind="query-params", default=ALL, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    return None if label in (ALL, None) else label


def counts(found: pd.DataFrame) -> None:
    """How many may be contacted, by occasion."""
    with st.grid(6, min_column_width=120, gap="small"):
        for row in today.triggers(found).itertuples():
            blocked = f"{formats.count(row.blocked)} blocked" if row.blocked else "none blocked"
            show.number(
                row.trigger.capitalize(),
                formats.count(row.free),
                about=f"{formats.counted(row.customers, 'customer')}, {blocked}.",
            )


def message(chosen: str | None) -> str | None:
    """The template as typed; None leaves each occasion its own draft. A template that does not do is said beside it."""
    usual = today_drafts.DRAFTS.get(chosen or "", "")
    fields = ", ".join(f"${name}" for name in today_drafts.FIELDS)
    text = st.text_area(
        "Message", value=usual, key=f"today_message_{chosen}", max_chars=today_drafts.LONGEST, height=100,
        placeholder="Each occasion has its own draft; write here to give all of them one: Dear $first_name, …",
        help=f"Fields: {show.inert(fields)}.",
    )  # fmt: skip
    if others := list(dict.fromkeys(_OF_OTHERS.findall(text))):
        st.caption(show.inert(f"{', '.join(others)} goes out as written; what is filled in here: {fields}."))
    try:
        return today_drafts.checked(text) if text.strip() else None
    except BadValue as error:
        st.warning(show.inert(str(error)))
        return None


def listed(found: pd.DataFrame) -> None:
    """The list, free ones first, or that the day has none."""
    if found.empty:
        show.nothing("Nobody has this occasion on that day.")
    else:
        show.table(
            found, "today_list", height=420, order=[*(["trigger"] if found["trigger"].nunique() > 1 else []), *_COLUMNS]
        )


def left_alone(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    """Whom nobody talks to, by segment."""
    silent = pressure.neglected(warehouse, audience)
    finding = pressure.neglected_in_words(silent, currency)
    with show.card("neglected", "Whom nobody talks to", finding):
        if silent.empty:
            show.nothing("No contact is loaded.", "contacts of campaigns (customer, campaign, date)")
        else:
            show.table(silent, "neglected_table")
        show.behind("neglected", silent, audience, table=False)
