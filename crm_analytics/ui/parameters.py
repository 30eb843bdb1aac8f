"""Parameters of the business that can be changed: what counts as active, loyal, and as revenue."""

from __future__ import annotations

import streamlit as st

from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain


def card(warehouse: Warehouse) -> None:
    """The parameters in force; a change computes everything anew."""
    now, base = warehouse.preferences, warehouse.base(warehouse.latest())
    words = f"The activity window in force is {base.activity_window_days} days: {base.window_rule}."
    with show.card("parameters", "Parameters", words), st.form("parameters", border=False):
        st.number_input(
            "Activity window, days", 1, 3650, now.activity_window_days, key="set_window", placeholder="found from the data", width=240,
            help="Empty: the 90th percentile of the days between purchases. Who has not bought for longer has lapsed.",
        )  # fmt: skip
        st.number_input(
            "Purchase days of a loyal customer", 1, 1000, now.loyal_purchase_days, key="set_loyal", width=240,
            help="Loyal: at least so many purchase days, bought within the activity window, known for at least one.",
        )  # fmt: skip
        st.number_input(
            "RFM looks back, months", 1, 600, now.rfm_look_back_months, key="set_look_back", placeholder="all history", width=240,
            help="Frequency and monetary value count the purchases of so many months. Empty: all of them. Recency is of the last one ever.",
        )  # fmt: skip
        st.toggle(
            "Leave postage and fees out of revenue", now.exclude_services, key="set_services",
            help="Lines that are no products: postage, fees, corrections. They are marked by their code.",
        )  # fmt: skip
        st.form_submit_button("Save the parameters", icon=":material/save:", on_click=_keep)
        complain("parameters")


def _keep() -> None:
    """A callback: the parameters are saved before the page is drawn anew."""
    window, look_back = st.session_state["set_window"], st.session_state["set_look_back"]
    with acting("parameters"):
        session.warehouse().set_preferences(
            session.who(),
            activity_window_days=None if window is None else int(window),
            loyal_purchase_days=int(st.session_state["set_loyal"]),
            rfm_look_back_months=None if look_back is None else int(look_back),
            exclude_services=bool(st.session_state["set_services"]),
        )
