"""The reference of all metrics, made from their docstrings."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from crm_analytics.metrics.catalogue import METRICS, Metric

_COLUMN = re.compile(r"(\w+) : (\S+)\s\s+(.+)")


@dataclass(frozen=True)
class Column:
    """A documented column: its name, its dtype in pandas, and what it holds (unit, meaning of null)."""

    name: str
    dtype: str
    about: str


def columns_of(metric: Metric) -> tuple[Column, ...]:
    """The columns that a metric's docstring promises, in order."""
    _, _, section = _doc(metric).partition("Columns\n-------\n")
    return tuple(Column(*match.groups()) for match in map(_COLUMN.match, section.splitlines()) if match)


def words_of(metric: Metric) -> str:
    """What the metric is, in words: its docstring without the columns, one paragraph a line."""
    paragraphs = _doc(metric).partition("Columns\n-------\n")[0].strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


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
    words = _doc(metric).partition("Columns\n-------\n")[0].strip()
    rows = [f"| `{each.name}` | {each.dtype} | {each.about} |" for each in columns_of(metric)]
    parts = [f"## `{metric.name}`", words, f"One row per {metric.grain}."]
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


def _doc(metric: Metric) -> str:
    return inspect.getdoc(metric.function) or ""
