"""Response by what came of the campaign before, on the bank marketing set: the counts that the set is known by."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in
from tests.metrics.conftest import data


def test_response_by_the_outcome_of_the_previous_campaign(warehouse: Warehouse, tmp_path: Path) -> None:
    packed = data("bank/bank-full.csv.gz")
    path = tmp_path / "bank.csv"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    assert bring_in(warehouse, path).new == 45_211
    found = compute(warehouse, "explore", warehouse.audience(), measure="response_rate", rows="poutcome").set_index(
        "row"
    )
    plain = pd.read_csv(path, sep=";").assign(yes=lambda frame: frame["y"] == "yes").groupby("poutcome")["yes"]
    assert found["value"].round(4).to_dict() == {
        "success": 0.6473,
        "failure": 0.1261,
        "other": 0.1668,
        "unknown": 0.0916,
    }
    assert found["customers"].to_dict() == plain.count().to_dict()
    assert found["value"].to_dict() == pytest.approx(plain.mean().to_dict())
