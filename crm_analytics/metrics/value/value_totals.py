"""What the customers come to together: totals with intervals, the map of value and risk, and what an offer would bring."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value import btyd_fits
from crm_analytics.metrics.value.btyd_fits import WEEKS_OF_A_YEAR
from crm_analytics.metrics.value.value import ACTIONS, Valued, buying_of, customer_value, cuts, valued
from crm_analytics.models.btyd import FittedBuying, expected
from crm_analytics.models.gamma_gamma import FittedGammaGamma
from crm_analytics.query.warehouse import Audience, Warehouse

#: Customers on whom the uncertainty of totals is computed.
_SUBSET = 20_000
#: Points of the profit curve, at most.
_POINTS = 200
#: Values below the cut by more than so many factors of two are in one cell.
_LOWEST_STEP = -5


@kept
def value_totals(
    warehouse: Warehouse, audience: Audience, *, months: int = 12, discount: int = 10, days: int | None = None
) -> pd.DataFrame:
    """What the customers of the audience are expected to buy and are worth together, with 95% intervals, in one row.

    The intervals hold the uncertainty of the parameters and the chance of each customer's purchases; they do not hold that the
    models may be wrong, which the hold-out of `btyd` shows.

    Columns
    -------
    buyers : int64                      customers who have bought
    active : float64                    of them expected to be active still (sum of probabilities)
    expected_purchases : float64        purchase days in the next `months`
    expected_purchases_low_95 : float64   lower end of the interval
    expected_purchases_high_95 : float64  upper end
    value : float64                     residual value, money
    value_low_95 : float64              lower end of the interval, money
    value_high_95 : float64             upper end, money
    at_risk : Int64                     customers not lapsed with more than the mean risk of the base; null where no risk is known
    churn_expected : float64            customers not lapsed expected to leave (sum of probabilities)
    value_at_risk : float64             residual value x churn probability, money
    overdue : Int64                     customers not lapsed whose next purchase is overdue; null without a model of purchases
    """
    frame = customer_value(warehouse, audience, months=months, discount=discount, days=days)
    found = valued(warehouse, audience, months, discount)
    fit, spend = btyd_fits.used_model(warehouse, audience.as_of), btyd_fits.order_values(warehouse, audience.as_of)
    spread = (
        _spreads(fit, spend, found, months, discount) if fit is not None and np.isfinite(found.p_alive).any() else None
    )
    risky = frame["churn_probability"] >= cuts(warehouse, audience.as_of, months, discount, days)[1]
    row: dict[str, object] = {
        "buyers": int(found.people["repeats"].notna().sum()),
        "active": frame["p_alive"].sum(min_count=1),
    }
    for place, name in enumerate(("expected_purchases", "value")):
        total = frame[name].sum(min_count=1)
        half = 1.959963984540054 * spread[place] if spread else np.nan
        row |= {
            name: total,
            f"{name}_low_95": max(total - half, 0.0) if half == half else np.nan,
            f"{name}_high_95": total + half,
        }
    here = frame["status"].isin(["new", "active", "declining"])
    row |= {
        "at_risk": int(risky.sum()) if frame["churn_probability"].notna().any() else pd.NA,
        "churn_expected": frame["churn_probability"].sum(min_count=1),
        "value_at_risk": frame["value_at_risk"].sum(min_count=1),
        "overdue": int((frame["overdue"] & here).fillna(False).sum()) if frame["overdue"].notna().any() else pd.NA,
    }
    whole = {"buyers": "int64", "at_risk": "Int64", "overdue": "Int64"}
    result = pd.DataFrame([row]).astype({name: whole.get(name, "float64") for name in row})
    return notes.noted(result, *frame.attrs["notes"])


def _spreads(
    fit: FittedBuying, spend: FittedGammaGamma | None, found: Valued, months: int, discount: int
) -> tuple[float, float]:
    """Standard errors of the two totals: parameters by the delta method, and chance as if each customer's rate were known as it is."""
    buyer = np.flatnonzero(~np.isnan(found.p_alive))
    some = buyer[:: -(-len(buyer) // _SUBSET)]
    people = found.people.iloc[some]
    x, last, age = buying_of(people)
    amount = people["mean_amount"].to_numpy(dtype=float, na_value=np.nan)
    weeks = months / 12 * WEEKS_OF_A_YEAR

    def totals(buying: FittedBuying, values: FittedGammaGamma | None) -> np.ndarray:
        ahead = expected(buying, x, last, age, weeks, discount / 100)
        worth = ahead.discounted @ values.expected_value(x, amount) if values else np.nan
        return np.array([ahead.purchases.sum(), worth])

    here = totals(fit, spend)
    relative = _delta(lambda moved: totals(moved, spend), fit) / here[:, None] ** 2
    if spend is not None:
        relative = relative + _delta(lambda moved: totals(fit, moved), spend) / here[:, None] ** 2
    alive = np.maximum(found.p_alive[buyer], 1e-300)
    mean = found.purchases[buyer] / alive
    shape = fit.r + found.people["repeats"].iloc[buyer].to_numpy(dtype=float)
    chance = alive * (mean + mean**2 / shape) + alive * (1 - alive) * mean**2
    each = found.value[buyer] / np.maximum(found.purchases[buyer], 1e-300)
    chances = chance.sum(), (each**2 * (chance + found.purchases[buyer] / (spend.p if spend else 1.0))).sum()
    sums = found.purchases[buyer].sum(), found.value[buyer].sum()
    return tuple(
        float(np.sqrt(total**2 * part[0] + own)) for total, part, own in zip(sums, relative, chances, strict=True)
    )  # type: ignore[return-value]


def _delta(totals: Callable[..., np.ndarray], fit: FittedBuying | FittedGammaGamma, width: float = 1e-3) -> np.ndarray:
    """Variance of each total from the parameters: slope in their logarithms, by differences, and their covariance."""
    place = np.log([getattr(fit, name) for name in fit.names])
    slope = [
        (totals(fit.with_parameters(np.exp(place + step))) - totals(fit.with_parameters(np.exp(place - step))))
        / (2 * width)
        for step in np.eye(len(place)) * width
    ]
    slopes = np.array(slope).T
    return np.einsum("ti,ij,tj->t", slopes, np.nan_to_num(fit.covariance), slopes)[:, None]


@kept
def risk_map(warehouse: Warehouse, audience: Audience, *, days: int | None = None) -> pd.DataFrame:
    """Customers not lapsed by residual value and churn risk, with the four actions.

    Value is high from the base's mean value of customers not lapsed, risk from their mean churn probability: high value and low
    risk keep, both high win back, both low watch, low value and high risk let go.

    Columns
    -------
    action : str            keep, win back, watch or let go
    risk_from : float64     churn probabilities from here
    risk_to : float64       up to here (tenths, parted where risk counts as high)
    value_from : float64    residual values from here, money (steps of a factor of two; the lowest holds all below)
    value_to : float64      up to here, money
    customers : int64       customers in the cell
    value : float64         their residual value, money
    value_at_risk : float64  their value at risk, money
    risk_cut : float64      where risk counts as high
    value_cut : float64     where value counts as high, money
    """
    frame = customer_value(warehouse, audience, days=days)
    here = frame[frame["value_at_risk"].notna() & (frame["value"] > 0)]
    worth, risky = cuts(warehouse, audience.as_of, 12, 10, days)
    risk = np.minimum(np.floor(here["churn_probability"].to_numpy() * 10), 9)
    step = np.maximum(np.floor(np.log2(here["value"].to_numpy() / worth)), _LOWEST_STEP) if len(here) else np.zeros(0)
    cells = here.groupby([here["action"].astype(str), risk, step])
    sums = cells.agg(customers=("customer_id", "size"), value=("value", "sum"), value_at_risk=("value_at_risk", "sum"))
    sums = sums.reset_index(names=["action", "risk", "step"])
    low, high = sums["risk"].astype(float) / 10, (sums["risk"].astype(float) + 1) / 10
    risky_ones = sums["action"].isin([action for (_, is_risky), action in ACTIONS.items() if is_risky])
    result = pd.DataFrame(
        {
            "action": sums["action"].astype("str"),
            "risk_from": np.where(risky_ones, np.maximum(low, risky), low),
            "risk_to": np.where(risky_ones, high, np.minimum(high, risky)),
            "value_from": worth * 2.0 ** sums["step"].astype(float),
            "value_to": worth * 2.0 ** (sums["step"].astype(float) + 1),
            "customers": sums["customers"].astype("int64"),
            "value": sums["value"].astype(float),
            "value_at_risk": sums["value_at_risk"].astype(float),
            "risk_cut": np.full(len(sums), risky),
            "value_cut": np.full(len(sums), worth),
        }
    )
    return notes.noted(result, *frame.attrs["notes"])


@kept
def churn_profit(
    warehouse: Warehouse, audience: Audience, *, offer_cost: float = 5.0, saved: float = 0.1, days: int | None = None
) -> pd.DataFrame:
    """Expected profit of making an offer to the customers with most value at risk, by how many get it.

    Profit = `saved` x value at risk of those contacted - `offer_cost` x their number; `saved` is the share of those about to
    leave whom the offer would keep: an assumption until a campaign with a control group has measured it.

    Columns
    -------
    customers : int64         customers contacted, most value at risk first
    value_at_risk : float64   their value at risk, money
    profit : float64          expected profit, money
    best : bool               the list length with the highest profit
    """
    frame = customer_value(warehouse, audience, days=days)
    at_risk = frame["value_at_risk"].dropna().to_numpy()
    n = np.arange(len(at_risk) + 1)
    total = np.concatenate([[0.0], np.cumsum(at_risk)])
    profit = saved * total - offer_cost * n
    best = int(profit.argmax())
    shown = np.unique(np.concatenate([np.linspace(0, len(at_risk), _POINTS).astype(int), [best]]))
    shown = shown if len(at_risk) else shown[:0]
    result = pd.DataFrame(
        {
            "customers": n[shown].astype("int64"),
            "value_at_risk": total[shown],
            "profit": profit[shown],
            "best": shown == best,
        }
    )
    return notes.noted(result, *frame.attrs["notes"])


def totals_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """What is at risk and what the customers are worth. Reads `value_totals`."""
    row = frame.iloc[0]
    if row["buyers"] < notes.FEWEST_CUSTOMERS or pd.isna(row["value"]):
        return None
    return (
        f"{formats.count(row['buyers'])} buyers are expected to bring {formats.money(row['value'], currency)} in the next 12 months "
        f"(95% interval {formats.money(row['value_low_95'], currency)} to {formats.money(row['value_high_95'], currency)}), "
        f"discounted; {formats.money(row['value_at_risk'], currency)} of it is at risk."
    )


def risk_map_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How many customers of high value are at high risk. Reads `risk_map`."""
    if frame["customers"].sum() < notes.FEWEST_CUSTOMERS:
        return None
    part = frame[frame["action"] == "win back"]
    high = (
        f"of {formats.count(frame['customers'].sum())} customers are both worth at least "
        f"{formats.money(frame['value_cut'].iloc[0], currency)} and at a risk of at least {formats.share(frame['risk_cut'].iloc[0], 0)}"
    )
    if part.empty:
        return f"None {high}: who is worth much is not at high risk here."
    at_risk = formats.money(part["value_at_risk"].sum(), currency)
    return f"{formats.count(part['customers'].sum())} {high}: win them back first, {at_risk} of value is at risk there."


def profit_in_words(frame: pd.DataFrame, offer_cost: float, saved: float, currency: str | None = None) -> str | None:
    """The list length with the highest expected profit. Reads `churn_profit`."""
    best = frame[frame["best"]]
    if best.empty or frame["customers"].max() < notes.FEWEST_CUSTOMERS:
        return None
    row = best.iloc[0]
    assumed = (
        f"if an offer of {formats.money(offer_cost, currency)} keeps {formats.share(saved, 0)} of those about to leave"
    )
    if row["customers"] == 0:
        return f"No list pays {assumed}."
    return f"{formats.count(row['customers'])} contacts pay most, {formats.money(row['profit'], currency)} of expected profit, {assumed}."
