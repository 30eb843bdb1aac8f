"""The verb of the business's parameters: its options, and how the reply is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crm_analytics import screen
from crm_analytics.config import system_user


def register(main: click.Group, opened: Callable[..., Any], data_option: Any, json_option: Any) -> None:
    """Add the verb to the command line; `opened` gives what answers it."""

    @main.command("settings")
    @click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
    @data_option
    @json_option
    def settings(changes: tuple[str, ...], data: Path | None, as_json: bool) -> None:
        """Show the parameters in force, or change them: VALUE is JSON, or `default`."""
        pairs = [each.partition("=") for each in changes]
        for name, mark, _ in pairs:
            if not mark or not name:
                raise click.BadParameter(f"{name!r} is not of the form name=value.", param_hint="NAME=VALUE")
        given = {name: value for name, _, value in pairs}
        with opened(data, to_write=bool(given)) as perform:
            found = perform("settings", changes=given, who=system_user())
        click.echo(screen.json_text(found) if as_json else _lines(found))


def _lines(found: dict[str, Any]) -> str:
    rows = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in found["settings"].items()]
    if window := found.get("activity_window"):
        rows.append(f"The activity window is {window['days']} days: {window['rule']}.")
    return "\n".join(screen.line(each) for each in rows)
