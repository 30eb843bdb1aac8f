"""RFM schemes as others publish them: starting points for one's own grid, with what they leave out or name twice."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

Range = tuple[int, int]
Code = tuple[int, int, int]


@dataclass(frozen=True)
class Group:
    """A group as published: ranges of scores (recency, frequency, monetary), or the codes that belong to it."""

    name: str
    ranges: tuple[Range, Range, Range] | None = None
    codes: frozenset[Code] = frozenset()

    def has(self, code: Code) -> bool:
        """Whether a customer with these scores belongs to it."""
        if self.ranges is None:
            return code in self.codes
        return all(low <= score <= high for score, (low, high) in zip(code, self.ranges, strict=True))


@dataclass(frozen=True)
class Scheme:
    """A published scheme: each score has so many levels; of several groups that fit, the first one counts."""

    name: str
    about: str
    levels: int
    groups: tuple[Group, ...]

    def codes(self) -> list[Code]:
        """Every combination of scores."""
        return list(itertools.product(range(1, self.levels + 1), repeat=3))

    @property
    def unassigned(self) -> int:
        """Combinations that no group names."""
        return sum(not self._names(code) for code in self.codes())

    @property
    def overlapping(self) -> int:
        """Combinations that several groups name."""
        return sum(len(self._names(code)) > 1 for code in self.codes())

    @property
    def unreachable(self) -> tuple[str, ...]:
        """Groups that no customer can be in, since an earlier one always fits."""
        reached = {names[0] for code in self.codes() if (names := self._names(code))}
        return tuple(group.name for group in self.groups if group.name not in reached)

    def grid(self) -> tuple[tuple[str | None, ...], ...]:
        """The scheme on our grid, R by FM: a cell is the combination with frequency = money = FM; None where nobody names it.

        Scores of 1 to 5 are brought to fewer levels by rounding up their place.
        """

        def name(r: int, fm: int) -> str | None:
            level = [-(-score * self.levels // 5) for score in (r, fm, fm)]
            names = self._names((level[0], level[1], level[2]))
            return names[0] if names else None

        return tuple(tuple(name(r, fm) for fm in range(1, 6)) for r in range(1, 6))

    def _names(self, code: Code) -> list[str]:
        return [group.name for group in self.groups if group.has(code)]


def _listed(name: str, codes: str) -> Group:
    return Group(name, codes=frozenset((int(each[0]), int(each[1]), int(each[2])) for each in codes.split()))


SCHEMES: tuple[Scheme, ...] = (
    Scheme(
        "R package rfm 0.3.0",
        "Ranges of scores from 1 to 5, as in its rfm_segment.",
        5,
        (
            Group("Champions", ((5, 5), (5, 5), (5, 5))),
            Group("Loyal", ((2, 4), (2, 4), (2, 4))),
            Group("Potential Loyalists", ((3, 5), (3, 5), (2, 5))),
            Group("New", ((4, 5), (1, 3), (1, 5))),
            Group("Promising", ((3, 4), (1, 3), (3, 5))),
            Group("Need Attention", ((1, 3), (3, 5), (3, 5))),
            Group("About to Sleep", ((2, 3), (1, 3), (1, 4))),
            Group("At Risk", ((1, 2), (2, 5), (4, 5))),
            Group("Can't Lose", ((1, 2), (3, 4), (4, 5))),
            Group("Lost", ((1, 1), (1, 5), (1, 5))),
        ),
    ),
    Scheme(
        "PyMC-Marketing",
        "Lists of quartile codes; what is on none of them it calls Other.",
        4,
        (
            _listed("Premium", "333 334 343 344 433 434 443 444"),
            _listed("Repeat", "143 232 233 234 243 244 332"),
            _listed("Top spender", "124 133 134 144 224 313 314 323 324 413 414 423 424"),
            _listed("At Risk", "122 123 132 212 214 222 223 312 322 412 422"),
            _listed("Inactive", "111 112 113 114 211 311 411"),
        ),
    ),
    Scheme(
        "Quartile rules in order",
        "A common dashboard rule on quartiles: the first that fits counts.",
        4,
        (
            Group("Champions", ((4, 4), (4, 4), (4, 4))),
            Group("Loyal", ((3, 4), (3, 4), (1, 4))),
            Group("Potential Loyalists", ((3, 4), (1, 4), (1, 4))),
            Group("Need Attention", ((1, 4), (3, 4), (1, 4))),
            Group("New", ((4, 4), (1, 4), (1, 4))),
            Group("Promising", ((3, 3), (1, 4), (1, 4))),
            Group("About to Sleep", ((2, 2), (1, 4), (1, 4))),
            Group("At Risk", ((1, 1), (2, 4), (1, 4))),
            Group("Can't Lose", ((1, 1), (1, 1), (2, 4))),
            Group("Lost", ((1, 4), (1, 4), (1, 4))),
        ),
    ),
)
