"""Cases small enough for a pencil, and the sentences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.sales import diagnosis, retention, sales
from crm_analytics.metrics.sales.retention import kaplan_meier
from crm_analytics.metrics.segments import rfm
from crm_analytics.metrics.value import pareto
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in
from tests.metrics.conftest import data
from tests.metrics.loading import load_orders, only, rows_of


def test_kaplan_meier_by_hand() -> None:
    # five buyers: back on day 1, 2 and 2, one lost to view on day 2 (still at risk then), one on day 3
    share, low, high = kaplan_meier(np.array([0, 1, 2, 0]), np.array([5, 5, 4, 1]))
    assert share == pytest.approx([0, 0.2, 0.6, 0.6])
    assert np.isnan([low[0], high[0]]).all()
    # day 2: Greenwood 1/20 + 2/8 = 0.3, ln S = -0.91629; 0.4 ** exp(-+ 1.95996 * 0.54772 / 0.91629)
    assert (low[2], high[2]) == pytest.approx((0.247184, 0.948024), abs=1e-5)


def test_kaplan_meier_against_published_figures() -> None:
    raw = pd.read_csv(data("telco_churn/Telco-Customer-Churn.csv"))
    months = np.arange(73)
    at_risk = np.array([(raw["tenure"] >= month).sum() for month in months])
    events = np.array([((raw["tenure"] == month) & (raw["Churn"] == "Yes")).sum() for month in months])
    share, _, _ = kaplan_meier(events, at_risk)
    published = {1: 0.9460, 12: 0.8432, 24: 0.7887, 36: 0.7485, 48: 0.7088, 60: 0.6644, 72: 0.5928}
    assert {month: round(1 - share[month], 4) for month in published} == published


def test_everybody_back_leaves_no_band() -> None:
    share, low, high = kaplan_meier(np.array([0, 2]), np.array([2, 2]))
    assert share[1] == 1
    assert np.isnan([low[1], high[1]]).all()


def test_gini_hhi_and_top_by_hand(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-01", 60.0), ("b", "2024-01-01", 30.0), ("c", "2024-01-01", 10.0)])
    found = only(pareto.pareto(warehouse, warehouse.audience()))
    # ascending 10, 30, 60: 2 (10 + 60 + 180) / 300 - 4 / 3 = 1 / 3
    assert found["gini"] == pytest.approx(1 / 3)
    assert found["hhi"] == pytest.approx(0.46)
    assert (found["top_20_customers"], found["top_20_share"]) == (1, 0.6)
    assert (found["customers_for_80"], found["kept_in_top_20_share"]) == (2, None)


def test_exactly_80_percent_is_80_percent(warehouse: Warehouse) -> None:
    load_orders(warehouse, [(name, "2024-01-01", 0.1) for name in "abcdefghij"])
    found = only(pareto.pareto(warehouse, warehouse.audience()))
    assert (found["customers_for_80"], found["gini"]) == (8, pytest.approx(0, abs=1e-12))
    classes = pareto.abc(warehouse, warehouse.audience())
    assert rows_of(classes, "class", "customers") == [("A", 8), ("B", 2), ("C", 0)]


def test_intervals_weigh_by_customer(warehouse: Warehouse) -> None:
    daily = [("often", f"2024-01-{day:02}", 1.0) for day in range(1, 12)]
    load_orders(warehouse, [*daily, ("seldom", "2024-01-01", 1.0), ("seldom", "2024-04-10", 1.0)])
    found = only(diagnosis.diagnosis(warehouse, warehouse.audience()))
    assert found["mean_interpurchase_days"] == pytest.approx((1 + 100) / 2)
    assert (found["median_interpurchase_days"], found["p80_interpurchase_days"]) == (1, 100)
    bins = retention.interpurchase(warehouse, warehouse.audience(), width=50)
    assert rows_of(bins, "days_from", "days_to", "intervals", "weighted_share") == [(0, 50, 10, 0.5), (50, 100, 1, 0.5)]


def test_periods_without_orders_are_there(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-31", 10.0), ("a", "2024-04-01", 5.0)])
    frame = sales.sales(warehouse, warehouse.audience())
    assert rows_of(frame, "period_start", "revenue", "orders", "average_order_value", "complete") == [
        ("2024-01-01", 10.0, 1, 10.0, True),
        ("2024-02-01", 0.0, 0, None, True),
        ("2024-03-01", 0.0, 0, None, True),
        ("2024-04-01", 5.0, 1, 5.0, False),
    ]


def test_an_unfinished_period_is_compared_with_the_same_days(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2023-03-05", 10.0), ("a", "2023-03-20", 100.0), ("a", "2024-03-10", 20.0)])
    last = sales.sales(warehouse, warehouse.audience()).iloc[-1]
    assert (last["revenue_before"], last["orders_before"], last["growth_on_before"]) == (10.0, 1, 1.0)
    assert np.isnan(last["growth"])


def test_an_observed_age_without_purchases_is_zero_and_an_unfinished_one_blank(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-10", 10.0), ("b", "2024-03-10", 5.0)])
    frame = retention.retention(warehouse, warehouse.audience())
    assert rows_of(frame, "cohort", "age", "customers", "share", "cohort_revenue") == [
        ("2024-01-01", 0, 1, 1.0, 10.0),
        ("2024-01-01", 1, 0, 0.0, 10.0),
        ("2024-01-01", 2, 0, None, None),
        ("2024-03-01", 0, 1, None, None),
    ]


def test_cutoffs_name_scores_that_ties_leave_empty(warehouse: Warehouse) -> None:
    load_orders(warehouse, [(name, "2024-01-01", 1.0) for name in "abc"])
    frame = rfm.rfm_cutoffs(warehouse, warehouse.audience())
    assert rows_of(frame[frame["customers"] > 0], "measure", "score", "low", "high", "customers") == [
        ("recency", 1, 0.0, 0.0, 3),
        ("frequency", 1, 1.0, 1.0, 3),
        ("monetary", 1, 1.0, 1.0, 3),
    ]
    assert len(frame) == 15
    assert frame.attrs["notes"][0].startswith("Ties leave these scores empty: recency 2, recency 3,")


def test_cutoffs_of_a_narrower_audience_keep_the_bounds_of_the_base(warehouse: Warehouse) -> None:
    load_orders(
        warehouse, [(name, "2024-01-01", amount) for name, amount in zip("abcde", (1, 2, 3, 4, 5), strict=True)]
    )
    everyone = rfm.rfm_cutoffs(warehouse, warehouse.audience())
    few = rfm.rfm_cutoffs(warehouse, warehouse.audience(where("customer_id", "is", "a")))
    pd.testing.assert_frame_equal(everyone[["low", "high"]], few[["low", "high"]])
    assert few["customers"].sum() == 3


def test_guests_are_noted_beside_customer_figures(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-01", 75.0), (None, "2024-01-01", 25.0)])
    note = "1 orders without a customer, 25.0% of revenue, are in no customer figure."
    everyone, narrower = warehouse.audience(), warehouse.audience(where("customer_id", "is", "a"))
    for metric in (rfm.rfm, pareto.pareto, pareto.abc, retention.repurchase, diagnosis.diagnosis):
        assert note in metric(warehouse, everyone).attrs["notes"]
        assert note not in metric(warehouse, narrower).attrs["notes"]


def test_a_long_curve_is_thinned_and_keeps_what_is_marked(warehouse: Warehouse) -> None:
    load_orders(warehouse, [(f"{n:05}", "2024-01-01", 1.0 + n % 997) for n in range(2503)])
    audience = warehouse.audience()
    curve, found = pareto.pareto_curve(warehouse, audience), only(pareto.pareto(warehouse, audience))
    assert len(curve) <= 1000
    assert curve.attrs["notes"][0] == f"{len(curve):,} points of 2,503 customers, each exact."
    at = curve.set_index("customers")["revenue_share"]
    assert at[found["top_20_customers"]] == pytest.approx(found["top_20_share"])
    assert at[found["customers_for_80"]] >= 0.8
    assert curve["revenue_share"].is_monotonic_increasing


# --- sentences ------------------------------------------------------------------------------------------------------


def sentences(warehouse: Warehouse) -> list[str | None]:
    everyone = warehouse.audience(before=date(2024, 2, 15))
    day, row = everyone.as_of, diagnosis.diagnosis(warehouse, everyone)
    return [
        diagnosis.diagnosis_in_words(row, "EUR"),
        diagnosis.statuses_in_words(diagnosis.statuses(warehouse, everyone), day),
        sales.sales_in_words(sales.sales(warehouse, everyone), "month", "EUR"),
        retention.retention_in_words(retention.retention(warehouse, everyone)),
        retention.repurchase_in_words(retention.repurchase(warehouse, everyone), day),
        retention.interpurchase_in_words(retention.interpurchase(warehouse, everyone), row),
        rfm.rfm_in_words(rfm.rfm(warehouse, everyone), day),
        rfm.rfm_grid_in_words(rfm.rfm_grid(warehouse, everyone), day),
        rfm.rfm_migration_in_words(rfm.rfm_migration(warehouse, everyone), everyone.before, day),
        pareto.pareto_in_words(pareto.pareto(warehouse, everyone), day),
        pareto.abc_in_words(pareto.abc(warehouse, everyone), day),
    ]


def base_of(customers: int) -> list[tuple[str | None, str, float]]:
    first = [(f"{n:03}", f"2024-01-{1 + n % 28:02}", 10.0 + n) for n in range(customers)]
    again = [(f"{n:03}", f"2024-{2 + n % 2:02}-10", 20.0) for n in range(customers)]
    return [*first, *again, ("last", "2024-04-02", 1.0)]


def test_sentences_quote_their_numbers(warehouse: Warehouse) -> None:
    load_orders(warehouse, base_of(40))
    found = sentences(warehouse)
    assert found[0] == (
        "From 1 Jan 2024 to 2 Apr 2024, 41 customers bought; sales are EUR 1.98k. "
        "97.6% of them came back on another day, and 0.0% are loyal."
    )
    assert found[3].startswith("Of 40 customers in the cohort Jan 2024, 50.0% bought again")
    assert all(sentence is None or (sentence.endswith(".") and "nan" not in sentence) for sentence in found)
    assert [place for place, sentence in enumerate(found) if sentence is None] == [2]  # March has 20 orders


def test_sentences_are_withheld_when_there_is_too_little(warehouse: Warehouse) -> None:
    load_orders(warehouse, base_of(12))
    assert sentences(warehouse) == [None] * 11


def test_frames_may_be_changed_without_changing_what_is_kept(warehouse: Warehouse, tmp_path: Path) -> None:
    load_orders(warehouse, base_of(3))
    first = diagnosis.statuses(warehouse, warehouse.audience())
    first["customers"] = 0
    assert diagnosis.statuses(warehouse, warehouse.audience())["customers"].sum() == 4


def test_sales_are_set_beside_the_period_of_the_comparison_day(warehouse: Warehouse, tmp_path: Path) -> None:
    lines = [f"C{month},2024-{month:02}-10,{100 * month}" for month in range(1, 13)]
    (tmp_path / "orders.csv").write_text("customer,date,amount\n" + "\n".join(lines) + "\n")
    bring_in(warehouse, tmp_path / "orders.csv")
    for before, back, words in ((date(2024, 9, 10), 3, "3 months earlier"), (date(2024, 11, 10), 1, "1 month earlier")):
        frame = sales.sales(warehouse, warehouse.audience(as_of=date(2024, 12, 10), before=before))
        assert frame.attrs["earlier"] == words
        assert frame["revenue_before"].iloc[-1] == 100 * (12 - back)
        assert sales.earlier(frame)["period_start"].iloc[-1] == pd.Timestamp(2024, 12 - back, 1)
    year = sales.sales(warehouse, warehouse.audience(as_of=date(2024, 12, 10)))
    assert year.attrs["earlier"] == "a year earlier"
    assert year["revenue_before"].isna().all()
