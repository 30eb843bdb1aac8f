"""Data: what goes in, what was understood, what is loaded, and how to take it back."""

import streamlit as st

from crm_analytics.ui.shell import require_app

require_app()

from crm_analytics.ui import history, intake, mappings, parameters, session, show  # noqa: E402  (the guard comes first)

warehouse = session.warehouse()
if session.in_sample():
    st.info("Your own files never mix with the sample: leave it above to load them.", icon=":material/info:")
else:
    st.caption("Drop the exports of your shop, till or ERP. Nothing is loaded before you have seen what would happen.")
    intake.drop_zone(warehouse)
history.card(warehouse)
with show.more("more_mappings", "More: what was decided of files") as opened:
    if opened:
        mappings.card(warehouse)
if warehouse.has_orders:
    with show.more("more_parameters", "More: what counts as active, as loyal and as revenue") as opened:
        if opened:
            parameters.card(warehouse)
