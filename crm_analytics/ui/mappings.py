"""What people decided of files: the next ones with the same headers are read so too, until it is forgotten."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.ingest import load
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain
from crm_analytics.workspace import mappings
from crm_analytics.workspace.mappings import Remembered

_ORDERS = {"DMY": "the day first", "MDY": "the month first", "YMD": "the year first"}


def card(warehouse: Warehouse) -> None:
    """All decisions, in the order of `crm-analytics mappings`; one of them in full, and the way to forget it."""
    with warehouse.duck.session() as reading:
        known = mappings.listed(reading)
    words = "The next file of the source with the same columns is read like this. What is loaded stays as it is."
    with show.card("mappings", "Decided of files", words):
        if not known:
            show.nothing("Nothing was decided by hand: every file was read as recognised.")
            return
        _list(known)
        labels = [_label(number, each) for number, each in enumerate(known, start=1)]
        place = st.selectbox(
            "Decision", range(len(known)), format_func=labels.__getitem__, key="mapping_chosen", width=420
        )
        chosen = known[place]
        show.rows(_columns(chosen), "mapping_columns", row_height=30)
        st.button(
            "Forget it", key="forget_mapping", icon=":material/ink_eraser:", on_click=_forget,
            args=(warehouse, chosen), help="The next file with these columns is recognised anew.",
        )  # fmt: skip
        complain("mappings")


@acting("mappings")
def _forget(warehouse: Warehouse, chosen: Remembered) -> None:
    load.forget(warehouse, chosen, session.who())


def _list(known: list[Remembered]) -> None:
    rows = [
        (number, each.source, _kind(each), each.who, each.saved_at, ", ".join(each.headers))
        for number, each in enumerate(known, start=1)
    ]
    frame = pd.DataFrame(rows, columns=["number", "source", "kind", "who", "when", "columns of the file"])
    show.rows(frame, "mappings_table", row_height=30)


def _label(number: int, each: Remembered) -> str:
    return f"{number}: {_kind(each)} of {each.source}, {formats.count(len(each.headers))} columns"


def _kind(each: Remembered) -> str:
    return each.kind.replace("_", " ")


def _columns(chosen: Remembered) -> pd.DataFrame:
    """Of each column of the file the field that it gives, and what else was decided of it."""
    fields = chosen.said.get("columns", {})
    rows = [(column, _field(chosen, fields.get(column)), _reading(chosen.said, column)) for column in chosen.headers]
    return pd.DataFrame(rows, columns=["column of the file", "is", "read with"])


def _field(chosen: Remembered, name: str | None) -> str:
    if name is None:
        kept = chosen.kind in KINDS and KINDS[chosen.kind].attributes
        return "kept as attribute" if kept else "not used"
    return name.replace("_", " ")


def _reading(said: dict[str, Any], column: str) -> str:
    """How the cells of a column are read and mended, in words."""
    words = [
        _ORDERS.get(said.get("date_order", {}).get(column, ""), ""),
        {".": "a decimal point", ",": "a decimal comma"}.get(said.get("decimal", {}).get(column, ""), ""),
        "cells that cannot be read left blank" if column in said.get("blank", []) else "",
    ]
    words += [f"{good!r} in place of {bad!r}" for bad, good in said.get("values", {}).get(column, {}).items()]
    words += [f"rows that say {text!r} count for nothing" for text in said.get("void", {}).get(column, [])]
    words += [f"{said['defaults'][column]!r} in place of a blank"] if column in said.get("defaults", {}) else []
    return "; ".join(each for each in words if each)
