"""What the options of several verbs are: files, days, the data directory, JSON, NAME=VALUE."""

from __future__ import annotations

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
data_option = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Data directory [env: CRM_ANALYTICS_DATA]."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")


def named(given: tuple[str, ...], name: str, hint: str) -> dict[str, str]:
    """Name -> value of texts such as NAME=VALUE; `name` says in the error what is named, `hint` which option it was."""
    pairs = [each.partition("=") for each in given]
    for own, mark, _ in pairs:
        if not mark or not own:
            raise click.BadParameter(f"{own!r} is not of the form {name}=value.", param_hint=hint)
    return {own: value for own, _, value in pairs}
