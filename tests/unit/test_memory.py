"""The limit of memory: lower while only sparing work is under way, whole again for everything else."""

from __future__ import annotations

import threading

import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.engine.memory import Memory
from crm_analytics.errors import DatabaseUnusable

LIMIT = "SELECT current_setting('memory_limit')"


@pytest.fixture
def duck(tmp_path):
    opened = Duck(tmp_path / "base.duckdb", "600MB", 1)
    yield opened
    opened.close()


def test_what_does_not_fit_into_a_part_is_done_again_with_all(duck):
    limits = []

    def act():
        limits.append(session.value(LIMIT))
        with session.transaction():
            session.do("CREATE TABLE held AS SELECT 1")
            return session.value("SELECT length(string_agg(repeat('x', 100000), '')) FROM range(1100)")

    with duck.session() as session:
        assert session.sparing(act) == 110_000_000
        assert limits == ["286.1 MiB", "572.2 MiB"]
        assert session.value(LIMIT) == "572.2 MiB"


def test_what_fails_for_another_reason_is_not_done_again(duck):
    tried = []

    def act():
        tried.append(session.value(LIMIT))
        raise DatabaseUnusable("there", "no", "Look.")

    with duck.session() as session:
        with pytest.raises(DatabaseUnusable):
            session.sparing(act)
        assert tried == ["286.1 MiB"]
        assert session.value(LIMIT) == "572.2 MiB"


def test_statements_of_others_have_all_the_memory(tmp_path):
    file = tmp_path / "base"
    file.touch()
    limits = []
    memory = Memory("4GB", 2, file, limits.append)
    reading, seen = threading.Event(), threading.Event()

    def read():
        with memory.statement():
            reading.set()
            seen.wait(10)

    other = threading.Thread(target=read)
    with memory.sparing() as less:
        assert less
        other.start()
        reading.wait(10)
        seen.set()
        other.join()
        with memory.statement():
            pass
    assert limits == [600_000_000, 4_000_000_000, 600_000_000, 4_000_000_000]
    with memory.sparing(250_000_000), memory.sparing(2_000_000_000) as less:
        assert not less
    assert limits[4:] == [750_000_000, 4_000_000_000] * 2


def test_work_that_needs_everything_keeps_it_beside_work_that_needs_less(tmp_path):
    file = tmp_path / "base"
    file.touch()
    limits = []
    memory = Memory("4GB", 2, file, limits.append)
    with memory.sparing(2_000_000_000) as less:
        assert not less
        with memory.sparing() as inner:
            assert inner
    assert limits == []


def test_a_database_in_memory_has_no_place_to_write_aside():
    limits = []
    with Memory("4GiB", 2, None, limits.append).sparing() as less:
        assert not less
    assert limits == []
