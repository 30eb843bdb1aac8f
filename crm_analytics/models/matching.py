"""What a contact did where nobody was held back: comparable customers, and the difference of two differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crm_analytics.errors import NotEnoughData

if TYPE_CHECKING:
    import numpy.typing as npt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class MatchingModel:
    """Radius matching on the propensity to be contacted, by what was known before the contact.

    The propensity comes from a logistic regression (Rosenbaum and Rubin 1983). Each contacted customer is compared with
    the mean of all others whose logit lies within `caliper` standard deviations (Austin 2011 advises 0.2 for pairs; the
    mean of a neighbourhood takes less; Dehejia and Wahba 2002). Refused where fewer than `overlap` of the contacted have
    anybody comparable, with fewer than `fewest` customers on either side, or where a feature stays further apart
    than `most_apart` standard deviations (Rubin 2001: 0.25).
    """

    caliper: float = 0.1
    overlap: float = 0.8
    fewest: int = 50
    most_apart: float = 0.25

    def fit(self, features: pd.DataFrame, contacted: npt.NDArray[np.bool_]) -> FittedMatching:
        """Find who is comparable. Features are numbers, without gaps, known before the contact."""
        for side, known in (("contacted", contacted), ("not contacted", ~contacted)):
            if known.sum() < self.fewest:
                what = f"Comparing without a control group (customers {side})"
                raise NotEnoughData(what, self.fewest, int(known.sum()))
        logit = _logit(features, contacted)
        weight, found = _neighbours(logit, contacted, self.caliper * logit.std())
        needed = int(np.ceil(self.overlap * contacted.sum()))
        if found.sum() < needed:
            what = "Comparing without a control group (contacted customers with somebody comparable)"
            raise NotEnoughData(what, needed, int(found.sum()))
        balance = _balance(features, contacted, weight)
        apart = balance.loc[balance["after"].abs() > self.most_apart, "feature"]
        if len(apart):
            what = f"Comparing without a control group (features alike after matching; {', '.join(apart)} differ)"
            raise NotEnoughData(what, len(balance), len(balance) - len(apart), "features")
        return FittedMatching(weight, contacted, found, balance)


@dataclass(frozen=True)
class FittedMatching:
    """weight: of each customer; the matched contacted have 1, the others what they stand in for, in sum the same.

    matched: contacted customers with somebody comparable. balance: feature, before, after, the standardised mean
    differences of contacted less others.
    """

    weight: npt.NDArray[np.float64]
    contacted: npt.NDArray[np.bool_]
    matched: npt.NDArray[np.bool_]
    balance: pd.DataFrame

    def effect(self, before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> Effect:
        """Difference in differences of an outcome per matched contacted customer, with its 95% interval.

        The variance is that of a difference of weighted means whose weights are given (Lechner 2002, eq. 5); that the
        propensity is estimated leaves it on the careful side (Abadie and Imbens 2016, for the effect on everyone).
        """
        change = after - before
        mine, others = self.matched, ~self.contacted & (self.weight > 0)
        w = self.weight[others] / self.weight[others].sum()
        mean_mine, mean_others = change[mine].mean(), float(w @ change[others])
        spread = change[mine].var(ddof=1) / mine.sum() + float((w**2) @ (change[others] - mean_others) ** 2)
        difference, half = mean_mine - mean_others, Z_95 * np.sqrt(spread)
        return Effect(
            float(after[mine].mean()), float(w @ after[others]), float(difference), float(difference - half),
            float(difference + half), int(mine.sum()), float(1 / (w**2).sum()),
        )  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """What the contacted did after (mean), what those like them did, and the difference in differences.

    customers: contacted and matched. comparable: how many equally weighted others the comparison is worth.
    """

    contacted_mean: float
    comparable_mean: float
    difference: float
    low_95: float
    high_95: float
    customers: int
    comparable: float


def _logit(features: pd.DataFrame, contacted: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Log-odds of being contacted, from the features and their squares (skewed ones on a logarithmic scale)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    known = features.to_numpy(dtype=float)
    known = np.sign(known) * np.log1p(np.abs(known))
    known = StandardScaler().fit_transform(known)
    known = StandardScaler().fit_transform(np.column_stack([known, known**2]))
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(known, contacted)
    return fitted.decision_function(known)


def _neighbours(
    logit: npt.NDArray[np.float64], contacted: npt.NDArray[np.bool_], radius: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The weight of everyone, and who of the contacted has somebody within the radius.

    Each contacted customer shares a weight of 1 among all others within it; over sorted log-odds that is a sum of steps.
    """
    others = np.flatnonzero(~contacted)
    others = others[np.argsort(logit[others], kind="stable")]
    mine = np.flatnonzero(contacted)
    first = np.searchsorted(logit[others], logit[mine] - radius, side="left")
    last = np.searchsorted(logit[others], logit[mine] + radius, side="right")
    near = last - first
    steps = np.zeros(len(others) + 1)
    has = near > 0
    np.add.at(steps, first[has], 1 / near[has])
    np.add.at(steps, last[has], -1 / near[has])
    weight, found = np.zeros(len(logit)), np.zeros(len(logit), dtype=bool)
    weight[others] = np.maximum(np.cumsum(steps)[:-1], 0)
    weight[weight < 1e-12] = 0  # what is left of adding and taking away the same number
    found[mine[has]] = True
    weight[mine[has]] = 1
    return weight, found


def _balance(features: pd.DataFrame, contacted: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]) -> pd.DataFrame:
    """Standardised mean differences before and after (Austin 2009): in standard deviations of both sides before."""
    rows = []
    for name in features.columns:
        value = features[name].to_numpy(dtype=float)
        mine, others = value[contacted], value[~contacted]
        scale = np.sqrt((mine.var() + others.var()) / 2)
        matched, like = weight * contacted, weight * ~contacted
        after = value @ matched / matched.sum() - value @ like / like.sum()
        before = mine.mean() - others.mean()
        rows.append((name, before / scale if scale > 0 else 0.0, after / scale if scale > 0 else 0.0))
    return pd.DataFrame(rows, columns=["feature", "before", "after"])
