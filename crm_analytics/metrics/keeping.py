"""Finished frames are kept in the warehouse's one cache, so that a rerun of a page computes nothing again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pandas as pd

from crm_analytics.query.warehouse import Audience, Warehouse


def kept(metric: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """The metric, whose frame is kept for its audience, its knobs and the version of the data, as `Warehouse.keep` does."""

    @wraps(metric)
    def asked(warehouse: Warehouse, audience: Audience, **knobs: Any) -> pd.DataFrame:
        return warehouse.keep(metric.__name__, audience, lambda: metric(warehouse, audience, **knobs), **knobs)

    return asked
