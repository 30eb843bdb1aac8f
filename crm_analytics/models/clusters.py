"""Clusters: k-means on standardised features without skew, k by silhouette, stability by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from crm_analytics.errors import BadValue, NotEnoughData
from crm_analytics.models.threads import one_thread

Report = Callable[[float, str], None]
FEWEST = 50


@dataclass(frozen=True)
class ClusterModel:
    """How clusters are found.

    k: number of clusters; None: that of 2 to `most_k` with the highest mean silhouette (Rousseeuw 1987). The fit stands
    on at most `fit_rows` customers drawn at random, silhouettes on `judged_rows`; every customer is then assigned.
    Stability is the mean adjusted Rand index (Hubert, Arabie 1985) between these clusters and those of `refits`
    bootstrap samples (Hennig 2007), over the judged customers.
    """

    k: int | None = None
    most_k: int = 10
    refits: int = 20
    fit_rows: int = 20_000
    judged_rows: int = 3_000
    seed: int = 1

    def fit(self, frame: pd.DataFrame, report: Report | None = None) -> FittedClusters:
        """Fit on columns of numbers without gaps. Errors: NotEnoughData, BadValue where no column varies."""
        import sklearn.cluster  # noqa: F401  (its threads can be limited once they are there)

        with one_thread():  # many small fits: threads that wait for each other take a hundred times the work
            return self._fit(frame, report or (lambda done, what: None))

    def _fit(self, frame: pd.DataFrame, told: Report) -> FittedClusters:
        from sklearn.cluster import KMeans
        from sklearn.preprocessing import PowerTransformer

        if self.k is not None and not 2 <= self.k <= self.most_k:
            raise BadValue("k", self.k, f"2 to {self.most_k}, or nothing")
        if len(frame) < FEWEST:
            raise NotEnoughData("Clusters", FEWEST, len(frame), "customers of whom every feature is known")
        varying = [name for name in frame.columns if frame[name].nunique() > 1]
        if not varying:
            raise BadValue("the features", list(frame.columns), "one or more that are not the same for everybody")
        rng = np.random.default_rng(self.seed)
        rows = frame[varying].to_numpy(dtype=float)
        sample = rows[rng.permutation(len(rows))[: self.fit_rows]]
        # Yeo, Johnson 2000: the power that makes each feature most like a normal one, then mean 0 and variance 1
        scale = PowerTransformer(method="yeo-johnson", standardize=True).fit(sample)
        points = _without_noise(scale.transform(sample))
        most = min(self.most_k, len(np.unique(points, axis=0)) - 1)
        if most < 2:
            raise NotEnoughData("Clusters", 3, most + 1, "customers who differ")

        def fitted(k: int, to: np.ndarray, starts: int = 4) -> Any:
            return KMeans(min(k, most), n_init=starts, random_state=self.seed).fit(to)

        judged = rng.permutation(len(points))[: self.judged_rows]
        silhouettes = self._silhouettes(fitted, points, judged, most, told)
        k = min(self.k, most) if self.k else max(silhouettes, key=lambda each: (silhouettes[each], -each))
        chosen = fitted(k, points, 10)
        stability = self._stability(fitted, chosen, points, judged, k, rng, told)
        return FittedClusters(
            tuple(varying), k, silhouettes[k], tuple(silhouettes.items()), stability, len(frame), len(points),
            chosen.cluster_centers_, scale,
        )  # fmt: skip

    def _silhouettes(
        self, fitted: Callable[..., Any], points: np.ndarray, judged: np.ndarray, most: int, told: Report
    ) -> dict[int, float]:
        from sklearn.metrics import silhouette_score

        found = {}
        tried = [min(self.k, most)] if self.k else range(2, most + 1)
        for place, k in enumerate(tried):
            told(0.5 * place / len(tried), f"{k} clusters")
            labels = fitted(k, points).labels_[judged]
            found[k] = float(silhouette_score(points[judged], labels)) if len(np.unique(labels)) > 1 else -1.0
        return found

    def _stability(
        self, fitted: Callable[..., Any], chosen: Any, points: np.ndarray, judged: np.ndarray, k: int,
        rng: np.random.Generator, told: Report,
    ) -> float:  # fmt: skip
        from sklearn.metrics import adjusted_rand_score

        labels, indices = chosen.predict(points[judged]), []
        for refit in range(self.refits):
            told(0.5 + 0.5 * refit / self.refits, f"refit {refit + 1} of {self.refits}")
            again = fitted(k, points[rng.integers(0, len(points), len(points))])
            indices.append(adjusted_rand_score(labels, again.predict(points[judged])))
        return float(np.mean(indices))


@dataclass(frozen=True)
class FittedClusters:
    """What was found: `silhouette` of the chosen k, `silhouettes` as (k, mean silhouette), `stability` in [-1, 1].

    `customers` were given, the fit stands on `fitted_on` of them; `features` are those that vary.
    """

    features: tuple[str, ...]
    k: int
    silhouette: float
    silhouettes: tuple[tuple[int, float], ...]
    stability: float
    customers: int
    fitted_on: int
    centres: np.ndarray = field(repr=False)
    scale: Any = field(repr=False)

    def standardised(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The features without skew, with mean 0 and variance 1 among the customers of the fit; index kept."""
        points = _without_noise(self.scale.transform(frame[list(self.features)].to_numpy(dtype=float)))
        return pd.DataFrame(points, index=frame.index, columns=list(self.features))

    @property
    def numbers(self) -> dict[str, tuple[Any, ...]]:
        """What predicting needs, as plain numbers: lambdas, means and scales by feature, centres by cluster and feature."""
        scaler = self.scale._scaler
        found = {"lambdas": self.scale.lambdas_, "means": scaler.mean_, "scales": scaler.scale_}
        plain = {name: tuple(map(float, values)) for name, values in found.items()}
        return {**plain, "centres": tuple(tuple(map(float, centre)) for centre in self.centres)}

    def predict(self, frame: pd.DataFrame) -> pd.Series:
        """The cluster of each customer, 0 to k - 1: that with the nearest centre; index kept."""
        points = self.standardised(frame).to_numpy()
        far = [((points - centre) ** 2).sum(axis=1) for centre in self.centres]
        return pd.Series(np.argmin(far, axis=0), index=frame.index, name="cluster")


def _without_noise(points: np.ndarray) -> np.ndarray:
    """What overflows under the power is as far out as a number can be told."""
    return np.clip(np.nan_to_num(points, nan=0.0, posinf=10.0, neginf=-10.0), -10.0, 10.0)
