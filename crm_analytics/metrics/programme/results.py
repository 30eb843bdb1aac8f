"""What was planned of each action against what came: money, audience, response and lift."""

from __future__ import annotations

import math

import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.programme.chain import by_campaign
from crm_analytics.metrics.programme.plan import Types, framed, kept_with_plans, programmes_of
from crm_analytics.metrics.programme.programme import actions
from crm_analytics.metrics.programme.proof import Lifts, caused_by
from crm_analytics.query.warehouse import Audience, Warehouse

_RESULTS: Types = {
    "programme": "str", "action": "str", "name": "str", "channel": "str", "campaign_id": "str", "executed_on": "datetime64[s]",
    "budget": "float64", "cost": "float64", "cost_variance": "float64", "planned_reach": "Int64", "reached": "Int64",
    "expected_response": "float64", "response": "float64", "expected_revenue": "float64", "caused_revenue": "float64",
    "caused_low_95": "float64", "caused_high_95": "float64", "evidence": "str",
}  # fmt: skip


def action_results(warehouse: Warehouse, audience: Audience, *, programme: str | None = None) -> pd.DataFrame:
    """Planned against real of each executed action: cost, audience, response, and the revenue it was to cause and did.

    Caused is the lift of its campaign over the control group, over all treated arms (campaign_lift): revenue beyond what
    the same customers would have brought anyway; actions that share a campaign have its whole effect each. Response is no
    proof of it: some of those who respond would have bought.

    Columns
    -------
    programme : str                the programme's id
    action : str                   the action's id
    name : str                     what was done; null where the plan does not say
    channel : str                  over which channel; null likewise
    campaign_id : str              the campaign it is measured by; null without one
    executed_on : datetime64[s]    the day it was done
    budget : float64               what it might cost, money; null where the plan does not say
    cost : float64                 what it did cost, money; null where it is not known
    cost_variance : float64        cost - budget: above 0 it was dearer than planned, money; null without both
    planned_reach : Int64          customers it was to reach; null where the plan does not say
    reached : Int64                customers reached; null where it is not known
    expected_response : float64    share expected to respond; null where the plan does not say
    response : float64             share of those reached who responded; null without contacts of its campaign
    expected_revenue : float64     revenue it was to cause, money; null where the plan does not say
    caused_revenue : float64       revenue it did cause, money; null where nothing measures it
    caused_low_95 : float64        lower end of its 95% interval; null likewise, and where it has none
    caused_high_95 : float64       upper end; null likewise
    evidence : str                 how it is known, or why it is not
    """

    def make() -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        lifts: Lifts = {}
        for each in programmes_of(warehouse, audience, programme):
            done = actions(warehouse, audience, programme=each.row_id)
            for action in done[done["executed_on"].notna()].to_dict("records"):
                effect, low, high, evidence = caused_by(warehouse, audience, "revenue", action, lifts)
                found = {"caused_revenue": effect, "caused_low_95": low, "caused_high_95": high, "evidence": evidence}
                variance = action["cost"] - action["budget"]
                rows.append({name: action.get(name) for name in _RESULTS} | found | {"cost_variance": variance})
        return notes.noted(framed(rows, _RESULTS))

    return kept_with_plans(warehouse, "action_results", audience, make, programme=programme)


def results_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """Money against plan, and how many actions responded and earned as expected. Reads `action_results` of one programme."""
    if frame.empty:
        return None
    priced = frame.dropna(subset=["cost_variance"])
    parts = [f"{len(frame)} action{'s' * (len(frame) != 1)} {'are' if len(frame) != 1 else 'is'} executed"]
    if len(priced):
        dearer = priced["cost_variance"].sum()
        against = f"{formats.money(abs(dearer), currency)} {'more' if dearer > 0 else 'less'} than planned"
        parts[0] += f", for {formats.money(priced['cost'].sum(), currency)}, {against}"
    answered = frame.dropna(subset=["response", "expected_response"])
    if len(answered):
        well = int((answered["response"] >= answered["expected_response"]).sum())
        parts.append(f"{well} of {len(answered)} with a known response reached the one expected")
    proven = frame.dropna(subset=["caused_revenue"])
    if len(proven):
        clear = int((proven["caused_low_95"] > 0).sum())
        once, shared = by_campaign(proven)
        caused = once["caused_revenue"].sum()
        low, high = (_bound(once, name) for name in ("caused_low_95", "caused_high_95"))
        band = "" if math.isnan(low) else f" (95%: {formats.money(low, currency)} to {formats.money(high, currency)})"
        parts.append(
            f"{len(proven)} {'are' if len(proven) != 1 else 'is'} measured against a control group{shared}: "
            f"{formats.money(caused, currency)} of revenue caused{band}, clearly above zero for {clear}"
        )
    return "; ".join(parts) + "."


def _bound(proven: pd.DataFrame, name: str) -> float:
    """A bound of the sum, as of independent campaigns."""
    away = proven[name] - proven["caused_revenue"]
    reach = math.sqrt((away**2).sum(skipna=False))
    return float(proven["caused_revenue"].sum() + (-reach if name == "caused_low_95" else reach))
