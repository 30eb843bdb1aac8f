"""At the foot of each page: what its figures leave out because the data does not say it."""

from __future__ import annotations

import streamlit as st

from crm_analytics.metrics.data import debts
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import session, shell


def footer(warehouse: Warehouse, page: str) -> None:
    """The foot of a page, known by its title: its debts, then which data and software the figures come from."""
    _debts(warehouse, page)
    shell.footer(warehouse)


def _debts(warehouse: Warehouse, page: str) -> None:
    """The debts of a page that none of its cards has named."""
    if not warehouse.loaded or page.lower() not in debts.PAGES:
        return
    audience = session.audience() or warehouse.audience()
    found = debts.data_debt(warehouse, audience, page=page.lower())
    said: set[str] = st.session_state.get(shell.NOTED, set())
    fresh = [words for words in found["about"] if words not in said]
    if fresh:
        with st.container(key="data_debt"):
            st.caption(f":material/rule: {shell.inert(' '.join(fresh))}")
