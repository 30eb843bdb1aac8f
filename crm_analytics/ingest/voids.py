"""Orders that their file itself calls cancelled, refunded or failed: it is said, and a person may count them for nothing.

Rows that are left out would leave an order as it was loaded before it was cancelled; one that is worth nothing takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_analytics.engine.duck import Session
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.shapes import YES, bare, literal
from crm_analytics.schema import Kind

#: How such words begin, in the languages of the vocabulary.
_BEGIN = (
    "cancel|refund|returned|void|failed|declin|reject|charge.?back|storn|erstatte|fehlgeschl|abgelehnt|abgebroch|retourn"
    "|annul|rembours|échou|echou|refus|anulad|reembols|devuelt|devolu|devolv|fallid|rechaz|estorn|recusad"
    "|отмен|возвра|возврат|отклон"
)
_SAYS = f"(^|[ _-])({_BEGIN})"
_DENIES = "^(not|no|non|nicht|não|nao|не|un|never)[ _-]|part|teil|parcial|частич"  # of a part it is not known how much
_STATES = 20  # a column with more values holds no state


#: What pieces are called, which go with the money.
_PIECES = ("quantity", "units")


@dataclass(frozen=True)
class Voids:
    """A column that is no field and the texts in it that say so, of how many rows with how much money above 0."""

    column: str
    texts: tuple[str, ...]
    rows: int
    amount: float

    @property
    def words(self) -> str:
        """What a person has to know."""
        listed = " or ".join(repr(each) for each in self.texts[:4])
        return f"{self.column!r} says {listed} of {self.rows:,} rows, {self.amount:,.2f} together. They count as bought like all others"


def called_void(
    session: Session, recognition: Recognition, mapping: Mapping[str, str | None], value: str
) -> Voids | None:
    """Where a column says of rows above 0 that they came to nothing; None without one. `value`: SQL of what a row is worth.

    Where several columns say so, the one that says it of most rows is named.
    """
    told = []
    for number, (column, form) in enumerate(recognition.formats.items()):
        if mapping.get(column) or not form.filled:
            continue
        if form.kind == "flag":
            header = f"regexp_matches({literal(column.lower())}, {literal(_SAYS)})"
            says = f"{header} AND lower(c{number}) IN ({', '.join(map(literal, ('1', *YES)))})"
        elif form.kind == "text" and form.distinct <= _STATES:
            says = f"regexp_matches(lower(c{number}), {literal(_SAYS)}) AND NOT regexp_matches(lower(c{number}), {literal(_DENIES)})"
        else:
            continue
        rows, amount, texts = session.row(
            f"""SELECT count(*), CAST(sum({value}) AS DOUBLE), list_sort(list_distinct(list(c{number})))
                FROM (SELECT line, c{number} FROM cells WHERE {says}) JOIN staged USING (line) WHERE {value} > 0"""
        )
        if rows:
            told.append(Voids(column, tuple(texts), rows, amount))
    return max(told, key=lambda each: each.rows, default=None)


def amounts(kind: Kind, mapping: Mapping[str, str | None]) -> frozenset[str]:
    """The columns that are 0 in a row that counts for nothing: its money and its pieces."""
    return frozenset(
        column for column, name in mapping.items() if name and (name in _PIECES or kind.field(name).meaning == "money")
    )


def mark(
    session: Session, recognition: Recognition, mapping: Mapping[str, str | None], said: Mapping[str, Sequence[str]]
) -> None:
    """Make the temporary table `voided` (line, place of the column, text): rows whose column says one of the texts.

    A line on which the column is blank says what the other lines of its order say: many exports write it on the first only.
    """
    columns = list(recognition.formats)
    number = next((columns.index(column) for column, name in mapping.items() if name == "order_id"), None)
    session.do("CREATE OR REPLACE TEMP TABLE voids (place INTEGER, text VARCHAR)")
    session.do("CREATE OR REPLACE TEMP TABLE voided (line BIGINT, place INTEGER, text VARCHAR)")
    for column, texts in said.items():
        place = columns.index(column)
        for text in texts:
            session.do("INSERT INTO voids VALUES ($place, $text)", {"place": place, "text": text})
        own, order = bare(f"c{place}"), "NULL" if number is None else bare(f"c{number}")
        session.do(
            f"""INSERT INTO voided SELECT line, {place}, says FROM (
                SELECT line, coalesce(own, CASE WHEN number IS NOT NULL THEN max(own) OVER (PARTITION BY number) END) AS says
                FROM (SELECT line, {own} AS own, {order} AS number FROM raw)
            ) WHERE says IN (SELECT text FROM voids WHERE place = {place})"""
        )
