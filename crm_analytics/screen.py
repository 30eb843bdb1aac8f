"""Replies of the command line as text on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from crm_analytics.schema import KINDS

if TYPE_CHECKING:
    import pandas as pd

_WIDEST = 60


def line(text: object) -> str:
    """Text on one line, without characters that a terminal would obey."""
    return "".join(each if each.isprintable() else " " for each in str(text))


def system_error(error: OSError) -> str:
    """What the system could not do."""
    return f"{error.filename or 'The system'}: {error.strerror or error}"


def json_text(reply: dict[str, Any]) -> str:
    """A reply as one JSON object."""
    return json.dumps(reply, indent=2, ensure_ascii=False, allow_nan=False)


@contextmanager
def progress() -> Iterator[Callable[[float, str], None]]:
    """Shows progress on standard error while something works, if that is a terminal."""
    shown = sys.stderr.isatty()

    def told(share: float, what: str) -> None:
        if shown:
            click.echo(f"\r\033[K{share:4.0%}  {line(what)[:_WIDEST]}", nl=False, err=True)

    try:
        yield told
    finally:
        if shown:
            click.echo("\r\033[K", nl=False, err=True)


def ask(report: dict[str, Any], doubts: list[str]) -> bool:
    """Show a person what is doubtful about a file and ask whether to load it all the same."""
    click.echo(import_report(report, dry_run=True))
    for doubt in doubts:
        click.echo(f"  Doubtful: {line(doubt)}")
    return click.confirm("Load it with these meanings?")


def unmapped(kind: str | None) -> str:
    """What becomes of a column that is no field."""
    return "(attribute)" if kind in KINDS and KINDS[kind].attributes else "(not used)"


def import_report(report: dict[str, Any], dry_run: bool) -> str:
    """What an import did or would do."""
    head = line(report["file"])
    if report["rows_read"] is not None:
        head += f": {report['kind'] or 'unknown kind'}, {report['rows_read']:,} rows"
    if report["new"] is None:
        head += " cannot be loaded."
    else:
        head += f": {', '.join(f'{report[name]:,} {name}' for name in ('new', 'same', 'changed', 'rejected'))}."
    head += " Nothing was loaded (dry run)." if dry_run else f" Import {report['import_id']}."
    rows = [
        (line(column), each["field"] or unmapped(report["kind"]), f"{each['confidence']:.0%}", line(each["reason"]))
        for column, each in report["mapping"].items()
    ]
    text = [head, *_aligned([("Column", "Meaning", "Sure", "Because"), *rows])] if rows else [head]
    if report.get("corrects"):
        text.append(f"  Corrected rows of import {report['corrects']}, read as that import.")
    if made := report.get("remembered"):
        text.append(f"  Read as {line(made['who'])} decided on {made['saved_at'][:10]}; --anew leaves that aside.")
    text += _effect(report)
    text += map(_problem, report["problems"])
    text += map(_repairable, report.get("repairable", []))
    text += [f"  {line(each['words'])}" for each in report.get("repairs", [])]
    text += [f"  Please check: {line(note)}" for note in report.get("notes", [])]
    return "\n".join(text)


def _effect(report: dict[str, Any]) -> list[str]:
    """What a load would do to the main figures, and what of the file before is not in this one."""
    text = []
    if found := report.get("effect"):
        names = {"revenue": "{:,.2f}", "orders": "{:,}", "buyers": "{:,}", "repurchase_rate": "{:.1%}"}
        moved = [f"{name.replace('_', ' ')} {_from_to(found, name, form)}" for name, form in names.items()]
        text.append(f"  After the load: {', '.join(moved)}.")
    if report.get("vanished"):
        text.append(
            f"  {report['vanished']:,} rows of the previous file of this kind are not in this one; they stay loaded."
        )
    return text


def _from_to(found: dict[str, Any], name: str, form: str) -> str:
    before, after = (
        "–" if found[when][name] is None else form.format(found[when][name]) for when in ("before", "after")
    )
    return f"{before} -> {after}"


def _problem(each: dict[str, Any]) -> str:
    if each["rows"] is None:
        return f"  {line(each['cause'])}"
    column = f"{line(each['column'])}: " if each["column"] else ""
    example = (
        f": {line(each['example'])!r}" if each["example"] else ""
    )  # of a whole row, or an empty cell, there is none
    return f"  {each['rows']:,} rejected: {column}{line(each['cause'])} (first on line {each['first_line']:,}{example})"


_OPTIONS = {
    "replace": "--replace COLUMN BAD GOOD", "blank": "--blank COLUMN", "fill": "--fill COLUMN TEXT",
    "date_order": "--dates COLUMN ORDER", "decimal": "--decimal COLUMN MARK",
}  # fmt: skip


def _repairable(each: dict[str, Any]) -> str:
    """The cells of a column that cannot be read, and what can be done with them."""
    seen = [f"{line(value['value'])!r} ({value['rows']:,})" for value in each["values"][:5]]
    seen += [f"{each['distinct'] - len(seen):,} others"] if each["distinct"] > len(seen) else []
    seen += [f"{each['blanks']:,} blank"] if each["blanks"] else []
    return (
        f"  To repair {line(each['column'])}: {', '.join(seen)}. {' or '.join(_OPTIONS[way] for way in each['ways'])}"
    )


def import_list(found: list[dict[str, Any]]) -> str:
    """The history of imports."""
    names = ("import_id", "imported_at", "kind", "source", "file", "rows_read", "new", "same", "changed", "rejected")
    rows = [(*(line(each[name]) for name in names), _state(each)) for each in found]
    return "\n".join(_aligned([(*(name.replace("_", " ") for name in names), "state"), *rows]))


def mapping_list(found: list[dict[str, Any]]) -> str:
    """What was decided of files."""
    names = ("number", "source", "kind", "who", "saved_at")
    rows = [(*(line(each[name]) for name in names), line(", ".join(each["columns"]))) for each in found]
    return "\n".join(_aligned([("number", "source", "kind", "who", "saved at", "columns"), *rows]))


def _state(each: dict[str, Any]) -> str:
    state = f"undone {each['undone_at']}" if each["undone_at"] else "holds"
    state += f", {each['corrected']:,} of {each['rejected']:,} rejected rows now in" if each["corrected"] else ""
    return state + (f", corrects import {each['corrects']}" if each["corrects"] else "")


def backup_report(made: dict[str, Any]) -> str:
    """What a backup holds."""
    return f"{line(made['file'])} holds {_held(made)}."


def restore_report(made: dict[str, Any]) -> str:
    """What was put back, and where what was there before is now."""
    aside = f" What was there before: {line(made['aside'])}." if made["aside"] else ""
    return f"{line(made['data_dir'])} now holds {_held(made)}, as of {made['made_at']}.{aside}"


def _held(made: dict[str, Any]) -> str:
    rows = sum(count for table, count in made["rows"].items() if table.startswith("source."))
    text = f"{made['rows']['workspace.imports']:,} imports, {rows:,} rows, {made['originals']:,} original files"
    return text + (f" ({made['missing']:,} original files are missing)" if made["missing"] else "")


def recognition(report: dict[str, Any]) -> str:
    """How a file was read."""
    kind = f"{report['kind'] or 'unknown kind'} ({line(report['kind_reason'])})"
    text = [f"{line(report['file'])}: {kind}; {report['rows']:,} rows read, {len(report['rejected']):,} rejected."]
    text += _aligned([("", line(each["what"]), line(each["found"]), line(each["why"])) for each in report["evidence"]])
    columns = [
        (
            line(each["column"]),
            each["field"] or unmapped(report["kind"]),
            f"{each['confidence']:.0%}",
            line(each["reason"]),
        )
        for each in report["columns"]
    ]
    text += _aligned([("Column", "Meaning", "Sure", "Because"), *columns])
    text += [f"  line {each['line']:,}: {line(each['reason'])}" for each in report["rejected"][:20]]
    if len(report["rejected"]) > 20:
        text.append(f"  … and {len(report['rejected']) - 20:,} more; --json lists them all.")
    return "\n".join(text)


def table(frame: pd.DataFrame) -> str:
    """A frame for reading: thousands apart, – for what is undefined; a single row stands upright."""
    columns = [_words(frame[name]) for name in frame.columns]
    if len(frame) == 1:
        return "\n".join(
            _aligned([(str(name), values[0]) for name, values in zip(frame.columns, columns, strict=True)], indent="")
        )
    numeric = [_is_number(frame[name]) for name in frame.columns]
    rows = [tuple(map(str, frame.columns)), *zip(*columns, strict=True)]
    return "\n".join(_aligned(rows, indent="", right=numeric))


def csv(frame: pd.DataFrame) -> str:
    """A frame as CSV, without the mark that only spreadsheets need."""
    from crm_analytics.export import to_csv

    return to_csv(frame).decode("utf-8-sig")


def _is_number(column: pd.Series) -> bool:
    return column.dtype.kind in "iuf"


def _words(column: pd.Series) -> list[str]:
    from crm_analytics.verbs.figures import plain_rows

    values = [row["value"] for row in plain_rows(column.to_frame("value"))]
    floats = [abs(each) for each in values if isinstance(each, float)]
    digits = 2 if floats and max(floats) >= 100 else 4
    return [_word(each, digits) for each in values]


def _word(value: Any, digits: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else line(value)


def _aligned(rows: list[tuple[str, ...]], indent: str = "  ", right: list[bool] | None = None) -> list[str]:
    """Rows with their columns below each other; the last one is not padded."""
    cells = [[*map(_cut, row[:-1]), row[-1]] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    sides = right or [False] * len(widths)
    places = [f"{{:{'>' if number else '<'}{width}}}" for width, number in zip(widths, sides, strict=True)]
    form = indent + "  ".join(places)
    return [form.format(*row).rstrip() for row in cells]


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
