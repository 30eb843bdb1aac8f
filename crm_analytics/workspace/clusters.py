"""Cluster models that were kept: what assigns any customer on any day. A kept model never changes, so that rules on it do not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue, UnknownName

LONGEST_NAME = 60


@dataclass(frozen=True)
class Assigning:
    """What a customer's cluster is computed from. Each feature is made normal by Yeo and Johnson's power, then mean 0 and variance 1.

    lambdas, means, scales: by feature. centres: by cluster, by feature. names: by cluster. shares: of the customers of the fit,
    by cluster.
    """

    features: tuple[str, ...]
    lambdas: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    centres: tuple[tuple[float, ...], ...]
    names: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class ClusterField:
    """A kept model: found on `as_of` among the customers whom `rule_in_words` says.

    `rule`: the same as plain data; None of a model that was kept before rules were.
    """

    model: str
    assigning: Assigning
    as_of: date
    rule_in_words: str
    who: str
    saved_at: datetime
    rule: dict[str, Any] | None = None


def listed(session: Session) -> list[ClusterField]:
    """All kept models, by name."""
    rows = session.rows(
        "SELECT model, fitted, as_of, rule_in_words, who, saved_at FROM workspace.cluster_models ORDER BY model"
    )
    return [ClusterField(row[0], _read(row[1]), *row[2:], rule=json.loads(row[1]).get("rule")) for row in rows]


def one(session: Session, model: str) -> ClusterField:
    """The model of that name; `UnknownName` if there is none."""
    known = {each.model: each for each in listed(session)}
    if model not in known:
        raise UnknownName("cluster model", model, known)
    return known[model]


def add(session: Session, made: ClusterField) -> None:
    """Keep a model, within the caller's transaction. Errors: BadValue for a name that does not do or is taken."""
    if not 0 < len(made.model) <= LONGEST_NAME or not made.model.isprintable():
        raise BadValue("the name of a cluster model", made.model, f"1 to {LONGEST_NAME} letters, digits and spaces")
    # the database does not tell capital letters from small ones in the name of a relation, which each model becomes
    if made.model.casefold() in {each.model.casefold() for each in listed(session)}:
        raise BadValue(
            "the name of a cluster model", made.model, "a name that is not taken: a kept model never changes"
        )
    values = dict(made.__dict__)
    fitted = asdict(made.assigning) | {"rule": values.pop("rule")}
    values["assigning"] = json.dumps(fitted, ensure_ascii=False)
    session.do(
        "INSERT INTO workspace.cluster_models VALUES ($model, $assigning, $as_of, $rule_in_words, $who, $saved_at)",
        values,
    )
    session.do(
        "INSERT INTO workspace.audit VALUES ($now, $who, 'cluster model saved', $what)",
        {"now": made.saved_at, "who": made.who, "what": made.model},
    )


def _read(text: str) -> Assigning:
    plain = json.loads(text)
    several = {name: tuple(plain[name]) for name in Assigning.__dataclass_fields__}
    return Assigning(**several | {"centres": tuple(map(tuple, plain["centres"]))})
