"""What a metric's docstring promises is what its frame holds, and the reference is fresh."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.metrics.catalogue import METRICS, compute
from crm_analytics.metrics.reference import reference
from crm_analytics.query import statements
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.verbs.figures import plain_rows
from tests.conftest import in_memory
from tests.metrics.loading import load_orders

FULL = [
    (customer, day, amount)
    for customer, amount in (("a", 50.0), ("b", 20.5), ("c", 5.0), (None, 9.0))
    for day in ("2024-01-10", "2024-02-20", "2025-03-05")
] + [("d", "2024-06-01", -3.0), ("e", "2025-03-01", 8.0)]
ONE_ORDER = [("a", "2024-01-10", 50.0)]
ONLY_RETURNS = [("a", "2024-01-10", -50.0), ("b", "2024-01-12", -1.0)]


@pytest.fixture(scope="module", params=["full", "one order", "only returns", "nobody"])
def answered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Every metric's frame on a base of that kind."""
    warehouse: Warehouse = in_memory(tmp_path_factory.mktemp("data"))
    load_orders(warehouse, {"one order": ONE_ORDER, "only returns": ONLY_RETURNS}.get(request.param, FULL))
    nobody = where("customer_id", "is", "nobody")
    audience = warehouse.audience(nobody) if request.param == "nobody" else warehouse.audience()
    frames = {name: compute(warehouse, name, audience) for name in METRICS}
    warehouse.close()
    return frames


def test_columns_are_as_documented(answered: dict[str, pd.DataFrame]) -> None:
    promised = {name: [(each.name, each.dtype) for each in metric.columns] for name, metric in METRICS.items()}
    assert [name for name, columns in promised.items() if not columns] == []
    found = {name: [(each, str(dtype)) for each, dtype in frame.dtypes.items()] for name, frame in answered.items()}
    assert found == promised


def test_notes_are_sentences_and_rows_are_json(answered: dict[str, pd.DataFrame]) -> None:
    for name, frame in answered.items():
        assert all(note.endswith(".") for note in frame.attrs.get("notes", [])), name
        try:
            json.dumps(plain_rows(frame), allow_nan=False)
        except (TypeError, ValueError) as error:
            pytest.fail(f"{name}: {error}")


def test_customers_have_every_segment_field() -> None:
    assert [column.name for column in METRICS["customers"].columns] == list(CUSTOMER_FIELDS)


def test_catalogue_agrees_with_the_code() -> None:
    for name, metric in METRICS.items():
        parameters = list(inspect.signature(metric.function).parameters.values())[2:]
        assert {each.name: each.default for each in parameters} == {k: v.default for k, v in metric.knobs.items()}, name
        assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters), name
        assert set(metric.statements) <= set(statements.names()), name
        assert metric.about.endswith("."), name


def test_every_metric_statement_is_used() -> None:
    used = {name for metric in METRICS.values() for name in metric.statements}
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(PROJECT, "crm_analytics").rglob("*.py"))
    loose = [name for name in statements.names() if name.startswith("metrics/") and name not in used]
    assert [name for name in loose if f'"{name}"' not in code] == []


def test_reference_is_fresh() -> None:
    assert (PROJECT / "docs" / "metrics.md").read_text(encoding="utf-8") == reference()


def test_names_and_knobs_are_checked(warehouse: Warehouse) -> None:
    load_orders(warehouse, ONE_ORDER)
    audience = warehouse.audience()
    with pytest.raises(UnknownName, match="Did you mean 'sales'"):
        compute(warehouse, "salse", audience)
    with pytest.raises(UnknownName, match="knob of sales"):
        compute(warehouse, "sales", audience, perod="month")
    for name, knob, value in (
        ("sales", "period", "fortnight"),
        ("repurchase", "days", "0"),
        ("repurchase", "days", "7.5"),
        ("customers", "limit", "many"),
        ("customers", "status", "lost"),
        ("rfm_migration", "before", "last year"),
        ("rfm_migration", "before", "2024-01-11"),
    ):
        with pytest.raises(BadValue, match=f"{knob} cannot be"):
            compute(warehouse, name, audience, **{knob: value})


def test_knobs_take_text(warehouse: Warehouse) -> None:
    load_orders(warehouse, FULL)
    audience = warehouse.audience()
    assert len(compute(warehouse, "customers", audience, limit="2")) == 2
    assert len(compute(warehouse, "sales", audience, period="year")) == 2
    assert compute(warehouse, "rfm_migration", audience, before="2024-01-01")["from_segment"].unique().tolist() == [
        "Not yet a customer"
    ]
    listed = compute(warehouse, "customers", audience, status="prospect")
    assert listed["customer_id"].tolist() == ["d"]
