"""What must be said beside a figure: `frame.attrs["notes"]` holds sentences for the screen and the command line."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

#: Below so many customers a share is mostly chance: no sentence is made of it.
FEWEST_CUSTOMERS = 30


def noted(frame: pd.DataFrame, *notes: str | None) -> pd.DataFrame:
    """The frame with those of the notes that are given."""
    frame.attrs["notes"] = [note for note in notes if note]
    return frame


def guests(warehouse: Warehouse, audience: Audience) -> str | None:
    """How many orders have no customer, and their share of revenue: they are in no customer figure.

    A narrower audience than everyone has no guests.
    """
    if audience.rule != EVERYONE:
        return None
    row = warehouse.read("metrics/guests", audience).iloc[0]
    if row["guest_orders"] == 0:
        return None
    total = row["guest_revenue"] + row["identified_revenue"]
    part = f", {formats.share(row['guest_revenue'] / total)} of revenue," if total > 0 else ""
    return f"{formats.count(row['guest_orders'])} orders without a customer{part} are in no customer figure."


def window(warehouse: Warehouse, audience: Audience) -> str:
    """The activity window in force and how it came about."""
    base = warehouse.base(audience.as_of)
    return f"Activity window {formats.days(base.activity_window_days)}: {base.window_rule}."


def counted(warehouse: Warehouse) -> str | None:
    """The months that frequency and monetary value look back on; None where all history counts."""
    months = warehouse.preferences.rfm_look_back_months
    return None if months is None else "the last month" if months == 1 else f"the last {months} months"


def look_back(warehouse: Warehouse) -> str | None:
    """What frequency and monetary value count, where that is not all history."""
    span = counted(warehouse)
    return f"Frequency and monetary value count {span}; recency is of the last purchase ever." if span else None
