"""Every metric by name: for pages, the command line and the reference."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from crm_analytics.errors import UnknownName
from crm_analytics.identity.bands import BANDS, SURE
from crm_analytics.metrics import (
    attribution,
    btyd,
    campaigns,
    campaigns_acquisition,
    campaigns_funnel,
    campaigns_lift,
    campaigns_money,
    campaigns_planning,
    campaigns_segments,
    channels,
    churn,
    clusters,
    customer,
    customers,
    diagnosis,
    duplicates,
    explore,
    forecast,
    loyalty,
    model_cards,
    observational,
    offers,
    pareto,
    pareto_watch,
    payment,
    pressure,
    pressure_trial,
    profile,
    profitability,
    programme,
    programme_chain,
    programme_effect,
    programme_history,
    programme_money,
    programme_results,
    programme_steps,
    pyramid,
    quality,
    retention,
    rfm,
    rfm_editing,
    sales,
    segments,
    segments_flow,
    service,
    summary,
    survival,
    themes,
    today,
    today_drafts,
    tree,
    typical,
    uplift,
    uplift_customers,
    value,
    value_totals,
    voice,
)
from crm_analytics.metrics.knobs import Knob, day, money, one_of, share, whole, word
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import STATUSES


@dataclass(frozen=True)
class Metric:
    """A metric as others meet it.

    statements: the SQL files it reads, for "how is this computed". grain: what a row is; "customer" frames are long
    and limited where they are shown.
    """

    function: Callable[..., pd.DataFrame]
    grain: str
    statements: tuple[str, ...]
    knobs: dict[str, Knob] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called everywhere: the function's name."""
        return self.function.__name__

    @property
    def about(self) -> str:
        """One line: the first of the docstring."""
        return inspect.getdoc(self.function).splitlines()[0]  # type: ignore[union-attr]


_BEFORE = {"before": day("without it the comparison day of the audience")}
_LIST = {
    "segment": word("a segment of the RFM grid in force, or nothing for all"),
    "limit": whole(1, customers.ALL_ROWS, None, "rows"),
}
_OF_SEGMENT = {"segment": Knob(str, None, "the name of a saved segment, or nothing for all")}
_OF_PROGRAMME = {"programme": Knob(str, None, "the id or name of a programme, or nothing for all")}
_ROWS = {"limit": whole(1, customers.ALL_ROWS, None, "rows")}
_KEPT = {"abc_class": one_of(pareto.CLASSES), "status": one_of(STATUSES)}
_PERIOD = {"period": one_of(sales.PERIODS, "month")}
_SPANS = {
    "period": replace(
        one_of(tree.CALENDAR), allowed=f"one of {', '.join(tree.CALENDAR)}; without it the audience's comparison period"
    )
}
_COHORT = {"period": one_of(retention.COHORT_PERIODS, "month")}
_DIVIDED = f"one of {', '.join(explore.FIELDS)}; for contacts also a column of their file"
_GUESTS = "metrics/guests"
_CAMPAIGN = {"campaign": word("the id of a campaign, or nothing for all")}
_WORTH = {"value_per_conversion": replace(money(0), default=None), "contact_cost": replace(money(0), default=None)}
_CAMPAIGNS = ("metrics/campaign_sums", "metrics/campaign_list")
_OUTCOMES = {"window": whole(1, 366, 30, "days after the contact")}
_BUYING = ("metrics/btyd_histories", "metrics/repeat_spend")
_LEAVING = (
    "metrics/churn_size",
    "metrics/churn_purchases",
    "metrics/churn_rhythm",
    "metrics/churn_contacts",
    "metrics/churn_cases",
    "metrics/churn_answers",
    "metrics/churn_invoices",
    "metrics/churn_lines",
    "metrics/churn_outcomes",
    "metrics/first_order",
)
_VALUE = ("metrics/customer_value", "metrics/margin_rate", *_BUYING, *_LEAVING)
_DAYS = {"days": whole(7, 1_095, None, "days")}
_VALUE_KNOBS = {"months": whole(1, 60, 12, "months"), "discount": whole(0, 100, 10, "percent a year"), **_DAYS}
_OFFERS = ("metrics/offer_products", "metrics/offer_pairs", "metrics/offer_people")
_OFFER_KNOBS = {
    "offers": whole(1, 100, offers.AT, "offers"),
    "ranked_by": one_of(offers.RANKS, "margin"),
    "customer": word("a customer's id, or nothing for all"),
}
_ANSWERS_BY = {
    "by": Knob(
        voice.group_name, "all", f"one of {', '.join(voice.GROUPS)}, or a column of the answers file in snake_case"
    )
}
_ARMS = "metrics/contact_arms"
_WINDOW = {"window": whole(1, 366, 30, "days")}
_ATTITUDE = {"attitude": one_of(voice.SCALES, "nps")}

METRICS = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric(
                diagnosis.diagnosis,
                "base",
                (
                    "metrics/diagnosis",
                    "metrics/diagnosis_orders",
                    "metrics/diagnosis_sums",
                    "metrics/lapsed",
                    "metrics/gaps",
                    _GUESTS,
                ),
            ),
            Metric(diagnosis.statuses, "status", ("metrics/statuses", _GUESTS)),
            Metric(summary.summary, "base", ("metrics/summary", "metrics/first_order")),
            Metric(sales.sales, "period", ("metrics/sales",), _PERIOD),
            Metric(tree.sales_tree, "lever", ("metrics/sales_tree", "metrics/first_order"), _SPANS | _BEFORE),
            Metric(retention.retention, "cohort x age", ("metrics/retention", "metrics/retention_orders", _GUESTS), _COHORT),
            Metric(
                retention.repurchase,
                "day",
                ("metrics/repurchase", _GUESTS),
                {"days": whole(1, 36_500, 730, "days")},
            ),
            Metric(
                retention.interpurchase,
                "bin of days",
                ("metrics/gaps", _GUESTS),
                {"width": whole(1, 366, 7, "days")},
            ),
            Metric(segments.segments, "saved segment", ("metrics/segment_size",)),
            Metric(segments.segment_members, "customer", ("metrics/segment_members",), _OF_SEGMENT | _ROWS),
            Metric(
                segments.segment_history,
                "saved segment x date",
                ("metrics/audience_ids",),
                _OF_SEGMENT | {"months": whole(1, 120, segments.MONTHS, "months")},
            ),
            Metric(segments.segment_overlap, "pair of saved segments", ("metrics/segment_size",)),
            Metric(
                segments_flow.segment_flow,
                "pair of places",
                ("metrics/segment_flow",),
                _OF_SEGMENT | _BEFORE | {"other": Knob(str, None, "the name of another saved segment, or nothing")},
            ),
            Metric(
                clusters.clusters,
                "cluster",
                ("metrics/cluster_features", "metrics/buyers"),
                {
                    "k": whole(2, 10, None, "clusters"),
                    "features": Knob(str, None, f"some of {', '.join(clusters.FEATURES)}, with commas between"),
                },
            ),
            Metric(clusters.cluster_drift, "kept cluster model x cluster", ("metrics/audience_size",)),
            Metric(
                profile.segment_profile,
                "field x value",
                ("metrics/segment_profile", "metrics/profile_habits", "metrics/profile_lines", "metrics/buyers"),
                _OF_SEGMENT
                | {
                    "against": Knob(str, None, "the name of a saved segment, or nothing for the whole base"),
                    "then": day("compared with that day; without it with the same day"),
                    "field": one_of((*profile.GROUPS, *profile.PROFILED)),
                },
            ),
            Metric(typical.typical_customers, "customer", ("metrics/cluster_features", "metrics/customers"), _OF_SEGMENT),
            Metric(
                explore.explore,
                "field x field x period",
                ("metrics/explore", "metrics/explore_contacts"),
                {
                    "measure": one_of(explore.MEASURES, "revenue"),
                    "rows": replace(word(_DIVIDED), default="status"),
                    "columns": word(_DIVIDED),
                    "period": one_of(explore.PERIODS, "all"),
                },
            ),
            Metric(rfm.rfm, "segment", ("metrics/rfm", _GUESTS)),
            Metric(rfm.rfm_grid, "cell", ("metrics/rfm_grid", _GUESTS)),
            Metric(rfm.rfm_cutoffs, "measure x score", ("metrics/rfm_cutoffs",)),
            Metric(rfm.rfm_customers, "customer", ("metrics/rfm_customers",), _LIST),
            Metric(rfm.rfm_migration, "pair of segments", ("metrics/rfm_migration",), _BEFORE),
            Metric(
                rfm_editing.rfm_preview,
                "pair of segments",
                ("metrics/rfm_preview",),
                {"scheme": one_of(rfm_editing.SCHEME_NAMES, rfm_editing.DEFAULT)},
            ),
            Metric(rfm_editing.rfm_schemes, "scheme", ()),
            Metric(channels.channels, "channel", ("metrics/channels", _GUESTS)),
            Metric(channels.channel_mix, "group", ("metrics/channel_mix",)),
            Metric(
                payment.payment_behaviour,
                "group",
                ("metrics/payment_behaviour",),
                {"by": one_of(payment.GROUPS, "segment")},
            ),
            Metric(
                payment.discount_dependence,
                "group",
                ("metrics/discount_dependence",),
                {"by": one_of(payment.GROUPS, "segment"), "discount": share(0.2)},
            ),
            Metric(
                customer.customer_search,
                "customer",
                ("metrics/customer_search",),
                {"text": word("any key of a customer")},
            ),
            Metric(
                customer.customer_timeline,
                "event",
                ("metrics/customer_timeline",),
                {"customer": word("a customer's id")},
            ),
            Metric(
                customer.customer_rhythm,
                "purchase day",
                ("metrics/customer_rhythm",),
                {"customer": word("a customer's id")},
            ),
            Metric(
                customer.customer_changes,
                "field",
                ("metrics/customer_changes", "metrics/customer_timeline"),
                {"customer": word("a customer's id")},
            ),
            Metric(customers.customers, "customer", ("metrics/customers",), _LIST | _KEPT),
            Metric(
                pareto.pareto,
                "base",
                ("metrics/revenues", "metrics/top_customers_kept", "metrics/abc", _GUESTS),
                _BEFORE,
            ),
            Metric(pareto.pareto_curve, "point", ("metrics/revenues", _GUESTS)),
            Metric(pareto.abc, "class", ("metrics/abc", _GUESTS)),
            Metric(pyramid.pyramid, "tier", ("metrics/pyramid", "metrics/first_order", _GUESTS)),
            Metric(pyramid.pyramid_moves, "pair of tiers", ("metrics/pyramid", "metrics/first_order")),
            Metric(
                pareto_watch.pareto_watch,
                "customer",
                ("metrics/pareto_watch", "metrics/first_order"),
                {"move": one_of(pareto_watch.WATCHED)},
            ),
            Metric(pareto_watch.pareto_range, "base", ("metrics/revenues", _GUESTS)),
            Metric(profitability.whale_curve, "point", ("metrics/profits", "metrics/profit_parts", _GUESTS)),
            Metric(profitability.profit_concentration, "base", ("metrics/profits", "metrics/profit_parts", _GUESTS)),
            Metric(
                profitability.profitability_matrix,
                "class x line",
                ("metrics/profitability", "metrics/pyramid"),
            ),
            Metric(
                offers.basket_rules,
                "rule",
                ("metrics/basket_days", "metrics/basket_sizes", "metrics/basket_products", "metrics/basket_items"),
                {"support": share(0.01), "confidence": share(0.25)},
            ),
            Metric(offers.next_offers, "customer", _OFFERS, _OFFER_KNOBS),
            Metric(offers.offers_evaluation, "method", ("metrics/offer_products", "metrics/offer_pairs")),
            Metric(voice.nps, "group", ("metrics/opinions",), _ANSWERS_BY),
            Metric(voice.csat, "group", ("metrics/opinions",), _ANSWERS_BY),
            Metric(
                voice.perception,
                "question x segment x wave",
                ("metrics/perception",),
                {"by": one_of(("segment", "all"), "segment")},
            ),
            Metric(
                themes.comment_themes,
                "theme",
                ("metrics/comments",),
                {"themes": whole(2, 20, None, "themes"), "opinion": one_of(voice.OPINIONS)},
            ),
            Metric(loyalty.loyalty_matrix, "kind of loyalty", ("metrics/loyalty_matrix",), _ATTITUDE),
            Metric(loyalty.loyalty_moves, "pair of kinds of loyalty", ("metrics/loyalty_moves",), _ATTITUDE | _BEFORE),
            Metric(loyalty.opinion_revenue, "opinion", ("metrics/loyalty_matrix",), _ATTITUDE),
            Metric(
                service.service,
                "kind of case",
                ("metrics/service", "metrics/service_times", "metrics/recovery"),
            ),
            Metric(service.deliveries, "month", ("metrics/deliveries",)),
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
                    "since": whole(1, 90, 7, "days"),
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
            Metric(
                forecast.forecast,
                "month",
                ("metrics/sales", "metrics/first_order"),
                {"measure": one_of(forecast.MEASURES, "revenue"), "months": whole(1, 24, 6, "months")},
            ),
            Metric(programme_money.market, "period", ("metrics/market", "metrics/sales")),
            Metric(programme_money.programme_benefits, "kind of benefit", ("metrics/programme_benefits",)),
            Metric(
                programme.objectives,
                "objective",
                ("metrics/sales", "metrics/programme_levels", "metrics/programme_top_share"),
                _OF_PROGRAMME,
            ),
            Metric(programme.actions, "action", ("metrics/programme_responses",), _OF_PROGRAMME),
            Metric(programme_results.action_results, "executed action", ("metrics/programme_responses",), _OF_PROGRAMME),
            Metric(programme_money.programme_budget, "budget line", (), _OF_PROGRAMME),
            Metric(programme_history.programme_changes, "field of a row", (), _OF_PROGRAMME),
            Metric(programme_steps.programme_steps, "step", (), _OF_PROGRAMME),
            Metric(programme_steps.corrective_measures, "corrective measure", (), _OF_PROGRAMME),
            Metric(programme_chain.programme_chain, "objective x part", (), _OF_PROGRAMME),
            Metric(programme_chain.programme_gap, "objective x lever", ("metrics/sales_tree",), _OF_PROGRAMME),
            Metric(programme_effect.programme_members, "outcome", ("metrics/programme_members",), _OF_PROGRAMME),
            Metric(programme_effect.programme_holdout, "quarter", ("metrics/programme_holdout",), _OF_PROGRAMME),
            Metric(btyd.btyd, "model", _BUYING),
            Metric(btyd.btyd_tracking, "week", ("metrics/btyd_days", *_BUYING)),
            Metric(btyd.btyd_holdout, "number of repeat purchases", _BUYING),
            Metric(
                value.customer_value,
                "customer",
                _VALUE,
                {**_VALUE_KNOBS, "action": one_of(value.ACTIONS.values()), **_ROWS},
            ),
            Metric(value_totals.value_totals, "base", _VALUE, _VALUE_KNOBS),
            Metric(value_totals.risk_map, "cell", _VALUE, _DAYS),
            Metric(
                value_totals.churn_profit,
                "length of the list",
                _VALUE,
                {"offer_cost": money(5.0), "saved": share(0.1), **_DAYS},
            ),
            Metric(churn.churn_evaluation, "score", _LEAVING, _DAYS),
            Metric(churn.churn_lists, "list", _LEAVING, {"length": whole(1, 10_000_000, None, "customers"), **_DAYS}),
            Metric(churn.churn_calibration, "bin of customers", _LEAVING, _DAYS),
            Metric(churn.churn_importance, "feature", _LEAVING, _DAYS),
            Metric(
                survival.survival,
                "group x day",
                ("metrics/survival", "metrics/survival_lines", "metrics/survival_segments", _GUESTS),
                {
                    "by": one_of((*survival.GROUPS, *survival.CIRCULAR)),
                    "landmark": day("beside by=segment only; time then starts on it"),
                },
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
                _CAMPAIGN
                | _WORTH
                | {"control": word("the name of the control arm, where it cannot be told")}
                | _OUTCOMES,
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
            Metric(campaigns_funnel.campaign_days, "arm x day", ("metrics/campaign_days",), _CAMPAIGN | _OUTCOMES),
            Metric(campaigns_money.campaign_bridge, "step", _CAMPAIGNS, _CAMPAIGN | _WORTH | _OUTCOMES),
            Metric(campaigns_money.campaign_credit, "channel", _CAMPAIGNS, _OUTCOMES),
            Metric(campaigns_acquisition.acquisition, "period x channel", ("metrics/acquisition",), _PERIOD),
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
            Metric(
                quality.data_quality,
                "table x column",
                ("metrics/quality_customers", "metrics/quality_orders", _GUESTS),
            ),
            Metric(quality.data_sources, "source x table", ("metrics/quality_customers", "metrics/quality_orders")),
            Metric(quality.data_imports, "import", ()),
            Metric(duplicates.duplicates, "pair of records", ("metrics/audience_ids",), {"band": one_of(BANDS)}),
            Metric(duplicates.duplicate_bands, "band", ()),
            Metric(duplicates.duplicate_effect, "figure", (), {"band": one_of(BANDS, SURE)}),
            Metric(model_cards.model_cards, "model", (*_BUYING, *_LEAVING, "metrics/audience_size")),
        )
    }
)


def compute(warehouse: Warehouse, name: str, audience: Audience, **knobs: object) -> pd.DataFrame:
    """The frame of a metric; knobs may be text as typed. `UnknownName` or `BadValue` where something does not fit."""
    metric = METRICS.get(name)
    if metric is None:
        raise UnknownName("metric", name, METRICS)
    for knob in knobs:
        if knob not in metric.knobs:
            raise UnknownName(f"knob of {name}", knob, metric.knobs)
    read: dict[str, Any] = {knob: known.read(knob, knobs.get(knob)) for knob, known in metric.knobs.items()}
    return metric.function(warehouse, audience, **read)
