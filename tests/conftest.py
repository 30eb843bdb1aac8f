"""What several tiers share: an empty warehouse, and the real way of a file into it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck
from crm_analytics.ingest import load, review
from crm_analytics.ingest.recognise import recognise
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.imports import Import

#: "Today" of the tests: dates up to it are in the past.
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where Python keeps no compiled code, the processes that tests start share one folder of it all the same."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "data", "512MB", 1)


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="empty-")  # removed when the process ends
    Warehouse.open(Settings(Path(folder.name), "512MB", 1)).close()
    return folder


def ready() -> Path:
    """A database as `Warehouse.open` makes it, to be copied: making one anew for each test is half of the time of many."""
    return Settings(Path(_made().name)).database


@pytest.fixture(scope="session")
def empty_database() -> Path:
    return ready()


@pytest.fixture
def warehouse(settings: Settings, empty_database: Path) -> Iterator[Warehouse]:
    settings.data_dir.mkdir(parents=True)
    shutil.copyfile(empty_database, settings.database)
    opened = Warehouse.open(settings)
    yield opened
    opened.close()


def in_memory(folder: Path, of: Path | None = None) -> Warehouse:
    """A warehouse without a file, for many small bases: empty, or a copy of what `filled` made."""
    duck = Duck(None, "512MB", 1)
    with duck.session() as session:
        session.do(f"ATTACH '{of or ready()}' AS ready (READ_ONLY)")
        session.do("COPY FROM DATABASE ready TO memory")
        session.do("DETACH ready")
    return Warehouse(duck, Settings(folder))


@cache
def filled(fill: Callable[[Warehouse], None]) -> Path:
    """The database that `fill` makes of an empty warehouse, made once: tests that begin alike begin with copies."""
    folder = Path(tempfile.mkdtemp(dir=_made().name))
    made = in_memory(folder)
    fill(made)
    with made.duck.session() as session:
        session.do(f"ATTACH '{folder / 'filled.duckdb'}' AS filled")
        session.do("COPY FROM DATABASE memory TO filled")
        session.do("DETACH filled")
    made.close()
    return folder / "filled.duckdb"


def bring_in(
    warehouse: Warehouse, path: Path, source: str = "main", kind: str | None = None, today: date = TODAY
) -> Import:
    """Recognise, review and load a file."""
    with warehouse.duck.session() as session:
        found = recognise(session, path, path.name, kind=kind, today=today)
        reviewed = review.review(session, found, review.proposed(found), source, today=today)
        return load.load(warehouse, reviewed, path, "the test")
