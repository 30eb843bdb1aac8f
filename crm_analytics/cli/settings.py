"""The verb of the business's parameters: its options, and how the reply is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened
from crm_analytics.cli.options import data_option, json_option, named
from crm_analytics.config import system_user


@click.command("settings")
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
@data_option
@json_option
def settings(changes: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Show the parameters in force, or change them: VALUE is JSON, or `default`."""
    given = named(changes, "name", "NAME=VALUE")
    with opened(data, to_write=bool(given)) as perform:
        found = perform("settings", changes=given, who=system_user())
    click.echo(screen.json_text(found) if as_json else _lines(found))


def _lines(found: dict[str, Any]) -> str:
    rows = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in found["settings"].items()]
    if window := found.get("activity_window"):
        rows.append(f"The activity window is {window['days']} days: {window['rule']}.")
    return "\n".join(screen.line(each) for each in rows)


VERBS = (settings,)
