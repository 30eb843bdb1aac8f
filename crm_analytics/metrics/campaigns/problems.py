"""What stands in the way of saying what a campaign caused: each problem is named, and no figure is given in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics.campaigns.files import files_of, of_campaign
from crm_analytics.metrics.campaigns.sums import Campaign, TargetedArm, listed
from crm_analytics.metrics.notes import FEWEST_CUSTOMERS
from crm_analytics.models.lift_checks import SPLIT_ALARM, split_p_value
from crm_analytics.query.controls import is_control, is_control_column
from crm_analytics.query.warehouse import Audience, Warehouse

#: Where more of the customers than this are spoilt (control contacted, no arm, several arms), nothing is claimed.
MOST_SPOILT = 0.05
#: Where one customer is more of an arm's revenue than this, it is said.
MOST_OF_ONE = 0.5
#: Words in the name of a file's own column for the day of an outcome; others that say it is of an earlier one.
_OUTCOME_WORDS = ("conver", "respon", "purchas", "order", "redeem", "redemption", "outcome", "sale", "sold", "bought", "transaction",
                  "compra", "pedido", "kauf", "bestell", "achat", "commande", "покуп", "заказ")  # fmt: skip
_EARLIER_WORDS = ("last", "previous", "prior", "first", "before", "earlier", "ultim", "anterior", "primer", "letzt", "erst", "dernier",
                  "premier", "послед", "перв")  # fmt: skip


def without_control(found: Campaign) -> str | None:
    """Why there is nobody to compare with; None where there is."""
    if found.control is not None:
        return None
    if len(found.arms) < 2:
        return "no control group: who responds is not who was moved"
    if not found.names_arms:
        return "the file names no arms, and who was not sent it was perhaps left out for a reason: if that was drawn, say control=not sent"
    names = ", ".join(arm.name for arm in found.arms)
    alike = [arm.name for arm in found.arms if is_control(arm.name)]
    why = (
        "several of the arms look like a control group"
        if len(alike) > 1
        else "none of the arms is known as the control group"
    )
    return f"{why} ({names}): name it with control="


def spoilt(found: Campaign, told: str | None = None) -> str | None:
    """The problem for which no effect is shown at all; None where there is none. `told`: one found in the file's own columns."""
    if told:
        return told
    unclear = found.several_arms + found.no_arm
    if unclear > MOST_SPOILT * max(found.targeted, 1):
        parts = [f"{formats.count(found.no_arm)} have no arm"] * (found.no_arm > 0)
        parts += [f"{formats.count(found.several_arms)} are in several arms"] * (found.several_arms > 0)
        return f"of {formats.count(found.targeted)} customers {' and '.join(parts)}"
    if found.control is not None and found.control_contacted > MOST_SPOILT * found.control.customers:
        of = formats.count(found.control.customers)
        return f"{formats.count(found.control_contacted)} of {of} customers of the control group were contacted"
    if early := sum(arm.sums["too_early"] for arm in found.arms):
        return _too_early(early)
    silent = [arm.name for arm in found.arms if arm.customers and not arm.sums["with_stated_outcome"]]
    if silent and any(arm.sums["without_outcome"] for arm in found.arms):  # a file that says no leaves no blank for it
        return f"what became of the customers of {', '.join(silent)} is not in the file"
    return None


def split(found: Campaign) -> float | None:
    """p-value of the split against the planned shares; None where no share was planned or nobody is control."""
    shares = found.planned_shares()
    if found.control is None or shares is None:
        return None
    return split_p_value([arm.customers for arm in found.arms], shares)


def split_alarm(p_value: float | None) -> str | None:
    """What is said where the split cannot be chance."""
    if p_value is None or p_value >= SPLIT_ALARM:
        return None
    return f"the arms are not of the planned sizes (p = {p_value:.1g}): they were not drawn as planned"


def from_attributes(warehouse: Warehouse, audience: Audience, campaign: str | None) -> dict[str, str]:
    """Problems that only a file's own further columns and its import show: outcomes dated before the contact, two currencies."""
    problems = _of_files(warehouse, audience, campaign)
    known = warehouse.attributes.get("contacts", {})
    days = [name for name, meaning in known.items() if meaning == "date" and tells_the_outcome(name)]
    currency = next((name for name in ("currency", "currency_code") if name in known), None)
    for place, day in enumerate(days or ["none"] * (currency is not None)):
        frame = warehouse.read(
            "metrics/campaign_attributes", audience, campaign=campaign, day=f"$.{day}",
            currency=f"$.{currency}" if currency and not place else "$.none",
        )  # fmt: skip
        for row in frame.to_dict("records"):
            if row["currencies"] > 1:
                two = f"amounts in {row['currencies']} currencies ({row['first_currency']}, {row['last_currency']})"
                problems[row["campaign_id"]] = two
            elif row["too_early"] > 0:
                problems.setdefault(row["campaign_id"], _too_early(row["too_early"]))
    return problems


def _too_early(outcomes: float) -> str:
    return f"{formats.count(outcomes)} outcomes are dated before the contact that they are counted for"


def tells_the_outcome(column: str) -> bool:
    """Whether a file's own column is about what came of the contact, by its name: conversion_date, redeemed_at, order_value."""
    words = column.lower().split("_")
    begins = any(word.startswith(_OUTCOME_WORDS) for word in words)
    return begins and not any(word.startswith(_EARLIER_WORDS) for word in words)


def _of_files(warehouse: Warehouse, audience: Audience, campaign: str | None) -> dict[str, str]:
    files = files_of(warehouse, audience)
    spoiling = files[files["problem"].notna()]
    if spoiling.empty:
        return {}
    rows = listed(warehouse, audience, campaign).to_dict("records")
    found = {row["campaign_id"]: of_campaign(spoiling, row)["problem"] for row in rows}
    return {name: str(problems.iloc[0]) for name, problems in found.items() if len(problems)}


def warnings(warehouse: Warehouse, audience: Audience, campaigns: Sequence[Campaign]) -> list[str]:
    """What must be said beside the figures, though it does not forbid them: sentences, each of the campaigns it is true of."""
    said: dict[str, list[str]] = {}
    files = files_of(warehouse, audience)
    for found in campaigns:
        remarks = [line for text in of_campaign(files, found.info)["remarks"] for line in text.splitlines()]
        for sentence in (*_warnings(found), *remarks):
            said.setdefault(sentence, []).append(found.campaign_id)
    return [f"{_named(names)}: {sentence}" for sentence, names in said.items()]


def _named(names: list[str]) -> str:
    return (
        f"Campaign {names[0]}"
        if len(names) == 1
        else f"{len(names)} campaigns ({', '.join(names[:12])}{' …' * (len(names) > 12)})"
    )


def _warnings(found: Campaign) -> Iterator[str]:
    if found.control is not None:
        how = "is told to be" if found.costs.control or found.entered.control_arm else _how(found, found.control)
        yield f"the arm “{found.control.name}” {how} the control group."
        if found.control_contacted:
            yield f"{formats.count(found.control_contacted)} of the control group were contacted all the same."
    if found.no_arm:
        yield f"{formats.count(found.no_arm)} customers without an arm are in no comparison."
    if found.several_arms:
        yield f"{formats.count(found.several_arms)} customers in several arms are in no comparison."
    for later, earlier, key in (
        ("delivered", "sent", "delivered_unsent"), ("opened", "delivered", "opened_undelivered"), ("clicked", "opened", "clicked_unopened")
    ):  # fmt: skip
        count = sum(arm.sums[key] for arm in found.arms)
        if count:
            yield f"{formats.count(count)} customers count as {later} and not as {earlier}, a problem of the data."
    revenue, costed = (sum(arm.sums[name] for arm in found.arms) for name in ("revenue", "costed_revenue"))
    if revenue > 0 and 0.5 * revenue <= costed < 0.95 * revenue:
        yield f"{formats.share(costed / revenue, 0)} of revenue has a known cost; the margin of the rest is taken at the same rate."
    for arm in found.arms:
        if name_largest := _one_customer(arm):
            yield name_largest
    if found.running:
        until = formats.day(found.info["last_on"] + pd.Timedelta(days=found.costs.window))
        read = "; read the always-valid interval" if found.control is not None else ""
        yield f"still running, the last window of {found.costs.window} days ends on {until}{read}."


def _one_customer(arm: TargetedArm) -> str | None:
    """That the revenue of an arm is for the most part that of one customer: then no mean says anything."""
    revenue, largest = arm.sums["revenue"], arm.groups["revenue"].abs().max()
    alone = arm.groups[(arm.groups["customers"] == 1) & (arm.groups["revenue"].abs() == largest)]
    if alone.empty or not revenue > 0 or largest < MOST_OF_ONE * revenue or arm.customers < FEWEST_CUSTOMERS:
        return None
    share = formats.share(min(largest / revenue, 1.0), 0)
    return f"one customer is {share} of the revenue of the arm “{arm.name}” ({formats.money(largest)}): look whether that is true."


def _how(found: Campaign, control: TargetedArm) -> str:
    if is_control_column(found.info["arm_column"]) and not is_control(control.name):
        return f"of the column “{found.info['arm_column']}” is"
    return "is by its name" if is_control(control.name) else "was sent nothing, so it is"
