"""The dirty twin of each file: the same rows with counted faults, in the formats that real exports come in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from crm_analytics.engine.duck import Session, quoted

#: A dirty twin has at most this many of the clean rows, whatever the size of the company.
MOST_ROWS = 100_000

BAD_DATES = "['31.02.2025', '00.00.0000', 'yesterday', '2025-13-45']"


@dataclass(frozen=True)
class Spoiling:
    """How a file is written and where its faults go.

    key: column that is blanked; date, number, parent: columns that get a wrong date, a wrong number, a reference to
    nothing (empty: no such fault). `dates` and `numbers` are all columns of that meaning, for the file's own style;
    `day_first` writes 31.12.2025 for 2025-12-31.
    """

    file: str
    key: str = ""
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal_comma: bool = False
    day_first: bool = False
    date: str = ""
    number: str = ""
    parent: str = ""
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def faults(self) -> tuple[tuple[str, str], ...]:
        """Kind and column of each fault, in the order in which rows are given to them."""
        every = (
            ("bad_date", self.date),
            ("future_date", self.date),
            ("bad_number", self.number),
            ("decimal_comma", "" if self.decimal_comma else self.number),
            ("blank_id", self.key),
            ("orphan", self.parent),
        )
        return (*((kind, column) for kind, column in every if column), ("duplicate", ""))


SPOILINGS = (
    Spoiling("customers", "customer_id", "\t", "utf-8-sig", date="registered_on", dates=("registered_on",)),
    Spoiling(
        "products", "product_id", ";", "cp1252", decimal_comma=True,
        number="list_price", numbers=("unit_cost", "list_price"),
    ),
    Spoiling(
        "orders", "order_id", ";", "cp1252", decimal_comma=True, day_first=True, date="order_date", number="amount",
        parent="customer_id", dates=("order_date",), numbers=("amount",),
    ),
    Spoiling(
        "order_lines", "order_id", date="order_date", number="unit_price", parent="product_id",
        dates=("order_date",), numbers=("unit_price", "discount", "amount"),
    ),
    Spoiling("deliveries", "order_id", "|", date="promised_on", parent="order_id", dates=("promised_on",)),
    Spoiling(
        "customers_store", "card_number", ";", "cp1252", day_first=True,
        date="registered_on", dates=("birth_date", "registered_on"),
    ),
    Spoiling(
        "orders_store", "receipt_no", "\t", "utf-16", day_first=True, date="date", number="amount",
        parent="card_number", dates=("date",), numbers=("amount",),
    ),
    Spoiling("consents", parent="customer_id"),
    Spoiling("memberships", "membership_id", ";", "cp1252", date="joined_on", parent="customer_id"),
    Spoiling("benefits", "benefit_id", date="given_on", number="value", parent="customer_id"),
    Spoiling(
        "invoices", "invoice_id", ";", "cp1252", decimal_comma=True, day_first=True, date="issued_on", number="amount",
        parent="order_id", dates=("issued_on", "due_on", "paid_on"), numbers=("amount",),
    ),
    Spoiling("interactions", "interaction_id", "|", date="happened_at", parent="customer_id"),
    Spoiling("campaigns", "campaign_id", ";", date="start_date", number="fixed_cost"),
    Spoiling("contacts", "contact_id", date="contact_date", parent="customer_id"),
    Spoiling("survey_answers", "answer_id", ";", "utf-8-sig", date="answered_at", number="score", parent="customer_id"),
    Spoiling("cases", "case_id", date="opened_at", parent="order_id"),
    Spoiling("market", "month", ";", "cp1252", number="market_volume"),
    Spoiling("costs", "month", number="amount"),
    Spoiling("programme", "programme_id", "\t", number="budget"),
    Spoiling("objectives", "objective_id", ";", "cp1252", date="due_on"),
    Spoiling("actions", "action_id", ";", "cp1252", date="scheduled_on", number="budget", parent="campaign_id"),
)  # fmt: skip


def write_dirty(session: Session, out: Path) -> None:
    """Write `out`/dirty/*.csv from `out`/*.csv, and dirty/expected.json with the faults in each."""
    folder = out / "dirty"
    folder.mkdir(exist_ok=True)
    expected = {f"{each.file}.csv": _spoil(session, each, out, folder) for each in SPOILINGS}
    text = json.dumps(expected, indent=2) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8", newline="\n")


def _spoil(session: Session, spoiling: Spoiling, out: Path, folder: Path) -> dict[str, object]:
    file = _literal(out / f"{spoiling.file}.csv")
    source = f"(FROM read_csv('{file}', all_varchar = true, header = true, delim = ',') LIMIT {MOST_ROWS})"
    columns = [row[0] for row in session.rows(f"DESCRIBE FROM {source}")]
    clean = session.value(f"FROM {source} SELECT count(*)")
    each = max(1, clean // 100)
    faults = spoiling.faults()[: clean // each]
    plain, target = folder / f"{spoiling.file}.utf8", folder / f"{spoiling.file}.csv"
    session.do(
        f"COPY ({_select(spoiling, faults, columns, source, each)}) TO '{_literal(plain)}' "
        f"(FORMAT csv, HEADER, DELIMITER '{spoiling.delimiter}')"
    )
    _encode(plain, target, spoiling.encoding)
    plain.unlink()
    doubled = each if ("duplicate", "") in faults else 0
    return {
        "clean_rows": clean,
        "rows": clean + doubled,
        "delimiter": spoiling.delimiter,
        "encoding": spoiling.encoding,
        "decimal_mark": "," if spoiling.decimal_comma else ".",
        "date_order": "day first" if spoiling.day_first else "year first",
        "faults": [{"kind": kind, "column": column or None, "rows": each} for kind, column in faults],
    }


def _select(spoiling: Spoiling, faults: tuple[tuple[str, str], ...], columns: list[str], source: str, each: int) -> str:
    """Rows are shuffled by seed and dealt to the faults, `each` to a fault, so that no row has two."""
    cells = ", ".join(f"{_cell(spoiling, faults, column)} AS {quoted(column)}" for column in columns)
    twice = f"1 + (fault = {faults.index(('duplicate', ''))})::INTEGER" if ("duplicate", "") in faults else "1"
    return f"""
        WITH clean AS (SELECT row_number() OVER () AS row_no, * FROM {source}),
        dealt AS (
            SELECT *, (row_number() OVER (ORDER BY draw('{spoiling.file}', row_no), row_no) - 1) // {each} AS fault
            FROM clean
        ),
        copied AS (SELECT *, unnest(range({twice})) AS copy FROM dealt)
        SELECT {cells} FROM copied ORDER BY row_no, copy"""


def _cell(spoiling: Spoiling, faults: tuple[tuple[str, str], ...], column: str) -> str:
    name = quoted(column)
    styled = name
    if column in spoiling.dates and spoiling.day_first:
        styled = (
            f"CASE WHEN length({name}) > 10 THEN strftime({name}::TIMESTAMP, '%d.%m.%Y %H:%M:%S') "
            f"ELSE strftime({name}::DATE, '%d.%m.%Y') END"
        )
    if column in spoiling.numbers and spoiling.decimal_comma:
        styled = f"replace({name}, '.', ',')"
    wrong = {
        "bad_date": f"{BAD_DATES}[pick('bad date', row_no, 4) + 1]",
        "future_date": "'14.03.2052'" if spoiling.day_first else "'2052-03-14'",
        "bad_number": "'n/a'",
        "decimal_comma": f"replace(format('{{:.2f}}', {name}::DOUBLE), '.', ',')",
        "blank_id": "NULL",
        "orphan": "'X' || row_no",
    }
    cases = " ".join(f"WHEN {at} THEN {wrong[kind]}" for at, (kind, where) in enumerate(faults) if where == column)
    return f"CASE fault {cases} ELSE {styled} END" if cases else styled


def _encode(plain: Path, target: Path, encoding: str) -> None:
    with (
        plain.open(encoding="utf-8", newline="") as reading,
        target.open("w", encoding=encoding, newline="") as writing,
    ):
        while part := reading.read(1 << 20):
            writing.write(part)


def _literal(path: Path) -> str:
    return str(path).replace("'", "''")
