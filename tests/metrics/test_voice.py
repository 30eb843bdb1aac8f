"""What customers say, against a second computation and real data; what is too little is said, not computed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.catalogue import compute
from crm_analytics.metrics.voice import loyalty, service, themes, voice
from crm_analytics.models.nps import wilson
from crm_analytics.query.warehouse import Warehouse
from tests.conftest import bring_in, in_memory
from tests.metrics.conftest import data
from tests.metrics.loading import load_frame, load_orders, only


@pytest.fixture
def warehouse(tmp_path):
    opened = in_memory(tmp_path)
    yield opened
    opened.close()


def answers(scores: dict[str, list[float]], kind: str = "nps", **more: object) -> pd.DataFrame:
    """Answers by employee; each customer answers once."""
    rows = [(agent, score) for agent, given in scores.items() for score in given]
    frame = pd.DataFrame(rows, columns=["agent", "score"]).assign(
        question_kind=kind, answered_at=pd.Timestamp("2024-03-01")
    )
    frame["answer_id"] = [f"{kind}{n}" for n in range(len(frame))]
    return frame.assign(customer_id=[f"c{n}" for n in range(len(frame))], **more)


def test_nps_of_the_bank(warehouse: Warehouse) -> None:
    """The figures of shared/data/README.md, with the interval of the trinomial written out anew."""
    path = data("nps_bank/NPStimeseries.csv")
    bring_in(warehouse, path)
    audience = warehouse.audience()
    everyone = only(voice.nps(warehouse, audience))
    assert (everyone["promoters"], everyone["passives"], everyone["detractors"]) == (2309, 972, 1719)
    assert round(everyone["nps"], 2) == 11.80
    by_market = compute(warehouse, "nps", audience, by="market").set_index("group")
    assert by_market["nps"].round(2).to_dict() == {"MEX": 17.10, "UK": 8.49, "US": 9.93}
    assert by_market["answers"].to_dict() == {"MEX": 1649, "UK": 1720, "US": 1631}
    raw = pd.read_csv(path)
    for market, scores in raw.groupby("Market")["NPS"]:
        value = np.select([scores >= 9, scores <= 6], [1.0, -1.0], 0.0)
        half = 100 * 1.959964 * value.std() / math.sqrt(len(value))
        row = by_market.loc[market]
        assert row["low_95"] == pytest.approx(100 * value.mean() - half, abs=0.05)
        assert row["high_95"] == pytest.approx(100 * value.mean() + half, abs=0.05)
    quarters = voice.nps(warehouse, audience, by="quarter")
    assert quarters["nps"].round(2).tolist() == [14.12, 11.52, 9.90, 11.80]
    assert voice.score_in_words(voice.nps(warehouse, audience)) == (
        "Net promoter score +11.8 (95% interval +9.3 to +14.3) of 5,000 answers: 46.2% promoters, 34.4% detractors."
    )


def test_what_is_too_little_or_impossible_is_said_and_not_computed(warehouse: Warehouse) -> None:
    scores = {"eve": [9, 10, 3] * 4, "ken": [10] * 9, "one": [10], "off": [11, -1]}
    load_frame(warehouse, "survey_answers", answers(scores))
    audience = warehouse.audience()
    found = voice.nps(warehouse, audience, by="agent")
    row = found.set_index("group")
    assert row["answers"].to_dict() == {"eve": 12, "ken": 9, "off": 0, "one": 1}
    assert row["nps"].notna().to_dict() == {"eve": True, "ken": False, "off": False, "one": False}
    assert row.loc["off", "outside"] == 2
    notes = " ".join(found.attrs["notes"])
    assert "2 scores outside 0 to 10 are left out." in notes
    assert "fewer than 10 answers nothing is computed: ken, off, one." in notes
    assert "no response rate" in notes
    everyone = voice.nps(warehouse, audience)
    assert only(everyone)["nps"] == pytest.approx(100 * (18 - 4) / 22)
    assert voice.score_in_words(everyone) is None, "22 answers are too few for a sentence"
    with pytest.raises(UnknownName, match="column of the answers file"):
        voice.nps(warehouse, audience, by="weather")


def test_one_answer_alone_has_no_score(warehouse: Warehouse) -> None:
    load_frame(warehouse, "survey_answers", answers({"eve": [10]}))
    found = voice.nps(warehouse, warehouse.audience())
    assert only(found)["nps"] is None
    assert "one answer" in found.attrs["notes"][0]


def test_nobody_answered(warehouse: Warehouse) -> None:
    load_orders(warehouse, [("a", "2024-01-10", 50.0)])
    audience = warehouse.audience()
    assert voice.nps(warehouse, audience).empty
    assert voice.csat(warehouse, audience).empty
    assert loyalty.loyalty_matrix(warehouse, audience)["customers"].tolist() == [0, 0, 0, 0]
    assert themes.comment_themes(warehouse, audience).attrs["notes"] == [
        "Grouping comments by theme needs at least 30 comments; there are 0."
    ]


def test_satisfaction_and_the_response_rate(warehouse: Warehouse) -> None:
    frame = answers({"eve": [5, 4, 3, 2, 1, 5]}, "csat", invited_on=pd.Timestamp("2024-02-20").date())
    frame.loc[5, "score"] = None
    load_frame(warehouse, "survey_answers", frame)
    row = only(voice.csat(warehouse, warehouse.audience()))
    assert (row["answers"], row["satisfied"], row["dissatisfied"], row["csat"]) == (5, 2, 2, 0.4)
    assert (row["invited"], row["response_rate"]) == (6, pytest.approx(5 / 6))
    assert row["low_95"] == pytest.approx(0.1176, abs=1e-4), "Wilson's interval of 2 of 5"


def test_loyalty_adds_up(warehouse: Warehouse) -> None:
    load_orders(warehouse, [(f"c{n}", f"2024-0{1 + n % 3}-10", 10.0 + n) for n in range(40) for _ in range(2)])
    load_frame(warehouse, "survey_answers", answers({"eve": [n % 11 for n in range(40)]}), import_id=2)
    audience = warehouse.audience()
    cells, held = loyalty.loyalty_matrix(warehouse, audience), loyalty.opinion_revenue(warehouse, audience)
    assert cells["customers"].sum() == held["customers"].sum() == 40
    assert cells["revenue_12m"].sum() == pytest.approx(held["revenue_12m"].sum()) == pytest.approx(2360.0)
    assert held["customers"].tolist() == [6, 6, 28]
    assert "28 detractors brought EUR" in loyalty.detractors_in_words(held, "EUR")
    what_was_bought_after_an_answer(held)


def what_was_bought_after_an_answer(held: pd.DataFrame) -> None:
    assert held["followed"].tolist() == [0, 0, 0]  # no answer is 90 days old
    assert held.loc[:, "bought_share":].isna().all(axis=None)
    assert loyalty.purchases_after_in_words(held, None) is None
    share = held.assign(bought_share=[56 / 70, None, 48 / 80])
    share["bought_low_95"], share["bought_high_95"] = wilson([56, 0, 48], [70, 0, 80])
    # the example of Newcombe (1998), table II (a), method 10: 56/70 - 48/80 = 0.2 (0.0524 to 0.3339)
    assert loyalty._against_last(share)[0] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    known = share.assign(followed=[70, 0, 80], revenue_after=[12.0, None, 9.0])
    said = loyalty.purchases_after_in_words(known, "EUR")
    assert said.startswith(
        "Bought again in the 90 days after their answer: 60.0% of 80 detractors (EUR 9 a customer), 80.0% of 70"
    )


def test_recovery_is_compared_in_the_same_mix(warehouse: Warehouse) -> None:
    """Complaints at two purchase counts with other rates of return: the comparison takes their mix, not the plain mean."""
    cells = pd.DataFrame(
        {
            "kind": "late", "times": [1, 5, 2], "in_quarter": 8097, "lag_days": 1,
            "complaints": [30, 10, 5], "recovered": [6, 8, 5], "similar": [100, 50, 3], "similar_back": [30, 40, 3],
        }
    )  # fmt: skip
    row = service._recovery(cells).iloc[0]
    assert row["recovered_share"] == pytest.approx(19 / 45)
    assert row["similar_share"] == pytest.approx((30 * 0.3 + 10 * 0.8) / 40)
    assert row["difference"] == pytest.approx(14 / 40 - 17 / 40)
    spread = 0.35 * 0.65 / 40 + 0.75**2 * 0.3 * 0.7 / 100 + 0.25**2 * 0.8 * 0.2 / 50
    assert row["high_95"] - row["difference"] == pytest.approx(1.959964 * math.sqrt(spread), rel=1e-6)


def test_times_of_service(warehouse: Warehouse) -> None:
    opened = pd.Timestamp("2024-03-01 10:00")
    hours = [1, 2, 3, 4, 10]
    frame = pd.DataFrame({"case_id": [f"K{n}" for n in range(6)], "kind": "late", "opened_at": opened})
    frame["first_response_at"] = [
        *(opened + pd.Timedelta(hours=each) for each in hours),
        opened - pd.Timedelta(hours=1),
    ]
    frame["resolved_at"] = pd.Series([opened + pd.Timedelta(days=1)] * 5)
    frame["customer_id"] = [f"c{n}" for n in range(6)]
    load_frame(
        warehouse,
        "cases",
        frame.astype(dict.fromkeys(["opened_at", "first_response_at", "resolved_at"], "datetime64[us]")),
    )
    found = service.service(warehouse, warehouse.audience())
    row = only(found)
    assert (row["cases"], row["open"]) == (6, 1)
    assert row["median_first_response_hours"] == pytest.approx(np.median(hours))
    assert row["p90_first_response_hours"] == pytest.approx(np.quantile(hours, 0.9))
    assert row["recovered_share"] is None
    assert "Times that end before they begin, left out: 1." in found.attrs["notes"]
