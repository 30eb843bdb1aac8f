"""The command line: the same figures without a browser."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from crm_analytics import __version__, screen
from crm_analytics.cli import plan as cli_plan
from crm_analytics.cli import segments as cli_segments
from crm_analytics.cli import settings as cli_settings
from crm_analytics.config import DATA_VARIABLE, PROJECT, Settings, system_user
from crm_analytics.errors import BadValue, CrmError, DatabaseBusy

# pandas, DuckDB and what stands on them take a second to import: each verb imports what it needs


class Verbs(click.Group):
    """Turns what goes wrong on purpose into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except CrmError as error:
            raise click.ClickException(screen.line(str(error))) from error
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # how DuckDB says that Ctrl+C met one of its statements
                raise KeyboardInterrupt from error
            raise
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise click.ClickException(screen.line(screen.system_error(error))) from error


FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FILE_OR_FOLDER = click.Path(exists=True, readable=True, path_type=Path)
ORDER, MARK = click.Choice(["DMY", "MDY", "YMD"], case_sensitive=False), click.Choice([".", ","])
DAY = click.DateTime(["%Y-%m-%d"])
data_option = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Data directory [env: CRM_ANALYTICS_DATA]."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


sheet_option = click.option("--sheet", help="Sheet of a workbook.  [default: that with the most rows]")


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="crm-analytics")
def main() -> None:
    """Load a company's exports and read the figures of its relationship marketing."""


@contextmanager
def opened(data: Path | None, *, to_write: bool = False) -> Iterator[Callable[..., dict[str, Any]]]:
    """What answers a verb on a data directory: this process, or the dashboard that has its database open.

    It is called with verb, arguments, and where there is somebody to talk to `report` and `ask`.
    """
    from crm_analytics.handover import client, requests
    from crm_analytics.verbs import Work

    settings = Settings.read(data)
    with ExitStack() as held:
        try:
            warehouse = held.enter_context(closing(_warehouse(settings, to_write)))
            busy = None
        except DatabaseBusy as error:
            busy = error

        def perform(
            verb: str, report: Callable[..., None] = _unheard, ask: Callable[..., bool] = _refuse, **arguments: Any
        ) -> dict[str, Any]:
            if busy:
                return client.asked(settings, busy, verb, arguments, report, ask)
            return requests.answer(warehouse, verb, arguments, Work(report, ask))

        yield perform


def _warehouse(settings: Settings, to_write: bool) -> Any:
    """The warehouse of a data directory. Where there is none yet, only writing makes one."""
    from crm_analytics.engine.duck import Duck
    from crm_analytics.query.upgrade import prepare
    from crm_analytics.query.warehouse import Warehouse

    if to_write or settings.database.exists():
        return Warehouse.open(settings)
    duck = Duck(None)
    prepare(duck)
    return Warehouse(duck, settings)


def _unheard(share: float, what: str) -> None:
    """Progress that nobody watches."""


def _refuse(report: dict[str, Any], doubts: list[str]) -> bool:
    """Without somebody to ask, what is doubtful is not loaded."""
    return False


# --- the dashboard --------------------------------------------------------------------------------------------------


@main.command()
@data_option
@click.option("--port", type=click.IntRange(1, 65535), help="Port on this machine; else the first free one from 8501.")
@click.option("--browser/--no-browser", default=False, help="Open the dashboard in the browser.")
def run(data: Path | None, port: int | None, browser: bool) -> None:
    """Start the dashboard on this machine."""
    app = PROJECT / "app.py"
    if not app.exists():
        raise click.ClickException(f"{app} is not there: install from a checkout with `pip install -e .`.")
    settings = Settings.read(data)
    if settings.database.exists():
        _warehouse(settings, to_write=False).close()  # says who holds the database before a browser is opened
    port = _free_port(port)
    options = {
        "server.port": port,
        "server.headless": str(not browser).lower(),
        "server.showEmailPrompt": "false",
        "logger.hideWelcomeMessage": "true",
    }
    click.echo(f"Dashboard: http://127.0.0.1:{port}\nData: {settings.data_dir}\nCtrl+C stops it.")
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    command += [f"--{name}={value}" for name, value in options.items()]
    os.chdir(PROJECT)  # where Streamlit finds .streamlit/config.toml
    _become(command, {**os.environ, DATA_VARIABLE: str(settings.data_dir)})


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Go on as another program; Windows cannot, there it runs beside."""
    if os.name == "posix":
        os.execve(command[0], command, environment)  # noqa: S606
    sys.exit(subprocess.call(command, env=environment))  # noqa: S603


def _free_port(asked: int | None) -> int:
    for port in [asked] if asked else range(8501, 8601):
        with socket.socket() as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise BadValue("port", asked or "8501 to 8600", "a port that no other program uses and that you may use")


@main.command()
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


# --- files in and out -----------------------------------------------------------------------------------------------


@main.command("import")
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
@click.option("--dates", metavar="COLUMN ORDER", type=(str, ORDER), multiple=True, help="DMY, MDY or YMD.")
@click.option("--decimal", metavar="COLUMN MARK", type=(str, MARK), multiple=True, help="The decimal mark: . or ,")
@click.option("--anew", is_flag=True, help="Leave aside what was decided of earlier files with the same headers.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; load nothing.")
@click.option(
    "--effect", is_flag=True, help="With --dry-run, try the effect on the figures of more than 200,000 rows too."
)
@data_option
@json_option
def import_(
    files: tuple[Path, ...], kind: str | None, mapping: Path | None, source: str | None, sheet: str | None,
    blank: tuple[str, ...], replaced: tuple[tuple[str, str, str], ...], fill: tuple[tuple[str, str], ...],
    dates: tuple[tuple[str, str], ...], decimal: tuple[tuple[str, str], ...], anew: bool, dry_run: bool, effect: bool,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Load files of orders, customers, contacts, answers and other kinds: text, workbooks, Parquet or JSON lines, packed or not.

    A folder or an archive gives its files one after the other, in the order of their names.

    A file is loaded when it is clear what its columns mean. Where it is not, a terminal asks; without one nothing is
    loaded and FILE.mapping.json is written, to be corrected and given with --mapping. What is said of single columns
    (--blank, --replace, --fill, --dates, --decimal) can also stand in that file, and is kept with the import.
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
            "date_order": dict(dates),
            "decimal": dict(decimal),
        },
    }
    asks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    reports = []
    with opened(data, to_write=not dry_run) as perform:
        for part in each_file(files):
            with screen.progress() as told:
                ask = screen.ask if asks else _refuse
                place = {"path": str(part.path.absolute()), "name": part.name, "beside": str(part.beside.absolute())}
                report = perform("import", told, ask, **place, **wish)
            reports.append(report)
            if not as_json and "error" not in report:
                click.echo(screen.import_report(report, dry_run))
    if as_json:
        click.echo(screen.json_text(reports[0] if len(reports) == 1 else {"imports": reports}))
    if failed := [each["error"] for each in reports if "error" in each]:
        for error in failed:
            click.echo(f"Error: {screen.line(error)}", err=True)
        sys.exit(1)


@main.command()
@data_option
@json_option
def imports(data: Path | None, as_json: bool) -> None:
    """List what was imported, the oldest first."""
    with opened(data) as perform:
        found = perform("imports")["imports"]
    if as_json:
        click.echo(screen.json_text({"imports": found}))
    else:
        click.echo(screen.import_list(found) if found else "Nothing was imported yet.")


@main.command()
@click.argument("import_id", type=int)
@data_option
def rejects(import_id: int, data: Path | None) -> None:
    """Print the rejected rows of an import as CSV, with their reasons: to be corrected and imported again."""
    with opened(data) as perform:
        click.echo(perform("rejects", import_id=import_id)["text"].encode(), nl=False)


@main.command()
@click.option("--forget", type=int, metavar="NUMBER", help="Forget this one.")
@data_option
@json_option
def mappings(forget: int | None, data: Path | None, as_json: bool) -> None:
    """List what people decided of files: the next ones with the same headers are read so too."""
    with opened(data, to_write=forget is not None) as perform:
        found = perform("mappings", forget=forget, who=system_user())["mappings"]
    if as_json:
        click.echo(screen.json_text({"mappings": found}))
    else:
        click.echo(screen.mapping_list(found) if found else "Nothing was decided by hand.")


@main.command()
@click.argument("import_id", type=int)
@data_option
@json_option
def undo(import_id: int, data: Path | None, as_json: bool) -> None:
    """Take an import back; what it had replaced holds again."""
    _switch("undo", import_id, data, as_json)


@main.command()
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


@main.command()
@click.argument("file", type=FILE)
@click.option("--csv", "form", flag_value="csv", help="The rows as they were read, as CSV.")
@click.option("--json", "form", flag_value="json", help="The report as one JSON object.")
@click.option("--kind", help="Kind of table. Else it is recognised.")
@sheet_option
def recognise(file: Path, form: str | None, kind: str | None, sheet: str | None) -> None:
    """Say how FILE is read, without loading it."""
    from crm_analytics.verbs import recognised

    report, rows = recognised(file, kind, date.today(), sheet)
    if form == "csv":
        click.echo(rows, nl=False)
    elif form == "json":
        click.echo(screen.json_text(report))
    else:
        click.echo(screen.recognition(report))


# --- backup ---------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Write over a file OUT that is there.")
@data_option
@json_option
def backup(out: Path, replace: bool, data: Path | None, as_json: bool) -> None:
    """Write all data into the one file OUT, while others work too."""
    with opened(data) as perform, screen.progress() as told:
        made = perform("backup", told, out=str(out.absolute()), replace=replace)
    click.echo(screen.json_text(made) if as_json else screen.backup_report(made))


@main.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Move what is in the data directory aside, into a folder inside it.")
@data_option
@json_option
def restore(file: Path, replace: bool, data: Path | None, as_json: bool) -> None:
    """Put the backup FILE in place of an empty data directory, all of it or nothing."""
    from crm_analytics import backup as backups

    with screen.progress() as told:
        made = backups.restore(file, Settings.read(data), told, datetime.now(), replace=replace)
    click.echo(screen.json_text(made) if as_json else screen.restore_report(made))


# --- figures --------------------------------------------------------------------------------------------------------


@main.command()
def metrics() -> None:
    """List every figure: its name, what it is, and what can be set."""
    from crm_analytics.metrics.catalogue import METRICS

    width = max(map(len, METRICS)) + 2
    for metric in METRICS.values():
        knobs = f" (set: {', '.join(metric.knobs)})" if metric.knobs else ""
        click.echo(f"{metric.name:<{width}}{metric.about}{knobs}")


@main.command()
@click.argument("metric")
@click.option(
    "--segment",
    metavar="NAME|JSON",
    help='Whom: a saved segment, or {"field": "status", "operator": "is", "value": "active"}.',
)
@click.option("--as-of", type=DAY, help="The day the figures are of.  [default: the latest order date]")
@click.option("--before", type=DAY, help="The day they are compared with.  [default: a year before]")
@click.option("--set", "knobs", metavar="KNOB=VALUE", multiple=True, help="What `crm-analytics metrics` lists.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Most rows.  [default: 1,000 customers in a table, else all]")
@data_option
def show(
    metric: str, segment: str | None, as_of: datetime | None, before: datetime | None, knobs: tuple[str, ...],
    form: str, limit: int | None, data: Path | None,
) -> None:  # fmt: skip
    """Show the figure METRIC."""
    days = {"as_of": as_of, "before": before}
    wish = {name: day.date().isoformat() if day else None for name, day in days.items()}
    with opened(data) as perform:
        shown = perform("show", metric=metric, segment=segment, knobs=_knobs(knobs), limit=limit, form=form, **wish)
    if form == "csv":
        click.echo(shown["text"].encode(), nl=False)
    else:
        click.echo(shown["text"])
    for note in shown["notes"]:
        click.echo(screen.line(note), err=True)


def _knobs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, mark, _ in pairs:
        if not mark or not name:
            raise click.BadParameter(f"{name!r} is not of the form knob=value.", param_hint="--set")
    return {name: value for name, _, value in pairs}


cli_segments.register(main, opened, data_option, json_option)
cli_plan.register(main, opened, data_option, json_option)
cli_settings.register(main, opened, data_option, json_option)

if __name__ == "__main__":
    main()
