"""From staged text to typed rows; a row that does not convert is rejected with the reason, never bent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadInput, UnknownName
from crm_analytics.ingest import dates
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.naming import plain, without_accents
from crm_analytics.ingest.recognise import Recognition
from crm_analytics.ingest.shapes import CURRENCY, CURRENCY_CODES, NO, NUMBER, NUMBER_TRIMMINGS, YES, literal
from crm_analytics.schema import KINDS, Field, Kind


@dataclass(frozen=True)
class _Source:
    """A field with the staged column that gives it."""

    field: Field
    column: str
    number: int
    form: Format

    @property
    def text(self) -> str:
        """The name of the cleaned text in SQL."""
        return f"c{self.number}"

    @property
    def value(self) -> str:
        """The name of the typed value in SQL."""
        return f"v_{self.field.name}"


def convert(
    session: Session,
    recognition: Recognition,
    mapping: Mapping[str, str | None],
    today: date,
    blank: Collection[str] = (),
) -> None:
    """Convert the staged rows. Of the columns in `blank` a text that cannot be read leaves the cell blank, not the row out.

    Makes the temporary tables typed (line, every field of the kind in order, NULL where not mapped, attributes) and
    rejects (line, column_name, value, reason, raw; the first cause of a row first; broken rows included).
    Every row is in exactly one of them. blanked (line, column_name, value, reason) tells of fields of typed rows that
    were left blank because their text could not be read. Errors: BadInput where the kind, a required field or a choice is missing.
    """
    kind, sources = _checked(recognition, mapping)
    lenient = [each for each in sources.values() if each.field.may_be_unreadable or each.column in blank]
    if needed := [each.column for each in lenient if may_not_be_blank(kind, each.field.name)]:
        raise BadInput(
            f"{needed[0]!r} cannot be left blank: {kind.name} need it.", file=recognition.file, cure="Mend its cells."
        )
    reasons = [(each.column, each.text, _fault(each, today)) for each in sources.values() if each not in lenient]
    if "currency" in sources:
        reasons.append(_other_currency(session, sources["currency"]))
    reasons += _required(kind, sources)
    values = ", ".join(f"{_value(each)} AS {each.value}" for each in sources.values())
    texts = ", ".join(dict.fromkeys(each.text for each in sources.values()))
    faults = ", ".join(f"{fault} AS r{number}" for number, (_, _, fault) in enumerate(reasons))
    kept = ", ".join(each.value for each in sources.values())
    others = f", {_attributes(recognition, mapping, lenient)} AS attributes" if kind.attributes else ""
    faults += "".join(f", {_fault(each, today)} AS b{number}" for number, each in enumerate(lenient))
    session.do(
        f"""CREATE OR REPLACE TEMP TABLE checked AS SELECT line, {kept}, {faults}{", attributes" if others else ""}
        FROM (SELECT line, {texts}, {values}{others} FROM cells)"""
    )
    clear = " AND ".join(f"r{number} IS NULL" for number in range(len(reasons)))
    fields = ", ".join(f"{_final(each, sources)} AS {each.name}" for each in kind.fields)
    fields += ", attributes" if others else ""
    session.do(f"CREATE OR REPLACE TEMP TABLE typed AS SELECT line, {fields} FROM checked WHERE {clear} ORDER BY line")
    _reject(session, recognition, reasons)
    _tell_blanked(session, lenient)
    session.do("DROP TABLE checked")
    if kind.anonymous or kind.name == "customers":
        _name_unnamed(session, recognition.file, sources, kind)
    if kind.name == "order_lines":
        _fill_orders(session, sources)


def may_not_be_blank(kind: Kind, field: str) -> bool:
    """Whether a row of the kind may be nothing without the field."""
    return any(field in group for group in kind.requires)


def _name_unnamed(session: Session, file: str, sources: Mapping[str, _Source], kind: Kind) -> None:
    """Rows of nobody get a customer of their own; contacts of no campaign are those of the campaign that the file is."""
    if "customer_id" not in sources:
        known = "lower(email)" if "email" in sources and kind.name == "customers" else "NULL"
        session.do(f"UPDATE typed SET customer_id = coalesce({known}, $file || ':' || line)", {"file": file})
    if kind.name == "contacts" and "campaign_id" not in sources:
        named = "coalesce(campaign_name, $file)" if "campaign_name" in sources else "$file"
        session.do(f"UPDATE typed SET campaign_id = {named}", {"file": Path(file).name.split(".")[0]})


def _fill_orders(session: Session, sources: Mapping[str, _Source]) -> None:
    """What an export says on the first line of an order only holds for its other lines too."""
    for name in ("ordered_at", "customer_id", "country", "channel", "currency"):
        if name in sources and "order_id" in sources:
            session.do(
                f"""UPDATE typed SET {name} = said.value
                FROM (SELECT order_id, min({name}) AS value FROM typed WHERE order_id IS NOT NULL GROUP BY order_id
                      HAVING count({name}) < count(*) AND min({name}) = max({name})) AS said
                WHERE said.order_id = typed.order_id AND typed.{name} IS NULL"""
            )


def unmapped(recognition: Recognition, mapping: Mapping[str, str | None]) -> dict[str, str]:
    """The columns that give no field, in order: header -> the name of the attribute (snake_case, each once)."""
    named: dict[str, str] = {}
    for column in recognition.layout.columns:
        if mapping.get(column) is None:
            name = without_accents(plain(column)).replace(" ", "_") or "column"
            while name in named.values():
                name += "_"
            named[column] = name
    return named


def _attributes(recognition: Recognition, mapping: Mapping[str, str | None], lenient: list[_Source]) -> str:
    """SQL: a JSON object of the columns that give no field, and of texts that could not be read; NULL without any."""
    numbers = {column: number for number, column in enumerate(recognition.layout.columns)}
    parts = []
    for column, name in unmapped(recognition, mapping).items():
        text, form = f"c{numbers[column]}", recognition.formats[column]
        if form.kind == "number" and not form.ambiguous:
            text = f"coalesce({_number_text(text, form)}, {text})"
        elif form.kind == "date" and not form.ambiguous:
            text = f"coalesce(CAST(CAST({dates.parsed(text, form.patterns)} AS DATE) AS VARCHAR), {text})"
        parts.append(f"{literal(name)}, {text}")
    usual = f"CAST(json_object({', '.join(parts)}) AS VARCHAR)" if parts else "CAST(NULL AS VARCHAR)"
    if not lenient:
        return usual
    # an object is written anew only where something could not be read: the others stay as small as they are
    unread = " OR ".join(f"({_value(each)} IS NULL AND {each.text} IS NOT NULL)" for each in lenient)
    texts = [
        f"{literal(each.field.name + '_as_written')}, CASE WHEN {_value(each)} IS NULL THEN {each.text} END"
        for each in lenient
    ]
    return f"CASE WHEN {unread} THEN CAST(json_object({', '.join([*parts, *texts])}) AS VARCHAR) ELSE {usual} END"


def _checked(recognition: Recognition, mapping: Mapping[str, str | None]) -> tuple[Kind, dict[str, _Source]]:
    file = recognition.file
    if recognition.kind is None:
        raise BadInput(
            f"the kind of table is not known: {recognition.kind_reason}.", file=file, cure="Choose the kind."
        )
    kind = KINDS[recognition.kind]
    numbers = {column: number for number, column in enumerate(recognition.layout.columns)}
    sources: dict[str, _Source] = {}
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
        sources[name] = _Source(kind.field(name), column, numbers[column], recognition.formats[column])
        _must_be_chosen(file, sources[name])
    for group in kind.missing(set(sources)):
        raise BadInput(
            f"no column gives {' or '.join(group)}.", file=file, cure="Map a column to it, or choose another kind."
        )
    return kind, {name: sources[name] for name in kind.names if name in sources}


def _must_be_chosen(file: str, source: _Source) -> None:
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


def _value(source: _Source) -> str:
    """SQL: the typed value, or NULL where the text is none."""
    text, form, meaning = source.text, source.form, source.field.meaning
    if meaning in ("timestamp", "date"):
        moment = dates.parsed(text, form.patterns)
        known = f"CASE WHEN year({moment}) BETWEEN {dates.FIRST_YEAR} AND {dates.LAST_YEAR} THEN {moment} END"
        return f"CAST({known} AS {source.field.stored_as})"
    if meaning == "money":
        return f"try_cast({_number_text(text, form)} AS DECIMAL(18,4))"
    if meaning == "number":
        share = f"CASE WHEN contains({text}, '%') THEN 0.01 ELSE 1 END" if form.percent else "1"
        return f"try_cast({_number_text(text, form)} AS DOUBLE) * {share}"
    if meaning == "integer":
        whole = f"try_cast({_number_text(text, form)} AS DECIMAL(38,4))"
        return f"CASE WHEN {whole} = floor({whole}) THEN try_cast({whole} AS BIGINT) END"
    if meaning == "flag":
        return _flag(text, form)
    if meaning == "id" and form.ends_in_zero:
        return rf"regexp_replace({text}, '^([0-9]+)\.0+$', '\1')"
    return text


def _flag(text: str, form: Format) -> str:
    """SQL: yes or no in words or as a number; a date says yes (when it happened)."""
    if form.kind == "date":
        return f"{text} IS NOT NULL"
    yes, no = (", ".join(literal(word) for word in words) for words in (YES, NO))
    word = f"lower(trim({text}))"
    return (
        f"CASE WHEN {word} IN ({yes}) THEN TRUE WHEN {word} IN ({no}) THEN FALSE "
        f"WHEN try_cast({text} AS DOUBLE) IS NOT NULL THEN try_cast({text} AS DOUBLE) > 0 END"
    )


def _number_text(text: str, form: Format) -> str:
    """SQL: the number as digits with a point, NULL where the text is no number under the decimal mark in force."""
    mark = form.decimal or "."
    other = "," if mark == "." else "."
    core = f"regexp_replace({text}, {literal(NUMBER_TRIMMINGS)}, '', 'g')"
    core = f"replace(replace({core}, {literal(other)}, ''), {literal(mark)}, '.')"
    core = f"regexp_replace({core}, '^[-−+]+|[-−]+$', '', 'g')"
    negative = f"regexp_matches({text}, '[(]|^[^0-9]*[-−]|[0-9.,] ?[-−]')"
    paired = f"(contains({text}, '(') = contains({text}, ')'))"
    return (
        f"CASE WHEN regexp_full_match({text}, {literal(NUMBER[mark])}) AND {paired} "
        f"THEN CASE WHEN {negative} THEN '-' || {core} ELSE {core} END END"
    )


def _fault(source: _Source, today: date) -> str:
    """SQL: why a text is no value of its field; NULL where it is one, or blank."""
    text, value, meaning = source.text, source.value, source.field.meaning
    empty = "CAST(NULL AS VARCHAR)"
    if meaning in ("timestamp", "date"):
        years = f"outside the years {dates.FIRST_YEAR} to {dates.LAST_YEAR}"
        late = f"dated after {today}, the day of the import: in the future"
        long_year = r"^[0-9]{5,7}[-/.]|^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{5,7}(?:[^0-9]|$)"
        strange = f"regexp_matches({text}, {literal(long_year)}) OR {_year_only(source)}"
        ahead = "" if source.field.may_be_ahead else f"WHEN CAST({value} AS DATE) > DATE '{today}' THEN '{late}' "
        return (
            f"CASE WHEN {text} IS NULL THEN NULL WHEN {value} IS NULL AND ({strange}) THEN '{years}' "
            f"WHEN {value} IS NULL THEN 'not a date as the others are written' {ahead}END"
        )
    if meaning == "flag":
        return f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN 'neither yes nor no' END"
    if meaning in ("money", "number", "integer"):
        number = f"({_number_text(text, source.form)}) IS NOT NULL"
        beyond = (
            "a number with decimals where a whole one is needed" if meaning == "integer" else "a number out of range"
        )
        tests = f"WHEN {value} IS NULL AND {number} THEN '{beyond}' WHEN {value} IS NULL THEN 'not a number' "
        if meaning == "money" and source.form.percent:
            tests = f"WHEN contains({text}, '%') THEN 'a percentage, not an amount' {tests}"
        return f"CASE WHEN {text} IS NULL THEN NULL {tests} {_minority(source)} END"
    return empty


def _year_only(source: _Source) -> str:
    """SQL: whether the text is a date whose year alone is wrong."""
    if not source.form.patterns:
        return "false"
    return f"({dates.parsed(source.text, source.form.patterns)}) IS NOT NULL"


def _minority(source: _Source) -> str:
    form = source.form
    if len(form.currencies) < 2:
        return ""
    sign = f"upper(regexp_extract({source.text}, {literal(CURRENCY)}))"
    same = [form.currency or "", *(each for each, code in CURRENCY_CODES.items() if code == form.currency)]
    listed = ", ".join(literal(each) for each in same)
    return f"WHEN {sign} NOT IN ('', {listed}) THEN 'in another currency than the other amounts ({form.currency})'"


def _other_currency(session: Session, source: _Source) -> tuple[str, str, str]:
    """Rows in another currency than most: added up, they would make no sense."""
    text = source.text
    usual = session.rows(
        f"""SELECT upper({text}) FROM cells WHERE {text} IS NOT NULL
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"""
    )
    if not usual:
        return source.column, text, "CAST(NULL AS VARCHAR)"
    code = literal(usual[0][0])
    reason = literal(f"in another currency than the other rows ({usual[0][0]})")
    return source.column, text, f"CASE WHEN upper({text}) <> {code} THEN {reason} END"


def _required(kind: Kind, sources: Mapping[str, _Source]) -> list[tuple[str, str, str]]:
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


def _final(field: Field, sources: Mapping[str, _Source]) -> str:
    if field.name in sources:
        return sources[field.name].value
    if field.name == "quantity" and "unit_price" in sources:  # nobody says how many: one piece
        amount = f"CASE WHEN {sources['amount'].value} IS NULL THEN 1 END" if "amount" in sources else "1"
        return f"CAST({amount} AS {field.stored_as})"
    return f"CAST(NULL AS {field.stored_as})"


def _tell_blanked(session: Session, lenient: list[_Source]) -> None:
    session.do(
        "CREATE OR REPLACE TEMP TABLE blanked (line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR)"
    )
    for number, each in enumerate(lenient):
        session.do(
            f"""INSERT INTO blanked SELECT line, $column, raw.{each.text}, b{number} || ': the cell is left blank'
            FROM checked JOIN raw USING (line) JOIN typed USING (line) WHERE b{number} IS NOT NULL ORDER BY line""",
            {"column": each.column},
        )


def _reject(session: Session, recognition: Recognition, reasons: list[tuple[str, str, str]]) -> None:
    session.do(
        """CREATE OR REPLACE TEMP TABLE rejects
        (line INTEGER, column_name VARCHAR, value VARCHAR, reason VARCHAR, raw VARCHAR)"""
    )
    columns = ", ".join(f"raw.c{number}" for number in range(len(recognition.layout.columns)))
    parts = (
        f"SELECT line, {number} AS cause, $column{number} AS column_name, raw.{text} AS value, r{number} AS reason, "
        f"array_to_string([{columns}], $delimiter) AS raw "
        f"FROM checked JOIN raw USING (line) WHERE r{number} IS NOT NULL"
        for number, (_, text, _) in enumerate(reasons)
    )
    broken = "SELECT line, 0, NULL, NULL, reason, text FROM broken"
    values: dict[str, object] = {f"column{number}": column for number, (column, _, _) in enumerate(reasons)}
    session.do(
        f"""INSERT INTO rejects SELECT line, column_name, value, reason, raw
        FROM ({" UNION ALL ".join((*parts, broken))}) ORDER BY line, cause""",
        {**values, "delimiter": recognition.layout.delimiter},
    )
