"""What holds for every base: parts sum to the whole, filters only select, and nothing depends on the order of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from tempfile import gettempdir

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.rules import EVERYONE, Not, Rule, where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_orders, only

#: Figures made of orders by statements; models learn, and have properties of their own (tests/metrics/test_btyd.py).
FIGURES = (
    "diagnosis", "statuses", "summary", "sales", "sales_tree", "retention", "repurchase", "interpurchase", "rfm", "rfm_grid",
    "rfm_cutoffs", "rfm_customers", "rfm_migration", "customers", "pareto", "pareto_curve", "abc", "pyramid", "whale_curve",
)  # fmt: skip

few = settings(max_examples=3, deadline=None)  # an example is a whole base, and often two or three

Rows = list[tuple[str | None, str, float]]

customers = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", None])
days = st.integers(0, 500).map(lambda n: (date(2023, 1, 1) + timedelta(days=n)).isoformat())
amounts = st.integers(-2000, 9000).map(lambda cents: cents / 100)
bases = st.lists(st.tuples(customers, days, amounts), min_size=1, max_size=40)
rules = st.one_of(
    st.builds(lambda value: where("revenue", "at_least", value), st.integers(-20, 150)),
    st.builds(lambda value: where("status", "is", value), st.sampled_from(["new", "active", "lapsed", "prospect"])),
    st.builds(lambda value: where("recency_days", "at_most", value), st.integers(0, 300)),
    st.builds(lambda value: where("abc_class", "in", [value]), st.sampled_from(["A", "B", "C"])),
)


def loaded(rows: Rows) -> Warehouse:
    warehouse = in_memory(Path(gettempdir()))
    load_orders(warehouse, rows)
    return warehouse


def everything(warehouse: Warehouse, rule: Rule = EVERYONE, names: Iterable[str] = FIGURES) -> dict[str, pd.DataFrame]:
    audience = warehouse.audience(rule)
    return {name: compute(warehouse, name, audience) for name in names}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name in FIGURES:
        pd.testing.assert_frame_equal(one[name], other[name], rtol=1e-12, obj=name)


@few
@given(bases)
def test_parts_sum_to_the_whole(rows: Rows) -> None:
    found = everything(loaded(rows))
    whole, people = only(found["diagnosis"]), found["customers"]
    assert people["customer_id"].is_unique
    assert len(people) == whole["customers"]
    names = ("new", "active", "declining", "lapsed", "prospects")
    assert sum(whole[name] for name in names) == whole["customers"] == found["statuses"]["customers"].sum()
    assert found["rfm"]["customers"].sum() == whole["customers"]
    assert found["rfm"]["segment"].is_unique
    assert found["rfm_grid"]["customers"].sum() == whole["buyers"]
    assert found["rfm_migration"]["customers"].sum() == whole["customers"]
    assert (found["rfm_cutoffs"].groupby("measure")["customers"].sum() == whole["buyers"]).all()
    classes = found["abc"]
    assert classes["customers"].sum() + classes["buyers_without_revenue"].sum() == whole["buyers"]
    total = sum(round(amount * 100) for _, _, amount in rows) / 100
    identified = sum(round(amount * 100) for customer, _, amount in rows if customer) / 100
    assert whole["revenue"] == pytest.approx(total)
    assert found["sales"]["revenue"].sum() == pytest.approx(total)
    assert found["sales"]["orders"].sum() == whole["orders"]
    assert found["sales"]["new_customers"].sum() == whole["buyers"]
    for name in ("rfm", "statuses", "customers"):
        assert found[name]["revenue"].sum() == pytest.approx(identified), name
    again = found["repurchase"]
    if len(again):
        back_before = again["bought_again"].shift(fill_value=0)
        assert (again["at_risk"] + again["censored"] + back_before == whole["buyers"]).all()
    matrix = found["retention"]
    assert matrix.loc[matrix["age"] == 0, "cohort_customers"].sum() == whole["buyers"]
    assert matrix["share"].dropna().between(0, 1).all()


@few
@given(bases, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_a_second_import_change_nothing(rows: Rows, random) -> None:
    rows = [(customer, day, amount + place / 10_000) for place, (customer, day, amount) in enumerate(rows)]
    warehouse = loaded(rows)
    first = everything(warehouse)
    load_orders(warehouse, rows, import_id=2)
    assert_same(first, everything(warehouse))
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert_same(first, everything(loaded(shuffled)))


@few
@given(bases)
def test_equal_values_get_equal_scores(rows: Rows) -> None:
    people = everything(loaded(rows), names=["rfm_customers"])["rfm_customers"].dropna(subset=["r_score"])
    for measure, score in (("recency_days", "r_score"), ("frequency", "f_score"), ("monetary", "m_score")):
        assert (people.groupby(measure)[score].nunique() <= 1).all()
        assert people[score].between(1, 5).all()
        ordered = people.sort_values(measure, ascending=measure != "recency_days")[score]
        assert ordered.is_monotonic_increasing


@few
@given(bases, rules)
def test_a_filter_only_selects_and_a_rule_and_its_complement_are_everyone(rows: Rows, rule: Rule) -> None:
    warehouse = loaded(rows)
    names = ("diagnosis", "customers", "statuses", "rfm", "rfm_grid", "abc")
    whole, inside, outside = (everything(warehouse, each, names) for each in (EVERYONE, rule, Not(rule)))
    people = whole["customers"].set_index("customer_id")
    chosen = inside["customers"].set_index("customer_id")
    pd.testing.assert_frame_equal(chosen, people.loc[chosen.index], check_dtype=False)
    assert Counter(people.index) == Counter([*chosen.index, *outside["customers"]["customer_id"]])
    for name in ("statuses", "rfm", "rfm_grid", "abc"):
        parts = inside[name]["customers"].sum() + outside[name]["customers"].sum()
        assert parts == whole[name]["customers"].sum(), name
    guests = only(whole["diagnosis"])["guest_revenue"]
    parts = only(inside["diagnosis"])["revenue"] + only(outside["diagnosis"])["revenue"]
    assert parts + guests == pytest.approx(only(whole["diagnosis"])["revenue"])


@few
@given(bases)
def test_money_twice_as_large_keeps_every_share(rows: Rows) -> None:
    once = everything(loaded(rows))
    twice = everything(loaded([(customer, day, 2 * amount) for customer, day, amount in rows]))
    for name, frame in once.items():
        for column in frame.columns:
            one, two = frame[column], twice[name][column]
            if column.endswith(("share", "_rate")) or column in ("gini", "hhi", "growth", "growth_on_before"):
                pd.testing.assert_series_equal(one, two, rtol=1e-9, obj=f"{name}.{column}")
            elif column == "revenue":
                pd.testing.assert_series_equal(2 * one, two, rtol=1e-9, obj=f"{name}.{column}")


@few
@given(bases, st.integers(1, 50))
def test_shifting_all_days_by_weeks_keeps_what_does_not_depend_on_the_calendar(rows: Rows, weeks: int) -> None:
    later = [
        (customer, (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat(), amount)
        for customer, day, amount in rows
    ]
    names = ("repurchase", "interpurchase", "rfm", "rfm_grid", "rfm_cutoffs", "rfm_customers", "statuses", "abc")
    one, two = (everything(loaded(each), names=(*names, "diagnosis")) for each in (rows, later))
    for name in names:
        pd.testing.assert_frame_equal(one[name], two[name], obj=name)
    dated = [column for column in one["diagnosis"] if column.endswith("_on") or column == "as_of"]
    pd.testing.assert_frame_equal(one["diagnosis"].drop(columns=dated), two["diagnosis"].drop(columns=dated))
