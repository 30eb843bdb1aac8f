"""The customers of today by predicted uplift on the page: ranked as a job, kept as a segment to be exported."""

from __future__ import annotations

import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import CrmError
from crm_analytics.metrics.campaigns import uplift_customers as ranked
from crm_analytics.metrics.campaigns.sums import stated
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import jobs, session, show
from crm_analytics.ui.shell import inert

_SAID = "uplift_said"
#: The score itself is in the file alone: beside what its tenth did in the trial it would be taken for a promise.
_SHOWN = {
    "customer_id": st.column_config.Column("Customer"), "tenth": st.column_config.Column("Tenth"),
    "measured_uplift": show.percent("Moved in the trial", "Of customers with such scores."),
    "low_95": show.percent("95% from"),
    "high_95": show.percent("to"),
    "profit_per_customer": st.column_config.NumberColumn("Profit of a contact", format="%.2f"),
    "advised": st.column_config.Column("Contact"),
}  # fmt: skip


def card(warehouse: Warehouse, audience: Audience, knobs: dict) -> None:
    """Whom of the audience to contact now, as the chosen campaign has taught."""
    with show.card("uplift_customers", "Whom of this audience to contact now"):
        entered = stated(warehouse).get(knobs["campaign"])
        asked = f"{audience} {knobs['campaign']} {entered} {warehouse.data_version}"
        if st.session_state.get("uplift_of") != asked:
            st.caption(
                "Two models learn from this campaign whom the contact moved, and rank the audience of the bar by it."
            )
            st.button(
                "Rank them", key="uplift_rank", type="primary", icon=":material/format_list_numbered:", on_click=_start,
                args=(warehouse, audience, knobs, asked),
            )  # fmt: skip
            return
        if jobs.running("uplift_job") and jobs.wait("uplift_job") is None:
            return
        try:
            found = ranked.uplift_customers(warehouse, audience, **knobs)
        except CrmError as error:
            show.nothing(str(error))
            return
        if found.empty:
            show.nothing(" ".join(found.attrs["notes"]))
            return
        finding = ranked.uplift_customers_in_words(found)
        st.caption(inert(finding or show.NO_FINDING))
        known = [name for name in _SHOWN if found[name].notna().any()]
        show.rows(found[known].head(show.ROWS_ON_SCREEN), "uplift_list", config=_SHOWN, height=300)
        show.behind("uplift_customers", found, audience, table=False, **knobs)
        _keep(warehouse, audience, knobs, ranked.tenths_advised(found))


def _start(warehouse: Warehouse, audience: Audience, knobs: dict, asked: str) -> None:
    st.session_state["uplift_of"] = asked
    st.session_state["uplift_job"] = jobs.jobs().start(
        "Ranking customers by uplift", session.who(), lambda running: _work(warehouse, audience, knobs)
    )


def _work(warehouse: Warehouse, audience: Audience, knobs: dict) -> bool:
    """Rank once; the page then finds the frame kept, or says why there is none."""
    try:
        ranked.uplift_customers(warehouse, audience, **knobs)
    except CrmError:
        return False
    return True


def _keep(warehouse: Warehouse, audience: Audience, knobs: dict, advised: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Name of the segment", f"Moved by {knobs['campaign']}"[:40], key="uplift_name", max_chars=40, width=230
        )
        st.number_input("Best tenths", 1, ranked.TENTHS, advised or 3, key="uplift_tenths", width=120)
        st.button(
            "Keep as a segment", key="uplift_keep", icon=":material/save:", on_click=_save, args=(warehouse, audience, knobs),
            help="A fixed list. Export it on the page Audience, where a control group is drawn, and consent and caps are seen to.",
        )  # fmt: skip
        st.page_link("pages/audience.py", label="Export it with a control group", icon=":material/arrow_forward:")
    if said := st.session_state.pop(_SAID, None):
        st.success(inert(said), icon=":material/check:")


def _save(warehouse: Warehouse, audience: Audience, knobs: dict) -> None:
    name, tenths = (st.session_state[key] for key in ("uplift_name", "uplift_tenths"))
    try:
        kept = ranked.save(warehouse, audience, name, session.who(), int(tenths), **knobs)
        st.session_state[_SAID] = f"Kept {formats.counted(kept, 'customer')} as “{name}”."
    except CrmError as error:
        st.session_state[_SAID] = str(error)
