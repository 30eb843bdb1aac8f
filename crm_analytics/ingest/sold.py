"""Kinds told apart that have much in common: orders and contacts, reports on advertising, the name and number of a product."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import match_name, plain, without_accents
from crm_analytics.ingest.vocabulary import concepts
from crm_analytics.schema import KINDS

#: What a file of contacts and one of orders may both have.
_OF_BOTH = frozenset(
    ("customer_id", "campaign_id", "campaign_name", "arm", "channel", "contacted_at", "converted_at", "revenue", "margin", "cost")
)  # fmt: skip
#: How often an advertisement was shown, which is said of campaigns and days and not of persons.
_SHOWN = frozenset((
    "impressions", "impression", "impr", "impresiones", "impressoes", "impressionen", "einblendungen", "impressioni", "показы",
))  # fmt: skip
_SUPPLIERS = frozenset(
    ("supplier", "vendor", "lieferant", "proveedor", "fornecedor", "fournisseur", "поставщик", "payee")
)
_NAME_OR_NUMBER = frozenset(("item", "product", "article"))
_FEW_COUNTS = 5  # different counts at most that one person gives
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


def is_bought(columns: Collection[str], orders: Collection[str]) -> bool:
    """Whether the rows are what the company buys: a column names suppliers, none a customer; `orders`: fields of orders given."""
    named = any({without_accents(plain(each)).removesuffix(" name")} <= _SUPPLIERS for each in columns)
    return named and "customer_id" not in orders


def is_of_advertising(columns: Collection[str], contacts: Collection[str]) -> bool:
    """Whether the rows report on advertisements and no row is about one person; `contacts`: the fields of contacts given."""
    shown = any(_SHOWN & set(without_accents(plain(each)).split()) for each in columns)
    return shown and "customer_id" not in contacts


def is_of_campaigns(contacts: Mapping[str, str | None], formats: Mapping[str, Format]) -> bool:
    """Whether the rows count how many persons received and opened something; `contacts`: column -> field of a contact."""
    counted = [
        column
        for column, field in contacts.items()
        if field in ("sent", "delivered", "opened", "clicked", "unsubscribed", "responded", "converted")
        and formats[column].kind == "number" and formats[column].distinct > _FEW_COUNTS
    ]  # fmt: skip
    return len(counted) > 1 and "customer_id" not in contacts.values()


def is_place(column: str, columns: Mapping[str, Format]) -> bool:
    """Whether a column called item holds the place in its order: whole numbers, beside the number of the product."""
    form = columns[column]
    small = form.kind == "number" and not form.decimals and form.distinct < form.filled
    return small and plain(column) == "item" and any({"product", "id"} == set(concepts(each)) for each in columns)


def is_called_by_number(column: str, columns: Collection[str]) -> bool:
    """Whether a column that may be called by either holds the number: no other column gives one, so it is no name beside it."""
    if plain(column) not in _NAME_OR_NUMBER:
        return False
    found = [match_name(each, KINDS["products"], "product_id") for each in columns if each != column]
    return not any(each and each.score > _MOST for each in found)
