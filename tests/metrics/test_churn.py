"""Churn: the population and its outcome counted again, the guard against the future, and lists that are what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import sqlglot

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.segments.saved import segment_members
from crm_analytics.metrics.value import scoring, value
from crm_analytics.metrics.value.churn import (
    calibration_in_words,
    churn_calibration,
    churn_evaluation,
    churn_importance,
    churn_in_words,
    churn_lists,
    importance_in_words,
    lists_in_words,
)
from crm_analytics.metrics.value.churn_features import (
    FURTHER,
    PURCHASES,
    RHYTHM,
    WORDS,
    Moment,
    ReadsTheFuture,
    _asked,
    guard,
    population,
)
from crm_analytics.metrics.value.churn_run import MODEL, SILENCE, horizon, run
from crm_analytics.metrics.value.scoring import asked_in_words, keep_scores
from crm_analytics.metrics.value.value import _reasons, customer_value, keep_list
from crm_analytics.query import statements
from crm_analytics.query.causes import Causes
from crm_analytics.query.rules import All, Not, Rule, where
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.sample import company as sample
from tests.conftest import in_memory
from tests.metrics import buyers
from tests.metrics.loading import load_frame, load_orders

DAYS = 90


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path_factory.mktemp("buyers"))
    buyers.load(warehouse, buyers.orders())
    draw = np.random.default_rng(5)
    rows = [
        (f"{n}", f"c{n % 400:04}", buyers.START + timedelta(days=int(draw.integers(0, 800))), bool(draw.random() < 0.2))
        for n in range(900)
    ]
    contacts = pd.DataFrame(rows, columns=["contact_id", "customer_id", "contacted_at", "responded"])
    load_frame(warehouse, "contacts", contacts.astype({"contacted_at": "datetime64[us]"}), 2)
    yield warehouse
    warehouse.close()


def people(warehouse: Warehouse, numbers: pd.Index) -> pd.Index:
    """The customers' ids."""
    with warehouse.duck.session() as session:
        named = dict(session.rows("SELECT customer_no, customer_id FROM mart.numbers"))
    return pd.Index([named[number] for number in numbers])


def test_population_and_outcome_are_those_of_the_rule(company: Warehouse) -> None:
    audience = company.audience()
    frame = churn_evaluation(company, audience, days=DAYS)
    window = company.base(audience.as_of).activity_window_days
    cut = pd.Timestamp(audience.as_of) - pd.Timedelta(days=DAYS)
    bought = buyers.orders()
    last = (
        bought[bought["ordered_at"] < cut + pd.Timedelta(days=1)]
        .groupby("customer_id")["ordered_at"]
        .max()
        .dt.normalize()
    )
    there = last.index[(cut - last).dt.days <= window]
    after = bought[
        (bought["ordered_at"] >= cut + pd.Timedelta(days=1))
        & (bought["ordered_at"] < cut + pd.Timedelta(days=DAYS + 1))
    ]
    assert frame["cut_off"].eq(cut).all()
    assert frame["customers"].eq(len(there)).all()
    assert frame["churners"].eq((~there.isin(after["customer_id"])).sum()).all()
    done = run(company, audience.as_of, DAYS)
    # trained only on what was over before: outcomes end where the choice begins, and that before the report
    assert all(day + timedelta(days=3 * DAYS) <= audience.as_of for day in done.cut_offs)
    silent = (cut - last[there]).dt.days
    by_id = people(company, done.evaluated.features.index)
    left = pd.Series(done.evaluated.left, index=by_id)
    ahead = silent[left[left].index].to_numpy()[:, None] - silent[left[~left].index].to_numpy()[None, :]
    assert frame.set_index("score").loc[SILENCE, "roc_auc"] == pytest.approx(((ahead > 0) + (ahead == 0) / 2).mean())


def test_the_score_in_use_is_named_with_its_margin(company: Warehouse) -> None:
    audience = company.audience()
    frame = churn_evaluation(company, audience, days=DAYS)
    assert frame["used"].sum() == 1
    for name in ("roc_auc", "average_precision", "brier", "top_decile_lift", "calibration_error"):
        assert ((frame[f"{name}_low_95"] <= frame[name]) | (name == "calibration_error")).all()
        assert (frame[f"{name}_high_95"] >= frame[name]).all()
    assert frame.set_index("score").loc[MODEL, "roc_auc"] > 0.6
    said = churn_in_words(frame)
    assert "the list by silence alone in" in said or "the plain list by days of silence is used" in said
    assert "were expected to leave" in calibration_in_words(frame)
    listed = customer_value(company, audience, days=DAYS)
    assert listed["churn_probability"].dropna().between(0, 1).all()
    assert listed["reasons"].notna().any()


def test_lists_hold_what_they_say(company: Warehouse) -> None:
    audience = company.audience()
    frame = churn_lists(company, audience, length=60, days=DAYS)
    done = run(company, audience.as_of, DAYS)
    people = pd.DataFrame(
        {
            "left": done.evaluated.left,
            "worth": done.evaluated.worth,
            **done.scores.raw,
            "value at risk": done.scores.chance[done.used] * done.value,
        }
    )
    for row in frame.itertuples():
        top = people.sort_values(row.list, ascending=False, kind="stable").head(60)
        assert row.churners == top["left"].sum()
        assert row.money == pytest.approx((top["worth"] * top["left"]).sum())
    silence = frame.set_index("list").loc[SILENCE]
    assert silence[["churners_more", "money_more"]].tolist() == [0, 0]
    assert (frame["churners_more_low_95"] <= frame["churners_more"]).all()
    words = lists_in_words(frame, churn_evaluation(company, audience, days=DAYS), "EUR")
    assert "the first 60 customers of each list held" in words
    assert f"by silence alone {silence['churners']}" in words


def test_reasons_where_the_rhythm_has_no_fit_today(company: Warehouse) -> None:
    """It was there to learn from: nobody is told of what is not known of them now."""
    done = run(company, company.audience().as_of, DAYS)
    missing = ["p_alive", "expected_purchases", "overdue"]
    assert set(missing) <= set(done.detail)
    told = _reasons(replace(done, used=MODEL, detail=done.detail.drop(columns=missing)), done.detail.index.to_series())
    assert told.notna().any()
    assert not told.dropna().str.contains("active still|would have come|expected until").any()


def test_calibration_bins_and_importance(company: Warehouse) -> None:
    audience = company.audience()
    bins = churn_calibration(company, audience, days=DAYS)
    done = run(company, audience.as_of, DAYS)
    assert bins["customers"].sum() == len(done.evaluated.left)
    assert (bins["customers"] * bins["observed"]).sum() == pytest.approx(done.evaluated.left.sum())
    assert bins["expected"].is_monotonic_increasing
    features = churn_importance(company, audience, days=DAYS)
    assert set(features["feature"]) <= set(WORDS)
    assert {"response_share", "contacts"} <= set(features["feature"])
    assert features["importance"].is_monotonic_decreasing
    assert importance_in_words(features).startswith("Shuffling it costs the model most: ")


def test_the_first_of_the_list_are_kept_as_a_segment(company: Warehouse) -> None:
    audience = company.audience()
    listed = customer_value(company, audience, days=DAYS, action="win back")
    assert keep_list(company, audience, "Win back", "ann", first=4, action="win back", days=DAYS) == 4
    members = segment_members(company, audience, segment="Win back")
    assert set(members["customer_id"]) == set(listed["customer_id"].head(4))
    # again: a new version, and never more than there are
    assert keep_list(company, audience, "Win back", "ann", first=10**6, action="win back", days=DAYS) == len(listed)
    with pytest.raises(NotEnoughData, match="customers at risk"):
        keep_list(
            company, replace(audience, rule=where("customer_id", "is", "nobody")), "None", "ann", first=3, days=DAYS
        )


# --- nothing knows the future ---------------------------------------------------------------------------------------


def moment(warehouse: Warehouse) -> Moment:
    return Moment(warehouse.latest() - timedelta(days=300), 90, 90)


@pytest.mark.parametrize(
    ("planted", "column"),
    [
        ("max(ordered_on) AS last_on", "recency_days"),
        ("count(*) AS purchase_days", "purchase_days"),
    ],
)
def test_a_feature_that_reads_the_future_is_caught(company: Warehouse, planted: str, column: str) -> None:
    """The rhythm without its bound: it sees every purchase day that is loaded."""
    text = statements.text(PURCHASES)
    rhythm = text[text.index("rhythm AS (") : text.index("bought AS (")]
    assert planted in rhythm
    leaking = text.replace(rhythm, rhythm.replace("AND ordered_on <= $cut_off", ""))
    assert leaking != text
    with pytest.raises(ReadsTheFuture, match="they read the future") as caught:
        guard(company, moment(company), {"planted": sqlglot.parse_one(leaking, read="duckdb")})
    assert column in caught.value.columns or len(caught.value.columns) > 3


def test_a_column_planted_beside_the_others_is_named(company: Warehouse) -> None:
    planted = "(SELECT count(*) FROM purchase_days AS p WHERE p.customer_no = n.customer_no) AS bought,"
    text = statements.text("metrics/churn_contacts").replace(
        "SELECT\n    n.customer_no,", f"SELECT\n    n.customer_no,\n    {planted}"
    )
    with pytest.raises(ReadsTheFuture) as caught:
        guard(company, moment(company), {"planted": sqlglot.parse_one(text, read="duckdb")})
    assert caught.value.columns == ["bought"]


def test_an_answer_after_the_cut_off_is_not_known(tmp_path) -> None:
    """`responded` follows from its day: neither the feature nor the past that the guard sees knows it before."""
    warehouse = in_memory(tmp_path)
    load_orders(warehouse, [("early", "2024-01-01", 10.0), ("late", "2024-01-01", 10.0), ("early", "2024-12-31", 10.0)])
    days = {"contacted_at": ["2024-01-10"] * 3, "responded_at": ["2024-01-12", "2024-09-01", "2024-03-01"]}
    contacts = pd.DataFrame(days).astype("datetime64[us]").assign(customer_id=["early", "late", "late"])
    load_frame(warehouse, "contacts", contacts, 2)
    then, text = Moment(date(2024, 3, 1), 90, 90), statements.text("metrics/churn_contacts")
    guard(warehouse, then, {"metrics/churn_contacts": statements.tree("metrics/churn_contacts")})
    found = warehouse.read(
        "metrics/churn_contacts", warehouse.audience(), **_asked("metrics/churn_contacts", then.values())
    )
    named = found.set_index(people(warehouse, found["customer_no"]))
    assert named[["contacts_settled", "responses"]].to_dict("index") == {
        "early": {"contacts_settled": 1, "responses": 1}, "late": {"contacts_settled": 2, "responses": 1},
    }  # fmt: skip
    bound = "(responded_at IS NULL OR responded_at < $next_day) AND "
    assert bound in text
    leaking = text.replace(bound, "")
    with pytest.raises(ReadsTheFuture) as caught:
        guard(warehouse, then, {"planted": sqlglot.parse_one(leaking, read="duckdb")})
    assert caught.value.columns == ["responses"]
    warehouse.close()


def test_the_features_in_use_pass(company: Warehouse) -> None:
    guard(company, moment(company), {name: statements.tree(name) for name in (PURCHASES, RHYTHM, *FURTHER)})
    assert "outcome" not in "".join(statements.text(name) for name in (PURCHASES, *FURTHER)).lower()


def test_the_future_changes_no_probability_of_the_past(company: Warehouse, tmp_path) -> None:
    """The same day asked in a base that ends on it: the same scores."""
    day = company.latest() - timedelta(days=120)
    before = in_memory(tmp_path)
    frame = buyers.orders()
    buyers.load(before, frame[frame["ordered_at"] < pd.Timestamp(day) + pd.Timedelta(days=1)])
    now, then = run(company, day, 60), run(before, day, 60)
    assert now.used == then.used
    known = [name for name in now.evaluated.features if name in then.evaluated.features]
    frames = [
        each.evaluated.features[known].set_axis(people(warehouse, each.evaluated.features.index)).sort_index()
        for each, warehouse in ((now, company), (then, before))
    ]
    pd.testing.assert_frame_equal(*frames)
    before.close()


def test_a_part_of_the_customers_is_what_the_whole_says_of_them(company: Warehouse) -> None:
    audience, whole = company.audience(), moment(company)
    every, third = (population(company, audience, each, outcome=True) for each in (whole, replace(whole, every=3)))
    columns = ["recency_days", "days_trend", "revenue_12m", "contacts", "channel"]
    with company.duck.session() as session:
        drawn = [number for (number,) in session.rows("SELECT customer_no FROM mart.numbers WHERE sample_no % 3 = 0")]
    chosen = every.features.index.isin(drawn)
    pd.testing.assert_frame_equal(third.features[columns], every.features.loc[chosen, columns])
    assert third.left.tolist() == every.left[chosen].tolist()
    assert len(population(company, audience, replace(whole, every=3), outcome=False).worth) == len(every.worth)


# --- horizons -------------------------------------------------------------------------------------------------------


def test_a_horizon_that_the_history_cannot_check(company: Warehouse) -> None:
    as_of = company.latest()
    span = (as_of - buyers.START).days  # the first of them bought two days later
    with pytest.raises(NotEnoughData, match="days of history") as error:
        horizon(company, as_of, 400)
    assert (error.value.needed, error.value.found) == (1300, span - 2)
    frame = churn_evaluation(company, company.audience(), days=400)
    assert frame.empty
    assert "needs at least 1,300 days of history" in frame.attrs["notes"][0]
    assert churn_in_words(frame) is None
    assert horizon(company, as_of, 90) == (90, None)
    early = date.fromordinal(buyers.START.toordinal() + 200)
    assert horizon(company, early, None)[1] is None or "would need" in horizon(company, early, None)[1]


@pytest.mark.slow
def test_probabilities_are_what_they_say_on_the_stationary_sample(tmp_path) -> None:
    """20,000 customers whose rates do not change: the expected calibration error of ten bins is at most 0.03."""
    sample.write(tmp_path / "files", customers=20_000, stationary=True)
    warehouse = in_memory(tmp_path)
    raw = pd.read_csv(tmp_path / "files" / "orders.csv", dtype={"customer_id": "str"}, parse_dates=["order_date"])
    frame = raw.rename(columns={"order_date": "ordered_at"})[
        ["order_id", "customer_id", "ordered_at", "amount", "channel"]
    ]
    load_frame(warehouse, "orders", frame.astype({"ordered_at": "datetime64[us]"}))
    row = churn_evaluation(warehouse, warehouse.audience()).query("used").iloc[0]
    assert row["customers"] > 5_000
    assert row["calibration_error"] <= 0.03
    warehouse.close()


# --- fields of rules: the last, since it gives the data a new version ------------------------------------------------


def test_risk_value_and_action_are_fields_as_of_the_day_of_the_scoring(company: Warehouse) -> None:
    audience, asked = (
        company.audience(),
        All((where("action", "is", "win back"), where("value_at_risk", "more_than", 0))),
    )

    def chosen(rule: Rule, day: date) -> set[str]:
        members = company.read("metrics/audience_ids", Audience(rule, day, day))
        return set(members["customer_id"])

    assert "no scoring was kept yet" in asked_in_words(company, asked)
    assert chosen(asked, audience.as_of) == set()
    made = keep_scores(company, audience, "ann", days=DAYS)
    listed = customer_value(company, audience, days=DAYS)
    assert made.customers == (listed["value"].notna() | listed["churn_probability"].notna()).sum()
    assert chosen(asked, audience.as_of) == set(listed.loc[listed["action"] == "win back", "customer_id"])
    risky = listed.loc[listed["churn_probability"] >= 0.5, "customer_id"]
    assert chosen(where("churn_probability", "at_least", 0.5), audience.as_of) == set(risky)
    assert chosen(asked, audience.as_of - timedelta(days=1)) == set()
    # said wherever a rule asks, and that the data have changed since
    said = asked_in_words(company, Not(asked))
    assert f"as of the last scoring, on {formats.day(audience.as_of)} (purchases by " in said
    assert "changed since" not in said
    assert asked_in_words(company, where("orders", "more_than", 1)) is None
    # a segment that asks for it is evaluated anew from that day on
    early, causes = audience.as_of - timedelta(days=1), Causes()
    with company.duck.session() as session:
        found = [
            causes.of(session, rule, day, made.scored_at - timedelta(seconds=1), causes.print_of(session, day))
            for rule, day in (
                (asked, audience.as_of),
                (asked, early),
                (where("orders", "more_than", 1), audience.as_of),
            )
        ]
    assert found == [f"the scoring of {audience.as_of}", "", ""]
    company.set_preferences("ann", loyal_purchase_days=4)
    assert asked_in_words(company, asked).endswith("The data have changed since: score again on the page Churn.")
    noted = compute(company, "diagnosis", company.audience(asked)).attrs["notes"]
    assert noted[-1] == asked_in_words(company, asked)


def test_a_scoring_of_data_that_were_changed_meanwhile_is_made_again(
    company: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    audience, seen = company.audience(), []

    def scored(*asked: object) -> pd.DataFrame:
        """One customer, and the first time somebody brings in an order while the customers are being scored."""
        seen.append(company.data_version)
        if len(seen) == 1:
            load_orders(company, [("c0001", audience.as_of.isoformat(), 10.0)], 3)
        chance = len(seen) / 4
        row = {
            "customer_id": "c0001",
            "action": "watch",
            "churn_probability": chance,
            "value": 1.0,
            "value_at_risk": chance,
        }
        return pd.DataFrame([row])

    monkeypatch.setattr(value, "scored", scored)
    monkeypatch.setattr(scoring, "run", lambda *asked: f"nothing is learned from {company.data_version}")
    monkeypatch.setattr(scoring.btyd_fits, "used_model", lambda *asked: None)
    made = keep_scores(company, audience, "ann", days=DAYS)
    assert len(set(seen)) == 2
    assert made.data_version == company.data_version.partition("-")[0]
    assert (
        company.read("metrics/audience_size", company.audience(where("churn_probability", "is", 0.5)))["customers"][0]
        == 1
    )
    assert run(company, audience.as_of, DAYS) == f"nothing is learned from {seen[1]}"
