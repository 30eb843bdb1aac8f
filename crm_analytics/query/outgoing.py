"""An export on its way out: who may be contacted, who is left out for comparison, and the record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from crm_analytics.errors import BadValue, UnknownName
from crm_analytics.query import controls
from crm_analytics.query.rules import EVERYONE, InSegment, in_words, to_json
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.schema import CUSTOMER_FIELDS
from crm_analytics.workspace import exports
from crm_analytics.workspace.exports import Export
from crm_analytics.workspace.programmes_holdout import everyone_held_out

COLUMNS = ("customer_id", "name", "email", "phone", "segment", "status", "revenue", "last_order_on")
FORMS = ("csv", "xlsx", "parquet")
CAP_DAYS = 30
MOST_CONTROL = 0.5
_ALL_ROWS = 2**31 - 1


@dataclass(frozen=True)
class Wish:
    """What is to be exported. Without a channel nobody is contacted: consent and cap do not bind.

    `unknown_consents`: who has said neither yes nor no over the channel is contacted too. `control_share` of those
    who may be contacted is left out, drawn by `seed`. Who is held out of a programme, or in a control group that still runs,
    stays out of every export, or the effect could not be measured; `with_held_out` lets them in.
    """

    columns: tuple[str, ...] = COLUMNS
    form: str = "csv"
    channel: str | None = None
    unknown_consents: bool = False
    control_share: float = 0.0
    seed: int = 1
    campaign: str = ""
    with_held_out: bool = False

    @property
    def makes_campaign(self) -> bool:
        """Whether a campaign is made of it: where one is named, and where a control group waits to be compared with."""
        return bool(self.campaign) or self.control_share > 0

    def checked(self) -> Wish:
        """Itself, or `BadValue` or `UnknownName` for what does not do."""
        for name in self.columns:
            if name not in CUSTOMER_FIELDS:
                raise UnknownName("field of customers", name, CUSTOMER_FIELDS)
        if self.form not in FORMS:
            raise BadValue("the format", self.form, f"one of {', '.join(FORMS)}")
        if not self.columns or len(set(self.columns)) < len(self.columns):
            raise BadValue("the columns", list(self.columns), "one or more fields, each once")
        if not 0 <= self.control_share <= MOST_CONTROL:
            raise BadValue("the share of the control group", self.control_share, f"0 to {MOST_CONTROL}")
        if not 0 <= self.seed < 2**63:
            raise BadValue("the seed", self.seed, "a whole number from 0 on")
        return self


@dataclass(frozen=True)
class Outgoing:
    """Who is exported and who is not. `frame` holds the rows of the file, `control` the ids that are left out."""

    frame: pd.DataFrame
    control: list[str]
    members: int
    no_consent: int
    over_cap: int
    held_out: int
    compared: int
    contact_cap: int | None
    treated: list[str] = field(repr=False)

    @property
    def in_words(self) -> str:
        """Of how many members how many go out, and what became of the others."""
        customers = "customer is" if self.members == 1 else "customers are"
        parts = [f"{len(self.frame):,} of {self.members:,} {customers} exported"]
        for count, why in (
            (self.held_out, "are held out of a programme, so that its effect can be measured"),
            (self.compared, "are in a control group that still runs, so that what they are compared with holds"),
            (self.no_consent, "have given no consent to this channel"),
            (self.over_cap, "have had as many contacts as they may have in 30 days"),
            (len(self.control), "are the control group"),
        ):
            if count:
                parts.append(f"{count:,} {why}")
        return "; ".join(parts) + "."


def prepare(warehouse: Warehouse, audience: Audience, wish: Wish, today: date) -> Outgoing:
    """Whom an export of this day would hold. Nothing is written. Errors: BadValue, UnknownName."""
    wish = wish.checked()
    people = warehouse.read("metrics/customers", audience, limit=_ALL_ROWS).sort_values(
        "customer_id", ignore_index=True
    )
    members = len(people)
    apart = compared = pd.Series(False, index=people.index)
    if not wish.with_held_out:
        apart = _held_out(warehouse, people)
        compared = ~apart & people["customer_id"].isin(controls.running(warehouse, audience, today))
    people = people[~apart & ~compared].reset_index(drop=True)
    silent = full = pd.Series(False, index=people.index)
    cap = None
    if wish.channel is not None:
        with warehouse.duck.session() as session:
            cap = exports.cap(session, wish.channel)
        told = warehouse.read(
            "metrics/contactable", audience, channel=wish.channel, day=audience.as_of,
            since=audience.as_of - timedelta(days=CAP_DAYS), controls=controls.control_arms(warehouse, audience),
        )  # fmt: skip
        told = told.set_index("customer_id").reindex(people["customer_id"]).reset_index()
        consent = told["consent"].astype("object").where(told["consent"].notna(), "unknown")
        silent = ~consent.isin(["yes", "unknown"] if wish.unknown_consents else ["yes"])
        most = told["desired_contacts_per_30_days"].astype("float64").fillna(np.inf)
        most = np.minimum(most, np.inf if cap is None else cap)
        full = ~silent & (told["contacts_30_days"].astype("float64") >= most)
    free = people[~silent & ~full]
    drawn = np.random.default_rng(wish.seed).permutation(len(free))[: round(wish.control_share * len(free))]
    left_out = np.zeros(len(free), dtype=bool)
    left_out[drawn] = True
    treated = free[~left_out]
    return Outgoing(
        frame=treated[list(wish.columns)].reset_index(drop=True),
        control=free.loc[left_out, "customer_id"].tolist(),
        members=members,
        no_consent=int(silent.sum()),
        over_cap=int(full.sum()),
        held_out=int(apart.sum()),
        compared=int(compared.sum()),
        contact_cap=cap,
        treated=treated["customer_id"].tolist(),
    )


def _held_out(warehouse: Warehouse, people: pd.DataFrame) -> pd.Series:
    with warehouse.duck.session() as session:
        return people["customer_id"].isin(everyone_held_out(session))


def record(warehouse: Warehouse, audience: Audience, wish: Wish, made: Outgoing, who: str) -> Export:
    """Keep what went out: who, which rule and version, how many rows, and the customers of both groups."""
    saved = audience.rule if isinstance(audience.rule, InSegment) else None
    with warehouse.duck.writing(), warehouse.duck.session() as session, session.transaction():
        number = exports.next_id(session)
        export = Export(
            number, saved.name if saved else None, saved.version if saved else None, to_json(audience.rule),
            in_words(audience.rule), audience.as_of, warehouse.data_version, wish.channel, wish.unknown_consents,
            made.contact_cap, wish.control_share, wish.seed, made.members, made.no_consent, made.over_cap,
            made.held_out + made.compared, len(made.treated), len(made.control), list(wish.columns), wish.form, f"EXPORT-{number}",
            wish.campaign.strip() or f"Export {number}", who, datetime.now(),
        )  # fmt: skip
        exports.add(session, export, made.treated, made.control)
    return export


def channels(warehouse: Warehouse, audience: Audience) -> list[str]:
    """The channels over which consents or contacts are known, by name."""
    everyone = Audience(EVERYONE, audience.as_of, audience.before)
    return warehouse.read("metrics/contact_channels", everyone)["channel"].tolist()
