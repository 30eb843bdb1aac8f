"""Whom to contact next time: on a drawn trial through the whole way, and on real data; refused below what it needs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import uplift
from tests.conftest import bring_in, in_memory
from tests.metrics.conftest import data
from tests.metrics.loading import load_frame

DAY = date(2024, 3, 1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """6,000 customers; the contact moves those with a high v1; the call's duration is known only afterwards."""
    opened = in_memory(tmp_path_factory.mktemp("data"))
    draw = np.random.default_rng(2)
    n = 6000
    high, treated = draw.random(n) < 0.3, draw.random(n) < 0.5
    converted = draw.random(n) < 0.08 + 0.2 * (high & treated)
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(n)], "campaign_id": "K", "converted": converted})
    frame["arm"] = np.where(treated, "A", "control")
    frame["attributes"] = [
        f'{{"v1": "{int(h) + 1}", "kind": "{k}", "duration": "{int(c)}"}}'
        for h, k, c in zip(high, ("x", "y") * (n // 2), converted, strict=True)
    ]
    load_frame(opened, "contacts", frame.assign(contact_id=frame["customer_id"]))
    small = frame.head(300).assign(campaign_id="S", contact_id=[f"s{i}" for i in range(300)])
    load_frame(opened, "contacts", small, import_id=2)
    alone = frame.head(300).assign(campaign_id="N", arm="A", contact_id=[f"n{i}" for i in range(300)])
    load_frame(opened, "contacts", alone, import_id=3)
    yield opened
    opened.close()


def test_the_moved_are_found_and_the_depth_pays(warehouse) -> None:
    audience = warehouse.audience(as_of=DAY)
    knobs = {"campaign": "K", "value_per_conversion": 20.0, "contact_cost": 1.0}
    found, summary = (metric(warehouse, audience, **knobs) for metric in (uplift.uplift, uplift.uplift_summary))
    assert found["decile"].tolist() == list(range(1, 11))
    assert found["treated_customers"].sum() + found["control_customers"].sum() == 6000
    assert found["uplift"].iloc[:3].mean() == pytest.approx(0.2, abs=0.06)
    assert found["random_qini"].iloc[-1] == pytest.approx(found["qini"].iloc[-1])
    assert found["profit_per_customer"].tolist() == pytest.approx((found["uplift"] * 20 - 1).tolist())
    row = summary.iloc[0]
    assert row["low_95"] > 0
    assert row["advised_share"] == pytest.approx(found["advised"].mean())
    assert 0.2 <= row["advised_share"] <= 0.6
    assert any("duration" in note for note in found.attrs["notes"])
    assert "v1" in found.attrs["notes"][0]
    words = uplift.uplift_in_words(summary, found)
    assert words.startswith(f"Contact the best {row['advised_share']:.0%}")
    unknown = uplift.uplift_summary(warehouse, audience, campaign="K")
    assert np.isnan(unknown["advised_share"].iloc[0])
    assert uplift.uplift(warehouse, audience, campaign="K")["advised"].isna().all()


def test_below_the_data_it_needs_it_is_refused(warehouse) -> None:
    audience = warehouse.audience(as_of=DAY)
    with pytest.raises(NotEnoughData, match="at least 100 conversions"):
        uplift.uplift(warehouse, audience, campaign="S")
    with pytest.raises(NotEnoughData, match="control group"):
        uplift.uplift(warehouse, audience, campaign="N")
    latest = uplift.uplift(warehouse, audience)
    assert latest.empty
    assert "needs at least" in latest.attrs["notes"][0]


def test_the_depth_that_pays_most() -> None:
    assert uplift._depth(np.array([2.0, 1.0, -0.5, 0.2, -1.0]), np.ones(5)) == 2
    assert uplift._depth(np.array([2.0, -0.1, 0.5, -1.0]), np.ones(4)) == 3
    assert uplift._depth(np.array([-1.0, -2.0]), np.ones(2)) == 0


@pytest.mark.slow
def test_starbucks(tmp_path) -> None:
    opened = in_memory(tmp_path)
    bring_in(opened, data("starbucks_ab/training.csv.gz"))
    audience = opened.audience()
    summary = uplift.uplift_summary(opened, audience, value_per_conversion=10.0, contact_cost=0.15)
    assert summary["low_95"].iloc[0] > 0.001
    assert 0.2 <= summary["advised_share"].iloc[0] <= 0.6
    opened.close()
