"""A change is saved, and what this process knows of the database cannot be read anew after it."""

from __future__ import annotations

import threading

import duckdb
import pytest

from crm_analytics.errors import DatabaseUnusable
from crm_analytics.ingest import load
from crm_analytics.query import facts, membership, quality_scores
from crm_analytics.query import warehouse as house
from crm_analytics.query.rules import where
from tests.conftest import bring_in, in_memory
from tests.faults.test_database_file import orders
from tests.metrics.loading import load_orders


@pytest.fixture
def failing(monkeypatch):
    """How often reading the state fails from now on, for want of memory."""
    read, left = house.State.read, []

    def failing(session):
        if left:
            left.pop()
            raise DatabaseUnusable("there", "there is not enough memory.", "") from duckdb.OutOfMemoryException("it")
        return read(session)

    monkeypatch.setattr(house.State, "read", failing)
    return left


def outcome(warehouse):
    """What a reading gives; it is given ten seconds."""
    found = []

    def read():
        try:
            found.append(int(warehouse.read("metrics/audience_size", warehouse.audience())["customers"].sum()))
        except DatabaseUnusable as error:
            found.append(error)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(10)
    return found.pop() if found else None


def test_the_next_reading_finds_the_new_state_or_raises(tmp_path, failing):
    warehouse = in_memory(tmp_path)
    load_orders(warehouse, [("ann", "2024-01-10", 100.0)])
    assert outcome(warehouse) == 1
    before = warehouse.data_version
    failing += [1, 1]
    with pytest.raises(DatabaseUnusable, match="is saved"):
        warehouse.set_preferences("the test", loyal_purchase_days=4)
    assert isinstance(outcome(warehouse), DatabaseUnusable)
    assert outcome(warehouse) == 1
    assert warehouse.preferences.loyal_purchase_days == 4
    assert warehouse.data_version != before
    warehouse.close()


def test_the_next_change_begins_with_the_new_state(tmp_path, failing, monkeypatch):
    warehouse, build, built = in_memory(tmp_path), facts.build_orders, []
    was = warehouse.preferences.exclude_services
    failing.append(1)
    with pytest.raises(DatabaseUnusable):
        warehouse.set_preferences("the test", exclude_services=not was)
    monkeypatch.setattr(facts, "build_orders", lambda *given: built.append(given) or build(*given))
    warehouse.set_preferences("the test", exclude_services=was)
    assert built  # what the database has is of the other value
    failing.append(1)
    with pytest.raises(DatabaseUnusable):
        warehouse.set_preferences("the test", loyal_purchase_days=4)
    with warehouse.changing(rebuild="customers"):
        assert warehouse.preferences.loyal_purchase_days == 4
    warehouse.close()


def test_an_import_is_not_made_again_for_what_follows_it(warehouse, tmp_path, failing):
    membership.save(warehouse, "Buyers", where("orders", "at_least", 1), "the test")
    evaluated = "SELECT customers FROM workspace.segment_days"
    failing.append(1)
    with pytest.raises(DatabaseUnusable, match="is saved"):
        bring_in(warehouse, orders(tmp_path / "first.csv", 20))
    with warehouse.duck.session() as session:
        assert session.rows("SELECT import_id, new FROM workspace.imports") == [(1, 20)]
        assert quality_scores.kept(session) == session.rows(evaluated) == []
    assert outcome(warehouse) == 7
    failing.append(1)
    with pytest.raises(DatabaseUnusable, match="is saved"):
        load.undo(warehouse, 1, "the test")
    assert load.redo(warehouse, 1, "the test").undone_at is None
    with warehouse.duck.session() as session:  # scored and evaluated as soon as the data were read again
        scored = [(act, column, rows) for _, _, act, _, _, column, rows, _, _ in quality_scores.kept(session)]
        assert session.rows(evaluated) == [(7,)]
    assert list(dict.fromkeys(act for act, *_ in scored)) == ["import", "undo", "redo"]
    assert {("import", "customer_id", 20), ("undo", "", 0)} <= set(scored)
