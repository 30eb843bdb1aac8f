"""The guard of pages, and what happens to errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from crm_analytics import __version__, formats
from crm_analytics.errors import BadInput, CrmError, DatabaseBusy, NotEnoughData, NothingLoaded
from crm_analytics.query.warehouse import Warehouse

_VIA_APP = "_via_app"
_PROBLEM = "_problem_"

#: Key of the notes that the page of this run has shown: each is said once.
NOTED = "_noted"


def dress(static: Path) -> None:
    """The mark, the style sheet, and the script for what a style sheet cannot do: see both files."""
    st.logo(str(static / "icon.svg"))
    st.html(static / "app.css")
    with st.container(key="page_script"):  # out of sight: it would take room
        script = (static / "page.js").read_text(encoding="utf-8")
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def admit() -> None:
    """Called by app.py just before it runs a page."""
    st.session_state[_VIA_APP] = True
    st.session_state[NOTED] = set()


def require_app() -> None:
    """First line of every page: without app.py there is no audience and no navigation.

    Until `st.navigation` has run once in a process, Streamlit takes the folder pages/ for an old-style app and runs
    the page file alone. The rerun keeps the address and goes through app.py.
    """
    if not st.session_state.pop(_VIA_APP, False):
        PagesManager.uses_pages_directory = False
        st.rerun()


def explain(error: CrmError) -> None:
    """Show an error calmly: what, where, what to do."""
    if isinstance(error, NothingLoaded):
        st.info("Nothing is loaded yet.", icon=":material/inbox:")
        st.page_link("pages/data.py", label="Load a file of orders", icon=":material/upload_file:")
    elif isinstance(error, NotEnoughData):
        st.info(inert(str(error)), icon=":material/hourglass_empty:")
    elif isinstance(error, DatabaseBusy | BadInput):
        st.warning(inert(str(error)), icon=":material/report:")
    else:
        st.error(inert(str(error)), icon=":material/error:")


@contextmanager
def acting(place: str) -> Iterator[None]:
    """What a callback does. It runs before app.py, which could not catch its error: the error is kept for `complain`."""
    try:
        yield
    except CrmError as error:
        st.session_state[f"{_PROBLEM}{place}"] = str(error)


def complain(place: str) -> None:
    """Why what was asked for there could not be done."""
    if problem := st.session_state.pop(f"{_PROBLEM}{place}", None):
        st.warning(inert(problem), icon=":material/report:")


def go_to(page: str) -> NoReturn:
    """Open another page with the address as it is.

    Without `query_params` Streamlit would clear the address, and it raises where a choice on the page is bound to it.
    """
    st.switch_page(page, query_params={})


def first(path: str, title: str, icon: str) -> list[st.Page]:
    """The page that has the bare address, and is found under its name, too.

    Streamlit reserves the name for the page at the bare address, but does not answer to it: that page gets another one.
    """
    stem = Path(path).stem
    bare = st.Page(path, title=title, icon=icon, default=True, url_path=f"{stem}_first")
    return [bare, st.Page(path, title=title, icon=icon, url_path=stem, visibility="hidden")]


def state_of(warehouse: Warehouse) -> str:
    """Under the title: how far the data goes."""
    return f"Data up to {formats.day(warehouse.latest())}" if warehouse.has_orders else "No orders are loaded"


def footer(warehouse: Warehouse) -> None:
    """Which data and which software the figures come from."""
    with st.container(key="footer"):
        st.caption(inert(f"Data version {warehouse.data_version} · crm-analytics {__version__}"))


_NO_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
#: Where an address, the name of a picture, or an arrow would be found though every mark is escaped.
_JOINED = re.compile(
    r"(?=@)|(?=:/)|(?i:(?<=www)(?=\.))|(?<=:)(?=(?:[A-Za-z+_-][\w+/-]*|100|1234):)|(?<=[-<>~])(?=[-=>])"
)
#: Marks that mean something within a line, and those that do at its beginning.
_WITHIN = re.compile(
    r"[\\`*\[\]{}|<$~]|:(?! |$)|&(?=#?\w+;)|(?<![^\W_])_+|_+(?![^\W_])|(?<=\.)\.|^[-+#>=]|^\d+[.)](?= |$)"
)


def inert(text: str) -> str:
    """Text that Markdown shows as it is; marks that turn the reading direction go: with them x.gpj.csv reads as a picture."""
    text = _apart(text)
    for mark in "\\`*_{}[]()#+-.!|<>$:~&":
        text = text.replace(mark, "\\" + mark)
    return text


def spoken(text: str) -> str:
    """The same for the label of a widget, which screen readers are given as it is written: few marks matter within a line."""
    line = " ".join(_apart(text).split())
    return _WITHIN.sub(lambda found: re.sub(r"(\D)", r"\\\1", found[0]), line)


def _apart(text: str) -> str:
    """The text without marks that turn the reading direction, and with U+2060, which is not seen, where marks are read together."""
    return _JOINED.sub("\u2060", text.translate(_NO_TURNS))
