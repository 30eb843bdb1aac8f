"""The metrics of this package by name."""

from __future__ import annotations

from crm_analytics.metrics.knobs import BEFORE, GUESTS, day, money, one_of, share, whole, word
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.segments.catalogue import ROWS
from crm_analytics.metrics.value import (
    btyd,
    churn,
    churn_features,
    model_cards,
    offers,
    pareto,
    pareto_watch,
    profitability,
    pyramid,
    survival,
    value,
    value_totals,
)

_BUYING = ("metrics/btyd_histories", "metrics/repeat_spend")
_LEAVING = ("metrics/churn_size", *churn_features.STATEMENTS, "metrics/first_order")
_VALUE = ("metrics/customer_value", "metrics/margin_rate", *_BUYING, *_LEAVING)
_DAYS = {"days": whole(7, 1_095, None, "days")}
_VALUE_KNOBS = {"months": whole(1, 60, 12, "months"), "discount": whole(0, 100, 10, "percent a year"), **_DAYS}
_OFFERS = ("metrics/offer_products", "metrics/offer_pairs", "metrics/offer_people")
_OFFER_KNOBS = {
    "offers": whole(1, 100, offers.AT, "offers"),
    "ranked_by": one_of(offers.RANKS, "margin"),
    "customer": word("a customer's id, or nothing for all"),
}

METRICS: tuple[Metric, ...] = (
    Metric(
        pareto.pareto,
        "base",
        ("metrics/revenues", "metrics/top_customers_kept", GUESTS),
        BEFORE,
    ),
    Metric(pareto.pareto_curve, "point", ("metrics/revenues", GUESTS)),
    Metric(pareto.abc, "class", ("metrics/abc", GUESTS)),
    Metric(pyramid.pyramid, "tier", ("metrics/pyramid", "metrics/first_order", GUESTS)),
    Metric(pyramid.pyramid_moves, "pair of tiers", ("metrics/pyramid", "metrics/first_order")),
    Metric(
        pareto_watch.pareto_watch,
        "customer",
        ("metrics/pareto_watch", "metrics/first_order"),
        {"move": one_of(pareto_watch.WATCHED)},
    ),
    Metric(pareto_watch.pareto_range, "base", ("metrics/revenues", GUESTS)),
    Metric(profitability.whale_curve, "point", ("metrics/profits", "metrics/profit_parts", GUESTS)),
    Metric(profitability.profit_concentration, "base", ("metrics/profits", "metrics/profit_parts", GUESTS)),
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
    Metric(btyd.btyd, "model", _BUYING),
    Metric(btyd.btyd_tracking, "week", ("metrics/btyd_days", *_BUYING)),
    Metric(btyd.btyd_holdout, "number of repeat purchases", _BUYING),
    Metric(
        value.customer_value,
        "customer",
        _VALUE,
        {**_VALUE_KNOBS, "action": one_of(value.ACTIONS.values()), **ROWS},
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
        ("metrics/survival", "metrics/survival_lines", "metrics/survival_segments", GUESTS),
        {
            "by": one_of((*survival.GROUPS, *survival.CIRCULAR)),
            "landmark": day("beside by=segment only; time then starts on it"),
        },
    ),
    Metric(model_cards.model_cards, "model", (*_BUYING, *_LEAVING, "metrics/audience_size")),
)
