"""Sums of positive terms in place of Gauss's hypergeometric function, which fails for large arguments."""

from __future__ import annotations

import numpy as np

#: Terms are added until what is left of them is below this.
NOTHING = 1e-13
MOST_TERMS = 200_000


def expected_events(shape: np.ndarray, reached: np.ndarray, a: float, b: np.ndarray) -> np.ndarray:
    """Expected number of events before leaving, where N events would come and each is followed by a chance to leave.

    N is negative binomial with `shape` and success probability 1 - `reached`; the chance of leaving is Beta(a, b). The sum
    over j >= 0 of P(N > j) (b)_j / (a + b)_j. It equals (a + b - 1) / (a - 1) times
    [1 - (1 - z)^shape 2F1(shape, b; a + b - 1; z)] with z = `reached` (Fader, Hardie and Lee 2005, eq. 9), also where a = 1
    and where 2F1 overflows: all terms are positive.
    """
    shape, reached, b = (np.array(each, dtype=float) for each in np.broadcast_arrays(np.atleast_1d(shape), reached, b))
    total = np.zeros(len(shape))
    rows = np.arange(len(shape))
    log_mass = shape * np.log1p(-reached)
    most_likely = shape * reached / (1 - reached)
    tail, stayed, log_z = -np.expm1(log_mass), np.ones(len(shape)), np.log(np.maximum(reached, 1e-300))
    for term in range(MOST_TERMS):
        total[rows] += tail * stayed
        stayed *= (b + term) / (a + b + term)
        log_mass += np.log((shape + term) / (term + 1)) + log_z
        mass = np.exp(log_mass)
        tail = np.maximum(tail - mass, 0.0)
        # beyond the middle of the law a tail without mass is what rounding left of it
        going = (tail > NOTHING) & ((mass > NOTHING * 1e-4) | (term < most_likely))
        if not going.any():
            return total
        if going.sum() < 0.8 * len(rows):
            rows, shape, b, tail, stayed, log_mass, log_z, most_likely = (
                each[going] for each in (rows, shape, b, tail, stayed, log_mass, log_z, most_likely)
            )
    # what is left of a tail this long is thin: its terms fall like term ** -(a + 1), and no customer lives to see them
    return total
