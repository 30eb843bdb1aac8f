"""The rest of the page on campaigns: segments, response over time, balance, credit, costs of winning, planning."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from crm_analytics.charts import campaigns as drawn
from crm_analytics.metrics.campaigns import words as campaigns_words
from crm_analytics.metrics.campaigns.acquisition import acquisition, acquisition_in_words
from crm_analytics.metrics.campaigns.funnel import campaign_channels, campaign_days, campaign_returns
from crm_analytics.metrics.campaigns.money import campaign_credit
from crm_analytics.metrics.campaigns.segments import campaign_balance, campaign_segments
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import campaigns as chosen
from crm_analytics.ui import show
from crm_analytics.ui.shell import inert


def more(warehouse: Warehouse, audience: Audience, campaign: str, lift: pd.DataFrame, currency: str | None) -> None:
    """Everything below the first four cards, worked out only when it is opened."""
    with show.more(
        "more_campaign", "More of this campaign: channels, segments, response over time, returned contacts, balance"
    ) as opened:
        if opened:
            _channels(warehouse, audience, campaign)
            _segments(warehouse, audience, campaign, lift, currency)
            left, right = st.columns(2)
            with left:
                _days(warehouse, audience, campaign, lift)
            with right:
                _checks(warehouse, audience, campaign)
    before_and_costs(warehouse, audience, currency)


def before_and_costs(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    """What needs no campaign to be loaded: planning one, credit so far, and what customers cost to win and to keep."""
    with show.more("more_plan", "Before a launch: what would this audience show, what would it pay?") as opened:
        if opened:
            with show.card("campaign_plan", "A campaign to the audience of the bar"):
                chosen.plan(warehouse, audience, currency, _plan_curve)
    with show.more("more_credit", "Credit taken, and what customers cost") as opened:
        if opened:
            _credit(warehouse, audience, currency)


def _plan_curve(found: pd.DataFrame, rate: bool, finding: str | None) -> None:
    show.figure(drawn.plan_curve(found, rate=rate), "plan_curve", finding)


def _channels(warehouse: Warehouse, audience: Audience, campaign: str) -> None:
    found = campaign_channels(warehouse, audience, campaign=campaign)
    with show.card("campaign_channels", "By channel and arm", campaigns_words.channels_in_words(found)):
        known = ["channel", "arm", *(name for name in found.columns[3:] if found[name].notna().any())]
        rates = {name: show.percent() for name in known if name.endswith("rate")}
        show.rows(found[known], "channels_table", config=rates, placeholder="–")
        show.behind("campaign_channels", found, audience, table=False, campaign=campaign)


def _segments(
    warehouse: Warehouse, audience: Audience, campaign: str, lift: pd.DataFrame, currency: str | None
) -> None:
    with show.card("campaign_segments", "Where it worked"):
        by = chosen.field(warehouse)
        outcome = chosen.outcome("segments_outcome", list(lift.loc[lift["difference"].notna(), "outcome"]))
        found = campaign_segments(warehouse, audience, campaign=campaign, by=by, outcome=outcome)
        finding = campaigns_words.segments_in_words(found)
        if list(found["segment"].unique()) == ["not known"]:
            show.nothing(
                f"Of none of its customers the {by.replace('_', ' ')} is known.",
                "customers, or contacts with further columns",
            )
            return
        if finding:
            st.caption(inert(finding))
        several = found["arm"].nunique() > 1
        rows = found.assign(name=found["segment"] + (" " + found["arm"] if several else ""))
        rate = outcome in ("converted", "responded")  # the table writes intervals as shares
        if found["low_95"].notna().any():
            show.figure(drawn.lift_intervals(rows, rate=rate, currency=currency), "segment_intervals", finding)
        else:
            show.nothing("There is no segment with enough customers in both arms.")
        show.behind("campaign_segments", found, audience, table=rate, campaign=campaign, by=by, outcome=outcome)


def _days(warehouse: Warehouse, audience: Audience, campaign: str, lift: pd.DataFrame) -> None:
    found = campaign_days(warehouse, audience, campaign=campaign)
    finding = campaigns_words.days_in_words(found)
    with show.card("campaign_days", "How the response came in", finding):
        if found.empty:
            show.nothing("The contacts have no day, or no orders are loaded.", "orders, beside dated contacts")
        else:
            control = lift["control_arm"].iloc[0] if len(lift) else None
            show.figure(drawn.response_curves(found, control), "response_curves", finding)
        show.behind("campaign_days", found, audience, campaign=campaign)


def _checks(warehouse: Warehouse, audience: Audience, campaign: str) -> None:
    balance = campaign_balance(warehouse, audience, campaign=campaign)
    with show.card("campaign_balance", "Were the arms alike before?", campaigns_words.balance_in_words(balance)):
        if balance.empty:
            show.nothing("Nothing is known of the arms before the campaign.", "orders, beside dated contacts")
        else:
            show.rows(balance.drop(columns="campaign_id").round(3), "balance_table")
        show.behind("campaign_balance", balance, audience, table=False, campaign=campaign)
    returned = campaign_returns(warehouse, audience, campaign=campaign)
    with show.card("campaign_returns", "Contacts that came back"):
        if returned.empty:
            show.nothing("No contact of it came back, as far as the file says.")
        else:
            show.table(returned[["channel", "cause", "customers", "share"]], "returns_table")
        show.behind("campaign_returns", returned, audience, table=False, campaign=campaign)


def _credit(warehouse: Warehouse, audience: Audience, currency: str | None) -> None:
    left, right = st.columns(2)
    credit = campaign_credit(warehouse, audience)
    with (
        left,
        show.card(
            "campaign_credit", "Credit taken against credit due", campaigns_words.credit_in_words(credit, currency)
        ),
    ):
        if credit.empty:
            show.nothing("No campaign has a control group and known revenue.", chosen.CONTACTS)
        else:
            show.table(credit.round(2), "credit_table")
        show.behind("campaign_credit", credit, audience, table=False)
    paid = acquisition(warehouse, audience)
    finding = acquisition_in_words(paid, currency)
    with right, show.card("acquisition", "To win a customer, to keep one", finding):
        if paid["cost"].notna().any() or paid["retention_cost"].notna().any():
            show.figure(drawn.acquisition_lines(paid, currency), "acquisition_lines", finding)
        else:
            show.nothing("No costs are loaded.", "costs (month, kind, channel, amount)")
        show.behind("acquisition", paid, audience)
