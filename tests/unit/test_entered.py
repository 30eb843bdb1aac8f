"""What people entered is read again after every writing, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.errors import MissingTable
from crm_analytics.query.entered import Entered


def counted(session: Session) -> int:
    return int(session.value("SELECT count(*) FROM plans"))


def spoil(session: Session) -> None:
    with session.transaction():
        session.do("DELETE FROM plans")
        session.do("DELETE FROM nothing")


@pytest.fixture
def duck(tmp_path: Path) -> Duck:
    opened = Duck(tmp_path / "plans.duckdb", threads=1)
    with opened.session() as session:
        session.do("CREATE TABLE plans AS SELECT 1 AS n")
    return opened


def test_a_writing_is_seen_when_it_is_committed_and_not_before(duck: Duck) -> None:
    entered = Entered(duck)
    assert entered.ask(counted) == 1
    with duck.session() as session:
        with session.transaction():
            session.do("INSERT INTO plans VALUES (2)")
            assert entered.ask(counted) == 1
        assert entered.ask(counted) == 2
        session.do("INSERT INTO plans VALUES (3)")
        assert entered.ask(counted) == 3
        with pytest.raises(MissingTable):
            spoil(session)
    assert entered.ask(counted) == 3
    duck.close()


def test_reading_alone_makes_nothing_be_read_again(duck: Duck) -> None:
    entered, before = Entered(duck), duck.changes
    with duck.session() as session, session.transaction():
        assert session.rows("SELECT n FROM plans") == [(1,)]
        assert session.table("SELECT n FROM plans").num_rows == 1
    assert entered.ask(counted) == 1
    assert duck.changes == before
    duck.close()
