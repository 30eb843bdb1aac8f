"""The sample company of a size, in a database of our own and in one that holds its bare typed files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from crm_analytics import sample
from crm_analytics.config import Settings
from crm_analytics.engine.duck import Duck, Session
from crm_analytics.ingest import store
from crm_analytics.query import rules
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import KINDS, Kind
from crm_analytics.workspace import imports

#: Columns of the exports -> fields, where the names differ; what is no field is left out.
RENAMED = {
    "order_date": "ordered_at", "discount": "discount_amount", "birth_date": "born_on", "registered_on": "joined_on",
    "account_manager": "owner", "company_id": "organisation_id", "category": "product_line",
    "contact_date": "contacted_at", "start_date": "starts_on", "end_date": "ends_on",
}  # fmt: skip
LAST_DAY = date(2026, 9, 30)  # of every sample company
TODAY = date(2026, 10, 1)


@dataclass(frozen=True)
class Size:
    """customers of the company; rounds of each measurement; days loaded one by one; lines of the file whose import is measured."""

    name: str
    customers: int
    rounds: int
    days: int
    import_lines: int


SIZES = {
    "small": Size("small", 2_000, 2, 2, 10_000),
    "full": Size("full", 1_000_000, 3, 5, 200_000),
}


@dataclass(frozen=True)
class Company:
    """Where a size lives: exports, `ours` (the warehouse, without the last days) and `theirs` (bare tables)."""

    folder: Path
    size: Size

    @property
    def exports(self) -> Path:
        """Folder of the CSV files."""
        return self.folder / "exports"

    @property
    def ours(self) -> Settings:
        """Settings of the warehouse."""
        return Settings(self.folder / "ours")

    @property
    def held_back(self) -> list[date]:
        """Days that are not loaded: each is loaded as the file of one day."""
        return [LAST_DAY - timedelta(days=n) for n in reversed(range(self.size.days))]

    @property
    def latest(self) -> date:
        """The last day that is loaded."""
        return self.held_back[0] - timedelta(days=1)

    @contextmanager
    def warehouse(self) -> Iterator[Warehouse]:
        """Our database, open."""
        opened = Warehouse.open(self.ours)
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def bare(self, name: str = "theirs") -> Iterator[Session]:
        """A database of the other way, open."""
        duck = Duck(self.folder / f"{name}.duckdb")
        try:
            with duck.session() as session:
                yield session
        finally:
            duck.close()


def found(folder: Path, size: Size) -> Company:
    """The company in a folder; what is not there yet is made."""
    company = Company(folder, size)
    if not (company.exports / "truth.json").exists():
        sample.write(company.exports, customers=size.customers)
    if not company.ours.database.exists():
        _load(company)
    return company


def typed(company: Company, kind: Kind, condition: str = "TRUE") -> str:
    """A SELECT of an export with the fields of its kind, each in its type."""
    path = company.exports / f"{kind.name}.csv"
    with path.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    types = {
        name: kind.field(RENAMED.get(name, name)).stored_as for name in header if RENAMED.get(name, name) in kind.names
    }
    columns = ", ".join(f"'{name}': '{types.get(name, 'VARCHAR')}'" for name in header)
    given = {RENAMED.get(name, name): name for name in types}
    fields = ", ".join(
        f"{given.get(each.name, f'CAST(NULL AS {each.stored_as})')} AS {each.name}" for each in kind.fields
    )
    return (
        f"SELECT CAST(row_number() OVER () + 1 AS INTEGER) AS line, {fields} "
        f"FROM read_csv('{path}', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{columns}}}) "
        f"WHERE {condition}"
    )


def _load(company: Company) -> None:
    """Ours past the reader of files, which takes 20 million rows one by one: read_csv, then row versions as an import."""
    early = f"order_date < DATE '{company.held_back[0]}'"
    partial = Company(company.folder / "partial", company.size)
    with partial.warehouse() as warehouse, warehouse.changing() as session:
        for number, kind in enumerate(KINDS.values(), start=1):
            rows = typed(company, kind, early if "ordered_at" in kind.names else "TRUE")
            session.do(
                f"""INSERT INTO source.{kind.name} (import_id, line, unit, current, source, {", ".join(kind.names)})
                SELECT $number, line, md5_number({store._unit(kind)}), TRUE, $source, {", ".join(kind.names)}
                FROM ({rows})""",
                {"number": number, "source": "main"},
            )
            count = session.value(f"SELECT count(*) FROM source.{kind.name}")
            imports.add(session, _record(number, kind, count, company.latest))
    with company.bare() as session:
        for kind in KINDS.values():
            rows = typed(company, kind, early if "ordered_at" in kind.names else "TRUE")
            session.do(f"CREATE OR REPLACE TABLE {kind.name} AS SELECT * EXCLUDE (line) FROM ({rows})")
    shutil.move(partial.ours.data_dir, company.ours.data_dir)


def _record(number: int, kind: Kind, rows: int, day: date) -> imports.Import:
    return imports.Import(
        number, kind.name, "main", f"{kind.name}.csv", "", 0, rows, rows, 0, 0, 0, {}, [], "EUR",
        "benchmarks", datetime.combine(day, datetime.min.time()),
    )  # fmt: skip


def five_predicates(warehouse: Warehouse, company: Company) -> Audience:
    """Women known from France or Spain who bought often, much, and not long ago."""
    return warehouse.audience(
        rules.All(
            (
                rules.where("country", "in", ("FR", "ES")),
                rules.where("gender", "is", "f"),
                rules.where("orders", "at_least", 3),
                rules.where("revenue", "more_than", 200),
                rules.where("recency_days", "at_most", 365),
            )
        ),
        company.latest,
    )


#: The same audience as SQL of the other way, over the relation `customers`.
FIVE_PREDICATES = "country IN ('FR', 'ES') AND gender = 'f' AND orders >= 3 AND revenue > 200 AND recency_days <= 365"
