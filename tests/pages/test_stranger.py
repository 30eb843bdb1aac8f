"""Files that nobody prepared: the customers are found, what a file amounts to is said, names are shown as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_analytics.config import Settings
from crm_analytics.errors import BadInput
from crm_analytics.ingest import load, review
from crm_analytics.ingest.contents import Contents, contents, unsure_customer
from crm_analytics.ingest.recognise import Recognition, recognise
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui.shell import inert, spoken

#: A shop's export of orders with their items: what belongs to the order stands on its first line only.
SHOP = """Name,Email,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem compare at price,Lineitem sku,Billing Name,Id
#1001,ann@example.com,USD,58.00,62.90,2025-01-03 10:00:00 -0500,2,Mug,19.00,30.00,SKU-1,Ann,4500000000001
#1001,ann@example.com,,,,2025-01-03 10:00:00 -0500,1,Cap,20.00,30.00,SKU-2,,
#1002,bob@example.com,USD,19.00,23.90,2025-01-05 11:00:00 -0500,1,Mug,19.00,30.00,SKU-1,Bob,4500000000002
#1003,ann@example.com,USD,20.00,24.90,2025-02-07 09:00:00 -0500,1,Cap,20.00,30.00,SKU-2,Ann,4500000000003
"""


class Desk:
    """A database of its own, and files on their way into it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.warehouse = folder, Warehouse.open(Settings(folder / "data"))

    def examine(self, name: str, text: str) -> tuple[Recognition, review.Review]:
        (self.folder / name).write_text(text, encoding="utf-8")
        found = recognise(self.warehouse.duck.open_session(), self.folder / name, name)
        return found, self.review(found)

    def review(self, found: Recognition) -> review.Review:
        session = self.warehouse.duck.open_session()
        again = recognise(session, self.folder / found.file, found.file)
        return review.review(session, again, review.proposed(again), today=date(2026, 1, 1))


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path)
    yield made
    made.warehouse.close()


def test_customers_of_a_shop_export_are_its_addresses_not_its_order_ids(desk: Desk) -> None:
    found, reviewed = desk.examine("orders_export_1.csv", SHOP)
    assert reviewed.kind.name == "order_lines"
    fields = {guess.field: column for column, guess in found.mapping.items() if guess.field}
    assert fields["customer_id"] == "Email"
    assert "line_no" not in fields  # "Lineitem compare at price" would make one line of several
    assert "'Email'" in (unsure_customer(found) or "")
    assert contents(reviewed) == Contents(3, 2, date(2025, 1, 3), date(2025, 2, 7), 97.0)


def test_a_usual_customer_number_leaves_no_doubt(desk: Desk) -> None:
    found, reviewed = desk.examine(
        "a.csv", "order id,customer id,date,amount\n1,C1,2025-01-03,10.50\n2,C2,2025-02-03,-4\n"
    )
    assert unsure_customer(found) is None
    assert contents(reviewed) == Contents(2, 2, date(2025, 1, 3), date(2025, 2, 3), 6.5)


def test_orders_without_a_customer_are_doubted_and_customer_files_are_not(desk: Desk) -> None:
    found, _ = desk.examine("b.csv", "order id,date,amount\n1,2025-01-03,10.50\n2,2025-02-03,4.25\n")
    assert "guests" in (unsure_customer(found) or "")
    people, reviewed = desk.examine("c.csv", "customer id,name,email\nC1,Ann,ann@example.com\nC2,Bob,bob@example.com\n")
    assert unsure_customer(people) is None
    assert contents(reviewed) is None


def test_a_total_with_tax_and_shipping_amounts_to_what_the_pages_will_count(desk: Desk) -> None:
    text = "order id,customer id,date,total,tax,shipping\n1,C1,2025-01-03,12,1.5,0.5\n2,C2,2025-02-03,20,,\n"
    found, reviewed = desk.examine("d.csv", text)
    load.load(desk.warehouse, reviewed, desk.folder / "d.csv", "the test")
    with desk.warehouse.duck.session() as reading:
        held = float(reading.value("SELECT sum(net_amount) FROM mart.orders"))
    told = contents(reviewed)
    assert told is not None
    assert told.amount == pytest.approx(held)
    assert found.rows == 2


def test_two_files_reviewed_side_by_side_do_not_mix_currencies(desk: Desk) -> None:
    head = "order id,customer id,date,amount,currency\n"
    _, dollars = desk.examine("e.csv", head + "1,C1,2025-01-03,10,USD\n2,C2,2025-01-04,11,USD\n")
    _, euros = desk.examine("f.csv", head + "3,C1,2025-01-03,10,EUR\n4,C2,2025-01-04,11,EUR\n")
    load.load(desk.warehouse, dollars, desk.folder / "e.csv", "the test")
    before = desk.warehouse.data_version
    with pytest.raises(BadInput, match="EUR"):
        load.load(desk.warehouse, euros, desk.folder / "f.csv", "the test")
    assert desk.warehouse.data_version == before


@pytest.mark.parametrize("text", ["ann@example.com", "https://example.com", "www.example.com"])
def test_an_address_is_shown_as_text_and_becomes_no_link(text: str) -> None:
    for shown in (inert(text), spoken(text)):
        assert shown.replace("\\", "").replace("\u2060", "") == text
        assert text not in shown.replace("\\", "")


def test_a_label_is_read_out_as_it_is_written() -> None:
    header = "unit_price (EUR), No. #5: e-mail + 2"
    assert spoken(header) == header
    assert spoken("1. _a_ [b](c) &lt; $5$\n- d") == r"1\. \_a\_ \[b\](c) \&lt; \$5\$ - d"
    assert spoken("31.02.2026") == "31.02.2026"
    assert spoken(":smile: -> x") == "\\:\u2060smile: -\u2060> x"


def test_marks_that_turn_the_reading_direction_are_left_out() -> None:
    assert inert("orders\u202evsc.exe\u2066").replace("\\", "") == "ordersvsc.exe"


def test_a_day_before_all_data_is_said_on_every_page(open_app: Callable[..., AppTest]) -> None:
    app = open_app("customer,date,amount\nA,2025-01-03,10\nA,2025-02-03,10\nB,2025-01-09,5\n", as_of="1900-01-01")
    for page in ("pages/overview.py", "pages/segments.py", "pages/pareto.py"):
        app = app.switch_page(page).run()
        assert not app.exception
        assert any("The data begin on" in info.value for info in app.info), page
