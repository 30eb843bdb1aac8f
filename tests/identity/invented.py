"""Invented people with duplicates, polluted in the ways of Febrl's generator: typing errors, swapped and missing fields.

The words are made of syllables, so that no list of real names is needed; how often which field is hit, and how, follows the
description of Febrl's generator (Christen, Churches 2002): `per_record` changes a duplicate at most, `per_field` a field.
"""

from __future__ import annotations

import random
import string
from collections import Counter
from datetime import date, timedelta
from itertools import combinations

import pandas as pd

FIELDS = {  # field -> (share of originals without it, how often it is changed, chance that a change blanks it)
    "first_name": (0.025, 0.10, 0.08),
    "last_name": (0.01, 0.15, 0.04),
    "house_number": (0.03, 0.10, 0.08),
    "street": (0.015, 0.10, 0.06),
    "address_2": (0.08, 0.10, 0.50),
    "city": (0.01, 0.10, 0.03),
    "postal_code": (0.0, 0.05, 0.02),
    "region": (0.01, 0.05, 0.15),
    "born_on": (0.025, 0.10, 0.12),
}
STARTS = ("b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "tr", "br", "gr", "sh")
ENDS = ("", "n", "r", "l", "s", "ck")
SWAPS = (("first_name", "last_name", 0.06), ("street", "address_2", 0.03))
OTHER_VALUE = 0.06  # chance that a change puts another person's value


class Town:
    """A place with its words: names, streets, towns; some much more frequent than others."""

    def __init__(self, seed: int, names: int = 200, families: int = 800) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        streets = self._words(800)
        self.words = {
            "first_name": self._words(names),
            "last_name": self._words(families),
            "street": [f"{word} {self.chance.choice(('street', 'place', 'crescent', 'drive'))}" for word in streets],
            "address_2": self._words(600),
            "city": self._words(400),
        }

    def _words(self, count: int) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            found["".join(self._syllable() for _ in range(self.chance.choice((2, 2, 3))))] = None
        return list(found)

    def _syllable(self) -> str:
        return (
            self.chance.choice(STARTS)
            + self.chance.choice(("a", "e", "i", "o", "u", "ai", "ee"))
            + self.chance.choice(ENDS)
        )

    def value(self, field: str) -> str:
        if field in self.words:
            words, lean = self.words[field], 2.5 if field.endswith("name") else 1.3
            return words[int(len(words) * self.chance.random() ** lean)]
        if field == "house_number":
            return str(int(min(900, self.chance.expovariate(1 / 40))) + 1)
        if field == "postal_code":
            return str(self.chance.randrange(2000, 2400))
        if field == "region":
            return self.chance.choices(("nsw", "vic", "qld", "wa"), (5, 4, 3, 1))[0]
        return (date(1920, 1, 1) + timedelta(days=self.chance.randrange(29_000))).strftime("%Y%m%d")

    def original(self) -> dict[str, str]:
        return {
            field: "" if self.chance.random() < missing else self.value(field)
            for field, (missing, _, _) in FIELDS.items()
        }

    def polluted(self, original: dict[str, str], per_field: int, per_record: int) -> dict[str, str]:
        found, changed = dict(original), Counter[str]()
        for one, other, often in SWAPS:
            if self.chance.random() < often:
                found[one], found[other] = found[other], found[one]
        for _ in range(self.chance.randint(1, per_record)):
            field = self.chance.choices(list(FIELDS), [often for _, often, _ in FIELDS.values()])[0]
            if changed[field] < per_field and found[field]:
                changed[field] += 1
                found[field] = self._changed(field, found[field])
        return found

    def _changed(self, field: str, text: str) -> str:
        if self.chance.random() < FIELDS[field][2]:
            return ""
        if self.chance.random() < OTHER_VALUE:
            return self.value(field)
        at = self.chance.randrange(len(text))
        letter = self.chance.choice(string.digits if text[at].isdigit() else string.ascii_lowercase)
        kinds = [text[:at] + letter + text[at + 1 :]]
        if len(text) > 1:
            kinds.append(text[: max(at - 1, 0)] + text[max(at - 1, 0) : at + 1][::-1] + text[at + 1 :])
        if not text.isdigit():
            kinds += [text[:at] + letter + text[at:], text[:at] + text[at + 1 :], text[:at] + " " + text[at:]]
        return self.chance.choice(kinds).strip()


def people(
    seed: int,
    originals: int,
    duplicates: int,
    *,
    most: int = 1,
    per_field: int = 2,
    per_record: int = 4,
    families: float = 0.0,
) -> tuple[pd.DataFrame, set[tuple[int, int]]]:
    """Records in random order, and the pairs of places in the frame that are one person."""
    town = Town(seed)
    rows: list[tuple[int, dict[str, str]]] = []
    for person in range(originals):
        made = town.original()
        if rows and town.chance.random() < families:  # another person of the household of the one before
            kin = next(row for _, row in reversed(rows))
            made |= {field: kin[field] for field in FIELDS if field not in ("first_name", "born_on")}
        rows.append((person, made))
    hit = town.chance.sample(range(originals), min(originals, duplicates))
    left = duplicates
    for person in hit:
        for _ in range(min(left, town.chance.randint(1, most))):
            rows.append((person, town.polluted(rows[person][1], per_field, per_record)))
            left -= 1
    town.chance.shuffle(rows)
    places: dict[int, list[int]] = {}
    for place, (person, _) in enumerate(rows):
        places.setdefault(person, []).append(place)
    frame = pd.DataFrame([row for _, row in rows]).replace("", None)
    return frame, {pair for each in places.values() for pair in combinations(each, 2)}
