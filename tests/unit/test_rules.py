"""The segment algebra: what is refused, what is equal, what is said."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from crm_analytics.errors import BadRule
from crm_analytics.query.rules import (
    DEEPEST,
    EVERYONE,
    MOST_CONDITIONS,
    MOST_LISTED,
    All,
    Any_,
    InSegment,
    Not,
    condition,
    did,
    digest,
    from_json,
    in_words,
    resolved,
    segments_named,
    to_json,
    unresolved,
    where,
)

LEAF = {"field": "orders", "operator": "at_least", "value": 2}


def nested(levels: int) -> dict:
    rule = LEAF
    for _ in range(levels):
        rule = {"not": rule}
    return rule


@pytest.mark.parametrize("value", [100, 100.0, "100", "100.00", "1e2", Decimal("100.0000")])
def test_equal_amounts_are_one_rule(value):
    assert where("revenue", "at_least", value) == where("revenue", "at_least", 100)
    assert digest(where("revenue", "at_least", value)) == digest(where("revenue", "at_least", 100))


def test_zero_has_no_sign_and_small_shares_keep_their_digits():
    assert digest(where("revenue", "is", -0.0)) == digest(where("revenue", "is", 0))
    assert where("cumulative_share", "at_most", 0.123456).value == Decimal("0.123456")
    assert where("recency_days", "is", "1.00001") != where("recency_days", "is", 1)


def test_the_same_conditions_under_all_and_any_differ():
    one = where("orders", "is", 1)
    assert len({digest(each) for each in (one, All((one,)), Any_((one,)), Not(one), EVERYONE)}) == 5


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "null", "true", "3", "[]", '"all"', "{}", '{"all": {}}', '{"all": null}', '{"any": [1]}', '{"not": []}',
        '{"all": [], "any": []}', '{"field": "orders"}', '{"field": "orders", "operator": "is"}',
        '{"field": "orders", "operator": "is", "value": 1, "more": 1}', '{"field": 1, "operator": "is", "value": 1}',
        '{"field": "orders", "operator": "contains", "value": "1"}', '{"field": "orders; DROP TABLE x", "operator": "is", "value": 1}',
        '{"field": "orders", "operator": "is", "value": NaN}', '{"field": "orders", "operator": "is", "value": Infinity}',
        '{"field": "orders", "operator": "is", "value": 1e400}', '{"field": "orders", "operator": "is", "value": true}',
        '{"field": "orders", "operator": "is", "value": [1]}', '{"field": "orders", "operator": "is", "value": 100000000000000}',
        '{"field": "orders", "operator": "is", "value": ' + "9" * 5000 + "}",
        '{"field": "orders", "operator": "between", "value": [2, 1]}', '{"field": "orders", "operator": "between", "value": [1]}',
        '{"field": "orders", "operator": "between", "value": 1}', '{"field": "name", "operator": "in", "value": []}',
        '{"field": "name", "operator": "in", "value": "abc"}', '{"field": "name", "operator": "is", "value": null}',
        '{"field": "name", "operator": "is", "value": 5}', '{"field": "name", "operator": "is", "value": "\\ud800"}',
        '{"field": "name", "operator": "is", "value": "' + "x" * 1001 + '"}',
        '{"field": "is_loyal", "operator": "is", "value": 1}', '{"field": "born_on", "operator": "is", "value": "10000-01-01"}',
        '{"field": "born_on", "operator": "is", "value": "2024-02-30"}', '{"field": "born_on", "operator": "is", "value": 20240101}',
        '{"field": "born_on", "operator": "last_days", "value": -1}', '{"field": "born_on", "operator": "last_days", "value": 1.5}',
        '{"field": "born_on", "operator": "last_days", "value": true}', '{"field": "born_on", "operator": "last_days", "value": 100001}',
        "[" * 100_000, '{"not":' * 100_000, '{"not": ' * 900 + "1" + "}" * 900,
        '{"field": "name", "operator": "is", "value": ' + "[" * 950 + "]" * 950 + "}",
        '{"field": "orders", "operator": "is", "value": ' + "[" * 950 + "]" * 950 + "}",
    ],
)  # fmt: skip
def test_bad_json_is_a_bad_rule(text):
    with pytest.raises(BadRule) as caught:
        from_json(text)
    assert len(str(caught.value).encode()) < 1500


@pytest.mark.parametrize(
    "data", [None, 3, b"{}", [LEAF], {1: 2}, {"field": "orders", "operator": "is", "value": 10**5000}]
)
def test_data_of_other_types_is_a_bad_rule(data):
    with pytest.raises(BadRule):
        from_json(data)


def test_depth_and_size_are_bounded():
    assert from_json(nested(DEEPEST)) is not None
    with pytest.raises(BadRule, match="nested deeper"):
        from_json(nested(DEEPEST + 1))
    assert from_json({"any": [LEAF] * (MOST_CONDITIONS - 1)}) is not None
    for part in (LEAF, {"all": []}, {"not": LEAF}):
        with pytest.raises(BadRule, match="parts"):
            from_json({"any": [part] * MOST_CONDITIONS})
    half = {"field": "name", "operator": "in", "value": [str(number) for number in range(MOST_LISTED // 2 + 1)]}
    assert from_json(half) is not None
    with pytest.raises(BadRule, match="lists"):
        from_json({"any": [half, half]})


def test_words():
    rule = All(
        (
            where("revenue", "more_than", 1234.5),
            Any_((where("country", "in", ["FR", "DE"]), Not(where("email", "is_empty")))),
        )
    )
    assert in_words(rule) == "Revenue is more than 1,234.5 and (Country is one of “FR”, “DE” or not (E-mail is empty))"
    assert in_words(where("last_order_on", "last_days", 30)) == "Last order is within the last 30 days"
    assert in_words(where("born_on", "between", [date(1, 1, 1), "9999-12-31"])).endswith("0001-01-01 and 9999-12-31")
    assert [in_words(each) for each in (EVERYONE, Any_(()), where("is_loyal", "is", True))] == [
        "everyone",
        "nobody",
        "Loyal is yes",
    ]


def test_json_is_plain():
    rule = where("revenue", "between", [Decimal("0.5"), 10])
    assert json.loads(json.dumps(to_json(rule))) == {"field": "revenue", "operator": "between", "value": ["0.5", "10"]}


def test_what_customers_did_in_words():
    lines = [
        {"field": "product_line", "operator": "is", "value": "Shoes"},
        {"field": "on", "operator": "last_days", "value": 90},
    ]
    bought = did("bought_product", lines, operator="at_least", value=2)
    assert in_words(bought) == "bought products [Product line is “Shoes”, within the last 90 days] at least 2 times"
    assert in_words(did("bought_product", measure="amount", value=1000)) == "bought products for at least 1,000"
    assert in_words(did("bought", operator="at_most", value=0)) == "never bought"
    silent = [where_of("channel", "is", "email"), where_of("responded", "is", False)]
    assert in_words(did("contacted", silent)) == "was contacted [Channel is “email”, Responded is no]"
    assert in_words(did("answered", [where_of("score", "between", [0, 6])])) == "answered [Score is between 0 and 6]"
    assert (
        in_words(where("born_on", "anniversary", 14)) == "Date of birth has its day of the year within the next 14 days"
    )
    assert in_words(where("attributes.job_title", "not_in", ["x", "y"])) == "Job title is none of “x”, “y”"


def where_of(field: str, operator: str, value: object) -> dict:
    return {"field": field, "operator": operator, "value": value}


@pytest.mark.parametrize(
    "data",
    [
        {"did": "flew"}, {"did": "bought", "measure": "units"}, {"did": "bought", "operator": "contains"},
        {"did": "bought", "value": "many"},
        {"did": "bought", "where": {}}, {"did": "bought", "where": [3]}, {"did": "bought", "where": [where_of("score", "is", 1)]},
        {"did": "bought", "where": [where_of("attributes.x", "is", "1")]}, {"did": "bought", "more": 1},
        {"did": "bought", "operator": "between", "value": [2, 1]}, {"in_segment": 3}, {"in_segment": "a", "version": 1},
        {"in_segment": "a", "version": True, "rule": {"all": []}}, {"listed": "a"}, where_of("attributes.", "is", "x"),
        where_of('attributes.a"b', "is", "x"), where_of("attributes.a", "more_than", "x"),
    ],
)  # fmt: skip
def test_a_rule_on_what_is_not_there_is_refused(data):
    with pytest.raises(BadRule):
        from_json(data)


def test_attributes_of_events_can_be_asked():
    rule = did("answered", [where_of("attributes.market", "is", "north")])
    assert in_words(rule) == "answered [Market is “north”]"
    assert from_json(to_json(rule)) == rule


def test_saved_segments_are_looked_up_by_name_and_stay_as_they_were():
    buyers, rule = where("orders", "at_least", 1), All((InSegment("Buyers"), Not(InSegment("Buyers"))))
    found = resolved(rule, lambda name: (3, buyers))
    assert found == All((InSegment("Buyers", 3, buyers), Not(InSegment("Buyers", 3, buyers))))
    assert from_json(json.dumps(to_json(found))) == found
    assert unresolved(found) == rule
    assert segments_named(found) == {"Buyers"}
    assert in_words(InSegment("Buyers", 3, buyers)) == "in the segment “Buyers” (version 3)"
    with pytest.raises(BadRule, match="not looked up"):
        condition(rule, {}, date(2024, 1, 1))
