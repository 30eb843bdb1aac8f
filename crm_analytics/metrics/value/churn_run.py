"""One run of the churn model: what it learned from, what it was chosen and reported on, and today's probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import CrmError, NotEnoughData
from crm_analytics.metrics.value.churn_features import PURCHASES, RHYTHM, SIGNS, Moment, Population, guard, population
from crm_analytics.models.btyd import expected
from crm_analytics.models.churn import MOST_ROWS, Calibration, ChurnModel, FittedChurn, enough
from crm_analytics.models.fitting import NoFit
from crm_analytics.models.gamma_gamma import GammaGammaModel, Spend
from crm_analytics.models.ranking import first, roc_auc
from crm_analytics.query import statements
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

MODEL = "churn model"
RIVALS = SILENCE, OVERDUE, ALIVE = "recency alone", "rhythm overdue", "P(alive)"
#: Cut-offs to learn from, at most.
MOST_CUT_OFFS = 4
#: Horizons that the history must hold: one reported on, one chosen on, one learned from, a quarter before that.
HORIZONS_NEEDED = 3.25
SHORTEST_HORIZON_DAYS = 14
#: Customers whose features are kept for reasons: those with the most to lose.
REASONS_KEPT = 5_000
#: Customers who stand for the average one.
_USUAL = 2_000

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Scores:
    """Every score of a population: raw (higher: more at risk), and calibrated probabilities."""

    raw: dict[str, np.ndarray]
    chance: dict[str, np.ndarray]


@dataclass(frozen=True)
class Run:
    """What was learned and how it did. `used`: the score chosen on the last training cut-off.

    evaluated: the population reported on, with its scores; value: their residual value then. today: probability by customer_no as
    of the as-of date; detail: features of the customers with the most to lose, likewise.
    """

    moment: Moment
    cut_offs: tuple[date, ...]
    used: str
    evaluated: Population
    scores: Scores
    value: np.ndarray
    today: pd.Series
    detail: pd.DataFrame
    trees: FittedChurn
    evaluated_trees: FittedChurn
    usual: pd.DataFrame
    fitted_at: datetime
    notes: tuple[str, ...]

    def raised(self, features: pd.DataFrame) -> pd.DataFrame:
        """By how much each feature raises customers' risk against the average one; a rival has its own feature alone."""
        if self.used == MODEL:
            return self.trees.raised_by(features, self.usual)
        own, sign = {SILENCE: ("recency_days", 1), OVERDUE: ("overdue", 1), ALIVE: ("p_alive", -1)}[self.used]
        return (features[[own]] - self.usual[own].median()) * sign


def horizon(warehouse: Warehouse, as_of: date, days: int | None) -> tuple[int, str | None]:
    """The horizon in days and, where the activity window does not fit the history, why it is shorter.

    Raises `NotEnoughData` where the history is too short for the days asked for, or for any.
    """
    window = warehouse.base(as_of).activity_window_days
    first_on = warehouse.read("metrics/first_order", Audience(EVERYONE, as_of, as_of))["first_order_on"].iloc[0]
    span = 0 if pd.isna(first_on) else (pd.Timestamp(as_of) - first_on).days
    longest = int(span / HORIZONS_NEEDED)
    wanted = days or window
    if longest < (wanted if days else SHORTEST_HORIZON_DAYS):
        needed = int(np.ceil((wanted if days else SHORTEST_HORIZON_DAYS) * HORIZONS_NEEDED))
        raise NotEnoughData(
            "Learning who leaves, and checking it on a later part of the past,", needed, span, "days of history"
        )
    if wanted <= longest:
        return wanted, None
    held = max(longest // 7 * 7, SHORTEST_HORIZON_DAYS)
    return held, (
        f"Horizon {held} days: the activity window of {window} days would need {formats.count(np.ceil(window * HORIZONS_NEEDED))} "
        f"days of history to be checked on, and there are {formats.count(span)}."
    )


def run(
    warehouse: Warehouse, as_of: date, days: int | None = None, report: Report = lambda done, what: None
) -> Run | str:
    """Everything the churn figures are made of, kept for the version of the data; why there is nothing, where there is too little."""
    everyone = Audience(EVERYONE, as_of, as_of)

    def learn() -> Run | str:
        try:
            return learned(known(warehouse, everyone, days, report), report)
        except (NotEnoughData, NoFit) as error:
            return str(error)

    return _kept(warehouse, everyone, days, learn)


def holds_still(warehouse: Warehouse, as_of: date, days: int | None, done: Run | str) -> None:
    """Keep what was learned for the data as they are now: of what it is made nothing has changed."""
    _kept(warehouse, Audience(EVERYONE, as_of, as_of), days, lambda: done)


def _kept(warehouse: Warehouse, everyone: Audience, days: int | None, learn: Callable[[], Run | str]) -> Run | str:
    def make() -> pd.DataFrame:
        return pd.DataFrame({"run": [learn()]}, dtype=object)

    return warehouse.keep("churn_run", everyone, make, days=days or 0)["run"].iloc[0]


@dataclass(frozen=True)
class Past:
    """What was known at the cut-offs, the latest to learn from first; `said` where the horizon or the customers are fewer."""

    today: Population
    learned_from: tuple[Population, ...]
    choosing: Population
    judging: Population
    said: tuple[str, ...]


def known(warehouse: Warehouse, everyone: Audience, days: int | None, report: Report = lambda done, what: None) -> Past:
    """The features at every cut-off, past the guard. Raises `NotEnoughData`, `ReadsTheFuture`.

    Of a large base today's are those of all customers, the others of a part: figures differ by what a draw of that size leaves open.
    """
    as_of = everyone.as_of
    length, why = horizon(warehouse, as_of, days)
    customers = int(warehouse.read("metrics/churn_size", everyone)["customers"].iloc[0])
    now = Moment(as_of, warehouse.base(as_of).activity_window_days, length, max(1, customers // MOST_ROWS))
    started = warehouse.read("metrics/first_order", everyone)["first_order_on"].iloc[0].date()
    report(0.05, "what was known at earlier days")
    today = population(warehouse, everyone, now, outcome=False)
    learned_from = _learned_from(warehouse, everyone, now, started, today.given)
    # what reads the future shows in a part of the part
    guard(warehouse, replace(learned_from[-1].moment, every=now.every**2), trees_of(today.given))
    report(0.35, "how it went on from there")
    reported, chosen = (earlier(now, times) for times in (1, 2))
    choosing, judging = (
        population(warehouse, everyone, each, outcome=True, further=today.given) for each in (chosen, reported)
    )
    enough(f"Choosing among the churn scores, on {formats.day(chosen.day)},", choosing.left)
    enough(f"Reporting on the churn scores, on {formats.day(reported.day)},", judging.left)
    part = (
        f"Learned, chosen and reported on one in {now.every} of {formats.count(customers)} customers not lapsed."
        if now.every > 1
        else None
    )
    return Past(today, tuple(learned_from), choosing, judging, tuple(filter(None, [why, part])))


def learned(past: Past, report: Report = lambda done, what: None) -> Run:
    """Learn, choose among the scores, report, and score today's customers. Raises `NotEnoughData`."""
    today, choosing, judging = past.today, past.choosing, past.judging
    report(0.5, "learning from the past")
    trees = _learned(past.learned_from)
    # a rival that could not be computed today, or could not be reported on, is none
    rhythmic = judging.rhythm is not None and today.rhythm is not None
    raw = {name: score for name, score in _raw(choosing, trees).items() if rhythmic or name not in (OVERDUE, ALIVE)}
    calibrations = {name: Calibration.fit(score, choosing.left) for name, score in raw.items()}
    # by what is shown: a score whose probabilities had to be level tells nobody from another, whatever its order
    used = max(raw, key=lambda name: (roc_auc(calibrations[name].predict(raw[name]), choosing.left), name == SILENCE))
    scores = _calibrated(_raw(judging, trees), calibrations)
    report(0.65, "learning again, up to the latest outcome")
    # today's scores come from the same steps one horizon later: learned from what was chosen on, calibrated on what was reported
    latest = _learned((choosing, *past.learned_from))
    chance = Calibration.fit(_raw(judging, latest)[used], judging.left).predict(_raw(today, latest)[used])
    report(0.9, "reasons")
    top = first(chance * (today.worth + 1), REASONS_KEPT)
    lost = (
        "The rivals made of the rhythm of purchases are missing: the model of it has no fit at one of the days."
        if len(raw) < len(RIVALS) + 1
        else None
    )
    return Run(
        moment=today.moment,
        cut_offs=tuple(each.moment.day for each in past.learned_from),
        used=used,
        evaluated=judging,
        scores=scores,
        value=_residual(judging),
        today=pd.Series(chance, index=today.features.index),
        detail=today.features[top],
        trees=latest,
        evaluated_trees=trees,
        usual=today.features.iloc[:: max(len(today.worth) // _USUAL, 1)],
        fitted_at=datetime.now(),
        notes=tuple(filter(None, [*past.said, lost])),
    )


def trees_of(further: tuple[str, ...]) -> dict[str, object]:
    """The parsed statements of the features, for the guard."""
    return {name: statements.tree(name) for name in (PURCHASES, RHYTHM, *further)}


def earlier(moment: Moment, times: int) -> Moment:
    """The moment so many horizons before."""
    return replace(moment, day=moment.day - timedelta(days=times * moment.horizon_days))


def _learned_from(
    warehouse: Warehouse, everyone: Audience, now: Moment, started: date, further: tuple[str, ...]
) -> list[Population]:
    """Populations whose outcomes end before the cut-off that is chosen on, the latest first, until there are rows enough."""
    found: list[Population] = []
    for times in range(3, 3 + MOST_CUT_OFFS):
        moment = earlier(now, times)
        if (moment.day - started).days < (HORIZONS_NEEDED - 3) * now.horizon_days:
            break
        found.append(population(warehouse, everyone, moment, outcome=True, further=further))
        if sum(len(each.worth) for each in found) >= MOST_ROWS:
            break
    return found


def _learned(populations: tuple[Population, ...]) -> FittedChurn:
    together = pd.concat([each.features for each in populations], ignore_index=True)
    return ChurnModel(signs=SIGNS).fit(together, np.concatenate([each.left for each in populations]))


def _raw(people: Population, trees: FittedChurn) -> dict[str, np.ndarray]:
    """The scores in [0, 1], higher for more risk; of rivals those that can be computed."""
    raw = {MODEL: trees.predict(people.features)}
    recency = people.features["recency_days"].to_numpy()
    # today's purchase is a day of silence too: without it those who bought today would lie infinitely far from the others
    raw[SILENCE] = (recency + 1) / (recency + 1 + people.moment.window_days)
    if people.rhythm is not None:
        raw[OVERDUE] = people.features["overdue"].to_numpy()
        raw[ALIVE] = 1 - people.features["p_alive"].to_numpy()
    return raw


def _calibrated(raw: dict[str, np.ndarray], calibrations: dict[str, Calibration]) -> Scores:
    both = {name: score for name, score in raw.items() if name in calibrations}
    return Scores(both, {name: calibrations[name].predict(score) for name, score in both.items()})


def _residual(people: Population) -> np.ndarray:
    """Value of the next twelve months as expected then: purchases by the rhythm, times spend (own mean without a fit)."""
    if people.rhythm is None:
        return people.worth
    spent = np.maximum(people.spent, 0)
    try:
        days = people.repeats + 1
        some = spent > 0
        spent = GammaGammaModel().fit(Spend.of(days[some], spent[some])).expected_value(days, spent)
    except CrmError:
        pass
    return expected(people.rhythm, people.repeats, *people.weeks, 52.0, 0.1).discounted * spent
