from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conversion import TODAY, converted

from crm_analytics.engine.duck import Duck, Session
from crm_analytics.ingest.recognise import Recognition, recognise

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
