from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from conversion import TODAY, converted

from crm_analytics.errors import BadInput, BadValue, UnknownName
from crm_analytics.ingest.convert import convert
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap

ORDERS = "order id,customer id,date,amount\n"


def orders(dates=("2024-01-05",), amounts=("10.50",), delimiter=","):
    size = max(len(dates), len(amounts))
    dates, amounts = (list(each) * size if len(each) == 1 else each for each in (dates, amounts))
    head = delimiter.join(("order id", "customer id", "date", "amount"))
    rows = (
        delimiter.join((f"A{n}", f"C{n}", f'"{day}"', f'"{amount}"'))
        for n, (day, amount) in enumerate(zip(dates, amounts, strict=True))
    )
    return "\n".join((head, *rows)) + "\n"


@pytest.mark.parametrize(
    ("texts", "expected", "decimal", "currency"),
    [
        (("1.234,56 EUR", "12,50 EUR"), ("1234.56", "12.50"), ",", "EUR"),
        (("€ 12,50", "€ 1.000.000,00"), ("12.50", "1000000"), ",", "EUR"),
        (("$1,234.50", "$7"), ("1234.50", "7"), ".", "$"),
        (("(12.50)", "12.50-", "-$3.00", "$-4.00"), ("-12.50", "-12.50", "-3", "-4"), ".", "$"),
        (("1 234,56", "12\u00a0345,6", "7"), ("1234.56", "12345.6", "7"), ",", None),
        (("1'234.50", "7.25"), ("1234.50", "7.25"), ".", None),
        (("1,234", "999", "12"), ("1234", "999", "12"), ".", None),
        (("0.1", "0.00005", "0.00004999", "-0.00005"), ("0.1", "0.0001", "0", "-0.0001"), ".", None),
        (("99999999999999.9999", ".5", "5."), ("99999999999999.9999", "0.5", "5"), ".", None),
        (("£5.00", "5.00 GBP"), ("5", "5"), ".", "GBP"),
        (("750 руб.", "1 000,50 руб"), ("750", "1000.50"), ",", "RUB"),
        (("9 000,5 FCFA", "12 500 FCFA"), ("9000.5", "12500"), ",", "XOF"),
        (("(3,50) €", "€ (1.000,25)", "12,50- €"), ("-3.5", "-1000.25", "-12.5"), ",", "EUR"),
    ],
)
def test_money_is_exact_in_every_writing(load, texts, expected, decimal, currency):
    found, typed, rejects = load(orders(amounts=texts))
    assert rejects == []
    assert [row["amount"] for row in typed] == [Decimal(each).quantize(Decimal("0.0001")) for each in expected]
    form = found.formats["amount"]
    assert (form.decimal, form.currency) == (decimal, currency)


def test_amounts_that_are_none_are_rejected_with_the_reason(load):
    amounts = ["1.50"] * 12 + ["abc", "", "12%", "1e20", "123456789012345.00", "1.2.3", "12,5", "(5"]
    _, typed, rejects = load(orders(amounts=amounts))
    assert len(typed) == 12
    assert [(value, reason) for _, _, value, reason in rejects] == [
        ("abc", "not a number"),
        ("", "no amount"),
        ("12%", "a percentage, not an amount"),
        ("1e20", "a number out of range"),
        ("123456789012345.00", "a number out of range"),
        ("1.2.3", "not a number"),
        ("12,5", "not a number"),
        ("(5", "not a number"),
    ]
    assert [line for line, *_ in rejects] == list(range(14, 22))


def test_a_second_currency_is_rejected_and_said(load):
    found, typed, rejects = load(orders(amounts=["€1.50", "€2.50", "$3.50", "EUR 4.50", "5.50"]))
    assert [row["line"] for row in typed] == [2, 3, 5, 6]
    assert rejects == [(4, "amount", "$3.50", "in another currency than the other amounts (EUR)")]
    assert any(each.what == "currency in amount" and not each.sure for each in found.evidence)


def test_a_second_currency_in_its_own_column_is_rejected(load):
    _, typed, rejects = load("date,amount,currency\n2024-01-01,1.5,EUR\n2024-01-02,2.5,eur\n2024-01-03,2.5,USD\n")
    assert len(typed) == 2
    assert rejects == [(4, "currency", "USD", "in another currency than the other rows (EUR)")]


def test_numbers_that_can_be_read_two_ways_must_be_chosen(session, write):
    path = write(orders(amounts=["1.234", "5.678", "9.123"]))
    found = recognise(session, path, path.name, today=TODAY)
    assert found.formats["amount"].ambiguous
    assert found.mapping["amount"].confidence < 0.9
    with pytest.raises(BadInput, match=r"decimal point or comma .*Choose the decimal mark"):
        converted(session, found)
    _, typed, _ = converted(session, remap(found, decimal={"amount": ","}))
    assert [row["amount"] for row in typed] == [1234, 5678, 9123]
    _, typed, _ = converted(session, remap(found, decimal={"amount": "."}))
    assert typed[0]["amount"] == Decimal("1.234")


def test_another_column_tells_the_decimal_mark(load):
    found, typed, _ = load("date;amount;tax\n2024-01-01;1.234;0,5\n2024-01-02;5.678;1,25\n")
    assert found.formats["amount"].decimal == ","
    assert [row["amount"] for row in typed] == [1234, 5678]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("2024-01-05", "2024-1-6"), ("2024-01-05", "2024-01-06")),
        (("2024/01/05", "2024.01.06"), ("2024-01-05", "2024-01-06")),
        (("20240105", "20240206"), ("2024-01-05", "2024-02-06")),
        (("05/02/2024", "25/02/2024"), ("2024-02-05", "2024-02-25")),
        (("02/05/2024", "02/25/2024"), ("2024-02-05", "2024-02-25")),
        (("5.2.2024", "25.2.2024"), ("2024-02-05", "2024-02-25")),
        (("25-02-24", "25/02/2024"), ("2024-02-25", "2024-02-25")),
        (("31/12/68", "31/12/99"), (None, "1999-12-31")),
        (("1 Dec 2010", "2 December 2010", "03-Jan-2011"), ("2010-12-01", "2010-12-02", "2011-01-03")),
        (("Dec 1, 2010", "December 22nd, 2010"), ("2010-12-01", "2010-12-22")),
        (("2024-01-05T10:20:30Z", "2024-01-05T23:59:59+02:00"), ("2024-01-05T10:20:30", "2024-01-05T23:59:59")),
        (("2024-01-05 10:20:30.123", "2024-01-05 10:20"), ("2024-01-05T10:20:30.123", "2024-01-05T10:20:00")),
        (("13/01/2024 2:05 pm", "14/01/2024 12:05 AM"), ("2024-01-13T14:05:00", "2024-01-14T00:05:00")),
        (("1/13/2024 2:05:09 p.m.",), ("2024-01-13T14:05:09",)),
    ],
)
def test_dates_in_every_writing(load, texts, expected):
    _, typed, rejects = load(orders(dates=texts))
    kept = [datetime.fromisoformat(each) for each in expected if each]
    assert [row["ordered_at"] for row in typed] == kept
    assert len(rejects) == expected.count(None)


def test_unix_times_only_where_the_header_says_so(load):
    _, typed, _ = load("customer,unix timestamp,amount\n7,1500000000,2.5\n")
    assert typed == [] or typed[0]["ordered_at"] == datetime(2017, 7, 14, 2, 40)
    found, typed, _ = load("customer,timestamp,amount\n7,1500000000,2.5\n8,1500000001,2.5\n")
    assert typed[0]["ordered_at"] == datetime(2017, 7, 14, 2, 40)
    assert "header says so" in found.formats["timestamp"].why


def test_dates_that_are_none_are_rejected_with_the_reason(load):
    days = ["2024-01-05"] * 16 + ["20255-01-01", "1810-05-05", "2024-02-30", "soon", "", "2052-01-01", "NULL"]
    found, typed, rejects = load(orders(dates=days))
    assert len(typed) == 16
    assert [reason for *_, reason in rejects] == [
        "outside the years 1900 to 2200",
        "outside the years 1900 to 2200",
        "not a date as the others are written",
        "not a date as the others are written",
        "no order date",
        "dated after 2025-06-30, the day of the import: in the future",
        "no order date",
    ]
    assert any(each.what == "blanks in date" for each in found.evidence)


def test_the_order_of_day_and_month_is_never_guessed(session, write):
    path = write(orders(dates=["05/02/2024", "03/04/2024", "01/09/2024"]))
    found = recognise(session, path, path.name)
    form = found.formats["date"]
    assert (form.ambiguous, form.order, form.patterns) == (True, None, ())
    assert any(each.what == "dates in date" and not each.sure for each in found.evidence)
    assert found.mapping["date"].confidence < 0.9
    with pytest.raises(BadInput, match=r"day first or month first .*Choose the order"):
        converted(session, found)
    _, typed, _ = converted(session, remap(found, date_order={"date": "DMY"}))
    assert typed[0]["ordered_at"] == datetime(2024, 2, 5)
    _, typed, _ = converted(session, remap(found, date_order={"date": "MDY"}))
    assert typed[0]["ordered_at"] == datetime(2024, 5, 2)


def test_the_sequence_of_the_file_tells_the_order(load):
    days = [f"{day:02d}/{month:02d}/2024" for month in (1, 2, 3) for day in (2, 5, 9)]
    found, typed, _ = load(orders(dates=days))
    assert found.formats["date"].order == "DMY"
    assert "only when read day first" in found.formats["date"].why
    assert typed[-1]["ordered_at"] == datetime(2024, 3, 9)


def test_the_future_tells_the_order(load):
    found, _, rejects = load(orders(dates=["06/12/2025", "03/01/2025", "05/02/2025"]))
    assert found.formats["date"].order == "MDY" or "future" in found.formats["date"].why
    assert rejects == []


def test_dates_in_conflict_follow_the_majority_and_say_so(load):
    days = ["25/01/2024"] * 5 + ["01/26/2024"] * 2 + ["03/04/2024"]
    found, typed, rejects = load(orders(dates=days))
    assert found.formats["date"].order == "DMY"
    assert not found.formats["date"].sure
    assert [row["line"] for row in typed] == [2, 3, 4, 5, 6, 9]
    assert [line for line, *_ in rejects] == [7, 8]


def test_numbers_of_customers_stay_text(load):
    found, typed, _ = load("customer id,date,amount\n00017,2024-01-01,1.5\n 42 ,2024-01-02,1.5\nNULL,2024-01-02,1.5\n")
    assert [row["customer_id"] for row in typed] == ["00017", "42", None]
    _, typed, _ = load("customer id,date,amount\n17850.0,2024-01-01,1.5\n12.0,2024-01-02,1.5\n,2024-01-02,1.5\n")
    assert [row["customer_id"] for row in typed] == ["17850", "12", None]
    found, typed, _ = load("customer id,date,amount\n9e+05,2024-01-01,1.5\n4.0128e+10,2024-01-02,1.5\n")
    assert [row["customer_id"] for row in typed] == ["9e+05", "4.0128e+10"]
    assert any("scientific" in each.found and not each.sure for each in found.evidence)


def test_lines_without_a_quantity_column_count_one_piece(load):
    found, typed, _ = load("order id,date,sku,unit price\n1,2024-01-01,A1,2.50\n1,2024-01-01,B2,3.50\n")
    assert found.kind == "order_lines"
    assert [row["quantity"] for row in typed] == [1.0, 1.0]
    assert any(each.what == "quantity" and not each.sure for each in found.evidence)


def test_a_blank_quantity_beside_a_price_is_rejected(load):
    _, typed, rejects = load("order id,date,sku,quantity,unit price\n1,2024-01-01,A1,2,2.50\n1,2024-01-01,B2,,3.50\n")
    assert [row["line"] for row in typed] == [2]
    assert rejects == [(3, "quantity", "", "no quantity")]


def test_a_birth_date_that_cannot_be_read_is_left_blank_and_kept_as_written(load, session):
    text = (
        "customer id,name,birth date\n1,Ann,1990-05-05\n2,Bob,1991-13-45\n3,Cid,\n4,Dan,1970-01-01\n5,Eve,2000-02-02\n"
    )
    found, typed, rejects = load(text)
    assert found.kind == "customers"
    assert [row["born_on"] for row in typed] == [date(1990, 5, 5), None, None, date(1970, 1, 1), date(2000, 2, 2)]
    assert rejects == []
    assert session.rows("SELECT * FROM blanked") == [
        (3, "birth date", "1991-13-45", "not a date as the others are written: the cell is left blank")
    ]
    assert [row["attributes"] for row in typed] == [None, '{"born_on_as_written":"1991-13-45"}', None, None, None]


def test_other_bad_values_in_optional_fields_reject_the_row(load):
    text = "customer id,name,customer since\n1,Ann,1990-05-05\n2,Bob,1991-13-45\n3,Cid,\n4,Dan,1970-01-01\n5,Eve,2000-02-02\n"
    _, typed, rejects = load(text)
    assert [row["joined_on"] for row in typed] == [date(1990, 5, 5), None, date(1970, 1, 1), date(2000, 2, 2)]
    assert rejects == [(3, "customer since", "1991-13-45", "not a date as the others are written")]


def test_all_causes_of_a_row_are_named_and_broken_rows_too(load, session):
    _, typed, rejects = load(ORDERS + "1,7,2024-01-01,1.5\n" * 8 + "2,8,never,much\n3,9\n")
    assert len(typed) == 8
    assert [(line, column) for line, column, *_ in rejects] == [(10, "date"), (10, "amount"), (11, None)]
    assert session.rows("SELECT line, raw FROM rejects WHERE raw IS NOT NULL") == [(11, "3,9")]


def test_typed_has_every_field_in_order_and_stored_types(load, session):
    from crm_analytics.schema import KINDS

    load(orders())
    columns = session.rows("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'typed'")
    fields = [(each.name, each.stored_as) for each in KINDS["orders"].fields]
    assert columns == [("line", "INTEGER"), *fields, ("attributes", "VARCHAR")]


def test_a_choice_that_does_not_exist_is_refused(session, write):
    path = write(orders())
    found = recognise(session, path, path.name)
    with pytest.raises(UnknownName):
        remap(found, date_order={"when": "DMY"})
    with pytest.raises(BadValue):
        remap(found, date_order={"date": "DDM"})
    with pytest.raises(BadValue):
        remap(found, decimal={"amount": ";"})
    with pytest.raises(UnknownName):
        remap(found, kind="orderz")
    with pytest.raises(UnknownName):
        recognise(session, path, path.name, kind="orderz")
    with pytest.raises(UnknownName):
        convert(session, found, {"date": "colour"}, TODAY)
    with pytest.raises(BadInput, match="both mapped"):
        convert(session, found, {"date": "ordered_at", "order id": "ordered_at"}, TODAY)
    with pytest.raises(BadInput, match="no column gives amount or total_amount"):
        convert(session, found, {"date": "ordered_at"}, TODAY)


def test_hostile_names_and_values_are_only_text(load):
    text = 'customer id,date,amount,"x""; DROP TABLE raw; --",$name\n\'; DROP,2024-01-01,1.5,=1+1,@x\n'
    found, typed, _ = load(text)
    assert typed[0]["customer_id"] == "'; DROP"
    assert list(found.mapping)[3] == 'x"; DROP TABLE raw; --'
