"""Rules of the business that the user may change; each is a parameter of METRICS and shown beside its figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue

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


@dataclass(frozen=True)
class Preferences:
    """Parameters in force.

    activity_window_days: None means found from the data. loyal_purchase_days: count. exclude_services: leave
    postage, fees and the like out of revenue.
    """

    activity_window_days: int | None = None
    loyal_purchase_days: int = 3
    exclude_services: bool = False

    def checked(self) -> Preferences:
        """Itself, or `BadValue` naming the value that is out of range."""
        if self.activity_window_days is not None and not 1 <= self.activity_window_days <= 3650:
            raise BadValue("activity_window_days", self.activity_window_days, "1 to 3650 days, or nothing")
        if not 1 <= self.loyal_purchase_days <= 1000:
            raise BadValue("loyal_purchase_days", self.loyal_purchase_days, "1 to 1000")
        return self


def read(session: Session) -> Preferences:
    """The preferences stored in the database, defaults where nothing is stored."""
    names = {field.name for field in fields(Preferences)}
    stored = session.rows("SELECT name, value FROM workspace.settings")
    return Preferences(**{name: json.loads(value) for name, value in stored if name in names}).checked()


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
