"""Who will not come back: gradient-boosted trees on features of the past, calibrated on a later cut-off than they learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.threads import one_thread

#: A model learns from so many customers, and from so many who left and who stayed; likewise what it is judged on.
FEWEST_ROWS, FEWEST_OF_EACH = 100, 20
#: More rows than this teach nothing that shows in the ranking.
MOST_ROWS = 100_000
_MOST_CATEGORIES = 30
_ALMOST = 1e-6
#: Customers of a step of the calibration, at least, and how many steps, at most.
_A_STEP, _MOST_STEPS = 250, 25
_TRACE = 0.02


def enough(what: str, left: np.ndarray) -> None:
    """Raise `NotEnoughData` where too few customers left or stayed to learn from, or to judge by."""
    for count, needed, unit in (
        (len(left), FEWEST_ROWS, "customers"),
        (int(left.sum()), FEWEST_OF_EACH, "customers who left"),
        (int((~left).sum()), FEWEST_OF_EACH, "customers who stayed"),
    ):
        if count < needed:
            raise NotEnoughData(what, needed, count, unit)


@dataclass(frozen=True)
class ChurnModel:
    """Settings of the trees. signs: feature -> 1 where more of it can only raise the risk, -1 where it can only lower it."""

    trees: int = 60
    learning_rate: float = 0.08
    leaves: int = 7
    smallest_leaf: int = 40
    seed: int = 7
    signs: Mapping[str, int] = field(default_factory=dict)

    def fit(self, features: pd.DataFrame, left: np.ndarray) -> FittedChurn:
        """Learn from customers at cut-offs in the past: what was known of them, and whether they left.

        Columns of numbers (null where unknown) and of text (categories). Raises `NotEnoughData`.
        """
        enough("The churn model", left)
        encoding = Encoding.of(features, left)
        known = encoding.apply(features)
        draw = np.random.default_rng(self.seed)
        rows = np.sort(draw.choice(len(left), MOST_ROWS, replace=False)) if len(left) > MOST_ROWS else slice(None)
        from sklearn.ensemble import HistGradientBoostingClassifier

        trees = HistGradientBoostingClassifier(
            max_iter=self.trees, learning_rate=self.learning_rate, max_leaf_nodes=self.leaves,
            min_samples_leaf=self.smallest_leaf, l2_regularization=1.0, early_stopping=False, random_state=self.seed,
            monotonic_cst=[self.signs.get(name, 0) for name in encoding.columns],
        )  # fmt: skip
        with one_thread():
            trees.fit(known[rows], left[rows])
        return FittedChurn(encoding, trees)


@dataclass(frozen=True)
class Encoding:
    """Columns in order, and of text columns the known categories with their places: those of the customers learned from.

    Categories stand in the order of the share that left: with two outcomes no other split of them is better (Breiman et al.
    1984, theorem 4.5).
    """

    columns: tuple[str, ...]
    categories: dict[str, dict[str, int]]

    @classmethod
    def of(cls, features: pd.DataFrame, left: np.ndarray) -> Encoding:
        """Of what is learned from; columns without two different values are left out."""
        columns = tuple(name for name in features if features[name].nunique(dropna=False) > 1)
        categories = {}
        for name in columns:
            if not pd.api.types.is_numeric_dtype(features[name]):
                found = (
                    pd.Series(left, dtype=float).groupby(features[name].to_numpy(dtype=object)).agg(["size", "mean"])
                )
                frequent = (
                    found.rename_axis("value").reset_index().sort_values(["size", "value"], ascending=[False, True])
                )
                ordered = frequent.head(_MOST_CATEGORIES).sort_values(["mean", "value"])["value"]
                categories[name] = {value: place for place, value in enumerate(ordered)}
        return cls(columns, categories)

    def apply(self, features: pd.DataFrame) -> np.ndarray:
        """The features as numbers; categories not known, and columns that are missing, are null."""
        table = np.empty((len(features), len(self.columns)))
        for place, name in enumerate(self.columns):
            if name not in features:
                table[:, place] = np.nan
                continue
            if known := self.categories.get(name):
                codes = pd.Categorical(features[name], categories=list(known)).codes
                table[:, place] = np.where(codes < 0, np.nan, codes)
            else:
                table[:, place] = features[name].to_numpy(dtype=float, na_value=np.nan)
        return table


@dataclass(frozen=True)
class FittedChurn:
    """Trees that have learned; their scores are to be calibrated."""

    encoding: Encoding
    trees: Any

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Uncalibrated probability of leaving."""
        return self.scores(self.encoding.apply(features))

    def scores(self, table: np.ndarray) -> np.ndarray:
        """The same of encoded features."""
        if not len(table):
            return np.zeros(0)
        with one_thread():
            return self.trees.predict_proba(table)[:, 1]

    def raised_by(self, features: pd.DataFrame, average: pd.DataFrame) -> pd.DataFrame:
        """By how much each feature raises a customer's score against the average customer: swap it for the average's value.

        `average` is a frame of customers whose medians (of categories: the most frequent value) make the average customer.
        """
        table = self.encoding.apply(features)
        base = self.encoding.apply(average)
        now, raised = self.scores(table), {}
        for place, name in enumerate(self.encoding.columns):
            swapped = table.copy()
            known = base[:, place][~np.isnan(base[:, place])]
            values, counts = np.unique(known, return_counts=True)
            usual = np.nan
            if len(known):
                usual = values[counts.argmax()] if name in self.encoding.categories else np.median(known)
            swapped[:, place] = usual
            raised[name] = now - self.scores(swapped)
        return pd.DataFrame(raised, index=features.index)


@dataclass(frozen=True)
class Calibration:
    """A logistic line over the log-odds of a score (Platt 1999), bent by steps of the data where they are many enough.

    It never changes the order. knots: where the line's probability is corrected, and to what (empty: nowhere).
    """

    intercept: float
    slope: float
    knots: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    @classmethod
    def fit(cls, score: np.ndarray, left: np.ndarray) -> Calibration:
        """By maximum likelihood, lightly held to slope 1 so that a small base cannot bend it; steps by isotonic regression."""
        line = _line(log_odds(score), np.asarray(left, dtype=float))
        steps = min(len(left) // _A_STEP, _MOST_STEPS)
        return (
            line
            if steps < 3 or line.slope == 0
            else cls(line.intercept, line.slope, _knots(line.predict(score), left, steps))
        )

    def predict(self, score: np.ndarray) -> np.ndarray:
        """Probability of leaving."""
        chance = 1 / (1 + np.exp(-(self.intercept + self.slope * log_odds(score))))
        if not self.knots[0]:
            return chance
        # a trace of the line keeps apart what a step would make equal
        return (1 - _TRACE) * np.interp(chance, *self.knots) + _TRACE * chance


def _line(odds: np.ndarray, left: np.ndarray) -> Calibration:
    share = np.clip(left.mean(), _ALMOST, 1 - _ALMOST)
    place = np.array([np.log(share / (1 - share)) - odds.mean(), 1.0])
    design = np.column_stack([np.ones(len(odds)), odds])
    held, hold = np.array([0.0, 1.0]), np.array([0.0, 1.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ place))
        slope = design.T @ (left - chance) - hold * (place - held)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(hold + _ALMOST)
        step = np.linalg.solve(curvature, slope)
        place = place + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    return Calibration(float(place[0]), max(float(place[1]), 0.0))


def _knots(chance: np.ndarray, left: np.ndarray, steps: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean probability and share that left of bins of equal size, the shares made to rise (pool adjacent violators)."""
    bins = np.array_split(np.argsort(chance, kind="stable"), steps)
    places = [float(chance[each].mean()) for each in bins]
    pools: list[list[float]] = []  # share, customers, bins
    for each in bins:
        pools.append([float(left[each].mean()), float(len(each)), 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            share, n, count = pools.pop()
            before = pools[-1]
            before[0] = (before[0] * before[1] + share * n) / (before[1] + n)
            before[1], before[2] = before[1] + n, before[2] + count
    shares = [share for share, _, count in pools for _ in range(int(count))]
    return (0.0, *places, 1.0), (min(places[0], shares[0]) / 2, *shares, max(1 - (1 - places[-1]) / 2, shares[-1]))


def log_odds(score: np.ndarray) -> np.ndarray:
    """Of a score in [0, 1]."""
    inside = np.clip(np.asarray(score, dtype=float), _ALMOST, 1 - _ALMOST)
    return np.log(inside / (1 - inside))
