"""The rules by which records are read and joined: the business's country, and which sources are trusted for what."""

from __future__ import annotations

import streamlit as st

from crm_analytics.identity.countries import COUNTRIES
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import CUSTOMER_LABELS
from crm_analytics.ui import session
from crm_analytics.ui.shell import acting, complain
from crm_analytics.workspace.preferences import SURVIVING


def form(warehouse: Warehouse) -> None:
    """The parameters in force; everything is made anew from others."""
    now = warehouse.preferences
    with warehouse.duck.session() as reading:
        loaded = [name for (name,) in reading.rows("SELECT DISTINCT source FROM core.customers ORDER BY source")]
    fields = st.multiselect(
        "Fields with an order of sources of their own", SURVIVING, list(now.field_priority), key="set_fields",
        format_func=_label, placeholder="none: the same order for all",
        help="Such as the e-mail address from the shop, and the address from the till.",
    )  # fmt: skip
    codes = sorted({*COUNTRIES, *([now.home_country] if now.home_country else [])})
    with st.form("identity_rules", border=False):
        st.selectbox(
            "Country of the business", codes, index=codes.index(now.home_country) if now.home_country else None,
            key="set_country", placeholder="as most customers", width=300, format_func=_country,
            help="Telephone numbers without a country are read as numbers of this one, unless the customer has a country.",
        )  # fmt: skip
        _sources(
            "Sources, the most trusted first", "set_priority", loaded, now.source_priority, "none: the newest value holds",
            "Where records are one person, each field is that of the first of these sources that knows it; of the "
            "sources that are not named, the newest value.",
        )  # fmt: skip
        for name in fields:
            _sources(
                f"{_label(name)}: sources, the most trusted first", f"set_priority_{name}", loaded,
                now.field_priority.get(name, ()), "none: as for all fields",
                "Before the order of all fields, which holds among the sources that are not named here.",
            )  # fmt: skip
        st.form_submit_button("Save", icon=":material/save:", on_click=_keep, args=(tuple(fields),))
        complain("identity_rules")


def _sources(label: str, key: str, loaded: list[str], now: tuple[str, ...], none: str, about: str) -> None:
    st.multiselect(label, sorted({*loaded, *now}), list(now), key=key, placeholder=none, help=about)


def _label(name: str) -> str:
    return (
        "Address, all its parts"
        if name == "address"
        else CUSTOMER_LABELS.get(name, name.replace("_", " ").capitalize())
    )


def _country(code: str) -> str:
    return f"{code} {COUNTRIES.get(code, '').capitalize()}"


def _keep(fields: tuple[str, ...]) -> None:
    """A callback: saved before the page is drawn anew."""
    own = {name: tuple(st.session_state[f"set_priority_{name}"]) for name in fields}
    with acting("identity_rules"):
        session.warehouse().set_preferences(
            session.who(),
            home_country=st.session_state["set_country"],
            source_priority=tuple(st.session_state["set_priority"]),
            field_priority={name: order for name, order in own.items() if order},
        )
