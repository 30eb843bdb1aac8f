"""Lists that people keep name the same customers after ids got a source in front, lost it, or records were joined."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from crm_analytics.engine.duck import Session
from crm_analytics.ingest import export_campaign
from crm_analytics.query import evaluation, membership, outgoing, statements
from crm_analytics.query.rules import All, where
from crm_analytics.query.tables import LISTS
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import exports, identity, programmes_holdout, segments
from tests.conftest import bring_in, in_memory

OWN = [f"c{place}" for place in range(1, 7)]
PREFIXED = [f"shop:{each}" for each in OWN]
DAY = date(2025, 3, 1)
#: What is put into the tables of each kind for a customer.
ROWS = {
    "orders": ("order_id, customer_id, ordered_at, amount", "'o' || id, id, CAST($day AS DATE), 10"),
    "customers": ("customer_id", "id"),
    "contacts": ("customer_id, contacted_at", "id, CAST($day AS DATE)"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path)
    with warehouse.changing() as session:
        add(session, 1, "shop", "orders", OWN)
    yield warehouse
    warehouse.close()


def add(session: Session, number: int, source: str, kind: str, customers: list[str], day: date = DAY) -> None:
    """An import as loading leaves it, without a file to be read."""
    columns, row = ROWS[kind]
    values = {"n": number, "source": source, "ids": customers} | ({"day": day} if "$day" in row else {})
    session.do(
        """INSERT INTO workspace.imports VALUES
        ($n, $kind, $source, '', '', 0, 0, 0, 0, 0, 0, '{}', '{"problems": []}', NULL, 'me', now(), NULL, NULL)""",
        {"n": number, "kind": kind, "source": source},
    )
    session.do(
        f"""INSERT INTO source.{kind} (import_id, line, unit, current, source, {columns})
        SELECT $n, row_number() OVER (), 0, TRUE, $source, {row} FROM (SELECT unnest($ids) AS id)""",
        values,
    )


def undo(session: Session, number: int, kind: str) -> None:
    session.do("UPDATE workspace.imports SET undone_at = now() WHERE import_id = $n", {"n": number})
    session.do(f"UPDATE source.{kind} SET current = FALSE WHERE import_id = $n", {"n": number})


def hold_out(warehouse: Warehouse, *customers: str) -> None:
    with warehouse.duck.session() as session:
        for each in customers:
            session.do("INSERT INTO workspace.programme_holdouts VALUES ('P', $c, 0.1, 'me', now())", {"c": each})


def held_out(warehouse: Warehouse) -> set[str]:
    with warehouse.duck.session() as session:
        return set(programmes_holdout.everyone_held_out(session))


def named(warehouse: Warehouse) -> list[str]:
    with warehouse.duck.session() as session:
        return [row[0] for row in session.rows("SELECT customer_id FROM mart.contacts ORDER BY ALL")]


def join(session: Session, one: str, other: str) -> None:
    identity.decide(session, [(("shop", one), ("shop", other), 0.99)], "accept", "me", datetime(2025, 4, 1))


def test_a_second_source_lets_nobody_out(shop: Warehouse, tmp_path: Path) -> None:
    hold_out(shop, "c1", "c2", "c9")
    membership.save(shop, "frozen", All(), "me", frozen_as_of=DAY)
    membership.save(shop, "buyers", where("orders", "at_least", 1), "me")
    evaluation.refresh(shop)
    frozen = shop.audience(membership.named(shop, "frozen"))
    with shop.changing() as session:
        add(session, 2, "crm", "orders", ["c1", "x1"], date(2025, 3, 20))  # another c1
    made = outgoing.prepare(shop, shop.audience(), outgoing.Wish(), date.today())
    assert (set(made.frame["customer_id"]), made.held_out) == ({*PREFIXED[2:], "crm:c1", "crm:x1"}, 2)
    assert shop.read("metrics/audience_ids", frozen)["customer_id"].tolist() == PREFIXED
    evaluation.refresh(shop)  # nobody leaves a saved segment because his id is another
    with shop.duck.session() as session:
        last = evaluation.days_of(session, segments.one(session, "buyers"))[-1]
    assert (last.customers, last.entered, last.left) == (8, 2, 0)
    hold_out(shop, "shop:c3")
    # of one who was held out before, orders come again: the marts are refreshed in part
    path = tmp_path / "more.csv"
    path.write_text("order_id,customer_id,order_date,amount\no9,c9,2025-03-09,10\n")
    bring_in(shop, path, "shop")
    assert held_out(shop) == {"shop:c1", "shop:c2", "shop:c3", "shop:c9"}
    with shop.changing() as session:
        undo(session, 2, "orders")
    assert held_out(shop) == {"c1", "c2", "c3", "c9"}
    assert shop.read("metrics/audience_ids", frozen)["customer_id"].tolist() == OWN
    with shop.changing() as session:
        add(session, 4, "shop", "customers", ["c6", "c3"])
        join(session, "c6", "c3")  # one of whom is held out
    assert held_out(shop) == {"c1", "c2", "c6", "c9"}


def test_contacts_keep_their_customers(shop: Warehouse) -> None:
    asked, wish = shop.audience(), outgoing.Wish(control_share=0.34, campaign="X")
    made = outgoing.prepare(shop, asked, wish, date.today())
    kept = outgoing.record(shop, asked, wish, made, "me")
    export_campaign.create(shop, kept, "me", date(2025, 4, 1))
    assert named(shop) == OWN
    with shop.changing() as session:
        add(session, 8, "crm", "customers", ["x1"])
        add(session, 9, "mailer", "contacts", ["shop:c1", "crm:x1"])  # it answers with the ids that it was given
    with shop.duck.session() as session:
        arms = exports.arms(session, kept.export_id)
    assert {each for each, arm in arms.items() if arm == "control"} == {f"shop:{each}" for each in made.control}
    assert named(shop) == sorted([*PREFIXED, "crm:x1", "shop:c1"])
    with shop.changing() as session:
        add(session, 10, "shop", "customers", ["c2", "c1"])
        join(session, "c2", "c1")
    assert named(shop) == sorted(["crm:x1", "shop:c2", "shop:c2", *PREFIXED[1:]])
    with shop.changing() as session:
        undo(session, 8, "customers")
    assert named(shop) == sorted(["crm:x1", "c2", "c2", *OWN[1:]])
    with shop.changing() as session:
        add(session, 11, "shop", "orders", ["shop:c1"])  # an own id that begins so is left as it is
    assert "shop:c1" in named(shop)


def test_the_ids_of_every_list_are_looked_after() -> None:
    assert [name for name in LISTS if f"workspace.{name}" not in statements.text("tables/known_as")] == []


def test_scores_stay_with_their_customers(shop: Warehouse) -> None:
    with shop.duck.session() as session:
        session.do("INSERT INTO workspace.scorings VALUES ($day, 1, 90, '', 'me', now(), '1')", {"day": DAY})
        session.do("INSERT INTO workspace.customer_scores VALUES ('c3', 'keep', 0.5, 20, 10)")
    with shop.changing() as session:
        add(session, 2, "crm", "orders", ["x1"])
    scored = shop.audience(where("value_at_risk", "at_least", 10))
    assert shop.read("metrics/audience_ids", scored)["customer_id"].tolist() == ["shop:c3"]
