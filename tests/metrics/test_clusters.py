"""Clusters of a base: they part the buyers, and their names are true of them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import date, datetime

import pandas as pd
import pytest

from crm_analytics.errors import BadInput, BadValue, UnknownName
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import clusters
from crm_analytics.query import choices, membership
from crm_analytics.query.rules import All, InSegment, in_words, to_json, where
from crm_analytics.workspace import clusters as cluster_models
from crm_analytics.workspace import segments
from crm_analytics.workspace.clusters import Assigning, ClusterField
from tests.conftest import in_memory
from tests.metrics.loading import load_orders


def test_clusters_part_the_buyers_and_are_kept_as_segments(tmp_path) -> None:
    warehouse = in_memory(tmp_path)
    often = [
        (f"often{n}", f"2024-{month:02}-{1 + n % 28:02}", 20.0 + n % 7) for n in range(40) for month in range(1, 11)
    ]
    once = [(f"once{n}", f"2024-01-{1 + n % 28:02}", 200.0 + n % 11) for n in range(40)]
    load_orders(warehouse, [*often, *once, ("returned", "2024-02-01", -5.0)])
    audience = warehouse.audience()
    frame = compute(warehouse, "clusters", audience, features="recency_days,purchase_days,average_order_value")
    assert frame["customers"].tolist() == [40, 40]
    assert frame["revenue"].sum() == pytest.approx(sum(amount for _, _, amount in [*often, *once]))
    assert [set(name.lower().split(", ")) for name in frame["name"]] == [
        {"many purchases", "small orders", "bought lately"},
        {"few purchases", "large orders", "bought long ago"},
    ]
    assert frame["stability"].iloc[0] == pytest.approx(1.0)
    assert "2 clusters, stable" in clusters.clusters_in_words(frame)
    names = clusters.save(
        warehouse, audience, "Kinds", "the test", features="recency_days,purchase_days,average_order_value"
    )
    assert [name[:8] for name in names] == ["Kinds 1:", "Kinds 2:"]
    rule = membership.resolve(warehouse, InSegment(names[0]))
    ids = warehouse.read("metrics/audience_ids", warehouse.audience(rule))["customer_id"]
    assert set(ids.str.rstrip("0123456789")) == {"often"}
    clusters.save(warehouse, audience, "Kinds", "the test", features="recency_days,purchase_days,average_order_value")
    with warehouse.duck.session() as session:
        assert [each.version for each in segments.listed(session)] == [2, 2]
    kept = clusters.keep_model(warehouse, audience, "Kinds of “buyers”", "the test")
    fitted, people = clusters.found(warehouse, audience, None, None)
    field = "clusters." + kept.model
    for label, name in enumerate(kept.assigning.names):
        rule = where(field, "is", name)
        ids = warehouse.read("metrics/audience_ids", warehouse.audience(rule))["customer_id"]
        assert set(ids) == set(people.loc[fitted.predict(people) == label, "customer_id"])
        text, values = membership.ids(warehouse, rule, audience.as_of)
        with warehouse.duck.session() as session:
            assert {row[0] for row in session.rows(text, values)} == set(ids)
    none = warehouse.read("metrics/audience_ids", warehouse.audience(where(field, "is_empty")))["customer_id"]
    assert none.tolist() == ["returned"]
    assert choices.values(warehouse, field, audience) == list(kept.assigning.names)
    assert field in choices.fields(warehouse)
    assert in_words(where(field, "is", "x")) == "Cluster of “Kinds of “buyers”” is “x”"
    drift = compute(warehouse, "cluster_drift", audience)
    assert drift["customers"].tolist() == [40, 40]
    assert drift["drift"].tolist() == [0.0, 0.0]
    assert drift.attrs["notes"] == []
    once = warehouse.audience(where("customer_id", "starts_with", "once"))
    assert compute(warehouse, "cluster_drift", once).equals(drift)  # of whom it was found among, whoever is asked for
    with pytest.raises(BadValue, match="taken"):
        clusters.keep_model(warehouse, audience, kept.model, "the test")
    with pytest.raises(BadValue, match="taken"):  # each is a relation, whose name has no capital letters
        clusters.keep_model(warehouse, audience, kept.model.upper(), "the test")
    with pytest.raises(UnknownName, match="cluster model"):
        warehouse.read("metrics/audience_ids", warehouse.audience(where("clusters.other", "is", "x")))
    with pytest.raises(BadValue, match="features"):
        compute(warehouse, "clusters", audience, features="shoe_size")
    warehouse.close()


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    warehouse = in_memory(tmp_path_factory.mktemp("few"))
    load_orders(warehouse, [("es1", "2024-01-01", 5.0), ("es2", "2024-01-02", 50.0), ("pt1", "2024-01-02", 50.0)])
    yield warehouse
    warehouse.close()


def test_drift_is_of_whom_the_model_was_found_among(few) -> None:
    spain = where("customer_id", "starts_with", "es")
    by_revenue = Assigning(("revenue",), (1.0,), (27.5,), (22.5,), ((-1.0,), (1.0,)), ("1: low", "2: high"), (0.5, 0.5))
    with few.duck.session() as session, session.transaction():
        gone = to_json(where("clusters.gone", "is", "x"))
        for name, rule in (("Gone", gone), ("Old", None), ("Spain", to_json(spain))):
            made = ClusterField(name, by_revenue, date(2024, 1, 2), in_words(spain), "ann", datetime(2024, 1, 2), rule)
            cluster_models.add(session, made)
    found = compute(few, "cluster_drift", few.audience())
    assert found["customers"].tolist() == [1, 2, 1, 2, 1, 1]
    assert found["drift"].isna().tolist() == [True] * 4 + [False] * 2
    assert found["drift"].iloc[-1] == 0.0
    early = compute(few, "cluster_drift", few.audience(as_of=date(2024, 1, 1)))
    assert early["customers"].tolist()[4:] == [1, 0]
    assert early["drift"].iloc[-1] == pytest.approx(0.5 * math.log(2))  # the empty one counts as half a customer
    assert "find it anew" in early.attrs["notes"][-1]
    assert [note.split(" the rule")[0] for note in found.attrs["notes"]] == ["Of “Gone”", "Of “Old”"]


def test_models_of_old_whose_names_differ_in_capitals_alone_are_two(few) -> None:
    """Such names are refused now."""
    other = Assigning(("revenue",), (1.0,), (27.5,), (22.5,), ((-1.0,), (1.0,)), ("1: high", "2: low"), (0.5, 0.5))
    with few.duck.session() as session:
        session.do(
            """INSERT INTO workspace.cluster_models SELECT 'spain', $fitted, as_of, rule_in_words, who, saved_at
            FROM workspace.cluster_models WHERE model = 'Spain'""",
            {"fitted": json.dumps(asdict(other))},
        )
    both = [where("clusters.Spain", "is", "2: high"), where("clusters.spain", "is", "2: low")]
    audience = few.audience(All(tuple(both)))
    assert few.read("metrics/audience_ids", audience)["customer_id"].tolist() == ["es2", "pt1"]
    text, values = few.flags(both, audience.as_of)
    with few.duck.session() as session:
        assert session.rows(f"SELECT * FROM ({text}) ORDER BY 1", values) == [
            ("es1", False, False),
            ("es2", True, True),
            ("pt1", True, True),
        ]


def test_a_list_replaces_an_own_list_alone(few) -> None:
    day = few.audience().as_of
    membership.save(few, "Rule", where("orders", "at_least", 1), "ann")
    membership.save_list(few, "List", ["a"], day, "ann")
    assert membership.save_list(few, " List ", ["b"], day, "ann").version == 2
    for name, who in (("Rule", "ann"), ("Rule", "bob"), ("List", "bob")):
        with pytest.raises(BadInput, match="nothing was overwritten"):
            membership.save_list(few, name, ["b"], day, who)


def test_too_few_buyers_give_an_empty_frame_and_say_so(tmp_path) -> None:
    warehouse = in_memory(tmp_path)
    load_orders(warehouse, [("a", "2024-01-01", 5.0)])
    frame = compute(warehouse, "clusters", warehouse.audience())
    assert frame.empty
    assert frame.attrs["notes"] == ["Clusters needs at least 50 customers of whom every feature is known; there are 1."]
    assert clusters.clusters_in_words(pd.DataFrame(frame)) is None
    warehouse.close()
