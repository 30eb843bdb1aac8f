"""The customer sheet: search, strip, line of time, rhythm, changes, and what is kept of the person."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.charts import customer as drawn
from crm_analytics.metrics.segments import customer as found
from crm_analytics.metrics.segments.customers import customers
from crm_analytics.metrics.value import offers
from crm_analytics.query import person
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import go_to, inert

_CHOSEN = "customer_chosen"
#: Kinds of events of which there is more than one.
_PLURALS = {
    "order worth nothing": "orders worth nothing", "case resolved": "cases resolved", "benefit redeemed": "benefits redeemed",
    "control group": "control groups", "joined": "times joined", "left": "times left",
}  # fmt: skip


def search(warehouse: Warehouse, audience: Audience) -> str | None:
    """The search box and what it finds; the customer chosen, kept while one looks at other pages. Nothing goes into the address."""
    text = st.text_input(
        "Find a customer", key="customer_text", persist_state="session", max_chars=200, type="search",
        placeholder="id, name, e-mail, telephone, postal code, order or invoice",
    )  # fmt: skip
    if text and text != st.session_state.get("customer_searched"):
        st.session_state["customer_searched"] = text
        st.session_state.pop(_CHOSEN, None)
    if not text:
        return st.session_state.get(_CHOSEN)
    rows = found.customer_search(warehouse, audience, text=text)
    if rows.empty:
        show.nothing("Nobody has such a key. Parts of a name or an e-mail will do.")
        return None
    if len(rows) == 1:
        st.session_state[_CHOSEN] = str(rows["customer_id"].iloc[0])
    else:
        _several(rows)
    return st.session_state.get(_CHOSEN)


def _several(rows: pd.DataFrame) -> None:
    """The list of those found; a click on one opens the sheet."""
    labels = {row.customer_id: _label(row) for row in rows.itertuples()}
    ids = list(labels)
    now = st.session_state.get(_CHOSEN)
    place = ids.index(now) if now in labels else None
    chosen = st.selectbox(
        f"{formats.count(len(rows))} found", ids, place, key=f"customer_pick_{len(ids)}_{ids[0]}", format_func=labels.__getitem__,
        placeholder="Choose one", persist_state="session",
    )  # fmt: skip
    if chosen:
        st.session_state[_CHOSEN] = chosen


def _label(row: object) -> str:
    parts = [row.name, row.customer_id, row.city, formats.money(row.revenue, session.currency())]  # type: ignore[attr-defined]
    return " · ".join(str(each) for each in parts if pd.notna(each))


def doors(rows: pd.DataFrame, key: str) -> None:
    """A button for each customer of a short list (customer_id, name) that opens his sheet."""
    with st.container(horizontal=True, gap="small", key=f"sheets_{key}"):
        for row in rows.itertuples():
            label = inert(str(row.name if pd.notna(row.name) else row.customer_id))
            if st.button(label, key=f"sheet_{key}_{row.customer_id}", icon=":material/badge:", type="tertiary"):
                st.session_state["customer_text"] = ""
                st.session_state[_CHOSEN] = row.customer_id
                go_to("pages/customer.py")


def sheet(warehouse: Warehouse, audience: Audience, chosen: str) -> None:
    """Everything about one customer."""
    one = replace(audience, rule=where("customer_id", "is", chosen))
    rows = customers(warehouse, one)
    if rows.empty:
        show.nothing(f"Nobody of this id was known on {formats.day(audience.as_of)}.")
        return
    row = rows.iloc[0]
    with warehouse.duck.session() as reading:
        records, inside = person.records(reading, chosen), person.segments(reading, chosen)
        apart = person.control_groups(reading, chosen)
    _strip(row, records, rows.attrs["notes"])
    if len(apart):
        names = ", ".join(apart["campaign_name"].astype(str))
        st.warning(
            inert(f"In the control group of {names}: leave this customer alone while it runs."),
            icon=":material/do_not_disturb_on:",
        )
    events = found.customer_timeline(warehouse, audience, customer=chosen)
    rhythm = found.customer_rhythm(warehouse, audience, customer=chosen)
    _history(audience, chosen, events, rhythm)
    left, right = st.columns(2)
    with left:
        _rhythm(audience, chosen, rhythm)
    with right:
        _changes(warehouse, audience, chosen)
    with show.more("more_customer", "More: next offers, saved segments, control groups, records") as opened:
        if opened:
            _offers(warehouse, audience, chosen)
            _kept(inside, apart, records)


def _strip(row: pd.Series, records: pd.DataFrame, noted: list[str]) -> None:
    currency = session.currency()
    name = row["name"] if pd.notna(row["name"]) else row["customer_id"]
    where_from = ", ".join(dict.fromkeys(records["source"].astype(str))) or "orders only"
    known = [str(row[each]) for each in ("email", "phone", "city", "country") if pd.notna(row[each])]
    words = " · ".join([str(row["customer_id"]), *known, f"from {where_from}"])
    with show.card("customer_strip", str(name), words), st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Revenue", formats.money(row["revenue"], currency), about=f"Net, {formats.count(row['orders'])} purchases."
        )
        last = "–" if pd.isna(row["recency_days"]) else f"{formats.days(row['recency_days'])} ago"
        show.number("Last purchase", last, about=f"Last on {formats.day(row['last_order_on'])}.")
        show.number("Status", str(row["status"]), about="By the activity window in force.")
        scores = (
            "no scores" if pd.isna(row["r_score"]) else f"R {row['r_score']} · F {row['f_score']} · M {row['m_score']}"
        )
        if noted:
            scores = f"{scores}. {' '.join(noted)}"
        show.number("RFM segment", str(row["segment"]), about=scores)
        show.number(
            "Last 12 months", formats.money(row["revenue_12m"], currency), about="Net revenue of the last 12 months."
        )
        show.number(
            "Average order", formats.money(row["average_order_value"], currency), about="Revenue over purchases."
        )
        show.number("Margin", formats.money(row["margin"], currency), about="Revenue less cost of goods, where known.")
        rank = "–" if pd.isna(row["revenue_rank"]) else f"{formats.count(row['revenue_rank'])} · {row['abc_class']}"
        show.number("Rank and class", rank, about="By revenue in the whole base; ABC class.")


def _history(audience: Audience, chosen: str, events: pd.DataFrame, rhythm: pd.DataFrame) -> None:
    kinds = events["kind"].value_counts()
    words = f"{formats.count(len(events))} events to {formats.day(audience.as_of)}: " + ", ".join(
        f"{formats.count(count)} {_PLURALS.get(kind, kind + 's') if count > 1 else kind}"
        for kind, count in kinds.items()
    )
    with show.card("customer_timeline", "What happened", words if len(events) else None):
        if events.empty:
            show.nothing("Nothing that happened with this customer is loaded.")
            return
        due = found.expected_next(rhythm)
        show.figure(drawn.timeline_lanes(events, due, currency=session.currency()), "customer_lanes", words)
        show.table(events, "customer_events", height=260)
        show.behind("customer_timeline", events, audience, table=False, customer=chosen)


def _rhythm(audience: Audience, chosen: str, rhythm: pd.DataFrame) -> None:
    finding = found.rhythm_in_words(rhythm, audience.as_of)
    with show.card("customer_rhythm", "Rhythm", finding):
        if rhythm.empty:
            show.nothing("This customer has not bought yet.")
            return
        show.figure(drawn.rhythm_stems(rhythm, currency=session.currency()), "customer_stems", finding)
        show.behind("customer_rhythm", rhythm, audience, customer=chosen)


def _changes(warehouse: Warehouse, audience: Audience, chosen: str) -> None:
    frame = found.customer_changes(warehouse, audience, customer=chosen)
    with show.card("customer_changes", "What changed since last month"):
        if frame.empty:
            show.nothing("Nothing changed.")
            return
        show.table(frame, "changes_table", height=280)
        show.behind("customer_changes", frame, audience, table=False, customer=chosen)


def _offers(warehouse: Warehouse, audience: Audience, chosen: str) -> None:
    frame = offers.next_offers(warehouse, audience, offers=5, customer=chosen)
    with show.card(
        "customer_offers", "What to offer next", offers.offers_in_words(offers.offers_evaluation(warehouse, audience))
    ):
        if frame.empty:
            show.nothing("There is nothing to learn offers from yet.", "order lines with products")
            return
        shown = frame.drop(columns="customer_id").rename(columns={"score": "expected_margin"})
        show.table(shown, "customer_offers_table")
        show.behind("next_offers", frame, audience, key="customer_next_offers", table=False, offers=5, customer=chosen)


def _kept(inside: pd.DataFrame, apart: pd.DataFrame, records: pd.DataFrame) -> None:
    for key, title, frame, none in (
        ("customer_segments", "Saved segments, with when and why", inside, "In no saved segment that was evaluated."),
        (
            "customer_control",
            "Control groups",
            apart,
            "In no control group of an export; those of loaded campaigns stand above.",
        ),
        (
            "customer_records",
            "Records of this person",
            records,
            "No customer file names this person: known by orders only.",
        ),
    ):
        with show.card(key, title):
            if frame.empty:
                show.nothing(none)
            else:
                show.table(frame, f"{key}_table")
