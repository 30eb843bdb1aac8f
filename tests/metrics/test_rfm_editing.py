"""Another grid, other thresholds: what the preview says is what happens once they are saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments import rfm, rfm_editing
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.workspace.preferences import RFM_GRID, Cutoffs, Preferences
from tests.conftest import in_memory
from tests.metrics.loading import load_orders

ORDERS = [
    (
        f"c{customer:02}",
        f"2024-{1 + (customer * 5 + visit * 3) % 12:02}-{1 + customer % 27:02}",
        10.0 + 7 * (customer % 11),
    )
    for customer in range(60)
    for visit in range(1 + customer % 6)
]
CUTOFFS = Cutoffs((200, 120, 60, 20), (2, 3, 4, 6), (30.0, 90.0, 150.5, 400.0))
OWN = tuple(
    tuple("Regulars" if r >= 3 and fm >= 3 else name for fm, name in enumerate(row)) for r, row in enumerate(RFM_GRID)
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path_factory.mktemp("rfm"))
    load_orders(warehouse, [*ORDERS, ("none", "2024-05-05", -1.0)])
    yield warehouse
    warehouse.close()


@pytest.fixture
def loaded(opened: Warehouse) -> Warehouse:
    """The base under the default preferences."""
    if opened.preferences != Preferences():
        opened.set_preferences("the test", rfm_grid=RFM_GRID, rfm_cutoffs=None, rfm_look_back_months=None)
    return opened


def segments(warehouse: Warehouse) -> dict[str, tuple[int, float]]:
    frame = rfm.rfm_customers(warehouse, warehouse.audience())
    return {row.customer_id: row.segment for row in frame.itertuples()}


@pytest.mark.parametrize(
    "wanted",
    [
        Preferences(rfm_grid=OWN),
        Preferences(rfm_cutoffs=CUTOFFS),
        Preferences(rfm_grid=OWN, rfm_cutoffs=CUTOFFS),
    ],
    ids=["grid", "cut-offs", "both"],
)
def test_the_preview_is_what_happens(loaded: Warehouse, wanted: Preferences) -> None:
    before = segments(loaded)
    said = rfm_editing.moved(loaded, loaded.audience(), wanted)
    loaded.set_preferences("the test", rfm_grid=wanted.rfm_grid, rfm_cutoffs=wanted.rfm_cutoffs)
    after = segments(loaded)
    happened: dict[tuple[str, str], int] = {}
    for customer, name in before.items():
        if customer != "none":
            happened[name, after[customer]] = happened.get((name, after[customer]), 0) + 1
    assert {(row.from_segment, row.to_segment): row.customers for row in said.itertuples()} == happened
    assert after["none"] == "Prospects"
    back = rfm_editing.moved(loaded, loaded.audience(), Preferences())
    assert {(row.to_segment, row.from_segment): row.customers for row in back.itertuples()} == happened


def test_thresholds_score_as_they_say(loaded: Warehouse) -> None:
    loaded.set_preferences("the test", rfm_cutoffs=CUTOFFS)
    frame = rfm.rfm_customers(loaded, loaded.audience()).dropna()
    assert len(frame) == 60
    for row in frame.itertuples():
        assert row.r_score == 1 + sum(row.recency_days <= step for step in CUTOFFS.recency)
        assert row.f_score == 1 + sum(row.frequency >= step for step in CUTOFFS.frequency)
        assert row.m_score == 1 + sum(row.monetary >= step for step in CUTOFFS.monetary)
    assert loaded.preferences.rfm_cutoffs == CUTOFFS
    loaded.set_preferences("the test", rfm_cutoffs=replace(CUTOFFS, frequency=(2, 3, 4, 7)))
    bounds = rfm.rfm_cutoffs(loaded, loaded.audience())
    assert bounds.attrs["notes"] == ["Nobody has these scores: frequency 5."]


@pytest.mark.parametrize("months", [3, 11])
def test_a_look_back_counts_the_purchases_of_its_months_alone(loaded: Warehouse, months: int) -> None:
    as_of = pd.Timestamp(loaded.latest())
    all_history = rfm.rfm_customers(loaded, loaded.audience())
    loaded.set_preferences("the test", rfm_look_back_months=months)
    frame = rfm.rfm_customers(loaded, loaded.audience())
    found = frame.dropna().set_index("customer_id").sort_index()
    bought = pd.DataFrame(ORDERS, columns=["customer", "day", "amount"]).astype({"day": "datetime64[ns]"})
    counted = bought[bought["day"] > as_of - pd.DateOffset(months=months)].groupby("customer")
    recency = (as_of - bought.groupby("customer")["day"].max()).dt.days
    frequency = counted["day"].nunique().reindex(recency.index, fill_value=0)
    monetary = counted["amount"].sum().reindex(recency.index, fill_value=0.0)
    assert 0 < (frequency == 0).sum() < len(frequency)
    for name, values, column in (("f", frequency, "frequency"), ("m", monetary, "monetary"), ("r", -recency, None)):
        if column:
            assert found[column].astype(float).tolist() == values.tolist()
        scores = (1 + (5 * (values.rank(method="min") - 1) / len(values)).astype(int)).clip(upper=5)
        assert found[f"{name}_score"].tolist() == scores.tolist()
    bounds = rfm.rfm_cutoffs(loaded, loaded.audience()).set_index(["measure", "score"])
    assert bounds.loc["monetary", "high"].max() == monetary.max()
    assert bounds.loc["frequency", "low"].min() == 0
    same = rfm_editing.moved(loaded, loaded.audience(), loaded.preferences)
    assert same["from_segment"].tolist() == same["to_segment"].tolist()
    asked = ("rfm", "rfm_grid", "customers", "segment_profile")
    for said in (frame, bounds, same, *(compute(loaded, name, loaded.audience()) for name in asked)):
        assert f"the last {months} months" in " ".join(said.attrs["notes"])
    for rows, is_said in (("segment", True), ("revenue", True), ("status", False), ("recency", False)):
        explored = compute(loaded, "explore", loaded.audience(), rows=rows)
        assert (f"the last {months} months" in " ".join(explored.attrs["notes"])) is is_said
    loaded.set_preferences("the test", rfm_look_back_months=None)
    pd.testing.assert_frame_equal(rfm.rfm_customers(loaded, loaded.audience()), all_history)


def test_scores_that_fall_since_purchases_left_the_look_back_say_so(loaded: Warehouse) -> None:
    loaded.set_preferences("the test", rfm_look_back_months=1)
    found = compute(loaded, "customer_changes", loaded.audience(), customer="c07")
    assert found.attrs["notes"][1].startswith("Frequency and monetary value count the last month;")
    why = found.set_index("field")["why"]
    for field in ("frequency score", "monetary score", "RFM segment"):
        assert why[field] == "1 purchase of 59, or purchases left the last month"
    assert why["recency score"] == "1 purchase of 59"
    loaded.set_preferences("the test", rfm_look_back_months=3)
    why = compute(loaded, "customer_changes", loaded.audience(), customer="c13").set_index("field")["why"]
    others = "scores and ranks also move with the others"
    assert why["monetary score"] == f"no purchase in the month, or purchases left the last 3 months; {others}"
    assert why["recency score"] == f"no purchase in the month; {others}"


def test_names_of_ones_own_are_asked_and_listed_like_the_others(loaded: Warehouse) -> None:
    loaded.set_preferences("the test", rfm_grid=OWN)
    assert loaded.preferences.segment_names[-2:] == ("Regulars", "Prospects")
    listed = rfm.rfm(loaded, loaded.audience())["segment"].tolist()
    assert listed[-2:] == ["Regulars", "Prospects"]
    assert len(compute(loaded, "customers", loaded.audience(), segment="Regulars")) > 0
    assert len(loaded.read("metrics/audience_size", loaded.audience(where("segment", "is", "Regulars")))) == 1
    with pytest.raises(UnknownName, match="RFM segment"):
        compute(loaded, "rfm_customers", loaded.audience(), segment="Champions of the past")


def test_names_and_scores_that_nobody_has_are_named(loaded: Warehouse) -> None:
    wanted = replace(Preferences(), rfm_cutoffs=Cutoffs((9000, 8000, 7000, 6000), (1, 1, 1, 1), (0.0, 0.0, 0.0, 0.0)))
    frame = rfm_editing.scores(loaded, loaded.audience(), wanted)
    nowhere, empty = rfm_editing.never_reached(frame, wanted)
    assert "Lost" in nowhere
    assert "Champions" not in nowhere
    assert {"recency 1", "frequency 4", "monetary 2"} <= set(empty)


names = st.sampled_from(["Champions", "Lost", "At Risk", "Ünsere Besten", "a|b"])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, min_size=25, max_size=25))
def test_any_grid_gives_every_buyer_exactly_one_segment(loaded: Warehouse, cells: list[str]) -> None:
    grid = tuple(tuple(cells[5 * r : 5 * r + 5]) for r in range(5))
    loaded.set_preferences("the test", rfm_grid=grid)
    frame = rfm.rfm_customers(loaded, loaded.audience())
    assert len(frame) == 61
    for row in frame.dropna().itertuples():
        assert row.segment == grid[row.r_score - 1][row.fm_score - 1]
    assert rfm.rfm_grid(loaded, loaded.audience())["customers"].sum() == 60


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"rfm_grid": OWN[:4]}, "rfm_grid"),
        ({"rfm_grid": ((*OWN[0][:4], ""), *OWN[1:])}, "rfm_grid"),
        ({"rfm_grid": ((*OWN[0][:4], "Prospects"), *OWN[1:])}, "rfm_grid"),
        ({"rfm_cutoffs": replace(CUTOFFS, recency=(20, 60, 120, 200))}, "recency"),
        ({"rfm_cutoffs": replace(CUTOFFS, monetary=(1.0, 2.0, 3.0))}, "monetary"),
        ({"rfm_cutoffs": replace(CUTOFFS, frequency=(1, 3, 2, 4))}, "frequency"),
    ],
)
def test_what_makes_no_sense_is_refused(loaded: Warehouse, changes: dict, named: str) -> None:
    version = loaded.data_version
    with pytest.raises(BadValue, match=named):
        loaded.set_preferences("the test", **changes)
    assert (loaded.data_version, loaded.preferences) == (version, Preferences())


def test_sentence(loaded: Warehouse) -> None:
    frame = compute(loaded, "rfm_preview", loaded.audience(), scheme="PyMC-Marketing")
    words = rfm_editing.preview_in_words(frame)
    moving = frame.loc[frame["from_segment"] != frame["to_segment"], "customers"].sum()
    assert words is not None
    assert words.startswith(f"{moving} of 60 buyers would move")
    same = compute(loaded, "rfm_preview", loaded.audience())
    assert rfm_editing.preview_in_words(same) == "None of 60 buyers would move."
