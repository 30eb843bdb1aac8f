"""Exposed against unexposed with selection: the matched figure is near the truth, the naive one never in the verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import NotEnoughData, UnknownName
from crm_analytics.metrics.campaigns import observational
from tests.conftest import bring_in, in_memory
from tests.metrics.conftest import data
from tests.metrics.loading import load_frame, load_orders

EFFECT = 0.3


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """1,500 customers who buy at different rates; the frequent ones are contacted more often, which adds a purchase."""
    opened = in_memory(tmp_path_factory.mktemp("data"))
    draw = np.random.default_rng(11)
    wave, orders, contacted = pd.Timestamp("2024-09-01"), [], []
    for n in range(1500):
        rate = draw.gamma(1.5, 1 / 120)  # purchases a day
        days = np.cumsum(draw.exponential(1 / max(rate, 1e-4), 60))
        days = days[days < 320]
        orders += [
            (f"c{n}", str((pd.Timestamp("2023-12-01") + pd.Timedelta(days=int(day))).date()), 20.0) for day in days
        ]
        before = (days < 275).sum()
        chosen = draw.random() < 1 / (1 + np.exp(-(before - 3) / 3))
        if chosen:
            contacted.append(f"c{n}")
        if chosen and draw.random() < EFFECT:
            orders.append((f"c{n}", str((wave + pd.Timedelta(days=int(draw.integers(0, 31)))).date()), 20.0))
    load_orders(opened, sorted(orders, key=lambda row: row[1]))
    rows = pd.DataFrame({"customer_id": contacted, "campaign_id": "K", "contacted_at": wave.to_datetime64()})
    rows = rows.astype({"contacted_at": "datetime64[us]"}).assign(contact_id=[f"T{n}" for n in range(len(rows))])
    best = pd.DataFrame({"customer_id": [f"c{n}" for n in range(1500)], "campaign_id": "ALL", "contacted_at": wave})
    best = best.astype({"contacted_at": "datetime64[us]"}).assign(contact_id=[f"A{n}" for n in range(1500)])
    load_frame(opened, "contacts", pd.concat([rows, best], ignore_index=True), import_id=2)
    yield opened
    opened.close()


def test_the_truth_is_covered_and_the_naive_difference_is_far_off(warehouse) -> None:
    found = observational.observational(warehouse, warehouse.audience(), campaign="K").set_index("outcome")
    revenue = found.loc["revenue"]
    assert revenue["low_95"] <= 20 * EFFECT <= revenue["high_95"]
    assert abs(revenue["difference"] - 20 * EFFECT) < abs(revenue["naive_difference"] - 20 * EFFECT) / 2
    assert revenue["naive_difference"] > revenue["high_95"]
    assert revenue["placebo_low_95"] <= 0 <= revenue["placebo_high_95"]
    assert found["verdict"].str.startswith("Observational").all()
    naive = f"{revenue['naive_difference']:.2f}"
    assert not any(naive in verdict for verdict in found["verdict"])
    words = observational.observational_in_words(found.reset_index())
    assert "Observational" in words


def test_the_two_sides_are_alike_after_matching(warehouse) -> None:
    found = observational.observational_balance(warehouse, warehouse.audience(), campaign="K").set_index("feature")
    assert found.loc["purchase_days", "before"] > 0.5
    assert found["after"].abs().max() < 0.15


def test_refusals(warehouse) -> None:
    audience = warehouse.audience()
    with pytest.raises(NotEnoughData, match="not contacted"):
        observational.observational(warehouse, audience, campaign="ALL")
    with pytest.raises(UnknownName, match="campaign"):
        observational.observational(warehouse, audience, campaign="Z")
    early = warehouse.audience(as_of=pd.Timestamp("2024-09-20").date())
    with pytest.raises(NotEnoughData, match="at least 30 days; there are 19"):
        observational.observational(warehouse, early, campaign="K")


@pytest.mark.slow
def test_complete_journey(tmp_path) -> None:
    """Recipients were chosen: they buy far more often than others, and no more often than households like them."""
    opened = in_memory(tmp_path)
    for name in ("transactions_sample.csv.gz", "campaigns.csv", "campaign_descriptions.csv"):
        bring_in(opened, data(f"completejourney/{name}"))
    row = observational.observational(opened, opened.audience(), campaign="18").set_index("outcome").loc["converted"]
    assert row["naive_difference"] > 0.25
    assert row["low_95"] <= 0 <= row["high_95"]
    assert row["verdict"].startswith("Observational: no difference to comparable customers can be told")
    opened.close()
