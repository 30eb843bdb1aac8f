"""Every metric by name: for pages, the command line and the reference."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pandas as pd

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.campaigns.catalogue import METRICS as CAMPAIGNS
from crm_analytics.metrics.data.catalogue import METRICS as DATA
from crm_analytics.metrics.metric import Metric
from crm_analytics.metrics.notes import noted
from crm_analytics.metrics.programme.catalogue import METRICS as PROGRAMME
from crm_analytics.metrics.sales.catalogue import METRICS as SALES
from crm_analytics.metrics.segments.catalogue import METRICS as SEGMENTS
from crm_analytics.metrics.value.catalogue import METRICS as VALUE
from crm_analytics.metrics.value.scoring import asked_in_words
from crm_analytics.metrics.voice.catalogue import METRICS as VOICE
from crm_analytics.query.warehouse import Audience, Warehouse

METRICS: MappingProxyType[str, Metric] = MappingProxyType(
    {metric.name: metric for metric in (*SALES, *SEGMENTS, *VALUE, *VOICE, *CAMPAIGNS, *PROGRAMME, *DATA)}
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
    frame = metric.function(warehouse, audience, **read)
    scoring = asked_in_words(warehouse, audience.rule)
    return noted(frame, *frame.attrs.get("notes", []), scoring) if scoring else frame
