"""What customers say: recommendation, satisfaction, and what they expected and perceived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import UnknownName
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models.nps import FEWEST_ANSWERS, mean_interval, net_promoter_score, nps_interval, wilson
from crm_analytics.query.warehouse import Audience, Warehouse

#: An employee is not judged by fewer answers.
FEWEST_PER_AGENT = 10
OPINIONS = ("good", "middling", "bad")

#: What answers can be grouped by; beside these any column of the answers file that is no field of ours.
GROUPS = ("all", "segment", "status", "agent", "survey", "wave", "question", "month", "quarter", "year")
SURVEYS = "survey answers (customer, date, score)"


@dataclass(frozen=True)
class Scale:
    """A kind of question: its scale, and from which score on an opinion is good, to which it is bad."""

    lowest: int
    highest: int
    good: int
    bad: int

    def knobs(self, kind: str) -> dict[str, object]:
        """As the statements take it."""
        return {
            "question_kind": kind,
            "lowest": self.lowest,
            "highest": self.highest,
            "good": self.good,
            "bad": self.bad,
        }


SCALES: Mapping[str, Scale] = MappingProxyType({"nps": Scale(0, 10, 9, 6), "csat": Scale(1, 5, 4, 2)})


@kept
def nps(warehouse: Warehouse, audience: Audience, *, by: str = "all") -> pd.DataFrame:
    """Net promoter score by group: the share of 9 and 10 less the share of 0 to 6, with its 95% interval.

    The interval is that of the trinomial, adjusted for small groups (models.nps). Not computed for a group with one
    answer, for an employee with fewer than 10, and for scores outside 0 to 10: those are counted and left out.
    `by` is all, segment, status, agent, survey, wave, question, month, quarter, year, or a column of the answers file
    in snake_case.

    Columns
    -------
    group : str               the group; "not known" where an answer has none
    answers : int64           answers from 0 to 10
    promoters : int64         9 and 10
    passives : int64          7 and 8
    detractors : int64        0 to 6
    nps : float64             points from -100 to 100; null where it is not computed
    low_95 : float64          lower end of the 95% interval, points; null likewise
    high_95 : float64         upper end; null likewise
    outside : int64           scores that are on no scale from 0 to 10
    invited : int64           customers known to have been asked; 0 where the file does not say
    response_rate : float64   of those, the share that answered; null where none is known to have been asked
    """
    found, told = _opinions(warehouse, audience, "nps", by)
    counts = found["promoters"], found["passives"], found["detractors"]
    found["nps"] = net_promoter_score(*counts)
    found["low_95"], found["high_95"] = nps_interval(*counts)
    too_few = _too_few(found, by)
    found.loc[too_few, ["nps", "low_95", "high_95"]] = np.nan
    columns = ["group", "answers", "promoters", "passives", "detractors", "nps", "low_95", "high_95"]
    return notes.noted(found[[*columns, "outside", "invited", "response_rate"]], *told)


@kept
def csat(warehouse: Warehouse, audience: Audience, *, by: str = "all") -> pd.DataFrame:
    """Customer satisfaction by group: the share of 4 and 5 on a scale from 1 to 5, with Wilson's 95% interval.

    Not computed for a group with one answer, for an employee with fewer than 10, and for scores outside 1 to 5. `by`
    as for nps.

    Columns
    -------
    group : str               the group; "not known" where an answer has none
    answers : int64           answers from 1 to 5
    satisfied : int64         4 and 5
    dissatisfied : int64      1 and 2
    csat : float64            satisfied / answers; null where it is not computed
    low_95 : float64          lower end of the 95% interval; null likewise
    high_95 : float64         upper end; null likewise
    outside : int64           scores that are on no scale from 1 to 5
    invited : int64           customers known to have been asked; 0 where the file does not say
    response_rate : float64   of those, the share that answered; null where none is known to have been asked
    """
    found, told = _opinions(warehouse, audience, "csat", by)
    found["satisfied"], found["dissatisfied"] = found["promoters"], found["detractors"]
    found["csat"] = np.where(
        found["answers"] > 0, found["satisfied"] / found["answers"].where(found["answers"] > 0), np.nan
    )
    found["low_95"], found["high_95"] = wilson(found["satisfied"], found["answers"])
    found.loc[_too_few(found, by), ["csat", "low_95", "high_95"]] = np.nan
    columns = ["group", "answers", "satisfied", "dissatisfied", "csat", "low_95", "high_95", "outside", "invited"]
    return notes.noted(found[[*columns, "response_rate"]], *told)


@kept
def perception(warehouse: Warehouse, audience: Audience, *, by: str = "segment") -> pd.DataFrame:
    """What customers expected, what they perceived, and the gap, by question, segment and wave.

    Both are taken from the same customer in the same wave; the interval is Student's, of the paired differences. The
    segment is the RFM segment of today (`by=all`: one row for all of them). The gap of one answer is not computed.

    Columns
    -------
    question : str        what was asked about
    segment : str         RFM segment; "not known" for answers of nobody known
    wave : str            the wave, or the survey where waves have no name
    answers : int64       customers with both sides
    expected : float64    mean of what they expected, on the scale of the file; null without answers
    perceived : float64   mean of what they perceived; null likewise
    gap : float64         perceived - expected; null below two answers
    low_95 : float64      lower end of its 95% interval; null likewise, and where all gaps are equal
    high_95 : float64     upper end; null likewise
    """
    found = warehouse.read("metrics/perception", audience, by=by)
    found["gap"] = found["gap"].astype("float64").where(found["answers"] >= FEWEST_ANSWERS)
    found["low_95"], found["high_95"] = mean_interval(found["gap"], found["gap_variance"], found["answers"])
    unpaired, single = int(found["unpaired"].sum()), int((found["answers"] == 1).sum())
    columns = ["question", "segment", "wave", "answers", "expected", "perceived", "gap", "low_95", "high_95"]
    result = found[columns].astype({"expected": "float64", "perceived": "float64"})
    return notes.noted(
        result,
        f"{formats.count(unpaired)} answers lack their other side (expected or perceived): left out."
        if unpaired
        else None,
        f"{formats.count(single)} rows have one answer: no gap is computed." if single else None,
    )


def score_in_words(frame: pd.DataFrame) -> str | None:
    """The score and its interval. Reads `nps` or `csat` of all."""
    if frame.empty or frame["answers"].iloc[0] < notes.FEWEST_CUSTOMERS:
        return None
    row, answers = frame.iloc[0], formats.count(frame["answers"].iloc[0])
    if "csat" in frame:
        return (
            f"{formats.share(row['csat'])} of customers are satisfied (95% interval {formats.share(row['low_95'])} to "
            f"{formats.share(row['high_95'])}; {answers} answers)."
        )
    return (
        f"Net promoter score {_points(row['nps'])} (95% interval {_points(row['low_95'])} to {_points(row['high_95'])}) "
        f"of {answers} answers: {formats.share(row['promoters'] / row['answers'])} promoters, "
        f"{formats.share(row['detractors'] / row['answers'])} detractors."
    )


def score_by_in_words(frame: pd.DataFrame, by: str) -> str | None:
    """Which groups differ: the lowest and the highest, and whether their intervals are apart. Reads `nps` or `csat`."""
    value, said = ("csat", formats.share) if "csat" in frame else ("nps", _points)
    known = frame[frame["low_95"].notna() & (frame["answers"] >= notes.FEWEST_CUSTOMERS)]
    if len(known) < 2:
        return None
    low, high = known.loc[known[value].idxmin()], known.loc[known[value].idxmax()]
    apart = (
        "their intervals are apart"
        if low["high_95"] < high["low_95"]
        else "their intervals overlap, so it may be chance"
    )
    return (
        f"By {by.replace('_', ' ')}, {high['group']} is highest ({said(high[value])}, "
        f"{formats.count(high['answers'])} answers) and {low['group']} lowest ({said(low[value])}, "
        f"{formats.count(low['answers'])}); {apart}."
    )


def perception_in_words(frame: pd.DataFrame) -> str | None:
    """Where perception falls furthest behind what was expected in the latest wave. Reads `perception` of all."""
    latest = frame[frame["wave"] == frame["wave"].max()] if len(frame) else frame
    known = latest[latest["low_95"].notna() & (latest["answers"] >= notes.FEWEST_CUSTOMERS)]
    if known.empty:
        return None
    row = known.loc[known["gap"].idxmin()]
    verb = "falls short of what was expected by" if row["gap"] < 0 else "keeps up with what was expected: gap"
    size = f"{abs(row['gap']):.2f}" if row["gap"] < 0 else f"{row['gap']:+.2f}"
    return (
        f"In {row['wave']}, “{row['question']}” {verb} {size} points (95% interval of the gap "
        f"{_signed(row['low_95'])} to {_signed(row['high_95'])}; {formats.count(row['answers'])} customers)."
    )


def group_name(value: object) -> str:
    """What answers are grouped by, as given; ValueError for what cannot be the name of a column."""
    text = str(value)
    if not text.isidentifier():
        raise ValueError(value)
    return text


def groups_of(warehouse: Warehouse) -> tuple[str, ...]:
    """What answers can be grouped by: what is always known, then the other columns of the answers files."""
    own = warehouse.attributes.get("survey_answers", {})
    return (*GROUPS, *(name for name in own if name not in GROUPS))


def _opinions(
    warehouse: Warehouse, audience: Audience, kind: str, by: str
) -> tuple[pd.DataFrame, tuple[str | None, ...]]:
    """Counts by group under the names of NPS, and what must be said beside them."""
    if by not in groups_of(warehouse):
        raise UnknownName("column of the answers file", by, groups_of(warehouse))
    scale = SCALES[kind]
    found = warehouse.read("metrics/opinions", audience, by=by, path=f'$."{by}"', **scale.knobs(kind))
    found = found.rename(columns={"part": "group", "good": "promoters", "middling": "passives", "bad": "detractors"})
    found["group"] = found["group"].astype("str").fillna("not known")
    if by == "all" and not found["answers"].sum() and not found["outside"].sum() and not found["invited"].sum():
        found = found.iloc[:0]
    asked = found["invited"].where(found["invited"] > 0)
    found["response_rate"] = (found["invited_answers"] / asked).astype("float64")
    outside, few = int(found["outside"].sum()), found[_too_few(found, by)]
    return found.reset_index(drop=True), (
        f"{formats.count(outside)} scores outside {scale.lowest} to {scale.highest} are left out." if outside else None,
        _few_in_words(few, by),
        None
        if found["invited"].sum() or found.empty
        else "Who was asked and did not answer is not in the data: no response rate.",
    )


def _too_few(found: pd.DataFrame, by: str) -> pd.Series:
    return found["answers"] < (FEWEST_PER_AGENT if by == "agent" else FEWEST_ANSWERS)


def _few_in_words(few: pd.DataFrame, by: str) -> str | None:
    if few.empty:
        return None
    least = f"fewer than {FEWEST_PER_AGENT} answers" if by == "agent" else "one answer or none"
    names = ", ".join(few["group"].head(5)) + (", …" if len(few) > 5 else "")
    return f"With {least} nothing is computed: {names}."


def _points(value: float) -> str:
    return _signed(value, 1)


def _signed(value: float, digits: int = 2) -> str:
    return f"{value:+.{digits}f}".replace("-", formats.MINUS)
