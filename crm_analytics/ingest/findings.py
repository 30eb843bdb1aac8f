"""What a person should know about the values of the mapped columns before they are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from crm_analytics.ingest.dates import CENTURY_RULE
from crm_analytics.ingest.drafts import Guess
from crm_analytics.ingest.evidence import Evidence
from crm_analytics.ingest.formats import Format
from crm_analytics.schema import KINDS

_ORDER_WORDS = {"DMY": "day, month, year", "MDY": "month, day, year", "YMD": "year, month, day", None: "not known"}


def shared(formats: Mapping[str, Format]) -> dict[str, Format]:
    """Formats in which a column that can be read two ways follows the columns that can be read only one way."""
    orders = {
        f.order: c
        for c, f in formats.items()
        if f.kind == "date" and f.order in ("DMY", "MDY") and f.sure and f.shapes and _turns(f)
    }
    marks = {f.decimal: c for c, f in formats.items() if f.kind == "number" and f.decimal and f.sure and f.decimals}
    result = dict(formats)
    for column, form in formats.items():
        if not form.ambiguous:
            continue
        if form.kind == "date" and form.order is None and len(orders) == 1:
            ((order, witness),) = orders.items()
            result[column] = form.with_order(order, f"read as in the column {witness!r}", sure=False)  # type: ignore[arg-type]
        if form.kind == "number" and form.share and len(marks) == 1:
            ((mark, witness),) = marks.items()
            result[column] = replace(form.with_decimal(mark, f"read as in the column {witness!r}"), sure=False)
    return result


def _turns(form: Format) -> bool:
    return any("d" in each and "m" in each and "b" not in each.lower() for each in form.patterns)


def about(formats: Mapping[str, Format], kind: str | None, mapping: Mapping[str, Guess]) -> tuple[Evidence, ...]:
    """The evidence of every mapped column, in the order of the file."""
    if kind is None:
        return ()
    found = [
        each
        for column, guess in mapping.items()
        if guess.field
        for each in _of(column, formats[column], kind, guess.field)
    ]
    fields = {guess.field for guess in mapping.values()}
    if kind == "order_lines" and "quantity" not in fields and "unit_price" in fields and "amount" not in fields:
        found.append(Evidence("quantity", "1", "no column gives it, so every line counts as one piece", sure=False))
    return tuple(found)


def _of(column: str, form: Format, kind: str, field: str) -> Iterator[Evidence]:
    meaning = KINDS[kind].field(field).meaning
    if form.marked_blank:
        why = f"{form.marked_blank:,} values such as NULL, NaN, N/A or - count as blank"
        yield Evidence(f"blanks in {column}", "text", why)
    if meaning in ("timestamp", "date"):
        yield from _of_dates(column, form)
    elif meaning in ("money", "number", "integer"):
        yield from _of_numbers(column, form, meaning)
    elif meaning == "id":
        if form.ends_in_zero:
            yield Evidence(
                f"numbers in {column}", "without .0", "every value ends in .0, as spreadsheets write whole numbers"
            )
        if form.scientific:
            why = f"{form.scientific:,} values are written like 9e+05: digits may be lost, they are kept as they are"
            yield Evidence(f"numbers in {column}", "scientific notation", why, sure=False)


def _of_dates(column: str, form: Format) -> Iterator[Evidence]:
    if form.kind != "date":
        return
    yield Evidence(f"dates in {column}", _ORDER_WORDS[form.order], form.why, form.sure and not form.ambiguous)
    if any("%y" in each for each in form.patterns):
        yield Evidence(f"century in {column}", "1969 to 2068", CENTURY_RULE)
    if form.zoned:
        why = f"{form.zoned:,} times carry a zone; the clock time is kept as written"
        yield Evidence(f"time zone in {column}", "as written", why, sure=False)


def _of_numbers(column: str, form: Format, meaning: str) -> Iterator[Evidence]:
    if form.kind != "number":
        return
    if form.decimal:
        mark = {".": "point", ",": "comma"}[form.decimal]
        yield Evidence(f"decimal mark in {column}", mark, form.why, form.sure and not form.ambiguous)
    if form.decimals > 4 and meaning == "money":
        yield Evidence(
            f"decimals in {column}", "4", f"up to {form.decimals} are written; the rest is rounded, half away from zero"
        )
    if len(form.currencies) > 1:
        others = ", ".join(f"{n:,} in {code}" for code, n in form.currencies[1:])
        yield Evidence(f"currency in {column}", form.currency or "", f"most amounts; {others} are rejected", sure=False)
    elif form.currency:
        yield Evidence(f"currency in {column}", form.currency, "the only sign in the column")


def of_kind(kind_reason: str) -> str:
    """Why the table may be of another kind: what stands behind the last word of the reason; empty where nothing does."""
    return kind_reason.partition("; but ")[2]
