"""Making what the pages open with, in the background after a large load."""

from __future__ import annotations

import streamlit as st

from crm_analytics.errors import Stopped
from crm_analytics.metrics import opening
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import jobs, session
from crm_analytics.ui.jobs import Job

_JOB = "preparing_job"


def begin(warehouse: Warehouse) -> None:
    """Start it where the base is large. One that is under way finds that the data have changed, and leaves."""
    if not opening.is_worth_it(warehouse):
        return

    def work(job: Job) -> opening.Made:
        return opening.prepare(warehouse, job.report)

    st.session_state[_JOB] = jobs.jobs().start("Preparing the pages", session.who(), work)


def progress() -> None:
    """How far it is, with Cancel; nothing where none is under way. Pages can be read meanwhile."""
    try:
        made: opening.Made | None = jobs.wait(_JOB)
    except Stopped:
        st.toast("The pages work out their figures when they are opened.")
        return
    if made is not None and not made.left:
        st.toast("The pages are prepared.", icon=":material/check_circle:")
