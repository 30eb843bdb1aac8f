"""Orders told from contacts: a file that has days, money and a group of customers may be either."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm_analytics.ingest.formats import Format

#: What a file of contacts and one of orders may both have.
_OF_BOTH = frozenset(
    ("customer_id", "campaign_id", "campaign_name", "arm", "channel", "contacted_at", "converted_at", "revenue", "margin", "cost")
)  # fmt: skip
_MOST = 0.9  # share of rows that have a day where they are orders; of different customers below which they come back


def are_sales(sold: Mapping[str, Format], contacts: Collection[str], rows: int) -> bool:
    """Whether the rows are orders although they could be contacts: each has a day, customers come back or orders have
    numbers, and nothing speaks of contacts alone.

    `sold`: the columns that are fields of an order by their usual names; `contacts`: the fields of contacts that are clear.
    """
    if set(contacts) - _OF_BOTH or not {"ordered_at", "customer_id"} <= set(sold):
        return False
    if not {"amount", "total_amount"} & set(sold) or sold["ordered_at"].filled < _MOST * rows:
        return False
    drawn = "arm" in contacts and bool({"campaign_id", "campaign_name"} & set(contacts))
    whose = sold["customer_id"]
    return "order_id" in sold or (whose.distinct < _MOST * whose.filled and not drawn)
