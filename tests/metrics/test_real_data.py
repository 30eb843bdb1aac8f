"""Every number of the first metrics, computed a second time in plain pandas from the raw rows of real data."""

from __future__ import annotations

import itertools
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from tests.metrics.conftest import Case
from tests.metrics.loading import only

CENTS = 10_000


@pytest.fixture(
    params=[
        ("online_retail", None),
        ("online_retail", date(2011, 8, 15)),
        ("cdnow", None),
        ("cdnow", date(1997, 9, 30)),
    ],
    ids=lambda param: f"{param[0]}-{param[1] or 'latest'}",
)
def case(request: pytest.FixtureRequest, open_case) -> Case:
    return open_case(*request.param)


# --- the second way -------------------------------------------------------------------------------------------------


def money(ten_thousandths: int) -> float:
    return int(ten_thousandths) / CENTS


def purchases(case: Case) -> pd.DataFrame:
    return case.orders[(case.orders["net"] > 0) & case.orders["customer"].notna()]


def days_by_customer(case: Case) -> dict[str, list[pd.Timestamp]]:
    bought = purchases(case).drop_duplicates(["customer", "day"]).sort_values("day")
    return {customer: list(rows["day"]) for customer, rows in bought.groupby("customer")}


def gaps_by_customer(case: Case) -> list[list[int]]:
    found = [[(b - a).days for a, b in itertools.pairwise(days)] for days in days_by_customer(case).values()]
    return [gaps for gaps in found if gaps]


def quantile(gaps: list[list[int]], part: float) -> int:
    weighted = sorted((gap, 1 / len(each)) for each in gaps for gap in each)
    reached = 0.0
    for gap, weight in weighted:
        reached += weight
        if reached >= part * len(gaps) - 1e-6:
            return gap
    raise AssertionError("no gaps")


def window(case: Case) -> int:
    gaps = gaps_by_customer(case)
    if sum(map(len, gaps)) < 50:
        return 365
    history = (case.orders["day"].max() - case.orders["day"].min()).days
    return min(max(math.ceil(quantile(gaps, 0.9) / 7) * 7, 35), history // 2 // 7 * 7)


def status(days: list[pd.Timestamp], as_of: pd.Timestamp, width: int) -> str:
    if (as_of - days[0]).days <= width:
        return "new"
    if (as_of - days[-1]).days > width:
        return "lapsed"
    ages = [(as_of - day).days for day in days]
    last = sum(age <= width for age in ages)
    before = sum(width < age <= 2 * width + 1 for age in ages)
    n = last + before
    p = sum(math.comb(n, k) for k in range(last + 1)) / 2**n
    return "declining" if before >= 7 and last <= before / 2 and p <= 0.05 else "active"


def buyers(case: Case) -> pd.DataFrame:
    """Per buyer: recency, frequency, net revenue, scores, FM."""
    bought = purchases(case).groupby("customer")["day"].agg(["max", "nunique"])
    frame = pd.DataFrame({"r": (case.as_of - bought["max"]).dt.days, "f": bought["nunique"]})
    frame["m"] = case.orders.groupby("customer")["net"].sum()
    for name, ascending in (("r", False), ("f", True), ("m", True)):
        rank = frame[name].rank(method="min", ascending=ascending).astype(int)
        frame[f"{name}_score"] = [min(5, 1 + 5 * (place - 1) // len(frame)) for place in rank]
    frame["fm"] = [(f + m + 1) // 2 for f, m in zip(frame["f_score"], frame["m_score"], strict=True)]
    return frame


# --- diagnosis ------------------------------------------------------------------------------------------------------


def test_sizes_and_sales(case: Case) -> None:
    found = only(compute(case.warehouse, "diagnosis", case.audience))
    orders, bought, guests = case.orders, purchases(case), case.orders[case.orders["customer"].isna()]
    assert found["customers"] == orders["customer"].nunique()
    assert found["buyers"] == bought["customer"].nunique()
    assert found["orders"] == (orders["net"] > 0).sum()
    assert found["purchase_days"] == sum(map(len, days_by_customer(case).values()))
    assert found["revenue"] == money(orders["net"].sum())
    assert found["gross_revenue"] == money(orders["gross"].sum())
    assert found["average_order_value"] == pytest.approx(money(orders["net"].sum()) / (orders["net"] > 0).sum())
    assert found["guest_orders"] == (guests["net"] > 0).sum()
    assert found["guest_revenue"] == money(guests["net"].sum())
    assert found["first_order_on"] == str(orders.loc[orders["net"] > 0, "day"].min().date())
    assert found["last_order_on"] == str(orders.loc[orders["net"] > 0, "day"].max().date())


def test_loyalty_and_repurchase(case: Case) -> None:
    found = only(compute(case.warehouse, "diagnosis", case.audience))
    days, width, as_of = days_by_customer(case), window(case), case.as_of
    assert found["activity_window_days"] == width
    repeat = sum(len(each) >= 2 for each in days.values())
    assert found["repurchase_rate"] == pytest.approx(repeat / len(days))
    loyal = sum(
        len(each) >= 3 and (as_of - each[-1]).days <= width and (as_of - each[0]).days >= width
        for each in days.values()
    )
    assert (found["loyal_customers"], found["loyal_share"]) == (loyal, pytest.approx(loyal / len(days)))
    known = case.orders.dropna(subset=["customer"])
    first = known["customer"].map({customer: each[0] for customer, each in days.items()})
    later = known.loc[known["day"] > first, "net"].sum()
    assert found["repurchase_sales_share"] == pytest.approx(later / known["net"].sum(), rel=1e-12)


def test_lapsed_customers_who_returned(case: Case) -> None:
    found = only(compute(case.warehouse, "diagnosis", case.audience))
    width = pd.Timedelta(days=window(case))
    then = case.as_of - width
    lapsed = [
        days
        for days in days_by_customer(case).values()
        if (past := [day for day in days if day <= then]) and then - past[-1] > width
    ]
    returned = sum(days[-1] > then for days in lapsed)
    assert (found["lapsed_then"], found["lapsed_returned"]) == (len(lapsed), returned)
    expected = pytest.approx(returned / len(lapsed)) if lapsed else None
    assert found["lapsed_returned_share"] == expected


def test_interpurchase_times(case: Case) -> None:
    found = only(compute(case.warehouse, "diagnosis", case.audience))
    gaps = gaps_by_customer(case)
    assert found["interpurchase_customers"] == len(gaps)
    assert found["mean_interpurchase_days"] == pytest.approx(np.mean([np.mean(each) for each in gaps]), rel=1e-12)
    assert found["median_interpurchase_days"] == quantile(gaps, 0.5)
    assert found["p80_interpurchase_days"] == quantile(gaps, 0.8)
    bins = compute(case.warehouse, "interpurchase", case.audience, width=10)
    assert bins["intervals"].sum() == sum(map(len, gaps))
    assert bins["weighted_share"].sum() == pytest.approx(1)
    for row in bins.iloc[[0, 1, 5, len(bins) - 1]].itertuples():
        inside = [[gap for gap in each if row.days_from < gap <= row.days_to] for each in gaps]
        assert row.intervals == sum(map(len, inside))
        weight = sum(len(some) / len(each) for some, each in zip(inside, gaps, strict=True))
        assert row.weighted_share == pytest.approx(weight / len(gaps))


def test_statuses(case: Case) -> None:
    found = only(compute(case.warehouse, "diagnosis", case.audience))
    width = window(case)
    expected = pd.Series([status(days, case.as_of, width) for days in days_by_customer(case).values()]).value_counts()
    for name in ("new", "active", "declining", "lapsed"):
        assert found[name] == expected.get(name, 0)
    assert found["prospects"] == found["customers"] - expected.sum()
    frame = compute(case.warehouse, "statuses", case.audience).set_index("status")["customers"]
    assert frame.drop("prospect", errors="ignore").to_dict() == expected.to_dict()


# --- sales ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "frequency"), [("month", "M"), ("week", "W-SUN"), ("quarter", "Q"), ("day", "D")])
def test_sales(case: Case, period: str, frequency: str) -> None:
    frame = compute(case.warehouse, "sales", case.audience, period=period).set_index("period_start")
    orders = case.orders.assign(start=case.orders["day"].dt.to_period(frequency).dt.start_time)
    bought = orders[(orders["net"] > 0) & orders["customer"].notna()]
    first = bought.groupby("customer")["day"].min().dt.to_period(frequency).dt.start_time
    assert list(frame.index) == list(pd.period_range(orders["day"].min(), case.as_of, freq=frequency).start_time)
    assert frame["revenue"].to_dict() == {
        start: money(net)
        for start, net in orders.groupby("start")["net"].sum().reindex(frame.index, fill_value=0).items()
    }
    for name, expected in {
        "orders": orders[orders["net"] > 0].groupby("start").size(),
        "units": orders.groupby("start")["units"].sum(),
        "customers": bought.groupby("start")["customer"].nunique(),
        "new_customers": first.value_counts(),
    }.items():
        assert frame[name].to_dict() == expected.reindex(frame.index, fill_value=0).to_dict(), name
    ends = pd.PeriodIndex(frame.index, freq=frequency).end_time.normalize()
    assert list(frame["complete"]) == list(ends <= case.as_of)
    none = frame["orders"] == 0
    assert frame.loc[none, "average_order_value"].isna().all()
    pd.testing.assert_series_equal(
        frame["average_order_value"][~none], (frame["revenue"] / frame["orders"])[~none], check_names=False
    )
    some = frame["customers"] > 0
    returning = 1 - frame["new_customers"] / frame["customers"]
    pd.testing.assert_series_equal(frame["repeat_customer_share"][some], returning[some], check_names=False)


@pytest.mark.parametrize("period", ["month", "week"])
def test_sales_a_year_earlier(case: Case, period: str) -> None:
    frame = compute(case.warehouse, "sales", case.audience, period=period)
    bought = purchases(case)
    for row in frame.iloc[[0, len(frame) // 2, -2, -1]].itertuples():
        back = pd.DateOffset(years=1) if period == "month" else pd.Timedelta(weeks=52)
        start = row.period_start - back
        length = pd.DateOffset(months=1) if period == "month" else pd.Timedelta(weeks=1)
        end = start + length - pd.Timedelta(days=1)
        if not row.complete:
            end = min(end, start + (case.as_of - row.period_start))
        if start + length <= case.orders["day"].min():
            assert pd.isna(row.revenue_before)
            assert pd.isna(row.orders_before)
            continue
        chosen = case.orders[case.orders["day"].between(start, end)]
        assert row.revenue_before == money(chosen["net"].sum())
        assert row.orders_before == (chosen["net"] > 0).sum()
        assert row.customers_before == bought.loc[bought["day"].between(start, end), "customer"].nunique()


# --- retention ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("period", "frequency"), [("month", "M"), ("week", "W-SUN"), ("quarter", "Q")])
def test_retention(case: Case, period: str, frequency: str) -> None:
    frame = compute(case.warehouse, "retention", case.audience, period=period)
    bought = purchases(case)
    first = bought.groupby("customer")["day"].min()
    known = case.orders[case.orders["customer"].isin(first.index)].copy()
    known["cohort"] = known["customer"].map(first).dt.to_period(frequency)
    known["age"] = [
        max(0, (a - b).n) for a, b in zip(known["day"].dt.to_period(frequency), known["cohort"], strict=True)
    ]
    customers = known[known["net"] > 0].groupby(["cohort", "age"])["customer"].nunique()
    revenue = known.groupby(["cohort", "age"])["net"].sum()
    size = first.dt.to_period(frequency).value_counts()
    now = pd.Period(case.as_of, freq=frequency)
    assert len(frame) == sum((now - cohort).n + 1 for cohort in size.index)
    for row in frame.itertuples():
        key = pd.Period(row.cohort, freq=frequency), row.age
        assert row.cohort_customers == size[key[0]]
        assert row.customers == customers.get(key, 0)
        if (key[0] + row.age).end_time.normalize() > case.as_of:
            assert np.isnan([row.share, row.revenue, row.cohort_revenue]).all()
        else:
            assert row.share == pytest.approx(customers.get(key, 0) / size[key[0]])
            assert row.revenue == pytest.approx(money(revenue.get(key, 0)), abs=1e-6)
            total = sum(revenue.get((key[0], age), 0) for age in range(row.age + 1))
            assert row.cohort_revenue == pytest.approx(money(total) / size[key[0]], abs=1e-6)


def test_repurchase(case: Case) -> None:
    frame = compute(case.warehouse, "repurchase", case.audience).set_index("days")
    buyers = [
        ((days[1] - days[0]).days if len(days) > 1 else None, (case.as_of - days[0]).days)
        for days in days_by_customer(case).values()
    ]
    longest = max(known if back is None else back for back, known in buyers)
    assert frame.index[-1] == min(730, max(longest, max(known for _, known in buyers)))
    survival, variance = 1.0, 0.0
    for day in range(1, frame.index[-1] + 1):
        at_risk = sum((back if back is not None else known) >= day for back, known in buyers)
        events = sum(back == day for back, _ in buyers)
        if at_risk:
            survival *= 1 - events / at_risk
        if at_risk > events:
            variance += events / (at_risk * (at_risk - events))
        if day in (1, 7, 30, 90, 180, 270, frame.index[-1]):
            row = frame.loc[day]
            assert row["share"] == pytest.approx(1 - survival, rel=1e-9)
            assert row["at_risk"] == at_risk
            spread = 1.959963984540054 * math.sqrt(variance) / abs(math.log(survival))
            assert row["low_95"] == pytest.approx(1 - survival ** math.exp(-spread), rel=1e-9)
            assert row["high_95"] == pytest.approx(1 - survival ** math.exp(spread), rel=1e-9)
            assert row["censored"] == sum(back is None and known < day for back, known in buyers)
            passed = [back for back, known in buyers if known >= day]
            within = sum(back is not None and back <= day for back in passed)
            assert (row["cohort_customers"], row["left_out"]) == (len(passed), len(buyers) - len(passed))
            assert row["cohort_share"] == pytest.approx(within / len(passed))


# --- RFM ------------------------------------------------------------------------------------------------------------

GRID = {
    5: ("New", "Potential Loyalists", "Potential Loyalists", "Champions", "Champions"),
    4: ("Promising", "Potential Loyalists", "Potential Loyalists", "Loyal", "Champions"),
    3: ("About to Sleep", "About to Sleep", "Need Attention", "Loyal", "Loyal"),
    2: ("Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose"),
    1: ("Lost", "Lost", "At Risk", "Can't Lose", "Can't Lose"),
}


def segments(frame: pd.DataFrame) -> pd.Series:
    return pd.Series([GRID[r][fm - 1] for r, fm in zip(frame["r_score"], frame["fm"], strict=True)], index=frame.index)


def test_rfm(case: Case) -> None:
    frame = compute(case.warehouse, "rfm", case.audience).set_index("segment").drop("Prospects", errors="ignore")
    expected = buyers(case)
    expected["segment"] = segments(expected)
    grouped = expected.groupby("segment")
    assert frame["customers"].to_dict() == grouped.size().to_dict()
    assert frame["revenue"].to_dict() == {name: money(net) for name, net in grouped["m"].sum().items()}
    total = case.orders.dropna(subset=["customer"])
    assert frame.at["Champions", "revenue_share"] == pytest.approx(
        grouped["m"].sum()["Champions"] / total["net"].sum(), rel=1e-12
    )
    share = grouped.size()["Champions"] / total["customer"].nunique()
    assert frame.at["Champions", "customer_share"] == pytest.approx(share)
    assert frame["median_recency_days"].to_dict() == grouped["r"].median().to_dict()
    assert frame["median_frequency"].to_dict() == grouped["f"].median().to_dict()
    assert frame["median_monetary"].to_dict() == pytest.approx((grouped["m"].median() / CENTS).to_dict())


def test_rfm_grid_cutoffs_and_customers(case: Case) -> None:
    expected = buyers(case)
    grid = compute(case.warehouse, "rfm_grid", case.audience)
    cells = expected.groupby(["r_score", "fm"]).size()
    assert len(grid) == 25
    assert list(grid["customers"]) == [cells.get((r, fm), 0) for r, fm in zip(grid.r_score, grid.fm_score, strict=True)]
    assert list(grid["segment"]) == [GRID[r][fm - 1] for r, fm in zip(grid.r_score, grid.fm_score, strict=True)]
    cutoffs = compute(case.warehouse, "rfm_cutoffs", case.audience)
    for row in cutoffs.itertuples():
        letter, unit = row.measure[0], CENTS if row.measure == "monetary" else 1
        values = expected.loc[expected[f"{letter}_score"] == row.score, letter] / unit
        assert row.customers == len(values)
        assert (
            (row.low, row.high) == (values.min(), values.max()) if len(values) else np.isnan([row.low, row.high]).all()
        )
    listed = compute(case.warehouse, "rfm_customers", case.audience).set_index("customer_id")
    listed = listed[listed["segment"] != "Prospects"].loc[expected.index]
    for column, name in {"recency_days": "r", "frequency": "f", "r_score": "r_score", "f_score": "f_score"}.items():
        assert (listed[column] == expected[name]).all()
    assert (listed["m_score"] == expected["m_score"]).all()
    assert (listed["monetary"] == expected["m"] / CENTS).all()
    assert (listed["segment"] == segments(expected)).all()


def test_rfm_migration(case: Case, open_case) -> None:
    before = case.audience.as_of - pd.Timedelta(days=120)
    frame = compute(case.warehouse, "rfm_migration", case.audience, before=before.isoformat())
    earlier = Case(case.warehouse, case.audience, case.orders[case.orders["day"] <= pd.Timestamp(before)])
    earlier = Case(case.warehouse, case.warehouse.audience(as_of=before), earlier.orders)
    now, then = (
        segments(buyers(each)).reindex(each.orders["customer"].dropna().unique(), fill_value="Prospects")
        for each in (case, earlier)
    )
    pairs = pd.DataFrame({"to": now, "from": then.reindex(now.index, fill_value="Not yet a customer")})
    recent = case.orders[case.orders["day"] > case.as_of - pd.DateOffset(years=1)].groupby("customer")["net"].sum()
    pairs["net"] = recent.reindex(pairs.index, fill_value=0)
    expected = pairs.groupby(["from", "to"])["net"].agg(["size", "sum"])
    found = frame.set_index(["from_segment", "to_segment"])
    assert found["customers"].to_dict() == expected["size"].to_dict()
    assert found["revenue"].to_dict() == {pair: money(net) for pair, net in expected["sum"].items()}


# --- Pareto ---------------------------------------------------------------------------------------------------------


def test_pareto(case: Case) -> None:
    found = only(compute(case.warehouse, "pareto", case.audience))
    revenue = sorted((net for net in buyers(case)["m"] if net > 0), reverse=True)
    n, total = len(revenue), sum(revenue)
    assert (found["customers"], found["revenue"]) == (n, money(total))
    assert found["top_20_customers"] == math.ceil(n / 5)
    assert found["top_20_share"] == pytest.approx(sum(revenue[: math.ceil(n / 5)]) / total, rel=1e-12)
    for_80 = next(k for k in range(1, n + 1) if 100 * sum(revenue[:k]) >= 80 * total)
    assert (found["customers_for_80"], found["customers_for_80_share"]) == (for_80, pytest.approx(for_80 / n))
    # Gini by its other definition: the mean absolute difference over twice the mean
    values = np.array(revenue, dtype=float)
    difference = np.abs(values[:, None] - values[None, :]).mean()
    assert found["gini"] == pytest.approx(difference / (2 * values.mean()), rel=1e-9)
    assert found["hhi"] == pytest.approx(sum((each / total) ** 2 for each in revenue), rel=1e-9)
    without = [net for net in buyers(case)["m"] if net <= 0]
    assert found["buyers_without_revenue"] == len(without)
    assert found["revenue_without"] == money(sum(without))


def test_top_customers_kept(case: Case) -> None:
    before = (case.as_of - pd.Timedelta(days=200)).date()
    found = only(compute(case.warehouse, "pareto", case.audience, before=before))

    def top(to: pd.Timestamp) -> set[str]:
        orders = case.orders[case.orders["day"] <= to]
        bought = orders.loc[orders["net"] > 0, "customer"].dropna().unique()
        net = orders.groupby("customer")["net"].sum().loc[bought]
        ranked = sorted((-value, customer) for customer, value in net[net > 0].items())
        return {customer for _, customer in ranked[: math.ceil(len(ranked) / 5)]}

    was, now = top(pd.Timestamp(before)), top(case.as_of)
    assert (found["top_20_before"], found["kept_in_top_20"]) == (len(was), len(was & now))
    assert found["kept_in_top_20_share"] == (pytest.approx(len(was & now) / len(was)) if was else None)


def test_abc_and_curve(case: Case) -> None:
    net = buyers(case)["m"]
    ranked = sorted((-value, customer) for customer, value in net[net > 0].items())
    total, reached = -sum(value for value, _ in ranked), 0
    expected = {name: [0, 0] for name in "ABC"}
    for value, _ in ranked:
        name = "A" if 100 * reached < 80 * total else "B" if 100 * reached < 95 * total else "C"
        expected[name][0] += 1
        expected[name][1] -= value
        reached -= value
    frame = compute(case.warehouse, "abc", case.audience).set_index("class")
    assert frame["customers"].to_dict() == {name: count for name, (count, _) in expected.items()}
    assert frame["revenue"].to_dict() == {name: money(value) for name, (_, value) in expected.items()}
    assert frame["revenue_share"].sum() == pytest.approx(1)
    assert frame["buyers_without_revenue"].to_dict() == {"A": 0, "B": 0, "C": (net <= 0).sum()}
    curve = compute(case.warehouse, "pareto_curve", case.audience)
    assert len(curve) <= 1000
    cumulated = np.concatenate([[0], np.cumsum([-value for value, _ in ranked])]) / total
    assert np.allclose(curve["revenue_share"], cumulated[curve["customers"]], rtol=1e-12)
    assert np.allclose(curve["customer_share"], curve["customers"] / len(ranked))
    kept = set(curve["customers"])
    assert {0, math.ceil(len(ranked) / 5), expected["A"][0], len(ranked)} <= kept


def test_customers_add_up(case: Case) -> None:
    frame = compute(case.warehouse, "customers", case.audience)
    known = case.orders.dropna(subset=["customer"])
    expected = known.groupby("customer")["net"].sum()
    assert frame.set_index("customer_id")["revenue"].to_dict() == {name: money(net) for name, net in expected.items()}
    assert frame["orders"].sum() == (known["net"] > 0).sum()
    assert frame["returns"].sum() == (known["net"] < 0).sum()
