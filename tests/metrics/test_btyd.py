"""The models of purchases on loaded data: published sets, what must not matter, and tables counted a second time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crm_analytics.metrics.value import btyd_fits
from crm_analytics.metrics.value.btyd import btyd, btyd_holdout, btyd_in_words, btyd_tracking
from crm_analytics.metrics.value.btyd_fits import fitted, used_model
from crm_analytics.metrics.value.model_cards import model_cards
from crm_analytics.metrics.value.value import customer_value
from crm_analytics.metrics.value.value_totals import (
    churn_profit,
    profit_in_words,
    risk_map,
    totals_in_words,
    value_totals,
)
from crm_analytics.models.btyd import expected
from crm_analytics.models.pareto_nbd import FittedParetoNbd
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import in_memory
from tests.metrics import buyers
from tests.metrics.loading import load_orders

PARAMETERS = ["r", "alpha", "a", "b", "s", "beta", "p", "q", "v"]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = in_memory(tmp_path_factory.mktemp("buyers"))
    buyers.load(warehouse, buyers.orders())
    yield warehouse
    warehouse.close()


def test_cdnow_as_published(open_case) -> None:
    case = open_case("cdnow", date(1997, 9, 30))
    frame = btyd(case.warehouse, case.audience).set_index("model")
    assert (frame["customers"]["BG/NBD"], round(frame["log_likelihood"]["BG/NBD"], 2)) == (2349, -9578.20)
    assert frame.loc["Gamma-Gamma", ["customers", "p", "q", "v"]].tolist() == pytest.approx(
        [946, 6.25, 3.74, 15.44], abs=0.01
    )
    assert frame["used"].sum() == 2
    best = frame["holdout_error"].idxmin()
    assert frame.loc[best, "used"]
    assert used_model(case.warehouse, case.audience.as_of).name == best
    held = btyd_holdout(case.warehouse, case.audience)
    cut = pd.Timestamp("1997-09-30") - pd.Timedelta(days=272 // 3)
    days = case.orders[case.orders["net"] > 0].drop_duplicates(["customer", "day"])
    before, after = days[days["day"] <= cut], days[days["day"] > cut]
    repeats = (before.groupby("customer").size() - 1).clip(upper=7)
    came = after.groupby("customer").size().reindex(repeats.index, fill_value=0)
    assert held["customers"].tolist() == repeats.value_counts().sort_index().tolist()
    assert held["actual"].tolist() == pytest.approx(came.groupby(repeats).mean().tolist())
    weeks = btyd_tracking(case.warehouse, case.audience)
    known = days[days["customer"].isin(before["customer"])]
    assert weeks["cumulative_actual"].iloc[-1] == len(known) - known["customer"].nunique()
    assert weeks["holdout"].sum() == 13
    assert btyd_in_words(frame.reset_index()).startswith(f"{best} is used: on the last third of the history")


def test_dates_money_and_order_of_rows_do_not_matter(company: Warehouse, tmp_path: Path) -> None:
    frame = buyers.orders()
    shifted = frame.sample(frac=1, random_state=3)
    shifted["ordered_at"] += pd.Timedelta(days=217)
    shifted["amount"] = (shifted["amount"] * 8).round(2)
    other = in_memory(tmp_path)
    buyers.load(other, shifted)
    before, after = company.audience(), other.audience()
    assert after.as_of - before.as_of == timedelta(days=217)
    one, two = btyd(company, before), btyd(other, after)
    two["v"] /= 8
    assert one[PARAMETERS].to_numpy() == pytest.approx(two[PARAMETERS].to_numpy(), rel=1e-6, nan_ok=True)
    assert one["holdout_error"].tolist() == pytest.approx(two["holdout_error"].tolist(), rel=1e-6, nan_ok=True)
    values = [
        customer_value(each, audience).set_index("customer_id").sort_index()
        for each, audience in ((company, before), (other, after))
    ]
    assert values[1]["p_alive"].tolist() == pytest.approx(values[0]["p_alive"].tolist(), rel=1e-6)
    assert (values[1]["value"] / 8).tolist() == pytest.approx(values[0]["value"].tolist(), rel=1e-6)
    assert (values[1]["expected_next_on"] - values[0]["expected_next_on"]).dropna().eq(pd.Timedelta(days=217)).all()
    other.close()


def test_each_customer_by_hand(company: Warehouse) -> None:
    audience = company.audience()
    frame = customer_value(company, audience).set_index("customer_id")
    days = (
        buyers.orders()
        .assign(day=lambda each: each["ordered_at"].dt.normalize())
        .groupby(["customer_id", "day"])["amount"]
        .sum()
        .reset_index()
    )
    first, last, bought = (days.groupby("customer_id")["day"].agg(how) for how in ("min", "max", "size"))
    later = days[days["day"] > days["customer_id"].map(first)].groupby("customer_id")["amount"].mean()
    fit, spend = used_model(company, audience.as_of), btyd(company, audience).set_index("model").loc["Gamma-Gamma"]
    x, weeks = bought - 1, (pd.Timestamp(audience.as_of) - first).dt.days / 7
    there = expected(fit, x.to_numpy(), ((last - first).dt.days / 7).to_numpy(), weeks.to_numpy(), 365.25 / 7, 0.1)
    z = later.reindex(x.index).fillna(0)
    order_value = spend["p"] * (spend["v"] + x * z) / (spend["p"] * x + spend["q"] - 1)
    found = frame.loc[x.index]
    assert found["p_alive"].tolist() == pytest.approx(there.p_alive.tolist())
    assert found["expected_order_value"].tolist() == pytest.approx(order_value.tolist())
    assert found["value"].tolist() == pytest.approx((there.discounted * order_value).tolist())
    assert found["value_at_risk"].dropna().tolist() == pytest.approx(
        (found["churn_probability"] * found["value"]).dropna().tolist()
    )
    assert frame["churn_probability"].isna().eq(frame["status"].isin(["lapsed", "prospect"])).all()
    assert frame["value_at_risk"].dropna().is_monotonic_decreasing


def test_an_audience_selects_and_changes_no_figure(company: Warehouse) -> None:
    everyone, some = company.audience(), company.audience(where("customer_id", "in", ["c0001", "c0007", "c0100"]))
    whole = customer_value(company, everyone).set_index("customer_id")
    part = customer_value(company, some).set_index("customer_id")
    pd.testing.assert_frame_equal(part, whole.loc[part.index])
    pd.testing.assert_frame_equal(btyd(company, everyone), btyd(company, some))
    assert (
        btyd_tracking(company, some)["cumulative_actual"].iloc[-1]
        < btyd_tracking(company, everyone)["cumulative_actual"].iloc[-1]
    )


def test_totals_are_sums_with_intervals_round_them(company: Warehouse) -> None:
    audience = company.audience()
    frame, row = customer_value(company, audience), value_totals(company, audience).iloc[0]
    for name in ("expected_purchases", "value"):
        assert row[name] == pytest.approx(frame[name].sum())
        assert 0.5 * row[name] < row[f"{name}_low_95"] < row[name] < row[f"{name}_high_95"] < 1.5 * row[name]
    assert row["value_at_risk"] == pytest.approx(frame["value_at_risk"].sum())
    cells = risk_map(company, audience)
    assert cells["customers"].sum() == frame["value_at_risk"].notna().sum()
    assert cells["value_at_risk"].sum() == pytest.approx(row["value_at_risk"])
    for action, inside in cells.groupby("action"):
        risk = frame.loc[frame["action"] == action, "churn_probability"]
        assert inside["risk_from"].min() <= risk.min()
        assert risk.max() <= inside["risk_to"].max()
        assert (frame["action"] == action).sum() == inside["customers"].sum()
    assert "of it is at risk" in totals_in_words(value_totals(company, audience))


def test_profit_is_highest_where_the_next_contact_costs_more_than_it_brings(company: Warehouse) -> None:
    at_risk = customer_value(company, company.audience())["value_at_risk"].dropna().sort_values(ascending=False)
    cost = float(0.2 * at_risk.iloc[40]) + 1e-9
    frame = churn_profit(company, company.audience(), offer_cost=cost, saved=0.2)
    best = frame[frame["best"]].iloc[0]
    assert best["customers"] == 40
    assert best["profit"] == pytest.approx(0.2 * at_risk.iloc[:40].sum() - 40 * cost)
    assert profit_in_words(churn_profit(company, company.audience(), offer_cost=1e6), 1e6, 0.1).startswith(
        "No list pays"
    )


def test_cards_say_what_models_stand_on(company: Warehouse) -> None:
    audience = company.audience()
    cards = model_cards(company, audience).set_index("model")
    assert list(cards.index) == ["BG/NBD", "MBG/NBD", "Pareto/NBD", "Gamma-Gamma", "churn model"]
    fits = btyd(company, audience).set_index("model")
    assert cards["customers"]["BG/NBD"] == fits["customers"]["BG/NBD"]
    assert cards["data_version"].eq(company.data_version).all()
    assert cards.loc[fits.index[fits["used"]], "used"].all()
    assert cards["evaluation"]["churn model"].startswith("On ")


def test_fits_are_stored_with_the_version_of_the_data(company: Warehouse) -> None:
    audience = company.audience()
    now = fitted(company, audience.as_of)
    anew = Warehouse(company.duck, company.settings)  # as after a restart
    again = fitted(anew, audience.as_of)
    assert again.attrs == {**now.attrs, "as_of": audience.as_of}
    for one, other in zip(now.itertuples(), again.itertuples(), strict=True):
        assert (one.model, one.customers, one.why, one.used) == (other.model, other.customers, other.why, other.used)
        assert np.isnan(one.holdout_error) or one.holdout_error == other.holdout_error
        for fit, stored in ((one.fit, other.fit), (one.early, other.early)):
            if fit is not None:
                assert type(fit) is type(stored)
                assert [getattr(fit, name) for name in (*fit.names, "log_likelihood")] == [
                    getattr(stored, name) for name in (*fit.names, "log_likelihood")
                ]
                np.testing.assert_array_equal(fit.covariance, stored.covariance)
    # other data: fitted anew, and compared with the fit before
    with anew.duck.session() as session, session.transaction():
        session.do("UPDATE workspace.model_fits SET data_version = '0-before'")
    other = fitted(Warehouse(company.duck, company.settings), audience.as_of)
    assert other.attrs["fitted_at"] > now.attrs["fitted_at"]
    cards = model_cards(Warehouse(company.duck, company.settings), audience).set_index("model")
    used = cards.index[cards["used"]][0]
    assert cards["drift"][used].startswith(f"Against the fit as of {audience.as_of:%-d %b %Y}")
    assert "now (0.0 standard errors)" in cards["drift"][used]


@pytest.mark.parametrize(("s", "beta", "said"), [(1e-4, 50.0, "nobody leaving"), (4e3, 3e4, "their ratio alone")])
def test_what_the_data_do_not_tell_of_leaving_is_said(s: float, beta: float, said: str) -> None:
    level = FittedParetoNbd(1.4, 4.7, s, beta, -2774.0, np.full((4, 4), np.nan))
    assert said in btyd_fits._without_leaving(level)
    assert btyd_fits._without_leaving(replace(level, covariance=np.eye(4))) is None


BASES = {
    "everybody once": (
        [(f"c{n}", "2024-01-01", 5.0) for n in range(300)] + [("last", "2024-12-31", 5.0)],
        "bought on two days; there are 0",
    ),
    "one customer": (
        [("a", f"2024-{month:02}-01", 5.0) for month in range(1, 13)],
        "customers who have bought; there are 1",
    ),
    "one day": ([(f"c{n}", "2024-01-01", 5.0) for n in range(300)], "bought on two days; there are 0"),
    "negative totals": ([(f"c{n}", "2024-01-01", -5.0) for n in range(300)], "customers who have bought; there are 0"),
    "forty": (
        [(f"c{n}", f"2024-{1 + month:02}-{1 + n % 28:02}", 5.0) for n in range(40) for month in range(n % 12)],
        "there are 3",
    ),
}


@pytest.mark.parametrize("name", BASES)
def test_a_base_too_small_is_told_what_is_missing(warehouse: Warehouse, name: str) -> None:
    rows, missing = BASES[name]
    load_orders(warehouse, rows)
    audience = warehouse.audience()
    frame = btyd(warehouse, audience)
    assert frame.empty
    assert missing in frame.attrs["notes"][0]
    assert customer_value(warehouse, audience)[["p_alive", "value", "churn_probability"]].isna().all(axis=None)
    assert np.isnan(value_totals(warehouse, audience)["value"].iloc[0])
    totals = value_totals(warehouse, audience)
    assert totals[["at_risk", "overdue", "active"]].isna().all(axis=None)
    assert totals_in_words(totals) is None
    assert not model_cards(warehouse, audience)["used"].any()
