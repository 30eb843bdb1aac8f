"""Credit and pressure against second computations in plain Python, on drawn contacts and orders."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crm_analytics.metrics.campaigns import attribution, pressure, pressure_trial
from tests.conftest import in_memory
from tests.metrics.loading import load_frame, load_orders


def drawn(customers: int, seed: int, days: int = 120) -> tuple[list[tuple[str, str, float]], pd.DataFrame]:
    draw = np.random.default_rng(seed)
    start = pd.Timestamp("2024-01-01")
    orders, contacts = [], []
    for n in range(customers):
        for day in sorted(draw.choice(days, draw.integers(1, 5), replace=False)):
            orders.append((f"c{n}", str((start + pd.Timedelta(days=int(day))).date()), float(draw.integers(5, 90))))
        for day in draw.choice(days, draw.integers(0, 9)):
            at = start + pd.Timedelta(days=int(day), hours=int(draw.integers(8, 20)), minutes=int(draw.integers(60)))
            channel = ("email", "sms", "phone")[draw.integers(3)]
            contacts.append((f"c{n}", channel, at, draw.random() < 0.2, draw.random() < 0.05))
    names = ["customer_id", "channel", "contacted_at", "responded", "unsubscribed"]
    frame = pd.DataFrame(contacts, columns=names).sort_values("contacted_at", ignore_index=True)
    frame["contacted_at"] = frame["contacted_at"].astype("datetime64[us]")
    return orders, frame.assign(campaign_id="K", contact_id=[f"T{n}" for n in range(len(frame))], sent=True)


@pytest.fixture
def warehouse(tmp_path):
    opened = in_memory(tmp_path)
    yield opened
    opened.close()


def test_credit_is_divided_as_by_hand(warehouse) -> None:
    orders, contacts = drawn(40, 4)
    load_orders(warehouse, orders)
    load_frame(warehouse, "contacts", contacts, import_id=2)
    audience = warehouse.audience()
    expected: dict[tuple[str, str], float] = {}
    total = 0.0
    for customer, day, amount in orders:
        bought = pd.Timestamp(day)
        steps = [
            (row.channel, (bought - row.contacted_at.normalize()).days)
            for row in contacts.itertuples()
            if row.customer_id == customer and row.contacted_at.date() <= audience.as_of
        ]
        steps = [(channel, ago) for channel, ago in steps if 0 <= ago <= 30]
        if not steps:
            continue
        total += amount
        n, fresh = len(steps), 0.5 ** (np.array([ago for _, ago in steps]) / 7)
        middle = [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4] if n > 2 else [1 / n] * n
        rules = {
            "first touch": [1.0] + [0.0] * (n - 1), "last touch": [0.0] * (n - 1) + [1.0], "linear": [1 / n] * n,
            "time decay": fresh / fresh.sum(), "position": middle,
        }  # fmt: skip
        for model, parts in rules.items():
            for channel, part in zip([channel for channel, _ in steps], parts, strict=True):
                expected[model, channel] = expected.get((model, channel), 0.0) + amount * part
    found = attribution.attribution(warehouse, audience)
    revenue = found.set_index(["model", "channel"])["revenue"]
    assert revenue.to_dict() == pytest.approx(expected)
    assert found.groupby("model")["revenue"].sum().tolist() == pytest.approx([total] * 5)
    assert found.groupby("model")["share"].sum().tolist() == pytest.approx([1.0] * 5)


def test_without_orders_the_file_says_who_converted(warehouse) -> None:
    rows = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "channel": "email", "converted": [True, False, True], "campaign_id": "K"}
    )
    load_frame(warehouse, "contacts", rows.assign(contact_id=["1", "2", "3"]))
    found = attribution.attribution(warehouse, warehouse.audience(as_of=date(2024, 3, 1)))
    assert found["conversions"].tolist() == [2.0] * 5
    assert found["share"].tolist() == [1.0] * 5


def test_pressure_counts_as_by_hand(warehouse) -> None:
    orders, contacts = drawn(40, 5)
    load_orders(warehouse, orders)
    load_frame(warehouse, "contacts", contacts, import_id=2)
    audience = warehouse.audience()
    known = contacts[contacts["contacted_at"].dt.date <= audience.as_of]
    doses = []
    for row in known.itertuples():
        mine = known[known["customer_id"] == row.customer_id]
        ago = (row.contacted_at.normalize() - mine["contacted_at"].dt.normalize()).dt.days
        doses.append(int(((ago >= 0) & (ago < 30)).sum()))
    counted = known.assign(dose=np.minimum(doses, 10)).groupby("dose")
    found = pressure.contact_pressure(warehouse, audience).set_index("contacts")
    assert found["sent"].to_dict() == counted.size().to_dict()
    assert found["responses"].to_dict() == counted["responded"].sum().to_dict()
    assert found["opt_outs"].to_dict() == counted["unsubscribed"].sum().to_dict()
    assert found["customers"].to_dict() == counted["customer_id"].nunique().to_dict()
    assert (found["low_95"] <= found["response_rate"]).all()


def cells(rates: dict[int, tuple[float, float]], opted: dict[int, int]) -> pd.DataFrame:
    """Two cells, good and poor customers, whose mix shifts to the good ones with more contacts."""
    rows = []
    for dose, (good, poor) in rates.items():
        for name, rate, sent in (("good", good, 2000 * dose), ("poor", poor, 4000 // dose)):
            rows.append((dose, name, 500, sent, sent, round(rate * sent), opted[dose] if name == "good" else 0, 10.0))
    names = ["contacts", "cell", "customers", "sent", "answers_known", "responses", "opt_outs", "revenue"]
    return pd.DataFrame(rows, columns=names)


def test_the_same_cells_are_compared_and_a_cap_is_found() -> None:
    """The plain rate rises with the mix; inside the cells it falls from the third contact on."""
    found = cells({1: (0.2, 0.05), 2: (0.2, 0.05), 3: (0.12, 0.03)}, {1: 5, 2: 10, 3: 15})
    doses = pd.DataFrame({"contacts": [1, 2, 3]})
    adjusted = [pressure._adjusted(found, dose) for dose in (1, 2, 3)]
    plain = found.groupby("contacts")["responses"].sum() / found.groupby("contacts")["sent"].sum()
    assert plain[2] > plain[1]
    weight = np.array([2000, 4000]) / 6000
    assert [each[0] for each in adjusted] == pytest.approx(
        [weight @ (0.2, 0.05), weight @ (0.2, 0.05), weight @ (0.12, 0.03)], abs=1e-3
    )
    doses["sent"] = [6000, 6000, 7333]
    for place, name in enumerate(("adjusted_rate", "adjusted_low_95", "adjusted_high_95")):
        doses[name] = [each[place] for each in adjusted]
    doses = doses.assign(opt_out_rate=0.001, opt_out_low_95=0.0005, opt_out_high_95=0.002)
    cap, reason = pressure._cap(doses)
    assert cap == 2
    assert "respond" in reason
    assert pressure._cap(doses.iloc[:2])[0] is None
    opted = doses.assign(opt_out_low_95=[0.0005, 0.01, 0.01], opt_out_rate=[0.001, 0.02, 0.02])
    assert pressure._cap(opted)[0] == 1
    assert pressure._cap(doses.iloc[:1])[0] is None


def test_what_the_cap_costs_by_the_draw(warehouse) -> None:
    """All are contacted; a week later half of them again, who buy more often and opt out more often."""
    n = 800
    again = np.arange(n) % 2 == 0
    bought = np.where(again, np.arange(n) % 10 < 6, np.arange(n) % 10 < 4)
    load_orders(warehouse, [(f"c{k}", "2024-03-20", 40.0 + k % 7) for k in np.flatnonzero(bought)])
    first = pd.DataFrame(
        {"customer_id": [f"c{k}" for k in range(n)], "campaign_id": "K1", "arm": "A", "contacted_at": "2024-03-01"}
    )
    second = first.assign(campaign_id="K2", arm=np.where(again, "A", "control"), contacted_at="2024-03-08")
    frame = pd.concat(
        [
            first.assign(sent=True, unsubscribed=False),
            second.assign(sent=again, unsubscribed=again & (np.arange(n) % 5 == 0)),
        ]
    )
    frame = frame.assign(contact_id=[f"T{k}" for k in range(2 * n)]).astype({"contacted_at": "datetime64[us]"})
    load_frame(warehouse, "contacts", frame, import_id=2)
    audience = warehouse.audience(as_of=date(2024, 6, 1))
    assert pressure.contact_cap(warehouse, audience)["cap"].iloc[0] == 1
    row = pressure_trial.contact_cap_trial(warehouse, audience).iloc[0]
    revenue = np.where(bought, 40.0 + np.arange(n) % 7, 0.0)
    welch = stats.ttest_ind(revenue[again], revenue[~again], equal_var=False).confidence_interval()
    assert (row["campaigns"], row["treated_customers"], row["control_customers"], row["contacts_over"]) == (
        1,
        400,
        400,
        400,
    )
    assert row["revenue_per_contact"] == pytest.approx(revenue[again].mean() - revenue[~again].mean())
    assert (row["low_95"], row["high_95"]) == pytest.approx((welch.low, welch.high), rel=0.01)
    assert row["revenue_caused"] == pytest.approx(400 * row["revenue_per_contact"])
    assert row["revenue_caused"] < pressure.contact_cap(warehouse, audience)["revenue_at_most"].iloc[0]
    assert "By the draw in 1 campaign " in pressure_trial.cap_trial_in_words(row.to_frame().T, None)
    # 29 days after K2 somebody may still buy; one more and its 30 days are over
    running, over = (
        pressure_trial.contact_cap_trial(warehouse, warehouse.audience(as_of=day))
        for day in (date(2024, 4, 6), date(2024, 4, 7))
    )
    assert (running["campaigns"].iloc[0], over["campaigns"].iloc[0]) == (0, 1)
    assert "1 campaign is left out: last sent less than 30 days ago." in running.attrs["notes"]
    assert not any("left out" in note for note in over.attrs["notes"])


def test_days_without_a_time_have_no_hour(warehouse) -> None:
    at = pd.to_datetime(["2024-02-19", "2024-02-20", "2024-02-20"]).astype("datetime64[us]")
    rows = pd.DataFrame(
        {"customer_id": ["a", "b", "c"], "channel": "post", "responded": [True, False, True], "contacted_at": at}
    )
    load_frame(warehouse, "contacts", rows.assign(contact_id=["1", "2", "3"], campaign_id="K"))
    found = pressure.contact_times(warehouse, warehouse.audience())
    assert found["hour"].isna().all()
    assert found["weekday"].tolist() == [1, 2]
    assert found["response_rate"].tolist() == [1.0, 0.5]
    assert "the day is known and not the time" in found.attrs["notes"][0]
