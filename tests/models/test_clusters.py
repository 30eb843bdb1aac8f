"""Clusters: planted ones are found, with their number, and what is no cluster is called unstable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import BadValue, NotEnoughData
from crm_analytics.models.clusters import ClusterModel


def planted(each: int, seed: int = 3) -> pd.DataFrame:
    """Three groups well apart after the skew is taken out: lognormal around three centres."""
    rng = np.random.default_rng(seed)
    centres = np.array([[1.0, 5.0], [3.0, 1.0], [5.0, 5.0]])
    points = np.vstack([rng.normal(centre, 0.25, (each, 2)) for centre in centres])
    return pd.DataFrame(np.exp(points), columns=["a", "b"]).assign(same=1.0)


def test_planted_clusters_are_found_with_their_number() -> None:
    frame = planted(70)
    fitted = ClusterModel(most_k=6, refits=5).fit(frame)
    labels = fitted.predict(frame)
    assert fitted.k == 3
    assert [labels[place * 70 : (place + 1) * 70].nunique() for place in range(3)] == [1, 1, 1]
    assert labels.nunique() == 3
    assert fitted.features == ("a", "b")  # what is the same for everybody divides nobody
    assert fitted.stability == pytest.approx(1.0)
    assert fitted.silhouette > 0.7
    assert dict(fitted.silhouettes)[3] == max(value for _, value in fitted.silhouettes)


def test_each_is_in_the_cluster_of_the_nearest_centre() -> None:
    frame = planted(40)
    fitted = ClusterModel(k=4, refits=2).fit(frame)
    points = fitted.standardised(frame).to_numpy()
    assert points.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert points.std(axis=0) == pytest.approx([1, 1])
    nearest = [int(np.argmin(np.linalg.norm(fitted.centres - point, axis=1))) for point in points]
    assert fitted.predict(frame).tolist() == nearest


def test_the_same_seed_gives_the_same_and_noise_is_unstable() -> None:
    noise = pd.DataFrame(np.random.default_rng(5).normal(size=(300, 3)), columns=list("abc"))
    one, again = (ClusterModel(k=7, refits=5).fit(noise) for _ in range(2))
    assert (one.silhouette, one.stability) == (again.silhouette, again.stability)
    assert one.stability < 0.6


def test_too_little_and_nothing_that_varies() -> None:
    with pytest.raises(NotEnoughData):
        ClusterModel().fit(planted(10))
    with pytest.raises(NotEnoughData, match="who differ"):
        ClusterModel().fit(pd.DataFrame({"a": [1.0, 2.0] * 40}))
    with pytest.raises(BadValue):
        ClusterModel().fit(pd.DataFrame({"a": [1.0] * 80}))
    with pytest.raises(BadValue):
        ClusterModel(k=11).fit(planted(40))
    extreme = pd.DataFrame({"a": [0.0] * 60 + [1e13, -1e13], "b": np.arange(62.0)})
    assert ClusterModel(k=2, refits=2).fit(extreme).predict(extreme).nunique() == 2
