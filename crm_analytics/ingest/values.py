"""The different values of one staged column, and how many of its rows look like what."""

from __future__ import annotations

import re
from collections import Counter

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.shapes import (
    BLANKS,
    COMPACT_DATE,
    NO,
    NUMBER,
    SEPARATED_DATE,
    YES,
    clean,
    is_padded,
    literal,
    looks_like,
)

_FLAGS = frozenset((*YES, *NO))
_MANY = 5_000  # different values from which those written alike are looked at once
_SAMPLE = 1_000  # of them tell how they are written
_FORMS = 8  # ways of writing that are told apart
_COMMON = 0.05  # share of the sample that one of them needs
_LONG = 100  # characters from which a value is looked at by itself


def stage(session: Session, column: int) -> int | None:
    """Make the temporary table `column_values` (v, n, line): each value of a column without the space around it, how many
    rows have it and the first of them.

    Returns how many rows hold a text that means "no value", such as NULL; None where no text had to be cleaned.
    """
    text = f"c{column}"
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE column_values AS SELECT {text} AS v, count(*)::BIGINT AS n, min(line) AS line
        FROM raw WHERE {text} <> '' GROUP BY 1"""
    )
    untidy = f"{is_padded('v')} OR v IN ({', '.join(map(literal, BLANKS))})"
    if not session.rows(f"SELECT 1 FROM column_values WHERE {untidy} LIMIT 1"):
        return None
    marked = session.value(
        f"SELECT coalesce(sum(n), 0)::BIGINT FROM column_values WHERE CASE WHEN {untidy} THEN {clean('v')} IS NULL AND trim(v) <> '' END"
    )
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE column_values AS SELECT v, sum(n)::BIGINT AS n, min(line) AS line
        FROM (SELECT {clean("v")} AS v, n, line FROM column_values) WHERE v IS NOT NULL GROUP BY 1"""
    )
    return int(marked)


def alike(session: Session) -> str:
    """A relation (v, n) of the values of `column_values` in which one stands for all that are written as it is.

    Values are alike where only their digits differ, as in the numbers of orders: whatever is asked of them afterwards
    must not depend on the digits; of numbers, whether the decimals are zero may be asked.
    """
    sample = session.rows(f"SELECT v FROM column_values LIMIT {_SAMPLE}")
    if len(sample) < _SAMPLE or session.value("SELECT count(*) FROM column_values") < _MANY:
        return "column_values"
    counted = Counter(form for (value,) in sample if (form := _form(value)))
    forms = [form for form, n in counted.most_common(_FORMS) if n >= _COMMON * _SAMPLE]
    if not forms:
        return "column_values"
    cases = " ".join(f"WHEN regexp_full_match(v, $form{k}) THEN $value{k}" for k in range(len(forms)))
    bound = {f"form{k}": form for k, (form, _) in enumerate(forms)} | {
        f"value{k}": value for k, (_, value) in enumerate(forms)
    }
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE column_forms AS
        SELECT CASE {cases} ELSE v END AS v, sum(n)::BIGINT AS n FROM column_values GROUP BY 1""",
        bound,
    )
    return "column_forms"


def _form(value: str) -> tuple[str, str] | None:
    """The expression of the values that differ from this one in their digits only, and one of them; None for words.

    Also None for numbers of eight digits, which may be dates, and for those whose marks may group thousands.
    """
    one = re.sub("[0-9]", "1", value)
    if number := re.fullmatch(r"(-?)(1+)(?:([.,])(11?))?", one):
        sign, whole, mark, decimals = number.groups(default="")
        zero = bool(decimals) and not value[-len(decimals) :].strip("0")
        after = {"": "", "1": "[1-9]", "11": "(?:[0-9][1-9]|[1-9][0-9])"}[decimals]
        form = f"{sign}[0-9]{{{len(whole)}}}{mark and f'[{mark}]'}{'0' * len(decimals) if zero else after}"
        return None if one == "1" * 8 else (form, sign + whole + mark + ("0" if zero else "1") * len(decimals))
    if len(one) > _LONG or "1" not in one or looks_like(one) == "number":
        return None
    return re.sub("1+", lambda found: f"[0-9]{{{len(found.group())}}}", re.escape(one)), one


def counts(session: Session, relation: str) -> dict[str, int]:
    """How many rows of a relation (v, n) look like what; see `Format` for what the counts are used for."""
    matches = {
        "point": NUMBER["."], "comma": NUMBER[","], "dates": SEPARATED_DATE, "compact": COMPACT_DATE,
    }  # fmt: skip
    tests = ", ".join(f"regexp_full_match(v, {literal(pattern)}) AS {name}" for name, pattern in matches.items())
    conditions = {
        "filled": "true",
        "only_point": "point AND NOT comma",
        "only_comma": "comma AND NOT point",
        "point_or_comma": "point OR comma",
        "triple_point": "point AND comma AND contains(v, '.')",
        "triple_comma": "point AND comma AND contains(v, ',')",
        "long": "regexp_full_match(v, '[^0-9]*[0-9]{4,}[^0-9]*')",
        "short": "regexp_full_match(v, '[^0-9]*[0-9]{1,3}[^0-9]*')",
        "dates": "dates",
        "compact": "compact",
        "zero": r"regexp_full_match(v, '[0-9]+\.0+')",
        "scientific": r"regexp_full_match(v, '[0-9](?:[.,][0-9]+)?[eE][+]?[0-9]{1,2}')",
        "percent": "(point OR comma) AND contains(v, '%')",
        "zoned": r"dates AND regexp_matches(v, ':[0-9]{2}(?:\.\d+)?[^0-9]*(?:Z|UTC|GMT|[+-]\d{2}:?\d{0,2})$')",
        "words": "contains(v, ' ')",
        "digits": "regexp_matches(v, '[0-9]')",
        "addresses": "regexp_matches(v, '[^@ ]@[^@ ]')",
        "flags": f"lower(v) IN ({', '.join(literal(each) for each in sorted(_FLAGS))})",
        "unix_seconds": "regexp_full_match(v, '[0-9]{9,10}')",
        "unix_milliseconds": "regexp_full_match(v, '[0-9]{12,13}')",
    }
    sums = ", ".join(f"coalesce(sum(n) FILTER ({test}), 0)::BIGINT" for test in conditions.values())
    row = session.row(f"SELECT {sums} FROM (SELECT v, n, {tests} FROM {relation})")
    return dict(zip(conditions, row, strict=True))
