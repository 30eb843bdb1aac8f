"""Rows of cards with one number each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.metrics.diagnosis import diagnosis
from crm_analytics.metrics.summary import summary
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show

#: Complete periods that a sparkline shows.
TREND = 13


def business(warehouse: Warehouse, audience: Audience, evolution: pd.DataFrame) -> None:
    """Revenue, customers, order value and repurchase rate, each against the comparison period."""
    period = summary(warehouse, audience).iloc[0]
    now = diagnosis(warehouse, audience).iloc[0]
    earlier = diagnosis(warehouse, warehouse.audience(audience.rule, audience.before)).iloc[0]
    against = f"vs. the period to {formats.day(audience.before)}"
    since = f"{formats.day(period['period_start'])} – {formats.day(period['period_end'])}"
    rate = _points(now["repurchase_rate"], earlier["repurchase_rate"]) if pd.notna(period["revenue_before"]) else None
    whole = evolution[evolution["complete"]].tail(TREND)
    currency = session.currency()
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Revenue", formats.money(period["revenue"], currency), change=_change(period["revenue"], period["revenue_before"]),
            against=against, trend=whole["revenue"], about=f"Net of returns, {since}; guests included when the audience is everyone.",
        )  # fmt: skip
        show.number(
            "Active customers", formats.count(period["customers"]), change=_change(period["customers"], period["customers_before"]),
            against=against, trend=whole["customers"], about=f"Identified customers with a purchase, {since}.",
        )  # fmt: skip
        show.number(
            "Average order", formats.money(period["average_order_value"], currency),
            change=_change(period["average_order_value"], period["average_order_value_before"]),
            against=against, trend=whole["average_order_value"], about=f"Revenue over purchases, {since}.",
        )  # fmt: skip
        show.number(
            "Repurchase rate", formats.share(now["repurchase_rate"]), points=rate,
            against=f"vs. {formats.day(audience.before)}", trend=whole["repeat_customer_share"],
            about="Customers who bought on two days or more, of all who bought, over the whole history. "
            "The line shows the share of a month's customers who had bought before that month.",
        )  # fmt: skip


def diagnosis_facts(diagnosis: pd.DataFrame) -> None:
    """The diagnosis of a base as a short list."""
    row, currency = diagnosis.iloc[0], session.currency()
    returned = "" if pd.isna(row["lapsed_returned_share"]) else f" ({formats.count(row['lapsed_then'])} a window ago)"
    show.facts(
        [
            ("Customers who bought", formats.count(row["buyers"])),
            ("Purchases", formats.count(row["orders"])),
            ("Net revenue", formats.money(row["revenue"], currency)),
            ("of it after the first order", formats.share(row["repurchase_sales_share"])),
            ("Loyal customers", f"{formats.count(row['loyal_customers'])} ({formats.share(row['loyal_share'])})"),
            ("Days between purchases, median", formats.count(row["median_interpurchase_days"])),
            ("Lapsed who came back" + returned, formats.share(row["lapsed_returned_share"])),
        ]
    )


def concentration(found: pd.DataFrame) -> None:
    """How much hangs on how few."""
    row = found.iloc[0]
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Top 20% bring",
            formats.share(row["top_20_share"]),
            about="Share of revenue of the first fifth of the customers, by revenue.",
        )
        show.number(
            "80% comes from",
            formats.count(row["customers_for_80"]),
            about=f"Customers: {formats.share(row['customers_for_80_share'])} of all with revenue.",
        )
        show.number(
            "Still in the top 20%",
            formats.share(row["kept_in_top_20_share"]),
            about="Of the top fifth as of the comparison day.",
        )
        show.number(
            "Gini",
            "–" if pd.isna(row["gini"]) else f"{row['gini']:.3f}",
            about="0: everyone brings the same; near 1: one customer brings it all.",
        )


def _change(now: float, before: float) -> float | None:
    return None if pd.isna(now) or pd.isna(before) or not before > 0 else float(now) / float(before) - 1


def _points(now: float, before: float) -> float | None:
    return None if pd.isna(now) or pd.isna(before) else float(now) - float(before)
