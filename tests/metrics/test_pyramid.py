"""The pyramid, who is watched, and the resampled range, each a second time in plain pandas."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.value import pareto, pareto_watch, pyramid
from crm_analytics.metrics.value.pyramid import INACTIVE, NOT_YET, PROSPECTS, TIERS
from crm_analytics.query.rules import where
from tests.metrics.loading import load_orders

AS_OF, YEAR_AGO, HALF_AGO, TWO_AGO = (
    pd.Timestamp(day) for day in ("2024-06-30", "2023-06-30", "2023-12-30", "2022-06-30")
)


@pytest.fixture(scope="module")
def orders() -> list[tuple[str, str, float]]:
    rng = np.random.default_rng(3)
    days = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 912, 1500), unit="D")
    spend = rng.lognormal(3, 1.2, 400)
    who = rng.integers(0, 400, 1500)
    amounts = np.where(rng.random(1500) < 0.06, -5, spend[who]).round(2)
    rows = [
        (f"c{each:03}", f"{day:%Y-%m-%d}", float(amount)) for each, day, amount in zip(who, days, amounts, strict=True)
    ]
    return [*rows, ("only_returns", "2024-01-01", -3.0), ("last", "2024-06-30", 9.0)]


@pytest.fixture
def loaded(warehouse, orders):
    load_orders(warehouse, orders)
    return warehouse


def facts(orders) -> pd.DataFrame:
    frame = pd.DataFrame(orders, columns=["customer", "day", "net"]).assign(
        day=lambda rows: pd.to_datetime(rows["day"])
    )
    everyone = frame.groupby("customer")["net"].sum().index

    def total(after, until):
        inside = frame[(frame["day"] > after) & (frame["day"] <= until)]
        return inside.groupby("customer")["net"].sum().reindex(everyone, fill_value=0).round(2)

    bought = frame[frame["net"] > 0].groupby("customer")["day"].min().reindex(everyone)
    found = pd.DataFrame(
        {"now": total(YEAR_AGO, AS_OF), "before": total(TWO_AGO, YEAR_AGO), "half": total(HALF_AGO, AS_OF)}
    )
    found["tier"] = tiers(found["now"]).where(bought.notna(), PROSPECTS)
    found["tier_before"] = tiers(found["before"]).where(bought <= YEAR_AGO, NOT_YET)
    return found


def tiers(revenue: pd.Series) -> pd.Series:
    ranked = sorted(revenue[revenue > 0].items(), key=lambda item: (-item[1], item[0]))
    n, found = len(ranked), pd.Series(INACTIVE, revenue.index)
    for place, (customer, _) in enumerate(ranked):
        ends = {"top": math.ceil(n / 100), "large": math.ceil(n / 20), "medium": math.ceil(n / 5), "small": n}
        found[customer] = next(name for name, end in ends.items() if place < end)
    return found


def test_tiers_and_moves_by_pandas(loaded, orders) -> None:
    audience, expected = loaded.audience(), facts(orders)
    frame = pyramid.pyramid(loaded, audience).set_index("tier")
    assert frame["customers"].to_dict() == expected["tier"].value_counts().to_dict()
    assert frame["revenue"].to_dict() == pytest.approx(expected.groupby("tier")["now"].sum().to_dict())
    rank = {name: place for place, name in enumerate(TIERS)}
    for tier in TIERS:
        here = expected[expected["tier"] == tier]
        before = here["tier_before"].map(rank)
        for move, movers in (
            ("stayed", here[before == rank[tier]]),
            ("moved_up", here[before > rank[tier]]),
            ("moved_down", here[before < rank[tier]]),
            ("entered", here[before.isna()]),
            ("left", expected[(expected["tier_before"] == tier) & (expected["tier"] == INACTIVE)]),
        ):
            assert frame.loc[tier, move] == len(movers)
            assert frame.loc[tier, f"{move}_change"] == pytest.approx(
                (movers["now"] - movers["before"]).sum(), abs=1e-6
            )
    assert frame.loc[INACTIVE, "entered"] == frame.loc[list(TIERS), "left"].sum()


def test_every_mover_moves_his_money_once(loaded) -> None:
    audience = loaded.audience()
    frame = pyramid.pyramid(loaded, audience).set_index("tier").loc[list(TIERS)]
    changes = frame[[name for name in frame if name.endswith("_change")]].to_numpy().sum()
    pairs = pyramid.pyramid_moves(loaded, audience)
    moved = pairs[pairs["to_tier"].isin(TIERS) | pairs["from_tier"].isin(TIERS)]
    assert changes == pytest.approx((moved["revenue"] - moved["revenue_before"]).sum())
    assert pairs["customers"].sum() == len(
        pd.unique(pd.Series(loaded.read("metrics/customers", audience, limit=9999)["customer_id"]))
    )


def test_who_is_watched_by_pandas(loaded, orders) -> None:
    expected = facts(orders)
    best = ("top", "large", "medium")
    is_top, was_top = expected["tier"].isin(best), expected["tier_before"].isin(best)
    entry = expected.loc[is_top, "now"].min()
    part = expected.loc[expected["now"] > 0, "half"].sum() / expected.loc[expected["now"] > 0, "now"].sum()
    fading = is_top & was_top & (expected["half"] < entry * part)
    frame = pareto_watch.pareto_watch(loaded, loaded.audience())
    found = {move: set(rows["customer_id"]) for move, rows in frame.groupby("move")}
    assert found == {
        "new": set(expected.index[is_top & ~was_top]),
        "fallen out": set(expected.index[was_top & ~is_top]),
        "about to fall out": set(expected.index[fading]),
    }
    assert len(found["about to fall out"]) > 3
    assert set(pareto_watch.pareto_watch(loaded, loaded.audience(), move="new")["customer_id"]) == found["new"]


def test_without_a_year_before_nothing_has_moved(warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-05", 10.0), ("b", "2024-02-05", 30.0)])
    frame = pyramid.pyramid(warehouse, warehouse.audience())
    assert frame[["stayed", "moved_up", "moved_down", "entered", "left", "entered_change"]].isna().all().all()
    assert "no 12 months before" in " ".join(frame.attrs["notes"])
    assert pareto_watch.pareto_watch(warehouse, warehouse.audience()).empty


def test_range_holds_the_share_and_its_blocks_cost_nothing(loaded) -> None:
    audience = loaded.audience()
    row = pareto_watch.pareto_range(loaded, audience).iloc[0]
    assert row["top_20_share"] == pytest.approx(pareto.pareto(loaded, audience)["top_20_share"].iloc[0])
    assert row["low_95"] < row["top_20_share"] < row["high_95"]
    few = loaded.audience(where("customer_id", "in", ["c001", "c002"]))
    assert pareto_watch.pareto_range(loaded, few)[["low_95", "high_95"]].isna().all().all()


def test_range_against_drawing_customers_one_by_one() -> None:
    rng = np.random.default_rng(5)
    revenue = np.sort(rng.lognormal(3, 1.5, 12_000))[::-1]
    means, sizes = pareto_watch._blocks(revenue)
    assert (len(means), sizes.sum(), (means * sizes).sum()) == (5000, 12_000, pytest.approx(revenue.sum()))
    drawn = rng.poisson(sizes, (400, len(sizes))).astype(float)
    blocks = np.quantile(pareto_watch._top_shares(means, drawn, 0.2), [0.025, 0.975])
    shares = []
    for _ in range(400):
        sample = np.sort(rng.choice(revenue, len(revenue)))[::-1]
        shares.append(sample[: len(sample) // 5].sum() / sample.sum())
    assert blocks == pytest.approx(np.quantile(shares, [0.025, 0.975]), abs=0.006)


def test_sentence_says_who_moved(loaded) -> None:
    frame = pyramid.pyramid(loaded, loaded.audience())
    words = pyramid.pyramid_in_words(frame, date(2024, 6, 30))
    assert words is not None
    assert f"{frame.set_index('tier').loc[list(TIERS), 'moved_up'].sum()} customers moved up" in words
    assert pyramid.pyramid_in_words(frame.head(0), date(2024, 6, 30)) is None
    frame.attrs["notes"] = ["The history begins on 1 Jun 2023: the 12 months before are not complete."]
    assert "came in" not in (pyramid.pyramid_in_words(frame, date(2024, 6, 30)) or "")
