"""How the text of one cell becomes a value of its field, and why it does not; in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crm_analytics.ingest import dates
from crm_analytics.ingest.formats import Format
from crm_analytics.ingest.shapes import CURRENCY, CURRENCY_CODES, NO, NUMBER, NUMBER_TRIMMINGS, YES, literal
from crm_analytics.schema import Field


@dataclass(frozen=True)
class Source:
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


def value(source: Source) -> str:
    """SQL: the typed value, or NULL where the text is none."""
    text, form, meaning = source.text, source.form, source.field.meaning
    if meaning in ("timestamp", "date"):
        moment = dates.parsed(text, form.patterns)
        known = f"CASE WHEN year({moment}) BETWEEN {dates.FIRST_YEAR} AND {dates.LAST_YEAR} THEN {moment} END"
        return f"CAST({known} AS {source.field.stored_as})"
    if meaning == "money":
        return f"try_cast({number_text(text, form)} AS DECIMAL(18,4))"
    if meaning == "number":
        share = f"CASE WHEN contains({text}, '%') THEN 0.01 ELSE 1 END" if form.percent else "1"
        return f"try_cast({number_text(text, form)} AS DOUBLE) * {share}"
    if meaning == "integer":
        whole = f"try_cast({number_text(text, form)} AS DECIMAL(38,4))"
        return (
            f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,15}}') THEN try_cast({text} AS BIGINT) "
            f"WHEN {whole} = floor({whole}) THEN try_cast({whole} AS BIGINT) END"
        )
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


def number_text(text: str, form: Format) -> str:
    """SQL: the number as digits with a point, NULL where the text is no number under the decimal mark in force."""
    mark = form.decimal or "."
    other = "," if mark == "." else "."
    digits = text if mark == "." else f"replace({text}, ',', '.')"
    bare = f"regexp_full_match({text}, '-?[0-9]+(?:[{mark}][0-9]+)?')"  # as most are: nothing to take off
    core = f"regexp_replace({text}, {literal(NUMBER_TRIMMINGS)}, '', 'g')"
    core = f"replace(replace({core}, {literal(other)}, ''), {literal(mark)}, '.')"
    core = f"regexp_replace({core}, '^[-−+]+|[-−]+$', '', 'g')"
    negative = f"regexp_matches({text}, '[(]|^[^0-9]*[-−]|[0-9.,] ?[-−]')"
    paired = f"(contains({text}, '(') = contains({text}, ')'))"
    return (
        f"CASE WHEN {bare} THEN {digits} "
        f"WHEN regexp_full_match({text}, {literal(NUMBER[mark])}) AND {paired} "
        f"THEN CASE WHEN {negative} THEN '-' || {core} ELSE {core} END END"
    )


def fault(source: Source, today: date) -> str:
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
            f"CASE WHEN {text} IS NULL THEN NULL WHEN {value} IS NULL "
            f"THEN CASE WHEN {strange} THEN '{years}' ELSE 'not a date as the others are written' END {ahead}END"
        )
    if meaning == "flag":
        return f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN 'neither yes nor no' END"
    if meaning in ("money", "number", "integer"):
        number = f"({number_text(text, source.form)}) IS NOT NULL"
        beyond = (
            "a number with decimals where a whole one is needed" if meaning == "integer" else "a number out of range"
        )
        tests = f"WHEN {value} IS NULL THEN CASE WHEN {number} THEN '{beyond}' ELSE 'not a number' END "
        if meaning == "money" and source.form.percent:
            tests = f"WHEN contains({text}, '%') THEN 'a percentage, not an amount' {tests}"
        return f"CASE WHEN {text} IS NULL THEN NULL {tests} {_minority(source)} END"
    return empty


def _year_only(source: Source) -> str:
    """SQL: whether the text is a date whose year alone is wrong."""
    if not source.form.patterns:
        return "false"
    return f"({dates.parsed(source.text, source.form.patterns)}) IS NOT NULL"


def _minority(source: Source) -> str:
    form = source.form
    if len(form.currencies) < 2:
        return ""
    sign = f"upper(regexp_extract({source.text}, {literal(CURRENCY)}))"
    same = [form.currency or "", *(each for each, code in CURRENCY_CODES.items() if code == form.currency)]
    listed = ", ".join(literal(each) for each in same)
    return f"WHEN {sign} NOT IN ('', {listed}) THEN 'in another currency than the other amounts ({form.currency})'"
