"""What is made before anybody asks: it answers what the database would, is of one state of the data, and lists no customers."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from crm_analytics.config import PROJECT, Settings
from crm_analytics.errors import Stopped
from crm_analytics.ingest import load
from crm_analytics.metrics import opening
from crm_analytics.metrics.campaigns import today
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import customer
from crm_analytics.query import prepared
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in, filled, in_memory
from tests.metrics.loading import load_frame, load_orders
from tests.sql.test_campaign_statements import contacts, fill


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = in_memory(tmp_path, filled(fill))
    yield opened
    opened.close()


@pytest.fixture
def few(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Where less is prepared; whether all pages find what they open with is asked in tests/pages."""
    monkeypatch.setattr(opening, "FIRST", ("diagnosis", "sales", "campaigns"))
    monkeypatch.setattr(opening, "THEN", ())
    monkeypatch.setattr(opening, "CAMPAIGNS", 1)
    return warehouse


def unheard(share: float, what: str) -> None:
    """Nobody watches."""


def anew(warehouse: Warehouse) -> Warehouse:
    """The same data as another process opens them, with nothing in memory."""
    return Warehouse(warehouse.duck, warehouse.settings)


def kept(warehouse: Warehouse) -> list[tuple[str, pa.Table]]:
    with warehouse.duck.session() as session:
        rows = session.rows("SELECT name, frame FROM mart.prepared ORDER BY name, key")
    return [(name, pa.ipc.open_stream(frame).read_all()) for name, frame in rows]


OF = {"campaign": "K2"}
ASKED = [("diagnosis", {}), ("sales", {}), ("campaign_lift", OF), ("campaign_days", OF), ("campaigns", {})]


def answers(warehouse: Warehouse) -> list[pd.DataFrame]:
    fresh = anew(warehouse)
    return [compute(fresh, name, fresh.audience(), **knobs) for name, knobs in ASKED]


def computed(warehouse: Warehouse) -> list[pd.DataFrame]:
    """The answers where nothing is prepared."""
    with warehouse.duck.session() as session:
        prepared.drop(session)
    return answers(warehouse)


def same(found: list[pd.DataFrame], expected: list[pd.DataFrame]) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(ours, theirs)
        assert ours.attrs.get("notes") == theirs.attrs.get("notes")


def test_a_new_process_asks_the_database_nothing_and_says_the_same(few: Warehouse) -> None:
    made = opening.prepare(few, unheard)
    assert made.frames == len(kept(few)) > 10
    assert not made.left
    with few.duck.session() as session:
        days = {day for (day,) in session.rows("SELECT as_of FROM mart.bases")}
    assert {today.compared(few.latest()), customer.compared(few.latest())} < days
    fresh = anew(few)
    for name in opening.FIRST:
        compute(fresh, name, fresh.audience())
    for name in opening.OF_A_CAMPAIGN:
        compute(fresh, name, fresh.audience(), **OF)
    assert fresh.unprepared == set()
    found = answers(few)
    assert opening.prepare(anew(few), unheard).frames == 0  # all of it is there
    narrower = fresh.audience(where("orders", "at_least", 2))
    assert (
        compute(fresh, "diagnosis", narrower)["buyers"][0] < compute(fresh, "diagnosis", fresh.audience())["buyers"][0]
    )
    same(found, computed(few))


def test_only_small_frames_that_list_no_customers_are_kept(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience = warehouse.audience()
    with warehouse.preparing() as keep:
        compute(warehouse, "customers", audience)
        compute(warehouse, "statuses", warehouse.audience(where("orders", "at_least", 2)))
        assert keep() == 0
        monkeypatch.setattr(prepared, "LARGEST", 100)
        compute(warehouse, "statuses", audience)
        assert keep() == 0


def test_who_stops_it_keeps_what_was_whole_and_a_change_drops_it(few: Warehouse) -> None:
    def stop(share: float, what: str) -> None:
        if share > 0.1:
            raise Stopped("Preparing")

    with pytest.raises(Stopped):
        opening.prepare(few, stop)
    assert 0 < prepared_rows(few) < 10
    same(answers(few), computed(few))

    def change(share: float, what: str) -> None:
        if share > 0.1 and few.preferences.loyal_purchase_days != 5:
            few.set_preferences("the test", loyal_purchase_days=5)

    assert opening.prepare(few, change).left
    assert prepared_rows(few) == 0


def prepared_rows(warehouse: Warehouse) -> int:
    with warehouse.duck.session() as session:
        tables = session.value(
            "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name = 'prepared'"
        )
        return int(session.value("SELECT count(*) FROM mart.prepared")) if tables else 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_whatever_changes_prepared_answers_are_those_computed(warehouse: Warehouse, tmp_path: Path, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311
    acts, imported = ["orders", "contacts", "settings", "customers", "prepare", "import", "switch"], []
    switched = 0
    for number in range(9):
        act = drawn.choice(acts) if number % 2 else "prepare"
        if act == "orders":
            load_orders(
                warehouse, [(drawn.choice(["ann", "zoe"]), f"2024-03-{9 + number:02}", 10.0 + number)], 20 + number
            )
        elif act == "contacts":
            more = contacts().assign(campaign_id=f"N{number}")
            more["contact_id"] = f"{number}-" + more["contact_id"]
            load_frame(warehouse, "contacts", more, import_id=20 + number)
        elif act == "import" or (act == "switch" and not imported):
            path = tmp_path / f"{number}.csv"
            path.write_text(f"order_id,customer_id,date,amount\nI{number},ann,2024-03-0{number + 1},{number}.50\n")
            imported.append(bring_in(warehouse, path).import_id)
        elif act == "switch":
            (load.undo if switched % 2 == 0 else load.redo)(warehouse, imported[0], "the test")
            switched += 1
        elif act == "settings":
            warehouse.set_preferences("the test", activity_window_days=drawn.choice([30, 60, 90]))
        elif act == "customers":
            warehouse.set_preferences("the test", loyal_purchase_days=drawn.choice([2, 3, 4]))
        else:
            with warehouse.preparing() as keep:
                for name, knobs in ASKED:
                    compute(warehouse, name, warehouse.audience(), **knobs)
                keep()
        before = kept(warehouse) if prepared_rows(warehouse) else []
        assert bool(before) == (act == "prepare")
    same(answers(warehouse), computed(warehouse))


PROGRAM = """
import sys
from pathlib import Path
from crm_analytics.config import Settings
from crm_analytics.metrics import opening
from crm_analytics.query.warehouse import Warehouse
warehouse = Warehouse.open(Settings(Path(sys.argv[1]), "512MB", 1))
opening.prepare(warehouse, lambda share, what: print(what, flush=True))
"""


@pytest.mark.slow
def test_a_kill_leaves_whole_answers(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True)
    shutil.copyfile(filled(fill), settings.database)
    for steps in (6, 13, 25):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(settings.data_dir)], stdout=subprocess.PIPE, cwd=PROJECT
        ) as going:
            for _ in range(steps):
                going.stdout.readline()
            going.kill()
        opened = Warehouse.open(settings)
        try:
            rows = len(kept(opened))
            assert rows > 0
            found = answers(opened)
            assert opening.prepare(opened, unheard).frames > 0
            assert len(kept(opened)) > rows
            same(found, computed(opened))
        finally:
            opened.close()


def test_a_question_has_one_name_in_every_process() -> None:
    day = date(2024, 3, 10)
    asked = prepared.key("metrics/sales", day, day, {"b": ["x", 1], "a": None})
    assert asked == prepared.key("metrics/sales", day, day, {"a": None, "b": ["x", 1]})
    others = [("metrics/sale", day, day, {"a": None}), ("metrics/sales", day, day, {"a": "None"}), ("metrics/sales", day, day, {"a": 1}),
              ("metrics/sales", day, day, {"a": True}), ("metrics/sales", day, day, {"a": 1.0})]  # fmt: skip
    assert len({prepared.key(*each) for each in others} | {asked}) == 6
    assert prepared.key("metrics/sales", day, day, {"a": object()}) is None
