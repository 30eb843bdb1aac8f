"""Linking on invented people whose duplicates are known, and on two public sets."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pandas as pd
import pytest

from crm_analytics.config import PROJECT
from crm_analytics.engine.duck import Duck
from crm_analytics.identity.bands import SURE, banded
from crm_analytics.identity.link import link
from tests.identity.invented import people

DATA = PROJECT.parent / "shared" / "data" / "dedup"
PUBLIC = {
    "given_name": "first_name", "surname": "last_name", "street_number": "house_number", "address_1": "street",
    "suburb": "city", "postcode": "postal_code", "state": "region", "date_of_birth": "born_on", "dob": "born_on",
}  # fmt: skip


def linked(frame: pd.DataFrame) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs in a group, and those of them that are sure."""
    duck = Duck(None, "1GB", 1)
    with duck.session() as session:
        pairs = link(session, frame).pairs
    duck.close()
    if pairs.empty:
        return set(), set()
    band = banded(pairs["probability"].to_numpy(float), pairs["group"].to_numpy() >= 0)
    both = list(zip(pairs["l"].tolist(), pairs["r"].tolist(), strict=True))
    grouped = {pair for pair, group in zip(both, pairs["group"], strict=True) if group >= 0}
    return grouped, {pair for pair, each in zip(both, band, strict=True) if each == SURE}


def f1(found: set, true: set) -> float:
    return 2 * len(found & true) / (len(found) + len(true))


def precision(found: set, true: set) -> float:
    return len(found & true) / len(found)


def test_one_duplicate_each() -> None:
    frame, true = people(1, 150, 150)
    found, sure = linked(frame)
    assert f1(found, true) >= 0.99
    assert precision(sure, true) >= 0.99
    assert len(sure) >= 0.9 * len(true)


def test_nobody_twice() -> None:
    frame, _ = people(2, 150, 0, families=0.4)
    _, sure = linked(frame)
    assert sure == set()


def test_blank_never_equals_blank() -> None:
    frame = pd.DataFrame(
        {"first_name": ["ann", "bob", None, None], "email": [None] * 4, "phone": [None] * 4, "city": [None] * 4}
    )
    assert linked(frame) == (set(), set())


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_to_compare(rows: int) -> None:
    assert linked(pd.DataFrame({"first_name": ["ann"] * rows, "email": ["ann@x.org"] * rows})) == (set(), set())


def test_the_same_address_written_differently_is_one_mailbox() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Ana Mendes", "MENDES, Ana", "Rui Costa", "Eva Lund"],
            "email": ["ana.mendes@gmail.com", "AnaMendes+shop@Gmail.com ", "rui@costa.pt", "eva@lund.se"],
        }
    )
    found, _ = linked(frame)
    assert found == {(0, 1)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "originals", "duplicates", "options"),
    [
        (3, 2500, 2500, {}),
        (4, 4000, 1000, {"most": 5, "per_record": 2}),
        (5, 2000, 3000, {"most": 5, "per_field": 4, "per_record": 6}),
        (6, 500, 500, {"per_record": 5}),
    ],
)
def test_larger_sets(seed: int, originals: int, duplicates: int, options: dict[str, int]) -> None:
    frame, true = people(seed, originals, duplicates, **options)
    found, sure = linked(frame)
    assert f1(found, true) >= 0.99
    assert precision(sure, true) >= 0.99


@pytest.mark.slow
def test_households_are_not_merged() -> None:
    frame, true = people(7, 1200, 600, families=0.5)
    found, sure = linked(frame)
    assert f1(found, true) >= 0.93
    assert precision(sure, true) >= 0.99


def public(name: str, number: str, person) -> tuple[pd.DataFrame, set[tuple[int, int]]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path.name} is not in {DATA}")
    read = pd.read_csv(path, dtype=str, skipinitialspace=True)
    read.columns = [column.strip() for column in read.columns]
    places = defaultdict(list)
    for place, value in enumerate(read[number]):
        places[person(value)].append(place)
    frame = read.rename(columns=PUBLIC).astype(object)
    frame = frame.where(frame.notna(), None).drop(columns=["soc_sec_id", "cluster"], errors="ignore")
    return frame, {pair for each in places.values() for pair in combinations(each, 2)}


@pytest.mark.slow
def test_febrl_without_the_official_number() -> None:
    frame, true = public("febrl/dataset1.csv", "rec_id", lambda value: value.split("-")[1])
    found, sure = linked(frame)
    assert len(true) == 500
    assert f1(found, true) >= 0.99
    assert precision(sure, true) >= 0.99


@pytest.mark.slow
def test_fake_1000() -> None:
    frame, true = public("splink/fake_1000.csv", "cluster", str)
    found, sure = linked(frame)
    assert len(true) == 2031
    assert f1(found, true) >= 0.93
    assert precision(sure, true) >= 0.99
