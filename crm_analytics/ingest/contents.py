"""What the accepted rows of a reviewed file amount to, and whether they have the right customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_analytics.ingest import voids
from crm_analytics.ingest.findings import of_kind
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.review import SURE, Review
from crm_analytics.schema import EVENTS

#: What knows customers; the first ones are asked first.
_KNOW = ("customers", "orders", "order_lines")


def unsure_customer(recognition: Recognition) -> str | None:
    """Why it should be looked at who the customers of an order file are; None where that is clear.

    No table needs them, but with the wrong column every customer figure is wrong and no row is rejected.
    """
    if recognition.kind not in ("orders", "order_lines"):
        return None
    named = {guess.field: (column, guess) for column, guess in recognition.mapping.items() if guess.field}
    if "customer_id" in named:
        column, guess = named["customer_id"]
        if guess.confidence > SURE:
            return None
        reason = guess.reason.removesuffix(f"; {of_kind(recognition.kind_reason)}")
        return f"The customers are taken from {column!r}: {reason}. Is that the customer?"
    if recognition.kind == "order_lines" and "order_id" in named:
        return "No column was recognised as the customer: they are taken from a file of orders with the same numbers."
    return "No column was recognised as the customer: all orders would count as those of guests."


@dataclass(frozen=True)
class Contents:
    """What the accepted rows amount to, to be held against the source system.

    `amount` in the file's currency, None where no column gives one; `first_on` and `last_on` None without dates.
    """

    orders: int | None
    customers: int | None
    first_on: date | None
    last_on: date | None
    amount: float | None


def contents(found: Review) -> Contents | None:
    """Orders, customers, days and money of the rows that would be loaded; None for a file that holds no orders."""
    if found.kind.name not in voids.VALUE:
        return None
    given = {field for field in found.mapping.values() if field}
    orders, customers = (f"count(DISTINCT {each})" if each in given else "NULL" for each in ("order_id", "customer_id"))
    return Contents(
        *found.session.row(
            f"""SELECT {orders}, {customers}, CAST(min(ordered_at) AS DATE), CAST(max(ordered_at) AS DATE),
                CAST(sum({voids.VALUE[found.kind.name]}) AS DOUBLE) FROM staged"""
        )
    )


def called_void(found: Review) -> voids.Voids | None:
    """What the file itself calls cancelled, refunded or failed; None for a file that holds no orders, or says it of none."""
    return voids.called_void(found.session, found.recognition, found.kind, found.mapping)


def void_in_vain(found: Review) -> str | None:
    """How many of the orders that count for nothing are counted by their lines all the same; None where none is."""
    number = voids.counted_by_lines(found.session, found.kind) if found.repairs.void else 0
    if not number:
        return None
    return (
        f"Of {number:,} of the orders that count for nothing the lines are loaded, and these make the order: they go on counting "
        "until the file of lines says so too."
    )


def nobody_known(found: Review) -> str | None:
    """What to look at where a file of events has no customer who is known; None where one is, or where nobody is known yet.

    Numbers may be written otherwise (C-17 for 17), or be those of another company. New customers only are possible, too:
    that is no reason to stop. Numbers with a source in front are left alone.
    """
    if found.kind.name not in EVENTS or "customer_id" not in found.mapping.values():
        return None
    if not any(found.session.value(f"SELECT EXISTS (SELECT 1 FROM core.{kind})") for kind in _KNOW):
        return None
    for kind in _KNOW:
        known = f"SELECT EXISTS (SELECT 1 FROM core.{kind} WHERE customer_id IN (SELECT customer_id FROM staged))"
        if found.session.value(known):
            return None
    count, fronted = found.session.row(
        "SELECT count(DISTINCT customer_id), count_if(contains(customer_id, ':')) FROM staged"
    )
    if not count or fronted:
        return None
    return f"None of its {count:,} customers is among those loaded: are their numbers written as in your orders?"
