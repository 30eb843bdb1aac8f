"""The verbs of figures: what there is, and one of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened
from crm_analytics.cli.options import DAY, data_option, json_option, named


@click.command()
def metrics() -> None:
    """List every figure: its name, what it is, and what can be set."""
    from crm_analytics.metrics.catalogue import METRICS

    width = max(map(len, METRICS)) + 2
    for metric in METRICS.values():
        knobs = f" (set: {', '.join(metric.knobs)})" if metric.knobs else ""
        click.echo(f"{metric.name:<{width}}{metric.about}{knobs}")


@click.command()
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
    chosen = named(knobs, "knob", "--set")
    with opened(data) as perform:
        shown = perform("show", metric=metric, segment=segment, knobs=chosen, limit=limit, form=form, **wish)
    if form == "csv":
        click.echo(shown["text"].encode(), nl=False)
    else:
        click.echo(shown["text"])
    for note in shown["notes"]:
        click.echo(screen.line(note), err=True)


@click.command()
@data_option
@json_option
def prepare(data: Path | None, as_json: bool) -> None:
    """Make what the pages open with, so that the first look of the day waits for nothing.

    A large import does so by itself. A change of the data, or a newer version of the program, makes it necessary again.
    """
    with opened(data) as perform, screen.progress() as told:
        made = perform("prepare", told)
    meanwhile = "; the data changed meanwhile" if made["left"] else ""
    click.echo(screen.json_text(made) if as_json else f"{made['frames']} new answers are prepared{meanwhile}.")


VERBS = (metrics, show, prepare)
