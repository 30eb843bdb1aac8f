"""Decisions become persons, and persons become figures; every decision can be taken back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.identity import effect, evidence, found
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.data import duplicates
from crm_analytics.metrics.segments import customers
from crm_analytics.query.people import joined
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace import identity
from crm_analytics.workspace.identity import ACCEPT, REFUSE, SPLIT, Decided, Record
from tests.conftest import bring_in, filled, in_memory

NOW = datetime(2024, 5, 1, 12, 0)
SHOP = """customer id,first name,surname,email,birth date,city
1,Ann,Lee,ann@x.com,1990-01-02,Bonn
2,Anne,Lee,ANN@x.com,1990-01-02,
3,Bob,Ray,bob@y.org,1980-05-05,Rome
"""
SHOP_ORDERS = """order id,customer id,order date,amount
1,1,2024-01-01,10
2,2,2024-02-01,20
3,3,2024-01-05,5
"""
STORE = "card number,name,email,phone\n77,Ann Lee,ann@x.com,+4922812345678\n"
STORE_ORDERS = "order id,customer id,order date,amount\n9,77,2024-03-01,7\n"


def fill(warehouse: Warehouse) -> None:
    load(warehouse, warehouse.settings.data_dir, "main", SHOP, SHOP_ORDERS)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = in_memory(tmp_path, filled(fill))
    yield made
    made.close()


def load(warehouse: Warehouse, folder: Path, source: str, people: str, orders: str) -> Warehouse:
    for name, text in (("people", people), ("orders", orders)):
        path = folder / f"{source}_{name}.csv"
        path.write_text(text)
        bring_in(warehouse, path, source, "customers" if name == "people" else None)
    return warehouse


def decide(warehouse: Warehouse, one: Record, other: Record, decision: str = ACCEPT) -> int:
    with warehouse.changing() as session:
        return identity.decide(session, [(one, other, 0.99)], decision, "me", NOW)


def undo(warehouse: Warehouse, act: int) -> None:
    with warehouse.changing() as session:
        identity.undo(session, act, "me", NOW)


def revenues(warehouse: Warehouse) -> dict[str, float]:
    frame = customers.customers(warehouse, warehouse.audience())
    return dict(zip(frame["customer_id"], frame["revenue"], strict=True))


def test_accepting_joins_orders_and_undo_parts_them(warehouse: Warehouse) -> None:
    before = revenues(warehouse)
    act = decide(warehouse, ("main", "1"), ("main", "2"))
    assert revenues(warehouse) == {"1": 30.0, "3": 5.0}
    undo(warehouse, act)
    assert revenues(warehouse) == before == {"1": 10.0, "2": 20.0, "3": 5.0}
    with warehouse.duck.session() as session:
        assert [each.undone_by for each in identity.acts(session)] == ["me"]


def test_ids_are_stable_when_another_source_joins(warehouse: Warehouse, tmp_path: Path) -> None:
    decide(warehouse, ("main", "1"), ("main", "2"))
    load(warehouse, tmp_path, "store", STORE, STORE_ORDERS)
    assert revenues(warehouse) == {"main:1": 30.0, "main:3": 5.0, "store:77": 7.0}
    decide(warehouse, ("main", "2"), ("store", "77"))
    assert revenues(warehouse) == {"main:1": 37.0, "main:3": 5.0}
    assert (
        warehouse.read("metrics/audience_size", warehouse.audience(where("orders", "at_least", 3)))["customers"][0] == 1
    )


def test_of_each_field_the_newest_value_that_is_not_blank_survives(warehouse: Warehouse, tmp_path: Path) -> None:
    load(warehouse, tmp_path, "store", STORE, STORE_ORDERS)
    decide(warehouse, ("main", "1"), ("main", "2"))
    decide(warehouse, ("main", "1"), ("store", "77"))
    frame = customers.customers(warehouse, warehouse.audience()).set_index("customer_id")
    person = frame.loc["main:1"]
    assert (person["name"], person["email"], person["phone"]) == ("Ann Lee", "ann@x.com", "+4922812345678")
    assert person["city"] == "Bonn"
    assert person["born_on"] == pd.Timestamp("1990-01-02")
    with warehouse.duck.session() as session:
        assert session.value("SELECT email FROM core.customers WHERE customer_id = '2'") == "ANN@x.com"


def test_a_trusted_source_comes_before_a_newer_value(warehouse: Warehouse, tmp_path: Path) -> None:
    store = "card number,name,email,phone,city,postcode\n77,Ann Lee,old@x.com,+4922812345678,Köln,50667\n"
    load(warehouse, tmp_path, "store", store, STORE_ORDERS)
    decide(warehouse, ("main", "1"), ("main", "2"))
    decide(warehouse, ("main", "1"), ("store", "77"))

    def person(**rules: object) -> tuple[str, ...]:
        if rules:
            warehouse.set_preferences("me", **rules)
        frame = customers.customers(warehouse, warehouse.audience()).set_index("customer_id")
        code = frame.loc["main:1", "postal_code"]
        whole = rules.get("field_priority", {}).get("address") == ("main",)
        assert pd.isna(code) if whole else code == "50667", "only one source knows it: no part of the other's address"
        return tuple(frame.loc["main:1", ["email", "phone", "city"]])

    phone = "+4922812345678"  # what the trusted source does not know, another one says
    assert person() == ("old@x.com", phone, "Köln")
    assert person(source_priority=("main", "store")) == ("ANN@x.com", phone, "Bonn")
    # a field's own order comes before that of all fields, and the parts of an address are trusted together
    assert person(source_priority=("store",), field_priority={"email": ("main",)}) == ("ANN@x.com", phone, "Köln")
    own = {"address": ("store",), "email": ("none",)}
    assert person(source_priority=("main",), field_priority=own) == ("ANN@x.com", phone, "Köln")
    own = {"address": ("main",)}
    assert person(source_priority=(), field_priority=own) == ("old@x.com", phone, "Bonn")
    own = {"address": ("main",), "city": ("store",)}
    assert person(source_priority=(), field_priority=own) == ("old@x.com", phone, "Köln")
    with warehouse.duck.session() as session:
        assert session.value("SELECT email FROM core.customers WHERE source = 'store'") == "old@x.com", "as it came"
    for wrong in ({"emial": ("main",)}, {"email": "main"}, {"email": (1,)}, ["email"]):
        with pytest.raises(BadValue, match="field_priority"):
            warehouse.set_preferences("me", field_priority=wrong)


def test_the_country_of_the_business_reads_telephone_numbers(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "phones.csv"
    path.write_text("customer id,name,phone\n8,Zoe Kim,0228 1234567\n9,Z Kim,+49 228 1234567\n")
    bring_in(warehouse, path, "main", "customers")
    assert found.is_fresh(warehouse) is False

    def phones() -> set[str]:
        pairs = found.read(warehouse).pairs
        return {"/".join(sorted((row.left_id, row.right_id))) for row in pairs.itertuples()}

    assert "8/9" not in phones()
    warehouse.set_preferences("me", home_country="DE")
    assert "8/9" in phones()
    with pytest.raises(BadValue, match="ISO 3166"):
        warehouse.set_preferences("me", home_country="Germany")


def test_a_refusal_holds_against_a_chain() -> None:
    a, b, c = (("s", name) for name in "abc")
    accepted = [Decided(a, b, ACCEPT, 0.99), Decided(b, c, ACCEPT, 0.9)]
    assert joined(accepted) == [{a, b, c}]
    assert joined([*accepted, Decided(a, c, REFUSE, 0.5)]) == [{a, b}]
    assert joined([*accepted, Decided(a, c, SPLIT, 0.5)]) == [{a, b}]
    assert joined([]) == []


def test_the_last_decision_on_a_pair_holds(warehouse: Warehouse) -> None:
    decide(warehouse, ("main", "1"), ("main", "2"))
    split = decide(warehouse, ("main", "2"), ("main", "1"), SPLIT)
    assert revenues(warehouse) == {"1": 10.0, "2": 20.0, "3": 5.0}
    assert duplicates.duplicates(warehouse, warehouse.audience()).empty
    undo(warehouse, split)
    assert revenues(warehouse) == {"1": 30.0, "3": 5.0}
    with pytest.raises(UnknownName):
        undo(warehouse, split)
    with pytest.raises(BadValue):
        decide(warehouse, ("main", "1"), ("main", "2"), "merge")


def test_new_orders_of_a_joined_record_are_the_persons(warehouse: Warehouse, tmp_path: Path) -> None:
    decide(warehouse, ("main", "1"), ("main", "2"))
    path = tmp_path / "more.csv"
    path.write_text("order id,customer id,order date,amount\n4,2,2024-04-01,100\n")
    bring_in(warehouse, path)
    assert revenues(warehouse) == {"1": 130.0, "3": 5.0}


def test_the_effect_told_before_is_the_effect_after(warehouse: Warehouse) -> None:
    day = date(2024, 2, 1)
    before, after = effect.of_accepting(warehouse, day, [(("main", "1"), ("main", "2"), 0.9)])
    assert (before.persons, before.buyers, before.repeat_buyers, before.repurchase_rate) == (3, 3, 0, 0.0)
    assert (after.persons, after.buyers, after.repeat_buyers, after.repurchase_rate) == (2, 2, 1, 0.5)
    decide(warehouse, ("main", "1"), ("main", "2"))
    now, _ = effect.of_accepting(warehouse, day, [])
    assert now == after


def test_duplicates_of_a_single_file_of_persons(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    path = tmp_path / "people.csv"
    path.write_text(SHOP)
    bring_in(warehouse, path, kind="customers")
    frame = duplicates.duplicates(warehouse, warehouse.audience())
    assert frame["customer_ids"].tolist() == [["1", "2"]]
    assert frame["group"].tolist() == [1]
    assert "same e-mail" in frame["evidence"][0]
    bands = duplicates.duplicate_bands(warehouse, warehouse.audience()).set_index("band")
    assert bands["pairs"].sum() == 1
    assert duplicates.bands_in_words(bands.reset_index()) is not None
    told = duplicates.duplicate_effect(warehouse, warehouse.audience(), band=frame["band"][0])
    assert duplicates.effect_in_words(told) == "Accepting these 1 pairs takes the base from 3 to 2 persons."
    assert found.is_fresh(warehouse)
    warehouse.close()


def test_the_steps_add_up_to_the_odds(warehouse: Warehouse) -> None:
    known = found.read(warehouse)
    (pair,) = known.pairs.itertuples()
    steps = evidence.steps(pair.levels, pair.bits, pair.household, known.start_bits)
    odds = 2 ** sum(each.bits for each in steps)
    assert odds / (1 + odds) == pytest.approx(pair.direct, rel=0.05)


def test_other_tables_name_the_person(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "consents.csv"
    path.write_text("customer id,channel,consent\n2,email,yes\n3,email,no\n")
    bring_in(warehouse, path, kind="consents")
    decide(warehouse, ("main", "1"), ("main", "2"))
    with warehouse.duck.session() as session:
        rows = session.rows("SELECT customer_id, consent FROM mart.consents ORDER BY ALL")
    assert rows == [("1", "yes"), ("3", "no")]


def test_the_sheet_shows_the_rows_of_every_record_however_files_name_it(warehouse: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    ids = ("1", "2", "3", "main:1", "77", "store:77")  # as in the files, and as an export names them later
    path.write_text("invoice id,customer id,issued on,amount\n" + "".join(f"I{id},{id},2024-02-01,5\n" for id in ids))
    bring_in(warehouse, path, "main", kind="invoices")

    def told() -> dict[str, list[str]]:
        asked = warehouse.audience()
        frames = {id: compute(warehouse, "customer_timeline", asked, customer=id) for id in revenues(warehouse)}
        return {id: sorted(frame[frame["kind"] == "invoice"]["reference"]) for id, frame in frames.items()}

    assert told() == {"1": ["I1"], "2": ["I2"], "3": ["I3"]}
    load(warehouse, tmp_path, "store", STORE, STORE_ORDERS)
    apart = {"main:1": ["I1", "Imain:1"], "main:2": ["I2"], "main:3": ["I3"], "store:77": ["Istore:77"]}
    assert told() == apart
    act = decide(warehouse, ("main", "1"), ("store", "77"))
    assert told() == {"main:1": ["I1", "Imain:1", "Istore:77"], "main:2": ["I2"], "main:3": ["I3"]}
    undo(warehouse, act)
    assert told() == apart


def test_rows_of_orders_name_the_person_once(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    load(warehouse, tmp_path, "main", SHOP, SHOP_ORDERS)
    load(warehouse, tmp_path, "store", STORE, STORE_ORDERS)
    path = tmp_path / "lines.csv"
    path.write_text("order id,line no,product id,quantity,unit price,gift\n9,1,p,1,7,yes\n")  # customer as in the order
    bring_in(warehouse, path, "store", kind="order_lines")

    def who() -> list[tuple[str]]:
        with warehouse.duck.session() as session:
            return session.rows("SELECT customer_id FROM mart.order_rows")

    assert who() == [("store:77",)]
    act = decide(warehouse, ("main", "1"), ("store", "77"))
    assert who() == [("main:1",)]
    undo(warehouse, act)
    decide(warehouse, ("main", "1"), ("main", "2"))  # others are joined
    assert who() == [("store:77",)]
    warehouse.close()
