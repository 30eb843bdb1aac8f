"""What campaigns caused, against a second computation in pandas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from crm_analytics.config import PROJECT
from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.metrics.campaigns.planning import result_in_words
from crm_analytics.metrics.campaigns.words import funnel_in_words
from crm_analytics.metrics.catalogue import compute
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from crm_analytics.schema import KINDS
from crm_analytics.workspace import campaign_plans as stored
from crm_analytics.workspace.campaign_plans import Plan
from tests.conftest import bring_in, in_memory
from tests.metrics.loading import load_frame

STARBUCKS = PROJECT.parent / "shared" / "data" / "starbucks_ab" / "training.csv.gz"
JOURNEY = PROJECT.parent / "shared" / "data" / "completejourney"
SAMPLE = PROJECT / "data" / "sample"


# --- published figures ------------------------------------------------------------------------------------------------


def typed(warehouse: Warehouse) -> None:
    frame = pd.read_csv(STARBUCKS)
    ids = frame["ID"].astype("str")
    columns = {"contact_id": ids, "customer_id": ids, "campaign_id": "training", "arm": frame["Promotion"]}
    load_frame(warehouse, "contacts", pd.DataFrame({**columns, "converted": frame["purchase"].astype(bool)}))


@pytest.mark.skipif(not STARBUCKS.exists(), reason="the shared data are not beside the project")
@pytest.mark.parametrize("way", ["typed", pytest.param("imported", marks=pytest.mark.slow)])
def test_more_buyers_less_money(tmp_path: Path, way: str) -> None:
    warehouse = in_memory(tmp_path)
    if way == "typed":
        typed(warehouse)
    else:
        bring_in(warehouse, STARBUCKS, kind="contacts")
    everyone = warehouse.audience(as_of=date(2026, 1, 1))
    frame = compute(warehouse, "campaign_lift", everyone, value_per_conversion="10", contact_cost="0.15")
    row = frame.set_index("outcome").loc["converted"]
    assert (row["treated_customers"], row["control_customers"], row["control_arm"]) == (42_364, 42_170, "No")
    assert row["difference"] == pytest.approx(0.00945455, abs=5e-9)
    assert (round(row["low_95"], 5), round(row["high_95"], 5)) == (0.00798, 0.01095)
    assert round(row["incremental_profit"], 2) == -2349.28
    assert round(row["raw_profit_difference"], 2) == -2334.60
    assert row["profit_high_95"] < 0
    assert row["verdict"] == "more buyers, less money"
    frame = compute(warehouse, "campaign_lift", everyone, value_per_conversion=10, contact_cost=0.15)
    assert any("-2,334.60" in note and "no effect" in note for note in frame.attrs["notes"])
    (listed,) = compute(warehouse, "campaigns", everyone, value_per_conversion=10, contact_cost=0.15).to_dict("records")
    assert (listed["targeted"], listed["converted"], listed["roi_kind"]) == (84_534, 721, "incremental")
    assert listed["roi"] == pytest.approx((4005.3246 - 6354.6) / 6354.6, abs=1e-6)
    bridge = compute(warehouse, "campaign_bridge", everyone, value_per_conversion=10, contact_cost=0.15).set_index(
        "step"
    )
    assert bridge.loc["profit", "incremental"] == pytest.approx(-2349.28, abs=0.005)
    assert bridge.loc["profit", "attributed"] == pytest.approx(7210 - 6354.6)
    if way == "imported":
        by = compute(warehouse, "campaign_segments", everyone, by="v1")
        assert by["treated_customers"].sum() == 42_364
        assert list(by["adjusted_p_value"]) == pytest.approx(list(stats.false_discovery_control(by["p_value"])))
    warehouse.close()


@pytest.mark.skipif(not JOURNEY.exists(), reason="the shared data are not beside the project")
def test_redemptions_are_counted_on_households_and_no_effect_is_claimed(tmp_path: Path) -> None:
    """data/README.md, section 5: of 1,133, 1,077 and 1,076 recipients 214, 196 and 158 ever redeemed."""
    drawn = pd.read_csv(JOURNEY / "campaigns.csv", dtype="str")
    redeemed = pd.read_csv(JOURNEY / "coupon_redemptions.csv", dtype="str")[["campaign_id", "household_id"]]
    both = pd.concat([drawn.assign(converted=False), redeemed.assign(converted=True)], ignore_index=True)
    warehouse = in_memory(tmp_path)
    frame = both.rename(columns={"household_id": "customer_id"}).assign(contact_id=both.index.astype("str"))
    load_frame(warehouse, "contacts", frame)
    everyone = warehouse.audience(as_of=date(2026, 1, 1))
    listed = compute(warehouse, "campaigns", everyone).set_index("campaign_id")
    assert listed.loc[["18", "13", "8"], ["targeted", "converted"]].to_numpy().tolist() == [
        [1133, 214],
        [1077, 196],
        [1076, 158],
    ]
    assert (listed["converted"] <= listed["targeted"]).all()
    assert listed["verdict"].str.startswith("cannot tell: no control group").all()
    assert compute(warehouse, "campaign_lift", everyone)["difference"].isna().all()
    warehouse.close()


# --- against pandas -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The sample company's files, typed by pandas: how files are read is tested elsewhere."""
    warehouse = in_memory(tmp_path_factory.mktemp("sample"))
    names = {"order_date": "ordered_at", "contact_date": "contacted_at", "discount": "discount_amount", "name": "campaign_name",
             "start_date": "starts_on", "end_date": "ends_on", "month": "period_start"}  # fmt: skip
    for number, kind in enumerate(
        ("orders", "order_lines", "customers", "products", "campaigns", "contacts", "costs"), 1
    ):
        frame = pd.read_csv(SAMPLE / f"{kind}.csv", dtype={"postal_code": "str"}).rename(columns=names)
        fields = {field.name: field.meaning for field in KINDS[kind].fields}
        frame = frame[[column for column in frame if column in fields]]
        for column in frame:
            if fields[column] in ("date", "timestamp"):
                day = pd.to_datetime(frame[column])
                frame[column] = day.dt.date if fields[column] == "date" else day.astype("datetime64[us]")
            elif fields[column] == "flag":
                frame[column] = frame[column].astype("boolean")
        load_frame(warehouse, kind, frame, number)
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    """Revenue in and before the window of every customer drawn for a campaign, from the files alone."""
    orders = pd.read_csv(SAMPLE / "orders.csv", parse_dates=["order_date"])
    lines = pd.read_csv(SAMPLE / "order_lines.csv").merge(
        pd.read_csv(SAMPLE / "products.csv")[["product_id", "unit_cost"]]
    )
    margin = (
        (lines["amount"] - lines["quantity"] * lines["unit_cost"]).groupby(lines["order_id"]).sum().rename("margin")
    )
    orders = orders.join(margin, on="order_id")
    drawn = pd.read_csv(SAMPLE / "contacts.csv", parse_dates=["contact_date"])
    pairs = drawn.merge(orders[["customer_id", "order_date", "amount", "margin"]], on="customer_id")
    days = (pairs["order_date"].dt.normalize() - pairs["contact_date"]).dt.days
    inside, before = pairs[(days >= 0) & (days <= 30)], pairs[(days < 0) & (days >= -31)]
    keys = ["campaign_id", "customer_id"]
    drawn = drawn.merge(inside.groupby(keys)[["amount", "margin"]].sum().reset_index(), on=keys, how="left")
    drawn = drawn.merge(before.groupby(keys)["amount"].sum().rename("before").reset_index(), on=keys, how="left")
    bought = inside[inside["amount"] > 0].groupby(keys).size().rename("purchases").reset_index()
    return drawn.merge(bought, on=keys, how="left").fillna({"amount": 0, "margin": 0, "before": 0, "purchases": 0})


@pytest.mark.parametrize("campaign", ["K01", "K03", "K06", "K11"])
def test_every_customer_drawn_counts_where_drawn(sample: Warehouse, expected: pd.DataFrame, campaign: str) -> None:
    frame = compute(sample, "campaign_lift", sample.audience(), campaign=campaign)
    mine = expected[expected["campaign_id"] == campaign]
    z = mine[mine["arm"] == "control"]
    for arm, y in mine[mine["arm"] != "control"].groupby("arm"):
        rows = frame[frame["arm"] == arm].set_index("outcome")
        assert (rows["treated_customers"].iloc[0], rows["control_customers"].iloc[0]) == (len(y), len(z))
        k, m = int((y["purchases"] > 0).sum()), int((z["purchases"] > 0).sum())
        assert rows.loc["converted", "difference"] == pytest.approx(k / len(y) - m / len(z))
        interval = confint_proportions_2indep(k, len(y), m, len(z), method="newcomb")
        assert tuple(rows.loc["converted", ["low_95", "high_95"]]) == pytest.approx(interval)
        for outcome, column in (("revenue", "amount"), ("margin", "margin")):
            welch = stats.ttest_ind(y[column], z[column], equal_var=False)
            row = rows.loc[outcome]
            assert row["difference"] == pytest.approx(y[column].mean() - z[column].mean())
            if not np.isnan(row["low_95"]):
                low, high = welch.confidence_interval()
                assert row["low_95"] <= low + 1e-9
                assert row["high_95"] >= high - 1e-9
                assert row["cuped_high_95"] - row["cuped_low_95"] <= row["high_95"] - row["low_95"] + 1e-12
        theta = sum(np.cov(e["amount"], e["before"])[0, 1] / len(e) for e in (y, z)) / sum(
            e["before"].var() / len(e) for e in (y, z)
        )
        if not np.isnan(rows.loc["revenue", "cuped_difference"]):
            adjusted = y["amount"].mean() - z["amount"].mean() - theta * (y["before"].mean() - z["before"].mean())
            assert rows.loc["revenue", "cuped_difference"] == pytest.approx(adjusted)


def test_the_list_and_the_bridge_add_up(sample: Warehouse, expected: pd.DataFrame) -> None:
    frame = compute(sample, "campaigns", sample.audience()).set_index("campaign_id")
    mine = expected[expected["campaign_id"] == "K06"]
    treated, control = mine[mine["arm"] == "A"], mine[mine["arm"] == "control"]
    row = frame.loc["K06"]
    assert (row["targeted"], row["control"]) == (len(mine), len(control))
    assert row["revenue"] == pytest.approx(treated["amount"].sum())
    assert row["cost"] == pytest.approx(3000 + 1.4 * len(treated))
    caused = (treated["margin"].mean() - control["margin"].mean()) * len(treated)
    assert row["roi"] == pytest.approx((caused - row["cost"]) / row["cost"])
    bridge = compute(sample, "campaign_bridge", sample.audience(), campaign="K06").set_index("step")
    for column in ("attributed", "incremental"):
        parts = bridge[column]
        assert parts["revenue"] + parts["cost of goods"] == pytest.approx(parts["margin"])
        assert parts["margin"] + parts["contact cost"] + parts["fixed cost"] == pytest.approx(parts["profit"])
    assert bridge.loc["margin", "incremental"] == pytest.approx(caused)
    credit = compute(sample, "campaign_credit", sample.audience()).set_index("channel")
    assert credit["campaigns"].sum() == 12
    event = expected[expected["campaign_id"] == "K09"].groupby("arm")["amount"].agg(["sum", "mean", "size"])
    factor = event.loc["A", "sum"] / ((event.loc["A", "mean"] - event.loc["control", "mean"]) * event.loc["A", "size"])
    assert credit.loc["event", "over_credit_factor"] == pytest.approx(factor)


def test_the_curve_of_responses_ends_where_conversion_does(sample: Warehouse) -> None:
    days = compute(sample, "campaign_days", sample.audience(), campaign="K06")
    row = compute(sample, "campaign_lift", sample.audience(), campaign="K06").set_index("outcome").loc["converted"]
    ends = days.groupby("arm")["cumulative_share"].last()
    assert (ends["A"], ends["control"]) == pytest.approx((row["treated_mean"], row["control_mean"]))
    assert list(days[days["arm"] == "A"]["day"]) == list(range(31))
    segments = compute(sample, "campaign_segments", sample.audience(), campaign="K06", by="country")
    assert segments["treated_customers"].sum() == row["treated_customers"]
    balance = compute(sample, "campaign_balance", sample.audience(), campaign="K06")
    assert len(balance) == 2
    assert not compute(sample, "campaign_returns", sample.audience(), campaign="K07").empty


def test_costs_per_customer_won_and_kept(sample: Warehouse) -> None:
    frame = compute(sample, "acquisition", sample.audience(), period="year")
    costs = pd.read_csv(SAMPLE / "costs.csv", parse_dates=["month"])
    spent = costs[costs["kind"] == "acquisition"].groupby([costs["month"].dt.year, "channel"])["amount"].sum()
    found = frame[frame["cost"].notna()]
    assert {(row.period_start.year, row.channel): row.cost for row in found.itertuples()} == pytest.approx(
        spent.to_dict()
    )
    customers = compute(sample, "customers", sample.audience())
    assert frame["new_customers"].sum() == (customers["orders"] > 0).sum()


def test_an_audience_narrows_every_arm(sample: Warehouse, expected: pd.DataFrame) -> None:
    french = sample.audience(where("country", "is", "FR"))
    rows = compute(sample, "campaign_lift", french, campaign="K06").set_index("outcome")
    customers = compute(sample, "customers", french)
    inside = expected[(expected["campaign_id"] == "K06") & expected["customer_id"].isin(customers["customer_id"])]
    assert rows.loc["converted", "treated_customers"] == (inside["arm"] == "A").sum()


def test_a_running_campaign_is_read_by_the_interval_that_looking_does_not_spoil(sample: Warehouse) -> None:
    early = compute(sample, "campaign_lift", sample.audience(as_of=date(2025, 1, 25)), campaign="K06").set_index(
        "outcome"
    )
    assert early["running"].all()
    assert early.loc["converted", "anytime_low_95"] < early.loc["converted", "low_95"]
    late = compute(sample, "campaign_lift", sample.audience(as_of=date(2025, 3, 1)), campaign="K06")
    assert not late["running"].any()
    with pytest.raises(UnknownName, match="campaign"):
        compute(sample, "campaign_lift", sample.audience(), campaign="K99")


# --- before a launch ----------------------------------------------------------------------------------------------------


def test_a_plan_is_kept_and_held_against_the_result(sample: Warehouse) -> None:
    audience = sample.audience()
    plan = compute(sample, "campaign_plan", audience, effect="0.03", value="20", contact_cost="0.5").set_index(
        "control_share"
    )
    row = plan.loc[0.2]
    assert (row["customers"], row["control_customers"]) == (2000, 400)
    assert row["expected_profit"] == pytest.approx(1600 * (0.03 * 20 - 0.5))
    assert row["profit_low_80"] < row["expected_profit"] < row["profit_high_80"]
    pooled = compute(sample, "campaign_plan", audience)
    assert any("earlier campaigns" in note for note in pooled.attrs["notes"])
    kept = Plan(
        "Catalogue again", "converted", "everyone", date(2025, 1, 1), 900, 0.2, 0.05, 0.02, 20.0, 1.4, 3000.0, 0.2, 0.06, 1200, -800.0,
        -2000.0, 400.0, "K06",
    )  # fmt: skip
    with sample.duck.session() as session, session.transaction():
        first = stored.save(session, kept, "the test")
        again = stored.save(session, kept, "somebody else", first.plan_id)
        assert (again.version, len(stored.versions(session, first.plan_id))) == (2, 2)
        with pytest.raises(UnknownName):
            stored.save(session, kept, "the test", 99)
    (found,) = compute(sample, "campaign_plans", audience).to_dict("records")
    assert (found["version"], found["who"], found["planned_effect"]) == (2, "somebody else", 0.05)
    measured = compute(sample, "campaign_lift", audience, campaign="K06").set_index("outcome").loc["converted"]
    assert found["difference"] == pytest.approx(measured["difference"])
    assert found["verdict"] == "no other than planned"
    told = result_in_words(compute(sample, "campaign_plans", audience), "K06", None)
    assert told.startswith("Planned (“Catalogue again”): +5.00 points from 900 customers and a profit of −800")
    assert "no other than planned. Profit after fixed cost: " in told
    assert result_in_words(compute(sample, "campaign_plans", audience), "K01", None) is None
    with pytest.raises(BadValue, match="name"):
        stored.save(session, Plan(**{**vars(kept), "name": " "}), "the test")


def test_who_converted_is_not_said_to_have_been_sent_it() -> None:
    steps, customers = ["targeted", "sent", "converted"], [800, 600, 207]
    frame = pd.DataFrame({"step": steps, "customers": customers, "rate_of_targeted": [1.0, 0.75, 0.25875]})
    begins = "Of 800 targeted customers 600 were sent something; 207 converted"
    assert funnel_in_words(frame) == f"{begins}, not counting a control group."
    assert funnel_in_words(frame, "A") == f"{begins}."
    assert (
        funnel_in_words(frame.drop(1))
        == "800 customers were targeted, those left alone as a control group among them; 207 of the others converted."
    )
    assert (
        funnel_in_words(frame.assign(customers=[800, 800, 207])) == "Of 800 targeted customers 207 (25.9%) converted."
    )
