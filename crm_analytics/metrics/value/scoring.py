"""Risk, value and action as fields of rules: kept as of a day, and said with that day wherever a rule asks for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pandas as pd
import pyarrow as pa

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics.value import btyd_fits, value
from crm_analytics.metrics.value.churn_run import Report, Run, holds_still, run
from crm_analytics.query.causes import asks_scores
from crm_analytics.query.rules import EVERYONE, Rule
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import scores
from crm_analytics.workspace.scores import Scoring

_MONTHS, _DISCOUNT = 12, 10
_MONEY = pa.decimal128(18, 4)


def keep_scores(
    warehouse: Warehouse,
    audience: Audience,
    who: str,
    *,
    days: int | None = None,
    report: Report = lambda done, what: None,
) -> Scoring:
    """Score all customers as of the audience's day and keep it for rules, in the place of the last scoring.

    Figures are those of `customer_value` over 12 months at a discount of 10%; null where a model says nothing. The data get a
    new version, since rules may now choose others. Errors: NotEnoughData where neither value nor risk is known of anybody.
    """
    everyone = Audience(EVERYONE, audience.as_of, audience.as_of)
    while True:
        version = warehouse.data_version
        done = run(warehouse, audience.as_of, days, report)
        made, rows = _scored(warehouse, everyone, days, done, who)
        report(0.95, "keeping them")
        with warehouse.duck.writing():
            if warehouse.data_version != version:
                continue  # the data were changed meanwhile: these are not the scores of what rules will ask
            with warehouse.changing(rebuild="customers") as session:
                scores.keep(session, made, rows)
            holds_still(warehouse, audience.as_of, days, done)  # scores are nothing that the models read
            return replace(made, data_version=_counter(warehouse))


def _scored(
    warehouse: Warehouse, everyone: Audience, days: int | None, done: Run | str, who: str
) -> tuple[Scoring, pa.Table]:
    """A scoring of everybody, and its rows."""
    found = value.scored(warehouse, everyone, _MONTHS, _DISCOUNT, days)
    found = found[found["value"].notna() | found["churn_probability"].notna()]
    if found.empty:
        raise NotEnoughData("A scoring that rules can ask", 1, 0, "customers with a value or a risk")
    fit = btyd_fits.used_model(warehouse, everyone.as_of)
    by = [f"purchases by {fit.name}" if fit else "", f"risk by {done.used}" if isinstance(done, Run) else ""]
    horizon = done.moment.horizon_days if isinstance(done, Run) else 0
    made = Scoring(everyone.as_of, len(found), horizon, ", ".join(filter(None, by)), who, datetime.now())
    return made, _rows(found)


def _rows(found: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "customer_id": pa.array(found["customer_id"], pa.string()),
            "action": pa.array(found["action"], pa.string(), from_pandas=True),
            "churn_probability": pa.array(found["churn_probability"], pa.float64(), from_pandas=True),
            "residual_value": _money(found["value"]),
            "value_at_risk": _money(found["value_at_risk"]),
        }
    )


def _money(amounts: pd.Series) -> pa.Array:
    return pa.array(amounts.round(4), pa.float64(), from_pandas=True).cast(_MONEY, safe=False)


def asked_in_words(warehouse: Warehouse, rule: Rule) -> str | None:
    """Of a rule that asks for risk, value or action: as of which day they are, and whether the data have changed since."""
    if not asks_scores(rule):
        return None
    made = warehouse.entered(scores.last)
    if made is None:
        return "Risk, value and action are empty: no scoring was kept yet. Keep one on the page Churn."
    how = f" ({made.models})" if made.models else ""
    since = (
        ""
        if made.data_version == _counter(warehouse)
        else " The data have changed since: score again on the page Churn."
    )
    return (
        f"Risk, value and action are as of the last scoring, on {formats.day(made.as_of)}{how}, of "
        f"{formats.count(made.customers)} customers; empty on earlier days.{since}"
    )


def _counter(warehouse: Warehouse) -> str:
    """The version of the data without that of the software."""
    return warehouse.data_version.partition("-")[0]
