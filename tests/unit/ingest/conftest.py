from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.ingest.convert import convert
from crm_analytics.ingest.recognise import Recognition, recognise

TODAY = date(2025, 6, 30)
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    duck = Duck(None)
    yield duck
    duck.close()


@pytest.fixture
def session(duck: Duck) -> Iterator[Session]:
    with duck.session() as session:
        yield session


@pytest.fixture
def shared() -> Path:
    if not DATA.exists():
        pytest.skip("the shared data sets are not on this machine")
    return DATA


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


@pytest.fixture
def load(session: Session, write: Callable[..., Path]) -> Callable[..., tuple[Recognition, list, list]]:
    """Text -> recognition, typed rows as dictionaries, rejects as (line, column, value, reason)."""

    def load(text: str | bytes, encoding: str = "utf-8", **knobs: object) -> tuple[Recognition, list, list]:
        path = write(text, encoding)
        return converted(session, recognise(session, path, path.name, today=TODAY, **knobs))

    return load


def converted(session: Session, found: Recognition, today: date = TODAY) -> tuple[Recognition, list, list]:
    convert(session, found, {column: guess.field for column, guess in found.mapping.items()}, today)
    table = session.table("SELECT * FROM typed ORDER BY line")
    rejects = session.rows("SELECT line, column_name, value, reason FROM rejects")
    lost = session.value("SELECT count(DISTINCT line) FROM rejects")
    assert table.num_rows + lost == found.rows + found.broken
    assert session.value("SELECT count(*) FROM typed JOIN rejects USING (line)") == 0
    return found, table.to_pylist(), rejects
