"""Editing a plan in native tables, and files of a plan in and out."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from crm_analytics.errors import CrmError
from crm_analytics.export import to_csv, to_workbook
from crm_analytics.metrics.programme import measures
from crm_analytics.metrics.programme.plan import freeze
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import programme_drafts as drafts
from crm_analytics.ui import session, shell, show
from crm_analytics.verbs import plan as verbs_plan
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace.programmes import Change, PlanRow
from crm_analytics.workspace.programmes_fields import KINDS, PROGRAMMES, PlanField, PlanKind

_SAID = "plan_said"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_of(kind: PlanKind, rows: list[PlanRow]) -> pd.DataFrame:
    """The rows as an editor takes them: the id first, dates as dates, nothing as None."""
    names = [kind.key, *(each.name for each in kind.fields)]
    frame = pd.DataFrame([{kind.key: row.row_id, **row.values} for row in rows], columns=names, dtype=object)
    for each in kind.fields:
        if each.holds == "date":
            frame[each.name] = pd.to_datetime(frame[each.name])
        elif each.holds in ("money", "number", "share", "integer"):
            frame[each.name] = frame[each.name].astype("float64")
        else:
            frame[each.name] = frame[each.name].astype("str")
    frame[kind.key] = frame[kind.key].astype("str")
    return frame


def changes_of(kind: PlanKind, began: Mapping[str, PlanRow], edited: pd.DataFrame) -> list[Change]:
    """What an edited table wants of the rows as they were when the edit began: changed, new and removed ones."""
    found, left = [], set(began)
    for row in edited.to_dict("records"):
        values = {each.name: _plain(row.get(each.name)) for each in kind.fields}
        row_id = _plain(row.get(kind.key))
        before = began.get(str(row_id)) if row_id is not None else None
        if before is None:
            if any(value is not None for value in values.values()):
                found.append(Change(kind.name, str(row_id).strip() if row_id else None, values, None))
            continue
        left.discard(before.row_id)
        if any(values[name] != before.values[name] for name in values):
            found.append(Change(kind.name, before.row_id, values, before.version))
    return [*found, *(Change(kind.name, row_id, None, began[row_id].version) for row_id in sorted(left))]


def _plain(value: Any) -> Any:
    if value is None or value != value or value is pd.NaT or (isinstance(value, str) and not value.strip()):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def editor(warehouse: Warehouse, plan: PlanRow) -> None:
    """One table of the plan at a time; what others save meanwhile is told, not overwritten."""
    _tell()
    label = {kind.name: kind.name.replace("_", " ").capitalize() for kind in KINDS.values()}
    picked = st.segmented_control(
        "Table",
        list(label),
        format_func=label.__getitem__,
        default="objectives",
        required=True,
        key="plan_table",
        bind="query-params",
    )
    kind = KINDS[picked]
    st.text_input("Your name, kept with what you save", key="who", max_chars=80, persist_state="session", width=360)
    if drafts.offered(warehouse, plan, kind.name):
        return
    widget = f"plan_edit_{plan.row_id}_{kind.name}_{st.session_state.get('plan_round', 0)}"
    began, shown = drafts.rows(warehouse, plan, kind.name, widget)
    edited = st.data_editor(
        table_of(kind, shown), hide_index=True, num_rows="fixed" if kind is PROGRAMMES else "dynamic",
        column_config={kind.key: st.column_config.TextColumn("Id", disabled=kind is PROGRAMMES, help="Left empty, it is given."),
                       **{each.name: _column(each) for each in kind.fields}},
        key=widget, placeholder="",
    )  # fmt: skip
    wanted = changes_of(kind, began, edited)
    drafts.keep(warehouse, plan, kind.name, wanted)
    with st.container(horizontal=True, key="plan_buttons"):
        label = f"Save {len(wanted)} change{'s' * (len(wanted) != 1)}" if wanted else "Save"
        st.button(
            label, type="primary", disabled=not wanted, key="plan_save", on_click=_save, args=(warehouse, plan, kind, wanted)
        )  # fmt: skip
        st.button(
            "Begin anew", key="plan_anew", on_click=_begin_anew, args=(warehouse, plan, kind),
            help="Leave what was typed here; show the plan as it is saved now.",
        )  # fmt: skip
        st.button(
            "Approve the plan", key="plan_approve", disabled=bool(wanted), on_click=_approve, args=(warehouse, plan),
            help="Later changes are compared with the plan as it is saved now.",
        )  # fmt: skip


def _column(each: PlanField) -> Any:
    label = each.label + (" *" if each.required else "")
    if each.choices:
        return st.column_config.SelectboxColumn(label, options=list(each.choices), help=each.about)
    if each.name == "metric":
        known = [
            *measures.FLOWS,
            *measures.SURVEYS,
            *measures.FOLLOWED,
            "repurchase_sales_share",
            "loyal_share",
            "average_order_value",
        ]
        return st.column_config.SelectboxColumn(label, options=known, help=each.about)
    if each.holds == "date":
        return st.column_config.DateColumn(label, help=each.about, format="YYYY-MM-DD")
    if each.holds in ("money", "number", "share", "integer"):
        return st.column_config.NumberColumn(label, help=each.about)
    return st.column_config.TextColumn(label, help=each.about)


@shell.acting("programme")
def _save(warehouse: Warehouse, plan: PlanRow, kind: PlanKind, wanted: list[Change]) -> None:
    """All changes or, where one cannot be, none; what was typed stays."""
    with warehouse.duck.writing(), warehouse.duck.session() as writing, writing.transaction():
        made = plans.save(writing, plan.row_id, wanted, session.who())
    freeze(warehouse, plan.row_id, session.who())
    drafts.done(warehouse, plan, kind.name, saved=True)
    _next_round(f"{len(made)} row{'s' * (len(made) != 1)} saved.")


@shell.acting("programme")
def _begin_anew(warehouse: Warehouse, plan: PlanRow, kind: PlanKind) -> None:
    drafts.done(warehouse, plan, kind.name, saved=False)
    _next_round()


@shell.acting("programme")
def _approve(warehouse: Warehouse, plan: PlanRow) -> None:
    verbs_plan.approve(warehouse, plan.row_id, session.who())
    _next_round("The plan is approved as it stands.")


def _next_round(said: str | None = None) -> None:
    """Show the plan as it is saved now; what is typed in other tables stays typed."""
    st.session_state["plan_round"] = st.session_state.get("plan_round", 0) + 1
    if said:
        st.session_state[_SAID] = said


def _tell() -> None:
    if said := st.session_state.pop(_SAID, None):
        st.success(shell.inert(said), icon=":material/check:")
    shell.complain("programme")


# --- files ----------------------------------------------------------------------------------------------------------


def files(warehouse: Warehouse, plan: PlanRow | None) -> None:
    """A plan from files, and into one."""
    _tell()
    given = st.file_uploader(
        "Load a plan", ["csv", "xlsx", "txt", "tsv"], accept_multiple_files=True, key=f"plan_files_{st.session_state.get('plan_round', 0)}",
        help=f"CSV files called {', '.join(KINDS)}, or a workbook with sheets of these names.",
    )  # fmt: skip
    if given and st.button("Load", type="primary", key="plan_load"):
        _load(warehouse, plan, given)
    if plan is not None:
        name = f"plan-{plan.row_id}-{date.today()}"
        with st.container(horizontal=True, key="plan_out"):
            st.download_button(
                "The plan as a workbook", lambda: to_workbook(verbs_plan.plan_tables(warehouse, plan.row_id)), f"{name}.xlsx", _XLSX,
                icon=":material/download:", on_click="ignore", key="plan_xlsx", help="A sheet a table; it can be loaded again.",
            )  # fmt: skip
            st.download_button(
                "As CSV files", lambda: _packed(warehouse, plan), f"{name}.zip", "application/zip", icon=":material/folder_zip:",
                on_click="ignore", key="plan_zip",
            )  # fmt: skip


def _load(warehouse: Warehouse, plan: PlanRow | None, given: list[Any]) -> None:
    """All files or, where a row cannot be, none; of two of one name the one given last."""
    latest = {each.name: each for each in given}
    try:
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, each in enumerate(latest.values()):
                path = Path(folder) / f"{number}{Path(each.name).suffix.lower()}"
                path.write_bytes(each.getvalue())
                paths.append((path, each.name))
            made = verbs_plan.load_plan(warehouse, paths, session.who(), plan.row_id if plan else None)
    except CrmError as error:
        st.warning(shell.inert(str(error)), icon=":material/report:")
        return
    moved = {kind: count for kind, count in made["rows"].items() if count["new"] or count["changed"]}
    rows = ", ".join(f"{kind}: {count['new']} new, {count['changed']} changed" for kind, count in moved.items())
    _next_round(" ".join([f"Loaded. {rows or 'All of it was there already'}.", *made["notes"]]))
    st.rerun()


def _packed(warehouse: Warehouse, plan: PlanRow) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, table in verbs_plan.plan_tables(warehouse, plan.row_id).items():
            packed.writestr(f"{name}.csv", to_csv(table))
    return out.getvalue()


def first_plan(warehouse: Warehouse) -> None:
    """Where there is no plan: begin one, or load it."""
    show.nothing("There is no plan yet. It needs files of a programme, its objectives and its actions, or begins here.")
    files(warehouse, None)
    with st.container(border=True, key="plan_begin_box"):
        name = st.text_input("Name of the programme", max_chars=80, key="plan_name")
        first, last = st.columns(2)
        begins = first.date_input("First day", format="YYYY-MM-DD", value=date(warehouse.latest().year, 1, 1))
        ends = last.date_input("Last day", format="YYYY-MM-DD", value=date(warehouse.latest().year, 12, 31))
        if st.button("Begin a programme", icon=":material/flag:", key="plan_begin"):
            if not name.strip():
                st.warning("Give the programme a name first.", icon=":material/report:")
                return
            values = {
                "name": name,
                "valid_from": begins,
                "valid_to": ends,
                "owner": None if session.who() == session.UNNAMED else session.who(),
            }
            try:
                verbs_plan.begin(warehouse, values, session.who())
            except CrmError as error:
                st.warning(shell.inert(str(error)), icon=":material/report:")
                return
            _next_round(
                "The programme is begun. Set its objectives here, then its actions; the ten steps above say what is open."
            )
            st.session_state["more_edit"] = True
            st.rerun()
