"""Orders that their file itself calls cancelled, refunded or failed: it is said, and a person may count them for nothing.

Rows that are left out would leave an order as it was loaded before it was cancelled; one that is worth nothing takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_analytics.engine.duck import Session
from crm_analytics.errors import UnknownName
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
_PART = "part(ial|ly|ially)?|teil[a-z]*|parcial[a-z]*|partiel[a-z]*|частич[а-я]*"  # of a part it is not known how much
_DENIES = f"^(not|no|non|nicht|não|nao|не|un|never)[ _-]|(^|[ _-])({_PART})([ _-]|$)"
_STATES = 20  # a column with more values holds no state


#: SQL of a row's net value in the kinds that can be void, as the orders of the database are made.
VALUE = {
    "orders": "coalesce(amount, total_amount - coalesce(tax_amount, 0) - coalesce(shipping_amount, 0))",
    "order_lines": "coalesce(amount, CAST(coalesce(quantity, 1) AS DOUBLE) * unit_price - coalesce(discount_amount, 0))",
}
_PIECES = {"orders": "units", "order_lines": "quantity"}


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
    session: Session, recognition: Recognition, kind: Kind, mapping: Mapping[str, str | None]
) -> Voids | None:
    """Where a column says of rows above 0 that they came to nothing; None without one, and for kinds that hold no orders.

    Where several columns say so, the one that says it of most rows is named.
    """
    value, told = VALUE.get(kind.name), []
    for place, (column, form) in enumerate(recognition.formats.items() if value else ()):
        if mapping.get(column) or not form.filled:
            continue
        if form.kind == "flag":
            header = f"regexp_matches({literal(column.lower())}, {literal(_SAYS)})"
            says = f"{header} AND lower(says) IN ({', '.join(map(literal, ('1', *YES)))})"
        elif form.kind == "text" and form.distinct <= _STATES:
            says = (
                f"regexp_matches(lower(says), {literal(_SAYS)}) AND NOT regexp_matches(lower(says), {literal(_DENIES)})"
            )
        else:
            continue
        texts = f"SELECT DISTINCT {bare(f'c{place}')} AS says FROM raw"
        if not session.value(f"SELECT coalesce(bool_or({says}), FALSE) FROM ({texts})"):
            continue
        rows, amount, texts = session.row(
            f"""SELECT count(*), CAST(sum({value}) AS DOUBLE), list_sort(list_distinct(list(says)))
                FROM ({_said(session, recognition, kind, mapping, column)}) JOIN staged USING (line) WHERE {says} AND {value} > 0"""
        )
        if rows:
            told.append(Voids(column, tuple(texts), rows, amount))
    return max(told, key=lambda each: each.rows, default=None)


def count_for_nothing(
    session: Session,
    recognition: Recognition,
    kind: Kind,
    mapping: Mapping[str, str | None],
    said: Mapping[str, Sequence[str]],
) -> None:
    """Make money and pieces 0 in the typed rows whose column says one of the texts; noted in the temporary table
    `voided` (line, column_name, text). A refund booked by itself stays: the sale that it takes back says something else.

    Errors: UnknownName for a column that the file does not have.
    """
    session.do("CREATE OR REPLACE TEMP TABLE voids (text VARCHAR)")
    session.do("CREATE OR REPLACE TEMP TABLE voided (line BIGINT, column_name VARCHAR, text VARCHAR)")
    for column, texts in said.items():
        if column not in recognition.formats:
            raise UnknownName("column", column, list(recognition.formats))
        session.do("DELETE FROM voids")
        for text in texts:
            session.do("INSERT INTO voids VALUES ($text)", {"text": text})
        session.do(
            f"""INSERT INTO voided SELECT line, $column, says FROM ({_said(session, recognition, kind, mapping, column)})
            WHERE says IN (SELECT text FROM voids)""",
            {"column": column},
        )
    value = VALUE[kind.name]
    session.do(
        f"""DELETE FROM voided WHERE line NOT IN (SELECT line FROM typed) OR line IN (
            SELECT line FROM typed WHERE {value} < 0 AND (order_id IS NULL OR order_id NOT IN (
                SELECT order_id FROM typed JOIN voided USING (line) WHERE {value} > 0 AND order_id IS NOT NULL)))"""
    )
    money = [each.name for each in kind.fields if each.meaning == "money"]
    nothing = [f"{name} = CASE WHEN {name} IS NOT NULL THEN 0 END" for name in money]
    session.do(
        f"UPDATE typed SET {', '.join(nothing)}, {_PIECES[kind.name]} = 0 WHERE line IN (SELECT line FROM voided)"
    )


def counted_by_lines(session: Session, kind: Kind) -> int:
    """Of how many void orders lines are loaded: these make the order, whatever its header says."""
    if kind.name != "orders":
        return 0
    return int(
        session.value(
            "SELECT count(DISTINCT order_id) FROM typed JOIN voided USING (line) "
            "WHERE order_id IN (SELECT order_id FROM core.order_lines)"
        )
    )


def _said(
    session: Session, recognition: Recognition, kind: Kind, mapping: Mapping[str, str | None], column: str
) -> str:
    """SQL: what a column says of each row (line, says).

    Where it is filled on the first line of every order, as in many exports, a line on which it is blank says what that says.
    """
    columns = list(recognition.formats)
    own = bare(f"c{columns.index(column)}")
    number = next((columns.index(each) for each, name in mapping.items() if name == "order_id"), None)
    if kind.name != "order_lines" or number is None or recognition.formats[column].kind == "flag":
        return f"SELECT line, {own} AS says FROM raw"
    order = bare(f"c{number}")
    of_orders = session.value(
        f"""SELECT coalesce(bool_and(says), FALSE)
        FROM (SELECT arg_min({own} IS NOT NULL, line) AS says FROM raw WHERE {order} IS NOT NULL GROUP BY {order})"""
    )
    if not of_orders:
        return f"SELECT line, {own} AS says FROM raw"
    return f"""SELECT line, coalesce(own, CASE WHEN number IS NOT NULL THEN max(own) OVER (PARTITION BY number) END) AS says
        FROM (SELECT line, {own} AS own, {order} AS number FROM raw)"""
