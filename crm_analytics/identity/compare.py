"""How alike two records are, field by field, in a few levels each."""

from __future__ import annotations

from dataclasses import dataclass

from crm_analytics.engine.duck import Session


@dataclass(frozen=True)
class Comparison:
    """One line of evidence.

    levels: the words for each level, from "different" up; a pair has level -1 where a value is missing on either side.
    like: SQL of the level over the records `a` and `b`. same: shares of one person's pairs at each level, as supposed
    before the data are seen. household: the same for two persons of one household; None where they are like strangers.
    by_value: the column whose equal values are weighed by their rarity. own: it tells persons of one household apart,
    whose shares are therefore not learned. chance: at most this, as a count of persons, is the chance that a value
    known of one person is another's too (addresses and numbers are given out once). most: no more than this factor
    for a value that is alike without being equal, where that follows from another comparison (mailbox and name).
    unlike: the largest share of different values that is believed of one person, and of a household: beyond it the data
    speak of another kind of pairs (the most frequent one, unless it is held back, takes the place of the person).
    """

    name: str
    levels: tuple[str, ...]
    like: str
    same: tuple[float, ...]
    household: tuple[float, ...] | None = None
    by_value: str | None = None
    own: bool = False
    chance: float = 1.0
    most: float | None = None
    unlike: tuple[float, float] = (0.5, 0.25)

    @property
    def exact(self) -> int:
        """The level of equal values: the highest."""
        return len(self.levels) - 1


def slips(left: str, right: str, most: int) -> str:
    """Whether so many slips of the pen (a letter more, less, other, or two swapped) lead from one text to the other."""
    # the plain distance is ten times as quick, and never more than twice as far
    return f"CASE WHEN levenshtein({left}, {right}) > {2 * most} THEN FALSE ELSE damerau_levenshtein({left}, {right}) <= {most} END"


def _text(left: str, right: str) -> str:
    """Four levels of a name or a place: different, similar, a slip of the pen, equal."""
    slip = f"CASE WHEN least(length({left}), length({right})) > 7 THEN {slips(left, right, 2)} ELSE {slips(left, right, 1)} END"
    squeezed = f"replace({left}, ' ', '') = replace({right}, ' ', '')"
    return f"""CASE WHEN {left} IS NULL OR {right} IS NULL THEN -1 WHEN {left} = {right} THEN 3 WHEN {slip} OR {squeezed} THEN 2
        WHEN jaro_winkler_similarity({left}, {right}) >= 0.85 OR (least(length({left}), length({right})) <= 3
            AND (starts_with({left}, {right}) OR starts_with({right}, {left}))) THEN 1 ELSE 0 END"""


def _digits(left: str, right: str) -> str:
    """Three levels of a number: different, one digit off, equal."""
    return f"""CASE WHEN {left} IS NULL OR {right} IS NULL THEN -1 WHEN {left} = {right} THEN 2
        WHEN {slips(left, right, 1)} THEN 1 ELSE 0 END"""


_BORN = f"""CASE WHEN a.born IS NULL OR b.born IS NULL THEN -1 WHEN a.born = b.born THEN 4
    WHEN {slips("a.born", "b.born", 1)}
        OR (left(a.born, 4) = left(b.born, 4) AND substr(a.born, 5, 2) = right(b.born, 2)
            AND right(a.born, 2) = substr(b.born, 5, 2)) THEN 3
    WHEN CAST(left(a.born, 4) = left(b.born, 4) AS INT) + CAST(substr(a.born, 5, 2) = substr(b.born, 5, 2) AS INT)
        + CAST(right(a.born, 2) = right(b.born, 2) AS INT) = 2 THEN 2
    WHEN {slips("a.born", "b.born", 2)} THEN 1 ELSE 0 END"""
# sam.roe35 and sam.roe92 are two mailboxes of one name, not one misspelt
_NUMBERS = "regexp_replace(a.mailbox, '[^0-9]', '', 'g') = regexp_replace(b.mailbox, '[^0-9]', '', 'g')"
_EMAIL = f"""CASE WHEN a.email IS NULL OR b.email IS NULL THEN -1 WHEN a.email = b.email THEN 4
    WHEN ({slips("a.email", "b.email", 2)} OR jaro_winkler_similarity(a.email, b.email) >= 0.96) AND {_NUMBERS} THEN 3
    WHEN a.mailbox = b.mailbox OR (jaro_winkler_similarity(a.mailbox, b.mailbox) >= 0.9
        AND jaro_winkler_similarity(a.domain, b.domain) >= 0.9 AND {_NUMBERS}) THEN 2
    WHEN jaro_winkler_similarity(a.mailbox, b.mailbox) >= 0.88 THEN 1 ELSE 0 END"""
_UNEQUAL = "different"
_TEXT = (_UNEQUAL, "similar", "one slip apart", "the same")
_NUMBER = (_UNEQUAL, "one digit off", "the same")
_REGION = "CASE WHEN a.region IS NULL OR b.region IS NULL THEN -1 ELSE CAST(a.region = b.region AS INT) END"
_IN_ORDER = "CASE WHEN b.swapped_names THEN 0 ELSE 1 END"

COMPARISONS: tuple[Comparison, ...] = (
    Comparison("given name", _TEXT, _text("a.given", "b.given_r"), (0.07, 0.05, 0.12, 0.76), (0.90, 0.05, 0.02, 0.03),
               "given", own=True, unlike=(0.12, 1.0)),
    Comparison("family name", _TEXT, _text("a.family", "b.family_r"), (0.06, 0.03, 0.11, 0.80), (0.10, 0.03, 0.07, 0.80),
               "family", unlike=(0.3, 0.25)),
    Comparison("order of the names", ("swapped", "as written"), _IN_ORDER, (0.04, 0.96), (0.04, 0.96)),
    Comparison("date of birth", (_UNEQUAL, "two digits off", "two of day, month and year", "one digit off", "the same"),
               _BORN, (0.04, 0.02, 0.04, 0.10, 0.80), (0.85, 0.04, 0.09, 0.01, 0.01), "born", own=True, unlike=(0.18, 1.0)),
    Comparison("e-mail", (_UNEQUAL, "similar mailbox", "same mailbox", "one slip apart", "the same"),
               _EMAIL, (0.20, 0.03, 0.04, 0.08, 0.65), (0.86, 0.02, 0.02, 0.02, 0.08), "email", own=True, chance=0.002, most=8.0),
    Comparison("phone", _NUMBER, _digits("a.phone", "b.phone"), (0.25, 0.05, 0.70), (0.55, 0.02, 0.43), "phone",
               chance=0.002, unlike=(0.6, 0.8)),
    Comparison("postal code", _NUMBER, _digits("a.postcode", "b.postcode"), (0.08, 0.07, 0.85), (0.05, 0.05, 0.90), "postcode"),
    Comparison("city", _TEXT, _text("a.city", "b.city"), (0.08, 0.03, 0.09, 0.80), (0.04, 0.02, 0.09, 0.85), "city"),
    Comparison("region", (_UNEQUAL, "the same"), _REGION, (0.05, 0.95), (0.03, 0.97), "region"),
    Comparison("street", _TEXT, _text("a.street", "b.street_r"), (0.08, 0.04, 0.13, 0.75), (0.05, 0.03, 0.12, 0.80), "street"),
    Comparison("house number", _NUMBER, _digits("a.house", "b.house"), (0.12, 0.08, 0.80), (0.08, 0.07, 0.85), "house"),
    Comparison("second address line", _TEXT, _text("a.street2", "b.street2_r"), (0.20, 0.05, 0.10, 0.65),
               (0.15, 0.05, 0.15, 0.65), "street2"),
)  # fmt: skip

#: Values that hang together without being of one person: who shares a street shares its town, and a name its country.
TOGETHER = ("given", "family", "postcode", "city", "region", "street", "house", "street2")


def swapped(first: str, second: str) -> str:
    """Whether two columns of one record fit the other's better crosswise."""

    def fit(left: str, right: str) -> str:
        return f"coalesce(greatest(jaro_winkler_similarity(a.{left}, b.{right}) - 0.75, 0), 0)"

    return f"{fit(first, second)} + {fit(second, first)} > {fit(first, first)} + {fit(second, second)} + 0.1"


def levels(session: Session, pairs: str, into: str) -> None:
    """Fill the temporary table `into` (l, r, c0, c1, ...: the level of each comparison) for the pairs of a table."""
    crossed = ", ".join(
        f"CASE WHEN {swap} THEN b.{other} ELSE b.{own} END AS {own}_r"
        for own, other, swap in (
            ("given", "family", "swapped_names"),
            ("family", "given", "swapped_names"),
            ("street", "street2", "swapped_lines"),
            ("street2", "street", "swapped_lines"),
        )
    )
    parts = ", ".join(f"CAST({each.like} AS TINYINT) AS c{place}" for place, each in enumerate(COMPARISONS))
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE {into} AS
        WITH crossing AS MATERIALIZED (
            SELECT p.l, p.r, {swapped("given", "family")} AS swapped_names, {swapped("street", "street2")} AS swapped_lines
            FROM {pairs} AS p JOIN persons AS a ON a.record = p.l JOIN persons AS b ON b.record = p.r
        ),
        laid AS (
            SELECT c.l, c.r, swapped_names, b.* EXCLUDE (record), {crossed}
            FROM crossing AS c JOIN persons AS b ON b.record = c.r
        )
        SELECT b.l, b.r, {parts} FROM laid AS b JOIN persons AS a ON a.record = b.l"""
    )
