"""Campaigns whose files are not what they should be: a named problem, not a number; and too little to tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_analytics.errors import BadValue
from crm_analytics.ingest.load import load
from crm_analytics.ingest.recognise import recognise
from crm_analytics.ingest.remapping import remap
from crm_analytics.ingest.review import proposed, review
from crm_analytics.metrics.campaigns.files import of_campaign
from crm_analytics.metrics.campaigns.sums import listed
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.controls import is_control
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace import campaign_plans as stored
from crm_analytics.workspace.campaign_plans import Entered
from tests.conftest import bring_in, in_memory
from tests.metrics.loading import load_frame

AS_OF = date(2025, 6, 1)
OPENS = {"delivered": [True] * 300 + [False] * 500, "opened": [True] * 350 + [False] * 450}

#: What a newsletter tool writes of those to whom it sent: forty copies came back, of others it is not known.
RECIPIENTS = {
    "delivered": [False] * 40 + [True] * 700 + [None] * 60,
    "opened": [False] * 40 + [True] * 300 + [False] * 460,
}


def contacts(
    name: str, treated: int = 400, control: int = 400, rates: tuple[float, float] = (0.3, 0.2), **columns: object
) -> pd.DataFrame:
    """A campaign whose file carries its outcomes; `columns` replace or add some."""
    arms = ["mailing"] * treated + ["control"] * control
    bought = np.r_[np.arange(treated) < round(treated * rates[0]), np.arange(control) < round(control * rates[1])]
    made = {
        "customer_id": [f"C{n}" for n in range(len(arms))], "campaign_id": name, "arm": arms, "sent": [arm != "control" for arm in arms],
        "converted": bought, "contacted_at": pd.Timestamp("2025-03-03").as_unit("us"),
    }  # fmt: skip
    return pd.DataFrame(made | columns)


def every_campaign() -> pd.DataFrame:
    missing = contacts("missing arms")
    missing.loc[:99, "arm"] = None
    unnamed = contacts("unnamed", sent=None)
    unsent = contacts("unsent")
    for frame in (unnamed, unsent):
        frame["arm"] = frame["arm"].map({"mailing": "B", "control": "A"})
    spelled = contacts("spelled", arm=["Mailing", "MAILING"] * 200 + ["Control", "control", "CONTROL", "control"] * 100)
    three = contacts("three arms", 600, 300)
    three["arm"] = ["A"] * 300 + ["B"] * 300 + ["Control group"] * 300
    households = pd.DataFrame(
        {"customer_id": list("1231112"), "campaign_id": "household", "converted": [False] * 3 + [True] * 4}
    )
    frames = [
        contacts("sound"),
        contacts("contacted", sent=[True] * 460 + [False] * 340),
        contacts("ten contacted", sent=[True] * 410 + [False] * 390),
        contacts("no arms", arm=None, sent=None),
        contacts("recipients", arm=None, sent=None, **RECIPIENTS),
        contacts(
            "two letters",
            arm=["A", "B"] * 400,
            sent=None,
            delivered=[n % 2 == 0 if n < 20 else None for n in range(800)],
        ),
        contacts("drawn recipients", sent=None, opened=[n < 150 if n < 400 else None for n in range(800)]),
        missing,
        contacts("both arms"),
        contacts("both arms").head(80).assign(arm="control"),
        unnamed,
        unsent,
        contacts("other sizes", 500, 350),
        contacts("planned sizes", 500, 350),
        contacts("opens", **OPENS),
        contacts("too little", 200, 200, (0.15, 0.1)),
        contacts("few buyers", revenue=[25.0] * 29 + [0.0] * 371 + [25.0] * 100 + [0.0] * 300),
        spelled,
        contacts("received", sent=[n < 400 for n in range(800)], delivered=True),
        contacts("half told", converted=[n < 120 if n < 400 else None for n in range(800)]),
        contacts("yes or blank", converted=[True if n % 400 < 120 - n // 10 else None for n in range(800)]),
        contacts("sent or not", arm=None),
        contacts("drawn", arm=None),
        contacts("one customer", revenue=[9_000.0, *[25.0] * 119, *[0.0] * 280, *[25.0] * 80, *[0.0] * 320]),
        three,
        households,
    ]
    whole = pd.concat(frames, ignore_index=True)
    flags = dict.fromkeys(["sent", "converted", "delivered", "opened"], "boolean")
    return whole.assign(contact_id=[f"T{n}" for n in range(len(whole))]).astype(flags)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = in_memory(tmp_path_factory.mktemp("problems"))
    load_frame(opened, "contacts", every_campaign())
    load_frame(
        opened,
        "campaigns",
        pd.DataFrame({"campaign_id": ["planned sizes", "drawn"], "control_share": [350 / 850, 0.5]}),
        2,
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def found(warehouse: Warehouse) -> pd.DataFrame:
    return compute(warehouse, "campaign_lift", everyone(warehouse)).set_index(["campaign_id", "outcome"])


def everyone(warehouse: Warehouse) -> Audience:
    return warehouse.audience(as_of=AS_OF)


@pytest.mark.parametrize(
    ("campaign", "problem"),
    [
        ("contacted", "60 of 400 customers of the control group were contacted"),
        ("received", "400 of 400 customers of the control group were contacted"),
        ("half told", "what became of the customers of control is not in the file"),
        ("no arms", "no control group: who responds is not who was moved"),
        ("missing arms", "of 800 customers 100 have no arm"),
        ("both arms", "of 800 customers 80 are in several arms"),
        ("unnamed", "none of the arms is known as the control group (A, B): name it with control="),
        (
            "sent or not",
            "the file names no arms, and who was not sent it was perhaps left out for a reason: if that was drawn, say control=not sent",
        ),
        ("household", "no control group: who responds is not who was moved"),
    ],
)
def test_a_problem_is_named_and_no_number_stands_in_its_place(found: pd.DataFrame, campaign: str, problem: str) -> None:
    rows = found.loc[campaign]
    assert set(rows["verdict"]) == {f"cannot tell: {problem}"}
    assert rows[["difference", "low_95", "p_value", "incremental", "incremental_profit"]].isna().all(axis=None)


def test_sound_files_have_a_result(warehouse: Warehouse, found: pd.DataFrame) -> None:
    for campaign in ("sound", "ten contacted", "planned sizes", "unsent", "spelled", "drawn", "yes or blank"):
        assert found.loc[(campaign, "converted"), "verdict"] == "more buyers"
    assert found.loc[("sound", "converted"), "split_p_value"] == 1
    assert found.loc[("ten contacted", "converted"), "control_contacted"] == 10
    assert found.loc[("unsent", "converted"), "control_arm"] == "A"  # nothing was sent to it
    assert found.loc[("spelled", "converted"), "control_arm"] == "control"  # as most of them write it
    assert found.loc[("drawn", "converted"), "control_arm"] == "not sent"
    assert found.loc[("sound", "responded"), "verdict"] == "cannot tell: it is not in the data"
    assert np.isnan(found.loc[("sound", "margin"), "treated_mean"])
    told = compute(warehouse, "campaign_lift", everyone(warehouse), campaign="unnamed", control="A").set_index(
        "outcome"
    )
    assert told.loc["converted", "verdict"] == "more buyers"
    notes = compute(warehouse, "campaign_lift", everyone(warehouse)).attrs["notes"]
    assert any("10 of the control group were contacted all the same" in note for note in notes)
    assert any("one customer: one customer is 75% of the revenue of the arm “mailing”" in note for note in notes)


def test_arms_of_other_sizes_than_planned(found: pd.DataFrame) -> None:
    assert "not of the planned sizes" in found.loc[("other sizes", "converted"), "verdict"]
    assert found.loc[("other sizes", "converted"), "split_p_value"] == pytest.approx(stats.chisquare([500, 350]).pvalue)


def test_more_opens_than_deliveries_have_no_rate(warehouse: Warehouse) -> None:
    frame = compute(warehouse, "campaign_funnel", everyone(warehouse), campaign="opens")
    steps = frame.set_index("step")
    assert steps.loc["opened", "customers"] == 350
    assert np.isnan(steps.loc["opened", "rate_of_previous"])
    assert steps.loc["delivered", "rate_of_previous"] == 0.75
    assert any("350 opened, more than the 300" in note for note in frame.attrs["notes"])


def test_whoever_a_newsletter_tool_lists_was_sent_it(warehouse: Warehouse, found: pd.DataFrame) -> None:
    steps = compute(warehouse, "campaign_funnel", everyone(warehouse), campaign="recipients").set_index("step")
    assert steps.loc[["targeted", "sent", "delivered", "opened"], "customers"].tolist() == [800, 800, 700, 300]
    (row,) = compute(warehouse, "campaign_channels", everyone(warehouse), campaign="recipients").itertuples()
    assert (row.customers, row.sent, row.delivered) == (800, 800, 700)
    assert "no control group" in found.loc[("recipients", "converted"), "verdict"]
    # of whom nobody says how far they got: the day says that they were sent it
    steps = compute(warehouse, "campaign_funnel", everyone(warehouse), campaign="two letters").set_index("step")
    assert steps.loc[["targeted", "sent", "delivered"], "customers"].tolist() == [800, 800, 10]
    channels = compute(warehouse, "campaign_channels", everyone(warehouse), campaign="two letters").set_index("arm")
    assert channels["sent"].tolist() == [400, 400]
    # those who did not open it are no less treated; the control group has a day too
    steps = compute(warehouse, "campaign_funnel", everyone(warehouse), campaign="drawn recipients").set_index("step")
    assert steps.loc[["targeted", "sent", "opened"], "customers"].tolist() == [800, 400, 150]
    channels = compute(warehouse, "campaign_channels", everyone(warehouse), campaign="drawn recipients").set_index(
        "arm"
    )
    assert channels.loc["mailing", "sent"] == 400
    assert np.isnan(channels.loc["control", "sent"])
    assert found.loc[("drawn recipients", "converted"), "control_contacted"] == 0


def test_no_rate_is_above_one_and_a_household_counts_once(warehouse: Warehouse) -> None:
    everything = compute(warehouse, "campaign_funnel", everyone(warehouse))
    assert (everything[["rate_of_previous", "rate_of_targeted"]].fillna(0) <= 1).all(axis=None)
    steps = everything[everything["campaign_id"] == "household"].set_index("step")["customers"]
    assert (steps["targeted"], steps["converted"]) == (3, 2)
    listed = compute(warehouse, "campaigns", everyone(warehouse)).set_index("campaign_id")
    assert listed.loc["household", "roi_kind"] == "response, not incremental"
    assert listed.loc["household", "verdict"].startswith("cannot tell: no control group")


def test_too_little_says_how_many_more(found: pd.DataFrame) -> None:
    for row in (found.loc[("too little", "converted")], found.loc[("few buyers", "revenue")]):
        assert row["verdict"].startswith("cannot tell yet, about ")
        assert row["verdict"].endswith(" more customers")
        assert row["customers_needed"] > 0
    assert np.isnan(found.loc[("few buyers", "revenue"), "low_95"])


def test_several_arms_share_one_family(found: pd.DataFrame) -> None:
    rates = found.loc["three arms"].loc["converted"]
    assert list(rates["arm"]) == ["A", "B"]
    assert list(rates["adjusted_p_value"]) == pytest.approx(list(stats.false_discovery_control(rates["p_value"])))
    assert set(rates["control_arm"]) == {"Control group"}


def test_costs_entered_by_hand_hold_for_everyone(warehouse: Warehouse, found: pd.DataFrame) -> None:
    assert np.isnan(found.loc[("sound", "converted"), "incremental_profit"])
    with warehouse.duck.session() as session, session.transaction():
        stored.enter(session, "sound", Entered(100.0, 2.0, 15.0), "the test")
        stored.enter(session, "sound", Entered(50.0, 1.0, 15.0, version=1), "the test")
    row = (
        compute(warehouse, "campaign_lift", everyone(warehouse), campaign="sound").set_index("outcome").loc["converted"]
    )
    assert row["incremental_profit"] == pytest.approx(400 * (0.1 * 15 - 1.0))
    assert row["verdict"] == "more buyers; whether it pays cannot be told yet"
    listed = compute(warehouse, "campaigns", everyone(warehouse)).set_index("campaign_id")
    assert listed.loc["sound", "cost"] == 450
    with warehouse.duck.session() as session, pytest.raises(BadValue, match="cost_per_contact"):
        stored.enter(session, "sound", Entered(cost_per_contact=-1.0, version=2), "the test")
    with warehouse.duck.session() as session:  # as from a window that still shows what held before
        with pytest.raises(BadValue, match=r"version 2, which the test saved .* nothing was overwritten"):
            stored.enter(session, "sound", Entered(70.0, version=1), "another")
        assert stored.entered(session)["sound"] == Entered(50.0, 1.0, 15.0, version=2)


def test_a_control_arm_named_by_hand_holds_at_once(warehouse: Warehouse) -> None:
    def bought() -> int:
        found = compute(warehouse, "campaign_funnel", everyone(warehouse), campaign="unnamed")
        return int(found.set_index("step").loc["converted", "customers"])

    def name(arm: str | None, seen: int) -> None:
        with warehouse.duck.session() as session, session.transaction():
            stored.enter(session, "unnamed", Entered(control_arm=arm, version=seen), "the test")

    assert bought() == 200
    for seen, (arm, others) in enumerate((("A", 120), ("B", 80), ("A", 120), (None, 200))):
        name(arm, seen)
        assert bought() == others


def test_outcomes_before_the_contact_and_two_currencies(tmp_path: Path) -> None:
    """The file's own further columns tell: so it comes in as a file, with a column that says yes to the control group."""
    days = contacts("K1", 60, 60, conversion_date=["2025-03-01"] * 30 + ["2025-03-05"] * 90)
    spent = contacts("K2", 60, 60, revenue=[20.0] * 40 + [0.0] * 80, currency=["EUR"] * 60 + ["USD"] * 60)
    frames = [days, spent, contacts("K3", last_order_date="2024-12-30")]
    path = tmp_path / "contacts.csv"
    whole = pd.concat(frames, ignore_index=True).rename(
        columns={"contacted_at": "contact_date", "arm": "control group"}
    )
    whole["control group"] = whole["control group"].map({"mailing": "no", "control": "yes"})
    whole.assign(contact_id=range(len(whole))).astype({"sent": int, "converted": int}).to_csv(path, index=False)
    warehouse = in_memory(tmp_path)
    bring_in(warehouse, path, kind="contacts")
    frame = compute(warehouse, "campaign_lift", warehouse.audience())
    words = frame.groupby("campaign_id")["verdict"].unique()
    assert list(words["K1"]) == ["cannot tell: 30 outcomes are dated before the contact that they are counted for"]
    assert list(words["K2"]) == ["cannot tell: amounts in 2 currencies (EUR, USD)"]
    spoilt = frame["campaign_id"] != "K3"
    assert frame.loc[spoilt, "difference"].isna().all()
    sound = frame[~spoilt].set_index("outcome").loc["converted"]
    assert (sound["arm"], sound["control_arm"], sound["verdict"]) == ("no", "yes", "more buyers")
    warehouse.close()


def test_half_a_file_in_another_currency_is_not_compared(tmp_path: Path) -> None:
    frame = contacts("K1", 60, 60, contact_id=range(120), revenue=["€20.00", "$20.00"] * 60)
    frame["date bought"] = np.where(frame["converted"], "2025-03-05", "")
    path = tmp_path / "contacts.csv"
    frame.drop(columns="converted").rename(columns={"contacted_at": "contact_date"}).to_csv(path, index=False)
    warehouse = in_memory(tmp_path)
    with warehouse.duck.session() as session:  # as files were read before the day of an outcome had a field of its own
        known = remap(recognise(session, path, path.name, kind="contacts"), mapping={"date bought": "converted"})
        load(warehouse, review(session, known, proposed(known), "main", today=AS_OF), path, "tester")
    found = compute(warehouse, "campaign_lift", warehouse.audience())
    assert set(found["verdict"]) == {
        "cannot tell: amounts in two currencies: 60 of 120 rows of its file were left out for it"
    }
    assert any("“date bought” is read as whether it happened" in note for note in found.attrs["notes"])
    warehouse.close()


def test_of_the_files_between_those_of_a_campaign_nothing_is_told(tmp_path: Path) -> None:
    warehouse = in_memory(tmp_path)
    for number, name in enumerate(["K1", "K2", "K1"], start=1):
        frame = contacts(name, 2, 2, contact_id=[f"{number}-{row}" for row in range(4)])
        load_frame(warehouse, "contacts", frame, import_id=number)
    known = listed(warehouse, Audience(EVERYONE, AS_OF, AS_OF))
    files = pd.DataFrame({"import_id": pd.Series([1, 2, 3, 13], dtype=object)})
    found = {row["campaign_id"]: of_campaign(files, row)["import_id"].tolist() for row in known.to_dict("records")}
    assert found == {"K1": [1, 3], "K2": [2]}
    assert of_campaign(files, {"imports": None}).empty
    warehouse.close()


@pytest.mark.parametrize(
    "name",
    ["control", "Control group", "no", "None", "hold-out", "Holdout 10%", "0", "Kontrolle", "Kontrollgruppe", "No E-Mail", "sin contacto",
     "grupo de control", "untreated", "Do not contact", "off", "FALSE", "контрольная группа", "Groupe témoin"],
)  # fmt: skip
def test_names_of_a_control_group(name: str) -> None:
    assert is_control(name)


@pytest.mark.parametrize(
    "name", ["A", "B", "Yes", "1", "Offer", "November mailing", "Nordic", "Mens E-Mail", "variant", "sent", "new offer"]
)
def test_names_of_a_treated_arm(name: str) -> None:
    assert not is_control(name)
