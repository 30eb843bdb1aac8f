"""A statement written once for a shape of a rule says what one written for the rule itself says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_analytics.query import marts, statements
from crm_analytics.query.compose import bound, narrowed, reads_audience, used
from crm_analytics.query.plans import planned
from crm_analytics.query.rules import EVERYONE, All, Not, Rule, did, where
from tests.conftest import in_memory

DAY = date(2024, 3, 31)
CUSTOMERS, BEFORE = "mart.customers_20240331", ("mart.customers_20230331", date(2023, 3, 31))
DATES = {"as_of": DAY, "before": BEFORE[1], "window_days": 30}


def rich(country: str, orders: int) -> Rule:
    return All((where("country", "is", country), Not(where("orders", "at_least", orders))))


@pytest.mark.parametrize("name", ["diagnosis", "top_customers_kept", "retention_orders"])
def test_another_value_is_bound_in_the_same_text(name: str) -> None:
    plans = []
    for rule in (rich("ES", 3), rich("FR", 7)):
        plan, of_rule = planned(f"metrics/{name}", rule, DAY, CUSTOMERS, BEFORE)
        plans.append(plan)
        values: dict[str, object] = {}
        tables = marts.tables(CUSTOMERS, DAY, BEFORE)
        tree = narrowed(statements.tree(f"metrics/{name}"), rule, DAY, values, tables.sums)
        assert bool(plan.ids) == reads_audience(tree)
        tree = bound(tree, tables.with_audience("kept.chosen"))
        assert plan.reading("kept.chosen") == tree.sql("duckdb")
        others = dict.fromkeys(plan.places, 0) | DATES
        assert plan.values(of_rule, others) == used(tree, {**others, **values})
    assert plans[0] is plans[1]


def test_another_shape_day_or_everyone_is_another_text() -> None:
    asked = [
        (rich("ES", 3), DAY),
        (where("country", "is", "ES"), DAY),
        (did("bought"), DAY),
        (EVERYONE, DAY),
        (EVERYONE, date(2024, 4, 1)),
    ]
    texts = {planned("metrics/gaps", rule, day, f"mart.customers_{day:%Y%m%d}", None)[0].text for rule, day in asked}
    assert len(texts) == len(asked)


@pytest.mark.parametrize(
    ("name", "rule", "ids"),
    [
        ("diagnosis", rich("ES", 3), ()),
        ("diagnosis", did("bought"), ("customer_no",)),
        ("summary", rich("ES", 3), ("customer_no",)),
        ("service", rich("ES", 3), ("customer_no", "customer_id")),
        (
            "audience_ids",
            did("bought"),
            ("customer_no",),
        ),  # the customers are chosen by number, their texts are their own
    ],
)
def test_texts_of_ids_are_looked_up_where_a_statement_reads_them(name: str, rule: Rule, ids: tuple[str, ...]) -> None:
    assert planned(f"metrics/{name}", rule, DAY, CUSTOMERS, BEFORE)[0].ids == ids


@pytest.mark.slow
def test_every_statement_finds_the_columns_that_its_plan_names(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    for day in (DAY, BEFORE[1]):
        warehouse.base(day)
    planned_for = [
        planned(name, rule, DAY, CUSTOMERS, BEFORE)[0]
        for name in statements.names()
        if name.startswith("metrics/")
        for rule in (rich("ES", 3), did("bought"))
    ]
    with warehouse.duck.session() as session:
        session.do("CREATE TEMP TABLE by_number (customer_no INTEGER)")
        session.do("CREATE TEMP TABLE by_both (customer_no INTEGER, customer_id VARCHAR)")
        for plan in planned_for:
            session.do(
                f"PREPARE statement AS {plan.reading('temp.by_both' if len(plan.ids) > 1 else 'temp.by_number')}"
            )
    warehouse.close()
    assert {plan.ids for plan in planned_for} == {(), ("customer_no",), ("customer_no", "customer_id")}
