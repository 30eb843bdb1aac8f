"""The SQL files: one SELECT each, parsed once, a tree from then on."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from types import MappingProxyType

import sqlglot
from sqlglot import exp

from crm_analytics.errors import UnknownName
from crm_analytics.workspace.preferences import RFM_GRID, SERVICE_CODES

FOLDER = Path(__file__).resolve().parent.parent / "sql"
#: Modules beside this one that make relations of the schema `mart`.
MAKERS = ("differences", "events", "facts", "marts", "people", "tables")
#: What statements write as a function -> the names of what it is given, and what it stands for.
RULES = MappingProxyType(
    {
        # whether a contact's arm was: $controls has the arms with a bar before and after each; after two bars with their campaigns,
        # as `drawn_as` (campaign=arm)
        "left_alone": (
            ("arm", "drawn_as"),
            "strpos($controls, '|' || CASE WHEN left($controls, 2) = '||' THEN drawn_as ELSE lower(coalesce(arm, '')) END || '|') > 0",
        ),
        # an answer or a conversion of a contact that is dated after a day has not come by then; without a date it has
        "come_by": (("came", "came_at", "day"), "came AND coalesce(CAST(came_at AS DATE) <= day, TRUE)"),
    }
)


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
    return written_out(parsed[0])


def written_out(tree: exp.Query) -> exp.Query:
    """The tree with what they stand for in the place of the functions of RULES."""
    for call in list(tree.find_all(exp.Anonymous)):
        if call.name in RULES:
            names, text = RULES[call.name]
            given = dict(zip(names, call.expressions, strict=True))
            rule = sqlglot.parse_one(text, read="duckdb")
            for column in list(rule.find_all(exp.Column)):
                column.replace(given[column.name].copy())
            call.replace(exp.paren(rule))
    return tree


@cache
def digest() -> str:
    """Changes when any statement does, the code that makes the marts, or the business's defaults: part of the data version."""
    code = [Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in MAKERS]
    parts = [*(name + text(name) for name in names()), *code, repr(SERVICE_CODES), repr(RFM_GRID), repr(dict(RULES))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
