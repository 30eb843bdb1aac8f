"""The SQL files: one SELECT each, parsed once, a tree from then on."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from crm_analytics.errors import UnknownName
from crm_analytics.query.compose import put_before_readers, unordered
from crm_analytics.query.functions import written_out
from crm_analytics.workspace.preferences import RFM_GRID, SERVICE_CODES

FOLDER = Path(__file__).resolve().parent.parent / "sql"
#: Statements that others read by their names, with the values of those: a rule of several statements that takes a day.
SHARED = tuple(sorted(path.stem for path in (FOLDER / "shared").glob("*.sql")))
#: Modules beside this one that make relations of the schema `mart`.
MAKERS = ("differences", "events", "facts", "held", "marts", "people", "prepared", "tables")


def names() -> list[str]:
    """Every statement's name, such as `metrics/sales`."""
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql"))


@cache
def text(name: str) -> str:
    """The file as written, header comment included."""
    path = FOLDER / f"{name}.sql"
    if name not in names():
        raise UnknownName("statement", name, names())
    return path.read_text(encoding="utf-8")


@cache
def tree(name: str) -> exp.Query:
    """The parsed statement. It is shared: copy it before changing it."""
    parsed = sqlglot.parse(text(name), read="duckdb")
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        raise ValueError(f"sql/{name}.sql must hold exactly one SELECT")
    statement = written_out(parsed[0])
    read = {table.name for table in statement.find_all(exp.Table)}
    for shared in SHARED:
        if shared in read:
            put_before_readers(statement, shared, unordered(tree(f"shared/{shared}")))
    return statement


@cache
def digest() -> str:
    """Changes when a statement, a function of statements, the code of the marts or a default does: part of the data version."""
    code = [Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in (*MAKERS, "functions")]
    parts = [*(name + text(name) for name in names()), *code, repr(SERVICE_CODES), repr(RFM_GRID)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
