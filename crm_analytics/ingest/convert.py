"""From staged text to typed rows; a row that does not convert is rejected with the reason, never bent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest import cells, dates
from crm_analytics.ingest.cells import Source
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.rejects import OWN
from crm_analytics.ingest.shapes import literal
from crm_analytics.schema import KINDS, Field, Kind


def convert(
    session: Session,
    recognition: Recognition,
    mapping: Mapping[str, str | None],
    today: date,
    blank: Collection[str] = (),
) -> None:
    """Convert the staged rows. Of the columns in `blank` a text that cannot be read leaves the cell blank, not the row out.

    Makes the temporary tables typed (line, every field of the kind in order, NULL where not mapped, attributes) and
    rejects (line, column_name, value, reason, raw; the first cause of a row first; broken rows included, `raw` of them alone).
    Every row is in exactly one of them. blanked (line, column_name, value, reason) tells of fields of typed rows that
    were left blank because their text could not be read. Errors: BadInput where the kind, a required field or a choice is missing.
    """
    kind, sources = _checked(recognition, mapping)
    lenient = [each for each in sources.values() if each.field.may_be_unreadable or each.column in blank]
    if needed := [each.column for each in lenient if may_not_be_blank(kind, each.field.name)]:
        raise BadInput(
            f"{needed[0]!r} cannot be left blank: {kind.name} need it.", file=recognition.file, cure="Mend its cells."
        )
    reasons = [(each.column, each.text, cells.fault(each, today)) for each in sources.values() if each not in lenient]
    if "currency" in sources:
        reasons.append(_other_currency(session, sources["currency"]))
    reasons += _required(kind, sources)
    columns = [f"{_final(each, sources)} AS {each.name}" for each in kind.fields]
    if kind.attributes:
        columns.append(f"{_attributes(recognition, mapping, lenient)} AS attributes")
    wrong = " OR ".join(f"({reason}) IS NOT NULL" for _, _, reason in reasons)
    session.do(
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT line, {', '.join(columns)}, {wrong} AS wrong FROM {_read(sources)}"
    )
    _reject(session, sources, reasons)
    if kind.name == "order_lines":
        _fill_orders(session, sources)  # also from a first line that is rejected for something else
    session.do("DELETE FROM typed WHERE wrong")
    session.do("ALTER TABLE typed DROP COLUMN wrong")
    _tell_blanked(session, lenient, today)
    if kind.anonymous or kind.name == "customers":
        _name_unnamed(session, recognition.file, sources, kind)


def _read(sources: Mapping[str, Source], rows: str = "cells") -> str:
    """SQL: the rows with their texts and, beside them, the values that the mapped columns give."""
    values = ", ".join(f"{cells.value(each)} AS {each.value}" for each in sources.values())
    return f"(SELECT *, {values} FROM {rows})"


def may_not_be_blank(kind: Kind, field: str) -> bool:
    """Whether a row of the kind may be nothing without the field."""
    return any(field in group for group in kind.requires)


def _name_unnamed(session: Session, file: str, sources: Mapping[str, Source], kind: Kind) -> None:
    """Rows of nobody get a customer of their own; contacts of no campaign are those of the campaign that the file is."""
    if "customer_id" not in sources:
        known = "lower(email)" if "email" in sources and kind.name == "customers" else "NULL"
        session.do(f"UPDATE typed SET customer_id = coalesce({known}, $file || ':' || line)", {"file": file})
    if kind.name == "contacts" and "campaign_id" not in sources:
        named = "coalesce(campaign_name, $file)" if "campaign_name" in sources else "$file"
        session.do(f"UPDATE typed SET campaign_id = {named}", {"file": Path(file).name.split(".")[0]})


def _fill_orders(session: Session, sources: Mapping[str, Source]) -> None:
    """What an export says on the first line of an order only holds for its other lines too, where it is no fault itself."""
    names = [name for name in ("ordered_at", "customer_id", "country", "channel", "currency") if name in sources]
    if "order_id" not in sources or not names:
        return
    blanks = session.row(f"SELECT {', '.join(f'count(*) - count({name})' for name in names)} FROM typed")
    for name in (name for name, blank in zip(names, blanks, strict=True) if blank):
        session.do(
            f"""UPDATE typed SET {name} = said.value
            FROM (SELECT order_id, min({name}) AS value FROM typed
                  WHERE order_id IN (SELECT order_id FROM typed WHERE {name} IS NULL)
                    AND line NOT IN (SELECT line FROM rejects WHERE column_name = $column)
                  GROUP BY order_id HAVING min({name}) = max({name})) AS said
            WHERE said.order_id = typed.order_id AND typed.{name} IS NULL""",
            {"column": sources[name].column},
        )


def unmapped(recognition: Recognition, mapping: Mapping[str, str | None]) -> dict[str, str]:
    """The columns that give no field, in order: header -> the name of the attribute (snake_case, each once)."""
    named: dict[str, str] = {}
    for column in recognition.layout.columns:
        if mapping.get(column) is None and column not in OWN:
            name = without_accents(plain(column)).replace(" ", "_") or "column"
            while name in named.values():
                name += "_"
            named[column] = name
    return named


def _attributes(recognition: Recognition, mapping: Mapping[str, str | None], lenient: list[Source]) -> str:
    """SQL: a JSON object of the columns that give no field, and of texts that could not be read; NULL without any."""
    numbers = {column: number for number, column in enumerate(recognition.layout.columns)}
    parts = []
    for column, name in unmapped(recognition, mapping).items():
        text, form = f"c{numbers[column]}", recognition.formats[column]
        if form.kind == "number" and not form.ambiguous:
            text = f"coalesce({cells.number_text(text, form)}, {text})"
        elif form.kind == "date" and not form.ambiguous:
            text = f"coalesce(CAST(CAST({dates.parsed(text, form.patterns)} AS DATE) AS VARCHAR), {text})"
        parts.append(f"{literal(name)}, {text}")
    usual = f"CAST(json_object({', '.join(parts)}) AS VARCHAR)" if parts else "CAST(NULL AS VARCHAR)"
    if not lenient:
        return usual
    # an object is written anew only where something could not be read: the others stay as small as they are
    unread = " OR ".join(f"({each.value} IS NULL AND {each.text} IS NOT NULL)" for each in lenient)
    texts = [
        f"{literal(each.field.name + '_as_written')}, CASE WHEN {each.value} IS NULL THEN {each.text} END"
        for each in lenient
    ]
    return f"CASE WHEN {unread} THEN CAST(json_object({', '.join([*parts, *texts])}) AS VARCHAR) ELSE {usual} END"


def _checked(recognition: Recognition, mapping: Mapping[str, str | None]) -> tuple[Kind, dict[str, Source]]:
    file = recognition.file
    if recognition.kind is None:
        raise BadInput(
            f"the kind of table is not known: {recognition.kind_reason}.", file=file, cure="Choose the kind."
        )
    kind = KINDS[recognition.kind]
    numbers = {column: number for number, column in enumerate(recognition.layout.columns)}
    sources: dict[str, Source] = {}
    for column, name in mapping.items():
        if column not in numbers:
            raise UnknownName("column", column, numbers)
        if name is None:
            continue
        if name not in kind.names:
            raise UnknownName(f"field of {kind.name}", name, kind.names)
        if name in sources:
            raise BadInput(
                f"the columns {sources[name].column!r} and {column!r} are both mapped to {name}.",
                file=file,
                cure="Keep one.",
            )
        sources[name] = Source(kind.field(name), column, numbers[column], recognition.formats[column])
        _must_be_chosen(file, sources[name])
    for group in kind.missing(set(sources)):
        raise BadInput(
            f"no column gives {' or '.join(group)}.", file=file, cure="Map a column to it, or choose another kind."
        )
    return kind, {name: sources[name] for name in kind.names if name in sources}


def _must_be_chosen(file: str, source: Source) -> None:
    meaning, form = source.field.meaning, source.form
    if not form.ambiguous:
        return
    if meaning in ("timestamp", "date") and form.kind == "date":
        raise BadInput(
            f"the dates of {source.column!r} can be read day first or month first (such as {form.examples[0]}).",
            file=file, cure="Choose the order of day and month.",
        )  # fmt: skip
    if meaning in ("money", "number", "integer") and form.kind == "number":
        raise BadInput(
            f"the numbers of {source.column!r} can be read with a decimal point or comma (such as {form.examples[0]}).",
            file=file, cure="Choose the decimal mark.",
        )  # fmt: skip


def _other_currency(session: Session, source: Source) -> tuple[str, str, str]:
    """Rows in another currency than most: added up, they would make no sense."""
    text = source.text
    usual = session.rows(
        f"""SELECT upper({text}) FROM (SELECT {text}, count(*) AS n FROM cells WHERE {text} IS NOT NULL GROUP BY 1)
        GROUP BY 1 ORDER BY sum(n) DESC, 1 LIMIT 1"""
    )
    if not usual:
        return source.column, text, "CAST(NULL AS VARCHAR)"
    code = literal(usual[0][0])
    reason = literal(f"in another currency than the other rows ({usual[0][0]})")
    return source.column, text, f"CASE WHEN {text} = {code} THEN NULL WHEN upper({text}) <> {code} THEN {reason} END"


def _required(kind: Kind, sources: Mapping[str, Source]) -> list[tuple[str, str, str]]:
    """Blanks where a value is needed: of every group one field, and a quantity beside a unit price."""
    found = []
    for group in kind.requires:
        given = [sources[name] for name in group if name in sources]
        blank = " AND ".join(f"{each.text} IS NULL" for each in given)
        found.append((given[0].column, given[0].text, f"CASE WHEN {blank} THEN 'no {_words(given[0].field)}' END"))
    if kind.name == "order_lines" and {"unit_price", "quantity"} <= sources.keys():
        price, quantity = sources["unit_price"].text, sources["quantity"]
        alone = f" AND {sources['amount'].text} IS NULL" if "amount" in sources else ""
        missing = f"{quantity.text} IS NULL AND {price} IS NOT NULL{alone}"
        found.append((quantity.column, quantity.text, f"CASE WHEN {missing} THEN 'no quantity' END"))
    return found


def _words(field: Field) -> str:
    return {"ordered_at": "order date", "customer_id": "customer number", "product_id": "product code"}.get(
        field.name, field.label
    )


def _final(field: Field, sources: Mapping[str, Source]) -> str:
    if field.name in sources:
        return sources[field.name].value
    if field.name == "quantity" and "unit_price" in sources:  # nobody says how many: one piece
        amount = f"CASE WHEN {sources['amount'].value} IS NULL THEN 1 END" if "amount" in sources else "1"
        return f"CAST({amount} AS {field.stored_as})"
    return f"CAST(NULL AS {field.stored_as})"


def _tell_blanked(session: Session, lenient: list[Source], today: date) -> None:
    session.do(
        "CREATE OR REPLACE TEMP TABLE blanked (line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR)"
    )
    for each in lenient:
        session.do(
            f"""INSERT INTO blanked SELECT line, $column, raw.{each.text}, reason || ': the cell is left blank'
            FROM (SELECT line, {cells.fault(each, today)} AS reason FROM {_read({each.field.name: each})}) AS seen
            JOIN raw USING (line) JOIN typed USING (line) WHERE reason IS NOT NULL ORDER BY line""",
            {"column": each.column},
        )


def _reject(session: Session, sources: Mapping[str, Source], reasons: list[tuple[str, str, str]]) -> None:
    """The causes, worked out for the rows that are wrong."""
    session.do(
        """CREATE OR REPLACE TEMP TABLE rejects
        (line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"""
    )
    faults = ", ".join(f"{fault} AS r{number}" for number, (_, _, fault) in enumerate(reasons))
    wrong = "(SELECT * FROM cells WHERE line IN (SELECT line FROM typed WHERE wrong))"
    session.do(f"CREATE OR REPLACE TEMP TABLE faulty AS SELECT line, {faults} FROM {_read(sources, wrong)}")
    parts = (
        f"SELECT line, {number} AS cause, $column{number} AS column_name, raw.{text} AS value, r{number} AS reason, NULL AS raw "
        f"FROM faulty JOIN raw USING (line) WHERE r{number} IS NOT NULL"
        for number, (_, text, _) in enumerate(reasons)
    )
    broken = "SELECT line, 0, NULL, NULL, reason, text FROM broken"
    columns: dict[str, object] = {f"column{number}": column for number, (column, _, _) in enumerate(reasons)}
    session.do(
        f"""INSERT INTO rejects SELECT line, column_name, value, reason, raw
        FROM ({" UNION ALL ".join((*parts, broken))}) ORDER BY line, cause""",
        columns,
    )
