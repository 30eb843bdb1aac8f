"""Monthly series to forecast: simulated in thirteen ways, and pieces of three real ones that statsmodels and books carry."""

from __future__ import annotations

import numpy as np

AHEAD = 6
#: Airline passengers in thousands, 1949-1960 (Box and Jenkins 1976, series G).
AIRLINE = (
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
)  # fmt: skip

KINDS = (
    "season and trend", "additive season", "walk", "walk and season", "shift", "trend", "levelling off", "bend",
    "autocorrelated", "noise", "counts", "promotions", "season that moves",
)  # fmt: skip
#: Those whose level moves.
MOVING = frozenset(KINDS[:8])


def simulated(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """A series of one kind, of a size between a thousand and a million a month."""
    t = np.arange(n)
    size, noise = 10 ** rng.uniform(3, 6), rng.uniform(0.03, 0.2)
    season = np.cos(2 * np.pi * t / 12 + rng.uniform(0, 2 * np.pi)) * rng.uniform(0.05, 0.35)
    season = season + np.where(t % 12 == rng.integers(12), rng.uniform(0, 0.6), 0)
    e, sign, at = rng.normal(0, noise, n), rng.choice([-1, 1]), rng.integers(12, n - 8)
    sometimes = season * rng.integers(0, 2)
    match kind:
        case "season and trend":
            return size * np.exp(season + rng.uniform(-0.01, 0.02) * t + e)
        case "additive season":
            return size * (3 + 2 * season + rng.uniform(-0.01, 0.02) * t + e)
        case "walk":
            return size * np.exp(np.cumsum(rng.normal(0, noise / 2, n)) + e / 2)
        case "walk and season":
            return size * np.exp(np.cumsum(rng.normal(0, noise / 3, n)) + season + e / 2)
        case "shift":
            return size * np.exp(sometimes + np.where(t >= at, sign * rng.uniform(0.3, 0.8), 0) + e)
        case "trend":
            return size * np.exp(sign * rng.uniform(0.01, 0.04) * t + e)
        case "levelling off":
            return size * np.exp(rng.uniform(0.5, 2) * (1 - np.exp(-t / rng.uniform(6, 20))) + season + e)
        case "bend":
            return size * np.exp(0.02 * sign * t + 0.03 * rng.choice([-1, 1]) * np.maximum(t - at, 0) + sometimes + e)
        case "autocorrelated":
            for step in range(1, n):
                e[step] += 0.6 * e[step - 1]
            return size * np.exp(e + sometimes)
        case "noise":
            return size * np.exp(e)
        case "counts":
            return rng.poisson(rng.uniform(2, 30) * np.exp(season + 0.005 * t)).astype("float64")
        case "promotions":
            return size * np.exp(season + np.where(rng.random(n) < 0.06, rng.uniform(0.5, 1.2), 0) + e)
    part = np.clip((t - n * 0.3) / (n * 0.5), 0, 1)
    return size * np.exp((1 - part) * season + part * np.roll(season, 3) + 0.005 * t + e)


def real() -> list[np.ndarray]:
    """Passengers, carbon dioxide at Mauna Loa, and the sea's temperature off Peru, by month."""
    import statsmodels.api as sm

    weeks = sm.datasets.co2.load_pandas().data["co2"]
    sea = sm.datasets.elnino.load_pandas().data.set_index("YEAR").to_numpy().ravel()
    return [np.array(AIRLINE, dtype="float64"), weeks.resample("ME").mean().interpolate().to_numpy(), sea[: 60 * 12]]


def collection(seed: int, count: int) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, 36 to 60 months, and the six that followed; every eighth is a piece of a real series."""
    rng = np.random.default_rng(seed)
    pieces = real()
    found = []
    for number in range(count):
        n = int(rng.integers(36, 61))
        name = KINDS[number % len(KINDS)]
        if number % 8 == 7:
            whole = pieces[number // 8 % len(pieces)]
            start = rng.integers(0, len(whole) - n - AHEAD)
            name, series = "real", whole[start : start + n + AHEAD]
        else:
            series = simulated(name, n + AHEAD, rng)
        found.append((name, series[:n], series[n:]))
    return found
