"""What statements, and the events of rules, write as a function: an expression that several need stands here once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

from sqlglot import exp, parse_one

T = TypeVar("T", bound=exp.Expr)

#: Function -> the names of what it is given, and the expression that it stands for.
FUNCTIONS = MappingProxyType(
    {
        # whether the arm of a contact was left alone: `arms` are such arms with a bar before and after each; after two bars with
        # their campaigns, as `drawn_as` (campaign=arm)
        "left_alone": (
            ("arms", "arm", "drawn_as"),
            "strpos(arms, '|' || CASE WHEN left(arms, 2) = '||' THEN drawn_as ELSE lower(coalesce(arm, '')) END || '|') > 0",
        ),
        # whether a contact was answered, or led to a conversion, by a day: what is dated later has not come, what has no date has
        "come_by": (("came", "came_at", "day"), "came AND coalesce(CAST(came_at AS DATE) <= day, TRUE)"),
        # what pieces at a price come to, null where that is no money: the product of two numbers of eighteen digits overflows from ten
        # thousand millions on, one with a digit more does not and takes sixty times as long
        "money_of": (
            ("pieces", "price"),
            """CASE
                WHEN abs(CAST(pieces AS DOUBLE) * CAST(price AS DOUBLE)) < 1e9
                    THEN CAST(TRY_CAST(pieces AS DECIMAL(18, 4)) * price AS DECIMAL(18, 4))
                ELSE TRY_CAST(TRY_CAST(pieces AS DECIMAL(19, 4)) * price AS DECIMAL(18, 4))
            END""",
        ),
        # the value that a customer, the row c, has in a field that is known by its name; what is a number is told in bands
        "value_of": (
            ("field",),
            """CASE field
                WHEN 'status' THEN c.status
                WHEN 'segment' THEN c.segment
                WHEN 'abc_class' THEN c.abc_class
                WHEN 'is_loyal' THEN CASE WHEN c.is_loyal THEN 'yes' WHEN NOT c.is_loyal THEN 'no' END
                WHEN 'country' THEN c.country
                WHEN 'region' THEN c.region
                WHEN 'city' THEN c.city
                WHEN 'channel' THEN c.channel
                WHEN 'gender' THEN c.gender
                WHEN 'owner' THEN c.owner
                WHEN 'age' THEN CASE
                    WHEN c.born_on IS NULL OR c.born_on > $as_of THEN NULL
                    WHEN c.born_on > CAST($as_of AS DATE) - INTERVAL '25' YEAR THEN 'under 25'
                    WHEN c.born_on > CAST($as_of AS DATE) - INTERVAL '35' YEAR THEN '25 to 34'
                    WHEN c.born_on > CAST($as_of AS DATE) - INTERVAL '45' YEAR THEN '35 to 44'
                    WHEN c.born_on > CAST($as_of AS DATE) - INTERVAL '55' YEAR THEN '45 to 54'
                    WHEN c.born_on > CAST($as_of AS DATE) - INTERVAL '65' YEAR THEN '55 to 64'
                    ELSE '65 and over'
                END
                WHEN 'orders' THEN CASE
                    WHEN c.orders = 0 THEN 'none'
                    WHEN c.orders = 1 THEN '1'
                    WHEN c.orders = 2 THEN '2'
                    WHEN c.orders <= 5 THEN '3 to 5'
                    WHEN c.orders <= 10 THEN '6 to 10'
                    ELSE 'over 10'
                END
                WHEN 'revenue' THEN CASE WHEN c.m_score IS NOT NULL THEN 'score ' || CAST(c.m_score AS VARCHAR) || ' of 5' END
                WHEN 'recency' THEN CASE WHEN c.r_score IS NOT NULL THEN 'score ' || CAST(c.r_score AS VARCHAR) || ' of 5' END
            END""",
        ),
    }
)


def written_out(tree: T) -> T:
    """The tree with the expressions of FUNCTIONS in the place of their names; it is changed itself."""
    return tree.transform(_written_out, copy=False)  # type: ignore[return-value]


def in_sql(text: str) -> str:
    """An expression that uses FUNCTIONS, for a statement that is put together as text."""
    return written_out(parse_one(text, read="duckdb")).sql("duckdb")


def _written_out(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Anonymous) or node.name not in FUNCTIONS:
        return node
    names, text = FUNCTIONS[node.name]
    given = dict(zip(names, node.expressions, strict=True))
    expression = parse_one(text, read="duckdb")
    for column in list(expression.find_all(exp.Column)):
        if not column.table and column.name in given:
            column.replace(given[column.name].copy())
    return exp.paren(expression)
