"""The verbs of files: import them, look at what was imported, take it back; the sample's exports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened, refuse
from crm_analytics.cli.options import FILE, data_option, json_option
from crm_analytics.config import system_user
from crm_analytics.errors import CrmError

FILE_OR_FOLDER = click.Path(exists=True, readable=True, path_type=Path)
ORDER, MARK = click.Choice(["DMY", "MDY", "YMD"], case_sensitive=False), click.Choice([".", ","])
sheet_option = click.option("--sheet", help="Sheet of a workbook.  [default: that with the most rows]")


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--customers", default=2000, show_default=True, help="How many customers.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--stationary", is_flag=True, help="Without trend, season and campaigns.")
def sample(out: Path, customers: int, seed: int, stationary: bool) -> None:
    """Write the exports of an invented company into the folder OUT."""
    from crm_analytics.sample.company import write

    with screen.progress() as told:
        made = write(out, customers, seed, stationary, told)
    for name, rows in made.rows.items():
        click.echo(f"{rows:>10,}  {made.folder / name}.csv")


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE_OR_FOLDER)
@click.option("--kind", help="Kind of table, such as orders, order_lines, customers, contacts. Else it is recognised.")
@click.option("--mapping", type=FILE, help="JSON file that says what the columns mean.")
@click.option("--source", help="The system whose numbers the file uses.  [default: main]")
@sheet_option
@click.option(
    "--blank", metavar="COLUMN", multiple=True, help="Leave cells blank that cannot be read; keep their rows."
)
@click.option(
    "--replace", "replaced", metavar="COLUMN BAD GOOD", type=(str, str, str), multiple=True,
    help="Read GOOD where a cell of the column says BAD.",
)  # fmt: skip
@click.option("--fill", metavar="COLUMN TEXT", type=(str, str), multiple=True, help="Read TEXT where a cell is blank.")
@click.option(
    "--void", metavar="COLUMN TEXT", type=(str, str), multiple=True,
    help="Count rows for nothing where the column says TEXT: cancelled orders, say.",
)  # fmt: skip
@click.option("--dates", metavar="COLUMN ORDER", type=(str, ORDER), multiple=True, help="DMY, MDY or YMD.")
@click.option("--decimal", metavar="COLUMN MARK", type=(str, MARK), multiple=True, help="The decimal mark: . or ,")
@click.option("--anew", is_flag=True, help="Leave aside what was decided of earlier files with the same headers.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; load nothing.")
@click.option(
    "--effect", is_flag=True, help="With --dry-run, try the effect on the figures of more than 200,000 rows too."
)
@click.option(
    "--no-prepare", "unprepared", is_flag=True, help="Do not make what the pages open with; a small base needs none."
)
@data_option
@json_option
def import_(
    files: tuple[Path, ...], kind: str | None, mapping: Path | None, source: str | None, sheet: str | None,
    blank: tuple[str, ...], replaced: tuple[tuple[str, str, str], ...], fill: tuple[tuple[str, str], ...],
    void: tuple[tuple[str, str], ...],
    dates: tuple[tuple[str, str], ...], decimal: tuple[tuple[str, str], ...], anew: bool, dry_run: bool, effect: bool,
    unprepared: bool, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Load files of orders, customers, contacts, answers and other kinds: text, workbooks, Parquet or JSON lines, packed or not.

    A folder or an archive gives its files one after the other, in the order of their names.

    A file is loaded when it is clear what its columns mean. Where it is not, a terminal asks; without one nothing is
    loaded and FILE.mapping.json is written, to be corrected and given with --mapping. What is said of single columns
    (--blank, --replace, --fill, --void, --dates, --decimal) can also stand in that file, and is kept with the import.
    """
    from crm_analytics.ingest.archives import each_file

    values: dict[str, dict[str, str]] = {}
    for column, bad, good in replaced:
        values.setdefault(column, {})[bad] = good
    wish: dict[str, Any] = {"today": date.today().isoformat(), "who": system_user(), "kind": kind, "source": source}
    wish |= {
        "sheet": sheet,
        "mapping": str(mapping.absolute()) if mapping else None,
        "dry_run": dry_run,
        "anew": anew,
        "effect": effect,
        "cells": {
            "blank": list(blank),
            "values": values,
            "defaults": dict(fill),
            "void": {column: [text for named, text in void if named == column] for column, _ in void},
            "date_order": dict(dates),
            "decimal": dict(decimal),
        },
    }
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    reports = []
    with opened(data, to_write=not dry_run) as perform:
        for part in each_file(files):
            with screen.progress() as told:
                ask = screen.ask if asks else refuse
                place = {"path": str(part.path.absolute()), "name": part.name, "beside": str(part.beside.absolute())}
                report = perform("import", told, ask, **place, **wish)
            reports.append(report)
            if not as_json and "error" not in report:
                click.echo(screen.import_report(report, dry_run))
        if as_json:
            click.echo(screen.json_text(reports[0] if len(reports) == 1 else {"imports": reports}))
        if not (dry_run or unprepared) and any(each["new"] or each["changed"] for each in reports):
            _prepare(perform)
    if failed := [each["error"] for each in reports if "error" in each]:
        for error in failed:
            click.echo(f"Error: {screen.line(error)}", err=True)
        sys.exit(1)


def _prepare(perform: Callable[..., dict[str, Any]]) -> None:
    """Make what the pages open with; the files are loaded, whatever becomes of it."""
    try:
        with screen.progress() as told:
            perform("prepare", told, only_large=True)
    except CrmError as error:
        click.echo(f"The pages are not prepared: {screen.line(error)}", err=True)


@click.command()
@data_option
@json_option
def imports(data: Path | None, as_json: bool) -> None:
    """List what was imported, the oldest first."""
    with opened(data) as perform:
        found = perform("imports")["imports"]
    shown = screen.import_list(found) if found else "Nothing was imported yet."
    click.echo(screen.json_text({"imports": found}) if as_json else shown)


@click.command()
@click.argument("import_id", type=int)
@data_option
def rejects(import_id: int, data: Path | None) -> None:
    """Print the rejected rows of an import as CSV, with their reasons: to be corrected and imported again."""
    with opened(data) as perform:
        click.echo(perform("rejects", import_id=import_id)["text"].encode(), nl=False)


@click.command()
@click.option("--forget", type=int, metavar="NUMBER", help="Forget this one.")
@data_option
@json_option
def mappings(forget: int | None, data: Path | None, as_json: bool) -> None:
    """List what people decided of files: the next ones with the same headers are read so too."""
    with opened(data, to_write=forget is not None) as perform:
        found = perform("mappings", forget=forget, who=system_user())["mappings"]
    shown = screen.mapping_list(found) if found else "Nothing was decided by hand."
    click.echo(screen.json_text({"mappings": found}) if as_json else shown)


@click.command()
@click.argument("import_id", type=int)
@data_option
@json_option
def undo(import_id: int, data: Path | None, as_json: bool) -> None:
    """Take an import back; what it had replaced holds again."""
    _switch("undo", import_id, data, as_json)


@click.command()
@click.argument("import_id", type=int)
@data_option
@json_option
def redo(import_id: int, data: Path | None, as_json: bool) -> None:
    """Let an undone import hold again."""
    _switch("redo", import_id, data, as_json)


def _switch(verb: str, import_id: int, data: Path | None, as_json: bool) -> None:
    with opened(data) as perform, screen.progress() as told:
        done = perform(verb, told, import_id=import_id, who=system_user())
    state = "is undone" if done["undone_at"] else "holds again"
    click.echo(screen.json_text(done) if as_json else f"Import {import_id} ({screen.line(done['file'])}) {state}.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--csv", "form", flag_value="csv", help="The rows as they were read, as CSV.")
@click.option("--json", "form", flag_value="json", help="The report as one JSON object.")
@click.option("--kind", help="Kind of table. Else it is recognised.")
@sheet_option
def recognise(file: Path, form: str | None, kind: str | None, sheet: str | None) -> None:
    """Say how FILE is read, without loading it."""
    from crm_analytics.verbs.files import recognised

    report, rows = recognised(file, kind, date.today(), sheet)
    if form == "csv":
        click.echo(rows, nl=False)
    elif form == "json":
        click.echo(screen.json_text(report))
    else:
        click.echo(screen.recognition(report))


VERBS = (sample, import_, imports, rejects, mappings, undo, redo, recognise)
