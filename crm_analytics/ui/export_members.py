"""The export on the page: what goes out, to whom, who is left out for comparison, and what went out before."""

from __future__ import annotations

import secrets
from datetime import date

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.errors import CrmError
from crm_analytics.export import WRITERS
from crm_analytics.ingest import export_campaign
from crm_analytics.query import controls, outgoing
from crm_analytics.query.outgoing import Outgoing, Wish
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain, inert, spoken
from crm_analytics.workspace import exports
from crm_analytics.workspace.programmes_holdout import everyone_held_out

NOBODY = "none: they are not contacted"
FORMS = {"CSV": "csv", "Excel": "xlsx", "Parquet": "parquet"}
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_SAID = "export_said"
APOSTROPHE = (
    "A text that begins with = + - or @ stands behind an apostrophe, a telephone as '+49 30 1234 too: without it "
    "a spreadsheet would compute it as a formula. Parquet has none."
)


def card(warehouse: Warehouse, audience: Audience) -> None:
    """Choose columns, channel and control group; one click makes the file and keeps who is in it."""
    with show.card("export", "Export these customers"):
        complain("export")
        wish = _wish(warehouse, audience)
        try:
            made = outgoing.prepare(warehouse, audience, wish, date.today())
        except CrmError as error:
            st.warning(inert(str(error)), icon=":material/report:")
            return
        st.markdown(f"**{inert(made.in_words)}**")
        if made.frame.empty:
            show.nothing("Nobody is left to export. Who has given no consent is not contacted.")
        else:
            st.download_button(
                f"Export {formats.counted(len(made.frame), 'customer')}", lambda: WRITERS[wish.form](made.frame),
                f"customers_{audience.as_of}.{wish.form}", _TYPES[wish.form], key="export_now", type="primary",
                icon=":material/download:", on_click=_keep, args=(audience, wish, made),
            )  # fmt: skip
        if said := st.session_state.pop(_SAID, None):
            st.success(inert(said), icon=":material/check:")


def _wish(warehouse: Warehouse, audience: Audience) -> Wish:
    columns = st.multiselect(
        "Columns", list(CUSTOMER_FIELDS), list(outgoing.COLUMNS), key="export_columns",
        format_func=lambda each: CUSTOMER_FIELDS[each].label,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = st.segmented_control("Format", list(FORMS), default="CSV", key="export_form", required=True)
        channel = st.selectbox(
            "Channel", [NOBODY, *outgoing.channels(warehouse, audience)], key="export_channel", width=230,
            help="Over which they will be contacted: consent and the contact cap are those of this channel.",
        )  # fmt: skip
        share = st.number_input("Control group, %", 0, 50, 0, 5, key="export_control", width=150,
                                help="Drawn at random and left out, so that the lift can be measured.")  # fmt: skip
        seed = int(st.session_state.setdefault("export_seed", secrets.randbelow(2**31)))
        if share:
            told = "Of the same customers the same number draws the same group."
            seed = int(st.number_input("Drawn by", 0, 2**31, key="export_seed", width=150, help=told))
        campaign = st.text_input(
            "Campaign", key="export_campaign", max_chars=80, width=230, placeholder="Export and its number" if share else "makes none",
            help="A campaign of this name is made, ready to receive its contacts; a control group always gets one.",
        )  # fmt: skip
    if FORMS[form] != "parquet":
        st.caption(inert(APOSTROPHE))
    channel = None if channel == NOBODY else channel
    unknown = False
    if channel is not None:
        unknown = st.toggle("Also those who have said neither yes nor no", key="export_unknown")
        _cap(warehouse, channel)
    with warehouse.duck.session() as reading:
        held = bool(everyone_held_out(reading)) or bool(controls.running(warehouse, audience, date.today()))
    with_held = held and st.toggle(
        "Also those held out of a programme or in a running control group",
        key="export_held_out",
        help="Effects can no longer be measured by them. With a group drawn before, the same number draws it again.",
    )
    return Wish(
        tuple(columns or ["customer_id"]), FORMS[form], channel, unknown, share / 100, seed, campaign.strip(), with_held
    )


def _cap(warehouse: Warehouse, channel: str) -> None:
    """The cap of the channel: a setting, kept when it is changed."""
    with warehouse.duck.session() as reading:
        known = exports.cap(reading, channel)
    key = f"cap_{channel}"
    st.session_state.setdefault(key, known)

    def keep() -> None:
        with acting("export"), warehouse.duck.writing(), warehouse.duck.session() as writing, writing.transaction():
            exports.set_cap(writing, channel, st.session_state.get(key), session.who())

    st.number_input(
        f"Most contacts over {spoken(channel)} in 30 days", 0, 1000, key=key, on_change=keep, width=260,
        placeholder="no cap", help="For all exports. What a customer wishes is respected beside it.",
    )  # fmt: skip


@acting("export")
def _keep(audience: Audience, wish: Wish, made: Outgoing) -> None:
    warehouse = session.warehouse()
    kept = outgoing.record(warehouse, audience, wish, made, session.who())
    said = st.session_state[_SAID] = (
        f"This is export {kept.export_id}; contacts of its campaign carry the id {kept.campaign_id}."
    )
    if wish.makes_campaign:
        export_campaign.create(warehouse, kept, session.who(), date.today())
        st.session_state[_SAID] = f"{said} The campaign “{kept.campaign_name}” is made."
        st.session_state["export_control"], st.session_state["export_campaign"] = (
            0,
            "",
        )  # a second click makes no second one


def earlier(warehouse: Warehouse) -> None:
    """What went out before."""
    with warehouse.duck.session() as reading:
        found = [each.as_dict() for each in exports.listed(reading)]
    with show.card("exports", "What went out"):
        if not found:
            show.nothing("Nothing has been exported yet.")
            return
        names = ["export_id", "exported_at", "segment", "version", "rule_in_words", "exported", "control"]
        names += ["channel", "campaign_id", "campaign_name", "who"]
        show.table(pd.DataFrame(found)[names].rename(columns={"segment": "saved segment"}), "exports")
