"""The process's one warehouse, and what this browser session is looking at."""

from __future__ import annotations

import streamlit as st

from crm_analytics.config import Settings
from crm_analytics.handover.server import Served
from crm_analytics.query.warehouse import Audience, Warehouse

#: What the address says of the company looked at; without it, one's own.
SAMPLE = "sample"
#: The name of all who give none.
UNNAMED = "somebody unnamed"


def choose_company() -> None:
    """Tie the choice between the own company and the sample to the address. The field is out of sight."""
    with st.container(key="company_link"):
        st.text_input("Company", key="company", bind="query-params", max_chars=20)


def in_sample() -> bool:
    """Whether this browser looks at the sample company."""
    return st.session_state.get("company") == SAMPLE


def warehouse() -> Warehouse:
    """The warehouse looked at: of the data directory in force, or of the sample beside it. It owns the one cache."""
    own = Settings.read()
    return _open(Settings.read(own.data_dir / SAMPLE) if in_sample() else own).warehouse


@st.cache_resource(
    show_spinner="Opening the database …",
    max_entries=4,
    hash_funcs={Settings: repr},  # what Streamlit makes of a dataclass by itself takes a millisecond each time
    on_release=lambda opened: opened.close(),
)
def _open(settings: Settings) -> Served:
    return Served(Warehouse.open(settings))


def audience() -> Audience:
    """Whom and which day the bar has chosen; only where something is loaded."""
    return st.session_state["current_audience"]


def choose(chosen: Audience | None) -> None:
    """Set by the bar of app.py, read by the pages."""
    st.session_state["current_audience"] = chosen


def currency() -> str | None:
    """The reporting currency of what is loaded, None if no file named one."""
    return warehouse().currency


def who() -> str:
    """The name under which this browser's acts are recorded."""
    return (st.session_state.get("who") or "").strip() or UNNAMED
