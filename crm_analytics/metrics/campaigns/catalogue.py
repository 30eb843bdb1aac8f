"""The metrics of this package by name."""

from __future__ import annotations

from dataclasses import replace

from crm_analytics.metrics.campaigns import acquisition as campaigns_acquisition
from crm_analytics.metrics.campaigns import (
    attribution,
    campaigns,
    observational,
    pressure,
    pressure_trial,
    today,
    today_drafts,
    uplift,
    uplift_customers,
)
from crm_analytics.metrics.campaigns import funnel as campaigns_funnel
from crm_analytics.metrics.campaigns import lift as campaigns_lift
from crm_analytics.metrics.campaigns import money as campaigns_money
from crm_analytics.metrics.campaigns import planning as campaigns_planning
from crm_analytics.metrics.campaigns import segments as campaigns_segments
from crm_analytics.metrics.knobs import Knob, day, money, one_of, whole, word
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.sales.catalogue import PERIOD

_CAMPAIGN = {"campaign": word("the id of a campaign, or nothing for all")}
_WORTH = {"value_per_conversion": replace(money(0), default=None), "contact_cost": replace(money(0), default=None)}
_CAMPAIGNS = ("metrics/campaign_sums", "metrics/campaign_list")
_OUTCOMES = {"window": whole(1, 366, 30, "days after the contact")}
_ARMS = "metrics/contact_arms"
_WINDOW = {"window": whole(1, 366, 30, "days")}

METRICS: tuple[Metric, ...] = (
    Metric(
        observational.observational,
        "outcome",
        ("metrics/observational", "metrics/campaign_list", _ARMS),
        _CAMPAIGN,
    ),
    Metric(
        observational.observational_balance,
        "feature",
        ("metrics/observational", "metrics/campaign_list", _ARMS),
        _CAMPAIGN,
    ),
    Metric(uplift.uplift, "decile", (*_CAMPAIGNS, "metrics/uplift_members"), _CAMPAIGN | _WORTH),
    Metric(uplift.uplift_summary, "base", (*_CAMPAIGNS, "metrics/uplift_members"), _CAMPAIGN | _WORTH),
    Metric(uplift_customers.uplift_customers, "customer", (*_CAMPAIGNS, "metrics/uplift_members"), _CAMPAIGN | _WORTH),
    Metric(
        today.today,
        "customer",
        ("metrics/today", _ARMS),
        {
            "day": day("without it the calendar day"),
            "since": whole(1, 90, today.SINCE, "days"),
            "trigger": one_of(today.TRIGGERS),
            "template": Knob(today_drafts.checked, None, today_drafts.ALLOWED),
        },
    ),
    Metric(
        attribution.attribution,
        "model x channel",
        ("metrics/attribution", _ARMS),
        {"by": one_of(attribution.CREDITED, "channel")} | _WINDOW | {"half_life": whole(1, 366, 7, "days")},
    ),
    Metric(pressure.contact_pressure, "number of contacts", ("metrics/contact_pressure", _ARMS), _WINDOW),
    Metric(pressure.contact_cap, "base", ("metrics/contact_pressure", "metrics/contact_load", _ARMS), _WINDOW),
    Metric(
        pressure_trial.contact_cap_trial,
        "base",
        ("metrics/contact_cap_trial", "metrics/contact_pressure", "metrics/contact_load", _ARMS, *_CAMPAIGNS),
        _WINDOW,
    ),
    Metric(pressure.neglected, "segment", ("metrics/contact_load", _ARMS)),
    Metric(
        pressure.contact_times,
        "weekday x hour",
        ("metrics/contact_times", _ARMS),
        {"channel": Knob(str, None, "the name of a channel, or nothing for all")},
    ),
    Metric(campaigns.campaigns, "campaign", _CAMPAIGNS, _WORTH | _OUTCOMES),
    Metric(
        campaigns_funnel.campaign_funnel,
        "step",
        _CAMPAIGNS,
        _CAMPAIGN | {"arm": word("the name of an arm"), "channel": word("the name of a channel")} | _OUTCOMES,
    ),
    Metric(
        campaigns_lift.campaign_lift,
        "treated arm x outcome",
        (*_CAMPAIGNS, "metrics/campaign_overlap", "metrics/campaign_attributes"),
        _CAMPAIGN | _WORTH | {"control": word("the name of the control arm, where it cannot be told")} | _OUTCOMES,
    ),
    Metric(
        campaigns_segments.campaign_segments,
        "segment x arm",
        _CAMPAIGNS,
        _CAMPAIGN
        | {
            "by": replace(word("a field of customers or a column of the contacts file"), default="segment"),
            "outcome": one_of(campaigns_segments.OUTCOMES, "converted"),
        }
        | _OUTCOMES,
    ),
    Metric(campaigns_segments.campaign_balance, "arm x covariate", _CAMPAIGNS, _CAMPAIGN),
    Metric(campaigns_funnel.campaign_channels, "channel x arm", ("metrics/campaign_channels",), _CAMPAIGN),
    Metric(campaigns_funnel.campaign_returns, "channel x cause", ("metrics/campaign_returns",), _CAMPAIGN),
    Metric(campaigns_funnel.campaign_days, "arm x day", _CAMPAIGNS, _CAMPAIGN | _OUTCOMES),
    Metric(campaigns_money.campaign_bridge, "step", _CAMPAIGNS, _CAMPAIGN | _WORTH | _OUTCOMES),
    Metric(campaigns_money.campaign_credit, "channel", _CAMPAIGNS, _OUTCOMES),
    Metric(campaigns_acquisition.acquisition, "period x channel", ("metrics/acquisition",), PERIOD),
    Metric(
        campaigns_planning.campaign_plan,
        "size of the control group",
        ("metrics/campaign_past", *_CAMPAIGNS),
        {
            "outcome": one_of(campaigns_planning.OUTCOMES, "converted"),
            "effect": Knob(campaigns_planning.number, None, "the expected difference per customer, or nothing"),
            "value": replace(money(0), default=None),
            "contact_cost": money(0.0),
            "fixed_cost": money(0.0),
        },
    ),
    Metric(campaigns_planning.campaign_plans, "plan", _CAMPAIGNS),
)
