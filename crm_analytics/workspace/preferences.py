"""Rules of the business that the user may change; each is a parameter of METRICS and shown beside its figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue
from crm_analytics.schema import KINDS

#: Articles that are no products: an exact match of the code (or of the description where there is no code).
SERVICE_CODES = (
    "post", "postage", "dot", "dotcom postage", "p&p", "ship", "shipping", "freight", "carriage", "delivery", "c2", "m", "manual",
    "d", "discount", "s", "samples", "b", "adjust bad debt", "bank charges", "amazonfee", "amazon fee", "cruk", "pads", "fee", "commission",
)  # fmt: skip

#: R score -> names for FM score 1 to 5.
RFM_GRID: tuple[tuple[str, ...], ...] = (
    ("Lost", "Lost", "At Risk", "Can't Lose", "Can't Lose"),
    ("Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose"),
    ("About to Sleep", "About to Sleep", "Need Attention", "Loyal", "Loyal"),
    ("Promising", "Potential Loyalists", "Potential Loyalists", "Loyal", "Champions"),
    ("New", "Potential Loyalists", "Potential Loyalists", "Champions", "Champions"),
)
PROSPECTS = "Prospects"

#: Names in the order in which they are listed, best first.
RFM_SEGMENTS: tuple[str, ...] = (
    "Champions", "Loyal", "Potential Loyalists", "New", "Promising", "Need Attention", "About to Sleep", "At Risk", "Can't Lose",
    "Hibernating", "Lost", PROSPECTS,
)  # fmt: skip


#: Fields of a person of which people trust a source together: parts of two addresses make none.
ADDRESS = ("street", "house_number", "address_2", "postal_code", "city", "region", "country")
#: What an order of trusted sources can be given for: a field of customers, or the address as a whole.
SURVIVING = ("address", *(name for name in KINDS["customers"].names if name != "customer_id"))

#: Names that the relation `customers` and the migration use for themselves.
TAKEN = (PROSPECTS, "Not yet a customer")
LONGEST_NAME = 40

Grid = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Cutoffs:
    """Fixed thresholds of the scores 2, 3, 4 and 5, in place of fifths of the base.

    recency: at most so many days since the last purchase, falling. frequency: at least so many purchase days, rising.
    monetary: at least so much net revenue, rising. Equal thresholds leave a score empty.
    """

    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[float, ...]

    def checked(self) -> Cutoffs:
        """Itself, or `BadValue` naming the measure whose thresholds make no sense."""
        for name, way in (("recency", -1), ("frequency", 1), ("monetary", 1)):
            steps = getattr(self, name)
            rises = all((after - before) * way >= 0 for before, after in pairwise(steps))
            if len(steps) != 4 or not rises or any(not abs(each) < 1e14 for each in steps):
                words = "four thresholds for the scores 2 to 5, " + ("falling days" if way < 0 else "rising")
                raise BadValue(f"rfm_cutoffs, {name}", list(steps), words)
        return self

    def values(self) -> dict[str, object]:
        """The thresholds by the names under which statements ask for them."""
        numbered = {name: getattr(self, name) for name in ("recency", "frequency", "monetary")}
        return {
            f"{name}_{score}": Decimal(str(each)) if name == "monetary" else int(each)
            for name, steps in numbered.items()
            for score, each in zip((2, 3, 4, 5), steps, strict=True)
        }


#: What statements are given where scores are fifths of the base.
FIFTHS = {f"{name}_{score}": None for name in ("recency", "frequency", "monetary") for score in (2, 3, 4, 5)}


@dataclass(frozen=True)
class Preferences:
    """Parameters in force.

    activity_window_days: None means found from the data. loyal_purchase_days: count. exclude_services: leave
    postage, fees and the like out of revenue. rfm_grid: names of the segments, by R score and FM score.
    rfm_cutoffs: fixed thresholds of the scores; None means fifths of the base. rfm_look_back_months: months to the as-of
    date of which RFM counts purchase days and money; None means all history. home_country: ISO 3166 code of the
    business's country, in which telephone numbers without a country are read; None means the most frequent one of the
    customers. source_priority: sources whose values of a person are taken first, the most trusted first; of the others,
    and within a source, the newest value. field_priority: the same for single fields (or `address`: its parts that
    have no order of their own all come from one record, the first that has a street, a postal code or a city);
    sources that it does not name follow as for all fields.
    """

    activity_window_days: int | None = None
    loyal_purchase_days: int = 3
    exclude_services: bool = False
    rfm_grid: Grid = RFM_GRID
    rfm_cutoffs: Cutoffs | None = None
    rfm_look_back_months: int | None = None
    home_country: str | None = None
    source_priority: tuple[str, ...] = ()
    field_priority: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def checked(self) -> Preferences:
        """Itself, or `BadValue` naming the value that is out of range."""
        if self.activity_window_days is not None and not _whole(self.activity_window_days, 3650):
            raise BadValue("activity_window_days", self.activity_window_days, "1 to 3650 days, or nothing")
        if not _whole(self.loyal_purchase_days, 1000):
            raise BadValue("loyal_purchase_days", self.loyal_purchase_days, "1 to 1000")
        if self.rfm_look_back_months is not None and not _whole(self.rfm_look_back_months, 600):
            raise BadValue("rfm_look_back_months", self.rfm_look_back_months, "1 to 600 months, or nothing")
        if not isinstance(self.exclude_services, bool):
            raise BadValue("exclude_services", self.exclude_services, "true or false")
        if self.home_country is not None and not _is_country(self.home_country):
            raise BadValue(
                "home_country", self.home_country, "a country by its two capital letters (ISO 3166), or nothing"
            )
        if not _are_names(self.source_priority):
            raise BadValue("source_priority", self.source_priority, "a list of names of sources")
        if not isinstance(self.field_priority, dict) or not all(map(_are_names, self.field_priority.values())):
            raise BadValue("field_priority", self.field_priority, 'lists of sources by field: {"email": ["shop"]}')
        if unknown := [name for name in self.field_priority if name not in SURVIVING]:
            raise BadValue("field_priority", unknown[0], f"one of {', '.join(SURVIVING)}")
        _check_grid(self.rfm_grid)
        if self.rfm_cutoffs is not None:
            self.rfm_cutoffs.checked()
        return self

    @property
    def segment_names(self) -> tuple[str, ...]:
        """Names that a customer can have, best first: the usual ones in their order, then own ones by their best cell."""
        best: dict[str, int] = {}
        for r, row in enumerate(self.rfm_grid):
            for fm, name in enumerate(row):
                best[name] = max(best.get(name, 0), r + fm)
        own = sorted(best.keys() - set(RFM_SEGMENTS), key=lambda name: (-best[name], name))
        return (*(name for name in RFM_SEGMENTS if name in best), *own, PROSPECTS)

    @property
    def trusted(self) -> dict[str, tuple[str, ...]]:
        """Of each field with an order of its own (`address`: its parts without one) the sources, the most trusted first."""
        return {name: order for name, order in self.field_priority.items() if order}

    @property
    def scoring(self) -> dict[str, object]:
        """The thresholds of the scores as statements are given them."""
        return dict(FIFTHS) if self.rfm_cutoffs is None else self.rfm_cutoffs.values()


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _are_names(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(name, str) for name in value)


def _is_country(code: object) -> bool:
    return isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()


def _check_grid(grid: Grid) -> None:
    """Every one of the 25 cells has exactly one name that a segment may have."""
    if not isinstance(grid, tuple) or len(grid) != 5 or any(len(row) != 5 for row in grid):
        raise BadValue("rfm_grid", "a grid of another size", "five rows (R 1 to 5) of five names (FM 1 to 5)")
    for name in (each for row in grid for each in row):
        if not isinstance(name, str) or name != name.strip() or not 1 <= len(name) <= LONGEST_NAME or name in TAKEN:
            raise BadValue(
                "rfm_grid", name, f"a name of 1 to {LONGEST_NAME} characters in every cell, none of {', '.join(TAKEN)}"
            )


def read(session: Session) -> Preferences:
    """The preferences stored in the database, defaults where nothing is stored."""
    names = {each.name for each in fields(Preferences)}
    stored = session.rows("SELECT name, value FROM workspace.settings")
    return Preferences(**{name: typed(name, json.loads(value)) for name, value in stored if name in names}).checked()


def typed(name: str, value: Any) -> Any:
    """A value from JSON as the preference of that name holds it."""
    if name == "rfm_grid" and value is not None:
        return tuple(tuple(row) for row in value)
    if name == "source_priority" and isinstance(value, list):
        return tuple(value)
    if name == "field_priority" and isinstance(value, dict):
        return {each: tuple(order) if isinstance(order, list) else order for each, order in value.items()}
    if name == "rfm_cutoffs" and value is not None:
        return Cutoffs(**{measure: tuple(steps) for measure, steps in value.items()})
    return value


def write(session: Session, changes: Mapping[str, object], who: str) -> Preferences:
    """Store changed preferences within the caller's transaction; returns what is then in force."""
    wanted = replace(read(session), **changes).checked()  # type: ignore[arg-type]
    for name, value in asdict(wanted).items():
        if name in changes:
            session.do(
                "INSERT OR REPLACE INTO workspace.settings VALUES ($name, $value, $who, $now)",
                {"name": name, "value": json.dumps(value), "who": who, "now": datetime.now()},
            )
    return wanted
