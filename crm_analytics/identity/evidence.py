"""Why two records are taken for one person, in words and as steps of a waterfall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crm_analytics.identity.compare import COMPARISONS
from crm_analytics.identity.exact import key_of

START = "before comparing"
HOUSEHOLD = "or two of one household"


@dataclass(frozen=True)
class Step:
    """One step from the odds of any two records to those of this pair: `bits` doublings of the odds, up or down.

    `field` is the column of the customers whose values were compared, None for steps without one.
    """

    name: str
    level: str
    bits: float


def steps(levels: Sequence[int], bits: Sequence[float], household: float, start_bits: float) -> list[Step]:
    """The steps of a pair, in the order in which fields are compared; what is missing on a side takes none."""
    found = [Step(START, "any two records", start_bits)]
    for each, level, change in zip(COMPARISONS, levels, bits, strict=True):
        said = each.name == "order of the names" and level == each.exact
        if level >= 0 and not said and abs(change) >= 0.05:
            found.append(Step(each.name, each.levels[level], float(change)))
    if household <= -0.05:
        found.append(Step(HOUSEHOLD, "shared address or name", float(household)))
    return found


def in_words(levels: Sequence[int], bits: Sequence[float], household: float, *, implied: bool) -> str:
    """The evidence in one line: the exact key first, then what speaks for it and against it, the strongest first."""
    told = [each for each in steps(levels, bits, household, 0.0)[1:] if abs(each.bits) >= 0.5]
    told.sort(key=lambda each: -abs(each.bits))
    parts = [f"{each.name} {each.level} ({each.bits:+.1f})" for each in told if each.name != HOUSEHOLD]
    if household <= -0.5:
        parts.append(f"{HOUSEHOLD} ({household:+.1f})")
    key = key_of(np.asarray(levels))
    by_way = "joined by way of other records of the group" if implied else None
    return "; ".join(part for part in (by_way, key, ", ".join(parts)) if part)
