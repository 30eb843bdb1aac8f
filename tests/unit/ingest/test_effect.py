"""What a load would change is what it then changes, and trying it leaves nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm_analytics.errors import BadInput
from crm_analytics.ingest.effect import effect
from crm_analytics.ingest.load import load, undo
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.repairs import Repairs
from crm_analytics.ingest.review import proposed, review
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in

HEAD = "order id,customer id,date,amount\n"
FIRST = HEAD + "1,A,2024-01-01,10\n2,B,2024-01-02,20\n3,B,2024-02-02,5\n4,C,2024-02-03,1\n"
SECOND = HEAD + "2,B,2024-01-02,20\n3,B,2024-02-02,7\n5,A,2024-03-01,4\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_the_effect_is_what_the_load_does(warehouse: Warehouse, tmp_path: Path) -> None:
    bring_in(warehouse, written(tmp_path, "first.csv", FIRST))
    version, path = warehouse.data_version, written(tmp_path, "second.csv", SECOND)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        staged = review(session, found, proposed(found), today=date(2026, 1, 1))
        tried = effect(warehouse, staged)
        assert warehouse.data_version == version
        assert session.value("SELECT count(*) FROM core.orders") == 4
        assert (tried.before.revenue, tried.before.orders, tried.before.buyers) == (36.0, 4, 3)
        assert tried.before.repurchase_rate == pytest.approx(1 / 3)
        assert (tried.after.revenue, tried.after.orders, tried.after.buyers) == (42.0, 5, 3)
        assert tried.after.repurchase_rate == pytest.approx(2 / 3)
        assert tried.after.latest_on == date(2024, 3, 1)
        assert tried.vanished == 2
        load(warehouse, staged, path, "test")
        assert effect(warehouse, staged).before == tried.after


def test_files_with_little_in_common_do_not_follow_one_another(warehouse: Warehouse, tmp_path: Path) -> None:
    bring_in(warehouse, written(tmp_path, "first.csv", FIRST))
    path = written(tmp_path, "next.csv", HEAD + "9,A,2024-03-01,4\n")
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        assert effect(warehouse, review(session, found, proposed(found), today=date(2026, 1, 1))).vanished is None


def test_cells_that_cannot_be_read_can_be_left_blank(warehouse: Warehouse, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "units.csv",
        "order id,date,amount,quantity\n1,2024-01-01,10,2\n2,2024-01-02,20,many\n3,2024-01-03,5,3\n",
    )
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, kind="orders")
        mapping, today = proposed(found), date(2026, 1, 1)
        assert mapping["quantity"] == "units"
        assert review(session, found, mapping, today=today).rejected == 1
        mended = review(session, found, mapping, today=today, repairs=Repairs(frozenset({"quantity"})))
        assert (mended.new, mended.rejected) == (3, 0)
        assert session.rows("SELECT order_id, units FROM typed ORDER BY line") == [("1", 2.0), ("2", None), ("3", 3.0)]
        assert session.rows("SELECT line, value FROM blanked") == [(3, "many")]
        with pytest.raises(BadInput, match="'amount' cannot be left blank"):
            review(session, found, mapping, today=today, repairs=Repairs(frozenset({"amount"})))


def test_the_effect_is_that_on_what_holds_now(warehouse: Warehouse, tmp_path: Path) -> None:
    path = written(tmp_path, "first.csv", FIRST)
    first = bring_in(warehouse, path)
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name)
        staged = review(session, found, proposed(found), today=date(2026, 1, 1))
        assert (staged.new, staged.same) == (0, 4)
        undo(warehouse, first.import_id, "test")
        tried = effect(warehouse, staged)
        assert (tried.before.revenue, tried.after.revenue) == (0.0, 36.0)
        assert (staged.compared().new, staged.compared().same) == (4, 0)
