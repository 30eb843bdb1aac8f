"""Plans of campaigns as they were before launch, and costs entered by hand: every change is a version, the highest holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from crm_analytics.engine.duck import Session
from crm_analytics.errors import BadValue, UnknownName

LONGEST_NAME = 80


@dataclass(frozen=True)
class Entered:
    """What somebody entered of a campaign; None: nothing. Money, and the name of the arm that was left alone.

    `version` counts what was entered of it before, this included; 0 for nothing.
    """

    fixed_cost: float | None = None
    cost_per_contact: float | None = None
    value_per_conversion: float | None = None
    control_arm: str | None = None
    version: int = 0

    def checked(self) -> Entered:
        """Itself, or `BadValue` naming the amount that is below 0."""
        for name in ("fixed_cost", "cost_per_contact", "value_per_conversion"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1e12:
                raise BadValue(name, value, "an amount of money from 0")
        return self


@dataclass(frozen=True)
class Plan:
    """What was expected of a campaign before its launch; money and effects per customer.

    outcome: converted or revenue. effect: expected difference per customer; effect_spread its standard deviation.
    value: profit of one unit of the outcome. customers: both arms. past_mean: the outcome of the audience in the window before.
    audience: the rule in words.
    """

    name: str
    outcome: str
    audience: str
    as_of: date
    customers: int
    control_share: float
    effect: float
    effect_spread: float
    value: float
    contact_cost: float
    fixed_cost: float
    past_mean: float
    detectable_effect: float | None
    customers_needed: int | None
    expected_profit: float
    profit_low_80: float
    profit_high_80: float
    campaign_id: str | None = None

    def checked(self) -> Plan:
        """Itself, or `BadValue` naming what cannot be."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise BadValue("name", self.name, f"a name of 1 to {LONGEST_NAME} characters")
        if not 0 < self.control_share < 1:
            raise BadValue("control_share", self.control_share, "a share between 0 and 1")
        return self


@dataclass(frozen=True)
class Saved:
    """A version of a stored plan."""

    plan_id: int
    version: int
    plan: Plan
    who: str
    saved_at: datetime


def entered(session: Session) -> dict[str, Entered]:
    """What holds of every campaign of which something was entered."""
    rows = session.rows(
        """SELECT campaign_id, fixed_cost, cost_per_contact, value_per_conversion, control_arm, version FROM workspace.campaign_costs
        WHERE (campaign_id, version) IN (SELECT (campaign_id, max(version)) FROM workspace.campaign_costs GROUP BY campaign_id)
        ORDER BY campaign_id"""
    )
    return {row[0]: Entered(*row[1:]) for row in rows}


def state(session: Session) -> int:
    """A number that grows with everything entered: part of the key of what is kept of figures."""
    return int(session.value("SELECT count(*) FROM workspace.campaign_costs"))


def enter(session: Session, campaign_id: str, stated: Entered, who: str) -> None:
    """Store what was entered of a campaign in place of `stated.version`, within the caller's transaction.

    `BadValue` where another one holds by now: nothing is overwritten that was not seen.
    """
    stated.checked()
    rows = session.rows(
        "SELECT version, who, entered_at FROM workspace.campaign_costs WHERE campaign_id = $id ORDER BY version DESC LIMIT 1",
        {"id": campaign_id},
    )
    for version, other, at in rows:
        if version != stated.version:
            raise BadValue(
                f"what is entered of campaign {campaign_id}",
                f"version {stated.version}" if stated.version else "new",
                f"version {version}, which {other} saved on {at:%Y-%m-%d at %H:%M:%S}; nothing was overwritten. "
                "Look at it, then save again",
            )
    session.do(
        "INSERT INTO workspace.campaign_costs SELECT $campaign_id, $version, $fixed_cost, $cost_per_contact, "
        "$value_per_conversion, $control_arm, $who, $now",
        asdict(stated) | {"campaign_id": campaign_id, "version": stated.version + 1, "who": who, "now": datetime.now()},
    )


def save(session: Session, plan: Plan, who: str, plan_id: int | None = None) -> Saved:
    """Store a plan, or the next version of one, within the caller's transaction; `UnknownName` for a plan that is not there."""
    plan.checked()
    known = {each.plan_id: each for each in listed(session)}
    if plan_id is not None and plan_id not in known:
        raise UnknownName("campaign plan", str(plan_id), known)
    number = plan_id or 1 + max(known, default=0)
    version = known[plan_id].version + 1 if plan_id is not None else 1
    saved = Saved(number, version, plan, who, datetime.now())
    session.do(
        "INSERT INTO workspace.campaign_plans VALUES ($plan_id, $version, $name, $campaign_id, $plan, $who, $saved_at)",
        {
            "plan_id": saved.plan_id, "version": saved.version, "name": plan.name, "campaign_id": plan.campaign_id,
            "plan": json.dumps(asdict(plan) | {"as_of": plan.as_of.isoformat()}), "who": who, "saved_at": saved.saved_at,
        },
    )  # fmt: skip
    return saved


def listed(session: Session) -> list[Saved]:
    """The latest version of every plan, the oldest plan first."""
    rows = session.rows(
        """SELECT plan_id, version, plan, who, saved_at FROM workspace.campaign_plans
        WHERE (plan_id, version) IN (SELECT (plan_id, max(version)) FROM workspace.campaign_plans GROUP BY plan_id)
        ORDER BY plan_id"""
    )
    return [_from(row) for row in rows]


def versions(session: Session, plan_id: int) -> list[Saved]:
    """Every version of a plan, the first one first: what was approved stays."""
    rows = session.rows(
        "SELECT plan_id, version, plan, who, saved_at FROM workspace.campaign_plans WHERE plan_id = $plan_id ORDER BY version",
        {"plan_id": plan_id},
    )
    return [_from(row) for row in rows]


def _from(row: tuple) -> Saved:  # type: ignore[type-arg]
    kept = json.loads(row[2])
    plan = Plan(**kept | {"as_of": date.fromisoformat(kept["as_of"])})
    return Saved(row[0], row[1], plan, row[3], row[4])
