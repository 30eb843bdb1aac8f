"""Cells that cannot be read, and what a person can do about them before the file is loaded."""

from __future__ import annotations

import streamlit as st

from crm_analytics import formats
from crm_analytics.ingest.contents import void_in_vain
from crm_analytics.ingest.repairs import SHOWN, Repairable, Repairs, repairable
from crm_analytics.ingest.review import Review
from crm_analytics.ingest.voids import Voids
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui.shell import inert, spoken
from crm_analytics.ui.upload_jobs import mend
from crm_analytics.ui.uploads import Reading, Upload, begin

ORDERS = {"DMY": "day first", "MDY": "month first"}
DECIMALS = {".": "decimal point", ",": "decimal comma"}


def made(review: Review) -> None:
    """What was repaired."""
    for each in review.repaired:
        st.caption(f":material/build: {inert(each['words'])}")
    if words := void_in_vain(review):
        st.warning(inert(words), icon=":material/remove_shopping_cart:")


def void(warehouse: Warehouse, number: str, upload: Upload, found: Voids) -> None:
    """Orders that the file calls cancelled or the like, and the button that counts them for nothing."""
    st.warning(inert(f"{found.words}."), icon=":material/remove_shopping_cart:")
    label = f"Count these {_rows(found.rows)} for nothing"
    about = "Their money and pieces become 0, also of orders that were loaded before they were cancelled. Later files are read so, too."
    if st.button(label, key=f"void_{number}", icon=":material/money_off:", help=about):
        _mend(warehouse, number, upload, Repairs(void={found.column: list(found.texts)}), Reading())


def offered(warehouse: Warehouse, number: str, upload: Upload, review: Review) -> None:
    """For every column with cells that reject their rows: its repairs."""
    for each in repairable(upload.session, review.recognition, review.kind, review.mapping):
        column, rows = each.column, each.rows + each.blanks
        if "blank" in each.ways and column not in upload.repairs.blank:
            label = f"Keep {formats.count(each.rows)} rows, leave their {inert(column)} blank"
            if st.button(label, key=f"blank_{number}_{column}", icon=":material/ink_eraser:"):
                _mend(warehouse, number, upload, Repairs(blank=frozenset({column})), Reading())
        title = f"Repair {inert(column)} ({_rows(rows)})"
        with st.expander(title, key=f"repair_{number}_{column}", icon=":material/build:"):
            _column(warehouse, number, upload, each)


def _column(warehouse: Warehouse, number: str, upload: Upload, found: Repairable) -> None:
    """The form of one column: an input per text that cannot be read, a default, the order of dates, the decimal mark."""
    column, key = found.column, f"{number}_{found.column}"
    order, mark = _in_force(upload, column)
    with st.form(f"form_{key}", border=False):
        if found.values:
            st.caption(
                "Write what each should be, as the other values of the column are written; leave it empty to change nothing."
                + (
                    f" The {SHOWN} most frequent of {formats.count(found.distinct)} are shown."
                    if found.distinct > SHOWN
                    else ""
                )
            )
        with st.grid(3, min_column_width=200, gap="small"):
            values = {
                text: st.text_input(f"{spoken(text)} ({_rows(rows)})", key=f"value_{place}_{key}", max_chars=200)
                for place, (text, rows) in enumerate(found.values)
            }
            blanks = f"Blank cells ({_rows(found.blanks)})"
            default = st.text_input(blanks, key=f"fill_{key}", max_chars=200) if "fill" in found.ways else ""
            dates = (
                _choice("Order of day and month", ORDERS, order, f"order_{key}") if "date_order" in found.ways else None
            )
            decimal = _choice("Decimal mark", DECIMALS, mark, f"mark_{key}") if "decimal" in found.ways else None
        if st.form_submit_button("Repair and review again", icon=":material/fact_check:"):
            given = {was: becomes for was, becomes in values.items() if becomes.strip()}
            wanted = Repairs(
                values={column: given} if given else {}, defaults={column: default} if default.strip() else {}
            )
            reading = Reading(
                {column: dates} if dates and dates != order else {},
                {column: decimal} if decimal and decimal != mark else {},
            )
            _mend(warehouse, number, upload, wanted, reading)


def _rows(number: int) -> str:
    return f"{formats.count(number)} row{'' if number == 1 else 's'}"


def _in_force(upload: Upload, column: str) -> tuple[str | None, str | None]:
    """The order of dates and the decimal mark in force."""
    form = upload.recognition.formats[column] if upload.recognition else None
    return (form.order, form.decimal) if form else (None, None)


def _choice(label: str, answers: dict[str, str], found: str | None, key: str) -> str | None:
    known = list(answers)
    return st.selectbox(
        label, known, index=known.index(found) if found in known else None, key=key, format_func=answers.__getitem__,
        placeholder="as found",
    )  # fmt: skip


def _mend(warehouse: Warehouse, number: str, upload: Upload, repairs: Repairs, reading: Reading) -> None:
    begin(number, upload, f"Reviewing {upload.name}", lambda job: mend(upload, warehouse, repairs, reading, job))
    st.rerun()
