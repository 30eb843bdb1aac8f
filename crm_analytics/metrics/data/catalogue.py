"""The metrics of this package by name."""

from __future__ import annotations

from crm_analytics.identity.bands import BANDS, SURE
from crm_analytics.metrics.data import debts, duplicates, quality, scores
from crm_analytics.metrics.knobs import GUESTS, one_of
from crm_analytics.metrics.metric import Metric

METRICS: tuple[Metric, ...] = (
    Metric(
        quality.data_quality,
        "table x column",
        ("metrics/quality_customers", "metrics/quality_orders", GUESTS),
    ),
    Metric(quality.data_sources, "source x table", ("metrics/quality_customers", "metrics/quality_orders")),
    Metric(quality.data_imports, "import", ()),
    Metric(scores.data_scores, "load, undo or redo", ()),
    Metric(
        debts.data_debt,
        "debt",
        ("metrics/debt_orders", "metrics/debt_lines", "metrics/debt_events", "metrics/debt_consent", GUESTS),
        {"page": one_of(debts.PAGES)},
    ),
    Metric(duplicates.duplicates, "pair of records", ("metrics/audience_ids",), {"band": one_of(BANDS)}),
    Metric(duplicates.duplicate_bands, "band", ()),
    Metric(duplicates.duplicate_effect, "figure", (), {"band": one_of(BANDS, SURE)}),
)
