"""What a plan is made of: its kinds of rows, their fields, and what each may hold."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.workspace.programmes_values import PARSERS, TAKES

Holds = Literal["id", "text", "date", "money", "number", "integer", "share"]

Values = dict[str, Any]


@dataclass(frozen=True)
class PlanField:
    """A field of a row. `choices`: the only words it takes; `also`: other headers under which files have it."""

    name: str
    holds: Holds
    about: str
    required: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """As a person reads it."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class PlanKind:
    """A kind of row. `name` is also the name of its file and sheet; `key` its number, `prefix` how new ones begin."""

    name: str
    one: str
    key: str
    prefix: str
    fields: tuple[PlanField, ...]

    def field(self, name: str) -> PlanField:
        """A field by its name; `UnknownName` if there is none."""
        known = {each.name: each for each in self.fields}
        if name not in known:
            raise UnknownName(f"field of {self.name}", name, known)
        return known[name]


EVERYONE = "everyone"
OWNER = PlanField("owner", "text", "Who answers for it.")
PROGRAMME = PlanField("programme_id", "id", "The programme it belongs to.", also=("programme", "program_id"))
DIRECTIONS = ("up", "down", "hold")
ACTION_KINDS = ("individual", "regular", "special event", "internal training", "external dissemination")
STATUSES = ("planned", "done", "missed")
STATES = ("planned", "done", "late", "missed")
#: Parts of revenue that actions work on, as the revenue tree has them.
LEVERS = ("customers", "purchases per customer", "value per order", "returns")
REPEATS = ("week", "2 weeks", "month", "quarter")
MOST_REPETITIONS = 200

PROGRAMMES = PlanKind(
    "programme", "programme", "programme_id", "PR",
    (
        PlanField("name", "text", "What customers and staff know it by.", required=True),
        PlanField("promise", "text", "What it promises the customer."),
        PlanField("valid_from", "date", "Its first day.", required=True, also=("starts_on", "start_date")),
        PlanField("valid_to", "date", "Its last day.", required=True, also=("ends_on", "end_date")),
        OWNER,
        PlanField("budget", "money", "Money for all of it."),
        PlanField("segment", "text", "Whom it is for; several are set apart by a semicolon.", also=("segments",)),
        PlanField("rational_values", "text", "What members get of use: general and exclusive benefits."),
        PlanField("emotional_values", "text", "What makes members feel known and thanked."),
    ),
)  # fmt: skip
OBJECTIVES = PlanKind(
    "objectives", "objective", "objective_id", "O",
    (
        PlanField("metric", "text", "The figure it is about, by the name it has in the catalogue.", required=True),
        PlanField("segment", "text", "Whose figure: everyone, an RFM segment, a status or a saved segment.", default=EVERYONE),
        PlanField("kind", "text", "A flow is summed over the plan, a level is read at a day.", choices=("flow", "level")),
        PlanField("target_kind", "text", "Whether the target is a figure or a change of the baseline.",
                  choices=("absolute", "change"), default="absolute"),
        PlanField("target", "number", "The figure to reach, or the change of the baseline as a share (0.10 is +10%).", required=True),
        PlanField("baseline", "number", "Where it stood at the start; computed and frozen where it is left empty."),
        PlanField("direction", "text", "Whether more or less is better, or it is to be held.", choices=DIRECTIONS, default="up"),
        PlanField("due_on", "date", "The day by which it is to be reached.", required=True, also=("due_date",)),
        OWNER,
        PlanField("tolerance", "share", "Of an objective to hold: how far off it may be, as a share of the target.", default=0.05),
    ),
)  # fmt: skip
ACTIONS = PlanKind(
    "actions", "action", "action_id", "A",
    (
        PlanField("kind", "text", "What sort of action it is.", required=True, choices=ACTION_KINDS),
        PlanField("name", "text", "What is done, in a few words.", also=("title", "what")),
        PlanField("channel", "text", "Over which channel."),
        OWNER,
        PlanField("segment", "text", "Whom it reaches.", also=("audience",)),
        PlanField("scheduled_on", "date", "The day it is to be done.", required=True, also=("scheduled", "planned_on", "date")),
        PlanField("budget", "money", "What it may cost."),
        PlanField("planned_reach", "integer", "How many customers it is to reach.", also=("planned_audience", "audience_size")),
        PlanField("expected_response", "share", "Share of those reached who are expected to respond."),
        PlanField("expected_revenue", "money", "Revenue that it is to cause, beyond what comes in anyway."),
        PlanField("executed_on", "date", "The day it was done.", also=("executed", "done_on")),
        PlanField("actual_cost", "money", "What it did cost.", also=("cost",)),
        PlanField("customers_reached", "integer", "How many it reached.", also=("reached",)),
        PlanField("status", "text", "What is said of it; missed: it is given up.", choices=STATUSES, default="planned"),
        PlanField("campaign_id", "id", "The campaign in the contacts whose effect it is measured by.", also=("campaign",)),
        PlanField("objectives", "text", "The objectives it is meant for; several are set apart by a semicolon.", also=("objective_id",)),
        PlanField("lever", "text", "The part of revenue it works on.", choices=LEVERS),
        PlanField("repeats_every", "text", "It is done again at this distance, to repeats_until.", choices=REPEATS),
        PlanField("repeats_until", "date", "The last day of the repetition."),
        PlanField("reason", "text", "Why it was late or missed."),
        PlanField("state_by_hand", "text", "A state set by hand holds against the computed one; it needs a reason.", choices=STATES),
    ),
)  # fmt: skip
BUDGET = PlanKind(
    "budget", "budget line", "line_id", "B",
    (
        PlanField("item", "text", "What the money is for.", required=True, also=("name", "what")),
        PlanField("amount", "money", "Money set aside.", required=True, also=("budget",)),
        PlanField("planned_on", "date", "When it is to be spent."),
        PlanField("spent", "money", "Money spent.", also=("actual_cost", "cost")),
        PlanField("spent_on", "date", "When it was spent."),
        OWNER,
    ),
)  # fmt: skip
MEASURES = PlanKind(
    "measures", "corrective measure", "measure_id", "M",
    (
        PlanField("what", "text", "What is done differently.", required=True),
        PlanField("why", "text", "The figure that led to it, in words.", required=True),
        PlanField("objective_id", "id", "The objective whose figure it was."),
        PlanField("figure", "number", "That figure, kept as it was."),
        PlanField("figure_on", "date", "The day of that figure."),
        OWNER,
        PlanField("due_on", "date", "When it is to be done.", required=True),
        PlanField("status", "text", "Open until it is done or dropped.", choices=("open", "done", "dropped"), default="open"),
        PlanField("done_on", "date", "When it was done."),
    ),
)  # fmt: skip
TASKS = PlanKind(
    "tasks", "task", "task_id", "T",
    (
        PlanField("kind", "text", "Training or incentive inside, media outside.", required=True,
                  choices=("training", "incentive", "media")),
        PlanField("what", "text", "What is to be done.", required=True, also=("name",)),
        PlanField("due_on", "date", "When.", required=True),
        PlanField("done_on", "date", "When it was done."),
        PlanField("invited", "integer", "Staff invited."),
        PlanField("attended", "integer", "Staff who came."),
        OWNER,
    ),
)  # fmt: skip
STUDIES = PlanKind(
    "studies", "market study", "study_id", "S",
    (
        PlanField("name", "text", "What was asked.", required=True),
        PlanField("method", "text", "Survey, interviews, focus group, mystery shopping, desk research."),
        PlanField("held_on", "date", "When.", required=True),
        PlanField("file", "text", "Where the report is kept."),
        PlanField("finding", "text", "What it showed, in a sentence."),
    ),
)  # fmt: skip

#: What a plan's files and sheets hold, in the order in which they are loaded.
KINDS: dict[str, PlanKind] = {
    kind.name: kind for kind in (PROGRAMMES, OBJECTIVES, ACTIONS, BUDGET, MEASURES, TASKS, STUDIES)
}


def read_values(kind: PlanKind, given: Mapping[str, Any]) -> Values:
    """Every field of a row, typed, from texts or values as given; fields that are not given have their default.

    Errors: BadValue, UnknownName for a field that the kind does not have.
    """
    for name in given:
        kind.field(name)
    values = {each.name: _value(kind, each, given.get(each.name)) for each in kind.fields}
    _check_together(kind, values)
    return values


def _value(kind: PlanKind, field: PlanField, given: Any) -> Any:
    if given is None or given != given or (isinstance(given, str) and not given.strip()):  # nan is not itself
        if field.required:
            raise BadValue(f"{field.name} of {kind.one}", None, "a value: it is needed")
        return field.default
    try:
        value = PARSERS[field.holds](given)
    except ValueError as error:
        raise BadValue(f"{field.name} of {kind.one}", given, TAKES[field.holds]) from error
    if field.choices:
        chosen = next((each for each in field.choices if each == str(value).casefold()), None)
        if chosen is None:
            raise BadValue(f"{field.name} of {kind.one}", given, f"one of {', '.join(field.choices)}")
        return chosen
    return value


def _check_together(kind: PlanKind, values: Values) -> None:
    if kind is PROGRAMMES and values["valid_to"] < values["valid_from"]:
        raise BadValue("valid_to", values["valid_to"].isoformat(), f"a day from {values['valid_from']} on")
    if kind is ACTIONS:
        if values["state_by_hand"] and not values["reason"]:
            raise BadValue("state_by_hand", values["state_by_hand"], "a reason beside it, in the field reason")
        if values["repeats_every"] and not values["repeats_until"]:
            raise BadValue("repeats_every", values["repeats_every"], "a last day beside it, in repeats_until")
    if kind is OBJECTIVES and values["target_kind"] == "change" and abs(values["target"]) > 10:
        raise BadValue("target", values["target"], "a change as a share of the baseline: 0.10 is +10%")


def repeated_on(values: Values) -> list[date]:
    """The days of an action that repeats, the first one too. A month that is too short has its last day."""
    first, until = values["scheduled_on"], values["repeats_until"]
    days = [first]
    for count in range(1, MOST_REPETITIONS):
        day = _later(first, values["repeats_every"], count)
        if day > until:
            break
        days.append(day)
    return days


def _later(first: date, distance: str, count: int) -> date:
    if distance in ("week", "2 weeks"):
        return first + timedelta(days=7 * count * (2 if distance == "2 weeks" else 1))
    year, month = divmod(first.year * 12 + first.month - 1 + count * (3 if distance == "quarter" else 1), 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
