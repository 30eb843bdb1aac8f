"""Profiles and explored cells against plain pandas on the list of customers and the orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import explore, profile, typical
from crm_analytics.query import membership
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import in_memory
from tests.metrics.loading import load_frame

BIG = where("revenue", "at_least", 300)


def orders() -> pd.DataFrame:
    number = pd.Series(range(600))
    customer = number % 97
    return pd.DataFrame(
        {
            "order_id": "A" + number.astype(str),
            "customer_id": "c" + customer.astype(str).str.zfill(2),
            "ordered_at": pd.Timestamp("2023-01-01") + pd.to_timedelta(number * 3 % 700, unit="D"),
            "amount": 10.0 + number * 7 % 90,
            "country": (customer % 3).map({0: "FR", 1: "ES", 2: "ES"}),
        }
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Iterator[Warehouse]:
    opened = in_memory(tmp_path_factory.mktemp("profile"))
    load_frame(opened, "orders", orders().astype({"ordered_at": "datetime64[us]"}))
    yield opened
    opened.close()


def test_indices_are_shares_over_shares(warehouse) -> None:
    people = compute(warehouse, "customers", warehouse.audience())
    inside = people[people["revenue"] >= 300]
    found = compute(warehouse, "segment_profile", warehouse.audience(BIG), field="country").set_index("value")
    for country in ("ES", "FR"):
        share, base = (inside["country"] == country).mean(), (people["country"] == country).mean()
        row = found.loc[country]
        assert (row["customers"], row["share"], row["base_share"]) == (
            (inside["country"] == country).sum(),
            share,
            base,
        )
        assert row["index"] == pytest.approx(share / base * 100)
        assert row["uncertain"] == (row["customers"] < 30)


def test_a_segment_against_another(warehouse) -> None:
    membership.save(warehouse, "Small", where("revenue", "less_than", 330), "the test")
    people = compute(warehouse, "customers", warehouse.audience())
    one, other = people[people["revenue"] >= 300], people[people["revenue"] < 330]
    found = compute(warehouse, "segment_profile", warehouse.audience(BIG), against="Small", field="country")
    for row in found.itertuples():
        shares = [(each["country"] == row.value).mean() for each in (one, other)]
        assert (row.share, row.base_share) == tuple(shares)
        assert row.base_customers == (other["country"] == row.value).sum()


def test_a_segment_against_itself_on_another_day(warehouse) -> None:
    day = date(2024, 3, 1)
    now, then = (compute(warehouse, "customers", warehouse.audience(BIG, each)) for each in (None, day))
    found = compute(warehouse, "segment_profile", warehouse.audience(BIG), then=day, field="country")
    for row in found.itertuples():
        assert row.customers == (now["country"] == row.value).sum()
        assert row.base_customers == (then["country"] == row.value).sum()


def test_typical_customers_are_of_the_segment(warehouse) -> None:
    found = compute(warehouse, "typical_customers", warehouse.audience(BIG))
    people = compute(warehouse, "customers", warehouse.audience(BIG)).set_index("customer_id")
    assert len(found) == 5
    assert found["distance"].is_monotonic_increasing
    assert found["distance"][0] == 0
    assert found["recency_days"].tolist() == people.loc[found["customer_id"], "recency_days"].tolist()
    few = compute(warehouse, "typical_customers", warehouse.audience(where("customer_id", "in", ["c01", "c02"])))
    assert few.empty
    assert "5" in few.attrs["notes"][0]


def test_a_middle_of_a_sample_is_said_to_be_one(warehouse, monkeypatch) -> None:
    whole = compute(warehouse, "typical_customers", warehouse.audience(as_of=date(2024, 3, 1)))
    assert whole.attrs["notes"] == []
    monkeypatch.setattr(typical, "MOST_COMPARED", 5)
    sampled = compute(warehouse, "typical_customers", warehouse.audience(as_of=date(2024, 3, 2)))
    assert sampled.attrs["notes"][0].startswith("The middle is that of 5 of ")


def test_habits_count_who_bought_on_the_day(warehouse) -> None:
    bought = orders()
    found = compute(warehouse, "segment_profile", warehouse.audience(), field="weekday").set_index("value")
    for name, group in bought.groupby(bought["ordered_at"].dt.day_name()):
        assert found.loc[name, "customers"] == group["customer_id"].nunique()
        assert found.loc[name, "share"] == group["customer_id"].nunique() / bought["customer_id"].nunique()
    assert list(found.index) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def test_a_saved_segment_has_the_profile_of_its_rule(warehouse) -> None:
    membership.save(warehouse, "Big", BIG, "the test")
    named = compute(warehouse, "segment_profile", warehouse.audience(), segment="Big")
    pd.testing.assert_frame_equal(named, compute(warehouse, "segment_profile", warehouse.audience(BIG)))
    assert set(named["field"]) >= {"status", "country", "revenue", "weekday"}
    words = profile.profile_in_words(named)
    assert words is not None
    assert "times as frequent as in the whole base" in words
    near = profile.profile_in_words(named.assign(index=104.0, share=0.52, base_share=0.5, uncertain=False))
    assert near == "None of what is shown is a tenth more or less frequent than in the whole base."


@pytest.mark.parametrize(
    ("measure", "above", "below"), [("revenue", "amount", None), ("average_order_value", "amount", "order_id")]
)
def test_explored_cells_are_sums_of_orders(warehouse, measure, above, below) -> None:
    bought = orders()
    knobs = {"measure": measure, "rows": "country", "period": "year"}
    found = compute(warehouse, "explore", warehouse.audience(), **knobs).set_index(["row", "period_start"])
    for (country, year), group in bought.groupby(["country", bought["ordered_at"].dt.year]):
        row = found.loc[(country, pd.Timestamp(f"{year}-01-01"))]
        assert row["value"] == pytest.approx(group[above].sum() / (len(group) if below else 1))
        assert row["customers"] == group["customer_id"].nunique()
    assert set(found["column"]) == {"all"}
    assert explore.explore_in_words(found.reset_index(), measure, "EUR") is not None
