"""Records that may be one person: pairs with their evidence, the bands, and what accepting them would do."""

from __future__ import annotations

import pandas as pd

from crm_analytics import formats
from crm_analytics.identity import effect, evidence, found
from crm_analytics.identity.bands import BANDS, LEAST_PROBABILITY, NO, REVIEW, SURE, sure_from
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.identity import REFUSE, SPLIT, Record

_NOT_ONE = (REFUSE, SPLIT)


@kept
def duplicates(warehouse: Warehouse, audience: Audience, *, band: str | None = None) -> pd.DataFrame:
    """Pairs of customer records that are likely one person, the likeliest first, with the evidence for each.

    Without `band` those that are rather one person than two: `sure` and `review`. Every pair of a group is listed, so
    that the rows of a group name all its records. `sure` promises that at least 99.75% of its pairs are one person
    (the mean of their probabilities), each with at least 0.95; `review` are the other pairs in a group; `no` are pairs
    outside any group that are still worth a look (0.1 and more). The probability is that of a Fellegi-Sunter model
    learned from the records themselves (docs/decisions/0007-identity.md). Pairs that were refused or split are left out.
    A blank equals nothing, not even another blank. Under a narrower audience: pairs with a record of it.

    Columns
    -------
    group : Int64            number of the group, which is one person; null outside any group (band `no`)
    customer_ids : object    the two customer ids, a list of two texts; with several sources, `source:id`
    band : str               sure, review or no
    probability : float64    that both are one person, in [0, 1]
    evidence : str           what agrees and what does not, with the doublings of the odds each is worth
    decision : str           accept where somebody accepted the pair; null where nobody has decided
    names : object           what the records call the two, a list of two texts; null where they have no name
    """
    known = found.read(warehouse)
    pairs = known.pairs
    shown = pairs["band"].isin([band] if band else [SURE, REVIEW]) & ~pairs["decision"].isin(_NOT_ONE)
    pairs = _of_audience(warehouse, audience, pairs[shown])
    pairs = pairs.sort_values(
        ["probability", "left_source", "left_id", "right_source", "right_id"],
        ascending=[False, True, True, True, True], kind="stable",
    )  # fmt: skip
    frame = pd.DataFrame(
        {
            "group": pairs["group"].where(pairs["group"] >= 0).astype("Int64"),
            "customer_ids": pd.Series(_lists(warehouse, pairs), index=pairs.index, dtype=object),
            "band": pairs["band"].astype(str),
            "probability": pairs["probability"].astype(float),
            "evidence": pd.Series([_said(row) for row in pairs.itertuples()], index=pairs.index, dtype="str"),
            "decision": pairs["decision"].astype("str"),
            "names": pd.Series(_names(warehouse, pairs), index=pairs.index, dtype=object),
        }
    ).reset_index(drop=True)
    return notes.noted(frame, _compared(known.records), _merged_alone(frame))


@kept
def duplicate_bands(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """The bands of pairs of customer records: how many, how sure, how many of them are decided.

    Over all loaded customers, whatever the audience.

    Columns
    -------
    band : str                       sure, review or no
    pairs : int64                    pairs of records
    records : int64                  records that they name
    groups : int64                   persons that they would be; 0 in the band `no`
    expected_precision : float64     mean probability: the share of pairs expected to be one person; null without pairs
    least_probability : float64      the least probability that falls into the band
    accepted : int64                 pairs that were accepted
    refused : int64                  pairs that were refused or split
    """
    pairs = found.read(warehouse).pairs
    limit = min(sure_from(pairs.loc[pairs["group"] >= 0, "probability"].to_numpy(float)), 1.0)
    least = {SURE: limit, REVIEW: 0.0, NO: LEAST_PROBABILITY}
    rows = []
    for band in BANDS:
        some = pairs[pairs["band"] == band]
        records = set(zip(some["left_source"], some["left_id"], strict=True))
        records |= set(zip(some["right_source"], some["right_id"], strict=True))
        rows.append(
            {
                "band": band,
                "pairs": len(some),
                "records": len(records),
                "groups": int(some.loc[some["group"] >= 0, "group"].nunique()),
                "expected_precision": float(some["probability"].mean()) if len(some) else float("nan"),
                "least_probability": least[band],
                "accepted": int((some["decision"] == "accept").sum()),
                "refused": int(some["decision"].isin(_NOT_ONE).sum()),
            }
        )
    return notes.noted(pd.DataFrame(rows))


@kept
def duplicate_effect(warehouse: Warehouse, audience: Audience, *, band: str = SURE) -> pd.DataFrame:
    """What accepting the undecided pairs of a band would do to the main figures.

    Over the whole base to the as-of date. Nothing is changed by asking.

    Columns
    -------
    figure : str        persons, buyers, repeat_buyers or repurchase_rate
    before : float64    as it is: counts, the rate in [0, 1]; null where there are no buyers
    after : float64     with the pairs accepted
    pairs : int64       how many pairs that is
    """
    pairs = undecided(warehouse, band)
    now, then = effect.of_accepting(warehouse, audience.as_of, pairs)
    figures = ("persons", "buyers", "repeat_buyers", "repurchase_rate")
    frame = pd.DataFrame(
        {
            "figure": figures,
            "before": pd.array([getattr(now, name) for name in figures], "Float64").to_numpy(
                float, na_value=float("nan")
            ),
            "after": pd.array([getattr(then, name) for name in figures], "Float64").to_numpy(
                float, na_value=float("nan")
            ),
            "pairs": len(pairs),
        }
    )
    return notes.noted(frame)


def undecided(warehouse: Warehouse, band: str) -> list[tuple[Record, Record, float | None]]:
    """The pairs of a band that nobody has decided on."""
    pairs = found.read(warehouse).pairs
    some = pairs[(pairs["band"] == band) & pairs["decision"].isna()]
    left = zip(some["left_source"], some["left_id"], strict=True)
    right = zip(some["right_source"], some["right_id"], strict=True)
    return list(zip(left, right, some["probability"].tolist(), strict=True))


def effect_in_words(frame: pd.DataFrame) -> str | None:
    """What accepting moves, from and to. Reads `duplicate_effect`."""
    count = int(frame["pairs"].iloc[0])
    if count == 0:
        return None
    row = frame.set_index("figure")
    persons = f"{formats.count(row['before']['persons'])} to {formats.count(row['after']['persons'])} persons"
    said = f"Accepting these {formats.count(count)} pairs takes the base from {persons}"
    if row["before"]["buyers"] < notes.FEWEST_CUSTOMERS:
        return f"{said}."
    before, after = (formats.share(row[side]["repurchase_rate"]) for side in ("before", "after"))
    moved = (
        f"moves the repurchase rate from {before} to {after}"
        if before != after
        else "leaves the repurchase rate as it is"
    )
    return f"{said} and {moved}."


def bands_in_words(frame: pd.DataFrame) -> str | None:
    """How many pairs are sure, how many want a look. Reads `duplicate_bands`."""
    row = frame.set_index("band")
    if not row["pairs"].sum():
        return None
    return (
        f"{formats.count(row['pairs'][SURE])} pairs are surely one person "
        f"({formats.share(row['expected_precision'][SURE], 2)} expected to be right), "
        f"{formats.count(row['pairs'][REVIEW])} want a look, "
        f"{formats.count(row['pairs'][NO])} more look alike and are rather two."
    )


def _of_audience(warehouse: Warehouse, audience: Audience, pairs: pd.DataFrame) -> pd.DataFrame:
    if audience.rule == EVERYONE or pairs.empty:
        return pairs
    chosen = set(warehouse.read("metrics/audience_ids", audience)["customer_id"])
    persons = found.persons(warehouse)
    within = [
        persons(one) in chosen or persons(other) in chosen
        for one, other in zip(_records(pairs, "left"), _records(pairs, "right"), strict=True)
    ]
    return pairs[within]


def _records(pairs: pd.DataFrame, side: str) -> list[Record]:
    return list(zip(pairs[f"{side}_source"], pairs[f"{side}_id"], strict=True))


def _lists(warehouse: Warehouse, pairs: pd.DataFrame) -> list[list[str]]:
    name = found.own_id(warehouse)
    sides = zip(_records(pairs, "left"), _records(pairs, "right"), strict=True)
    return [[name(one), name(other)] for one, other in sides]


def _names(warehouse: Warehouse, pairs: pd.DataFrame) -> list[list[str | None] | None]:
    called = found.names(warehouse, {*_records(pairs, "left"), *_records(pairs, "right")})
    both = [
        [called.get(one), called.get(other)]
        for one, other in zip(_records(pairs, "left"), _records(pairs, "right"), strict=True)
    ]
    return [each if any(each) else None for each in both]


def _said(row: object) -> str:
    implied = row.group >= 0 and row.direct < 0.5  # type: ignore[attr-defined]
    return evidence.in_words(row.levels, row.bits, row.household, implied=implied)  # type: ignore[attr-defined]


def _compared(records: int) -> str:
    return f"{formats.count(records)} customer records were compared."


def _merged_alone(frame: pd.DataFrame) -> str | None:
    if frame.empty or (frame["decision"] == "accept").all():
        return None
    return "Pairs change no figure before somebody accepts them."
