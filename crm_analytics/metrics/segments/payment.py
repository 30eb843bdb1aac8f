"""How invoices are paid, and who buys only at a discount."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.nps import wilson
from crm_analytics.query.warehouse import Audience, Warehouse

#: Fields of the customers by which groups are made.
GROUPS = ("segment", "status", "abc_class", "country", "region", "city", "channel", "owner", "gender", "all")
FEWEST_INVOICES = 30


@kept
def payment_behaviour(warehouse: Warehouse, audience: Audience, *, by: str = "segment") -> pd.DataFrame:
    """How invoices are paid ("commercial morality"), by a field of the customers.

    Counted are invoices with a due date that were paid by the as-of date, or due before it. An invoice without a customer
    belongs to the one of its order. Empty without invoices.

    Columns
    -------
    group : str                value of the field; unknown where there is none
    invoices : int64           invoices counted
    on_time_share : float64    of them, paid on or before the due date
    mean_days_late : float64   days from the due date to the payment or the as-of date, 0 where on time; weighted by amount
    overdue_amount : float64   amount due before the as-of date and not paid by it, money
    low_95 : float64           95% interval of on_time_share (Wilson)
    high_95 : float64          its upper end
    overdue_invoices : int64   invoices behind overdue_amount
    customers : int64          customers with an invoice counted
    amount : float64           amount of the invoices counted, money
    """
    frame = warehouse.read("metrics/payment_behaviour", audience, by=by)
    frame["on_time_share"] = frame["on_time"] / frame["invoices"]
    frame["mean_days_late"] = frame["amount_days"] / frame["amount"].where(frame["amount"] > 0)
    frame["low_95"], frame["high_95"] = wilson(frame["on_time"], frame["invoices"])
    columns = ["group", "invoices", "on_time_share", "mean_days_late", "overdue_amount", "low_95", "high_95"]
    columns += ["overdue_invoices", "customers", "amount"]
    shares = ("on_time_share", "mean_days_late", "overdue_amount", "low_95", "high_95", "amount")
    whole = dict.fromkeys(("invoices", "overdue_invoices", "customers"), "int64")
    frame = frame[columns].astype({"group": "str"} | dict.fromkeys(shares, "float64") | whole)
    none = None if len(frame) else "No invoice with a due date and a customer is loaded."
    return notes.noted(frame, none)


@kept
def discount_dependence(
    warehouse: Warehouse, audience: Audience, *, by: str = "segment", discount: float = 0.2
) -> pd.DataFrame:
    """Purchases made at a discount, by a field of the customers, where prices before discount are known.

    A purchase is at a discount if all its lines with a known price together cost at least so much less than before
    discount: the line's discount, else the list price of the product. Empty without such prices.

    Columns
    -------
    group : str                     value of the field; unknown where there is none
    customers : int64               buyers with a purchase whose price before discount is known
    purchases : int64               purchases of the group
    known_purchases : int64         of them, those whose price before discount is known
    discounted_share : float64      of those, at a discount of at least `discount`
    mean_customer_share : float64   mean over these buyers of their own share
    dependent_customers : int64     buyers with at least half of their known purchases at a discount
    dependent_revenue : float64     net revenue of those, money
    """
    frame = warehouse.read("metrics/discount_dependence", audience, by=by, discount=discount)
    total = frame["known"].sum()
    frame = frame if total else frame.head(0)
    frame["discounted_share"] = frame["discounted"] / frame["known"].where(frame["known"] > 0)
    frame["mean_customer_share"] = frame["shares"] / frame["customers"].where(frame["customers"] > 0)
    names = {"known": "known_purchases", "dependent": "dependent_customers"}
    columns = ["group", "customers", "purchases", "known_purchases", "discounted_share", "mean_customer_share"]
    columns += ["dependent_customers", "dependent_revenue"]
    whole = dict.fromkeys(("customers", "purchases", "known_purchases", "dependent_customers"), "int64")
    shares = dict.fromkeys(("discounted_share", "mean_customer_share", "dependent_revenue"), "float64")
    frame = frame.rename(columns=names)[columns].astype({"group": "str"} | whole | shares)
    said = f"A discount is at least {formats.share(discount, 0)}."
    none = "No price before discount is known: load order lines with their discount, or products with a list price."
    return notes.noted(frame, said if len(frame) else none)


def payment_in_words(frame: pd.DataFrame, as_of: date, currency: str | None = None) -> str | None:
    """What is paid on time, and what is overdue. Reads `payment_behaviour`."""
    count = int(frame["invoices"].sum())
    if count < FEWEST_INVOICES:
        return None
    on_time = (frame["on_time_share"] * frame["invoices"]).sum() / count
    late = np.average(frame["mean_days_late"].fillna(0), weights=frame["amount"].clip(lower=0) + 1e-9)
    return (
        f"To {formats.day(as_of)}, {formats.share(on_time)} of {formats.count(count)} invoices were paid by their due date; "
        f"weighted by amount they are {late:.1f} days late. {formats.money(frame['overdue_amount'].sum(), currency)} is overdue."
    )


def discount_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How much is bought at a discount, and by whom most. Reads `discount_dependence`."""
    known, customers = int(frame["known_purchases"].sum()), int(frame["customers"].sum())
    if customers < notes.FEWEST_CUSTOMERS:
        return None
    share = (frame["discounted_share"] * frame["known_purchases"]).sum() / known
    return (
        f"{formats.share(share)} of {formats.count(known)} purchases with a known price were made at a discount; "
        f"{formats.count(frame['dependent_customers'].sum())} of {formats.count(customers)} buyers bought at least half of theirs so, "
        f"with {formats.money(frame['dependent_revenue'].sum(), currency)} of revenue."
    )
