"""A kept cluster model as a relation: the cluster of each buyer on a day, without any learning."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp, parse_one

from crm_analytics.engine.duck import Duck
from crm_analytics.query.compose import Tables
from crm_analytics.query.rules import CLUSTERS, Rule, Where, cluster_relation, walk
from crm_analytics.workspace import clusters
from crm_analytics.workspace.clusters import Assigning

#: Further out than this nobody is: see models.clusters.
_FARTHEST = 10.0


def added(tables: Tables, rule: Rule, duck: Duck) -> Tables:
    """The same with the kept cluster models that a rule asks for."""
    asked = {each.field for each in walk(rule) if isinstance(each, Where) and each.field.startswith(CLUSTERS)}
    if not asked:
        return tables
    with duck.session() as session:
        found = {name: clusters.one(session, name.removeprefix(CLUSTERS)) for name in sorted(asked)}
    made = {cluster_relation(name): assigned(each.assigning) for name, each in found.items()}
    return replace(tables, made={**tables.made, **made})


def assigned(model: Assigning) -> exp.Query:
    """SELECT customer_id, cluster: that with the nearest centre, of buyers of whom every feature is known."""
    features = [
        f"least({_FARTHEST}, greatest(-{_FARTHEST}, ({_power(f'CAST({name} AS DOUBLE)', power)} - ({mean!r})) / {scale!r})) AS f{place}"
        for place, (name, power, mean, scale) in enumerate(
            zip(model.features, model.lambdas, model.means, model.scales, strict=True)
        )
    ]
    known = " AND ".join(f"{name} IS NOT NULL" for name in model.features)
    far = [
        " + ".join(f"(f{place} - ({at!r})) * (f{place} - ({at!r}))" for place, at in enumerate(centre))
        + f" AS d{number}"
        for number, centre in enumerate(model.centres)
    ]
    nearest = f"least({', '.join(f'd{number}' for number in range(len(far)))})"
    cases = " ".join(f"WHEN d{number} = {nearest} THEN {number}" for number in range(len(far)))
    tree = parse_one(
        f"""WITH cluster_points AS (SELECT customer_id, {", ".join(features)} FROM customers WHERE orders > 0 AND {known}),
        cluster_distances AS (SELECT customer_id, {", ".join(far)} FROM cluster_points)
        SELECT customer_id, CASE {cases} END AS cluster FROM cluster_distances""",
        read="duckdb",
    )
    assert isinstance(tree, exp.Query)  # noqa: S101  (it is written above)
    for case in tree.expressions[1].find_all(exp.If):
        case.set("true", exp.Literal.string(model.names[int(case.args["true"].name)]))  # a name is data, never SQL
    return tree


def _power(x: str, power: float) -> str:
    """Yeo, Johnson 2000, equation 2.1."""
    up = f"ln({x} + 1)" if power == 0 else f"(pow({x} + 1, {power!r}) - 1) / ({power!r})"
    down = f"-ln(1 - {x})" if power == 2 else f"-(pow(1 - {x}, {2 - power!r}) - 1) / ({2 - power!r})"
    return f"CASE WHEN {x} >= 0 THEN {up} ELSE {down} END"
