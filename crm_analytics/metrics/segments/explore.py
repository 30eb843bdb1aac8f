"""Any measure by two fields of the customers and by period."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import UnknownName
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.segments.profile import FIELDS, LOOKING_BACK
from crm_analytics.query.controls import control_arms
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

PERIODS = ("all", "month", "quarter", "year")
#: Measure -> (what is divided, by what), of the sums that the statement gives.
MEASURES: dict[str, tuple[str, str | None]] = {
    "revenue": ("revenue", None),
    "customers": ("customers", None),
    "orders": ("orders", None),
    "average_order_value": ("revenue", "orders"),
    "revenue_per_customer": ("revenue", "customers"),
    "orders_per_customer": ("orders", "customers"),
    "contacts": ("contacts", None),
    "response_rate": ("responses", "contacts"),
}
ALL = "all"
#: Measures that can be divided by what a file of contacts says, and its fields.
OF_CONTACTS = ("contacts", "response_rate")
CONTACT_FIELDS = ("arm", "campaign_id", "contact_channel")
#: What the other measures can be divided by of orders beside the columns of their files.
ORDER_FIELDS = ("order_channel", "order_country")
#: Words in the name of a column that is known only when the contact is over.
KNOWN_AFTER = frozenset(("duration", "minutes", "seconds", "outcome", "result", "reply", "response", "reason"))


@kept
def explore(
    warehouse: Warehouse,
    audience: Audience,
    *,
    measure: str = "revenue",
    rows: str = "status",
    columns: str | None = None,
    period: str = "all",
) -> pd.DataFrame:
    """A measure by two fields of the customers, as of the as-of date, and by period.

    Response rates are of contacts made by the company of which it is known whether somebody responded (or, where the
    file says only that, did what the campaign was for). Contacts and response rates can also be divided by what their
    file says of each: arm, where control groups count too, campaign_id, contact_channel, or a column kept as attribute;
    the other measures by what files say of orders: order_channel, order_country, or a column kept of orders or of their
    lines, of which an order's part counts. Customers are then those who bought so. `UnknownName` for another name, or for
    two that do not go together.

    Columns
    -------
    row : str                       a value of the field `rows` (of revenue and recency the score); unknown where it is empty
    column : str                    a value of the field `columns`; all without one
    period_start : datetime64[us]   first day of the period; null for all time
    value : float64                 the measure: money, a count or a share; null where there is nothing to divide by
    customers : int64               customers behind it: for all time all of the cell, else those who bought in the period
    """
    frame, warning = _sums(warehouse, audience, measure, rows, columns or ALL, period)
    above, below = MEASURES[measure]
    value = frame[above].astype("float64")
    if below is not None:
        value = value / frame[below].astype("float64").where(frame[below] != 0)
    frame = frame.assign(value=value).rename(columns={"row_value": "row", "column_value": "column"})
    types = {"row": "str", "column": "str", "period_start": "datetime64[us]", "value": "float64", "customers": "int64"}
    kind = "money" if above == "revenue" else "a share" if measure == "response_rate" else "a count"
    return notes.noted(frame[list(types)].astype(types), f"The value is {kind}: {measure.replace('_', ' ')}.", warning)


def _sums(
    warehouse: Warehouse, audience: Audience, measure: str, rows: str, columns: str, period: str
) -> tuple[pd.DataFrame, str | None]:
    """The sums that measures are made of, and what must be said of the fields."""
    controls = control_arms(warehouse, replace(audience, rule=EVERYONE))
    if {rows, columns} <= {*FIELDS, ALL}:
        divided = {"rows": rows, "columns": columns, "period": period}
        scored = {rows, columns} & set(LOOKING_BACK)
        said = notes.look_back(warehouse) if scored else None
        return warehouse.read("metrics/explore", audience, controls=controls, **divided), said
    beside = fields_beside(warehouse, measure, rows)
    for name, known in ((rows, fields_of(warehouse, measure)), (columns, (*beside, ALL))):
        if name not in known:
            raise UnknownName(f"field to divide {measure} by together with {rows}", name, known)
    knobs = {"rows": rows, "columns": columns, "period": period, "row_path": _path(rows), "column_path": _path(columns)}
    if measure in OF_CONTACTS:
        frame = warehouse.read("metrics/explore_contacts", audience, controls=controls, **knobs)
        late = [name for name in (rows, columns) if set(name.split("_")) & KNOWN_AFTER]
        warning = (
            f"{', '.join(late)} is known only after the contact: it cannot tell whom to contact." if late else None
        )
        return frame.assign(revenue=0.0, orders=0), warning
    of_lines = not {rows, columns} <= {ALL, *ORDER_FIELDS, *warehouse.attributes.get("orders", ())}
    services = warehouse.preferences.exclude_services
    frame = warehouse.read("metrics/explore_orders", audience, of_lines=of_lines, exclude_services=services, **knobs)
    said = "An order counts for every value that one of its lines has; its revenue is divided by lines."
    return frame, said if of_lines else None


def fields_of(warehouse: Warehouse, measure: str) -> tuple[str, ...]:
    """What a measure can be divided by."""
    return tuple(dict.fromkeys(name for group in _together(warehouse, measure) for name in group))


def fields_beside(warehouse: Warehouse, measure: str, rows: str) -> tuple[str, ...]:
    """What it can be divided by at once with the field `rows`."""
    groups = [group for group in _together(warehouse, measure) if rows in group]
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _together(warehouse: Warehouse, measure: str) -> list[tuple[str, ...]]:
    """Fields that go together: those of customers, and what files say of contacts, of orders or of order lines."""
    kept = warehouse.attributes
    if measure in OF_CONTACTS:
        return [FIELDS, (*CONTACT_FIELDS, *kept.get("contacts", ()))]
    return [FIELDS, *((*ORDER_FIELDS, *kept.get(kind, ())) for kind in ("orders", "order_lines"))]


def _path(name: str) -> str:
    return f'$."{name}"'


def explore_in_words(frame: pd.DataFrame, measure: str, currency: str | None) -> str | None:
    """Which cell has the most and which the least. Reads `explore`."""
    known = frame[frame["value"].notna() & (frame["customers"] >= notes.FEWEST_CUSTOMERS)]
    if len(known) < 2:
        return None
    most, least = known.loc[known["value"].idxmax()], known.loc[known["value"].idxmin()]
    name = measure.replace("_", " ").capitalize()
    few = len(known) < frame["value"].notna().sum()
    among = f", of groups of at least {notes.FEWEST_CUSTOMERS} customers" if few else ""
    return f"{name} is highest for {_cell(most, measure, currency)}, and lowest for {_cell(least, measure, currency)}{among}."


def _cell(row: pd.Series, measure: str, currency: str | None) -> str:
    where = row["row"] if row["column"] == ALL else f"{row['row']} / {row['column']}"
    when = "" if pd.isna(row["period_start"]) else f" from {formats.day(row['period_start'])}"
    return f"{where}{when} ({shown(row['value'], measure, currency)}, {formats.count(row['customers'])} customers)"


def shown(value: float, measure: str, currency: str | None) -> str:
    """A value of the measure as a person reads it."""
    if measure == "response_rate":
        return formats.share(value)
    if MEASURES[measure][0] == "revenue":
        return formats.money(value, currency)
    return formats.count(value) if MEASURES[measure][1] is None else f"{value:,.2f}"


__all__ = ["FIELDS", "MEASURES", "PERIODS", "explore", "explore_in_words", "fields_beside", "fields_of", "shown"]
