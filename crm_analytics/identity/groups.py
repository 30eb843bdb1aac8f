"""From pairs to persons: groups in which everybody fits everybody else, not merely a neighbour."""

from __future__ import annotations

import numpy as np

#: Odds (natural logarithm) beyond these say no more: one pair must not outvote a group.
_LOWEST, _HIGHEST = -4.0, 8.0
#: A chain of pairs longer than this is first cut at its weaker links.
MOST_TOGETHER = 150


def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The number of the connected part that each of `count` records is in."""
    parent = np.arange(count)

    def root(each: int) -> int:
        while parent[each] != each:
            parent[each] = parent[parent[each]]
            each = parent[each]
        return each

    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        one, other = root(one), root(other)
        if one != other:
            parent[max(one, other)] = min(one, other)
    return np.unique([root(each) for each in range(count)], return_inverse=True)[1]


def chains(count: int, left: np.ndarray, right: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
    """Records connected by pairs that are rather one person than two; cut where the chain grows too long."""
    at_least = np.zeros(count)
    while True:
        kept = log_odds > np.maximum(at_least[left], at_least[right])
        found = components(count, left[kept], right[kept])
        long = np.bincount(found)[found] > MOST_TOGETHER
        if not long.any():
            return found
        at_least[long] += 1.0


def agree(log_odds: np.ndarray) -> np.ndarray:
    """Which group each of a few records is in, from the log odds between all of them.

    The two groups with the best mean odds between them are joined as long as that mean speaks for one person
    (agglomerative clustering with average linkage).
    """
    size = len(log_odds)
    sums = np.clip(log_odds, _LOWEST, _HIGHEST)
    np.fill_diagonal(sums, 0)
    count, group = np.ones(size), np.arange(size)
    while True:
        mean = np.where(np.outer(count, count) > 0, sums / np.maximum(np.outer(count, count), 1), -np.inf)
        np.fill_diagonal(mean, -np.inf)
        one, other = divmod(int(mean.argmax()), size)
        if mean[one, other] <= 0:
            return group
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        count[one] += count[other]
        count[other] = 0
        sums[other] = sums[:, other] = 0
        group[group == other] = one


def by_way_of(probability: np.ndarray) -> np.ndarray:
    """Between all records of a group: the best product of probabilities along any way from one to the other."""
    best = probability.copy()
    for between in range(len(best)):
        np.maximum(best, best[:, [between]] * best[[between], :], out=best)
    return best
