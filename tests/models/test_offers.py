"""Rules against a count by plain sets, similarity by the formula, offers and hits by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from crm_analytics.errors import BadValue, NotEnoughData
from crm_analytics.models import offers
from crm_analytics.models.offers import OfferSettings, OffersModel, RuleSettings, as_matrix, association_rules, hits


def pairs_of(baskets: list[set[int]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(place, item) for place, each in enumerate(baskets) for item in each], columns=["basket", "item"]
    )


def rules_by_counting(baskets: list[set[int]], settings: RuleSettings) -> dict[tuple[tuple[int, ...], int], tuple]:
    n, found = len(baskets), {}
    items = sorted(set().union(*baskets))

    def count(these) -> int:
        return sum(set(these) <= basket for basket in baskets)

    for size in range(2, settings.longest + 1):
        for these in itertools.combinations(items, size):
            together = count(these)
            if together < math.ceil(settings.support * n):
                continue
            for right in these:
                left = tuple(item for item in these if item != right)
                confidence = together / count(left)
                if confidence >= settings.confidence:
                    apart = count(left) / n * count([right]) / n
                    found[left, right] = (together, together / n / apart, together / n - apart)
    return found


@pytest.mark.parametrize(("support", "confidence", "longest"), [(0.05, 0.3, 6), (0.2, 0.5, 3), (0.02, 0.05, 2)])
def test_rules_by_counting(support: float, confidence: float, longest: int) -> None:
    rng = np.random.default_rng(1)
    baskets = [set(np.flatnonzero(rng.random(9) < rng.random()).tolist()) for _ in range(130)]
    settings = RuleSettings(support, confidence, longest)
    frame = association_rules(pairs_of(baskets), len(baskets), settings)
    found = {
        (row.antecedent, row.consequent): (row.count, row.lift, row.leverage) for row in frame.itertuples(index=False)
    }
    expected = rules_by_counting(baskets, settings)
    assert found.keys() == expected.keys()
    assert len(found) > 5
    for key, values in expected.items():
        assert found[key] == pytest.approx(values)
    assert frame["lift"].is_monotonic_decreasing


def test_a_repeated_row_and_an_empty_basket_change_nothing() -> None:
    baskets = [{1, 2}, {1, 2, 3}, {2}, {3}]
    rows = pairs_of(baskets)
    once = association_rules(rows, 5, RuleSettings(0.4, 0.1))
    twice = association_rules(pd.concat([rows, rows]), 5, RuleSettings(0.4, 0.1))
    pd.testing.assert_frame_equal(once, twice)
    assert once.iloc[0][["antecedent", "consequent", "support"]].tolist() == [(1,), 2, 0.4]


def test_fewest_is_the_ceiling() -> None:
    fewest = {support: RuleSettings(support).fewest(9835) for support in (0.006, 0.001, 0.01)}
    assert fewest == {0.006: 60, 0.001: 10, 0.01: 99}
    assert RuleSettings(0.07).fewest(100) == 7
    assert RuleSettings(0.01).fewest(0) == 1


def test_too_low_a_support_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "MOST_SETS", 20)
    with pytest.raises(BadValue, match="over 20 sets"):
        association_rules(pairs_of([set(range(6))] * 3), 3, RuleSettings(0.5))


def owned(rows: list[set[int]], products: int):
    at = [(place, item) for place, row in enumerate(rows) for item in sorted(row)]
    return as_matrix([each for each, _ in at], [each for _, each in at], len(rows), products)


def test_similarity_is_the_shrunk_cosine_of_the_nearest() -> None:
    rng = np.random.default_rng(2)
    matrix = (rng.random((40, 6)) < 0.5).astype(float)
    bought = owned([set(np.flatnonzero(row)) for row in matrix], 6)
    fitted = OffersModel(OfferSettings(neighbours=3, shrink=2.0)).fit(bought, np.ones(6))
    together, buyers = matrix.T @ matrix, matrix.sum(axis=0)
    cosine = together / (np.sqrt(np.outer(buyers, buyers)) + 2)
    np.fill_diagonal(cosine, -1)
    expected = np.zeros((6, 6))
    for offered in range(6):
        nearest = sorted(range(6), key=lambda item: (-cosine[item, offered], item))[:3]
        expected[nearest, offered] = cosine[nearest, offered]
    assert fitted.similar.toarray() == pytest.approx(expected)


def test_offers_are_new_and_in_the_order_of_what_speaks_times_worth() -> None:
    rows = [{0, 1}] * 20 + [{0, 2}] * 12 + [{3, 1}] * 3 + [{0}]
    fitted = OffersModel().fit(owned(rows, 4), np.array([5.0, 4.0, 3.0, 0.0]))
    one = owned([{0}], 4)
    product, speaks, reason = fitted.best(one, np.ones(4), 3)
    assert product.tolist() == [[1, 2, -1]]  # 3 is wanted by nobody of late
    assert reason.tolist() == [[0, 0, -1]]
    together, buyers = 20, math.sqrt(33 * 23)
    assert speaks[0, 0] == pytest.approx(4 * together / (buyers + 10))
    assert fitted.best(one, np.array([1, 1, 9, 1.0]), 1)[0].tolist() == [[2]]
    assert fitted.best_selling(one, np.ones(4), 2).tolist() == [[1, 2]]
    assert fitted.best_selling(owned([{0, 1, 2, 3}], 4), np.ones(4), 2).tolist() == [[-1, -1]]


def test_hits_and_average_precision_by_hand() -> None:
    offered = np.array([[5, 1, 2], [7, 8, -1], [1, 2, 3]])
    wanted = owned([{1, 2, 9, 10}, {4}, {1}], 11)
    right, hit, precision = hits(offered, wanted)
    assert right.sum() == 3
    assert hit.tolist() == [True, False, True]
    assert precision == pytest.approx([(1 / 2 + 2 / 3) / 3, 0, 1])


def test_parts_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few cells at a time give the same neighbours, offers and hits."""
    rng = np.random.default_rng(4)
    bought = owned([set(np.flatnonzero(row)) for row in rng.random((50, 9)) < 0.4], 9)

    def all_of_it():
        fitted = OffersModel(OfferSettings(neighbours=4)).fit(bought, np.arange(9.0))
        product, speaks, reason = fitted.best(bought, np.ones(9), 3)
        return fitted.similar.toarray(), product, speaks, reason, fitted.best_selling(bought, np.ones(9), 3)

    whole = all_of_it()
    monkeypatch.setattr(offers, "_MOST_CELLS", 30)
    for one, other in zip(whole, all_of_it(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_too_little_is_said() -> None:
    with pytest.raises(NotEnoughData, match="at least 30 customers"):
        OffersModel().fit(owned([{0}] * 29, 3), np.ones(3))
    with pytest.raises(NotEnoughData, match="2 products"):
        OffersModel().fit(owned([{0}] * 30, 1), np.ones(1))
