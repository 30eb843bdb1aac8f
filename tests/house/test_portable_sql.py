"""Every statement in sql/ means the same on every engine, returns its rows in one order, and says what a row is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp

from crm_analytics.query import statements
from crm_analytics.query.functions import written_out

FORBIDDEN: dict[type[exp.Expression], str] = {
    exp.Anonymous: "a function that cannot be translated",
    exp.PercentileCont: "fails or turns approximate elsewhere; give the statement a twin",
    exp.PercentileDisc: "fails or turns approximate elsewhere; give the statement a twin",
    exp.Quantile: "fails or turns approximate elsewhere; give the statement a twin",
    exp.DayOfWeek: "counts from another day elsewhere; join a calendar",
    exp.DayOfWeekIso: "counts from another day elsewhere; join a calendar",
    exp.Pivot: "does not parse elsewhere; write sums of CASE",
    exp.CurrentDate: "answers must not depend on the day; use $as_of",
    exp.CurrentTimestamp: "answers must not depend on the time; use $as_of",
    exp.ArgMax: "has no tie-break; use row_number",
    exp.ArgMin: "has no tie-break; use row_number",
    exp.First: "depends on the order of reading; use row_number",
    exp.AnyValue: "depends on the order of reading; use min or max",
    exp.Comprehension: "does not parse elsewhere; use a join",
    exp.Columns: "write the columns out",
}
UNSIGNED = {exp.DType.UBIGINT, exp.DType.UINT, exp.DType.USMALLINT, exp.DType.UTINYINT, exp.DType.UINT128}
WHOLE = {exp.DType.BIGINT, exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT, exp.DType.INT128}


def faults(text: str) -> Iterator[str]:
    """Why a statement does not belong in sql/, one sentence for each cause."""
    parsed = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query):
        yield "a file holds exactly one SELECT"
        return
    header = "\n".join(itertools.takewhile(lambda line: line.startswith("--"), text.splitlines()))
    if "Grain: " not in header:
        yield "the header comment says what it is, and `Grain: ` what a row is"
    yield from _order_faults(parsed[0], one_row="Grain: one row." in header)
    for node in written_out(parsed[0]).walk():
        yield from _node_faults(node)


def _order_faults(tree: exp.Query, one_row: bool) -> Iterator[str]:
    order = tree.args.get("order")
    if order is None:
        if not one_row:
            yield "the rows have no order"
        return
    keys = {each.this.sql() for each in order.expressions}
    aliases = {each.this.sql(): each.alias for each in tree.selects if isinstance(each, exp.Alias)}
    group = tree.args.get("group")
    sets = list(group.find_all(exp.GroupingSets)) if group else []
    grouped = [column for each in sets for column in each.find_all(exp.Column)] or (group.expressions if group else [])
    for each in grouped:
        name = each.sql()
        if not {name, aliases.get(name, name), each.alias_or_name} & keys:
            yield f"the order leaves ties: {name} is grouped by and not ordered by"


def _node_faults(node: exp.Expression) -> Iterator[str]:
    shown = node.sql("duckdb")
    if reason := FORBIDDEN.get(type(node)):
        yield f"{shown}: {reason}"
    if isinstance(node, exp.Div) and not isinstance(node.expression, exp.Nullif | exp.Literal):
        yield f"{shown}: divide by nullif(x, 0); engines disagree on zero"
    if isinstance(node, exp.DateDiff):
        if node.text("unit").lower() != "day":
            yield f"{shown}: engines count other units differently; use year * 12 + month"
        if not (_is_date(node.this) and _is_date(node.expression)):
            yield f"{shown}: cast both ends to DATE; midnights are not whole days"
    if isinstance(node, exp.Sub) and node.this.name.endswith("_on") and node.expression.name.endswith("_on"):
        yield f"{shown}: a difference of dates is a number here and an interval elsewhere; use date_diff"
    if isinstance(node, exp.ArrayAgg | exp.GroupConcat) and node.find(exp.Order):
        yield f"{shown}: the order is dropped elsewhere"
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        yield "write the columns out"
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        yield "write the columns out"
    if isinstance(node, exp.DataType) and node.this in UNSIGNED:
        yield f"{shown}: unsigned types do not exist elsewhere; use BIGINT"
    if isinstance(node, exp.Cast) and node.to.this in WHOLE and _may_be_fractional(node.this):
        yield f"{shown}: engines round or cut; use floor"
    if isinstance(node, exp.Join) and node.args.get("method") == "ASOF":
        yield f"{shown}: does not parse elsewhere"


def _is_date(node: exp.Expression) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DType.DATE


def _may_be_fractional(node: exp.Expression) -> bool:
    """Whether a division reaches the cast without floor or ceil around it."""
    return any(not each.find_ancestor(exp.Floor, exp.Ceil) for each in node.find_all(exp.Div))


@pytest.mark.parametrize("name", statements.names())
def test_statement_is_portable(name: str) -> None:
    assert list(faults(statements.text(name))) == []


GOOD = "-- What it is.\n-- Grain: one row per a.\nSELECT a, count(*) AS n FROM t GROUP BY a ORDER BY a"


def test_a_sound_statement_passes() -> None:
    assert list(faults(GOOD)) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (GOOD + "; SELECT 1", "exactly one SELECT"),
        ("-- What.\n-- Grain: one row.\nDELETE FROM t", "exactly one SELECT"),
        (GOOD.replace("-- Grain: one row per a.\n", ""), "header comment"),
        (GOOD.replace("-- What it is.\n-- Grain: one row per a.\n", ""), "header comment"),
        (GOOD.replace(" ORDER BY a", ""), "no order"),
        (GOOD.replace("ORDER BY a", "ORDER BY n"), "leaves ties"),
        (GOOD.replace("count(*)", "hash(b)"), "cannot be translated"),
        (GOOD.replace("count(*)", "bitstring_agg(b)"), "cannot be translated"),
        (GOOD.replace("count(*)", "quantile_cont(b, 0.5)"), "twin"),
        (GOOD.replace("count(*)", "percentile_cont(0.5) WITHIN GROUP (ORDER BY b)"), "twin"),
        (GOOD.replace("count(*)", "max(dayofweek(b))"), "another day"),
        (GOOD.replace("count(*)", "max(isodow(b))"), "another day"),
        (GOOD.replace("count(*)", "max(current_date)"), "$as_of"),
        (GOOD.replace("count(*)", "max(now())"), "cannot be translated"),
        (GOOD.replace("count(*)", "arg_max(b, c)"), "tie-break"),
        (GOOD.replace("count(*)", "first(b)"), "order of reading"),
        (GOOD.replace("count(*)", "any_value(b)"), "order of reading"),
        (GOOD.replace("count(*)", "list(b ORDER BY c)"), "dropped"),
        (GOOD.replace("count(*)", "string_agg(b, ',' ORDER BY c)"), "dropped"),
        (GOOD.replace("count(*)", "sum(b) / count(*)"), "nullif"),
        (GOOD.replace("count(*)", "max(date_diff('day', b, c))"), "cast both ends"),
        (GOOD.replace("count(*)", "max(date_diff('month', CAST(b AS DATE), CAST(c AS DATE)))"), "year * 12"),
        (GOOD.replace("count(*)", "max(b_on - c_on)"), "interval"),
        (GOOD.replace("count(*)", "CAST(max(b) / 2 AS BIGINT)"), "floor"),
        (GOOD.replace("count(*)", "CAST(max(b) AS UBIGINT)"), "unsigned"),
        (GOOD.replace("a, count(*) AS n", "*"), "write the columns out"),
        (GOOD.replace("a, count(*) AS n", "t.*"), "write the columns out"),
        (GOOD.replace("FROM t", "FROM (PIVOT t ON b USING sum(c))"), "CASE"),
        (GOOD.replace("FROM t", "FROM t ASOF JOIN u ON t.b >= u.b"), "does not parse"),
        (GOOD.replace("count(*)", "max([x for x in b])"), "join"),
    ],
)
def test_a_planted_fault_is_found(planted: str, found: str) -> None:
    assert any(found in fault for fault in faults(planted)), list(faults(planted))
