"""How well a score tells who left: figures with bootstrap intervals, and lists of a chosen length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 400
#: Scores are put into at most so many classes of equal size for the bootstrap; with fewer customers each is one.
_CLASSES = 1000
_BINS = 10


@dataclass(frozen=True)
class Figure:
    """A figure with its 95% bootstrap interval."""

    value: float
    low_95: float
    high_95: float


def judged(chance: np.ndarray, left: np.ndarray, seed: int = 11) -> dict[str, Figure]:
    """ROC AUC, average precision, Brier score, lift of the top decile, calibration in the large and expected calibration error.

    chance: probability of leaving. calibration_in_the_large: mean probability less the share that left.
    calibration_error: mean absolute difference of the two over ten bins of equal size, weighted by size.
    """
    value = _figures(chance[None, :], np.asarray(left, dtype=float)[None, :], np.ones((1, len(left))))
    order = np.argsort(chance, kind="stable")
    classes = np.array_split(order, min(_CLASSES, len(order)))
    mean = np.array([chance[each].mean() for each in classes])
    gone = np.array([left[each].sum() for each in classes], dtype=float)
    size = np.array([len(each) for each in classes], dtype=float)
    draw = np.random.default_rng(seed)
    cells = np.concatenate([gone, size - gone])
    drawn = draw.multinomial(len(chance), cells / cells.sum(), size=DRAWS)
    gone, stayed = drawn[:, : len(mean)].astype(float), drawn[:, len(mean) :]
    size = gone + stayed
    share = np.divide(gone, size, out=np.zeros_like(gone), where=size > 0)
    sampled = _figures(np.broadcast_to(mean, size.shape), share, size)
    return {name: Figure(float(value[name][0]), *_interval(sampled[name])) for name in value}


def _figures(chance: np.ndarray, share: np.ndarray, size: np.ndarray) -> dict[str, np.ndarray]:
    """Per row: `size` customers at each chance (any order), of whom `share` left."""
    order = np.argsort(-chance[0], kind="stable")
    chance, share, size = chance[:, order], share[:, order], size[:, order]
    gone, stayed = share * size, (1 - share) * size
    n, left = size.sum(axis=1), gone.sum(axis=1)
    # customers with the same chance are one step: none of them is ahead of another
    steps = np.flatnonzero(np.append(np.diff(chance[0]) != 0, True))
    hits, misses = np.cumsum(gone, axis=1)[:, steps], np.cumsum(stayed, axis=1)[:, steps]
    new_hits, new_misses = np.diff(hits, prepend=0.0), np.diff(misses, prepend=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        area = (new_misses * (hits - new_hits / 2)).sum(axis=1) / (left * (n - left))
        precision = np.where(hits + misses > 0, hits / (hits + misses), 0.0)
        brier = (gone * (1 - chance) ** 2 + stayed * chance**2).sum(axis=1) / n
        lift = _top(gone, size, n / 10) / (n / 10) / (left / n)
        return {
            "roc_auc": area,
            "average_precision": (new_hits * precision).sum(axis=1) / left,
            "brier": brier,
            "top_decile_lift": lift,
            "calibration_in_the_large": (chance * size).sum(axis=1) / n - left / n,
            "calibration_error": _calibration_error(chance, gone, size, n),
        }


def _top(gone: np.ndarray, size: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Of the first `most` customers, those who left; of the class on the edge its part."""
    before = np.cumsum(size, axis=1) - size
    part = np.divide(np.clip(most[:, None] - before, 0, size), size, out=np.zeros_like(size), where=size > 0)
    return (gone * part).sum(axis=1)


def _calibration_error(chance: np.ndarray, gone: np.ndarray, size: np.ndarray, n: np.ndarray) -> np.ndarray:
    place = np.minimum((np.cumsum(size, axis=1) - size / 2) * _BINS / n[:, None], _BINS - 1e-9).astype(int)
    total = np.zeros(len(n))
    for each in range(_BINS):
        inside = place == each
        total += np.abs(((chance * size - gone) * inside).sum(axis=1))
    return total / n


def _interval(values: np.ndarray) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return float(low), float(high)


def first(score: np.ndarray, length: int) -> np.ndarray:
    """Which customers are the first of a list by score, equal ones in the order given."""
    chosen = np.zeros(len(score), dtype=bool)
    chosen[np.argsort(-np.asarray(score, dtype=float), kind="stable")[:length]] = True
    return chosen


def caught(chosen: np.ndarray, plain: np.ndarray, worth: np.ndarray, seed: int = 13) -> tuple[Figure, Figure]:
    """What the customers of a list are worth (1 for counting them), and by how much that is more than on a plain list.

    worth: 0 for those who stayed. The interval is the bootstrap's over customers.
    """
    draw = np.random.default_rng(seed)
    total, more = float(worth[chosen].sum()), float(worth[chosen].sum() - worth[plain].sum())
    rows = np.flatnonzero(worth != 0)
    times = draw.poisson(1.0, size=(DRAWS, len(rows))) if len(rows) * DRAWS <= 4_000_000 else None
    if times is None:  # sums over so many are normal
        return _normal(worth * chosen, total), _normal(worth * (chosen.astype(float) - plain), more)
    sums = times @ np.column_stack(
        [worth[rows] * chosen[rows], worth[rows] * (chosen[rows].astype(float) - plain[rows])]
    )
    return Figure(total, *_interval(sums[:, 0])), Figure(more, *_interval(sums[:, 1]))


def _normal(parts: np.ndarray, total: float) -> Figure:
    spread = 1.959963984540054 * float(np.sqrt((parts**2).sum()))
    return Figure(total, total - spread, total + spread)


def calibration_curve(chance: np.ndarray, left: np.ndarray) -> list[tuple[int, float, float, float, float]]:
    """Ten bins of equal size by probability: customers, mean probability, share that left, its 95% Wilson interval."""
    rows = []
    for each in np.array_split(np.argsort(chance, kind="stable"), _BINS):
        if len(each):
            share = float(left[each].mean())
            rows.append((len(each), float(chance[each].mean()), share, *wilson(share, len(each))))
    return rows


def wilson(share: float, n: int) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927)."""
    z = 1.959963984540054
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return float(middle - half), float(middle + half)


def importance(predict: object, table: np.ndarray, left: np.ndarray, repeats: int = 5, seed: int = 17) -> np.ndarray:
    """Permutation importance: ROC AUC lost when a column is shuffled, one row per column, one column per repeat (Breiman 2001)."""
    draw = np.random.default_rng(seed)
    whole = roc_auc(predict(table), left)  # type: ignore[operator]
    lost = np.zeros((table.shape[1], repeats))
    for column in range(table.shape[1]):
        for turn in range(repeats):
            shuffled = table.copy()
            shuffled[:, column] = draw.permutation(table[:, column])
            lost[column, turn] = whole - roc_auc(predict(shuffled), left)  # type: ignore[operator]
    return lost


def roc_auc(score: np.ndarray, left: np.ndarray) -> float:
    """Probability that a customer who left has a higher score than one who stayed, ties half."""
    return float(
        _figures(score[None, :], np.asarray(left, dtype=float)[None, :], np.ones((1, len(left))))["roc_auc"][0]
    )
