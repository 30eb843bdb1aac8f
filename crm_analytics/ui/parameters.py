"""Parameters of the business that can be changed: what counts as active, loyal, and as revenue."""

from __future__ import annotations

import streamlit as st

from crm_analytics.query.warehouse import Warehouse
from crm_analytics.ui import session, show


def card(warehouse: Warehouse) -> None:
    """The parameters in force; a change computes everything anew."""
    now, base = warehouse.preferences, warehouse.base(warehouse.latest())
    words = f"The activity window in force is {base.activity_window_days} days: {base.window_rule}."
    with show.card("parameters", "Parameters", words), st.form("parameters", border=False):
        window = st.number_input(
            "Activity window, days", 1, 3650, now.activity_window_days, key="set_window", placeholder="found from the data", width=240,
            help="Empty: the 90th percentile of the days between purchases. Who has not bought for longer has lapsed.",
        )  # fmt: skip
        loyal = st.number_input(
            "Purchase days of a loyal customer", 1, 1000, now.loyal_purchase_days, key="set_loyal", width=240,
            help="Loyal: at least so many purchase days, bought within the activity window, known for at least one.",
        )  # fmt: skip
        services = st.toggle(
            "Leave postage and fees out of revenue", now.exclude_services, key="set_services",
            help="Lines that are no products: postage, fees, corrections. They are marked by their code.",
        )  # fmt: skip
        if st.form_submit_button("Save the parameters", icon=":material/save:"):
            days = None if window is None else int(window)
            wanted = {"activity_window_days": days, "loyal_purchase_days": int(loyal), "exclude_services": services}
            with st.spinner("Computing everything anew …"):
                warehouse.set_preferences(session.who(), **wanted)
            st.rerun()
