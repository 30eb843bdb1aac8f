"""Baskets, offers and their rival, from loaded order lines; the figures of Groceries that are published."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pandas as pd
import pytest

from crm_analytics.errors import BadValue
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.value import offers, offers_learned
from crm_analytics.query.rules import where
from tests.conftest import in_memory
from tests.metrics.conftest import data
from tests.metrics.loading import load_frame, rows_of


def lines(rows: list[tuple]) -> pd.DataFrame:
    names = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price"]
    frame = pd.DataFrame(rows, columns=names).astype({"ordered_at": "datetime64[us]"})
    return frame.assign(customer_id=frame["customer_id"].astype("str"), quantity=frame["quantity"].astype("float64"))


@pytest.fixture(scope="module")
def groceries(tmp_path_factory: pytest.TempPathFactory):
    with data("groceries/groceries.csv").open(encoding="utf-8") as file:
        rows = [
            (f"{place}", None, "2024-01-05", item, 1, 1.0)
            for place, basket in enumerate(csv.reader(file))
            for item in basket
            if item
        ]
    warehouse = in_memory(tmp_path_factory.mktemp("groceries"))
    load_frame(warehouse, "order_lines", lines(rows))
    yield warehouse
    warehouse.close()


@pytest.mark.parametrize(
    ("support", "confidence", "sizes", "best"),
    [
        (0.006, 0.25, {2: 150, 3: 297, 4: 16}, ("herbs", "root vegetables", 0.0070158, 0.43125, 3.956477)),
        (
            0.001, 0.8, {3: 29, 4: 229, 5: 140, 6: 12},
            ("liquor + red/blush wine", "bottled beer", 0.0019319, 0.904762, 11.235269),
        ),
        (0.01, 0.5, {3: 15}, ("citrus fruit + root vegetables", "other vegetables", None, None, 3.029608)),
    ],
)  # fmt: skip
def test_groceries(groceries, support, confidence, sizes, best) -> None:
    frame = compute(groceries, "basket_rules", groceries.audience(), support=str(support), confidence=str(confidence))
    assert (frame["antecedent"].str.count(r" \+ ") + 2).value_counts().to_dict() == sizes
    assert len(frame) == sum(sizes.values())
    first = frame.iloc[0]
    assert (first["antecedent"], first["consequent"]) == best[:2]
    for name, value in zip(("support", "confidence", "lift"), best[2:], strict=True):
        assert value is None or first[name] == pytest.approx(value, abs=5e-7)
    assert "9,835 orders" in frame.attrs["notes"][0]


def test_baskets_leave_out_services_and_returns_and_keep_to_the_audience(warehouse) -> None:
    rows = [
        ("1", "a", "2024-01-05", "x", 1, 5.0), ("1", "a", "2024-01-05", "y", 1, 5.0), ("1", "a", "2024-01-05", "POST", 1, 5.0),
        ("2", "a", "2024-01-09", "x", -1, 5.0), ("2", "a", "2024-01-09", "y", -1, 5.0),
        ("3", None, "2024-01-07", "x", 2, 5.0), ("3", None, "2024-01-07", "y", 2, 5.0),
        ("4", "b", "2024-01-07", "x", 2, 5.0),
        ("5", "b", "2024-02-07", "z", 2, 5.0),
    ]  # fmt: skip
    load_frame(warehouse, "order_lines", lines(rows))
    products = pd.DataFrame({"product_id": ["x", "y"], "product_name": ["Pan", None]})
    load_frame(warehouse, "products", products, import_id=2)
    found = compute(warehouse, "basket_rules", warehouse.audience(), support=0.5, confidence=0.6)
    assert rows_of(found, "antecedent", "consequent", "count", "support", "antecedent_names") == [
        ("x", "y", 2, 0.5, "Pan"),
        ("y", "x", 2, 0.5, "y"),
    ]
    everyone_then = compute(warehouse, "basket_rules", warehouse.audience(as_of=date(2024, 1, 10)), support=0.5)
    assert everyone_then["support"].tolist() == pytest.approx([2 / 3, 2 / 3])
    only_a = compute(warehouse, "basket_rules", warehouse.audience(where("customer_id", "is", "a")))
    assert only_a["count"].tolist() == [1, 1]
    with pytest.raises(BadValue, match="support cannot be"):
        compute(warehouse, "basket_rules", warehouse.audience(), support="0")


#: Two circles of taste: who buys one of a circle's products buys the next one of the same circle a month later.
@pytest.fixture
def circles(warehouse):
    rows, first = [], date(2024, 1, 1)
    for customer in range(80):
        circle = "AB"[customer % 2]
        start = customer // 2 % 5
        for month in range(4):
            day = first + timedelta(days=30 * month + customer % 9)
            rows.append((f"{customer}-{month}", f"c{customer:02}", f"{day}", f"{circle}{(start + month) % 6}", 1, 10.0))
    load_frame(warehouse, "order_lines", lines(rows))
    return warehouse


def test_offers_are_of_the_customers_circle_and_beat_best_sellers(circles) -> None:
    audience = circles.audience()
    frame = offers.next_offers(circles, audience)
    circle = {f"c{customer:02}": "AB"[customer % 2] for customer in range(80)}
    best = frame[frame["rank"] == 1]
    assert set(best["customer_id"]) == set(circle)
    assert (best["product_id"].str[0] == best["customer_id"].map(circle)).all()
    had = {(row.customer_id, row.product_id) for row in frame.itertuples()} & {
        (customer, f"{name}{(int(customer[1:]) // 2 % 5 + month) % 6}")
        for customer, name in circle.items()
        for month in range(4)
    }
    assert had == set()
    assert (best["reason"].str.removeprefix("bought ").str[0] == best["customer_id"].map(circle)).all()
    one = compute(circles, "next_offers", audience, customer="c07", offers=2)
    everyone = frame[(frame["customer_id"] == "c07") & (frame["rank"] <= 2)].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, everyone)
    tried = offers.offers_evaluation(circles, audience).set_index(["method", "ranked_by"])
    assert tried.loc[("similar products", "chance"), "map_at_10"] > tried.loc[("best-sellers", "chance"), "map_at_10"]
    assert (tried["low_95"] <= tried["hit_rate"]).all()
    assert (tried["hit_rate"] <= tried["high_95"]).all()


def test_one_product_each_leaves_nothing_to_offer(warehouse) -> None:
    rows = [(str(n), f"c{n}", "2024-01-01", ("pan", "cup")[n % 2], 1, 5.0) for n in range(60)] + [
        ("x", "z", "2024-12-31", "pan", 1, 5.0)
    ]
    load_frame(warehouse, "order_lines", lines(rows))
    audience = warehouse.audience()
    frame = offers.next_offers(warehouse, audience)
    assert frame.empty
    assert "Nothing to offer" in frame.attrs["notes"][-1]
    assert "30 customers" in offers.offers_evaluation(warehouse, audience).attrs["notes"][0]


def test_a_part_is_learned_from_and_offered_to_all(circles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers_learned, "MOST_LEARNED_FROM", 40)
    monkeypatch.setattr(offers, "MOST_LINES", 50)
    audience = circles.audience(before=date(2000, 1, 1))
    frame = offers.next_offers(circles, audience)
    assert frame["customer_id"].nunique() == 80
    assert "Learned from one in 2 of 80 customers." in frame.attrs["notes"]
    assert "the last 50 lines" in offers.basket_rules(circles, audience).attrs["notes"][1]


def test_what_was_expected_of_the_held_out_month_is_what_came(circles) -> None:
    audience = circles.audience()
    trial = offers.trial(circles, audience.as_of).set_index(["method", "ranked_by"])
    row = trial.loc[("similar products", "chance")]
    assert offers.scale(circles, audience, "chance") * row["expected"] == pytest.approx(row["hits"])
    chance = offers.next_offers(circles, audience, ranked_by="chance")
    assert chance["score"].between(0, 1).all()
    assert (
        chance.sort_values(["customer_id", "rank"])
        .groupby("customer_id")["score"]
        .apply(lambda each: each.is_monotonic_decreasing)
        .all()
    )


def test_without_lines_there_are_no_offers(warehouse) -> None:
    load_frame(warehouse, "order_lines", lines([("1", "a", "2024-01-05", "x", 1, 5.0)]))
    frame = offers.next_offers(warehouse, warehouse.audience())
    assert frame.empty
    assert "at least 30 customers" in frame.attrs["notes"][0]
    assert offers.offers_evaluation(warehouse, warehouse.audience()).empty


@pytest.mark.slow
def test_online_retail_beats_best_sellers(open_case) -> None:
    case = open_case("online_retail", date(2011, 12, 9))
    frame = offers.offers_evaluation(case.warehouse, case.audience).set_index(["method", "ranked_by"])
    for ranked_by in ("margin", "chance"):
        ours, rival = frame.loc[("similar products", ranked_by)], frame.loc[("best-sellers", ranked_by)]
        assert ours["low_95"] > rival["hit_rate"]
        assert ours["map_at_10"] > rival["map_at_10"]
        assert ours["money_per_customer"] > rival["money_per_customer"]
