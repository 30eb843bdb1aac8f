"""The dry run: every row is typed and compared with what is loaded; nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput
from crm_analytics.ingest import completing, findings, store, voids
from crm_analytics.ingest import repairs as mending
from crm_analytics.ingest.choosing import CLEAR
from crm_analytics.ingest.convert import convert
from crm_analytics.ingest.currency import keep_one_currency
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.rejects import keep_cells
from crm_analytics.ingest.repairs import NO_REPAIRS, Repairs
from crm_analytics.schema import KINDS, Kind

#: Confidence from which a mapping is loaded without being asked for.
SURE = 0.9
DEFAULT_SOURCE = "main"


@dataclass(frozen=True)
class Problem:
    """Rows rejected, or with a cell left blank, for one cause. `example` quotes the first value."""

    cause: str
    column: str | None
    rows: int
    example: str | None
    first_line: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "cause": self.cause,
            "column": self.column,
            "rows": self.rows,
            "example": self.example,
            "first_line": self.first_line,
        }


@dataclass(frozen=True)
class Review:
    """What loading would do. new + same + changed + rejected = rows_read.

    The staged rows stay in `session` until it is closed. `repeated`: accepted rows that are equal to another one of
    the file (kept where an order may hold them twice, and worth a look). `doubled`: orders that are loaded already under
    another customer or in another form, so that loading would count them twice. `repaired`: what a person decided of
    cells, orders and marks, as it is kept with the import (see `repairs.done`). `corrects`: the import whose rejected rows
    the file holds.
    """

    session: Session
    recognition: Recognition
    kind: Kind
    source: str
    mapping: dict[str, str | None]
    rows_read: int
    new: int
    same: int
    changed: int
    rejected: int
    repeated: int
    folded: int
    doubled: int
    problems: tuple[Problem, ...]
    currency: str | None
    repairs: Repairs
    repaired: tuple[dict[str, Any], ...]
    comparison: store.Comparison
    corrects: int | None = None

    @property
    def loads_anything(self) -> bool:
        """Whether any row would be loaded."""
        return self.rejected < self.rows_read

    def compared(self) -> Review:
        """The same against what holds now: somebody may have loaded a file, or taken one back, since."""
        if self.comparison.holds(self.session):
            return self
        found = store.compare(self.session, self.kind, self.source, self.folded)
        counts = {name: getattr(found, name) for name in ("new", "same", "changed", "repeated", "doubled")}
        return dataclasses.replace(self, **counts, comparison=found)

    def mapping_report(self) -> dict[str, dict[str, Any]]:
        """One entry per column of the file, in order: field or None, confidence, reason."""
        report = {}
        for column, guess in self.recognition.mapping.items():
            chosen = self.mapping.get(column)
            same = chosen == guess.field
            report[column] = {
                "field": chosen,
                "confidence": round(guess.confidence, 3) if same else 1.0,
                "reason": guess.reason if same else "chosen by hand",
            }
        return report

    def as_dict(self) -> dict[str, Any]:
        """For the command line's JSON."""
        counts = {name: getattr(self, name) for name in ("rows_read", "new", "same", "changed", "rejected")}
        return {
            "import_id": None,
            "kind": self.kind.name,
            "file": self.recognition.file,
            **counts,
            "problems": [each.as_dict() for each in self.problems],
            "mapping": self.mapping_report(),
            "source": self.source,
            "currency": self.currency,
            "repeated": self.repeated,
            "doubled": self.doubled,
            "repairs": list(self.repaired),
        }


def proposed(recognition: Recognition) -> dict[str, str | None]:
    """The mapping as recognised: {column: field or None}."""
    return {column: guess.field for column, guess in recognition.mapping.items()}


def unsure(recognition: Recognition) -> list[str]:
    """Why the file should not be loaded unseen; empty when every required field is known with confidence above 0.9."""
    if recognition.kind is None:
        return [f"It is not clear what kind of table this is: {recognition.kind_reason}"]
    kind = KINDS[recognition.kind]
    best = {guess.field: guess for guess in recognition.mapping.values() if guess.field}
    other = findings.of_kind(recognition.kind_reason)
    reasons = []
    for group in kind.requires:
        found = [best[name] for name in group if name in best]
        surest = max(found, key=lambda each: each.confidence, default=None)
        if surest is None:
            reasons.append(f"No column was recognised as {' or '.join(group)}.")
        elif other and surest.confidence == SURE and surest.reason.endswith(other):
            reasons.append(f"Is this a table of {kind.name.replace('_', ' ')}? {other[:1].upper()}{other[1:]}.")
        elif surest.confidence <= SURE:
            reasons.append(f"The column for {surest.field} is only a guess ({surest.reason}).")
    if recognition.kind_confidence <= CLEAR and len(recognition.likely_kinds) > 1:
        kinds = " or ".join(each.replace("_", " ") for each in recognition.likely_kinds[1:3])
        reasons.append(f"Is this a table of {kind.name.replace('_', ' ')}? Its rows may be {kinds}.")
    for column, guess in recognition.mapping.items():
        form = recognition.formats[column]
        if guess.field and (form.ambiguous or not form.sure):
            reasons.append(f"How to read {column} is not certain: {form.why}.")
    return list(dict.fromkeys(reasons))


def review(
    session: Session,
    recognition: Recognition,
    mapping: Mapping[str, str | None],
    source: str = DEFAULT_SOURCE,
    *,
    today: date,
    repairs: Repairs = NO_REPAIRS,
    corrects: int | None = None,
) -> Review:
    """Type and compare every row of a recognised file. `mapping` is {column: field or None}; `today` is the day of the import.
    `corrects`: the import whose rejected rows the file holds; they take their places among the rows of that.

    Raises BadInput when a required field is missing, a field is given twice, the file's currency is another one, or a
    repair cannot be read either.
    """
    return session.sparing(
        lambda: _reviewed(session, recognition, mapping, source, today, repairs, corrects), recognition.bytes
    )


def _reviewed(
    session: Session, recognition: Recognition, mapping: Mapping[str, str | None], source: str, today: date,
    repairs: Repairs, corrects: int | None,
) -> Review:  # fmt: skip
    kind = _checked(recognition, mapping)
    if kind.name not in voids.VALUE:
        repairs = dataclasses.replace(repairs, void={})
    mending.mend(session, recognition, repairs)
    convert(session, recognition, mapping, today, repairs.blank)
    if repairs.void:
        voids.count_for_nothing(session, recognition, kind, mapping, repairs.void)
    mending.must_have_helped(session, recognition, repairs)
    completing.name_rows(session, recognition, corrects=corrects is not None)
    if corrects is not None:
        completing.fill(session, kind)
    currency = keep_one_currency(session, recognition, mapping)
    _reject_overflow(session, kind)
    folded = store.stage(session, kind, source)
    keep_cells(session, len(recognition.layout.columns))
    found = store.compare(session, kind, source, folded)
    rejected = int(session.value("SELECT count(DISTINCT line) FROM rejects"))
    return Review(
        session,
        recognition,
        kind,
        source,
        dict(mapping),
        recognition.rows + recognition.broken,
        found.new,
        found.same,
        found.changed,
        rejected,
        found.repeated,
        folded,
        found.doubled,
        _problems(session),
        currency,
        repairs,
        mending.done(session, recognition, mapping, repairs),
        found,
        corrects,
    )


def _checked(recognition: Recognition, mapping: Mapping[str, str | None]) -> Kind:
    file = recognition.file
    if recognition.kind is None:
        raise BadInput(
            "it is not clear what kind of table this is.", file=file, cure=f"Choose one: {', '.join(KINDS)}."
        )
    kind = KINDS[recognition.kind]
    given = [field for field in mapping.values() if field]
    for field in given:
        if field not in kind.names:
            raise BadInput(
                f"{kind.name} has no field {field!r}.", file=file, cure=f"Choose of: {', '.join(kind.names)}."
            )
        if given.count(field) > 1:
            columns = [column for column, each in mapping.items() if each == field]
            raise BadInput(f"{field} is given by {' and '.join(columns)}.", file=file, cure="Keep one of them.")
    if missing := kind.missing(set(given)):
        groups = "; ".join(" or ".join(group) for group in missing)
        raise BadInput(
            f"no column holds {groups}, which {kind.name} cannot do without.",
            file=file,
            line=recognition.layout.header_lines[0] if recognition.layout.header_lines else None,
            cure="Say which column it is, or choose another kind of table.",
        )
    return kind


def _reject_overflow(session: Session, kind: Kind) -> None:
    if kind.name != "order_lines":
        return
    too_large = (
        "amount IS NULL AND abs(coalesce(quantity, 1) * CAST(unit_price AS DOUBLE)) >= 1e13 OR abs(quantity) >= 1e13"
    )
    session.do(
        f"""INSERT INTO rejects
        SELECT line, 'quantity', CAST(quantity AS VARCHAR), 'quantity x price is too large to be money', NULL
        FROM typed WHERE {too_large}"""
    )
    session.do(f"DELETE FROM typed WHERE {too_large}")


def _problems(session: Session) -> tuple[Problem, ...]:
    rows = session.rows(
        """SELECT regexp_replace(reason, '^line [0-9]+ of', 'a later line of') AS cause, column_name, count(DISTINCT line) AS n,
            arg_min(value, line), min(line)
        FROM (SELECT line, column_name, value, reason FROM rejects UNION ALL SELECT line, column_name, value, reason FROM blanked)
        GROUP BY cause, column_name ORDER BY n DESC, cause, column_name NULLS FIRST"""
    )
    return tuple(Problem(cause, column, int(n), example, int(line)) for cause, column, n, example, line in rows)
