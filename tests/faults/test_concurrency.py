"""Several threads at one warehouse: two writers, readers during imports, many as-of dates, and work that is stopped."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest

from crm_analytics.errors import MissingTable, Stopped
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import recognise
from crm_analytics.query.marts import KEPT_DATES
from crm_analytics.query.rules import where
from tests.conftest import TODAY, bring_in
from tests.faults.test_database_file import orders

LONG = "SELECT sum(a.i * b.i) FROM range(100000000) AS a(i), range(1000000) AS b(i)"


def test_two_imports_at_once_are_both_loaded(warehouse, tmp_path):
    files = [orders(tmp_path / f"{number}.csv", 300, 1 + 200 * number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda path: bring_in(warehouse, path), files))
    assert sorted(each.import_id for each in made) == [1, 2, 3, 4]
    assert sum(each.new for each in made) == 900
    assert sum(each.same for each in made) == 300
    with warehouse.duck.session() as session:
        assert session.row("SELECT count(*), count(DISTINCT order_id) FROM mart.orders") == (900, 900)


def test_readers_see_one_state_whatever_is_imported_meanwhile(warehouse, tmp_path):
    """Every import adds 100 orders of one new customer: customers and revenue of a reading must belong together."""
    text = "order_id,customer_id,order_date,amount\n"
    paths = []
    for number in range(6):
        lines = (f"{number}-{each},C{number},2024-03-{1 + each % 28:02},{number + 1}.00\n" for each in range(100))
        paths.append(tmp_path / f"{number}.csv")
        paths[-1].write_text(text + "".join(lines))
    bring_in(warehouse, paths[0])
    day, done, wrong = date(2024, 3, 28), threading.Event(), []
    truth = {n: 100.0 * n * (n + 1) / 2 for n in range(1, 7)}

    def read(seed: int) -> int:
        count = 0
        while not done.is_set() or count < 3:
            audience = warehouse.audience(as_of=day + timedelta((seed + 5 * count) % 12))
            frame = warehouse.read("metrics/statuses", audience)
            size, revenue = int(frame["customers"].sum()), float(frame["revenue"].sum())
            if truth.get(size) != revenue:
                wrong.append((size, revenue))
            warehouse.choices("status", audience.as_of)
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(read, seed) for seed in range(4)]
        try:
            for path in paths[1:]:
                bring_in(warehouse, path)
            load.undo(warehouse, 6, "the test")
            load.redo(warehouse, 6, "the test")
        finally:
            done.set()
        counts = [each.result() for each in reading]
    assert wrong == []
    assert min(counts) >= 3
    assert warehouse.read("metrics/statuses", warehouse.audience(as_of=day))["revenue"].sum() == truth[6]


def test_many_dates_from_eight_threads(warehouse, tmp_path):
    bring_in(warehouse, orders(tmp_path / "orders.csv", 400))
    days = [date(2024, 2, 1) + timedelta(14 * number) for number in range(2 * KEPT_DATES)]
    rule = where("orders", "at_least", 2)
    frames = {day: warehouse.read("metrics/audience_size", warehouse.audience(rule, day)) for day in days}
    one_by_one = {day: int(frame["customers"][0]) for day, frame in frames.items()}

    def read(number: int) -> list[bool]:
        mixed = days[number:] + days[:number]
        frames = [
            (day, warehouse.read("metrics/audience_size", warehouse.audience(rule, day), turn=number)) for day in mixed
        ]
        return [one_by_one[day] == int(frame["customers"][0]) for day, frame in frames]

    with ThreadPoolExecutor(8) as pool:
        assert all(right for rights in pool.map(read, range(8)) for right in rights)
    with warehouse.duck.session() as session:
        kept = session.value("SELECT count(*) FROM duckdb_tables() WHERE table_name SIMILAR TO 'customers_[0-9]+'")
        assert kept == session.value("SELECT count(*) FROM mart.bases")
    assert kept <= KEPT_DATES + 8


def test_a_stopped_statement_leaves_the_session_usable(warehouse):
    with warehouse.duck.session() as session:
        session.do("CREATE TEMP TABLE staged AS SELECT 1 AS a")
        timer = threading.Timer(0.3, session.stop)
        timer.start()
        with pytest.raises(Stopped):
            session.value(LONG)
        timer.join()
        assert session.rows("SELECT a FROM staged") == [(1,)]


def test_a_stop_between_statements_stops_the_next_one_only(warehouse):
    with warehouse.duck.session() as session:
        session.stop()
        with pytest.raises(Stopped):
            session.value("SELECT 1")
        assert session.value("SELECT 1") == 1
        session.stop()
        session.resume()
        assert session.value("SELECT 2") == 2


def test_a_stopped_change_is_rolled_back_and_can_be_made_again(warehouse):
    version = warehouse.data_version
    with warehouse.duck.session() as session:
        timer = threading.Timer(0.3, session.stop)
        timer.start()
        with pytest.raises(Stopped), warehouse.changing(session) as changing:  # noqa: PT012
            changing.do("INSERT INTO workspace.audit VALUES (now()::TIMESTAMP, 'me', 'test', 'half')")
            changing.value(LONG)
        timer.join()
        assert warehouse.data_version == version
        assert session.value("SELECT count(*) FROM workspace.audit") == 0
        with warehouse.changing(session) as changing:
            changing.do("INSERT INTO workspace.audit VALUES (now()::TIMESTAMP, 'me', 'test', 'whole')")
        assert session.rows("SELECT what FROM workspace.audit") == [("whole",)]
    assert warehouse.data_version != version


def test_a_load_stopped_at_any_statement_is_whole_or_absent_and_can_be_repeated(warehouse, tmp_path):
    path = orders(tmp_path / "orders.csv", 3000)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, today=TODAY)
        reviewed = review.review(session, found, review.proposed(found), today=TODAY)
        stopped = 0
        for wait in (0.0, 0.005, 0.01, 0.02, 0.04):
            timer = threading.Timer(wait, session.stop)
            timer.start()
            try:
                made = load.load(warehouse, reviewed, path, "the test")
            except Stopped:
                stopped += 1
                with warehouse.duck.session() as other:
                    assert other.row(
                        "SELECT (SELECT count(*) FROM source.orders), (SELECT count(*) FROM mart.orders)"
                    ) == (0, 0)
            else:
                load.undo(warehouse, made.import_id, "the test")
                with warehouse.changing() as clean:
                    clean.do("DELETE FROM source.orders")
                    clean.do("DELETE FROM workspace.imports")
            timer.join()
            session.resume()
        assert load.load(warehouse, reviewed, path, "the test").new == 3000
    assert stopped >= 1
    assert warehouse.read("metrics/audience_size", warehouse.audience())["customers"][0] == 7


def test_what_stopped_an_append_is_said_and_not_what_follows_from_it(warehouse):
    with warehouse.duck.session() as session:
        session.do("CREATE TEMP TABLE filled (number BIGINT NOT NULL)")
        with pytest.raises(duckdb.ConstraintException), session.transaction():
            session.append("filled", pa.table({"number": pa.array([1, None])}))
        session.append("filled", pa.table({"number": pa.array([2])}))
        assert session.rows("FROM filled") == [(2,)]


def test_a_table_that_does_not_exist_is_said_and_not_waited_for(warehouse):
    with warehouse.duck.session() as session, pytest.raises(MissingTable):
        session.rows("SELECT * FROM mart.nothing")
