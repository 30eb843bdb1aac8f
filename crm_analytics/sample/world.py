"""The invented world as tables in memory: who buys, when, what, and what campaigns do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from crm_analytics.engine.duck import Session

Progress = Callable[[float, str], None]

SQL = Path(__file__).parent / "sql"

FIRST_DAY = date(2023, 10, 1)
LAST_DAY = date(2026, 9, 30)
#: Customers may have become known this long before the history begins.
DAYS_BEFORE = 730

#: What the company's behaviour is made of, by variable of the SQL; written to truth.json.
CHANCES = MappingProxyType(
    {
        "prospect_share": 0.04,
        "business_share": 0.12,
        "card_holder_share": 0.25,
        "late_share": 0.07,
        "leave_factor_late": 4,
        "leave_factor_discount": 2,
        "nps_points_lost_late": 3.5,
    }
)

#: Customers whose purchases are drawn at once: bounds the memory, whatever the size of the company.
CHUNK = 100_000

#: Lists that replace a join with a look-up; a look-up keeps rows in order without sorting them.
LISTS = {
    "day_slots": ("day_slots", "SELECT list(day ORDER BY slot) FROM day_slots"),
    "country_slots": ("country_slots", "SELECT list(country ORDER BY slot) FROM country_slots"),
    "product_slots": ("product_slots", "SELECT list(product ORDER BY slot) FROM product_slots"),
    "prices": ("catalogue", "SELECT list(price ORDER BY product) FROM catalogue"),
    "product_ids": ("catalogue", "SELECT list(product_id ORDER BY product) FROM catalogue"),
    "return_shares": ("catalogue", "SELECT list(returned ORDER BY product) FROM catalogue"),
    "history_x": ("calendar", "SELECT before / total FROM calendar WHERE day = 0"),
}

#: Tables in the order in which they are made, each the SELECT of sql/world/<name>.sql.
SMALL_TABLES = (
    "calendar", "day_slots", "product_lines", "catalogue", "product_slots", "places", "country_slots", "waves",
)  # fmt: skip
LARGE_TABLES = (
    "leavers", "targets", "own_buyers", "placed", "lines", "returned", "totals",
    "residents", "cards", "receipts", "memberships", "cases",
)  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    """What the company is made from. customers: rows of its customer file; stationary: no season, growth or effects."""

    customers: int
    seed: int
    stationary: bool


def statement(folder: str, name: str) -> str:
    """The SELECT of sql/<folder>/<name>.sql."""
    return (SQL / folder / f"{name}.sql").read_text(encoding="utf-8")


def make(session: Session, parameters: Parameters, progress: Progress) -> None:
    """Make the tables of the world in the session's database."""
    _set_up(session, parameters)
    for name in SMALL_TABLES:
        _table(session, name)
    _table(session, "people")
    for low in range(0, parameters.customers, CHUNK):
        progress(0.3 * low / parameters.customers, "Drawing purchases")
        session.do(f"SET VARIABLE low = {low}")
        session.do(f"SET VARIABLE high = {low + CHUNK}")
        part = statement("world", "histories")
        session.do(f"INSERT INTO histories {part}" if low else f"CREATE TABLE histories AS {part}")
    for done, name in enumerate(LARGE_TABLES):
        progress(0.3 + 0.3 * done / len(LARGE_TABLES), "Drawing orders and campaigns")
        _table(session, name)


def _set_up(session: Session, parameters: Parameters) -> None:
    session.do("SET preserve_insertion_order = true")
    session.do(f"SET VARIABLE customers = {parameters.customers:d}")
    session.do(f"SET VARIABLE seed = {parameters.seed:d}::BIGINT")
    session.do(f"SET VARIABLE stationary = {parameters.stationary}")
    session.do(f"SET VARIABLE first_day = DATE '{FIRST_DAY}'")
    session.do(f"SET VARIABLE last_day = DATE '{LAST_DAY}'")
    session.do(f"SET VARIABLE days = {(LAST_DAY - FIRST_DAY).days + 1}")
    session.do(f"SET VARIABLE days_before = {DAYS_BEFORE}")
    for name, chance in CHANCES.items():
        session.do(f"SET VARIABLE {name} = {chance}::DOUBLE")
    for macro in (SQL / "macros.sql").read_text(encoding="utf-8").split(";\n"):
        if macro.strip():
            session.do(macro)


def _table(session: Session, name: str) -> None:
    session.do(f"CREATE TABLE {name} AS {statement('world', name)}")
    for variable, (table, select) in LISTS.items():
        if table == name:
            session.do(f"SET VARIABLE {variable} = ({select})")
