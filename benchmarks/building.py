"""Import of a file, the marts, one more day, another as-of date, and what they take on disk."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks.company import TODAY, Company, typed
from benchmarks.measure import BY_HAND, PANDAS, Different, Line, apart, interleaved, peak_megabytes, processor_seconds
from crm_analytics.engine.duck import Session
from crm_analytics.ingest import load
from crm_analytics.ingest.recognise import Recognition, recognise
from crm_analytics.ingest.review import Review, proposed, review
from crm_analytics.query import facts
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.workspace.preferences import Preferences

MART_RATIO, MART_MEGABYTES, FACTS, AFTER_A_DAY, NEW_DAY, BYTES_A_LINE = 1.3, 1500, 0.150, 1.5, 4.0, 20

#: What the marts hold, from lines that say everything: numbers of customers, orders sorted by day, purchase days and
#: profiles after them, and the days of cohorts.
NUMBERS_BY_HAND = """CREATE OR REPLACE TABLE numbers_mart AS
SELECT CAST(row_number() OVER (ORDER BY customer_id) AS INTEGER) AS customer_no, customer_id
FROM (SELECT customer_id FROM order_lines UNION SELECT customer_id FROM orders UNION SELECT customer_id FROM customers)
WHERE customer_id IS NOT NULL"""
ORDERS_BY_HAND = """CREATE OR REPLACE TABLE orders_mart AS
WITH g AS (
    SELECT order_id, customer_id, CAST(min(ordered_at) AS DATE) AS ordered_on, CAST(max(ordered_at) AS DATE) AS last_line_on,
        sum(amount) FILTER (counts) AS net_amount,
        sum(amount) FILTER (counts AND amount > 0) AS gross_amount,
        sum(amount) FILTER (is_service) AS service_amount,
        sum(CAST(quantity AS DECIMAL(18, 4)) * unit_cost) FILTER (counts) AS cost_amount,
        sum(amount) FILTER (counts AND unit_cost IS NOT NULL) AS costed_amount,
        sum(quantity) FILTER (NOT is_service) AS units,
        count(*) AS lines, min(country) AS country, min(channel) AS channel
    FROM (SELECT *, NOT (is_service AND {exclude_services}) AS counts
        FROM (SELECT l.*, p.unit_cost, lower(l.product_id) IN (SELECT code FROM service_codes) AS is_service
            FROM order_lines AS l LEFT JOIN products AS p ON p.product_id = l.product_id))
    GROUP BY order_id, customer_id
)
SELECT 'main' AS source, n.customer_no, customer_id, order_id, ordered_on, nullif(last_line_on, ordered_on) AS last_line_on,
    CAST(coalesce(net_amount, 0) AS DECIMAL(18, 4)) AS net_amount,
    CAST(coalesce(gross_amount, 0) AS DECIMAL(18, 4)) AS gross_amount,
    CAST(coalesce(service_amount, 0) AS DECIMAL(18, 4)) AS service_amount,
    CAST(cost_amount AS DECIMAL(18, 4)) AS cost_amount, CAST(costed_amount AS DECIMAL(18, 4)) AS costed_amount,
    coalesce(units, 0) AS units, lines, coalesce(net_amount, 0) > 0 AS is_purchase, country, channel
FROM g LEFT JOIN numbers_mart AS n USING (customer_id) ORDER BY ordered_on, customer_no"""
DAYS_BY_HAND = """CREATE OR REPLACE TABLE days_mart AS
SELECT customer_no, customer_id, ordered_on, row_number() OVER w AS day_no,
    date_diff('day', lag(ordered_on) OVER w, ordered_on) AS gap_days
FROM (SELECT DISTINCT customer_no, customer_id, ordered_on FROM orders_mart WHERE is_purchase AND customer_no IS NOT NULL)
WINDOW w AS (PARTITION BY customer_no ORDER BY ordered_on) ORDER BY customer_no, ordered_on"""
PROFILES_BY_HAND = """CREATE OR REPLACE TABLE profiles_mart AS
SELECT n.customer_no, n.customer_id, c.customer_id IS NOT NULL AS is_stated,
    coalesce(name, nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), '')) AS name, email, phone, gender,
    born_on, joined_on, country, region, city, postal_code, channel, owner, organisation_id, NULL::VARCHAR AS attributes
FROM numbers_mart AS n LEFT JOIN customers AS c USING (customer_id) ORDER BY customer_no"""
COHORTS_BY_HAND = """CREATE OR REPLACE TABLE cohorts_mart AS
WITH f AS (SELECT customer_no, ordered_on AS first_order_on FROM days_mart WHERE day_no = 1)
SELECT first_order_on, ordered_on, coalesce(w, 0)::BIGINT AS week_customers, coalesce(m, 0)::BIGINT AS month_customers,
    coalesce(q, 0)::BIGINT AS quarter_customers, orders, revenue
FROM (SELECT first_order_on, ordered_on, count(*) AS orders, sum(net_amount)::DECIMAL(38, 4) AS revenue
    FROM orders_mart JOIN f USING (customer_no) GROUP BY ALL)
LEFT JOIN (SELECT first_order_on, ordered_on,
    count(*) FILTER (gap_days IS NULL OR ordered_on - gap_days::INTEGER < date_trunc('week', ordered_on)) AS w,
    count(*) FILTER (gap_days IS NULL OR ordered_on - gap_days::INTEGER < date_trunc('month', ordered_on)) AS m,
    count(*) FILTER (gap_days IS NULL OR ordered_on - gap_days::INTEGER < date_trunc('quarter', ordered_on)) AS q
    FROM days_mart JOIN f USING (customer_no) GROUP BY ALL) USING (first_order_on, ordered_on)"""


#: Our marts and those made by hand.
MARTS = {
    "orders": "orders_mart",
    "purchase_days": "days_mart",
    "profiles": "profiles_mart",
    "cohort_days": "cohorts_mart",
}


def _fingerprint(session: Session, table: str) -> tuple[int, int]:
    """Equal for equal rows in any order."""
    count, total = session.row(f"SELECT count(*), sum(CAST(hash(t) AS HUGEINT)) FROM {table} AS t")
    return int(count), int(total or 0)


def _must_equal(what: str, ours: object, theirs: object) -> None:
    if ours != theirs:
        raise Different(f"{what}: {ours} and {theirs}")


# --- marts ----------------------------------------------------------------------------------------------------------


def _build(warehouse: Warehouse) -> None:
    """As it is done where statements are others: with the part of the memory that is enough."""
    with warehouse.duck.session() as session:
        session.sparing(lambda: _build_with_all(warehouse, session))


def _build_with_all(warehouse: Warehouse, session: Session) -> None:
    with session.transaction():
        facts.build_orders(session, warehouse.preferences)


def _build_peak(company: Company) -> float:
    with company.warehouse() as warehouse:
        _build(warehouse)
    return peak_megabytes()


def _base_peak(company: Company) -> float:
    with company.warehouse() as warehouse:
        warehouse.base(company.latest - timedelta(days=1))
    return peak_megabytes()


def mart_lines(company: Company) -> list[Line]:
    """Orders and purchase days from all rows, beside one plan that knows this company's lines say everything."""
    with company.warehouse() as warehouse, company.bare() as bare:
        codes = [(code,) for code in facts.SERVICE_CODES]
        bare.do("CREATE OR REPLACE TABLE service_codes (code VARCHAR)")
        for (code,) in codes:
            bare.do("INSERT INTO service_codes VALUES ($code)", {"code": code})

        def by_hand() -> None:
            bare.do(NUMBERS_BY_HAND)
            bare.do(ORDERS_BY_HAND.format(exclude_services=warehouse.preferences.exclude_services))
            for statement in (DAYS_BY_HAND, PROFILES_BY_HAND, COHORTS_BY_HAND):
                bare.do(statement)

        with warehouse.duck.session() as session:
            part, whole = _limits(session)

            def by_hand_within() -> None:
                """Our limit, not that of a file of its own size."""
                bare.do(f"SET memory_limit = '{part}'")
                try:
                    by_hand()
                finally:
                    bare.do(f"SET memory_limit = '{whole}'")

            ways = {
                "part": lambda: _build(warehouse),
                "part by hand": by_hand_within,
                "whole": lambda: _build_with_all(warehouse, session),
                "whole by hand": by_hand,
            }
            spent, _ = interleaved(ways, company.size.rounds)
            for ours, theirs in MARTS.items():
                _must_equal(ours, _fingerprint(session, f"mart.{ours}"), _fingerprint(bare, theirs))
    return [
        Line("marts of all rows", spent["part"], {BY_HAND: spent["whole by hand"]}, goal_ratio=MART_RATIO),
        Line(f"marts of all rows, both within {part}", spent["part"], {BY_HAND: spent["part by hand"]}),
        Line(f"marts of all rows, both within {whole}", spent["whole"], {BY_HAND: spent["whole by hand"]}),
        Line("marts of all rows, peak memory", apart(_build_peak, company), unit="MB", goal=MART_MEGABYTES),
        *_days_of_the_past(company),
    ]


def _limits(session: Session) -> tuple[str, str]:
    """DuckDB's limit of memory while marts are made, and else."""

    def limit() -> str:
        return str(session.value("SELECT current_setting('memory_limit')")).replace(" ", "")

    return session.sparing(limit), limit()


def _days_of_the_past(company: Company) -> list[Line]:
    """The relation `customers` of days that nobody has asked for yet, and what everything takes on disk."""
    days = itertools.count(1)
    with company.warehouse() as warehouse:
        warehouse.base(company.latest)
        spent, _ = interleaved(
            {"ours": lambda: warehouse.base(company.latest - timedelta(days=30 * next(days)))},
            company.size.rounds,
        )
    peak = apart(_base_peak, company)
    return [
        Line("a new as-of date", spent["ours"], goal=NEW_DAY),
        Line("a new as-of date, peak memory", peak, unit="MB"),
        *_disk(company),
    ]


def _disk(company: Company) -> list[Line]:
    """Bytes per order line, by the blocks of each table after a checkpoint."""
    with company.warehouse() as warehouse, warehouse.duck.session() as session:
        session.do("CHECKPOINT")
        lines = session.value("SELECT count(*) FROM core.order_lines")
        taken = {}
        newest = f"customers_{company.latest:%Y%m%d}"
        for schema, name in session.rows(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name IN ('source', 'mart')"
        ):
            blocks = session.value(
                f"SELECT count(DISTINCT block_id) FROM pragma_storage_info('{schema}.{name}') WHERE persistent AND block_id >= 0"
            )
            taken[schema, name] = blocks * 262_144 / lines
    core = sum(
        size
        for (schema, name), size in taken.items()
        if schema == "mart" and (not name.startswith("customers_") or name == newest)
    )
    source = sum(size for (schema, _), size in taken.items() if schema == "source")
    return [
        Line("disk: marts and the latest customers (core is views)", core, unit="bytes/line", goal=BYTES_A_LINE),
        Line("disk: row versions", source, unit="bytes/line"),
    ]


# --- import ---------------------------------------------------------------------------------------------------------


def _read(session: Session, path: Path) -> Recognition:
    return recognise(session, path, path.name, today=TODAY)


def _reviewed(session: Session, found: Recognition) -> Review:
    return review(session, found, proposed(found), today=TODAY)


def _head(company: Company) -> Path:
    path = company.folder / "order_lines_head.csv"
    with (company.exports / "order_lines.csv").open("rb") as source, path.open("wb") as target:
        target.writelines(itertools.islice(source, company.size.import_lines + 1))
    return path


def import_lines(company: Company) -> list[Line]:
    """A file of order lines into an empty database: the parts of ours, and a bare typed load into a file."""
    path = _head(company)
    spent: dict[str, list[float]] = {}
    for round_ in range(company.size.rounds):
        for part, seconds in _import_once(company, path, round_).items():
            spent.setdefault(part, []).append(seconds)
    figure = {part: median(each) for part, each in spent.items()}
    ours = figure["recognise"] + figure["review"] + figure["load"]
    lines = f"import of {company.size.import_lines:,} lines"
    return [
        Line(lines, ours, {BY_HAND: figure["bare"], PANDAS: figure["pandas"]}),
        *(Line(f"{lines}: {part}", figure[part]) for part in ("recognise", "review", "load", "original kept", "marts")),
        Line(f"{lines}, peak memory", apart(_import_peak, company, path), unit="MB"),
    ]


def _empty(company: Company, name: str) -> Company:
    """A company of which nothing is loaded; a run that was broken off may have left one."""
    folder = company.folder / name
    shutil.rmtree(folder, ignore_errors=True)
    return Company(folder, company.size)


def _import_once(company: Company, path: Path, number: int) -> dict[str, float]:
    import pandas as pd

    fresh = _empty(company, f"import{number}")
    spent: dict[str, float] = {}
    with fresh.warehouse() as warehouse, warehouse.duck.session() as session:
        spent["recognise"], found = processor_seconds(lambda: _read(session, path))
        spent["review"], ready = processor_seconds(lambda: _reviewed(session, found))
        spent["original kept"], _ = processor_seconds(lambda: load.keep_original(warehouse, path, found.sha256))
        whole, _ = processor_seconds(lambda: load.load(warehouse, ready, path, "benchmarks"))
        spent["marts"], _ = processor_seconds(lambda: _build(warehouse))
        spent["load"] = max(0.0, whole - spent["marts"])
        total = session.row("SELECT count(*), sum(amount) FROM core.order_lines")
    named = Company(company.folder, company.size)
    select = typed(named, KINDS["order_lines"]).replace(str(named.exports / "order_lines.csv"), str(path))
    with fresh.bare() as bare:
        spent["bare"], _ = processor_seconds(lambda: bare.do(f"CREATE TABLE order_lines AS {select}"))
        _must_equal("import", total, bare.row("SELECT count(*), sum(amount) FROM order_lines"))
    spent["pandas"], frame = processor_seconds(lambda: pd.read_csv(path, parse_dates=["order_date"]))
    _must_equal(
        "import, pandas", (total[0], round(float(total[1]), 2)), (len(frame), round(float(frame["amount"].sum()), 2))
    )
    return spent


def _import_peak(company: Company, path: Path) -> float:
    fresh = _empty(company, "import_peak")
    with fresh.warehouse() as warehouse, warehouse.duck.session() as session:
        load.load(warehouse, _reviewed(session, _read(session, path)), path, "benchmarks")
    return peak_megabytes()


# --- one more day ---------------------------------------------------------------------------------------------------


def day_lines(company: Company) -> list[Line]:
    """Each day that was held back, as the file of its orders' lines: read, loaded, its facts, and what the date changes."""
    spent: dict[str, list[float]] = {}
    # customers who come later have later numbers, and others when all is built anew
    unnumbered = [
        f"(SELECT * EXCLUDE (customer_no) FROM mart.{name})" for name in ("orders", "purchase_days", "profiles")
    ]
    tables = (*unnumbered, "mart.cohort_days")
    with company.warehouse() as warehouse:
        warehouse.base(company.latest)
        for day in company.held_back:
            for part, seconds in _one_day(company, warehouse, day).items():
                spent.setdefault(part, []).append(seconds)
        with warehouse.duck.session() as session:
            refreshed = [_fingerprint(session, table) for table in tables]
            _build(warehouse)
            _must_equal("one more day", refreshed, [_fingerprint(session, table) for table in tables])
    goals = {"facts alone": FACTS, "what depends on the date": AFTER_A_DAY}
    return [Line(f"one more day: {part}", median(each), goal=goals.get(part)) for part, each in spent.items()]


def _one_day(company: Company, warehouse: Warehouse, day: date) -> dict[str, float]:
    path = company.folder / f"day_{day}.csv"
    lines = f"read_csv('{company.exports / 'order_lines.csv'}', all_varchar = true)"
    spent = {}
    with warehouse.duck.session() as session:
        session.copy_csv(f"SELECT * FROM {lines} WHERE order_date[:10] = '{day}'", path)
        spent["file read and reviewed"], ready = processor_seconds(lambda: _reviewed(session, _read(session, path)))
        with _facts_timed(spent):
            spent["loaded, facts included"], _ = processor_seconds(
                lambda: load.load(warehouse, ready, path, "benchmarks")
            )
        spent["what depends on the date"], _ = processor_seconds(lambda: warehouse.base(day))
    return spent


@contextmanager
def _facts_timed(spent: dict[str, float]) -> Iterator[None]:
    """Measure the refresh of the marts where it happens, within a load: what is refreshed twice differs in nothing."""
    refresh = facts.refresh_orders

    def timed(session: Session, preferences: Preferences) -> date:
        spent["facts alone"], since = processor_seconds(lambda: refresh(session, preferences))
        return since

    facts.refresh_orders = timed
    try:
        yield
    finally:
        facts.refresh_orders = refresh
