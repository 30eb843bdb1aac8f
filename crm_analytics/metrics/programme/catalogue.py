"""The metrics of this package by name."""

from __future__ import annotations

from crm_analytics.metrics.knobs import Knob
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.programme import chain as programme_chain
from crm_analytics.metrics.programme import effect as programme_effect
from crm_analytics.metrics.programme import history as programme_history
from crm_analytics.metrics.programme import money as programme_money
from crm_analytics.metrics.programme import programme
from crm_analytics.metrics.programme import results as programme_results
from crm_analytics.metrics.programme import steps as programme_steps

_OF_PROGRAMME = {"programme": Knob(str, None, "the id or name of a programme, or nothing for all")}

METRICS: tuple[Metric, ...] = (
    Metric(programme_money.market, "period", ("metrics/market", "metrics/sales")),
    Metric(programme_money.programme_benefits, "kind of benefit", ("metrics/programme_benefits",)),
    Metric(
        programme.objectives,
        "objective",
        ("metrics/sales", "metrics/programme_repeat", "metrics/programme_levels", "metrics/programme_top_share"),
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
)
