"""The command line's verbs for plans: load, list, export, approve, hold out, report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened
from crm_analytics.cli.options import DAY, FILE, data_option, json_option
from crm_analytics.config import system_user

programme_option = click.option("--programme", help="Id or name of the programme.  [default: the only one]")


@click.group()
def plan() -> None:
    """Load, list, export and approve the plan of a programme."""


@plan.command("load")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@programme_option
@data_option
@json_option
def load(files: tuple[Path, ...], programme: str | None, data: Path | None, as_json: bool) -> None:
    """Load a plan: CSV files named programme, objectives, actions, budget ..., or workbooks with sheets of these names.

    All of it or nothing. Rows that are there already get a new version. Baselines are computed and frozen.
    """
    with opened(data, to_write=True) as perform:
        paths = [str(file.absolute()) for file in files]
        made = perform("plan_load", paths=paths, who=system_user(), programme=programme)
    if as_json:
        click.echo(screen.json_text(made))
        return
    for kind, count in made["rows"].items():
        click.echo(
            f"{kind:<12}{count['read']:>5} read: {count['new']} new, {count['changed']} changed, {count['same']} same"
        )
    for programme_id, frozen in made["frozen"].items():
        click.echo(screen.line(f"{programme_id}: frozen {', '.join(frozen) or 'nothing new'}"))
    for note in made["notes"]:
        click.echo(screen.line(note), err=True)


@plan.command("list")
@data_option
@json_option
def list_(data: Path | None, as_json: bool) -> None:
    """List the programmes and how much of a plan each has."""
    with opened(data) as perform:
        found = perform("plan_list")
    if as_json:
        click.echo(screen.json_text(found))
        return
    for each in found["programmes"]:
        rows = ", ".join(
            f"{each[kind]} {kind}" for kind in ("objectives", "actions", "budget", "measures", "tasks", "studies")
        )
        approved = f"approved {each['approved_at']}" if each["approved_at"] else "not approved"
        span = f"{each['valid_from']} to {each['valid_to']}"
        click.echo(screen.line(f"{each['programme']}  {each['name']}, {span}: {rows}; {approved}"))
    if not found["programmes"]:
        click.echo("There is no plan yet: crm-analytics plan load FILE...")


@plan.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@programme_option
@data_option
@json_option
def export(out: Path, programme: str | None, data: Path | None, as_json: bool) -> None:
    """Write a plan, or all of them, as CSV files into the folder OUT, or as a workbook where OUT ends in .xlsx.

    `plan load` reads them again.
    """
    with opened(data) as perform:
        made = perform("plan_export", out=str(out.absolute()), programme=programme)
    if as_json:
        click.echo(screen.json_text(made))
        return
    for kind, rows in made["rows"].items():
        place = f"{out / kind}.csv" if "folder" in made else f"{out}, sheet {kind}"
        click.echo(screen.line(f"{rows:>6,}  {place}"))


@plan.command("approve")
@click.argument("programme", required=False)
@data_option
@json_option
def approve(programme: str | None, data: Path | None, as_json: bool) -> None:
    """Keep the plan as it stands as the one approved; later changes are compared with it."""
    with opened(data, to_write=True) as perform:
        made = perform("plan_approve", programme=programme, who=system_user())
    click.echo(
        screen.json_text(made)
        if as_json
        else screen.line(f"{made['programme']} is approved as of {made['approved_at']}.")
    )


@plan.command("holdout")
@click.argument("programme", required=False)
@click.option("--share", type=float, default=0.05, show_default=True, help="Share of the buyers to leave alone.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same customers.")
@data_option
@json_option
def holdout(programme: str | None, share: float, seed: int, data: Path | None, as_json: bool) -> None:
    """Draw the customers that a programme leaves alone, once and for good, so that its effect can be measured."""
    with opened(data, to_write=True) as perform:
        made = perform("plan_holdout", programme=programme, share=share, seed=seed, who=system_user())
    said = f"{made['customers']:,} customers are held out of {made['programme']} from now on."
    click.echo(screen.json_text(made) if as_json else screen.line(said))


@click.group()
def report() -> None:
    """Write a printable report."""


@report.command("programme")
@click.argument("programme", required=False)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="PDF to write.  [default: programme-ID-DATE.pdf]"
)
@click.option("--as-of", type=DAY, help="The day the figures are of.  [default: the latest order date]")
@data_option
@json_option
def programme_report(
    programme: str | None, out: Path | None, as_of: datetime | None, data: Path | None, as_json: bool
) -> None:
    """The status of a programme as PDF: the same numbers as on its page."""
    with opened(data) as perform:
        day = as_of.date().isoformat() if as_of else None
        target = str(out.absolute()) if out else None
        made = perform("report_programme", programme=programme, as_of=day, out=target, folder=str(Path.cwd()))
    click.echo(screen.json_text(made) if as_json else screen.line(made["file"]))
    for note in made["notes"] if not as_json else ():
        click.echo(screen.line(note), err=True)


VERBS = (plan, report)
