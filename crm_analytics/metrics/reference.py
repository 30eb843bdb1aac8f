"""The reference of all metrics, made from their docstrings."""

from __future__ import annotations

from crm_analytics.metrics.catalogue import METRICS
from crm_analytics.metrics.metric import Metric


def reference() -> str:
    """The text of docs/metrics.md."""
    parts = [
        "# Metrics",
        "Made from the docstrings by `python -m crm_analytics.metrics > docs/metrics.md`; do not edit by hand.\n"
        "Each is shown by `crm-analytics show NAME`, with `--set knob=value` for its knobs. Money is in the reporting "
        "currency,\nshares are in [0, 1], and what is undefined is null.",
        *(_section(metric) for metric in METRICS.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _section(metric: Metric) -> str:
    rows = [f"| `{each.name}` | {each.dtype} | {each.about} |" for each in metric.columns]
    parts = [f"## `{metric.name}`", metric.text, f"One row per {metric.grain}."]
    if metric.knobs:
        parts.append("\n".join(_knob(name, metric) for name in metric.knobs))
    parts.append("\n".join(["| column | type | what it is |", "|---|---|---|", *rows]))
    files = ", ".join(f"`sql/{name}.sql`" for name in metric.statements)
    parts.append(f"Computed by `{metric.function.__module__}` from {files}.")
    return "\n\n".join(parts)


def _knob(name: str, metric: Metric) -> str:
    knob = metric.knobs[name]
    default = "" if knob.default is None else f" Default {knob.default}."
    return f"- `{name}`: {knob.allowed}.{default}"
