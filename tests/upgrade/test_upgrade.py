"""A database file of every released schema opens; a newer one is refused; an older one is copied, then migrated or left."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.errors import SchemaTooNew
from crm_analytics.query import upgrade
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import SCHEMA_VERSION

HERE = Path(__file__).resolve().parent
RELEASED = sorted(HERE.glob("schema-*.duckdb.gz"))


def unpack(path: Path, settings) -> Path:
    settings.data_dir.mkdir()
    settings.database.write_bytes(gzip.decompress(path.read_bytes()))
    return settings.database


@pytest.fixture
def released(settings) -> Path:
    return unpack(HERE / "schema-1.duckdb.gz", settings)


def say_it_is(settings, version: int) -> None:
    duck = Duck(settings.database)
    with duck.session() as session:
        session.do("UPDATE workspace.meta SET value = $v WHERE name = 'schema_version'", {"v": str(version)})
        session.do("UPDATE workspace.meta SET value = '0.0.7' WHERE name = 'software'")
    duck.close()


def test_there_is_a_file_of_every_schema():
    assert [int(re.search(r"\d+", path.name).group()) for path in RELEASED] == list(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.name)
def test_a_released_file_opens_with_its_figures(settings, path):
    unpack(path, settings)
    warehouse = Warehouse.open(settings)
    audience = warehouse.audience()
    assert str(audience.as_of) == "2024-02-01"
    assert warehouse.read("metrics/audience_size", audience)["customers"][0] == 3
    buyers = warehouse.audience(where("orders", "at_least", 1))
    assert warehouse.read("metrics/audience_size", buyers)["customers"][0] == 2
    with warehouse.duck.session() as session:
        assert session.value("SELECT count(*) FROM source.rejects") == 1
        assert session.value("SELECT value FROM workspace.meta WHERE name = 'schema_version'") == str(SCHEMA_VERSION)
    warehouse.close()


def test_a_newer_file_is_refused_and_untouched(settings, released):
    say_it_is(settings, SCHEMA_VERSION + 1)
    before = released.read_bytes()
    with pytest.raises(SchemaTooNew, match=r"0\.0\.7") as caught:
        Warehouse.open(settings)
    assert (caught.value.found, caught.value.known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION)
    assert released.read_bytes() == before
    assert [path.name for path in settings.data_dir.iterdir()] == ["crm.duckdb"]


def test_an_older_file_is_copied_and_migrated(settings, released, monkeypatch):
    say_it_is(settings, 0)
    before = released.read_bytes()
    monkeypatch.setitem(
        upgrade.MIGRATIONS, 1, lambda session: session.do("ALTER TABLE workspace.audit ADD COLUMN note VARCHAR")
    )
    warehouse = Warehouse.open(settings)
    assert (settings.data_dir / "crm.schema0.duckdb").read_bytes() == before
    with warehouse.duck.session() as session:
        assert session.rows("SELECT DISTINCT note FROM workspace.audit") == [(None,)]
        assert session.value("SELECT value FROM workspace.meta WHERE name = 'schema_version'") == str(SCHEMA_VERSION)
    assert warehouse.read("metrics/audience_size", warehouse.audience(EVERYONE))["customers"][0] == 3
    warehouse.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(settings, released, monkeypatch):
    say_it_is(settings, 0)

    def fail(session) -> None:
        session.do("DROP TABLE source.rejects")
        raise RuntimeError("in the middle")

    monkeypatch.setitem(upgrade.MIGRATIONS, 1, fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        Warehouse.open(settings)
    duck = Duck(settings.database)
    with duck.session() as session:
        assert session.value("SELECT count(*) FROM source.rejects") == 1
        assert session.value("SELECT value FROM workspace.meta WHERE name = 'schema_version'") == "0"
    duck.close()
