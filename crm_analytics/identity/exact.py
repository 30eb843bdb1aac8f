"""Exact keys: what links two records before anything is weighed, and where the weighing starts from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from crm_analytics.identity.compare import COMPARISONS

#: A key that more records share (info@, the number of a shop) says nothing of a person.
MOST_RECORDS = 6
#: Key in words -> the comparisons that are the same.
KEYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("same e-mail", ("e-mail",)),
    ("same phone", ("phone",)),
    ("same name and postal code", ("given name", "family name", "postal code")),
    ("same name and date of birth", ("given name", "family name", "date of birth")),
)
#: What must not be different where a key agrees: a household shares addresses and numbers.
_CONTRADICTIONS = ("given name", "date of birth")

_PLACE = {each.name: place for place, each in enumerate(COMPARISONS)}


def equal(levels: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Which pairs are the same in all of the comparisons named."""
    parts = [levels[:, _PLACE[name]] == COMPARISONS[_PLACE[name]].exact for name in names]
    return np.logical_and.reduce(parts)


def linked(levels: np.ndarray, left: np.ndarray, codes: Mapping[str, np.ndarray]) -> np.ndarray:
    """Which pairs an exact key links and nothing contradicts. `codes`: by column, a number for each record's value."""
    found = np.zeros(len(levels), bool)
    for _, names in KEYS:
        same = equal(levels, names)
        if len(names) == 1:
            code = codes[COMPARISONS[_PLACE[names[0]]].by_value or ""]
            records = np.bincount(np.maximum(code, 0), weights=code >= 0, minlength=1)
            same &= records[np.maximum(code[left], 0)] <= MOST_RECORDS
        found |= same
    against = np.logical_or.reduce([levels[:, _PLACE[name]] == 0 for name in _CONTRADICTIONS])
    return found & ~against


def key_of(levels: np.ndarray) -> str | None:
    """The first exact key that a pair agrees in, in words."""
    row = np.asarray(levels)[None, :]
    return next((words for words, names in KEYS if equal(row, names)[0]), None)
