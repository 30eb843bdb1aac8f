"""The two doors of a first visit: own orders, or a look around in the invented company, which has its own database."""

from __future__ import annotations

from datetime import date

import streamlit as st

from crm_analytics.config import PROJECT
from crm_analytics.ingest.load import load
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.review import proposed, review
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.ui import builder, jobs, session, shell
from crm_analytics.ui.sample_plan import load_sample_plan

#: The exports of the sample company, orders last: with them the pages light up.
FILES = tuple(f"{kind}.csv" for kind in (*(kind for kind in KINDS if kind != "orders"), "orders"))
FOLDER = PROJECT / "data" / "sample"
_JOB = "sample_job"


def entered(*, orders: bool = False) -> Warehouse:
    """The warehouse; the page ends with both doors where nothing is loaded, with `orders` where no order is."""
    warehouse = session.warehouse()
    if not (warehouse.has_orders if orders else warehouse.loaded):
        welcome()
        st.stop()
    return warehouse


def welcome() -> None:
    """Where nothing is loaded: both doors."""
    if session.in_sample():
        _prepare()
        return
    own, look = st.columns(2)
    with own, st.container(border=True, key="card_own"):
        st.subheader("Load my orders", anchor=False)
        st.markdown(
            "One CSV with **customer, date and amount** of each order is enough for most pages. Order lines, customers, "
            "products, contacts of campaigns, answers and cases add to it. You see what would happen before anything is "
            "loaded, and all of it can be taken back."
        )
        if st.button("Load a file", key="load_own", type="primary", icon=":material/upload_file:"):
            shell.go_to("pages/data.py")
    with look, st.container(border=True, key="card_sample"):
        st.subheader("Look around with the sample", anchor=False)
        st.markdown(
            "An invented company with 2,000 customers and three years of orders, campaigns, answers and cases. It lives in "
            "a database of its own: your files never mix with it, and one click leaves it."
        )
        st.button(
            "Look around", key="enter_sample", icon=":material/explore:", on_click=_enter, disabled=not FOLDER.exists()
        )


def banner() -> None:
    """On every page of the sample: that nothing here is real, and the way out."""
    if session.in_sample():
        with st.container(horizontal=True, key="sample_banner", vertical_alignment="center"):
            st.markdown("**Sample company.** Everything here is invented; none of it is yours.", width="stretch")
            st.button("Leave the sample", key="leave_sample", icon=":material/logout:", on_click=_leave)


def _prepare() -> None:
    """Load the sample's files, once per data directory."""
    warehouse = session.warehouse()
    if not jobs.running(_JOB) and not warehouse.has_orders:
        st.session_state[_JOB] = jobs.jobs().start(
            "Preparing the sample company", "the sample", lambda job: _fill(warehouse, job)
        )
    jobs.wait(_JOB)
    if warehouse.has_orders:
        st.rerun()


def _fill(warehouse: Warehouse, job: jobs.Job) -> None:
    for place, name in enumerate(FILES):
        job.report(place / len(FILES), name)
        path = FOLDER / name
        with warehouse.duck.session() as reading:
            job.session = reading
            found = recognise(reading, path, name, today=date.today())
            load(warehouse, review(reading, found, proposed(found), today=date.today()), path, "the sample")
    job.report(1.0, "its plan")
    load_sample_plan(warehouse, FOLDER)


def _enter() -> None:
    _switch(session.SAMPLE)


def _leave() -> None:
    _switch("")


def _switch(company: str) -> None:
    """Another database: rules and a day chosen by hand belong to the one that is left."""
    st.session_state["company"] = company
    st.session_state["audience"] = ""
    if "as_of" in st.session_state:
        st.session_state["latest_known"] = st.session_state["as_of"]
    builder.forget()
