"""The metrics of this package by name."""

from __future__ import annotations

from dataclasses import replace

from crm_analytics.metrics.knobs import BEFORE, GUESTS, one_of, whole
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.sales import diagnosis, forecast, retention, sales, summary, tree

PERIOD = {"period": one_of(sales.PERIODS, "month")}
_SPANS = {
    "period": replace(
        one_of(tree.CALENDAR), allowed=f"one of {', '.join(tree.CALENDAR)}; without it the audience's comparison period"
    )
}
_COHORT = {"period": one_of(retention.COHORT_PERIODS, "month")}

METRICS: tuple[Metric, ...] = (
    Metric(
        diagnosis.diagnosis,
        "base",
        (
            "metrics/diagnosis",
            "metrics/diagnosis_orders",
            "metrics/diagnosis_sums",
            "metrics/lapsed",
            "metrics/gaps",
            GUESTS,
        ),
    ),
    Metric(diagnosis.statuses, "status", ("metrics/statuses", GUESTS)),
    Metric(summary.summary, "base", ("metrics/summary", "metrics/first_order")),
    Metric(sales.sales, "period", ("metrics/sales",), PERIOD),
    Metric(tree.sales_tree, "lever", ("metrics/sales_tree", "metrics/first_order"), _SPANS | BEFORE),
    Metric(retention.retention, "cohort x age", ("metrics/retention", "metrics/retention_orders", GUESTS), _COHORT),
    Metric(
        retention.repurchase,
        "day",
        ("metrics/repurchase", GUESTS),
        {"days": whole(1, 36_500, 730, "days")},
    ),
    Metric(
        retention.interpurchase,
        "bin of days",
        ("metrics/gaps", GUESTS),
        {"width": whole(1, 366, 7, "days")},
    ),
    Metric(
        forecast.forecast,
        "month",
        ("metrics/sales", "metrics/first_order"),
        {"measure": one_of(forecast.MEASURES, "revenue"), "months": whole(1, 24, 6, "months")},
    ),
)
