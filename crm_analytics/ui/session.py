"""The process's one warehouse, and what this browser session is looking at."""

from __future__ import annotations

import streamlit as st

from crm_analytics.config import Settings
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import imports


def warehouse() -> Warehouse:
    """The warehouse of the data directory in force; one per process, it owns the one cache."""
    return _open(Settings.read())


@st.cache_resource(show_spinner="Opening the database …", max_entries=4, on_release=lambda opened: opened.close())
def _open(settings: Settings) -> Warehouse:
    return Warehouse.open(settings)


def audience() -> Audience:
    """Whom and which day the bar has chosen; only where something is loaded."""
    return st.session_state["current_audience"]


def choose(chosen: Audience | None) -> None:
    """Set by the bar of app.py, read by the pages."""
    st.session_state["current_audience"] = chosen


def currency() -> str | None:
    """The reporting currency of what is loaded, None if no file named one."""
    with warehouse().duck.session() as session:
        return imports.currency(session)


def who() -> str:
    """The name under which this browser's acts are recorded."""
    return (st.session_state.get("who") or "").strip() or "somebody unnamed"
