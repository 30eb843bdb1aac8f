"""Cards for the page on campaigns: credit and pressure over all of them, and of one without a control group, or to come."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics.charts import observational as without
from crm_analytics.charts import pressure as drawn
from crm_analytics.charts import uplift as moved
from crm_analytics.errors import CrmError
from crm_analytics.metrics.campaigns import attribution, observational, pressure, pressure_trial, uplift
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import campaigns_uplift, show
from crm_analytics.ui.shell import inert

_WINDOWS = {"30 days": 30, "90 days": 90, "180 days": 180}


def more(warehouse: Warehouse, audience: Audience, campaign: str, currency: str | None) -> None:
    """Two parts of the page, worked out only when they are opened."""
    with show.more("more_next", "Next time: whom to contact, and what if nobody was held back?") as opened:
        if opened:
            _next_time(warehouse, audience, campaign)
            _without_control(warehouse, audience, campaign)
    with show.more(
        "more_pressure", "All campaigns: credit by channel, contact pressure, when they are answered"
    ) as opened:
        if opened:
            _pressure(warehouse, audience, currency)
            left, right = st.columns(2)
            with left:
                _credit(warehouse, audience, currency)
            with right:
                _times(warehouse, audience)


def _next_time(warehouse: Warehouse, audience: Audience, campaign: str) -> None:
    with show.card("uplift", "Whom to contact next time"):
        with st.container(horizontal=True, key="uplift_worth"):
            value = st.number_input("Value of a conversion", min_value=0.0, value=None, key="uplift_value", width=190)
            cost = st.number_input("Cost of a contact", min_value=0.0, value=None, key="uplift_cost", width=190)
        knobs = {"campaign": campaign, "value_per_conversion": value, "contact_cost": cost}
        try:
            found, summary = (metric(warehouse, audience, **knobs) for metric in (uplift.uplift, uplift.uplift_summary))
        except CrmError as error:
            show.nothing(str(error))
            return
        finding = uplift.uplift_in_words(summary, found)
        if finding:
            st.caption(inert(finding))
        left, right = st.columns(2)
        with left:
            show.figure(moved.qini_curve(found), "qini_curve", finding)
        with right:
            show.figure(moved.uplift_bars(found), "uplift_bars", finding)
        show.behind("uplift", found, audience, **knobs)
    campaigns_uplift.card(warehouse, audience, knobs)


def _without_control(warehouse: Warehouse, audience: Audience, campaign: str) -> None:
    with show.card("observational", "Beside comparable customers (observational)"):
        try:
            found = observational.observational(warehouse, audience, campaign=campaign)
            balance = observational.observational_balance(warehouse, audience, campaign=campaign)
        except CrmError as error:
            show.nothing(str(error))
            return
        finding = observational.observational_in_words(found)
        if finding:
            st.caption(inert(finding))
        left, right = st.columns(2)
        with left:
            for outcome in observational.OUTCOMES:
                show.figure(without.effect_and_placebo(found, outcome), f"observed_{outcome}", finding)
        with right:
            show.figure(without.balance_plot(balance), "balance_plot", _balanced(balance))
        show.behind("observational", found, audience, campaign=campaign)


def _balanced(balance: pd.DataFrame) -> str | None:
    if balance.empty:
        return None
    before, after = (balance[when].abs().max() for when in ("before", "after"))
    return f"The two sides were up to {before:.2f} standard deviations apart, after matching {after:.2f}."


def _pressure(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    with show.card("contact_pressure", "How much contact is too much"):
        window = show.choice("Window", _WINDOWS, "pressure_window", first="30 days")
        found = pressure.contact_pressure(warehouse, audience, window=window)
        cap = pressure.contact_cap(warehouse, audience, window=window)
        finding = pressure.pressure_in_words(found, window)
        drawn_lots = pressure_trial.contact_cap_trial(warehouse, audience, window=window)
        bounds = [pressure.cap_in_words(cap, window, currency), pressure_trial.cap_trial_in_words(drawn_lots, currency)]
        st.caption(inert(" ".join(filter(None, [finding, *bounds]))))
        advised = cap["cap"].iloc[0]
        if found["contacts"].nunique() > 1:
            show.figure(
                drawn.pressure_curve(found, None if pd.isna(advised) else int(advised)), "pressure_curve", finding
            )
        elif found.empty:
            show.nothing("No contact has a day: how often somebody was contacted is not known.", attribution.CONTACTS)
        else:
            show.nothing("Nobody was contacted more than once in so many days.")
        show.behind("contact_pressure", found, audience, window=window)


def _credit(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    found = attribution.attribution(warehouse, audience)
    finding = attribution.attribution_in_words(found, currency)
    with show.card("attribution", "Who gets the credit", finding):
        show.figure(drawn.credit_bars(found), "credit_bars", finding)
        show.behind("attribution", found, audience)


def _times(warehouse: Warehouse, audience: Audience) -> None:
    found = pressure.contact_times(warehouse, audience)
    finding = pressure.times_in_words(found)
    with show.card("contact_times", "When contacts are answered", finding):
        show.figure(drawn.contact_hours(found), "contact_hours", finding)
        show.behind("contact_times", found, audience)
