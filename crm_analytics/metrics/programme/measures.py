"""What an objective can be about: figures that are summed over time (flows) and figures of a day (levels)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd

from crm_analytics.errors import CrmError
from crm_analytics.metrics.metric import columns_of
from crm_analytics.metrics.sales.diagnosis import diagnosis, diagnosis_figure
from crm_analytics.metrics.value.pareto import pareto
from crm_analytics.metrics.voice.voice import csat, nps
from crm_analytics.query import membership
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE, Rule, Where, did, from_json, walk, where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS, STATUSES
from crm_analytics.workspace import segments
from crm_analytics.workspace.preferences import RFM_SEGMENTS
from crm_analytics.workspace.programmes_fields import EVERYONE as EVERYONE_IN_WORDS

#: Summed over days, as `sales` has them.
FLOWS = ("revenue", "orders", "units", "new_customers")
#: Figures of a survey, over the 12 months to a day -> (metric, its three counts, what 1 stands for in points).
SURVEYS = MappingProxyType({"nps": nps, "csat": csat})
#: Metrics of one row: every number among their columns is a level.
ONE_ROW: tuple[Callable[..., pd.DataFrame], ...] = (diagnosis, pareto)
#: Levels with values at past month ends.
FOLLOWED = ("repurchase_rate", "mean_interpurchase_days", "top_20_share")
FOLLOWED_MONTHS = 24
#: Month ends of a ranking of all customers, and the most customers for which it is done while somebody waits.
RANKED_MONTHS = 12
MOST_RANKED = 200_000
SURVEY_MONTHS = 12

MONEY = ("revenue", "gross_revenue", "average_order_value", "guest_revenue")


def unit_of(metric: str) -> str:
    """money, share, days, points, or count: how a value is written."""
    if metric in SURVEYS:
        return "points" if metric == "nps" else "share"
    if metric in MONEY:
        return "money"
    if metric.endswith("_share") or metric in ("repurchase_rate", "gini", "hhi"):
        return "share"
    return "days" if metric.endswith("_days") else "count"


def is_flow(metric: str) -> bool:
    """Whether the figure is summed over time."""
    return metric in FLOWS


def known(metric: str) -> bool:
    """Whether a figure of that name can be measured."""
    columns = {name for function in ONE_ROW for name in _columns(function)}
    return metric in FLOWS or metric in SURVEYS or metric in columns


def _columns(function: Callable[..., pd.DataFrame]) -> list[str]:
    """The numbers among the columns that a one-row metric promises."""
    return [each.name for each in columns_of(function) if each.dtype.lower().startswith(("int", "float"))]


# --- whose figure ---------------------------------------------------------------------------------------------------


def rule_of(warehouse: Warehouse, words: str | None) -> Rule | None:
    """The rule of a segment as a plan names it; None where nothing is called so.

    A saved segment, everyone, an RFM segment, a status, loyal customers, members, members of a tier ("gold members"),
    or a rule as JSON.
    """
    text = (words or EVERYONE_IN_WORDS).strip()
    name = text.casefold()
    if name == EVERYONE_IN_WORDS:
        return EVERYONE
    if text.startswith("{"):
        try:
            return from_json(text)
        except CrmError:
            return None
    with warehouse.duck.session() as session:
        for saved in segments.listed(session):
            if saved.segment.casefold() == name:
                return membership.rule_of(session, saved)
    if name == "loyal customers":  # those of the rule; "loyal" alone is the RFM segment
        return where("is_loyal", "is", True)
    for field, values in (("segment", RFM_SEGMENTS), ("status", STATUSES)):
        if found := next(
            (value for value in values if name in (value.casefold(), f"{value.casefold()} customers")), None
        ):
            return where(field, "is", found)
    if name == "members":
        return did("joined", [{"field": "still_member", "operator": "is", "value": True}])
    if name.endswith(" members"):
        tier = {"field": "tier", "operator": "is", "value": text[: -len(" members")]}
        return did("joined", [{"field": "still_member", "operator": "is", "value": True}, tier])
    return None


def stays(rule: Rule) -> bool:
    """Whether the rule chooses the same customers on every day, so that their past is that of the same people."""
    conditions = list(walk(rule))
    fixed = {name for name, field in CUSTOMER_FIELDS.items() if not field.history} | {"channel", "first_order_on"}
    asks = [each for each in conditions if isinstance(each, Where)]
    plain = all(type(each).__name__ in ("Where", "All", "Any_", "Not") for each in conditions)
    return plain and all(each.field in fixed for each in asks)


# --- figures --------------------------------------------------------------------------------------------------------


def daily(warehouse: Warehouse, metric: str, rule: Rule, as_of: date) -> pd.Series:
    """A flow by day, indexed by every day from the first order to the as-of date; empty without orders."""
    days = warehouse.read("metrics/sales", warehouse.audience(rule, as_of))
    if days.empty:
        return pd.Series(dtype="float64", index=pd.DatetimeIndex([]))
    amounts = days.set_index("ordered_on")[metric].astype("float64")
    return amounts.reindex(pd.date_range(amounts.index[0], pd.Timestamp(as_of)), fill_value=0.0).fillna(0.0)


def level_at(warehouse: Warehouse, metric: str, rule: Rule, day: date) -> tuple[float, float]:
    """A level as of a day, and the standard error of a survey's (nan for others); nan where it is not defined."""
    audience = warehouse.audience(rule, day)
    if metric in SURVEYS:
        return _surveyed(warehouse, metric, rule, day)
    if metric in _columns(diagnosis):
        return diagnosis_figure(warehouse, audience, metric), np.nan
    if metric in _columns(pareto):
        value = pareto(warehouse, audience)[metric].iloc[0]
        return (np.nan if pd.isna(value) else float(value)), np.nan
    return np.nan, np.nan


def _surveyed(warehouse: Warehouse, metric: str, rule: Rule, day: date) -> tuple[float, float]:
    """Of the answers of the 12 calendar months to the day: the score, and its standard error from the counts."""
    months = SURVEYS[metric](warehouse, warehouse.audience(rule, day), by="month")
    since = f"{months_before(day.replace(day=1), SURVEY_MONTHS - 1):%Y-%m}"
    inside = months[(months["group"] >= since) & (months["group"] <= f"{day:%Y-%m}")]
    counts = inside.select_dtypes("number")
    answers = float(counts["answers"].sum())
    if answers < 2:
        return np.nan, np.nan
    if metric == "nps":
        up, down = counts["promoters"].sum() / answers, counts["detractors"].sum() / answers
        return 100 * (up - down), 100 * float(np.sqrt((up + down - (up - down) ** 2) / answers))
    share = counts["satisfied"].sum() / answers
    return float(share), float(np.sqrt(share * (1 - share) / answers))


def followed(warehouse: Warehouse, metric: str, rule: Rule, as_of: date) -> pd.Series:
    """A level at the last month ends and on the as-of date, indexed by day; empty where it cannot be followed back."""
    nothing = pd.Series(dtype="float64", index=pd.DatetimeIndex([]))
    if metric not in FOLLOWED or not stays(rule):
        return nothing
    audience = warehouse.audience(rule, as_of)
    if metric == "top_20_share":
        buyers = diagnosis_figure(warehouse, audience, "buyers")
        if buyers > MOST_RANKED:
            return nothing
        since = months_before(as_of.replace(day=1), RANKED_MONTHS)
        found = warehouse.read("metrics/programme_top_share", audience, since=since)
        return found.set_index("until")["top_20_share"].astype("float64").dropna()
    statement = "programme_repeat" if metric == "repurchase_rate" else "programme_levels"
    gained = warehouse.read(f"metrics/{statement}", audience)
    if gained.empty:
        return nothing
    months = gained.set_index("month").astype("float64")
    axis = pd.date_range(months.index[0], pd.Timestamp(as_of), freq="MS")
    sums = months.reindex(axis, fill_value=0.0).cumsum()
    part, whole = (
        (sums["repeat_buyers"], sums["first_buyers"])
        if metric == "repurchase_rate"
        else (sums["mean_gap_sum"], sums["repeat_buyers"])
    )
    ends = pd.DatetimeIndex(np.minimum(axis + pd.offsets.MonthEnd(), pd.Timestamp(as_of)))
    return pd.Series((part / whole.where(whole > 0)).to_numpy(), index=ends).dropna().tail(FOLLOWED_MONTHS)
