"""Who earns the money after costs: the whale curve, and what each class of customers buys of each product line."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.pareto import MOST_POINTS, UNITS_OF_MONEY, in_units
from crm_analytics.metrics.value.pyramid import TIERS
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse


@kept
def whale_curve(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Cumulative share of profit against cumulative share of customers, highest profit first: at most 1,000 points.

    Profit = revenue less cost of goods less the costs that are booked to the customer, over the buyers of the audience
    with revenue above 0 whose cost of goods is known. The curve rises above 1 where some customers cost more than they
    bring; each point is exact, and the peak is always kept. Empty without costs of goods.

    Columns
    -------
    customer_share : float64    the first so many of the customers
    profit_share : float64      and the share of all profit that they bring; null where that is not above 0
    customers : int64           their number
    profit : float64            their profit, money
    """
    profit = _profits(warehouse, audience)
    n, reached = len(profit), np.concatenate([[0], np.cumsum(profit)])
    places = np.arange(n + 1) if n else np.array([], dtype=np.int64)
    if n >= MOST_POINTS:
        even = np.linspace(0, n, MOST_POINTS - 1).round().astype(np.int64)
        places = np.union1d(even, [int((profit > 0).sum())])
    total = int(reached[-1])
    frame = pd.DataFrame(
        {
            "customer_share": places / max(n, 1),
            "profit_share": (reached[places] / total).astype(float) if total > 0 else np.full(len(places), np.nan),
            "customers": places,
            "profit": (reached[places] / UNITS_OF_MONEY).astype(float),
        }
    )
    return notes.noted(frame, *_costs_known(warehouse, audience), notes.guests(warehouse, audience))


@kept
def profit_concentration(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The whale curve in one row: its peak, the customers who cost more than they bring, and what they cost.

    Columns
    -------
    customers : int64                   buyers with revenue above 0 and a known cost of goods
    revenue : float64                   their net revenue, money
    margin : float64                    revenue less cost of goods, money; null without costs of goods
    cost_to_serve : float64             costs that are booked to these customers, money; null where none are
    profit : float64                    margin less cost to serve, money; null without costs of goods
    peak_share : float64                profit of the profitable customers / profit; null where that is not above 0
    customers_to_peak : int64           customers with a profit above 0
    customers_to_peak_share : float64   of the customers; null without
    loss_customers : int64              customers with a profit below 0
    loss : float64                      what they cost, money (0 or less); null without costs of goods
    customers_without_margin : int64    buyers with revenue above 0 whose cost of goods is unknown, in no figure above
    """
    profit, parts = _profits(warehouse, audience), _parts(warehouse, audience)
    n, total = len(profit), int(profit.sum())
    gained, lost = int(profit[profit > 0].sum()), int(profit[profit < 0].sum())
    row = {
        "customers": n,
        "revenue": float(parts["revenue"]),
        "margin": float(parts["margin"]) if n else np.nan,
        "cost_to_serve": float(parts["cost_to_serve"]) if parts["customers_with_costs"] else np.nan,
        "profit": total / UNITS_OF_MONEY if n else np.nan,
        "peak_share": gained / total if total > 0 else np.nan,
        "customers_to_peak": int((profit > 0).sum()),
        "customers_to_peak_share": int((profit > 0).sum()) / n if n else np.nan,
        "loss_customers": int((profit < 0).sum()),
        "loss": lost / UNITS_OF_MONEY if n else np.nan,
        "customers_without_margin": int(parts["customers_without_margin"]),
    }
    return notes.noted(pd.DataFrame([row]), *_costs_known(warehouse, audience), notes.guests(warehouse, audience))


@kept
def profitability_matrix(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """What each tier of the pyramid buys of each product line in the last 12 months, and what it could buy.

    Tiers are those of the whole base. Services (postage, fees) and goods without a product line are left out; how much
    the latter are is said. Empty where no line has a product line.

    Columns
    -------
    customer_class : str      tier: top, large, medium or small
    product_line : str        product line
    customers : int64         customers of the class whose net revenue in the line is above 0
    revenue : float64         net revenue of the class in the line, money
    margin : float64          that revenue less cost of goods, money; null where no cost is known
    penetration : float64     customers / customers of the class; null for a class without customers
    index : float64           penetration / penetration of the line in all classes x 100; null where nobody buys it
    cross_sell_gap : float64  (penetration of the class above - penetration) x class_customers x mean_spend, money; null for top
    class_customers : int64   customers of the class
    mean_spend : float64      revenue of the line's buyers / their number, money; null without
    """
    frame = warehouse.read("metrics/profitability", audience, year_ago=months_before(audience.as_of, 12))
    frame = frame.rename(columns={"tier": "customer_class"}).astype({"customer_class": "str"})
    unnamed = frame.loc[frame["product_line"].isna(), "revenue"].sum() / (frame["revenue"].sum() or np.nan)
    named = frame[frame["product_line"].notna()]
    lines = sorted(
        named["product_line"].unique(),
        key=lambda line: (-named.loc[named["product_line"] == line, "revenue"].sum(), line),
    )
    keys = pd.MultiIndex.from_product([TIERS, lines], names=["customer_class", "product_line"])
    full = named.set_index(["customer_class", "product_line"]).reindex(keys)
    full[["customers", "revenue", "spent"]] = full[["customers", "revenue", "spent"]].fillna(0).astype("float64")
    sizes = _class_sizes(warehouse, audience)
    full["class_customers"] = [sizes[tier] for tier in full.index.get_level_values(0)]
    full["penetration"] = full["customers"] / full["class_customers"].where(full["class_customers"] > 0)
    overall = full.groupby("product_line")["customers"].sum() / max(sum(sizes.values()), 1)
    base = pd.Series(full.index.get_level_values(1).map(overall), full.index, dtype="float64")
    full["index"] = 100 * full["penetration"] / base.where(base > 0)
    full["mean_spend"] = full["spent"] / full["customers"].where(full["customers"] > 0)
    above = full["penetration"].unstack(0).reindex(columns=list(TIERS)).shift(axis=1).stack(future_stack=True)
    above = above.swaplevel().reindex(keys)
    full["cross_sell_gap"] = (above - full["penetration"]) * full["class_customers"] * full["mean_spend"]
    columns = [
        "customers",
        "revenue",
        "margin",
        "penetration",
        "index",
        "cross_sell_gap",
        "class_customers",
        "mean_spend",
    ]
    whole = {"customers": "int64", "class_customers": "int64"}
    frame = full[columns].astype(dict.fromkeys(columns, "float64") | whole).reset_index()
    frame = frame.astype({"customer_class": "str", "product_line": "str"})
    apart = f"{formats.share(unnamed)} of the revenue of these lines has no product line." if unnamed > 0 else None
    none = None if lines else "No order line has a product line: load products or order lines that name one."
    return notes.noted(frame, none or apart)


def _profits(warehouse: Warehouse, audience: Audience) -> np.ndarray:
    """Profit of each counted buyer, highest first, in ten-thousandths."""
    return in_units(warehouse.read("metrics/profits", audience), "profit")


def _parts(warehouse: Warehouse, audience: Audience) -> pd.Series:
    return warehouse.read("metrics/profit_parts", audience).iloc[0]


def _class_sizes(warehouse: Warehouse, audience: Audience) -> dict[str, int]:
    pairs = warehouse.read("metrics/pyramid", audience, year_ago=months_before(audience.as_of, 12))
    sizes = pairs.groupby(pairs["tier"].astype("str"))["customers"].sum()
    return {tier: int(sizes.get(tier, 0)) for tier in TIERS}


def _costs_known(warehouse: Warehouse, audience: Audience) -> list[str]:
    """What the profit counts and what it leaves out."""
    parts = _parts(warehouse, audience)
    if parts["customers"] == 0:
        return ["No cost of goods is known: load products with their unit cost, and order lines that name them."]
    said = []
    if parts["customers_with_costs"] == 0:
        said.append("No cost to serve is booked to customers: profit here is margin.")
    else:
        said.append(f"Cost to serve is booked to {formats.count(parts['customers_with_costs'])} of these customers.")
    if parts["customers_without_margin"]:
        said.append(f"Of {formats.count(parts['customers_without_margin'])} more buyers no cost of goods is known.")
    if parts["customers_without_revenue"]:
        said.append(
            f"{formats.count(parts['customers_without_revenue'])} buyers returned everything and stand apart, with a profit "
            f"of {formats.money(parts['profit_of_those'])}."
        )
    return said


def whale_in_words(frame: pd.DataFrame, as_of: date, currency: str | None = None) -> str | None:
    """The peak of the whale curve and its tail. Reads `profit_concentration`."""
    row = frame.iloc[0]
    if row["customers"] < notes.FEWEST_CUSTOMERS or pd.isna(row["peak_share"]):
        return None
    sentence = (
        f"To {formats.day(as_of)}, {formats.count(row['customers_to_peak'])} of {formats.count(row['customers'])} customers "
        f"earn {formats.share(row['peak_share'])} of a profit of {formats.money(row['profit'], currency)}"
    )
    if row["loss_customers"] == 0:
        return f"{sentence}; nobody costs more than he brings."
    return (
        f"{sentence}; {formats.count(row['loss_customers'])} cost more than they bring, "
        f"{formats.money(-row['loss'], currency)} in all."
    )


def profitability_in_words(frame: pd.DataFrame, as_of: date, currency: str | None = None) -> str | None:
    """The best next line of the class with the largest gap. Reads `profitability_matrix`."""
    sizes = frame.groupby("customer_class")["class_customers"].first()
    gaps = frame[(frame["cross_sell_gap"] > 0) & (frame["customers"] > 0)]
    if frame.empty or sizes.sum() < notes.FEWEST_CUSTOMERS or gaps.empty:
        return None
    best = gaps.loc[gaps.groupby("customer_class")["cross_sell_gap"].idxmax()]
    best = best.sort_values("cross_sell_gap", ascending=False)
    lines = "; ".join(
        f"{row.customer_class}: {row.product_line}, {formats.money(row.cross_sell_gap, currency)}"
        for row in best.itertuples()
    )
    return (
        f"In the 12 months to {formats.day(as_of)}, the best next line of each class, and what it would bring if as many "
        f"bought it as in the class above: {lines}."
    )
