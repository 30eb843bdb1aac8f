"""Rows of cards with one number each."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.metrics.sales.diagnosis import diagnosis as diagnosed
from crm_analytics.metrics.sales.summary import summary
from crm_analytics.metrics.value.pareto import pareto
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, shell, show

#: Complete periods that a sparkline shows.
TREND = 13


def business(warehouse: Warehouse, audience: Audience, evolution: pd.DataFrame) -> None:
    """Revenue, customers, order value and repurchase rate, each against the comparison period."""
    compared = summary(warehouse, audience)
    period = compared.iloc[0]
    now = diagnosed(warehouse, audience).iloc[0]
    earlier = diagnosed(warehouse, _then(warehouse, audience)).iloc[0]
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
    if noted := compared.attrs.get("notes"):
        st.caption(shell.inert(" ".join(noted)))


def diagnosis_facts(warehouse: Warehouse, audience: Audience, diagnosis: pd.DataFrame) -> None:
    """The diagnosis as a short list, beside that of the comparison day where there were buyers then."""
    earlier = diagnosed(warehouse, _then(warehouse, audience))
    now = _facts(diagnosis.iloc[0])
    then = _facts(earlier.iloc[0]) if earlier.iloc[0]["buyers"] else dict.fromkeys(now, "–")
    dates = (formats.day(audience.as_of), formats.day(audience.before))
    columns = {"as of": list(now), dates[0]: list(now.values()), dates[1]: list(then.values())}
    show.short(pd.DataFrame(columns), "diagnosis")


def _facts(row: pd.Series) -> dict[str, str]:
    lapsed = "–" if pd.isna(row["lapsed_returned_share"]) else formats.share(row["lapsed_returned_share"])
    return {
        "Customers who bought": formats.count(row["buyers"]),
        "Net revenue so far": formats.money(row["revenue"], session.currency()),
        "of it after the first purchase day": formats.share(row["repurchase_sales_share"]),
        "Loyal customers": formats.share(row["loyal_share"]),
        "Lapsed customers": formats.count(row["lapsed"]),
        "Lapsed a window before, back since": lapsed,
        "Median days between purchases": formats.count(row["median_interpurchase_days"]),
    }


def concentration(warehouse: Warehouse, audience: Audience, found: pd.DataFrame) -> None:
    """How much hangs on how few, against the comparison day."""
    row = found.iloc[0]
    then = pareto(warehouse, _then(warehouse, audience)).iloc[0]
    against = f"vs. {formats.day(audience.before)}"
    with st.grid(4, min_column_width=150, gap="small"):
        show.number(
            "Top 20% bring", formats.share(row["top_20_share"]), points=_points(row["top_20_share"], then["top_20_share"]),
            against=against, neutral=True, about="Share of revenue of the first fifth of the customers, by revenue.",
        )  # fmt: skip
        show.number(
            "80% comes from", formats.share(row["customers_for_80_share"]), against=against, neutral=True,
            points=_points(row["customers_for_80_share"], then["customers_for_80_share"]),
            about=f"Of the customers: {formats.count(row['customers_for_80'])} of {formats.count(row['customers'])} with revenue.",
        )  # fmt: skip
        show.number(
            "Still in the top 20%", formats.share(row["kept_in_top_20_share"]),
            about=f"Of the top fifth as of {formats.day(audience.before)}.",
        )  # fmt: skip
        show.number(
            "Gini", "–" if pd.isna(row["gini"]) else f"{row['gini']:.3f}",
            about="0: everyone brings the same; near 1: one customer brings it all.",
        )  # fmt: skip


def _then(warehouse: Warehouse, audience: Audience) -> Audience:
    """The same rule as of the comparison day."""
    return warehouse.audience(audience.rule, audience.before)


def _change(now: float, before: float) -> float | None:
    return None if pd.isna(now) or pd.isna(before) or not before > 0 else float(now) / float(before) - 1


def _points(now: float, before: float) -> float | None:
    return None if pd.isna(now) or pd.isna(before) else float(now) - float(before)
