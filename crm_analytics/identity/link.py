"""Which records are likely one person: normalised, paired, compared, weighed and grouped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from crm_analytics.engine.duck import Session
from crm_analytics.identity import candidates, compare, groups
from crm_analytics.identity.bands import LEAST_PROBABILITY
from crm_analytics.identity.compare import COMPARISONS
from crm_analytics.identity.model import FittedLinkModel, Pairs, Weighed, fit
from crm_analytics.identity.normalise import records

#: Pairs drawn at random to learn what strangers share.
DRAWN = 150_000

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Links:
    """Pairs of records that are likely, or might be, one person.

    pairs: l and r are places in the frame of customers that was linked; group numbers the person that both are in, -1
    where they are in two; probability that they are one person (in a group along the best way between them); direct:
    from the pair alone; bits: a list, how far each of COMPARISONS moves the odds; household: how far the household does;
    levels: a list, the level of each comparison. start_bits: where the odds begin.
    """

    pairs: pd.DataFrame
    start_bits: float


def _silent(share: float, what: str) -> None:
    """Progress that nobody watches."""


def link(session: Session, customers: pd.DataFrame, region: str | None = None, report: Report = _silent) -> Links:
    """Link the rows of a frame with the columns of the kind customers.

    `region` is the business's country (ISO 3166). `report` is told of progress and may raise `Stopped`.
    """
    report(0.0, "bringing values to one form")
    persons = records(customers, region)
    if len(persons) < 2:
        return Links(_frame([], None), 0.0)
    _put(session, persons)
    report(0.2, "looking for pairs")
    candidates.find(session)
    report(0.35, "comparing")
    found = _compared(session, "pairs")
    drawn = _drawn(session, len(persons))
    report(0.65, "learning what one person's records share")
    codes = {name: pd.factorize(persons[name])[0] for name in persons.columns}
    model = fit(found, drawn, codes)
    report(0.85, "grouping")
    return _grouped(session, len(persons), found, model)


def _put(session: Session, persons: pd.DataFrame) -> None:
    """The normalised records as the temporary table `persons`, with a rough sound of the names beside them."""
    columns = {name: pa.array(persons[name].tolist(), pa.string()) for name in persons.columns}
    for name in ("given", "family"):
        columns[f"{name}_sound"] = pa.array([_sound(each) for each in persons[name]], pa.string())
    table = pa.table({"record": pa.array(range(len(persons)), pa.int32()), **columns})
    texts = ", ".join(f"{name} VARCHAR" for name in columns)
    session.do(f"CREATE OR REPLACE TEMP TABLE persons (record INTEGER, {texts})")
    session.append("persons", table)


def _sound(name: str | None) -> str | None:
    """The first letter and the consonants after it, each once in a row: what survives most misspellings."""
    if not name:
        return None
    for written, heard in ((" ", ""), ("ph", "f"), ("ck", "k"), ("c", "k"), ("z", "s"), ("y", "i")):
        name = name.replace(written, heard)
    return (name[0] + re.sub(r"(.)\1+", r"\1", re.sub("[aeiouhw]", "", name[1:])))[:5]


def _compared(session: Session, table: str) -> Pairs:
    compare.levels(session, table, "compared")
    read = session.table("SELECT * FROM compared ORDER BY l, r")
    levels = np.empty((read.num_rows, len(COMPARISONS)), np.int8)
    for place in range(len(COMPARISONS)):
        levels[:, place] = read.column(f"c{place}").to_numpy()
    return Pairs(read.column("l").to_numpy(), read.column("r").to_numpy(), levels)


def _drawn(session: Session, count: int) -> Pairs:
    """Pairs at random (all of them where they are few)."""
    if count * (count - 1) // 2 <= DRAWN:
        left, right = np.triu_indices(count, 1)
    else:
        chance = np.random.default_rng(count)
        one, other = chance.integers(0, count, (2, DRAWN))
        left, right = np.minimum(one, other)[one != other], np.maximum(one, other)[one != other]
    return _compared_these(session, left, right)


def _compared_these(session: Session, left: np.ndarray, right: np.ndarray) -> Pairs:
    session.do("CREATE OR REPLACE TEMP TABLE chosen (l INTEGER, r INTEGER)")
    session.append("chosen", pa.table({"l": pa.array(left, pa.int32()), "r": pa.array(right, pa.int32())}))
    return _compared(session, "chosen")


def _grouped(session: Session, count: int, found: Pairs, model: FittedLinkModel) -> Links:
    """The pairs of each group, all of them, and pairs outside that are worth a look."""
    found = found.where(model.weigh(found).probability >= LEAST_PROBABILITY)
    weighed = model.weigh(found)
    chain = groups.chains(count, found.left, found.right, weighed.log_odds)
    found, weighed = _with_all_inside(session, found, weighed, chain, model)
    inside = chain[found.left] == chain[found.right]
    group, probability = _agreed(count, found, weighed, chain, inside)
    grouped = group[found.left] == group[found.right]
    kept = grouped | (probability >= LEAST_PROBABILITY)
    frame = _frame(np.flatnonzero(kept), (found, weighed, probability, np.where(grouped, group[found.left], -1)))
    return Links(frame, model.start_bits)


def _with_all_inside(
    session: Session, found: Pairs, weighed: Weighed, chain: np.ndarray, model: FittedLinkModel
) -> tuple[Pairs, Weighed]:
    """Beside the candidates, those pairs of each chain that were none: a group is judged by all of its pairs."""
    have = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    missing = [
        (one, other)
        for members in _members(chain)
        for place, one in enumerate(members)
        for other in members[place + 1 :]
        if (one, other) not in have
    ]
    if not missing:
        return found, weighed
    left, right = np.array(missing).T
    more = _compared_these(session, left, right)
    of_more = model.weigh(more)
    pairs = Pairs(
        *(
            np.concatenate(both)
            for both in ((found.left, more.left), (found.right, more.right), (found.levels, more.levels))
        )
    )
    parts = ("log_odds", "bits", "household")
    return pairs, Weighed(*(np.concatenate([getattr(weighed, name), getattr(of_more, name)]) for name in parts))


def _members(chain: np.ndarray) -> list[list[int]]:
    """The records of each chain of at least two."""
    order = np.argsort(chain, kind="stable")
    starts = np.flatnonzero(np.diff(chain[order])) + 1
    return [each.tolist() for each in np.split(order, starts) if len(each) > 1]


def _agreed(
    count: int, found: Pairs, weighed: Weighed, chain: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The group of each record, and the probability of each pair."""
    group, probability = np.arange(count), weighed.probability
    order = np.flatnonzero(inside)
    order = order[np.argsort(chain[found.left[order]], kind="stable")]
    starts = np.flatnonzero(np.diff(chain[found.left[order]])) + 1
    for pairs in np.split(order, starts):
        if not len(pairs):
            continue
        members, places = np.unique(np.concatenate([found.left[pairs], found.right[pairs]]), return_inverse=True)
        left, right = places[: len(pairs)], places[len(pairs) :]
        odds = np.zeros((len(members), len(members)))
        odds[left, right] = odds[right, left] = weighed.log_odds[pairs]
        agreed = groups.agree(odds)
        group[members] = members[agreed]
        together = agreed[:, None] == agreed[None, :]
        direct = np.zeros_like(odds)
        direct[left, right] = direct[right, left] = weighed.probability[pairs]
        best = groups.by_way_of(np.where(together, direct, 0))
        probability[pairs] = np.where(together[left, right], best[left, right], probability[pairs])
    return group, probability


def _frame(kept: np.ndarray | list[int], of: tuple[Pairs, Weighed, np.ndarray, np.ndarray] | None) -> pd.DataFrame:
    columns = ["l", "r", "group", "probability", "direct", "household", "bits", "levels"]
    if of is None or not len(kept):
        return pd.DataFrame({name: [] for name in columns})
    found, weighed, probability, group = of
    return pd.DataFrame(
        {
            "l": found.left[kept],
            "r": found.right[kept],
            "group": group[kept],
            "probability": probability[kept],
            "direct": weighed.probability[kept],
            "household": weighed.household[kept],
            "bits": list(weighed.bits[kept].astype(np.float32)),
            "levels": list(found.levels[kept]),
        }
    )
