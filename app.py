"""The dashboard: page config, navigation, the audience bar."""

from pathlib import Path

import streamlit as st

from crm_analytics.errors import CrmError
from crm_analytics.ui import debts, doors, filters, session, shell

HERE = Path(__file__).parent
st.set_page_config("CRM analytics", str(HERE / "static/icon.svg"), "wide")
shell.dress(HERE / "static")

page = st.navigation(
    {
        "Understand": [
            *shell.first("pages/overview.py", "Overview", ":material/space_dashboard:"),
            st.Page("pages/segments.py", title="Segments", icon=":material/group_work:"),
            st.Page("pages/pareto.py", title="Pareto", icon=":material/bar_chart:"),
            st.Page("pages/churn.py", title="Churn", icon=":material/person_alert:"),
            st.Page("pages/voice.py", title="Voice", icon=":material/record_voice_over:"),
            st.Page("pages/customer.py", title="Customer", icon=":material/badge:"),
        ],
        "Act": [
            st.Page("pages/audience.py", title="Audience", icon=":material/group_add:"),
            st.Page("pages/campaigns.py", title="Campaigns", icon=":material/campaign:"),
            st.Page("pages/today.py", title="Today", icon=":material/today:"),
            st.Page("pages/programme.py", title="Programme", icon=":material/flag:"),
        ],
        "Data": [
            st.Page("pages/data.py", title="Data", icon=":material/database:"),
            st.Page("pages/quality.py", title="Quality", icon=":material/verified:"),
            st.Page("pages/identity.py", title="Identity", icon=":material/fingerprint:"),
        ],
    },
    position="top",
)

try:
    session.choose_company()
    warehouse = session.warehouse()
    doors.banner()
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", wrap=True, key="top_bar"
    ):
        with st.container(width="content", gap=None):
            st.title(page.title, anchor=False)
            st.caption(shell.state_of(warehouse))
        if warehouse.loaded:
            filters.bar(warehouse)
        else:
            session.choose(None)
    if warehouse.loaded:
        filters.notice(warehouse)
    shell.admit()
    page.run()
    debts.footer(warehouse, page.title)
except CrmError as error:
    shell.explain(error)
