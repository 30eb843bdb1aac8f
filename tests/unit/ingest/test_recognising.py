from __future__ import annotations

import gzip
import json
from decimal import Decimal

import pytest
from conversion import converted

from crm_analytics.errors import BadInput
from crm_analytics.ingest import review
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap


def fields(found):
    return {column: guess.field for column, guess in found.mapping.items() if guess.field}


@pytest.mark.parametrize(
    ("header", "expected"),
    [("InvoiceNo", "invoice no"), ("CustomerID", "customer id"), ("order_id", "order id"), ("Order #", "order"),
     (" Order  Date ", "order date"), ("DATE DATE", "date"), ("n° pedido", "no pedido"), ("URLPath", "url path")],
)  # fmt: skip
def test_headers_are_brought_to_one_form(header, expected):
    assert plain(header) == expected


def test_accents_can_be_taken_off():
    assert without_accents(plain("Código Cliente")) == "codigo cliente"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Order ID,Customer,Order Date,Total\n1,7,2024-01-01,5.5\n", "orders", {"Total": "total_amount"}),
        ("pedido;cliente;fecha;importe\n1;7;2024-01-01;5,5\n", "orders", {"importe": "amount", "fecha": "ordered_at"}),
        ("Bestellnummer;Kundennummer;Datum;Betrag\nB1;K7;13.01.2024;5,50\n", "orders", {"Datum": "ordered_at"}),
        ("номер заказа;клиент;дата;сумма\n1;7;13.01.2024;5,50\n", "orders", {"сумма": "amount"}),
        (
            "order,date,sku,qty,price\n1,2024-01-01,A1,2,5.5\n",
            "order_lines",
            {"sku": "product_id", "price": "unit_price"},
        ),
        ("customer id,email,city\n1,a@b.example,Faro\n2,c@d.example,Lisboa\n", "customers", {"email": "email"}),
        ("sku,product name,category,cost\nA1,Cup,Mugs,2.5\n", "products", {"cost": "unit_cost"}),
        ("colour,shape\nred,round\nblue,square\n", None, {}),
    ],
)
def test_kinds_are_told_by_their_columns(session, write, text, kind, expected):
    path = write(text)
    found = recognise(session, path, path.name)
    assert found.kind == kind
    assert expected.items() <= fields(found).items()
    assert list(found.mapping) == list(found.layout.columns)
    assert all(guess.reason for guess in found.mapping.values())


def test_a_usual_name_with_unfitting_values_is_not_sure(session, write):
    path = write("customer id,date,amount\n1,2024-01-01,cheap\n2,2024-01-02,dear\n")
    found = recognise(session, path, path.name)
    assert all(guess.confidence < 0.9 for guess in found.mapping.values() if guess.field == "amount")
    assert found.kind_confidence <= 0.9


def test_two_columns_for_one_field_are_not_sure(session, write):
    path = write(
        "invoice no,invoice date,order date,amount\n1,2024-01-02,2024-01-01,5.5\n2,2024-02-02,2024-02-01,5.5\n"
    )
    found = recognise(session, path, path.name)
    (guess,) = [each for each in found.mapping.values() if each.field == "ordered_at"]
    assert guess.confidence < 0.9
    assert "could be meant too" in guess.reason


def test_names_of_people_are_no_order_numbers(session, write):
    path = write("Name,Date,Total\nJohn Smith,2024-01-05,10.5\nAnn Lee,2024-01-06,11.5\n")
    found = recognise(session, path, path.name)
    assert fields(found) == {"Name": "customer_id", "Date": "ordered_at", "Total": "total_amount"}
    assert found.mapping["Name"].confidence < 0.9


def test_totals_of_an_order_are_not_those_of_its_lines(session, write):
    text = "Name,Created at,Subtotal,Lineitem sku,Lineitem quantity,Lineitem price\n#1001,2024-01-01,9.5,A1,2,1.5\n"
    path = write(text + "#1001,2024-01-01,,B2,1,6.5\n")
    found = recognise(session, path, path.name)
    assert found.kind == "order_lines"
    assert fields(found)["Lineitem price"] == "unit_price"
    assert "amount" not in fields(found).values()
    assert fields(found)["Name"] == "order_id"


def test_texts_with_categories_are_lines_of_somebody_and_expenses_of_nobody(session, write):
    rows = "".join(f"7,2024-01-{day:02},Thing {day},Food,{day}.5\n" for day in range(1, 25))
    path = write(f"Customer,Date,Description,Category,Net\n{rows}")
    found = recognise(session, path, path.name)
    assert (found.kind, fields(found)["Category"]) == ("order_lines", "product_line")
    path = write("Date,Description,Category,Amount\n" + rows.replace("7,2024", "2024"))
    assert recognise(session, path, path.name).kind != "order_lines"


def test_counts_are_a_yes_of_one_person_and_none_of_a_report(session, write):
    rows = "".join(f"c{day % 3},2024-01-{day:02},{day + 40},{day % 3 + day},{day}\n" for day in range(1, 25))
    path = write(f"Campaign,Date,Delivered,Opens,Clicks\n{rows}")
    assert recognise(session, path, path.name).kind == "campaigns"
    path = write(f"Campaign,Date,Customer ID,Opens,Clicks\n{rows}")
    found = recognise(session, path, path.name)
    assert (found.kind, fields(found)["Clicks"]) == ("contacts", "clicked")


def test_a_report_on_advertising_is_asked_about_as_what_was_spent(session, write):
    path = write("Date,Campaign,Impressions,Clicks,Cost,Conversions,Conversion Value\n2025-01-01,a,21,1,1.8,1,9.7\n")
    found = recognise(session, path, path.name)
    assert (found.kind, fields(found)) == ("costs", {"Date": "period_start", "Cost": "amount"})
    assert review.unsure(found)
    path = write("Campaign,Start date,End date,Impressions,Cost\na,2025-01-01,2025-02-01,212,151.8\n")
    found = recognise(session, path, path.name)
    assert found.kind == "campaigns"


def test_a_kind_that_is_a_guess_is_asked_about_with_what_else_it_may_be(session, write):
    path = write("Customer ID,Foo\n" + "".join(f"C{number},bar\n" for number in range(30)))
    found = recognise(session, path, path.name)
    assert (found.kind, found.likely_kinds[0]) == ("customers", "customers")
    first, second = (each.replace("_", " ") for each in found.likely_kinds[1:3])
    assert f"Is this a table of customers? Its rows may be {first} or {second}." in review.unsure(found)


@pytest.mark.parametrize(
    ("column", "beside", "meant"),
    [("Item", "Brand", "product_id"), ("Product", "SKU", "product_name"), ("Article", "Category", "product_id")],
)
def test_what_is_called_product_is_its_name_only_beside_its_number(session, write, column, beside, meant):
    value = "Red cup" if beside == "SKU" else "A-1"
    path = write(f"{column},{beside},Unit Cost\n{value},B-7,1.5\n{value}b,B-8,2.5\n")
    found = recognise(session, path, path.name)
    assert (found.kind, fields(found)[column]) == ("products", meant)


@pytest.mark.parametrize(("column", "meant"), [("product_id", "product_id"), ("Article", None)])
@pytest.mark.parametrize("values", ["xy", "01"])
def test_of_two_values_that_may_be_yes_and_no_the_very_name_of_a_number_makes_ids(
    session, write, column, meant, values
):
    rows = "".join(f"{n},a,2024-01-0{n},{values[n > 2]},2,10\n" for n in range(1, 5))
    found = recognise(session, write(f"order_id,customer_id,order_date,{column},quantity,unit_price\n{rows}"), "f.csv")
    assert fields(found).get(column) == meant


def test_kind_and_mapping_can_be_overruled_without_reading_again(session, write):
    path = write("who,when,how much\n7,2024-01-01,5.5\n8,2024-01-02,6.5\n")
    found = recognise(session, path, path.name)
    path.unlink()
    chosen = remap(found, kind="orders", mapping={"who": "customer_id", "when": "ordered_at", "how much": "amount"})
    assert chosen.mapping["who"].confidence == 1.0
    again = remap(chosen, date_order={"when": "YMD"})
    assert again.mapping["how much"].field == "amount"
    _, typed, _ = converted(session, again)
    assert [row["amount"] for row in typed] == [Decimal("5.5"), Decimal("6.5")]


def test_staged_rows_are_as_written(session, write):
    path = write('id,note\n1," padded "\n2,NULL\n3\n4,\n')
    found = recognise(session, path, path.name, kind="customers")
    assert (found.rows, found.broken) == (3, 1)
    assert session.rows("SELECT * FROM raw ORDER BY line") == [(2, "1", " padded "), (3, "2", "NULL"), (5, "4", "")]
    assert session.rows("SELECT line, text FROM broken") == [(4, "3")]
    assert json.loads(json.dumps(found.as_dict()))["rows_read"] == 4


@pytest.mark.parametrize(
    "text", ["order id|date||amount\n1|2024-01-05||5\n", "order id,date,amount,\n1,2024-01-05,5,\n"]
)
def test_columns_with_neither_name_nor_value_are_left_out(session, write, text):
    path = write(text)
    found = recognise(session, path, path.name)
    assert (found.layout.columns, found.kind) == (("order id", "date", "amount"), "orders")
    assert "columns left out" in [each.what for each in found.evidence]
    assert session.rows("SELECT * FROM raw") == [(2, "1", "2024-01-05", "5")]


def test_blank_columns_with_a_name_or_without_a_header_stay(session, write):
    for text, columns in (("id,date,amount,note\n1,2024-01-05,5,\n", 4), ("1,2024-01-05,5,\n2,2024-01-06,7,\n", 4)):
        path = write(text)
        assert len(recognise(session, path, path.name).layout.columns) == columns


def test_progress_is_told_and_ends_at_one(session, write):
    told = []
    path = write("id,name\n" + "1,a\n" * 100)
    recognise(session, path, path.name, progress=lambda share, words: told.append((share, words)))
    assert told[-1][0] == 1.0
    assert [share for share, _ in told] == sorted(share for share, _ in told)


def test_a_column_without_sense_is_refused(session, write):
    path = write("dear diary\ntoday nothing\nhappened again\n")
    with pytest.raises(BadInput, match="not divided into columns"):
        recognise(session, path, path.name)


def test_a_file_of_broken_rows_is_refused_naming_the_first(session, write):
    path = write(b"id,name\n1,\x00a\n2,b\x00\n")
    with pytest.raises(BadInput, match="none of its 2 rows") as caught:
        recognise(session, path, path.name)
    assert (caught.value.line, bool(caught.value.cure)) == (2, True)


def test_cdnow_without_a_header(session, shared):
    path = shared / "cdnow" / "CDNOW_sample.txt"
    found, typed, rejects = converted(session, recognise(session, path, path.name))
    assert (found.kind, found.rows, found.broken, rejects) == ("orders", 6_919, 0, [])
    assert all(guess.confidence <= 0.6 for guess in found.mapping.values())
    assert fields(found) == {
        "column_1": "customer_id", "column_3": "ordered_at", "column_4": "units", "column_5": "amount"
    }  # fmt: skip
    assert sum(row["amount"] for row in typed) == Decimal("244091.94")
    assert len({row["customer_id"] for row in typed}) == 2_357


def test_cdnow_with_a_header(session, shared):
    path = shared / "cdnow" / "cdnowElog.csv"
    found, typed, _ = converted(session, recognise(session, path, path.name))
    assert fields(found) == {"masterid": "customer_id", "date": "ordered_at", "cds": "units", "sales": "amount"}
    assert all(guess.confidence > 0.9 for guess in found.mapping.values() if guess.field)
    assert sum(row["units"] for row in typed) == 16_479


@pytest.mark.parametrize(
    ("day", "rows", "total"),
    [("2010-12-01", 3_108, "58635.56"), ("2010-12-05", 2_725, "31383.95"), ("2011-12-09", 1_632, "32131.53")],
)
def test_online_retail_by_day(session, shared, day, rows, total):
    path = shared / "online_retail" / "by-day" / f"{day}.csv"
    found, typed, rejects = converted(session, recognise(session, path, path.name))
    assert (found.kind, len(typed), rejects) == ("order_lines", rows, [])
    assert all(guess.confidence > 0.9 for guess in found.mapping.values())
    assert sum(Decimal(row["quantity"]) * row["unit_price"] for row in typed) == Decimal(total)
    assert all("." not in row["customer_id"] for row in typed if row["customer_id"])


def test_the_bank_file_holds_contacts_of_a_campaign(session, shared, write):
    path = write(gzip.decompress((shared / "bank" / "bank-full.csv.gz").read_bytes()))
    found, typed, _ = converted(session, recognise(session, path, path.name))
    assert (found.layout.delimiter, found.rows, found.broken, found.kind) == (";", 45_211, 0, "contacts")
    assert fields(found) == {"contact": "channel", "campaign": "campaign_id", "y": "converted"}
    assert sum(row["converted"] for row in typed) == 5_289
    assert json.loads(typed[0]["attributes"])["poutcome"] == "unknown"


def test_the_telco_file_holds_customers(session, shared):
    path = shared / "telco_churn" / "Telco-Customer-Churn.csv"
    found, typed, _ = converted(session, recognise(session, path, path.name))
    assert (found.kind, len(typed)) == ("customers", 7_043)
    assert fields(found) == {"customerID": "customer_id", "gender": "gender"}


def test_complete_journey(session, shared, write):
    packed = shared / "completejourney" / "transactions_sample.csv.gz"
    path = write(gzip.decompress(packed.read_bytes()))
    found, typed, rejects = converted(session, recognise(session, path, path.name))
    assert (found.kind, len(typed), rejects) == ("order_lines", 75_000, [])
    assert fields(found) == {
        "household_id": "customer_id", "basket_id": "order_id", "product_id": "product_id", "quantity": "quantity",
        "sales_value": "amount", "transaction_timestamp": "ordered_at",
    }  # fmt: skip
    assert round(sum(row["amount"] for row in typed), 2) == Decimal("233935.24")
    path = shared / "completejourney" / "campaigns.csv"
    assert recognise(session, path, path.name).kind == "contacts"
    path = shared / "completejourney" / "coupon_redemptions.csv"
    assert recognise(session, path, path.name).kind == "benefits"


def test_nps_dates_are_day_first(session, shared):
    path = shared / "nps_bank" / "NPStimeseries.csv"
    found = recognise(session, path, path.name)
    assert found.formats["Survey date"].order == "DMY"
    chosen = remap(found, kind="customers", mapping={"ID": "customer_id", "Survey date": "joined_on"})
    converted(session, chosen)
    wrong = """SELECT count(*) FROM typed JOIN raw USING (line) WHERE month(joined_on) <> CAST(c4 AS INTEGER)"""
    assert session.value(wrong) == 0
    assert session.value("SELECT count(*) FROM typed") == 5_000
