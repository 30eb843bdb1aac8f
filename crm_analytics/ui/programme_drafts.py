"""Unsaved edits of a plan: kept while they are typed, and offered when the editor is opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_bytes

import streamlit as st
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string
from streamlit.web.server.starlette.starlette_server_config import XSRF_COOKIE_NAME

from crm_analytics import formats
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import session, shell
from crm_analytics.workspace import programmes as plans
from crm_analytics.workspace import programmes_drafts as drafts
from crm_analytics.workspace.programmes import Change, PlanRow
from crm_analytics.workspace.programmes_drafts import Draft

#: What an editor shows and what it is compared with: the rows as the edit began, and as they are typed.
Rows = tuple[dict[str, PlanRow], list[PlanRow]]
#: Of a table in which nothing is typed: by whom, which changes.
_NOTHING: tuple[str, tuple[Change, ...]] = ("", ())
#: From then on a draft of one's own name, or of none, that another browser left may be discarded: nobody else would.
_OLD = timedelta(days=1)
#: Hexadecimal digits that tell one browser from another.
_MARK = 8


def typing_key(plan: PlanRow, kind: str) -> str:
    """Where this browser remembers that the table is being typed in, and what was kept of it last."""
    return f"plan_typed_{plan.row_id}_{kind}"


def _taken_key(plan: PlanRow, kind: str) -> str:
    """Where it remembers the drafts of others that it went on with: as they were, with the rows taken of each."""
    return f"plan_taken_{plan.row_id}_{kind}"


def _author() -> str:
    """Whose the drafts of this browser are: the name typed in it, and which browser it is. Two may give one name."""
    return f"{session.who()} {_browser()}"


def _browser() -> str:
    """The same in all tabs of a browser until it is closed: of the random token that Streamlit gives each against forged requests."""
    if "plan_browser" not in st.session_state:
        token, _ = decode_xsrf_token_string(st.context.cookies.get(XSRF_COOKIE_NAME) or "")
        st.session_state["plan_browser"] = sha256(b"plan drafts" + (token or token_bytes(16))).hexdigest()[:_MARK]
    return st.session_state["plan_browser"]


def _name(draft: Draft) -> str:
    """The name that was typed, without the browser."""
    name, _, mark = draft.who.rpartition(" ")
    return name if name and len(mark) == _MARK and not set(mark) - set("0123456789abcdef") else draft.who


def offered(warehouse: Warehouse, plan: PlanRow, kind: str) -> bool:
    """Say what was left unsaved; whether the table waits for a decision about it, because the draft is one's own."""
    with warehouse.duck.session() as reading:
        found = drafts.listed(reading, plan.row_id)
    mine = None
    for each in found:
        own = each.who == _author()
        if own and typing_key(plan, each.kind) in st.session_state:
            continue
        if any(each == taken for taken, _ in st.session_state.get(_taken_key(plan, each.kind), [])):
            continue
        if own and each.kind == kind:
            mine = each
        else:
            _line(plan, each)
    if mine is not None:
        _line(plan, mine)
    return mine is not None


def _line(plan: PlanRow, found: Draft) -> None:
    count, key, own = len(found.changes), f"{found.who}_{found.kind}", found.who == _author()
    name = _name(found)
    namesake = name in (session.who(), session.UNNAMED)
    who = "You were" if own else "Somebody was" if name == session.UNNAMED else f"{name} was"
    where = ", in another browser or before this one was closed" if not own and namesake else ""
    said = (
        f"{who} editing {found.kind} on {found.typed_at:%Y-%m-%d at %H:%M}{where}: "
        f"{count} change{'s' * (count != 1)} not saved."
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"plan_draft_{key}"):
        st.markdown(shell.inert(said), width="stretch")
        about = None if own else "A copy for you: it stays with whoever typed it, until you save."
        st.button("Go on", key=f"plan_go_on_{key}", type="primary", on_click=_go_on, args=(plan, found), help=about)
        if own or (namesake and found.typed_at < datetime.now() - _OLD):
            st.button("Discard", key=f"plan_discard_{key}", on_click=_discard, args=(plan, found))


@shell.acting("programme")
def _go_on(plan: PlanRow, found: Draft) -> None:
    """Show the table with a copy of the draft in it, beside what one has typed.

    The draft is read again: its author may have gone on typing, saved or given it up since the page was drawn. Rows in
    which one types oneself stay as they are. Of another's draft what is taken leaves it when it is saved. New rows, which
    have no id to be known by, are taken once.
    """
    author, before = _author(), st.session_state.get(_taken_key(plan, found.kind), [])
    with session.warehouse().duck.session() as writing, writing.transaction():
        of_kind = {each.who: each for each in drafts.listed(writing, plan.row_id) if each.kind == found.kind}
        held = of_kind.pop(found.who, None)
        if held is None:
            return
        mine = of_kind[author].changes if author in of_kind else ()
        typed = {each.row_id for each in mine if each.row_id}
        known = [*mine, *(each for other, taken in before if other.who == held.who for each in taken)]
        added = [each for each in held.changes if each.row_id not in typed and (each.row_id or each not in known)]
        drafts.keep(writing, author, plan.row_id, held.kind, [*mine, *added])
    if left := len(held.changes) - len(added):
        st.toast(f"You are editing {formats.count(left)} of these rows yourself: they stay as you have them.")
    take_up(plan, found.kind, [*mine, *added])
    if held.who != author:
        st.session_state[_taken_key(plan, found.kind)] = [*before, (held, tuple(added))]
    if st.session_state.get("plan_table") != found.kind:
        st.session_state["plan_table"] = found.kind


@shell.acting("programme")
def _discard(plan: PlanRow, found: Draft) -> None:
    with session.warehouse().duck.session() as writing, writing.transaction():
        drafts.drop(writing, found.who, found.programme_id, found.kind)
    if found.who == _author():
        forget(plan, found.kind)


def take_up(plan: PlanRow, kind: str, changes: Sequence[Change]) -> None:
    """Let the table begin with these changes in it."""
    forget(plan, kind)
    st.session_state[typing_key(plan, kind)] = _author(), tuple(changes)
    st.session_state["plan_round"] = st.session_state.get("plan_round", 0) + 1


def rows(warehouse: Warehouse, plan: PlanRow, kind: str, widget: str) -> Rows:
    """The rows as they were when this browser began to edit, and as it shows them: with what was typed before.

    A table that was left for another one comes back with what was typed in it.
    """
    began_key, shown_key = f"plan_began_{plan.row_id}_{kind}", f"plan_shown_{plan.row_id}_{kind}"
    _, typed = st.session_state.get(typing_key(plan, kind), _NOTHING)
    if began_key not in st.session_state or widget not in st.session_state:
        with warehouse.duck.session() as reading:
            began = {row.row_id: row for row in plans.rows(reading, kind, plan.row_id)}
            seen = {each.row_id: each.seen for each in typed if each.row_id and each.seen}
            for row_id, version in seen.items():
                began[row_id] = plans.history(reading, kind, plan.row_id, row_id)[version - 1]
        st.session_state[began_key] = began
        st.session_state[shown_key] = _with(plan, kind, began, typed)
    return st.session_state[began_key], st.session_state[shown_key]


def _with(plan: PlanRow, kind: str, began: dict[str, PlanRow], typed: Sequence[Change]) -> list[PlanRow]:
    """The rows as typed: changed, without those removed, the new ones last."""
    by_id = {each.row_id: each for each in typed if each.seen}
    kept = [row for row in began.values() if row.row_id not in by_id or by_id[row.row_id].values is not None]
    changed = [replace(row, values=by_id[row.row_id].values) if row.row_id in by_id else row for row in kept]
    new = [
        PlanRow(kind, plan.row_id, each.row_id, 0, each.values, False, "", plan.saved_at)  # type: ignore[arg-type]
        for each in typed
        if each.seen is None and each.values is not None
    ]
    return [*changed, *new]


def keep(warehouse: Warehouse, plan: PlanRow, kind: str, wanted: Sequence[Change]) -> None:
    """Keep what is typed, when it is another than last time."""
    key, who = typing_key(plan, kind), _author()
    by, before = st.session_state.get(key, _NOTHING)
    if tuple(wanted) != before or (before and by != who):
        with warehouse.duck.session() as writing, writing.transaction():
            drafts.drop(writing, by, plan.row_id, kind)
            drafts.keep(writing, who, plan.row_id, kind, wanted)
        st.session_state[key] = who, tuple(wanted)
    if wanted:
        st.caption("Not saved yet, but kept: it is offered here again, also when the browser was closed.")


def done(warehouse: Warehouse, plan: PlanRow, kind: str, *, saved: bool) -> None:
    """What was typed is saved or given up; what is saved leaves the drafts of others that it was taken from."""
    by, _ = st.session_state.get(typing_key(plan, kind), _NOTHING)
    with warehouse.duck.session() as writing, writing.transaction():
        drafts.drop(writing, by, plan.row_id, kind)
        held = {each.who: each for each in drafts.listed(writing, plan.row_id) if each.kind == kind}
        parts = st.session_state.get(_taken_key(plan, kind), []) if saved else []
        for who in {other.who for other, _ in parts} & held.keys():
            taken = [each for other, some in parts if other.who == who for each in some]
            left = [each for each in held[who].changes if each not in taken]
            drafts.keep(writing, who, plan.row_id, kind, left, held[who].typed_at)
    forget(plan, kind)


def forget(plan: PlanRow, kind: str) -> None:
    """Let the table begin anew in this browser."""
    keys = (
        typing_key(plan, kind),
        _taken_key(plan, kind),
        f"plan_began_{plan.row_id}_{kind}",
        f"plan_shown_{plan.row_id}_{kind}",
    )
    for name in keys:
        st.session_state.pop(name, None)
