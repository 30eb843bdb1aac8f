"""How likely two records are one person: a Fellegi-Sunter model of three kinds of pairs, learned without examples.

A pair is of one person, of two persons of one household, or of strangers. Given its kind, its comparisons are taken as
independent (Fellegi, Sunter 1969, A Theory for Record Linkage, eq. 13-15), and the shares of each level are found by
expectation maximisation (Winkler 1988; Dempster, Laird, Rubin 1977) around what is supposed beforehand. Strangers are
learned from pairs drawn at random, not from the candidates. Equal values count by their rarity (Winkler 2000,
frequency-based matching) among persons, and equal places not twice: of who shares a postal code many share the city.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from crm_analytics.identity.compare import COMPARISONS, TOGETHER
from crm_analytics.identity.exact import linked
from crm_analytics.identity.groups import components

#: Pairs that the supposed shares weigh as much as.
SUPPOSED = 60.0
_ROUNDS = (12, 6, 6)
_LEAST = 1e-7
#: Candidates less likely than this to be of one person or one household are left aside while learning.
_HOPELESS = 1e-6


@dataclass(frozen=True)
class Pairs:
    """Pairs of records l < r with the level of each comparison (one column each; -1 where a value is missing)."""

    left: np.ndarray
    right: np.ndarray
    levels: np.ndarray

    def __len__(self) -> int:
        return len(self.left)

    def where(self, chosen: np.ndarray) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.left[chosen], self.right[chosen], self.levels[chosen])


@dataclass(frozen=True)
class Weighed:
    """What the model says of pairs, one row each.

    log_odds: natural logarithm of the odds that it is one person. bits: how far each comparison moves that, in powers of
    two, against strangers. household: how far the doubt that it is another person of the household takes it back.
    """

    log_odds: np.ndarray
    bits: np.ndarray
    household: np.ndarray

    @property
    def probability(self) -> np.ndarray:
        """That the pair is one person, in [0, 1]."""
        return 1 / (1 + np.exp(-np.clip(self.log_odds, -500, 500)))


@dataclass(frozen=True)
class FittedLinkModel:
    """Shares of each level by kind of pair, how common each kind is, and the rarity of each record's values.

    rarity: by column, of each record, the chance that another person has its value. together: (column, earlier column) ->
    the chance that two strangers who are equal in the earlier one are equal in this one.
    """

    one: tuple[np.ndarray, ...]
    household: tuple[np.ndarray | None, ...]
    strangers: tuple[np.ndarray, ...]
    one_share: float
    household_share: float
    rarity: Mapping[str, np.ndarray]
    together: Mapping[tuple[str, str], float]

    @property
    def start_bits(self) -> float:
        """Before anything is compared: the logarithm to 2 of the odds that two records are one person."""
        return float(np.log2(self.one_share / (1 - self.one_share)))

    def weigh(self, pairs: Pairs) -> Weighed:
        """The evidence of the pairs."""
        one, household = self._factors(pairs)
        a, b, c = self._kinds(one, household)
        odds = a - np.logaddexp(b, c)
        plain = np.log(self.one_share / (1 - self.one_share)) + one.sum(axis=1)
        return Weighed(odds, one / np.log(2), (odds - plain) / np.log(2))

    def shares(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        """The probability that each pair is one person, and that it is two of one household."""
        a, b, c = self._kinds(*self._factors(pairs))
        total = np.logaddexp(np.logaddexp(a, b), c)
        return np.exp(a - total), np.exp(b - total)

    def _kinds(self, one: np.ndarray, household: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        rest = np.log(max(1 - self.one_share - self.household_share, _LEAST))
        return np.log(self.one_share) + one.sum(axis=1), np.log(self.household_share) + household.sum(axis=1), rest

    def _factors(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
        """Logarithms of the likelihood ratios against strangers: of one person, and of one household."""
        one, household = (np.zeros(pairs.levels.shape) for _ in range(2))
        equal: dict[str, np.ndarray] = {}
        for place, each in enumerate(COMPARISONS):
            level = pairs.levels[:, place].astype(np.int64)
            known, at = level >= 0, np.maximum(level, 0)
            chance = self.strangers[place][at]
            same = level == each.exact
            if each.by_value in self.rarity:
                chance = np.where(same, self.rarity[each.by_value][pairs.left], chance)
                for earlier in equal if each.by_value in TOGETHER else ():
                    floor = self.together[each.by_value, earlier]
                    chance = np.where(same & equal[earlier], np.maximum(chance, floor), chance)
            if each.by_value in TOGETHER:
                equal[each.by_value] = same
            factor = np.log(self.one[place][at] / chance)
            if each.most is not None:
                partial = (level > 0) & (level < each.exact - 1)
                factor = np.where(partial, np.minimum(factor, np.log(each.most)), factor)
                # two persons of one name have mailboxes alike: that follows, and speaks for nothing
                of_name = partial & equal["given"] & equal["family"]
                factor = np.where(of_name, np.log(self.one[place][0] / self.strangers[place][0]), factor)
            one[:, place] = np.where(known, factor, 0)
            shares = self.household[place]
            if shares is not None:
                # a household has a common given name at least as often as strangers have
                kin = np.where(same, np.maximum(shares[at], chance), shares[at]) if each.own else shares[at]
                household[:, place] = np.where(known, np.log(kin / chance), 0)
        return one, household


def fit(candidates: Pairs, drawn: Pairs, codes: Mapping[str, np.ndarray]) -> FittedLinkModel:
    """Learn from candidate pairs and from pairs drawn at random.

    codes: by column, a number for each record's value, -1 where it is missing.
    """
    records = len(next(iter(codes.values())))
    exact = linked(candidates.levels, candidates.left, codes)
    apart = ~linked(drawn.levels, drawn.left, codes)
    strangers = tuple(
        _shares(drawn.levels[:, place], apart.astype(float), each.levels) for place, each in enumerate(COMPARISONS)
    )
    start = max((exact.sum() + 1) / (records * (records - 1) / 2), 1 / records**2)
    model = FittedLinkModel(
        tuple(np.array(each.same) for each in COMPARISONS),
        tuple(None if each.household is None else np.array(each.household) for each in COMPARISONS),
        strangers, min(2 * start, 0.5), min(start, 0.25), {}, {},
    )  # fmt: skip
    same = exact
    for stage, rounds in enumerate(_ROUNDS):
        persons = components(records, candidates.left[same], candidates.right[same])
        model = replace(model, rarity=_rarity(codes, persons), together=_together(codes, persons))
        for _ in range(rounds):
            model = _learn(model, candidates, drawn, records)
            if stage == 0:  # most candidates are strangers at the first look, and teach nothing
                candidates = candidates.where(sum(model.shares(candidates)) > _HOPELESS)
        same = model.shares(candidates)[0] > 0.8
    return model


def _learn(model: FittedLinkModel, candidates: Pairs, drawn: Pairs, records: int) -> FittedLinkModel:
    """One round: what each pair is likely to be, then the shares that follow from it."""
    one, household = model.shares(candidates)
    drawn_one, drawn_household = model.shares(drawn)
    stranger = 1 - drawn_one - drawn_household
    total = records * (records - 1) / 2
    of_one, of_household, of_strangers = [], [], []
    for place, each in enumerate(COMPARISONS):
        level = candidates.levels[:, place]
        of_one.append(_at_most(each.unlike[0], _shares(level, one, each.levels, each.same)))
        fixed = each.household is None or each.own
        kin = None if fixed else _at_most(each.unlike[1], _shares(level, household, each.levels, each.household))
        of_household.append(model.household[place] if fixed else kin)
        of_strangers.append(_shares(drawn.levels[:, place], stranger, each.levels))
    return replace(
        model,
        one=tuple(of_one),
        household=tuple(of_household),
        strangers=tuple(of_strangers),
        one_share=min((one.sum() + 1) / total, 0.5),
        household_share=min((household.sum() + 1) / total, 0.25),
    )


def _shares(
    level: np.ndarray, weight: np.ndarray | None, words: tuple[str, ...], supposed: tuple[float, ...] | None = None
) -> np.ndarray:
    """The share of each level among the pairs where it is known, held to what is supposed where there are few."""
    known = level >= 0
    weights = None if weight is None else weight[known]
    counts = np.bincount(level[known].astype(np.int64), weights=weights, minlength=len(words)).astype(float)
    prior = np.full(len(words), 1 / len(words)) if supposed is None else np.array(supposed) * SUPPOSED
    return np.clip((counts + prior) / (counts + prior).sum(), _LEAST, 1)


def _at_most(unlike: float, shares: np.ndarray) -> np.ndarray:
    """The shares with no more than so much at the lowest level; the others make up for it."""
    if shares[0] <= unlike:
        return shares
    rest = shares[1:] * (1 - unlike) / shares[1:].sum()
    return np.concatenate([[unlike], rest])


def _rarity(codes: Mapping[str, np.ndarray], persons: np.ndarray) -> dict[str, np.ndarray]:
    """By column, of each record the chance that another person has its value.

    Of a value seen in r persons one is the record's own; for the others stands r - 1, and for a value seen once what
    Good and Turing found: 2 n2 / n1 of the values seen once will be seen again (Good 1953, eq. 2).
    """
    found = {}
    for each in COMPARISONS:
        if each.by_value is None:
            continue
        code = codes[each.by_value]
        known = code >= 0
        if not known.any():
            found[each.by_value] = np.ones(len(code))
            continue
        distinct = np.unique(np.column_stack([code[known], persons[known]]), axis=0)
        seen = np.bincount(distinct[:, 0])
        once, twice = (seen == 1).sum(), (seen == 2).sum()
        again = min(float(np.clip(2 * twice / max(once, 1), 0.02, 1.0)), each.chance)
        chance = (seen - 1 + again) / len(np.unique(persons[known]))
        found[each.by_value] = np.where(known, chance[np.maximum(code, 0)], 1.0)
    return found


def _together(codes: Mapping[str, np.ndarray], persons: np.ndarray) -> dict[tuple[str, str], float]:
    """Of pairs of persons who are equal in an earlier column, the share that are equal in a later one."""
    first = np.unique(persons, return_index=True)[1]
    found = {}
    for at, place in enumerate(TOGETHER):
        for earlier in TOGETHER[:at]:
            one, other = codes[place][first], codes[earlier][first]
            known = (one >= 0) & (other >= 0)
            alike, both = _pairs(other[known]), _pairs(np.column_stack([one[known], other[known]]))
            found[place, earlier] = (both + 0.01) / (alike + 2) if alike else 0.0
    return found


def _pairs(values: np.ndarray) -> float:
    """How many pairs have equal values."""
    counts = np.unique(values, axis=0, return_counts=True)[1]
    return float((counts * (counts - 1) / 2).sum())
