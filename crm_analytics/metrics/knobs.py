"""What a metric may be told beside its audience."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_analytics.errors import BadValue


@dataclass(frozen=True)
class Knob:
    """A parameter of a metric. `parse` takes the value as given (text from the command line) and raises ValueError."""

    parse: Callable[[object], Any]
    default: Any
    allowed: str

    def read(self, name: str, value: object) -> Any:
        """The value as the metric takes it; nothing given is the default; `BadValue` says what is allowed."""
        if value is None:
            return self.default
        try:
            return self.parse(value)
        except (ValueError, TypeError) as error:
            raise BadValue(name, value, self.allowed) from error


def one_of(choices: Iterable[str], default: str | None = None) -> Knob:
    """One of a few words."""
    known = tuple(choices)

    def parse(value: object) -> str:
        if value not in known:
            raise ValueError(value)
        return str(value)

    return Knob(parse, default, f"one of {', '.join(known)}" + ("" if default else ", or nothing for all"))


def whole(low: int, high: int, default: int | None, unit: str) -> Knob:
    """A whole number within bounds."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or str(number := int(str(value))) != str(value).strip().lstrip("+"):
            raise ValueError(value)
        if not low <= number <= high:
            raise ValueError(value)
        return number

    bounds = f"a whole number of {unit} from {low:,} to {high:,}"
    return Knob(parse, default, bounds + ("" if default is not None else ", or nothing for all"))


def day(otherwise: str) -> Knob:
    """A date as YYYY-MM-DD; `otherwise` says what holds when none is given."""

    def parse(value: object) -> date:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else date.fromisoformat(str(value))

    return Knob(parse, None, f"a date as YYYY-MM-DD; {otherwise}")


def share(default: float) -> Knob:
    """A share above 0 and up to 1."""

    def parse(value: object) -> float:
        if isinstance(value, bool) or not 0 < (number := float(str(value))) <= 1:
            raise ValueError(value)
        return number

    return Knob(parse, default, "a share above 0 and up to 1, such as 0.01")


def word(allowed: str, longest: int = 200) -> Knob:
    """Any text that is not empty; without it None."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            raise ValueError(value)
        return value

    return Knob(parse, None, allowed)


def money(default: float) -> Knob:
    """An amount of money, 0 or more."""

    def parse(value: object) -> float:
        if isinstance(value, bool) or not 0 <= (number := float(str(value))) < 1e12:
            raise ValueError(value)
        return number

    return Knob(parse, default, "an amount of money, 0 or more")


#: What several packages ask.
BEFORE = {"before": day("without it the comparison day of the audience")}
GUESTS = "metrics/guests"
