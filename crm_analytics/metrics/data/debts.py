"""What figures leave out because the data does not say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports

_ORDERS, _LINES, _COSTS, _CONSENT, _REJECTED = "orders", "lines", "costs", "consent", "rejected"
_CONTACTS, _ANSWERS, _CASES, _INVOICES = "contacts", "survey_answers", "cases", "invoices"
_LATER = "later"
_WORDS = MappingProxyType({_CONTACTS: "contacts", _ANSWERS: "answers", _CASES: "cases", _INVOICES: "invoices"})
#: Page -> what its figures lack.
PAGES = MappingProxyType({
    "overview": (_ORDERS, _LINES, _REJECTED), "segments": (_ORDERS, _LINES, _INVOICES), "pareto": (_ORDERS, _LINES, _COSTS),
    "churn": (_ORDERS, _LINES, _COSTS), "voice": (_ANSWERS, _CASES, _LATER), "customer": (_ORDERS, _LINES, _COSTS),
    "audience": (_ORDERS, _CONSENT), "campaigns": (_CONTACTS, _LATER, _ORDERS, _COSTS), "today": (_CONSENT, _CONTACTS),
    "programme": (_ORDERS, _COSTS), "data": (_REJECTED, _LINES), "identity": (_ORDERS,),
    "quality": (_ORDERS, _LINES, _COSTS, _CONSENT, _CONTACTS, _ANSWERS, _CASES, _INVOICES, _LATER, _REJECTED),
})  # fmt: skip


@kept
def data_debt(warehouse: Warehouse, audience: Audience, *, page: str | None = None) -> pd.DataFrame:
    """What the figures leave out because the data does not say it: orders without a customer, sales without a cost, ...

    Over everybody, whatever the audience. With `page` what the figures of that page lack; only what is lacking is listed.

    Columns
    -------
    debt : str         what it is about: orders, lines, costs, consent, rejected, or a kind of table
    rows : int64       rows that lack something; of costs, orders without a full cost are not counted: 0
    of_rows : int64    all rows of the kind
    share : float64    share that lacks it: of revenue for orders and costs, else rows / of_rows; null where there is none
    about : str        in words
    """
    everyone = replace(audience, rule=EVERYONE)
    wanted = PAGES[page] if page else PAGES["quality"]
    found = [row for name in wanted for row in _FOUND[name](warehouse, everyone, name)]
    frame = pd.DataFrame(found, columns=["debt", "rows", "of_rows", "share", "about"])
    return notes.noted(
        frame.astype({"debt": "str", "rows": "int64", "of_rows": "int64", "share": "float64", "about": "str"})
    )


Found = Iterator[tuple[str, int, int, float | None, str]]


def _orders(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    row = warehouse.read("metrics/debt_orders", audience).iloc[0]
    if row["guest_orders"] and (said := notes.guests(warehouse, audience)):
        share = row["guest_revenue"] / row["revenue"] if row["revenue"] > 0 else None
        yield name, row["guest_orders"], row["orders"], share, said


def _costs(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    row = warehouse.read("metrics/debt_orders", audience).iloc[0]
    uncosted = row["revenue"] - row["costed_revenue"]
    if row["costed_revenue"] and row["revenue"] > 0 and round(uncosted, 2) > 0:
        share = uncosted / row["revenue"]
        yield (
            name,
            0,
            row["orders"],
            share,
            f"Of {formats.share(share)} of revenue no cost is known: it is in no margin.",
        )


def _lines(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    row = warehouse.read("metrics/debt_lines", audience).iloc[0]
    if count := int(row["undated_lines"]):
        said = f"{formats.count(count)} order lines have no day, nor has their order: they are in no figure."
        yield name, count, row["lines"], count / row["lines"], said


def _consent(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    row = warehouse.read("metrics/debt_consent", audience).iloc[0]
    if count := int(row["without_consent"]):
        share = count / row["customers"]
        said = f"Of {formats.count(count)} customers ({formats.share(share)}) no consent is known, neither yes nor no."
        yield name, count, row["customers"], share, said


#: What a row without a day is left out of. The day of a campaign stands for that of its contacts in outcome windows alone.
_UNDATED = {
    _CONTACTS: "orders after them are counted from the first day of their campaign, if that is known; "
    "they are in nothing else that is over time"
}


def _events(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    row = warehouse.read("metrics/debt_events", audience).set_index("table_name").loc[name]
    words = _WORDS[name]
    day = "due date" if name == _INVOICES else "day"
    for column, lack, so in (
        ("without_customer", "customer", "they belong to nobody's figures"),
        ("without_day", day, _UNDATED.get(name, "they are in nothing that is over time")),
    ):
        if count := int(row[column]):
            said = f"{formats.count(count)} of {formats.count(row['rows'])} {words} have no {lack}: {so}."
            yield name, count, row["rows"], count / row["rows"], said


def _later(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    if audience.as_of < warehouse.latest():  # of an earlier day nobody expects them
        return
    for table, row in warehouse.read("metrics/debt_events", audience).set_index("table_name").iterrows():
        if count := int(row["after_day"]):
            said = (
                f"{formats.count(count)} of {formats.count(row['rows'])} {_WORDS[str(table)]} are of days after "
                f"{formats.day(audience.as_of)}, the day of these figures, and in none of them: choose a later day above."
            )
            yield str(table), count, row["rows"], count / row["rows"], said


def _rejected(warehouse: Warehouse, audience: Audience, name: str) -> Found:
    with warehouse.duck.session() as session:
        held = [each for each in imports.listed(session) if each.undone_at is None]
    count, read = sum(each.rejected - each.corrected for each in held), sum(each.rows_read for each in held)
    if count:
        said = f"{formats.count(count)} of {formats.count(read)} rows of files were rejected and are not corrected yet."
        yield name, count, read, count / read, said


_FOUND: dict[str, Callable[[Warehouse, Audience, str], Found]] = {
    _ORDERS: _orders, _LINES: _lines, _COSTS: _costs, _CONSENT: _consent, _REJECTED: _rejected,
    _LATER: _later,
    **dict.fromkeys((_CONTACTS, _ANSWERS, _CASES, _INVOICES), _events),
}  # fmt: skip
