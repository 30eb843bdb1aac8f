"""What the page on campaigns chooses from, the results of one campaign in a table, costs entered by hand, and plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from crm_analytics import formats
from crm_analytics.engine.duck import Session
from crm_analytics.metrics.campaigns.planning import (
    CONTROL_SHARES,
    campaign_plan,
    campaign_plans,
    plan_in_words,
    result_in_words,
)
from crm_analytics.metrics.campaigns.segments import FIELDS
from crm_analytics.metrics.campaigns.verdict import measured
from crm_analytics.query import rules
from crm_analytics.query.warehouse import Audience, Warehouse
from crm_analytics.ui import session, show
from crm_analytics.ui.shell import acting, complain, inert
from crm_analytics.workspace import campaign_plans as stored
from crm_analytics.workspace.campaign_plans import Entered, Plan

CONTACTS = "contacts (customer, campaign, arm, day, what came of it)"
ALL = "All"
BY_NAME = "by its name"
_RESULTS = [
    "arm", "outcome", "treated_mean", "control_mean", "difference", "low_95", "high_95", "anytime_low_95", "anytime_high_95",
    "running", "adjusted_p_value", "verdict",
]  # fmt: skip
_OUTCOMES = {"Buyers": "converted", "Revenue": "revenue", "Responses": "responded", "Margin": "margin"}


def nobody(warehouse: Warehouse, audience: Audience) -> None:
    """Why there is no campaign to show: contacts are missing, or all of them are of others or of later days."""
    if "contacts" in warehouse.loaded:
        day = formats.day(audience.as_of)
        show.nothing(
            f"Contacts are loaded, but up to {day} none is with a customer of this audience: choose a later day above, "
            "another audience, or load the orders since."
        )
    else:
        show.nothing("No customer of this audience was in a campaign.", CONTACTS)


def pick(frame: pd.DataFrame) -> str:
    """Which campaign is shown in full, the latest unless another is chosen; in the address."""
    names = dict(zip(frame["campaign_id"], frame["name"], strict=True))
    return st.selectbox(
        "Campaign", list(names), key="campaign", bind="query-params", index=len(names) - 1,
        format_func=lambda each: each if names[each] == each else f"{each} · {names[each]}",
    )  # fmt: skip


def outcome(key: str, known: list[str]) -> str:
    """Which outcome a card shows."""
    shown = {label: name for label, name in _OUTCOMES.items() if name in known}
    return show.choice("Outcome", shown or {"Buyers": _OUTCOMES["Buyers"]}, key)


def part(label: str, values: list[str], key: str) -> str | None:
    """One of the values or all of them (None); in the address."""
    chosen = st.selectbox(label, [ALL, *values], key=key, bind="query-params")
    return None if chosen == ALL else chosen


def field(warehouse: Warehouse) -> str:
    """What a campaign is broken down by: fields of customers, further columns of the contacts file; in the address."""
    fields = FIELDS if "customers" in warehouse.loaded or warehouse.has_orders else ()
    known = [*fields, *sorted(warehouse.attributes.get("contacts", {}))] or list(FIELDS)
    return st.selectbox(
        "By", known, key="campaign_by", bind="query-params", format_func=lambda name: name.replace("_", " ")
    )


def named(frame: pd.DataFrame, outcome: str, names: pd.DataFrame) -> pd.DataFrame:
    """Rows of `campaign_lift` on an outcome as they are drawn: the campaign's name and, where there are several, the arm."""
    known = dict(zip(names["campaign_id"], names["name"], strict=True))
    columns = ("outcome", "campaign_id", "arm", "difference", "low_95", "high_95")
    rows = [
        row
        for row in zip(*(frame[each].tolist() for each in columns), strict=True)
        if row[0] == outcome and pd.notna(row[3])
    ]
    arms = Counter(campaign for campaign, _ in {row[1:3] for row in rows})
    drawn = [(known[each] + (f" {arm}" if arms[each] > 1 else ""), *measures) for _, each, arm, *measures in rows]
    return pd.DataFrame(drawn, columns=["name", *columns[3:]])


def planned(warehouse: Warehouse, audience: Audience, campaign: str, currency: str | None) -> None:
    """What was planned of a campaign beside what came of it, where somebody planned it."""
    if any(each.plan.campaign_id == campaign for each in warehouse.entered(stored.listed)):
        plans = campaign_plans(warehouse, audience)
        if said := result_in_words(plans, campaign, currency):
            st.caption(inert(said))


def results(frame: pd.DataFrame, currency: str | None) -> None:
    """One campaign, outcome by outcome: means, the difference with its interval, and the verdict."""
    rows = []
    for row in frame.loc[frame["treated_mean"].notna(), _RESULTS].to_dict("records"):
        low, high = ("anytime_low_95", "anytime_high_95") if row["running"] else ("low_95", "high_95")
        low, difference, high = (_moved(row[each], row["outcome"], currency) for each in (low, "difference", high))
        between = low if low == formats.NONE else f"{low} to {high}"
        rows.append({
            "arm": row["arm"], "outcome": row["outcome"], "treated": _mean(row["treated_mean"], row["outcome"], currency),
            "control": _mean(row["control_mean"], row["outcome"], currency), "difference": difference,
            "95% interval, valid at any look" if row["running"] else "95% interval": between,
            "adjusted p": formats.p_value(row["adjusted_p_value"]),
            "verdict": row["verdict"],
        })  # fmt: skip
    if rows:
        show.rows(pd.DataFrame(rows), "lift_table", height="content")


def _mean(value: float, outcome: str, currency: str | None) -> str:
    return formats.share(value) if outcome in ("responded", "converted") else formats.money(value, currency)


def _moved(value: float, outcome: str, currency: str | None) -> str:
    """A difference per customer: in points, or with its sign before the currency."""
    words = measured(value, outcome)
    rate = outcome in ("responded", "converted") or words == formats.NONE
    return words if rate else f"{words[0]}{formats.money_prefix(currency)}{words[1:]}"


def headline(row: pd.Series, currency: str | None) -> None:
    """How many, at what cost, for what profit, and the return with its kind. What can be chance is shown as a range."""
    kept = f"{formats.count(row['control'])} of them are the control group, left alone."
    low, high = row["profit_low_95"], row["profit_high_95"]
    clear = pd.isna(low) or low > 0 or high < 0
    between = f"{formats.money(low, currency)} to {formats.money(high, currency)}"
    if pd.isna(low):  # several arms, or too few buyers
        between = "" if pd.isna(row["incremental_profit"]) else "no interval: may be chance"
    profit = formats.money(row["incremental_profit"], currency) if clear else "unclear"
    with st.grid(4, min_column_width=150, gap="small"):
        show.number("Targeted", formats.count(row["targeted"]), about=kept)
        cost = "Contacts and fixed cost. Enter them below where no file has them."
        show.number("Cost", formats.money(row["cost"], currency), about=cost)
        st.metric(
            "Profit caused", inert(profit), inert(between) or None, delta_color="off", delta_arrow="off", border=True,
            help="Margin against the control group, less the contact cost; fixed cost not in it. The range is the 95% interval.",
        )  # fmt: skip
        returned = formats.share(row["roi"], 0) if clear else "unclear"
        kind = row["roi_kind"]
        show.number(f"Return, {kind.split(',')[0]}", returned, about=f"(Margin less cost) over cost; {kind}.")
    if pd.isna(row["incremental_profit"]) and pd.notna(row["incremental_revenue"]):
        lacks = "the cost of the goods, or the value of a conversion" + (
            ", and of a contact" if pd.isna(row["cost"]) else ""
        )
        st.caption(f"Profit and return need {lacks}: enter them below, under Costs and control group.")


def costs(warehouse: Warehouse, campaign: str, arms: list[str]) -> None:
    """A form for what no file says of a campaign: its costs, what a conversion is worth, which arm is control."""
    known = warehouse.entered(stored.entered).get(campaign, Entered())
    held = known.control_arm if known.control_arm in arms else BY_NAME
    key = f"{known.version}_{campaign}"  # what somebody else saved since is shown, not what stood here
    popover = st.popover("Costs and control group", icon=":material/edit:", type="tertiary")
    with popover, st.form(f"costs_{campaign}", border=False):
        st.number_input("Cost of one contact", 0.0, value=known.cost_per_contact, format="%.4f", key=f"each_{key}")
        st.number_input("Fixed cost", 0.0, value=known.fixed_cost, key=f"fixed_{key}")
        about = "Taken for margin where given."
        st.number_input("Value of a conversion", 0.0, value=known.value_per_conversion, help=about, key=f"worth_{key}")
        choices = [BY_NAME, *arms]
        st.selectbox("Control group", choices, index=choices.index(held), key=f"control_{key}")
        st.form_submit_button("Save costs", on_click=_enter, args=(warehouse, campaign, known.version))
    complain("costs")


def _enter(warehouse: Warehouse, campaign: str, seen: int) -> None:
    fixed, each, worth, control = (
        st.session_state[f"{name}_{seen}_{campaign}"] for name in ("fixed", "each", "worth", "control")
    )
    entered = Entered(fixed, each, worth, None if control == BY_NAME else control, seen)
    _write("costs", warehouse, lambda opened: stored.enter(opened, campaign, entered, session.who()))


def plan(
    warehouse: Warehouse,
    audience: Audience,
    currency: str | None,
    draw: Callable[[pd.DataFrame, bool, str | None], object],
) -> None:
    """Before launch: the audience of the bar as a campaign, and its plan kept for later."""
    left, right = st.columns([2, 3])
    with left:
        chosen = _OUTCOMES[
            st.segmented_control("Goal", ["Buyers", "Revenue"], default="Buyers", required=True, key="plan_goal")
        ]
        rate = chosen == "converted"
        effect = st.number_input("Expected effect per customer" + (", points" if rate else ""), value=None, key="plan_effect",
                                 help="Empty: what earlier campaigns did, else a tenth of what the audience does anyway.")  # fmt: skip
        value = st.number_input(
            "Profit of one conversion" if rate else "Margin rate of revenue", 0.0, value=None, key="plan_value"
        )
        each = st.number_input("Cost of one contact", 0.0, value=0.0, key="plan_contact")
        fixed = st.number_input("Fixed cost", 0.0, value=0.0, key="plan_fixed")
    effect = effect / 100 if rate and effect is not None else effect
    found = campaign_plan(
        warehouse, audience, outcome=chosen, effect=effect, value=value, contact_cost=each, fixed_cost=fixed
    )
    with right:
        share = st.select_slider(
            "Left alone as control group", CONTROL_SHARES, 0.2, format_func=lambda each: f"{each:.0%}", key="plan_share"
        )
        finding = plan_in_words(found, share, chosen)
        if finding:
            st.caption(inert(finding))
        draw(found, rate, finding)
        if value is not None and len(found):
            row = found[found["control_share"] == share].iloc[0]
            profit, low, high = (
                formats.money(row[name], currency) for name in ("expected_profit", "profit_low_80", "profit_high_80")
            )
            risk = formats.share(row["loss_probability"], 0)
            told = f"Expected profit {profit}, in eight cases of ten {low} to {high}; chance of a loss {risk}."
            st.caption(inert(told))
            _keep(warehouse, audience, row, chosen, value, each, fixed)
    show.behind(
        "campaign_plan",
        found,
        audience,
        outcome=chosen,
        effect=effect,
        value=value,
        contact_cost=each,
        fixed_cost=fixed,
    )
    plans = campaign_plans(warehouse, audience)
    if len(plans):
        st.markdown("**Plans and what became of them**")
        show.rows(_plans(plans, currency), "plans_table")
        show.behind("campaign_plans", plans, audience, table=False)


def _plans(plans: pd.DataFrame, currency: str | None) -> pd.DataFrame:
    """Plan beside result as a person reads them."""
    rows = []
    for row in plans.to_dict("records"):
        effects = [
            measured(row[name], row["outcome"]) for name in ("planned_effect", "difference", "low_95", "high_95")
        ]
        money = [
            formats.money(row[name], currency)
            for name in ("planned_profit", "planned_low_80", "planned_high_80", "profit")
        ]
        rows.append({
            "plan": row["name"], "campaign": row["campaign_id"], "of": formats.day(row["saved_on"]), "by": row["who"],
            "effect planned": effects[0], "effect measured": effects[1],
            "its 95% interval": "–" if pd.isna(row["low_95"]) else f"{effects[2]} to {effects[3]}",
            "profit planned": f"{money[0]} ({money[1]} to {money[2]})", "profit": money[3], "verdict": row["verdict"],
        })  # fmt: skip
    return pd.DataFrame(rows)


def _keep(
    warehouse: Warehouse, audience: Audience, row: pd.Series, outcome: str, value: float, each: float, fixed: float
) -> None:
    with st.form("keep_plan", border=False):
        st.text_input("Name of the plan", max_chars=stored.LONGEST_NAME, key="plan_name")
        st.text_input("Campaign id, once it has one", max_chars=80, key="plan_campaign")
        made = Plan(
            "", outcome, rules.in_words(audience.rule), audience.as_of, int(row["customers"]), float(row["control_share"]),
            float(row["expected_effect"]), float(row["effect_spread"]), value, each, fixed, float(row["past_mean"]),
            _maybe(row["detectable_effect"]), None if pd.isna(row["customers_needed"]) else int(row["customers_needed"]),
            float(row["expected_profit"]), float(row["profit_low_80"]), float(row["profit_high_80"]),
        )  # fmt: skip
        st.form_submit_button("Keep this plan", on_click=_save, args=(warehouse, made))
    complain("plan")


def _save(warehouse: Warehouse, made: Plan) -> None:
    named = replace(made, name=st.session_state["plan_name"], campaign_id=st.session_state["plan_campaign"] or None)
    _write("plan", warehouse, lambda opened: stored.save(opened, named, session.who()))


def _maybe(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _write(place: str, warehouse: Warehouse, act: Callable[[Session], object]) -> None:
    with acting(place), warehouse.duck.writing(), warehouse.duck.session() as opened, opened.transaction():
        act(opened)
