"""The metrics of this package by name."""

from __future__ import annotations

from crm_analytics.metrics.knobs import BEFORE, Knob, one_of, whole
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.voice import loyalty, service, themes, voice

_ANSWERS_BY = {
    "by": Knob(
        voice.group_name, "all", f"one of {', '.join(voice.GROUPS)}, or a column of the answers file in snake_case"
    )
}
_ATTITUDE = {"attitude": one_of(voice.SCALES, "nps")}

METRICS: tuple[Metric, ...] = (
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
    Metric(loyalty.loyalty_moves, "pair of kinds of loyalty", ("metrics/loyalty_moves",), _ATTITUDE | BEFORE),
    Metric(loyalty.opinion_revenue, "opinion", ("metrics/loyalty_matrix", "metrics/opinion_purchases"), _ATTITUDE),
    Metric(
        service.service,
        "kind of case",
        ("metrics/service", "metrics/service_times", "metrics/recovery"),
    ),
    Metric(service.deliveries, "month", ("metrics/deliveries",)),
)
