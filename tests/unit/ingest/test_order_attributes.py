"""Columns of orders and lines that are no field: kept, and asked for by a rule."""

from __future__ import annotations

from pathlib import Path

from crm_analytics.query import choices
from crm_analytics.query.rules import from_json
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in

LINES = (
    "order id,customer id,date,product,quantity,unit price,Gift wrap,Weight\n1,A,2024-01-05,P1,1,10,yes,1.5\n"
    "1,A,2024-01-05,P2,1,5,no,2\n2,B,2024-01-06,P1,2,10,no,2\n3,B,2024-02-06,P1,1,10,,2\n"
)
ORDERS = "order id,customer id,date,amount,Campaign code\n7,C,2024-01-07,20,SPRING\n8,C,2024-03-07,20,SPRING\n"


def test_what_order_files_say_beside_the_fields_is_asked_for_by_a_rule(warehouse: Warehouse, tmp_path: Path) -> None:
    for name, text in (("lines.csv", LINES), ("orders.csv", ORDERS)):
        (tmp_path / name).write_text(text)
        bring_in(warehouse, tmp_path / name)
    with warehouse.duck.session() as session:
        kept = session.rows("SELECT attributes FROM core.order_lines ORDER BY line")
        assert [each for (each,) in kept][:2] == [
            '{"gift_wrap":"yes","weight":"1.5"}',
            '{"gift_wrap":"no","weight":"2"}',
        ]
    event = choices.events(warehouse)["ordered_with"]
    assert list(choices.event_fields(warehouse, event)) == [
        "on", "order_id", "attributes.campaign_code", "attributes.gift_wrap", "attributes.weight",
    ]  # fmt: skip

    def customers(field: str, operator: str, value: object, times: int = 1) -> int:
        asked = [{"field": field, "operator": operator, "value": value}]
        rule = from_json(
            {"did": "ordered_with", "measure": "times", "operator": "at_least", "value": times, "where": asked}
        )
        return int(warehouse.read("metrics/audience_size", warehouse.audience(rule))["customers"][0])

    assert customers("attributes.gift_wrap", "is", "yes") == 1
    assert (customers("attributes.weight", "at_least", 2), customers("attributes.weight", "at_least", 2, times=2)) == (
        2,
        1,
    )
    assert customers("attributes.campaign_code", "is", "SPRING", times=2) == 1
