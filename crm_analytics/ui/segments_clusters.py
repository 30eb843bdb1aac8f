"""Clusters on the page: found as a job, described in words, kept as segments."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from crm_analytics.charts import clusters as drawn
from crm_analytics.errors import CrmError
from crm_analytics.metrics.segments import clusters
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.ui import jobs, session, show
from crm_analytics.ui.shell import inert

_AS_ADVISED = "as the data advise"
_SAID = "clusters_said"


def card(warehouse: Warehouse, audience: Audience) -> None:
    """Buyers who are alike in the chosen features."""
    with show.card("clusters", "Clusters: buyers who are alike"):
        features = st.multiselect(
            "Alike in", list(clusters.FEATURES), list(clusters.DEFAULT), key="cluster_features",
            format_func=lambda each: CUSTOMER_FIELDS[each].label,
        )  # fmt: skip
        wanted = st.selectbox("How many", [_AS_ADVISED, *range(2, 11)], key="cluster_k", width=200)
        knobs = {
            "k": None if wanted == _AS_ADVISED else int(wanted),
            "features": ",".join(features) or ",".join(clusters.DEFAULT),
        }
        asked = f"{audience} {knobs} {warehouse.data_version}"
        if st.session_state.get("clusters_of") != asked:
            if not st.button("Find them", key="clusters_find", type="primary", icon=":material/bubble_chart:"):
                return
            st.session_state["clusters_of"] = asked
            st.session_state["clusters_job"] = jobs.jobs().start(
                "Finding clusters", session.who(), lambda running: _work(warehouse, audience, knobs, running)
            )
        if jobs.running("clusters_job") and jobs.wait("clusters_job") is None:
            return
        frame = clusters.clusters(warehouse, audience, **knobs)
        finding = clusters.clusters_in_words(frame)
        if finding:
            st.caption(inert(finding))
        show.figure(drawn.cluster_bars(frame), "cluster_bars", finding)
        show.behind("clusters", frame, audience, **knobs)
        if len(frame):
            _keep(audience, knobs)


def _work(warehouse: Warehouse, audience: Audience, knobs: dict, running: jobs.Job) -> bool:
    """Fit once with progress and cancel; the page then finds the frame kept."""
    clusters.prepare(warehouse, audience, knobs["k"], knobs["features"], running.report)
    return True


def _keep(audience: Audience, knobs: dict) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", "Clusters", key="clusters_name", max_chars=40, width=230)
        st.button(
            "Keep each as a segment", key="clusters_keep", icon=":material/save:", on_click=_save, args=(audience, knobs),
            help="A fixed list for each cluster, to be asked like any saved segment.",
        )  # fmt: skip
        st.button(
            "Keep it as a field", key="clusters_keep_model", icon=":material/bubble_chart:", on_click=_save_model, args=(audience, knobs),
            help="Rules can then ask for the cluster of any customer on any day: that with the nearest centre.",
        )  # fmt: skip
    if said := st.session_state.pop(_SAID, None):
        st.success(inert(said), icon=":material/check:")


def kept(warehouse: Warehouse, audience: Audience) -> None:
    """Whether kept models still fit the customers."""
    frame = clusters.cluster_drift(warehouse, replace(audience, rule=EVERYONE))
    if frame.empty:
        return
    said = "A kept model assigns every buyer to the nearest of its centres. Drift, among whom it was found, above 0.25: find it anew."
    with show.card("cluster_drift", "Kept cluster models", said):
        show.table(frame, "cluster_drift_table")
        show.behind("cluster_drift", frame, audience, table=False)


def _save(audience: Audience, knobs: dict) -> None:
    warehouse = session.warehouse()
    prefix = str(st.session_state.get("clusters_name") or "Clusters").strip()
    try:
        names = clusters.save(warehouse, audience, prefix, session.who(), **knobs)
        st.session_state[_SAID] = f"Saved: {', '.join(names)}."
    except CrmError as error:
        st.session_state[_SAID] = str(error)


def _save_model(audience: Audience, knobs: dict) -> None:
    name = str(st.session_state.get("clusters_name") or "Clusters").strip()
    try:
        made = clusters.keep_model(session.warehouse(), audience, name, session.who(), **knobs)
        st.session_state[_SAID] = f"Kept: conditions can ask for “Cluster of {made.model}”."
    except CrmError as error:
        st.session_state[_SAID] = str(error)
