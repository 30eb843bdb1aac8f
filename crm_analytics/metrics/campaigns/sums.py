"""A campaign as sums over its arms: who is control, what it cost, what stands in the way of comparing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from crm_analytics.errors import UnknownName
from crm_analytics.metrics.campaigns.files import files_of
from crm_analytics.models.lift import Arm, rate_arm
from crm_analytics.models.lift_bootstrap import Amounts
from crm_analytics.query.controls import OUTCOME_DAYS, means_control
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.workspace.campaign_plans import Entered, entered

#: Contacts that are worked on together; of a narrower audience so many as have about this number with it, but not so many more:
#: those who were contacted are a narrow audience, too, which has all of them.
MOST_AT_ONCE = 400_000
MOST_TIMES = 4
#: The only arm of a campaign whose file names none.
ALL = "all"
#: An arm's share between these is taken for half where no share was planned.
_EVEN = (0.4, 0.6)
_ADDED = ("customers", "contacts", "contact_cost", "with_cost", "knows_sent", "sent", "went_out", "contacted",
          "with_stated_outcome", "without_outcome", "knows_delivered", "delivered", "knows_opened", "opened", "knows_clicked", "clicked",
          "too_early", "delivered_unsent", "opened_undelivered", "clicked_unopened", "unsubscribed",
          "complained", "responded", "converted", "buyers", "revenue", "revenue_squares", "margin", "margin_squares", "costed_revenue",
          "spent_before", "spent_before_squares", "spent_before_responded", "spent_before_converted", "spent_before_revenue",
          "spent_before_margin", "bought_before")  # fmt: skip


@dataclass(frozen=True)
class TargetedArm:
    """What is known of an arm: sums over its customers; `name` as the file has it."""

    name: str
    sums: Mapping[str, float]
    groups: pd.DataFrame

    @property
    def customers(self) -> int:
        """Customers drawn for the arm, contacted or not."""
        return int(self.sums["customers"])

    def knows(self, outcome: str) -> bool:
        """Whether the outcome is known at all."""
        return not math.isnan(self.sums[outcome])

    def outcome(self, name: str) -> Arm | None:
        """The sums that a comparison takes; None where the outcome is not known."""
        if not self.knows(name):
            return None
        s = self.sums
        before = (s["spent_before"], s["spent_before_squares"], s[f"spent_before_{name}"])
        if name in ("responded", "converted"):
            return rate_arm(self.customers, int(s[name]), *before)
        parts = (self.groups[column].to_numpy() for column in ("customers", name, f"{name}_squares"))
        return Arm(self.customers, s[name], s[f"{name}_squares"], int(s["buyers"]), *before, Amounts(*parts))


@dataclass(frozen=True)
class Costs:
    """What is asked beside the data: value of a conversion, cost of a contact, name of the control arm; None: not given.

    window: days after the wave through which orders count.
    """

    value_per_conversion: float | None = None
    contact_cost: float | None = None
    control: str | None = None
    window: int = OUTCOME_DAYS


@dataclass(frozen=True)
class Campaign:
    """A campaign with its arms, for one audience.

    `info` is its row of `campaign_list`; `several_arms` and `no_arm` count customers whose arm is not clear, who are in none.
    `names_arms`: they are named in the file, not made of who was sent something.
    `from_orders`: its outcomes are counted from orders in the window, not taken from the file.
    """

    campaign_id: str
    info: Mapping[str, Any]
    arms: tuple[TargetedArm, ...]
    several_arms: int
    no_arm: int
    from_orders: bool
    as_of: date
    costs: Costs
    entered: Entered
    names_arms: bool

    @property
    def targeted(self) -> int:
        """All customers drawn for it, those without a clear arm too."""
        return sum(arm.customers for arm in self.arms) + self.several_arms + self.no_arm

    @cached_property
    def control(self) -> TargetedArm | None:
        """The arm left alone: the one told, else the one called so, else the one to which nothing was sent."""
        told = self.costs.control or self.entered.control_arm
        if told is not None:
            return next((arm for arm in self.arms if arm.name.lower() == told.lower()), None)
        if len(self.arms) < 2 or not (self.names_arms or self.info["control_share"] > 0):
            return None  # who was not sent it may have been left out for a reason, unless it was planned so
        names = means_control([arm.name for arm in self.arms], self.info["arm_column"])
        by_name = [arm for arm in self.arms if arm.name in names]
        unsent = [arm for arm in self.arms if arm.sums["knows_sent"] and not arm.sums["sent"]]
        found = by_name or (unsent if len(unsent) < len(self.arms) else [])
        return found[0] if len(found) == 1 else None

    @property
    def treated(self) -> tuple[TargetedArm, ...]:
        """Every other arm."""
        return tuple(arm for arm in self.arms if arm is not self.control)

    @property
    def control_customers(self) -> int:
        """Customers drawn for the control group."""
        return self.control.customers if self.control else 0

    @property
    def control_contacted(self) -> int:
        """Members of the control group to whom something was sent after all, or who received it."""
        return int(self.control.sums["contacted"]) if self.control else 0

    @property
    def running(self) -> bool:
        """Whether orders that count may still come in."""
        if not self.from_orders:
            return False
        ends = self.info["ends_on"]
        still_sending = not pd.isna(ends) and ends.date() > self.as_of
        return still_sending or self.info["last_on"].date() + timedelta(days=self.costs.window) > self.as_of

    @property
    def fixed_cost(self) -> float:
        """Money that does not depend on the number of contacts; 0 where nobody gives any."""
        stated = self.info["fixed_cost"] if self.entered.fixed_cost is None else self.entered.fixed_cost
        return 0.0 if pd.isna(stated) else float(stated)

    @property
    def value_per_conversion(self) -> float | None:
        """What a conversion is worth, if anybody says so."""
        asked = self.costs.value_per_conversion
        return self.entered.value_per_conversion if asked is None else asked

    def contact_cost(self, arm: TargetedArm) -> float | None:
        """What contacting an arm cost: as asked, as entered, as the contacts say, as the campaign says; None: nobody says."""
        each = self.entered.cost_per_contact if self.costs.contact_cost is None else self.costs.contact_cost
        if each is None and arm.sums["with_cost"]:
            return arm.sums["contact_cost"]
        each = self.info["cost_per_contact"] if each is None else each
        return None if pd.isna(each) else float(each) * arm.sums["contacts"]

    def planned_shares(self) -> list[float] | None:
        """The planned share of each arm; half each where none was planned and the two are nearly even; else None."""
        planned, sizes = self.info["control_share"], [arm.customers for arm in self.arms]
        if self.control is not None and not pd.isna(planned) and 0 < planned < 1:
            rest = (1 - planned) / len(self.treated)
            return [planned if arm is self.control else rest for arm in self.arms]
        even = len(sizes) == 2 and _EVEN[0] <= sizes[0] / max(sum(sizes), 1) <= _EVEN[1]
        return [0.5, 0.5] if even else None


def listed(warehouse: Warehouse, audience: Audience, campaign: str | None = None) -> pd.DataFrame:
    """The campaigns known by the day, one of them or all; `UnknownName` if there is none of that name."""
    frame = warehouse.read("metrics/campaign_list", audience, campaign=campaign)
    if campaign is not None and frame.empty:
        raise UnknownName("campaign", campaign, listed(warehouse, audience)["campaign_id"])
    columns = files_of(warehouse, audience).set_index("import_id")["arm_column"]
    return frame.assign(arm_column=[columns.get(number) for number in frame["arms_import"]])


def stated(warehouse: Warehouse) -> dict[str, Entered]:
    """What was entered of campaigns by hand."""
    with warehouse.duck.session() as session:
        return entered(session)


def sums(
    warehouse: Warehouse, audience: Audience, campaign: str | None, by: str | None = None, attribute: str | None = None,
    until: date | None = None, window: int = OUTCOME_DAYS, *, of_days: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """The statement `campaign_sums` for one campaign or all, told which days of orders it needs.

    `of_days`: its rows by the day of the first purchase, else those by channel, segment and amount: both come of one reading.
    Many campaigns are read some at a time: what is known of every customer of all of them would not fit into memory.
    """
    until = until or audience.as_of
    known = listed(warehouse, replace(audience, as_of=until), campaign)
    known = known[known["contacts"] > 0].sort_values("campaign_id", kind="stable")
    reach = timedelta(days=window + 1)
    everyone = audience.rule == EVERYONE or len(known) < 2
    most = MOST_AT_ONCE if everyone else MOST_AT_ONCE * min(1 / _share(warehouse, audience), MOST_TIMES)
    parts = []
    for _, some in known.groupby((known["contacts"].cumsum() - 1) // most, sort=True):
        first, last = some["first_on"].min(), some["last_on"].max()
        days = (date.max, date.min) if pd.isna(first) else (first.date() - reach, last.date() + reach)
        part = warehouse.read(
            "metrics/campaign_sums", audience, campaign_from=some["campaign_id"].iloc[0], campaign_to=some["campaign_id"].iloc[-1], by=by,
            attribute=f"$.{attribute}" if attribute else None, first_on=days[0], last_on=days[1], until=until, outcome_days=window,
            has_orders=warehouse.has_orders,
        )  # fmt: skip
        parts.append(part)
    if not parts:
        return pd.DataFrame(columns=["campaign_id", *_ADDED])
    whole = pd.concat(parts, ignore_index=True)
    return in_one_spelling(whole[whole["of_days"] == of_days])


def _share(warehouse: Warehouse, audience: Audience) -> float:
    """The share of all customers who are in the audience, at least one of them."""
    chosen, everyone = (
        int(warehouse.read("metrics/audience_size", each)["customers"].iloc[0])
        for each in (audience, replace(audience, rule=EVERYONE))
    )
    return max(chosen, 1) / max(everyone, 1)


def in_one_spelling(rows: pd.DataFrame) -> pd.DataFrame:
    """Arms of a campaign whose names differ in case alone are one, called as most of its customers are."""
    plain = rows["arm"].str.lower()
    if rows["arm"].nunique() == plain.nunique():
        return rows
    sizes = rows.assign(plain=plain).groupby(["campaign_id", "plain", "arm"])["customers"].sum()
    usual = sizes.sort_values(ascending=False, kind="stable").reset_index().drop_duplicates(["campaign_id", "plain"])
    named = pd.DataFrame({"campaign_id": rows["campaign_id"], "plain": plain})
    return rows.assign(arm=named.merge(usual, "left", ["campaign_id", "plain"])["arm"].to_numpy())


def campaigns_of(
    warehouse: Warehouse, audience: Audience, campaign: str | None, costs: Costs, channel: str | None = None
) -> list[Campaign]:
    """Every campaign with contacts (or the one asked for) as sums, the earliest first; `channel`: of its contacts there alone."""
    known, by_hand = listed(warehouse, audience, campaign), stated(warehouse)
    frame = sums(warehouse, audience, campaign, window=costs.window)
    parts = dict(
        iter((frame if channel is None else frame[frame["channel"] == channel]).groupby("campaign_id", sort=False))
    )
    return [
        from_rows(row, parts[row["campaign_id"]], audience.as_of, costs, by_hand.get(row["campaign_id"], Entered()))
        for row in known.to_dict("records")
        if row["campaign_id"] in parts
    ]


def from_rows(info: Mapping[str, Any], rows: pd.DataFrame, as_of: date, costs: Costs, by_hand: Entered) -> Campaign:
    """A campaign from its rows of `campaign_sums`, all of them or those of a segment."""
    several = rows["in_several_arms"].to_numpy(dtype=bool)
    clear = rows[~several]
    nameless = clear["arm"].isna()
    if nameless.all():  # the file has no arms: everybody is in the one that the campaign is
        clear, without = clear.assign(arm=ALL), 0
    else:
        clear, without = clear[~nameless], int(clear.loc[nameless, "customers"].sum())
    arms = tuple(_arm(str(name), part) for name, part in clear.groupby("arm", sort=True))
    own = rows["own_outcomes"].sum() > 0
    from_orders = not own and not pd.isna(info["first_on"]) and bool(rows["revenue"].notna().any())
    return Campaign(
        info["campaign_id"],
        info,
        arms,
        int(rows.loc[several, "customers"].sum()),
        without,
        from_orders,
        as_of,
        costs,
        by_hand,
        bool(rows["named_arms"].sum() > 0),
    )


def _arm(name: str, rows: pd.DataFrame) -> TargetedArm:
    # a sum of nothing but nulls is null: the outcome is not known
    totals = rows[list(_ADDED)].astype(float).sum(min_count=1).to_dict()
    money = ["customers", "revenue", "revenue_squares", "margin", "margin_squares"]
    return TargetedArm(name, totals, rows.groupby("amount_group", sort=True)[money].sum())
