"""The relation `customers` of each as-of date, made of the facts that are the same for all."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.query import events, statements
from crm_analytics.query.compose import Tables
from crm_analytics.query.facts import build_orders
from crm_analytics.query.facts import several_sources as several_sources
from crm_analytics.query.tables import FIXED, SUMS, for_everyone, make, put
from crm_analytics.schema import HABITS
from crm_analytics.workspace.preferences import Preferences

#: Relations of other as-of dates than the latest that are kept.
KEPT_DATES = 8
#: From so many customers on it pays to choose how their ids are written.
LARGE = 100_000

FEWEST_INTERVALS = 50
ASSUMED_WINDOW_DAYS = 365
SHORTEST_WINDOW_DAYS = 35
WINDOW_SHARE = 0.9

#: Columns of `customers` that no date changes and that are long to write: they stand in mart.profiles alone.
STATED = (
    "region", "city", "postal_code", "name", "email", "phone", "born_on", "joined_on", "owner", "organisation_id", "attributes",
)  # fmt: skip
#: Relations with a number beside the customer's id.
NUMBERED = frozenset({"customers", "customers_before", "orders", "purchase_days"})


@dataclass(frozen=True)
class Base:
    """What is computed once for the whole base as of a day. `assumed`: too few intervals to find the window.

    `window_rule` says in words how the activity window came about; `intervals` counts interpurchase times.
    """

    as_of: date
    activity_window_days: int
    window_rule: str
    intervals: int


def days_before(day: date, days: int) -> date:
    """The day so many days earlier; 1 January 1 at the least."""
    return date.fromordinal(max(1, day.toordinal() - days))


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; its last where there is none (29 February); 1 January 1 at the least."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < date.min.year:
        return date.min
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def counted_from(as_of: date, preferences: Preferences) -> date | None:
    """The day after which RFM counts purchase days and money; None for all history."""
    months = preferences.rfm_look_back_months
    return None if months is None else months_before(as_of, months)


def build_customers(session: Session, as_of: date, preferences: Preferences) -> tuple[str, Base]:
    """Make the relation `customers` of one day, within the caller's transaction; returns its table and the base."""
    base = find_base(session, as_of, preferences)
    window = base.activity_window_days
    most = session.value("SELECT coalesce(max(day_no), 0) FROM mart.purchase_days")
    put(session, "declines", _decline_limits(min(int(most), 2 * window + 2)))
    values: dict[str, object] = {
        "as_of": as_of,
        "window_days": window,
        "window_from": days_before(as_of, window),
        "before_from": days_before(as_of, 2 * window + 1),
        "year_ago": months_before(as_of, 12),
        "two_years_ago": months_before(as_of, 24),
        "loyal_days": preferences.loyal_purchase_days,
        "counted_from": counted_from(as_of, preferences),
        **preferences.scoring,
    }
    name = _table(as_of)
    large = session.value("SELECT count(*) FROM mart.numbers") >= LARGE
    make(session, name, "tables/customers", values, packed=("customer_id",) if large else ())
    stated = ", ".join(f"p.{column}" for column in STATED)
    session.do(
        f"CREATE OR REPLACE VIEW {whole(as_of)} AS SELECT c.*, {stated} "
        f"FROM mart.{name} AS c JOIN mart.profiles AS p ON p.customer_no = c.customer_no"
    )
    return f"mart.{name}", base


def whole(as_of: date) -> str:
    """The view of `customers` of a day with every column."""
    return f"mart.whole_{_table(as_of)}"


def tables(customers: str, as_of: date, before: tuple[str, date] | None = None) -> Tables:
    """What the names of relations stand for, for statements on a day and perhaps an earlier one."""
    named, complete = {**FIXED, "customers": customers}, {"customers": whole(as_of)}
    if before is not None:
        named["customers_before"], complete["customers_before"] = before[0], whole(before[1])
    sums = {name: statements.tree(f"tables/{name}") for name in SUMS}
    made = {habit.relation: statements.tree(f"habits/{habit.name}") for habit in HABITS}
    return Tables(named, complete, frozenset(STATED), NUMBERED, sums, made)


def find_base(session: Session, as_of: date, preferences: Preferences) -> Base:
    """The activity window as METRICS defines it: the weighted 90th percentile of interpurchase times."""
    tree = for_everyone("tables/gaps")
    gaps = session.rows(tree, {"as_of": as_of})
    intervals = sum(row[1] for row in gaps)
    if preferences.activity_window_days is not None:
        return Base(as_of, preferences.activity_window_days, "set by hand", intervals)
    if intervals < FEWEST_INTERVALS:
        rule = f"assumed: only {intervals} intervals between purchases, {FEWEST_INTERVALS} are needed to find it"
        return Base(as_of, ASSUMED_WINDOW_DAYS, rule, intervals)
    total = math.fsum(row[2] for row in gaps)
    reached, gap = 0.0, 0
    for days, _, weight in gaps:
        gap = days
        reached += weight
        if reached >= WINDOW_SHARE * total - 1e-9:  # the weights are binary fractions of thirds and sevenths
            break
    first, last = session.row(
        "SELECT min(ordered_on), max(ordered_on) FROM mart.orders WHERE ordered_on <= $as_of", {"as_of": as_of}
    )
    found, longest = math.ceil(gap / 7) * 7, (last - first).days // 2 // 7 * 7
    window = min(max(found, SHORTEST_WINDOW_DAYS), max(longest, 7))
    rule = f"90% of the {intervals:,} intervals between purchases, weighted by customer, are at most {gap} days; whole weeks"
    if window < found:
        rule += f"; held to half of the history, {window} days"
    elif found < SHORTEST_WINDOW_DAYS:
        rule += f"; at least {SHORTEST_WINDOW_DAYS}"
    return Base(as_of, window, rule, intervals)


def _decline_limits(most: int) -> pa.Table:
    """For n purchase days in two windows, the most in the later one that a fair coin gives with p <= 0.05."""
    days, limits = [], []
    for n in range(most + 1):
        tail, k = 0.0, -1
        while k < n and (tail := tail + math.exp(_log_choose(n, k + 1) - n * math.log(2))) <= 0.05:
            k += 1
        days.append(n)
        limits.append(k)
    return pa.table({"days": pa.array(days, pa.int64()), "most": pa.array(limits, pa.int64())})


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def keep_customers(session: Session, bases: Mapping[date, Base], version: str) -> None:
    """Drop the relations of all other as-of dates and note what the kept ones stand on."""
    session.do("DELETE FROM mart.bases")
    for base in bases.values():
        values = {
            "as_of": base.as_of,
            "window": base.activity_window_days,
            "rule": base.window_rule,
            "intervals": base.intervals,
        }
        session.do(
            "INSERT INTO mart.bases VALUES ($as_of, $window, $rule, $intervals, $version)",
            {**values, "version": version},
        )
    kept = {_table(day) for day in bases}
    for (name,) in session.rows(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name LIKE 'customers_%'"
    ):
        if name not in kept:
            session.do(f"DROP VIEW IF EXISTS mart.whole_{name}")
            session.do(f"DROP TABLE mart.{name}")


def kept_customers(session: Session, version: str) -> list[tuple[date, tuple[str, Base]]]:
    """The relations that are there and true for this data version, the least recently used first as they were noted."""
    rows = session.rows(
        "SELECT as_of, activity_window_days, window_rule, intervals FROM mart.bases WHERE version = $version ORDER BY rowid",
        {"version": version},
    )
    return [(row[0], (f"mart.{_table(row[0])}", Base(*row))) for row in rows]


def ensure(session: Session, preferences: Preferences, statements_digest: str) -> None:
    """Build the marts where there are none, or where other statements made them (after an upgrade)."""
    tables = session.rows("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'mart' AND table_name = 'bases'")
    made_by = session.rows("SELECT value FROM workspace.meta WHERE name = 'marts_by'")
    if tables and made_by == [(statements_digest,)]:
        return

    def build() -> None:
        with session.transaction():
            session.do(
                "CREATE OR REPLACE TABLE mart.bases "
                "(as_of DATE, activity_window_days BIGINT, window_rule VARCHAR, intervals BIGINT, version VARCHAR)"
            )
            build_orders(session, preferences, opening=True)
            events.make_views(session)
            keep_customers(session, {}, "")
            session.do(
                "INSERT OR REPLACE INTO workspace.meta VALUES ('marts_by', $digest)", {"digest": statements_digest}
            )

    session.sparing(build)


def _table(as_of: date) -> str:
    return f"customers_{as_of:%Y%m%d}"
