"""Invoices, discounts and channels on cases that can be added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import channels, payment
from crm_analytics.query import choices, membership
from crm_analytics.query.rules import EVERYONE, Not, where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import filled, in_memory
from tests.metrics.loading import load_frame, load_orders, rows_of

AS_OF = date(2024, 6, 30)


def days(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(names, "datetime64[us]"))


def fill(warehouse: Warehouse) -> None:
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2"],
            "customer_id": ["ann", "bob"],
            "ordered_at": ["2024-01-01", "2024-06-30"],
            "amount": [10.0, 20.0],
        }
    )
    load_frame(warehouse, "orders", days(orders, "ordered_at").assign(country=["FR", None]))
    rows = [
        ("a", "1", "ann", "2024-01-01", "2024-02-01", "2024-02-01", 100.0),  # on time, on the last day
        ("b", None, "ann", "2024-01-01", "2024-02-01", "2024-02-11", 300.0),  # ten days late
        ("c", None, "ann", "2024-05-01", "2024-06-20", None, 50.0),  # overdue for ten days
        ("d", None, "ann", "2024-06-01", "2024-06-30", None, 7.0),  # due today: not late yet
        ("e", None, "ann", "2024-06-01", "2024-07-30", "2024-06-15", 40.0),  # paid before it is due
        ("f", "2", None, "2024-06-30", "2024-06-29", None, 5.0),  # of bob's order
        ("g", None, "ann", "2024-05-01", "2024-06-01", "2024-07-09", 60.0),  # paid after the day looked at
        ("h", None, None, "2024-05-01", "2024-06-01", None, 999.0),  # of nobody
    ]
    names = ["invoice_id", "order_id", "customer_id", "issued_on", "due_on", "paid_on", "amount"]
    load_frame(
        warehouse, "invoices", days(pd.DataFrame(rows, columns=names), "issued_on", "due_on", "paid_on"), import_id=2
    )


@pytest.fixture
def invoiced(tmp_path):
    warehouse = in_memory(tmp_path, filled(fill))
    yield warehouse
    warehouse.close()


def test_payment_behaviour(invoiced) -> None:
    audience = invoiced.audience(as_of=AS_OF)
    frame = payment.payment_behaviour(invoiced, audience, by="all")
    late = (300 * 10 + 50 * 10 + 60 * 29 + 5 * 1) / (100 + 300 + 50 + 40 + 60 + 5)
    assert rows_of(frame, "group", "invoices", "on_time_share", "overdue_amount", "overdue_invoices", "customers") == [
        ("all", 6, 2 / 6, 115.0, 3, 2)
    ]
    assert frame["mean_days_late"][0] == pytest.approx(late)
    by_country = compute(invoiced, "payment_behaviour", audience, by="country")
    assert rows_of(by_country, "group", "invoices", "overdue_amount") == [("FR", 5, 110.0), ("unknown", 1, 5.0)]
    only_bob = invoiced.audience(where("customer_id", "is", "bob"), as_of=AS_OF)
    assert payment.payment_behaviour(invoiced, only_bob)["invoices"].tolist() == [1]
    early = payment.payment_behaviour(invoiced, invoiced.audience(as_of=date(2024, 2, 5)), by="all")
    assert rows_of(early, "invoices", "overdue_amount") == [(2, 300.0)]


def chosen(warehouse, *asked, as_of=None) -> list[str]:
    """Whom a condition on a habit selects, both ways in which rules are asked; its Not selects the others."""
    audience = warehouse.audience(where(*asked), as_of=as_of)
    found = warehouse.read("metrics/audience_ids", audience)["customer_id"].tolist()
    text, values = membership.ids(warehouse, audience.rule, audience.as_of)
    others = warehouse.read("metrics/audience_ids", replace(audience, rule=Not(audience.rule)))["customer_id"]
    with warehouse.duck.session() as session:
        assert sorted(row[0] for row in session.rows(text, values)) == found
        everyone = warehouse.read("metrics/audience_ids", replace(audience, rule=EVERYONE))["customer_id"]
    assert sorted([*found, *others]) == everyone.tolist()
    return found


def test_payment_as_a_field_of_rules(invoiced) -> None:
    # ann has 2 of 5 on time and 115 - 5 overdue, bob's one of 5 is a day late
    assert chosen(invoiced, "payer", "is", "late", as_of=AS_OF) == ["ann", "bob"]
    assert chosen(invoiced, "on_time_share", "is", 0.4, as_of=AS_OF) == ["ann"]
    assert chosen(invoiced, "overdue_amount", "is", 110, as_of=AS_OF) == ["ann"]
    assert chosen(invoiced, "mean_days_late", "between", [9.5, 9.6], as_of=AS_OF) == ["ann"]
    early = date(2024, 2, 5)  # ann has paid one of two, bob is not known yet
    assert chosen(invoiced, "payer", "is", "late", as_of=early) == ["ann"]
    assert chosen(invoiced, "payer", "is_empty", as_of=date(2024, 1, 31)) == ["ann"]
    assert choices.values(invoiced, "payer", invoiced.audience()) == ["prompt", "late"]


def test_discount_dependence(warehouse) -> None:
    names = ["order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price", "discount_amount"]
    rows = [
        ("1", "ann", "2024-01-01", "pan", 1.0, 100.0, 20.0),  # exactly 20%
        ("2", "ann", "2024-02-01", "pan", 1.0, 100.0, 19.9),
        ("3", "ann", "2024-03-01", "cup", 2.0, 4.0, None),  # listed at 5: 20%
        ("4", "bob", "2024-03-01", "cup", 1.0, 6.0, None),  # above the list price
        ("5", "bob", "2024-04-01", "jug", 1.0, 6.0, None),  # no price before discount is known
        ("6", "cid", "2024-04-01", "cup", -1.0, 1.0, None),  # a return is no purchase
    ]
    load_frame(warehouse, "order_lines", days(pd.DataFrame(rows, columns=names), "ordered_at"))
    load_frame(
        warehouse, "products", pd.DataFrame({"product_id": ["cup", "pan"], "list_price": [5.0, 100.0]}), import_id=2
    )
    audience = warehouse.audience()
    frame = payment.discount_dependence(warehouse, audience, by="all")
    columns = (
        "customers",
        "purchases",
        "known_purchases",
        "discounted_share",
        "mean_customer_share",
        "dependent_customers",
    )
    assert rows_of(frame, *columns) == [(2, 5, 4, 0.5, pytest.approx(1 / 3), 1)]
    assert frame["dependent_revenue"][0] == pytest.approx(80 + 80.1 + 8)
    strict = compute(warehouse, "discount_dependence", audience, by="all", discount="0.21")
    assert strict["discounted_share"][0] == 0
    assert "at least 21%" in strict.attrs["notes"][0]
    assert chosen(warehouse, "discounted_share", "more_than", 0.6) == ["ann"]  # 2 of 3
    assert chosen(warehouse, "discounted_share", "is", 0) == ["bob"]
    assert chosen(warehouse, "discounted_share", "is_empty") == ["cid"]
    assert chosen(warehouse, "tier", "is", "top") == ["ann"]
    assert chosen(warehouse, "tier", "in", ["small", "prospects"]) == ["bob", "cid"]


@pytest.fixture
def channelled(warehouse):
    rows = [
        ("ann", "2024-01-01", 10.0, "web"), ("ann", "2024-01-05", 10.0, "web"), ("ann", "2024-01-09", 10.0, "shop"),
        ("ann", "2024-01-09", 5.0, "web"), ("ann", "2024-01-12", 5.0, "shop"),
        ("bob", "2024-01-01", 20.0, "shop"), ("bob", "2024-01-03", -5.0, "shop"),
        ("cid", "2024-01-01", 8.0, None), ("cid", "2024-01-02", 8.0, None),
        (None, "2024-01-02", 99.0, "web"),
    ]  # fmt: skip
    frame = days(pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount", "channel"]), "ordered_at")
    frame["customer_id"] = frame["customer_id"].astype("str")
    load_frame(warehouse, "orders", frame.assign(order_id=[f"{place}" for place in range(len(rows))]))
    return warehouse


def test_channels(channelled) -> None:
    frame = channels.channels(channelled, channelled.audience())
    columns = ("channel", "customers", "purchase_days", "revenue", "multichannel_customers", "main_of")
    # ann: web on three of four purchase days, shop on two
    assert rows_of(frame, *columns) == [
        ("shop", 2, 3, 30.0, 1, 0),
        ("web", 1, 3, 25.0, 1, 1),
        ("unknown", 1, 2, 16.0, 0, 1),
    ]
    assert rows_of(frame, "loyalty_share", "same_next_share") == [(None, 1.0), (0.75, 2 / 3), (1.0, 1.0)]
    only_bob = channels.channels(channelled, channelled.audience(where("customer_id", "is", "bob")))
    assert rows_of(only_bob, "channel", "revenue", "same_next_share") == [("shop", 15.0, None)]


def test_channels_as_a_field_of_rules(channelled) -> None:
    assert chosen(channelled, "channel_use", "is", "several channels") == ["ann"]
    assert chosen(channelled, "channels_used", "is", 1) == ["bob"]
    assert chosen(channelled, "channels_used", "is_empty") == ["cid"]
    assert chosen(channelled, "main_channel", "is", "web") == ["ann"]
    assert chosen(channelled, "channel_loyalty", "is", 0.75) == ["ann"]
    assert chosen(channelled, "channel_loyalty", "is_empty") == ["bob", "cid"]  # bob has bought once
    assert chosen(channelled, "channels_used", "is", 1, as_of=date(2024, 1, 8)) == ["ann", "bob"]


def test_channel_mix(channelled) -> None:
    frame = channels.channel_mix(channelled, channelled.audience())
    columns = ("group", "customers", "revenue_per_customer", "purchase_days_per_customer", "repeat_share")
    assert rows_of(frame, *columns) == [("one channel", 1, 15.0, 1.0, 0.0), ("several channels", 1, 40.0, 4.0, 1.0)]


def test_without_them_nothing_is_guessed(warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-01", 10.0), ("a", "2024-01-02", 10.0)])
    audience = warehouse.audience()
    for name in ("channels", "channel_mix", "payment_behaviour", "discount_dependence"):
        assert compute(warehouse, name, audience).empty, name
    assert "No order names a channel." in channels.channels(warehouse, audience).attrs["notes"]


def test_sentences() -> None:
    paid = pd.DataFrame(
        {"invoices": [40, 10], "on_time_share": [0.75, 1.0], "mean_days_late": [4.0, 0.0], "amount": [100.0, 300.0]}
    )
    words = payment.payment_in_words(paid.assign(overdue_amount=[5.0, 0.0]), AS_OF)
    assert words is not None
    assert "80.0% of 50 invoices" in words
    assert "1.0 days late" in words
    assert payment.payment_in_words(paid.head(0).assign(overdue_amount=np.array([])), AS_OF) is None
