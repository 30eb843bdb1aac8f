"""The sales tree: by hand, by what must hold for every base, and by plain pandas on real data."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analytics.errors import BadValue
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.sales.tree import logarithmic_mean, sales_tree, sales_tree_in_words
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Audience, Warehouse
from tests.conftest import in_memory
from tests.metrics.conftest import Case
from tests.metrics.loading import load_frame, load_orders, rows_of

FEBRUARY = {"as_of": date(2024, 2, 29), "before": date(2024, 1, 31)}  # 29 days after and 29 days before
LONG_AGO = (None, "2020-01-01", 1.0)  # in neither period: the history reaches back
Rows = list[tuple[str | None, str, float]]


def levers(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["lever"], frame["effect"], strict=True))


def with_units(warehouse: Warehouse, rows: list[tuple[str | None, str, float, float | None]]) -> Warehouse:
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "units"])
    frame["order_id"] = [f"{place:05}" for place in range(len(rows))]
    load_frame(warehouse, "orders", frame.astype({"ordered_at": "datetime64[us]", "customer_id": "str"}))
    return warehouse


# --- by hand --------------------------------------------------------------------------------------------------------


def test_twice_the_customers_and_half_the_purchases_cancel_out(warehouse: Warehouse) -> None:
    early = [(name, day, 10.0) for name in "ab" for day in ("2024-01-05", "2024-01-20")]
    late = [(name, "2024-02-10", 10.0) for name in "abcd"]
    more = [("a", "2024-01-07", -4.0), ("c", "2024-02-11", -1.0), (None, "2024-01-08", 3.0), (None, "2024-02-08", 5.5)]
    load_orders(warehouse, [LONG_AGO, *early, *late, *more])
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert rows_of(frame, "lever", "unit", "before", "after") == [
        ("customers", "customers", 2.0, 4.0),
        ("purchases per customer", "orders per customer", 2.0, 1.0),
        ("value per order", "money per order", 10.0, 10.0),
        ("returns", "money", -4.0, -1.0),
        ("guests", "money", 3.0, 5.5),
    ]
    expected = [40 * math.log(2), -40 * math.log(2), 0.0, 3.0, 2.5]
    assert frame["effect"].tolist() == pytest.approx(expected, abs=1e-12)
    assert frame["effect_share"].tolist() == pytest.approx([each / 5.5 for each in expected], abs=1e-12)
    columns = (
        "revenue_before",
        "revenue_after",
        "period_start_before",
        "period_end_before",
        "period_start",
        "period_end",
    )
    assert set(rows_of(frame, *columns)) == {(39.0, 44.5, "2024-01-03", "2024-01-31", "2024-02-01", "2024-02-29")}
    assert frame.attrs["notes"] == ["Value per order is not divided into units and price: no purchase has units."]


def test_factors_that_grew_alike_get_equal_effects(warehouse: Warehouse) -> None:
    with_units(
        warehouse,
        [
            (*LONG_AGO, None),
            ("a", "2024-01-10", 10.0, 5.0),
            # twice the pieces at twice the price, by as many customers with as many purchases
            ("b", "2024-02-10", 40.0, 10.0),
            ("b", "2024-02-12", -3.0, -1.0),
        ],
    )
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert rows_of(frame, "lever", "unit", "before", "after") == [
        ("customers", "customers", 1.0, 1.0),
        ("purchases per customer", "orders per customer", 1.0, 1.0),
        ("units per order", "pieces per order", 5.0, 10.0),
        ("price per unit", "money per piece", 2.0, 4.0),
        ("returns", "money", 0.0, -3.0),
        ("guests", "money", 0.0, 0.0),
    ]
    assert frame["effect"].tolist() == pytest.approx([0.0, 0.0, 15.0, 15.0, -3.0, 0.0])
    assert frame.attrs["notes"] == []


@pytest.mark.parametrize(("a", "b"), [(10.0, 40.0), (3.0, 2.999999999), (1e-3, 1e9), (7.0, 7.0)])
def test_the_logarithmic_mean_is_the_mean_of_the_geometric_ways_between(a: float, b: float) -> None:
    at, weight = np.polynomial.legendre.leggauss(60)  # the integral of a^t b^(1 - t) over t in [0, 1]
    assert logarithmic_mean(a, b) == pytest.approx(float(weight @ (a ** ((1 + at) / 2) * b ** ((1 - at) / 2)) / 2))


# --- periods --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "before", "knobs", "earlier", "later"),
    [
        ("2024-03-10", None, {"period": "month"}, ("2023-02-01", "2023-02-28"), ("2024-02-01", "2024-02-29")),
        ("2025-02-28", None, {"period": "month"}, ("2024-02-01", "2024-02-29"), ("2025-02-01", "2025-02-28")),
        ("2024-03-31", None, {"period": "quarter"}, ("2023-01-01", "2023-03-31"), ("2024-01-01", "2024-03-31")),
        ("2024-03-30", None, {"period": "quarter"}, ("2022-10-01", "2022-12-31"), ("2023-10-01", "2023-12-31")),
        ("2024-12-30", None, {"period": "year"}, ("2022-01-01", "2022-12-31"), ("2023-01-01", "2023-12-31")),
        ("2024-03-10", None, {"period": "month", "before": "2024-01-31"}, ("2024-01-01", "2024-01-31"),
         ("2024-02-01", "2024-02-29")),
        ("2024-03-10", "2024-02-10", {"period": "month"}, ("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29")),
        ("2024-03-10", "2024-03-03", {}, ("2024-02-26", "2024-03-03"), ("2024-03-04", "2024-03-10")),
        ("2024-03-10", "2023-01-01", {"before": "2024-03-09"}, ("2024-03-09", "2024-03-09"), ("2024-03-10", "2024-03-10")),
    ],
)  # fmt: skip
def test_which_periods_are_compared(
    warehouse: Warehouse, as_of: str, before: str | None, knobs: dict[str, str], earlier: tuple, later: tuple
) -> None:
    load_orders(warehouse, [LONG_AGO])
    audience = warehouse.audience(as_of=date.fromisoformat(as_of), before=before and date.fromisoformat(before))
    frame = compute(warehouse, "sales_tree", audience, **knobs)
    assert (
        rows_of(frame, "period_start_before", "period_end_before", "period_start", "period_end")[0] == earlier + later
    )


@pytest.mark.parametrize(
    "knobs",
    [{"before": "2024-03-10"}, {"before": "2024-02-29", "period": "month"}, {"before": "0001-05-01", "period": "year"},
     {"period": "week"}],
)  # fmt: skip
def test_periods_that_cannot_be_compared_are_refused(warehouse: Warehouse, knobs: dict[str, str]) -> None:
    load_orders(warehouse, [LONG_AGO])
    with pytest.raises(BadValue, match="cannot be"):
        compute(warehouse, "sales_tree", warehouse.audience(as_of=date(2024, 3, 10)), **knobs)


# --- what cannot be divided -----------------------------------------------------------------------------------------


def test_a_history_that_begins_within_the_earlier_period_is_not_compared(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-04", 10.0), ("a", "2024-02-05", 12.0)])
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert frame[["before", "effect", "effect_share", "revenue_before"]].isna().all(axis=None)
    assert frame["after"].tolist() == [1.0, 1.0, 12.0, 0.0, 0.0]
    assert frame.attrs["notes"][0] == (
        "No comparison: the history would have to begin by 2024-01-03, it begins on 2024-01-04."
    )


@pytest.mark.parametrize("months", [("01",), ("02",), ()])
def test_without_customers_in_a_period_nothing_is_divided(warehouse: Warehouse, months: tuple[str, ...]) -> None:
    bought = [("a", f"2024-{month}-10", 10.0) for month in months]
    load_orders(warehouse, [LONG_AGO, *bought, (None, "2024-01-11", 5.0), (None, "2024-02-11", 7.0)])
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert frame["effect"].isna().all()
    assert frame.attrs["notes"] == ["Not divided: in one of the periods no identified customer bought."]
    assert frame["before"].iloc[0] == ("01" in months)
    assert math.isnan(frame["before"].iloc[2]) == ("01" not in months)


def test_returns_may_outweigh_purchases(warehouse: Warehouse) -> None:
    load_orders(
        warehouse,
        [LONG_AGO, ("a", "2024-01-10", 10.0), ("a", "2024-02-10", 20.0), ("b", "2024-02-11", -50.0)],
    )
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert frame["revenue_after"].iloc[0] == -30.0
    assert levers(frame) == pytest.approx(
        {"customers": 0, "purchases per customer": 0, "value per order": 10, "returns": -50, "guests": 0}
    )


@pytest.mark.parametrize(
    ("units", "note"),
    [
        ((2.0, None), "1 of 2 purchases has units"),
        ((-2.0, 3.0), "units do not add up to more than 0 in each period"),
    ],
)
def test_units_are_never_guessed(warehouse: Warehouse, units: tuple[float | None, float | None], note: str) -> None:
    with_units(warehouse, [(*LONG_AGO, None), ("a", "2024-01-10", 10.0, units[0]), ("a", "2024-02-10", 30.0, units[1])])
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert levers(frame)["value per order"] == pytest.approx(20.0)
    assert frame.attrs["notes"] == [f"Value per order is not divided into units and price: {note}."]


def test_nothing_changed(warehouse: Warehouse) -> None:
    load_orders(warehouse, [LONG_AGO, ("a", "2024-01-10", 10.0), ("b", "2024-02-10", 10.0)])
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert (frame["effect"] == 0).all()
    assert frame["effect_share"].isna().all()


# --- what holds for every base --------------------------------------------------------------------------------------

LENGTH = 100
FIRST = date(2024, 1, 1)
DAYS = st.integers(0, 2 * LENGTH - 1)
orders = st.tuples(
    st.sampled_from(["a", "b", "c", "d", "e", None]),
    DAYS,
    st.integers(-3000, 9000).map(lambda cents: cents / 100),
    st.integers(1, 30).map(float),
)
#: In each period somebody buys, so that there is something to divide.
bases = st.lists(orders, max_size=30).map(lambda rows: [("a", 3, 12.5, 2.0), ("b", LENGTH + 3, 7.25, 3.0), *rows])
few = settings(max_examples=4, deadline=None)  # an example is a whole base, and often two


def trees_of(*bases: list[tuple[str | None, int, float, float]], units: bool) -> list[pd.DataFrame]:
    """The trees of several bases, loaded one after the other on the axis of time: one database serves them all."""
    starts = [FIRST + timedelta(days=place * 2 * LENGTH) for place in range(len(bases))]
    dated = [
        (customer, (start + timedelta(days=day)).isoformat(), amount, pieces if units else None)
        for start, rows in zip(starts, bases, strict=True)
        for customer, day, amount, pieces in rows
    ]
    warehouse = with_units(in_memory(Path(gettempdir())), [(*LONG_AGO, None), *dated])
    ends = [(start + timedelta(days=2 * LENGTH - 1), start + timedelta(days=LENGTH - 1)) for start in starts]
    found = [sales_tree(warehouse, warehouse.audience(as_of=as_of, before=before)) for as_of, before in ends]
    warehouse.close()
    return found


def total(rows: list[tuple[str | None, int, float, float]], low: int) -> float:
    return sum(round(amount * 100) for _, day, amount, _ in rows if low <= day < low + LENGTH) / 100


@few
@given(bases, st.booleans())
def test_effects_add_up_to_the_change_of_revenue(rows: list, units: bool) -> None:
    (frame,) = trees_of(rows, units=units)
    assert len(frame) == (6 if units else 5)
    change = total(rows, LENGTH) - total(rows, 0)
    assert frame["effect"].sum() == pytest.approx(change, abs=1e-9)
    assert frame["revenue_after"].iloc[0] - frame["revenue_before"].iloc[0] == pytest.approx(change, abs=1e-9)
    for column in ("before", "after"):
        found = dict(zip(frame["lever"], frame[column], strict=True))
        whole = math.prod(value for lever, value in found.items() if lever not in ("returns", "guests"))
        assert whole + found["returns"] + found["guests"] == pytest.approx(frame[f"revenue_{column}"].iloc[0])
    up = frame["after"] > frame["before"]
    clear = (frame["after"] - frame["before"]).abs() > 1e-9
    assert ((frame["effect"] > 0) == up)[clear].all()


@few
@given(bases, st.booleans())
def test_swapping_the_periods_turns_every_sign(rows: list, units: bool) -> None:
    swapped = [(customer, (day + LENGTH) % (2 * LENGTH), *rest) for customer, day, *rest in rows]
    one, other = trees_of(rows, swapped, units=units)
    assert one["effect"].tolist() == pytest.approx((-other["effect"]).tolist(), abs=1e-9)
    assert one["before"].tolist() == pytest.approx(other["after"].tolist())


@few
@given(bases)
def test_money_in_another_unit_scales_every_effect(rows: list) -> None:
    larger = [(customer, day, 100 * amount, pieces) for customer, day, amount, pieces in rows]
    one, other = trees_of(rows, larger, units=True)
    assert other["effect"].tolist() == pytest.approx((100 * one["effect"]).tolist(), abs=1e-7)
    assert other["effect_share"].tolist() == pytest.approx(
        one["effect_share"].tolist(), nan_ok=True, rel=1e-6, abs=1e-6
    )


# --- in words -------------------------------------------------------------------------------------------------------


def company(early: int, late: int) -> Rows:
    return [
        LONG_AGO,
        *((f"c{n}", "2024-01-10", 30.0) for n in range(early)),
        *((f"c{n}", f"2024-02-{day}", 10.0) for n in range(late) for day in (10, 11)),
        ("c1", "2024-02-20", -20.0),
    ]


def test_the_sentence_quotes_the_largest_levers_periods_and_customers(warehouse: Warehouse) -> None:
    load_orders(warehouse, company(40, 100))
    frame = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert sales_tree_in_words(frame, "EUR") == (
        "Revenue rose by EUR 780 (+65.0%) from EUR 1.20k (3 Jan 2024 – 31 Jan 2024) to EUR 1.98k "
        "(1 Feb 2024 – 29 Feb 2024): smaller orders −EUR 1.72k, more customers +EUR 1.43k, more purchases each "
        "+EUR 1.09k; 100 customers bought, 40 before."
    )


def test_the_sentence_of_a_fall_and_of_no_change(warehouse: Warehouse) -> None:
    load_orders(warehouse, company(100, 40))
    fallen = sales_tree(warehouse, warehouse.audience(**FEBRUARY))
    assert str(sales_tree_in_words(fallen)).startswith("Revenue fell by 2.22k (−74.0%) from 3.00k (")
    still = fallen.assign(effect=0.0, revenue_after=3000.0)
    assert str(sales_tree_in_words(still)).startswith("Revenue did not change, from 3.00k (3 Jan 2024")


@pytest.mark.parametrize(("early", "late"), [(29, 100), (100, 29), (0, 100)])
def test_the_sentence_is_withheld_with_few_customers(warehouse: Warehouse, early: int, late: int) -> None:
    load_orders(warehouse, company(early, late))
    assert sales_tree_in_words(sales_tree(warehouse, warehouse.audience(**FEBRUARY))) is None


def test_the_sentence_is_withheld_where_the_history_does_not_reach_back(warehouse: Warehouse) -> None:
    load_orders(warehouse, company(40, 40)[1:])
    assert sales_tree_in_words(sales_tree(warehouse, warehouse.audience(**FEBRUARY))) is None


# --- Online Retail by plain pandas ----------------------------------------------------------------------------------


def in_pandas(case: Case, first: str, last: str) -> dict[str, float]:
    """Every lever of a period, from the raw orders."""
    inside = case.orders[case.orders["day"].between(first, last)]
    own = inside[inside["customer"].notna()]
    bought = own[own["net"] > 0]
    money, customers = bought["net"].sum() / 10_000, bought["customer"].nunique()
    return {
        "customers": customers,
        "purchases per customer": len(bought) / customers,
        "units per order": bought["units"].sum() / len(bought),
        "price per unit": money / bought["units"].sum(),
        "returns": own.loc[own["net"] <= 0, "net"].sum() / 10_000,
        "guests": inside.loc[inside["customer"].isna(), "net"].sum() / 10_000,
        "revenue": inside["net"].sum() / 10_000,
        "bought": money,
    }


@pytest.mark.parametrize(
    ("knobs", "earlier", "later"),
    [
        ({"before": "2011-06-09"}, ("2010-12-09", "2011-06-09"), ("2011-06-10", "2011-12-09")),
        ({"before": "2011-10-31", "period": "month"}, ("2011-10-01", "2011-10-31"), ("2011-11-01", "2011-11-30")),
        ({"before": "2011-06-30", "period": "quarter"}, ("2011-04-01", "2011-06-30"), ("2011-07-01", "2011-09-30")),
    ],
    ids=["half a year", "month", "quarter"],
)
def test_online_retail(open_case: Callable[..., Case], knobs: dict[str, str], earlier: tuple, later: tuple) -> None:
    case = open_case("online_retail")
    frame = compute(case.warehouse, "sales_tree", case.audience, **knobs)
    then, now = in_pandas(case, *earlier), in_pandas(case, *later)
    mean = (now["bought"] - then["bought"]) / (math.log(now["bought"]) - math.log(then["bought"]))
    for row in frame.itertuples():
        added = row.lever in ("returns", "guests")
        effect = now[row.lever] - then[row.lever] if added else mean * math.log(now[row.lever] / then[row.lever])
        assert (row.before, row.after, row.effect) == pytest.approx((then[row.lever], now[row.lever], effect)), (
            row.lever
        )
    assert frame["effect"].sum() == pytest.approx(now["revenue"] - then["revenue"])
    assert len(frame) == 6
    sentence = sales_tree_in_words(frame, "GBP")
    assert sentence is not None
    assert f"{now['customers']:,} customers bought, {then['customers']:,} before." in sentence


def test_online_retail_agrees_with_the_summary_and_has_no_year_before(open_case: Callable[..., Case]) -> None:
    case = open_case("online_retail")
    half = Audience(case.audience.rule, case.audience.as_of, date(2011, 6, 9))
    top = compute(case.warehouse, "summary", half).iloc[0]
    frame = compute(case.warehouse, "sales_tree", half)
    assert set(rows_of(frame, "revenue_before", "revenue_after")) == {(top["revenue_before"], top["revenue"])}
    french = Audience(where("country", "is", "France"), half.as_of, half.before)
    assert levers(compute(case.warehouse, "sales_tree", french))["guests"] == 0.0
    year = compute(case.warehouse, "sales_tree", case.audience)
    assert year["effect"].isna().all()
    assert year.attrs["notes"][0].endswith("it begins on 2010-12-01.")
