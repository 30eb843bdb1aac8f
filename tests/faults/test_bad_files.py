"""Files that nobody should upload: one clear message with file, line and cure, or rows rejected with line and reason;
the database stays as it was."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from crm_analytics.engine.duck import Duck
from crm_analytics.errors import BadInput, TooLarge
from crm_analytics.ingest.load import keep_original, load
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.review import Review, proposed, review
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.value.pareto import in_units
from crm_analytics.query.facts import build_orders
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import TODAY

HEAD = b"customer,date,amount\n"
GOOD = b"".join(b"C%d,2025-01-%02d,%d.50\n" % (n, 1 + n % 28, n + 1) for n in range(40))

#: Refused as a whole: content, and words that the message must hold.
REFUSED = {
    "empty": (b"", "empty"),
    "header only": (HEAD, "no row of data"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "picture"),
    "login page": (b"<!DOCTYPE html>\n<html><body>\n<p>Sign in, please</p>\n</body></html>\n", "web page"),
    "damaged archive": (gzip.compress(HEAD + GOOD)[:-20], "gzip"),
    "one column": (b"hello\nworld\nagain\nhello\n", "column"),
    "10,000 columns": (b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b",".join([b"1"] * 10_000) + b"\n", "10,000"),
}  # fmt: skip

#: Loaded but for some rows: content, and of each line rejected words of the reason.
REJECTED = {
    "cut off in mid-row": (HEAD + GOOD + b"C99,2025-0", {42: "fields"}),
    "unbalanced quotes": (HEAD + GOOD + b'"C99,2025-01-01,5\n' + GOOD, {42: "quot"}),
    "NUL bytes": (HEAD + GOOD + b"C\x0099,2025-01-01,5\n", {42: "NUL"}),
    "mixed encodings": (HEAD + "Zoë,2025-01-01,5\n".encode() + GOOD + "Zoë,2025-01-02,5\n".encode("cp1252"), {43: "UTF-8"}),
    "impossible cells": (
        HEAD + GOOD.replace(b".50", b".50 EUR")
        + b"C99,20255-01-01,5\nC99,2052-01-01,5\nC99,2025-01-01,5.00 USD\nC99,2025-01-01,none yet\n",
        {42: "1900 to 2200", 43: "future", 44: "another currency", 45: "number"},
    ),
}  # fmt: skip


def state(warehouse: Warehouse) -> tuple[object, ...]:
    """What the database holds."""
    with warehouse.duck.session() as session:
        counts = [
            session.value(f"SELECT count(*) FROM source.{kind}")
            for kind in ("orders", "order_lines", "customers", "rejects")
        ]
        return (warehouse.data_version, *counts, session.value("SELECT count(*) FROM workspace.imports"))


def looked_at(warehouse: Warehouse, path: Path) -> Review:
    """The dry run of a file; its session ends with the test's database."""
    session = warehouse.duck.open_session()
    found = recognise(session, path, path.name, today=TODAY)
    return review(session, found, proposed(found), today=TODAY)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_and_nothing_changes(name: str, tmp_path: Path, warehouse: Warehouse) -> None:
    content, words = REFUSED[name]
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    before = state(warehouse)
    with pytest.raises(BadInput) as refused:
        looked_at(warehouse, path)
    message = str(refused.value)
    assert message.startswith("export.csv")
    assert words in message
    assert refused.value.cure
    assert state(warehouse) == before


@pytest.mark.parametrize("name", REJECTED)
def test_a_broken_row_is_named_and_the_others_go_in(name: str, tmp_path: Path, warehouse: Warehouse) -> None:
    content, reasons = REJECTED[name]
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    before = state(warehouse)
    found = looked_at(warehouse, path)
    assert state(warehouse) == before  # a dry run writes nothing
    rejects = dict(found.session.rows("SELECT line, reason FROM rejects"))
    assert rejects.keys() == reasons.keys()
    assert [words for line, words in reasons.items() if words not in rejects[line]] == [], rejects
    made = load(warehouse, found, path, "the test")
    assert made.new + made.same + made.changed + made.rejected == made.rows_read
    with warehouse.duck.session() as session:
        kept = session.rows("SELECT line, reason FROM source.rejects ORDER BY line")
    assert dict(kept) == rejects


def test_amounts_in_words_of_another_country_are_read_exactly(tmp_path: Path, warehouse: Warehouse) -> None:
    path = tmp_path / "umsatz.csv"
    rows = "".join(f"K{n};{1 + n % 28:02}.03.2025;1.{n:03},56 EUR\n" for n in range(40))
    path.write_text("Kunde;Datum;Betrag\n" + rows, encoding="cp1252")
    found = looked_at(warehouse, path)
    assert (found.rejected, found.currency) == (0, "EUR")
    load(warehouse, found, path, "the test")
    with warehouse.duck.session() as session:
        assert float(session.value("SELECT sum(net_amount) FROM mart.orders")) == pytest.approx(
            sum(1000 + n + 0.56 for n in range(40))
        )


def test_a_file_in_another_currency_is_refused_with_the_cure(tmp_path: Path, warehouse: Warehouse) -> None:
    first, second = tmp_path / "eur.csv", tmp_path / "usd.csv"
    first.write_bytes(HEAD + GOOD.replace(b".50", b".50 EUR"))
    second.write_bytes(HEAD + GOOD.replace(b".50", b".50 USD"))
    load(warehouse, looked_at(warehouse, first), first, "the test")
    before = state(warehouse)
    with pytest.raises(BadInput, match=r"usd\.csv: its amounts are in USD, the loaded ones in EUR"):
        looked_at(warehouse, second)
    assert state(warehouse) == before


def test_amounts_too_large_in_sum_are_refused_with_the_line(tmp_path: Path, warehouse: Warehouse) -> None:
    large, more, one_order, single, many = (
        tmp_path / f"{name}.csv" for name in ("large", "more", "one order", "single", "many")
    )
    large.write_bytes(
        HEAD + GOOD + b"C1,2024-01-01,60000000000000\n,2024-01-02,90000000000000\n,2024-01-03,90000000000000\n"
        b"C2,2024-01-04,60000000000000\nC2,2024-01-05,-60000000000000\n"
    )
    load(warehouse, looked_at(warehouse, large), large, "the test")
    row = compute(warehouse, "pareto", warehouse.audience()).iloc[0]
    assert (row["customers"], row["customers_for_80"], row["revenue"] > 6e13) == (40, 1, True)
    assert sum(in_units(pd.DataFrame({"revenue": [9e13], "customers": [20_000]}), "revenue")) == 18 * 10**21
    more.write_bytes(HEAD + b"C3,2025-02-01,5\nC2,2024-02-01,-60000000000000\n")
    lines = b"order,customer,date,sku,amount\n7,C9,2025-01-01,a,1\n7,C9,2025-01-01,b,60000000000000\n7,C9,2025-01-01,c,50000000000000\n"
    one_order.write_bytes(lines)
    before = state(warehouse)
    too_large, advice = (
        " amounts come to more than 99,999,999,999,999",
        " Nothing was changed. Look for numbers that are no amounts,",
    )
    of = ": the orders of customer {} come to 120,000,000,000,00{} in sum; the largest is one without a number of 2024-0{}."
    for path, why in (
        (more, f"more.csv, line 3:{too_large}{of.format('C2', 0, '2-01')}{advice}"),
        (one_order, f"one order.csv, line 3:{too_large}.{advice}"),
    ):
        with pytest.raises(BadInput, match=re.escape(why)):
            load(warehouse, looked_at(warehouse, path), path, "the test")
        assert state(warehouse) == before
    joined = "UPDATE source.orders SET customer_id = 'C1' WHERE customer_id = 'C2'"  # as where records are joined
    with warehouse.duck.session() as session, pytest.raises(TooLarge, match="C1"), warehouse.changing():
        session.do(joined)
    assert state(warehouse) == before
    with warehouse.duck.session() as session:  # as code of before let in
        session.do(joined)
        build_orders(session, warehouse.preferences, opening=True)
    many.write_bytes(HEAD + GOOD.replace(b"2025-", b"2024-"))
    why = f"many.csv:{too_large}{of.format('C1', 8, '1-04')} Nothing was changed. That order is line 45 of large.csv: "
    with pytest.raises(BadInput, match=re.escape(why) + ".* import 1 must not hold: undo it"):
        load(warehouse, looked_at(warehouse, many), many, "the test")
    single.write_bytes(HEAD + b"C3,2025-02-01,5\nC4,2025-02-01,5\n")  # whose orders are looked at: only of these two
    assert load(warehouse, looked_at(warehouse, single), single, "the test").new == 2


def test_a_sum_of_money_that_does_not_fit_is_told_in_our_words_and_other_failures_are_not_taken_for_one() -> None:
    duck = Duck(None)
    with duck.session() as session:
        sums = ("CAST(1e15 AS DECIMAL(18, 4))", "x * x", "CAST(x + x AS DECIMAL(18, 4))")
        for each in sums:
            with pytest.raises(TooLarge, match=r"^Amounts come to more than 99,999,999,999,999\. Look for numbers"):
                session.value(f"SELECT {each} FROM (SELECT CAST(99999999999999 AS DECIMAL(18, 4)) AS x)")
        with pytest.raises(duckdb.ConversionException, match="INT32"):
            session.value("SELECT CAST(10000000000 AS INTEGER)")
    duck.close()


def test_a_file_that_somebody_still_writes_is_refused(tmp_path: Path, warehouse: Warehouse) -> None:
    path = tmp_path / "growing.csv"
    path.write_bytes(HEAD + GOOD)

    def grow(_share: float, _words: str) -> None:
        with path.open("ab") as file:
            file.write(b"C99,2025-01-01,5\n")

    with (
        warehouse.duck.session() as session,
        pytest.raises(BadInput, match=r"growing\.csv: the file changed while it was read\. Wait"),
    ):
        recognise(session, path, path.name, today=TODAY, progress=grow)
    with pytest.raises(BadInput, match="changed"):  # between the review and the load: other bytes than were read
        keep_original(warehouse, path, "0" * 64)
    assert not list(warehouse.settings.originals.iterdir())
