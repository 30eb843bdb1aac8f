"""The last scoring of customers that was kept: risk, value and action as fields of rules, with the day that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from crm_analytics.engine.duck import Session

_COLUMNS = "as_of, customers, horizon_days, models, who, scored_at, data_version"


@dataclass(frozen=True)
class Scoring:
    """When customers were scored and by what; `models` in words, `customers` those of whom value or risk is known.

    data_version: that in which the scores were stored, by its counter.
    """

    as_of: date
    customers: int
    horizon_days: int
    models: str
    who: str
    scored_at: datetime
    data_version: str = ""


def last(session: Session) -> Scoring | None:
    """The scoring that rules ask; None where none was ever kept."""
    rows = session.rows(f"SELECT {_COLUMNS} FROM workspace.scorings")
    return Scoring(*rows[0]) if rows else None


def keep(session: Session, made: Scoring, scores: pa.Table) -> None:
    """Put a scoring in the place of the last, within the caller's change of the data.

    scores: customer_id, action, churn_probability, residual_value, value_at_risk; null where a model says nothing.
    """
    session.do("DELETE FROM workspace.scorings")
    session.do("DELETE FROM workspace.customer_scores")
    session.append("workspace.customer_scores", scores)
    # the change that stores them raises the version by one
    session.do(
        """INSERT INTO workspace.scorings
        SELECT $as_of, $customers, $horizon_days, $models, $who, $scored_at, CAST(CAST(value AS BIGINT) + 1 AS VARCHAR)
        FROM workspace.meta WHERE name = 'data_version'""",
        {name: value for name, value in made.__dict__.items() if name != "data_version"},
    )
    session.do(
        "INSERT INTO workspace.audit VALUES ($now, $who, 'customers scored', $what)",
        {"now": made.scored_at, "who": made.who, "what": made.as_of.isoformat()},
    )
