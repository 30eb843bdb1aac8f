"""Survival by a second count, groups that would be circular refused, and the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import BadValue
from crm_analytics.metrics.value.survival import survival, survival_in_words
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import in_memory
from tests.metrics import buyers
from tests.metrics.loading import load_orders


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path_factory.mktemp("buyers"))
    frame = buyers.orders()
    frame["channel"] = np.where(frame["customer_id"] < "c0200", "web", "store")
    buyers.load(warehouse, frame)
    yield warehouse
    warehouse.close()


def by_hand(warehouse: Warehouse, day: date) -> tuple[pd.DataFrame, int]:
    """Per customer: days from the first purchase to lapsing or to the end of view, and whether they lapsed."""
    as_of, window = pd.Timestamp(day), warehouse.base(day).activity_window_days
    rows, left_out, orders = [], 0, buyers.orders()
    for who, days in orders[orders["ordered_at"] < as_of + pd.Timedelta(days=1)].groupby("customer_id")["ordered_at"]:
        bought = np.unique(days.dt.normalize())
        ends = np.append(bought[1:], as_of.to_datetime64())
        if bought[0] > (as_of - pd.Timedelta(days=window)).to_datetime64():
            left_out += 1
            continue
        gaps = (ends - bought) / np.timedelta64(1, "D")
        gone = gaps > window
        end = bought[gone.argmax()] if gone.any() else (as_of - pd.Timedelta(days=window)).to_datetime64()
        rows.append((who, int((end - bought[0]) / np.timedelta64(1, "D")), bool(gone.any())))
    return pd.DataFrame(rows, columns=["who", "days", "gone"]), left_out


def test_curve_by_a_second_count(company: Warehouse) -> None:
    day = buyers.START + timedelta(days=420)
    people, left_out = by_hand(company, day)
    frame = survival(company, company.audience(as_of=day))
    assert left_out > 30
    at, share = frame.set_index("days"), 1.0
    for each in range(int(people["days"].max()) + 1):
        at_risk = int((people["days"] >= each).sum())
        share *= 1 - int(((people["days"] == each) & people["gone"]).sum()) / at_risk
        assert (at.loc[each, "at_risk"], at.loc[each, "survival"]) == (at_risk, pytest.approx(share))
    known = frame[frame["low_95"].notna()]
    assert ((known["low_95"] < known["survival"]) & (known["survival"] < known["high_95"])).all()
    assert frame.attrs["notes"][0].startswith(f"{left_out} customers first bought within the last")
    assert "have not lapsed" in survival_in_words(frame, day)


def test_groups_known_at_the_first_purchase_share_the_customers(company: Warehouse) -> None:
    people, _ = by_hand(company, company.latest())
    frame = survival(company, company.audience(), by="channel")
    start = frame[frame["days"] == 0].set_index("group")["at_risk"]
    assert start.to_dict() == {"web": (people["who"] < "c0200").sum(), "store": (people["who"] >= "c0200").sum()}
    assert any(note.startswith("Log-rank test of equal curves: chi-square") for note in frame.attrs["notes"])
    assert " of web" in survival_in_words(frame, company.latest())
    cohorts = survival(company, company.audience(), by="cohort")
    assert cohorts[cohorts["days"] == 0]["at_risk"].sum() == len(people)


def test_circular_groups_are_refused_with_the_reason(company: Warehouse) -> None:
    audience = company.audience()
    for knobs in (
        {"by": "status"},
        {"by": "segment"},
        {"by": "status", "landmark": company.latest() - timedelta(days=400)},
    ):
        with pytest.raises(BadValue, match="is defined by having lapsed or not"):
            survival(company, audience, **knobs)
    with pytest.raises(BadValue, match="one activity window before the as-of date"):
        survival(company, audience, by="segment", landmark=company.latest())
    with pytest.raises(BadValue, match="beside by=segment only"):
        survival(company, audience, landmark=company.latest() - timedelta(days=400))
    there = company.latest() - timedelta(days=400)
    frame = survival(company, audience, by="segment", landmark=there)
    start = frame[frame["days"] == 0]["at_risk"].sum()
    before = company.read("metrics/statuses", company.audience(as_of=there)).set_index("status")["customers"]
    window, then = (company.base(day).activity_window_days for day in (company.latest(), there))
    assert start == before[["new", "active"]].sum() + before.get("declining", 0) or window != then


def test_nobody_to_follow_is_an_empty_frame(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-10", 50.0)])
    frame = survival(warehouse, warehouse.audience())
    assert frame.empty
    assert survival_in_words(frame, warehouse.latest()) is None
