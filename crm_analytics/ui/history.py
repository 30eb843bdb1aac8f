"""What is loaded: the list of imports, their rejects and originals, undo and redo."""

from __future__ import annotations

import gzip

import pandas as pd
import streamlit as st

from crm_analytics.errors import BadValue, CrmError
from crm_analytics.ingest import load, rejects
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import session, shell, show
from crm_analytics.workspace import imports
from crm_analytics.workspace.imports import Import

_OVERTAKEN = "switch_overtaken"


def card(warehouse: Warehouse) -> None:
    """All imports, the newest first, and what can be done with one of them."""
    with warehouse.duck.session() as reading:
        made = imports.listed(reading)[::-1]
    with show.card(
        "imports",
        "Imports",
        "What came in, who brought it, and what of it holds. An import can be taken back in any order.",
    ):
        if not made:
            show.nothing("Nothing has been loaded yet.")
            return
        _list(made)
        chosen = st.selectbox(
            "Import", made, format_func=lambda each: f"{each.import_id}: {each.file}" + (" (undone)" if each.undone_at else ""),
            width=420,
            key=f"import_chosen_{made[0].import_id}_{len(made)}",  # what comes in is chosen: the one to be taken back, if any
        )  # fmt: skip
        _acts(warehouse, chosen)


def _list(made: list[Import]) -> None:
    columns = [
        "import_id",
        "file",
        "kind",
        "source",
        "rows_read",
        "new",
        "same",
        "changed",
        "rejected",
        "who",
        "imported_at",
        "undone_at",
    ]
    frame = pd.DataFrame([[getattr(each, name) for name in columns] for each in made], columns=columns)
    frame.columns = [name.replace("_", " ").removesuffix(" id") for name in columns]
    frame["undone at"] = [
        f"{each.undone_at:%Y-%m-%d %H:%M} by {each.undone_by}" if each.undone_at else "" for each in made
    ]
    counts = {
        name: st.column_config.NumberColumn(format="localized")
        for name in ("rows read", "new", "same", "changed", "rejected")
    }
    show.rows(frame, "imports_table", config=counts)


def _acts(warehouse: Warehouse, chosen: Import) -> None:
    number = chosen.import_id
    if (overtaken := st.session_state.pop(_OVERTAKEN, None)) is not None:
        now = f"Import {overtaken:d} was taken back, or let hold again, in another window: this is how it stands now."
        st.info(now, icon=":material/sync:")
    if chosen.corrects is not None:
        st.caption(f":material/build: Corrections of import {chosen.corrects:d}.")
    if chosen.corrected:
        st.caption(f":material/done: {chosen.corrected:,} of {chosen.rejected:,} rejected rows are in now, corrected.")
    for each in chosen.repairs:
        st.caption(f":material/build: {shell.inert(each['words'])}")
    with st.container(horizontal=True):
        act = (
            (load.redo, "Let it hold again", ":material/redo:")
            if chosen.undone_at
            else (load.undo, f"Undo import {number:d}", ":material/undo:")
        )
        # a key for each act: Undo on a screen that is out of date must not be taken for its contrary
        if st.button(act[1], key=f"{act[0].__name__}_{number}", icon=act[2]):
            try:
                with st.spinner("Refreshing the figures …"):
                    act[0](warehouse, number, session.who())
            except BadValue:  # another window was quicker: the page is drawn anew, and says so
                st.session_state[_OVERTAKEN] = number
                st.rerun()
            except CrmError as error:
                shell.explain(error)
            else:
                st.rerun()
        if left := chosen.rejected - chosen.corrected:
            st.download_button(
                f"{left:,} rejected rows", lambda: _rejects(warehouse, chosen), f"rejected_{chosen.import_id}.csv",
                "text/csv", key=f"import_rejects_{number}", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
        original = warehouse.settings.originals / f"{chosen.sha256}.gz"
        if original.exists():
            st.download_button(
                "The original file", lambda: gzip.decompress(original.read_bytes()), chosen.file, key=f"original_{number}",
                icon=":material/draft:", on_click="ignore",
            )  # fmt: skip


def _rejects(warehouse: Warehouse, chosen: Import) -> bytes:
    with warehouse.duck.session() as reading:
        return rejects.of_import(reading, chosen)
