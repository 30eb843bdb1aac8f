"""One customer: found by any key, what happened, in what rhythm, and what changed of late."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.query.controls import control_arms
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse

MOST_FOUND = 50
#: Values of a column of an order's lines that are named.
MOST_VALUES = 4
#: What is compared from month to month, with its words.
COMPARED = {
    "status": "status", "segment": "RFM segment", "abc_class": "ABC class", "r_score": "recency score", "f_score": "frequency score",
    "m_score": "monetary score", "recency_days": "days since the last purchase", "purchase_days": "purchase days", "revenue": "revenue",
    "revenue_12m": "revenue of 12 months", "margin": "margin", "revenue_rank": "rank by revenue",
}  # fmt: skip
#: What frequency and monetary value make: with a look-back they fall without a purchase or a return too.
_COUNTED = frozenset(("f_score", "m_score", "segment"))
_OWN = frozenset(("purchase_days", "revenue", "revenue_12m", "margin"))
_NO_PURCHASE = "no purchase in the month"


def customer_search(warehouse: Warehouse, audience: Audience, *, text: str | None = None) -> pd.DataFrame:
    """Customers of the whole base found by any key: id, name, e-mail, telephone, postal code, company, order or invoice.

    At most 50, exact finds first, then by revenue; where there is none, names are searched without their accents.
    Without a text nobody.

    Columns
    -------
    customer_id : str    the customer
    name : str           name; null where unknown
    email : str          e-mail; null where unknown
    phone : str          telephone; null where unknown
    city : str           city; null where unknown
    status : str         status on the as-of date
    revenue : float64    net revenue, money
    found_by : str       the key that fits
    """
    words = (text or "").strip().lower()
    digits = re.sub(r"[^0-9]", "", words).lstrip("0")
    everyone = replace(audience, rule=EVERYONE)
    asked = {"text": words, "digits": digits, "most": MOST_FOUND}
    frame = warehouse.read("metrics/customer_search", everyone, plain="", **asked)
    if frame.empty:  # Muller and Weiss, as they are typed where no key has the accents
        frame = warehouse.read("metrics/customer_search", everyone, plain=_without_accents(words), **asked)
    frame = frame if words else frame.head(0)
    strings = ("customer_id", "name", "email", "phone", "city", "status", "found_by")
    return notes.noted(frame.astype(dict.fromkeys(strings, "str") | {"revenue": "float64"}))


def _without_accents(words: str) -> str:
    split = unicodedata.normalize(
        "NFKD", words.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("đ", "d")
    )
    return "".join(each for each in split if not unicodedata.combining(each))


def customer_timeline(warehouse: Warehouse, audience: Audience, *, customer: str | None = None) -> pd.DataFrame:
    """Everything that happened with one customer by the as-of date, on one line of time, latest first.

    Purchases, returns, invoices and payments, contacts and control groups, answers, cases, interactions, benefits,
    memberships. Without a customer nothing.

    Columns
    -------
    happened_on : datetime64[s]    the day
    kind : str                     what it was
    what : str                     particulars; null where there are none
    amount : float64               money; null where there is none
    reference : str                its number; null where it has none
    file_says : str                of purchases and returns what their files say beside the fields; null where nothing
    """
    one = _one(audience, customer)
    frame = _events(warehouse, one)
    says = "order_rows" in warehouse.attributes  # else no file has a column beside the fields
    frame["file_says"] = _said(frame, warehouse.read("metrics/customer_order_rows", one)) if says else None
    words = dict.fromkeys(("kind", "what", "reference", "file_says"), "str")
    frame = frame.drop(columns="source").astype(words | {"happened_on": "datetime64[s]", "amount": "float64"})
    return notes.noted(frame)


def _events(warehouse: Warehouse, one: Audience) -> pd.DataFrame:
    return warehouse.read("metrics/customer_timeline", one, controls=control_arms(warehouse, one))


def _said(events: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Of each order the columns that its rows have beside the fields, with their values in the order of the file."""
    found: dict[tuple[object, ...], dict[str, list[str]]] = {}
    for row in rows.itertuples():
        order = found.setdefault(_order(row.source, row.order_id, row.ordered_on), {})
        for name, value in json.loads(row.attributes).items():
            if value not in (None, "") and value not in (values := order.setdefault(name, [])):
                values.append(value)
    said = [found.get(_order(row.source, row.reference, row.happened_on), {}) for row in events.itertuples()]
    return pd.Series(["; ".join(_listed(*each) for each in told.items()) or None for told in said], index=events.index)


def _order(source: object, number: object, day: object) -> tuple[object, ...]:
    """What an order is known by: its number, else its day."""
    return (source, day) if pd.isna(number) else (source, number)  # type: ignore[call-overload]


def _listed(name: str, values: list[str]) -> str:
    more = f" and {len(values) - MOST_VALUES} more" if len(values) > MOST_VALUES else ""
    return f"{name.replace('_', ' ')}: {', '.join(map(str, values[:MOST_VALUES]))}{more}"


def customer_rhythm(warehouse: Warehouse, audience: Audience, *, customer: str | None = None) -> pd.DataFrame:
    """The purchase days of one customer with the days between them. Without a customer nothing.

    Columns
    -------
    ordered_on : datetime64[s]    purchase day
    gap_days : Int64              days since the purchase day before; null for the first
    amount : float64              net amount of the purchases of the day, money
    """
    frame = warehouse.read("metrics/customer_rhythm", _one(audience, customer))
    columns = {"ordered_on": "datetime64[s]", "gap_days": "Int64", "amount": "float64"}
    return notes.noted(frame[list(columns)].astype(columns))


def customer_changes(warehouse: Warehouse, audience: Audience, *, customer: str | None = None) -> pd.DataFrame:
    """What changed with one customer since one month before the as-of date, and why. Without a customer nothing.

    Columns
    -------
    field : str     what changed
    before : str    its value a month before; null where there was none
    now : str       its value on the as-of date; null where there is none
    why : str       what the change comes from
    """
    month = replace(_one(audience, customer), before=compared(audience.as_of))
    states = warehouse.read("metrics/customer_changes", month)
    now, before = states[states["is_now"].astype(bool)], states[~states["is_now"].astype(bool)]
    rows = []
    if len(now):
        why, span = _happened(warehouse, month), notes.counted(warehouse)
        for name, words in COMPARED.items():
            is_value = now[name].iloc[0]
            was_value = before[name].iloc[0] if len(before) else None
            if _written(name, is_value) != _written(name, was_value):
                rows.append(
                    (
                        words,
                        _written(name, was_value),
                        _written(name, is_value),
                        why if name in _OWN else _reason(name, why, span),
                    )
                )
    frame = pd.DataFrame(rows, columns=["field", "before", "now", "why"]).astype("str")
    since = f"Compared with {formats.day(month.before)}, on the data held today."
    return notes.noted(frame, *((since, notes.look_back(warehouse)) if len(now) else ()))


def compared(as_of: date) -> date:
    """The day whose state of a customer that of a day is compared with."""
    return months_before(as_of, 1)


def _one(audience: Audience, customer: str | None) -> Audience:
    """The customer as an audience; nobody without one."""
    return replace(audience, rule=where("customer_id", "is", customer or ""))


def _happened(warehouse: Warehouse, month: Audience) -> str:
    """Purchases and returns of the month in words."""
    events = _events(warehouse, month)
    recent = events[pd.to_datetime(events["happened_on"]) > pd.Timestamp(month.before)]
    said = [
        f"{formats.count(len(rows))} {kind}{'s' * (len(rows) > 1)} of {formats.money(abs(rows['amount'].sum()))}"
        for kind in ("purchase", "return")
        if len(rows := recent[recent["kind"] == kind])
    ]
    return " and ".join(said) if said else _NO_PURCHASE


def _reason(name: str, why: str, span: str | None) -> str:
    said = f"{why}, or purchases left {span}" if span and name in _COUNTED else why
    if why == _NO_PURCHASE and name in ("r_score", "f_score", "m_score", "segment", "abc_class", "revenue_rank"):
        return f"{said}; scores and ranks also move with the others"
    return said


def _written(name: str, value: object) -> str | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if name in ("revenue", "revenue_12m", "margin"):
        return f"{float(value):,.2f}"  # type: ignore[arg-type]
    return str(int(value)) if isinstance(value, int | float | np.integer) else str(value)


def expected_next(rhythm: pd.DataFrame) -> date | None:
    """The last purchase day and the median of the customer's own gaps after it; None below three purchase days."""
    gaps = rhythm["gap_days"].dropna()
    if len(gaps) < 2:
        return None
    return rhythm["ordered_on"].iloc[-1].date() + timedelta(days=round(float(gaps.median())))


def rhythm_in_words(rhythm: pd.DataFrame, as_of: date) -> str | None:
    """How often the customer buys, and when the next purchase would be due. Reads `customer_rhythm`."""
    if rhythm.empty:
        return None
    last = rhythm["ordered_on"].iloc[-1].date()
    words = f"{formats.count(len(rhythm))} purchase days from {formats.day(rhythm['ordered_on'].iloc[0])} to {formats.day(last)}"
    due = expected_next(rhythm)
    if due is None:
        return f"{words}."
    gaps = rhythm["gap_days"].dropna().astype(float)
    late = (as_of - due).days
    state = (
        f"{formats.days(late)} overdue by this rhythm" if late > 0 else f"the next one is due about {formats.day(due)}"
    )
    return f"{words}, a median of {formats.days(gaps.median())} apart; {state}."
