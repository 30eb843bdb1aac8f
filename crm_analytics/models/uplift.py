"""Whom a contact moves: two models of the same outcome, and how well their difference ranks customers not seen in fitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crm_analytics.errors import NotEnoughData

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]
    Flags = npt.NDArray[np.bool_]

DECILES = 10


@dataclass(frozen=True)
class UpliftModel:
    """Two-model uplift on gradient-boosted trees, judged out of fold.

    One model of the outcome for the treated, one for the control group; their difference is the uplift (Radcliffe and
    Surry 1999; Gutierrez and Gerardy 2017, section 3.1). Every customer is scored by models that have not seen them:
    `folds` parts, each scored by the others. Refused with fewer than `fewest_converted` conversions in either arm.
    """

    folds: int = 5
    fewest_converted: int = 100
    trees: int = 60
    learning_rate: float = 0.08
    leaves: int = 8
    fewest_in_leaf: int = 100
    seed: int = 11
    draws: int = 300

    def fit(self, features: pd.DataFrame, treated: Flags, converted: Flags) -> FittedUplift:
        """Score everyone out of fold. Features are numbers (missing ones stay missing) known before the contact."""
        for arm, members in (("treated", treated), ("control", ~treated)):
            if (found := int(converted[members].sum())) < self.fewest_converted:
                raise NotEnoughData(f"Uplift (conversions, {arm})", self.fewest_converted, found, "conversions")
        values = features.to_numpy(dtype=float)
        score, fold = np.zeros(len(values)), np.zeros(len(values), dtype=np.int64)
        draw = np.random.default_rng(self.seed)
        for cell in range(4):  # each fold has its part of both arms and both outcomes
            members = np.flatnonzero((treated * 2 + converted) == cell)
            fold[draw.permutation(members)] = np.arange(len(members)) % self.folds
        for part in range(self.folds):
            out = fold == part
            with_contact, without = (
                self._learned(values[arm & ~out], converted[arm & ~out]) for arm in (treated, ~treated)
            )
            score[out] = UpliftScorer(with_contact, without).predict(values[out])
        return self._judged(score, fold, treated, converted)

    def scorer(self, features: pd.DataFrame, treated: Flags, converted: Flags) -> UpliftScorer:
        """The two models of everyone in the trial, to score others with. `fit` says how well such models rank."""
        values = features.to_numpy(dtype=float)
        return UpliftScorer(*(self._learned(values[arm], converted[arm]) for arm in (treated, ~treated)))

    def _learned(self, values: Numbers, converted: Flags) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        model = HistGradientBoostingClassifier(
            max_iter=self.trees, learning_rate=self.learning_rate, max_leaf_nodes=self.leaves,
            min_samples_leaf=min(self.fewest_in_leaf, max(5, len(values) // 20)), l2_regularization=1.0,
            early_stopping=False, random_state=self.seed,
        )  # fmt: skip
        with threadpool_limits(1):  # threads that wait for each other cost more than they save on so few rows
            return model.fit(values, converted)

    def _judged(self, score: Numbers, fold: npt.NDArray[np.int64], treated: Flags, converted: Flags) -> FittedUplift:
        """Deciles within each fold (scores of different models are not on one scale), and the curve with its interval."""
        tie = np.random.default_rng(self.seed + 1).random(len(score))
        decile = np.zeros(len(score), dtype=np.int64)
        for part in range(self.folds):
            members = np.flatnonzero(fold == part)
            order = members[np.lexsort((tie[members], -score[members]))]
            decile[order] = np.arange(len(order)) * DECILES // max(len(order), 1)
        counts = np.zeros((DECILES, 2, 2))
        np.add.at(counts, (decile, treated.astype(int), converted.astype(int)), 1)
        draw = np.random.default_rng(self.seed + 2)
        n = int(counts.sum())
        drawn = draw.multinomial(n, counts.ravel() / n, size=self.draws).reshape(self.draws, DECILES, 2, 2)
        curves = np.array([qini_curve(each) for each in drawn])
        return FittedUplift(score, decile + 1, counts, curves)


@dataclass(frozen=True)
class UpliftScorer:
    """A model of the outcome with the contact and one without: their difference is the predicted uplift."""

    with_contact: Any
    without: Any

    def predict(self, values: Numbers) -> Numbers:
        """Predicted uplift of each row; columns as in fitting."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            return self.with_contact.predict_proba(values)[:, 1] - self.without.predict_proba(values)[:, 1]


@dataclass(frozen=True)
class FittedUplift:
    """score: uplift of each customer, out of fold. decile: 1 holds the highest. counts: decile x arm x converted.

    curves: the Qini curve of each bootstrap draw (customers drawn anew, their ranks kept).
    """

    score: Numbers
    decile: npt.NDArray[np.int64]
    counts: Numbers
    curves: Numbers

    @property
    def qini(self) -> Numbers:
        """Incremental conversions when the best k deciles are treated, k from 1 to 10."""
        return qini_curve(self.counts)

    @property
    def qini_interval(self) -> tuple[Numbers, Numbers]:
        """95% interval of each point of the curve, by bootstrap."""
        low, high = np.quantile(self.curves, [0.025, 0.975], axis=0)
        return low, high

    def coefficient(self) -> tuple[float, float, float]:
        """The Qini coefficient with its 95% interval: area between the curve and the random line, per treated customer."""
        treated = self.counts[:, 1, :].sum()
        areas = np.array([_area(curve) for curve in self.curves]) / treated
        low, high = np.quantile(areas, [0.025, 0.975])
        return float(_area(self.qini) / treated), float(low), float(high)

    @property
    def uplift(self) -> tuple[Numbers, Numbers, Numbers]:
        """Difference in conversion rate by decile with its 95% interval (Agresti and Caffo 2000: a success and a failure more)."""
        n, k = self.counts.sum(axis=2), self.counts[:, :, 1]
        rate = np.divide(k, n, out=np.full(n.shape, np.nan), where=n > 0)
        safe = (k + 1) / (n + 2)
        half = 1.959963984540054 * np.sqrt((safe * (1 - safe) / (n + 2)).sum(axis=1))
        centre = safe[:, 1] - safe[:, 0]
        return rate[:, 1] - rate[:, 0], centre - half, centre + half


def qini_curve(counts: Numbers) -> Numbers:
    """Radcliffe (2007): treated conversions less those of the control group at the size of the treated, cumulated.

    counts: decile x arm (control, treated) x outcome (no, yes). Null where no control customer is in yet.
    """
    total = counts.cumsum(axis=0)
    n, k = total.sum(axis=2), total[:, :, 1]
    scale = np.divide(n[:, 1], n[:, 0], out=np.full(len(n), np.nan), where=n[:, 0] > 0)
    return k[:, 1] - k[:, 0] * scale


def _area(curve: Numbers) -> float:
    """Between the curve and the straight line to its end, over the share treated (trapezoids)."""
    whole = np.concatenate([[0.0], curve])
    line = np.linspace(0, curve[-1], len(whole))
    above = whole - line
    return float((above[1:] + above[:-1]).sum() / 2 / (len(whole) - 1))
