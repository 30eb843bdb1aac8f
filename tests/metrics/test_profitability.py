"""The whale curve and the matrix of classes and lines, each a second time in plain pandas."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.value import profitability, pyramid
from crm_analytics.metrics.value.pyramid import TIERS
from crm_analytics.query.rules import where
from tests.conftest import in_memory
from tests.metrics.loading import load_frame, load_orders

PRODUCTS = pd.DataFrame(
    {
        "product_id": ["p0", "p1", "p2", "p3", "ship"],
        "product_line": ["Tea", "Tea", "Pots", None, "Service"],
        "unit_cost": [2.0, 9.0, 30.0, 1.0, 4.0],
    }
)
YEAR_AGO, AS_OF = pd.Timestamp("2023-06-30"), pd.Timestamp("2024-06-30")


def made() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 900
    frame = pd.DataFrame(
        {
            "order_id": np.arange(n).astype(str),
            "customer_id": [f"c{each:03}" for each in rng.integers(0, 150, n)],
            "ordered_at": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 547, n), unit="D"),
            "product_id": rng.choice(["p0", "p1", "p2", "p3", "SHIP"], n),
            "quantity": rng.choice([1.0, 2.0, 3.0, -1.0], n, p=[0.5, 0.3, 0.15, 0.05]),
        }
    )
    frame["unit_price"] = frame["product_id"].map({"p0": 5.0, "p1": 8.0, "p2": 60.0, "p3": 3.0, "SHIP": 5.0})
    frame.loc[0, ["ordered_at", "customer_id", "quantity"]] = [AS_OF, "c000", 1.0]
    return frame.astype({"ordered_at": "datetime64[us]"})


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    warehouse = in_memory(tmp_path_factory.mktemp("profit"))
    load_frame(warehouse, "order_lines", made())
    load_frame(warehouse, "products", PRODUCTS.assign(product_id=[*PRODUCTS["product_id"][:4], "SHIP"]), import_id=2)
    costs = pd.DataFrame(
        {"customer_id": ["c001", "c001", "c002", None], "amount": [500.0, 10.0, 3.0, 99.0], "kind": ["service"] * 4}
    ).assign(period_start=pd.Timestamp("2024-01-01"))
    load_frame(warehouse, "costs", costs.astype({"period_start": "datetime64[us]"}), import_id=3)
    yield warehouse
    warehouse.close()


def lines() -> pd.DataFrame:
    frame = made()
    products = PRODUCTS.assign(product_id=[*PRODUCTS["product_id"][:4], "SHIP"]).set_index("product_id")
    frame["net"] = frame["quantity"] * frame["unit_price"]
    frame["cost"] = frame["quantity"] * frame["product_id"].map(products["unit_cost"])
    frame["line"] = frame["product_id"].map(products["product_line"])
    return frame


def profits() -> pd.DataFrame:
    frame = lines()
    orders = frame.groupby(["customer_id", "order_id"])["net"].sum()
    bought = set(orders[orders > 0].reset_index()["customer_id"])
    sums = frame.groupby("customer_id")[["net", "cost"]].sum()
    sums = sums[sums.index.isin(bought)]
    served = pd.Series({"c001": 510.0, "c002": 3.0}).reindex(sums.index, fill_value=0)
    return sums.assign(profit=sums["net"] - sums["cost"] - served)


def test_whale_curve_by_pandas(loaded) -> None:
    expected = profits()
    counted = expected.loc[expected["net"] > 0, "profit"].sort_values(ascending=False)
    curve = profitability.whale_curve(loaded, loaded.audience())
    assert curve["profit"].to_numpy() == pytest.approx(np.concatenate([[0], counted.cumsum()]), abs=1e-6)
    assert curve["profit_share"].iloc[-1] == 1
    row = profitability.profit_concentration(loaded, loaded.audience()).iloc[0]
    assert (row["customers"], row["loss_customers"]) == (len(counted), (counted < 0).sum())
    assert row["loss"] == pytest.approx(counted[counted < 0].sum())
    assert row["loss"] < -400
    assert row["cost_to_serve"] == 513
    assert row["profit"] == pytest.approx(row["margin"] - 513)
    assert row["peak_share"] == pytest.approx(curve["profit_share"].max())
    assert row["customers_to_peak"] == curve["customers"][curve["profit"].idxmax()]
    apart = " ".join(profitability.whale_curve(loaded, loaded.audience()).attrs["notes"])
    assert "booked to 2 of these customers" in apart


def test_costs_count_from_their_period_on(loaded) -> None:
    row = profitability.profit_concentration(loaded, loaded.audience(as_of=date(2023, 12, 31))).iloc[0]
    assert np.isnan(row["cost_to_serve"])
    few = profitability.profit_concentration(loaded, loaded.audience(where("customer_id", "is", "c001"))).iloc[0]
    assert (few["customers"], few["cost_to_serve"]) == (1, 510)


def test_matrix_by_pandas(loaded) -> None:
    frame = profitability.profitability_matrix(loaded, loaded.audience()).set_index(["customer_class", "product_line"])
    year = lines()
    year = year[(year["ordered_at"] > YEAR_AGO) & (year["ordered_at"] <= AS_OF)]
    revenue = year.groupby("customer_id")["net"].sum()
    ranked = sorted(revenue[revenue > 0].items(), key=lambda item: (-item[1], item[0]))
    ends = [-(-len(ranked) // 100), -(-len(ranked) // 20), -(-len(ranked) // 5), len(ranked)]
    tier = {who: TIERS[next(at for at, end in enumerate(ends) if place < end)] for place, (who, _) in enumerate(ranked)}
    sizes = pd.Series(tier).value_counts()
    goods = (
        year[year["line"].isin(["Tea", "Pots"])].groupby(["customer_id", "line"])[["net", "cost"]].sum().reset_index()
    )
    goods = goods[goods["customer_id"].isin(tier)].assign(tier=lambda rows: rows["customer_id"].map(tier))
    for line in ("Tea", "Pots"):
        above = None
        for name in TIERS:
            mine, here = frame.loc[(name, line)], goods[(goods["tier"] == name) & (goods["line"] == line)]
            buyers = here[here["net"] > 0]
            assert (mine["customers"], mine["class_customers"]) == (len(buyers), sizes[name])
            assert mine["revenue"] == pytest.approx(here["net"].sum())
            assert mine["margin"] == pytest.approx((here["net"] - here["cost"]).sum())
            assert mine["penetration"] == pytest.approx(len(buyers) / sizes[name])
            every = goods[(goods["line"] == line) & (goods["net"] > 0)]
            assert mine["index"] == pytest.approx(100 * mine["penetration"] / (len(every) / len(tier)))
            if above is not None:
                gap = (above - mine["penetration"]) * sizes[name] * buyers["net"].mean()
                assert mine["cross_sell_gap"] == pytest.approx(gap)
            above = mine["penetration"]
    assert frame["cross_sell_gap"].loc["top"].isna().all()
    assert len(frame) == 8
    assert frame.groupby("customer_class")["class_customers"].first().sum() == len(tier)


def test_matrix_and_pyramid_have_the_same_classes(loaded) -> None:
    tiers = pyramid.pyramid(loaded, loaded.audience()).set_index("tier")["customers"]
    frame = profitability.profitability_matrix(loaded, loaded.audience())
    assert frame.groupby("customer_class")["class_customers"].first().to_dict() == tiers[list(TIERS)].to_dict()


def test_without_costs_or_lines_nothing_is_guessed(warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-05", 10.0), ("b", "2024-02-05", 30.0)])
    curve = profitability.whale_curve(warehouse, warehouse.audience())
    assert curve.empty
    assert "No cost of goods is known" in curve.attrs["notes"][0]
    row = profitability.profit_concentration(warehouse, warehouse.audience()).iloc[0]
    assert row[["margin", "profit", "peak_share", "loss"]].isna().all()
    matrix = profitability.profitability_matrix(warehouse, warehouse.audience())
    assert matrix.empty
    assert "No order line has a product line" in matrix.attrs["notes"][0]


def test_sentences(loaded) -> None:
    row = profitability.profit_concentration(loaded, loaded.audience())
    words = profitability.whale_in_words(row, AS_OF.date(), "EUR")
    assert words is not None
    assert f"{row['loss_customers'].iloc[0]} cost more than they bring" in words
    matrix = profitability.profitability_matrix(loaded, loaded.audience())
    best = matrix.loc[matrix["cross_sell_gap"].idxmax()]
    words = profitability.profitability_in_words(matrix, AS_OF.date())
    assert words is not None
    assert f"{best['customer_class']}: {best['product_line']}" in words
