"""Whom to contact next time: on a drawn trial through the whole way, and on real data; refused below what it needs."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import BadInput, NotEnoughData
from crm_analytics.metrics.campaigns import uplift, uplift_customers
from crm_analytics.metrics.catalogue import compute
from tests.conftest import bring_in, in_memory
from tests.metrics.conftest import data
from tests.metrics.loading import load_frame, load_orders

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
    assert uplift.depth_that_pays(np.array([2.0, 1.0, -0.5, 0.2, -1.0]), np.ones(5)) == 2
    assert uplift.depth_that_pays(np.array([2.0, -0.1, 0.5, -1.0]), np.ones(4)) == 3
    assert uplift.depth_that_pays(np.array([-1.0, -2.0]), np.ones(2)) == 0


def test_how_many_tenths_are_advised() -> None:
    tenth = pd.array([1, 2, 3, None], dtype="Int64")
    for advised, tenths in (([True, True, False, None], 2), ([False] * 3 + [None], 0), ([None] * 4, 0)):
        frame = pd.DataFrame({"tenth": tenth, "advised": pd.array(advised, dtype="boolean")})
        assert uplift_customers.tenths_advised(frame) == tenths


@pytest.fixture(scope="module")
def buyers(tmp_path_factory):
    """5,000 buyers of half a year, half of them contacted on 1 March: it moves those who bought in the 60 days before."""
    opened = in_memory(tmp_path_factory.mktemp("buyers"))
    draw = np.random.default_rng(5)
    n = 5000
    recency, treated = draw.integers(1, 180, n), draw.random(n) < 0.5
    moved = draw.random(n) < 0.1 + 0.25 * (treated & (recency <= 60))
    first = [(f"c{i}", str(DAY - timedelta(days=int(days))), 20.0) for i, days in enumerate(recency)]
    later = [(f"c{i}", str(DAY + timedelta(days=int(1 + i % 20))), 30.0) for i in np.flatnonzero(moved)]
    load_orders(opened, first + later)
    frame = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(n)], "campaign_id": "K", "arm": np.where(treated, "A", "control")}
    )
    frame["contacted_at"] = pd.Series(pd.Timestamp(DAY), index=frame.index).astype("datetime64[us]")
    undated = frame.assign(
        campaign_id="undated",
        converted=moved,
        contacted_at=pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]"),
    )
    whole = pd.concat([frame, undated], ignore_index=True)
    load_frame(opened, "contacts", whole.assign(contact_id=[f"t{i}" for i in range(2 * n)]), import_id=2)
    yield opened
    opened.close()


def test_todays_customers_by_what_a_trial_has_taught(buyers) -> None:
    audience = buyers.audience(as_of=DAY + timedelta(days=30))
    knobs = {"campaign": "K", "value_per_conversion": 10.0, "contact_cost": 1.0}
    found = uplift_customers.uplift_customers(buyers, audience, **knobs)
    assert len(found) == 5000
    assert found["predicted_uplift"].dropna().is_monotonic_decreasing
    best = found[(found["tenth"] <= 3).fillna(False)]
    assert best["measured_uplift"].mean() == pytest.approx(0.25, abs=0.06)
    asked = buyers.read(
        "metrics/uplift_members", audience, campaign=None, from_on=audience.as_of, window=30, controls="|"
    )
    recency = asked.set_index("customer_id")["recency_days"]
    assert recency[best["customer_id"]].max() <= 75
    assert recency[found.loc[found["tenth"] == 10, "customer_id"]].min() >= 45
    assert (found["advised"].fillna(False) == (found["profit_per_customer"] > 0).fillna(False)).mean() > 0.9
    assert found.attrs["notes"][0].startswith("Learned from campaign K, first contact 1 Mar 2024, 5,000 customers")
    kept = uplift_customers.save(buyers, audience, "To be moved", "the test", 3, **knobs)
    assert kept == len(best)
    members = compute(buyers, "segment_members", audience, segment="To be moved")
    assert set(members["customer_id"]) == set(best["customer_id"])


def test_nobody_is_ranked_by_a_trial_that_knew_others(buyers) -> None:
    with pytest.raises(BadInput, match="nothing is known of its customers on its day"):
        uplift_customers.uplift_customers(buyers, buyers.audience(as_of=DAY), campaign="undated")
    with pytest.raises(BadInput, match="100% of the audience are like nobody in it"):
        uplift_customers.uplift_customers(buyers, buyers.audience(as_of=date(2026, 3, 1)), campaign="K")
    latest = uplift_customers.uplift_customers(buyers, buyers.audience(as_of=date(2026, 3, 1)))
    assert latest.empty
    assert "like nobody in it" in latest.attrs["notes"][0]


@pytest.mark.slow
def test_starbucks(tmp_path) -> None:
    opened = in_memory(tmp_path)
    bring_in(opened, data("starbucks_ab/training.csv.gz"))
    audience = opened.audience()
    summary = uplift.uplift_summary(opened, audience, value_per_conversion=10.0, contact_cost=0.15)
    assert summary["low_95"].iloc[0] > 0.001
    assert 0.2 <= summary["advised_share"].iloc[0] <= 0.6
    opened.close()
