"""The verbs of saved segments: their options, and how the replies are printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from crm_analytics import screen
from crm_analytics.cli.opening import opened
from crm_analytics.cli.options import DAY, data_option, json_option
from crm_analytics.config import system_user


@click.group("segments", invoke_without_command=True)
@data_option
@json_option
@click.pass_context
def segments(context: click.Context, data: Path | None, as_json: bool) -> None:
    """List the saved segments; save one, or put one away."""
    if context.invoked_subcommand is None:
        with opened(data) as perform:
            found = perform("segments")
        click.echo(screen.json_text(found) if as_json else _list(found["segments"]))


@segments.command("save")
@click.argument("name")
@click.argument("rule")
@click.option("--description", default="", help="What it is for.")
@click.option("--owner", default="", help="Who answers for it.  [default: who saves it]")
@click.option("--frozen", type=DAY, help="Keep the list of its members of this day instead of the rule.")
@click.option("--seen", type=int, help="The version that this one replaces; without it the name must be new.")
@data_option
@json_option
def save(
    name: str, rule: str, description: str, owner: str, frozen: datetime | None, seen: int | None,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Save RULE (JSON, or the name of another segment) as the segment NAME."""
    day = frozen.date().isoformat() if frozen else None
    told = {"description": description, "owner": owner, "frozen": day, "seen": seen}
    with opened(data, to_write=True) as perform:
        made = perform("save_segment", name=name, rule=rule, who=system_user(), **told)
    click.echo(screen.json_text(made) if as_json else _list([made]))


@segments.command("archive")
@click.argument("name")
@data_option
@json_option
def archive(name: str, data: Path | None, as_json: bool) -> None:
    """Put the segment NAME away; its versions and members stay."""
    with opened(data) as perform:
        made = perform("archive_segment", name=name, who=system_user())
    click.echo(screen.json_text(made) if as_json else f"{screen.line(name)} is archived.")


@click.command("export")
@click.argument("segment", metavar="NAME|JSON")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--columns", help="Fields of the customers, with commas between.")
@click.option("--channel", help="They will be contacted over it: consent and the contact cap are respected.")
@click.option("--unknown-consents", is_flag=True, help="Also those who have said neither yes nor no.")
@click.option("--with-held-out", is_flag=True, help="Also those held out of a programme, and running control groups.")
@click.option("--control", type=click.FloatRange(0, 0.5), default=0.0, show_default=True, help="Share left out.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Draws the control group.")
@click.option("--campaign", default="", help="Make a campaign of this name.")
@click.option("--as-of", type=DAY, help="Members of this day.  [default: the latest order date]")
@click.option("--replace", is_flag=True, help="Write over a file OUT that is there.")
@data_option
@json_option
def export(
    segment: str, out: Path, columns: str | None, channel: str | None, unknown_consents: bool, with_held_out: bool,
    control: float, seed: int, campaign: str, as_of: datetime | None, replace: bool, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write the members of a segment to OUT: .csv, .xlsx or .parquet."""
    wish = {"columns": columns, "channel": channel, "unknown_consents": unknown_consents, "control": control}
    wish |= {"seed": seed, "campaign": campaign, "as_of": as_of.date().isoformat() if as_of else None}
    with opened(data) as perform:
        place = {"out": str(out.absolute()), "replace": replace, "with_held_out": with_held_out}
        made = perform("export", segment=segment, who=system_user(), **place, **wish)
    said = f"{made['in_words']}\n{made['file']} is export {made['export_id']}, campaign {made['campaign_id']}."
    click.echo(screen.json_text(made) if as_json else said)


@click.command("score")
@click.option("--as-of", type=DAY, help="As of this day.  [default: the latest order date]")
@data_option
@json_option
def score(as_of: datetime | None, data: Path | None, as_json: bool) -> None:
    """Keep each customer's risk, value and action as fields that segments can ask for, until the next scoring."""
    with opened(data) as perform:
        made = perform("keep_scores", as_of=as_of.date().isoformat() if as_of else None, who=system_user())
    said = f"Risk, value and action of {made['customers']:,} customers are kept as of {made['as_of']}."
    click.echo(screen.json_text(made) if as_json else said)


@click.command("caps")
@click.argument("channel")
@click.argument("contacts", type=click.IntRange(0, 1000), required=False)
@data_option
@json_option
def caps(channel: str, contacts: int | None, data: Path | None, as_json: bool) -> None:
    """Let nobody be contacted over CHANNEL more than CONTACTS times in 30 days; without a number, as often as one likes."""
    with opened(data, to_write=True) as perform:
        found = perform("contact_cap", channel=channel, contacts=contacts, who=system_user())
    shown = "\n".join(f"{screen.line(name)}: {most} in 30 days" for name, most in found["contact_caps"].items())
    click.echo(screen.json_text(found) if as_json else shown or "No channel has a cap.")


def _list(found: list[dict[str, Any]]) -> str:
    if not found:
        return "No segment is saved yet."
    return "\n".join(
        screen.line(f"{each['segment']} (version {each['version']}, {each['owner']}): {each['rule_in_words']}")
        for each in found
    )


VERBS = (segments, export, score, caps)
