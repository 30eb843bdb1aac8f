"""The verbs of backups."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened
from crm_analytics.cli.options import FILE, data_option, json_option
from crm_analytics.config import Settings


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Write over a file OUT that is there.")
@data_option
@json_option
def backup(out: Path, replace: bool, data: Path | None, as_json: bool) -> None:
    """Write all data into the one file OUT, while others work too."""
    with opened(data) as perform, screen.progress() as told:
        made = perform("backup", told, out=str(out.absolute()), replace=replace)
    click.echo(screen.json_text(made) if as_json else screen.backup_report(made))


@click.command()
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


VERBS = (backup, restore)
