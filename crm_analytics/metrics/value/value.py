"""What each customer is worth from today on, what of it is at risk, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value import btyd_fits
from crm_analytics.metrics.value.btyd_fits import WEEKS_OF_A_YEAR
from crm_analytics.metrics.value.churn_features import WORDS
from crm_analytics.metrics.value.churn_run import Run, run
from crm_analytics.models.btyd import FittedBuying, expected, overdue, weeks_until
from crm_analytics.models.histories import DAYS_OF_A_WEEK
from crm_analytics.query import membership
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

#: (value high, risk high) -> what to do.
ACTIONS = {(True, False): "keep", (True, True): "win back", (False, False): "watch", (False, True): "let go"}
#: An expected date further ahead says nothing.
_FURTHEST_WEEKS = 520.0
OVERDUE_AT = 0.9
#: Reasons told, at most, and the probability that one must add.
_REASONS, _LEAST = 3, 0.01


@dataclass(frozen=True)
class Valued:
    """The customers as read, with what is expected of the buyers among them (NaN for others, or without a model)."""

    people: pd.DataFrame
    p_alive: np.ndarray
    purchases: np.ndarray
    order_value: np.ndarray
    value: np.ndarray


@kept
def customer_value(
    warehouse: Warehouse,
    audience: Audience,
    *,
    months: int = 12,
    discount: int = 10,
    days: int | None = None,
    action: str | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """What each customer is expected to buy and is worth from now on, and the risk of losing it; most value at risk first.

    Residual value: expected purchases x expected order value (x margin rate where costs are loaded), discounted. Churn: no
    purchase within the horizon (`days`, the activity window by default), by the score in use. Models stand on the whole base.

    Columns
    -------
    customer_id : str                   the person
    name : str                          name; null where unknown
    status : str                        prospect, new, active, declining or lapsed
    p_alive : float64                   probability of being active still; null for prospects
    expected_purchases : float64        purchase days in the next `months`; null for prospects
    expected_order_value : float64      amount of a purchase day, money; null for prospects
    value : float64                     residual value over `months`, discounted by `discount`% a year, money
    churn_probability : float64         of no purchase within the horizon; null for prospects and lapsed customers
    value_at_risk : float64             churn_probability x value, money; null likewise
    expected_next_on : datetime64[s]    by when the next purchase has come with 50%, if active; null beyond ten years
    overdue : boolean                   no purchase by when it would have come with 90%, if active; null for prospects
    action : str                        keep, win back, watch or let go; null where the risk is
    reasons : str                       up to three features that raise the risk most; null where none does, or not computed
    """
    frame, done = scored(warehouse, audience, months, discount, days), run(warehouse, audience.as_of, days)
    order = ["value_at_risk", "value", "customer_id"]
    frame = frame.sort_values(order, ascending=[False, False, True], na_position="last", ignore_index=True)
    frame = frame[frame["action"] == action].reset_index(drop=True) if action else frame
    frame = frame.head(limit) if limit else frame
    frame = frame.assign(reasons=_reasons(done, frame.pop("number")).to_numpy())
    frame["reasons"] = frame["reasons"].astype("str")
    return notes.noted(frame, *_notes(warehouse, audience, done))


def scored(warehouse: Warehouse, audience: Audience, months: int, discount: int, days: int | None) -> pd.DataFrame:
    """The columns of `customer_value` but the reasons, in no order; `number` is the customer's."""
    found, done = valued(warehouse, audience, months, discount), run(warehouse, audience.as_of, days)
    people = found.people
    frame = people[["customer_id", "name", "status"]].astype("str").assign(number=people["customer_no"])
    frame["p_alive"], frame["expected_purchases"] = found.p_alive, found.purchases
    frame["expected_order_value"], frame["value"] = found.order_value, found.value
    risk = _risk(done, people["customer_no"])
    frame["churn_probability"] = np.where(people["status"].isin(["new", "active", "declining"]), risk, np.nan)
    frame["value_at_risk"] = frame["churn_probability"] * frame["value"]
    next_on, late = _rhythm(btyd_fits.used_model(warehouse, audience.as_of), people, audience.as_of)
    frame["expected_next_on"], frame["overdue"] = next_on, late
    frame["action"] = _actions(frame, cuts(warehouse, audience.as_of, months, discount, days))
    return frame


def keep_list(
    warehouse: Warehouse, audience: Audience, name: str, who: str, *, first: int, action: str | None = None,
    days: int | None = None,
) -> int:  # fmt: skip
    """Save the first so many customers by value at risk (of an action) as a fixed list, a saved segment; how many they are.

    The list goes out like every segment: by consent and contact cap, with a control group. Errors: NotEnoughData where nobody
    is at risk, BadValue for a name that does not do.
    """
    listed = customer_value(warehouse, audience, days=days, action=action)
    listed = listed[listed["value_at_risk"].notna()].head(first)
    if listed.empty:
        raise NotEnoughData("A list by value at risk", 1, 0, "customers at risk")
    about = (
        f"The first {len(listed)} by value at risk{f' with the action “{action}”' if action else ''}, {audience.as_of}."
    )
    ids = listed["customer_id"].tolist()
    membership.save_list(warehouse, name, ids, audience.as_of, who, description=about)
    return len(listed)


def valued(warehouse: Warehouse, audience: Audience, months: int, discount: int) -> Valued:
    """The customers of the audience with what the models in use expect of the buyers among them."""
    people = warehouse.read("metrics/customer_value", audience)
    nothing = np.full(len(people), np.nan)
    fit, spend = btyd_fits.used_model(warehouse, audience.as_of), btyd_fits.order_values(warehouse, audience.as_of)
    if fit is None:
        return Valued(people, nothing, nothing, nothing, nothing)
    buyer = people["repeats"].notna().to_numpy()
    x, last, age = buying_of(people[buyer])
    found = expected(fit, x, last, age, months / 12 * WEEKS_OF_A_YEAR, discount / 100)
    p_alive, purchases, order_value, value = (nothing.copy() for _ in range(4))
    p_alive[buyer], purchases[buyer] = found.p_alive, found.purchases
    if spend is not None:
        order_value[buyer] = spend.expected_value(
            x, people.loc[buyer, "mean_amount"].to_numpy(dtype=float, na_value=np.nan)
        )
        value[buyer] = found.discounted * order_value[buyer] * (_margin_rate(warehouse, audience.as_of) or 1.0)
    return Valued(people, p_alive, purchases, order_value, value)


def buying_of(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchase days, and the weeks from the first to the last of them and to the as-of date."""
    x, last, known = (people[name].to_numpy(dtype=float) for name in ("repeats", "last_days", "known_days"))
    return x, last / DAYS_OF_A_WEEK, known / DAYS_OF_A_WEEK


def _margin_rate(warehouse: Warehouse, as_of: date) -> float | None:
    row = warehouse.read("metrics/margin_rate", Audience(EVERYONE, as_of, as_of)).iloc[0]
    return float(row["margin"] / row["revenue"]) if row["revenue"] > 0 else None


def _risk(done: Run | str, numbers: pd.Series) -> np.ndarray:
    return np.full(len(numbers), np.nan) if isinstance(done, str) else done.today.reindex(numbers).to_numpy()


def _rhythm(fit: FittedBuying | None, people: pd.DataFrame, as_of: date) -> tuple[pd.Series, pd.Series]:
    on = pd.Series(pd.NaT, index=people.index, dtype="datetime64[s]")
    late = pd.Series(pd.NA, index=people.index, dtype="boolean")
    if fit is not None:
        buyer = people["repeats"].notna()
        x, last, age = buying_of(people[buyer])
        ahead = weeks_until(fit, x, last, 0.5)
        near = ahead < _FURTHEST_WEEKS
        moved = pd.to_timedelta(np.ceil(ahead[near] * DAYS_OF_A_WEEK).astype("int64"), unit="D")
        rows = people.index[buyer][near]
        on.loc[rows] = (people.loc[rows, "last_order_on"] + moved).astype("datetime64[s]")
        late.loc[people.index[buyer]] = overdue(fit, x, last, age) > OVERDUE_AT
    return on, late


def cuts(warehouse: Warehouse, as_of: date, months: int, discount: int, days: int | None) -> tuple[float, float]:
    """Where value and risk are high, over the whole base: the mean value of customers not lapsed, and their mean risk."""
    everyone = Audience(EVERYONE, as_of, as_of)

    def make() -> pd.DataFrame:
        found, done = valued(warehouse, everyone, months, discount), run(warehouse, as_of, days)
        known = ~np.isnan(risk := _risk(done, found.people["customer_no"])) & ~np.isnan(found.value)
        means = [float(each[known].mean()) if known.any() else np.nan for each in (found.value, risk)]
        return pd.DataFrame([means], columns=["value", "risk"])

    row = warehouse.keep("value_cuts", everyone, make, months=months, discount=discount, days=days or 0).iloc[0]
    return row["value"], row["risk"]


def _actions(frame: pd.DataFrame, cuts: tuple[float, float]) -> pd.Series:
    worth, risky = frame["value"] >= cuts[0], frame["churn_probability"] >= cuts[1]
    named = pd.Series([ACTIONS[pair] for pair in zip(worth, risky, strict=True)], index=frame.index, dtype="str")
    return named.where(frame["value_at_risk"].notna())


def _reasons(done: Run | str, numbers: pd.Series) -> pd.Series:
    """In words, for the customers whose features are kept."""
    words = pd.Series(None, index=numbers, dtype=object)
    if isinstance(done, str):
        return words
    listed = done.detail.loc[done.detail.index.isin(numbers)]
    if listed.empty:
        return words
    raised = done.raised(listed)
    raised = raised[[name for name in raised if name in listed]]  # of the past alone: the rhythm has no fit today
    names, by = list(raised), raised.to_numpy()
    held = {name: listed[name].to_numpy(dtype=object) for name in names}
    for row, places in enumerate(np.argsort(-by, axis=1, kind="stable")[:, :_REASONS]):
        said = [_said(names[place], held[names[place]][row]) for place in places if by[row, place] > _LEAST]
        if any(said):
            words[listed.index[row]] = "; ".join(filter(None, said))
    return words


def _said(feature: str, value: object) -> str | None:
    return None if pd.isna(value) else WORDS[feature].format(value)  # type: ignore[call-overload]


def _notes(warehouse: Warehouse, audience: Audience, done: Run | str) -> list[str | None]:
    fits = btyd_fits.fitted(warehouse, audience.as_of)
    fit, rate = btyd_fits.used_model(warehouse, audience.as_of), _margin_rate(warehouse, audience.as_of)
    return [
        *fits.attrs["notes"][: 1 if fit is None else 0],
        f"Purchases by {fit.name}." if fit else None,
        None
        if fit is None
        else f"Values are margins, {formats.share(rate)} of revenue."
        if rate
        else "Values are revenue: no costs are loaded.",
        f"Churn risk by {done.used}." if isinstance(done, Run) else done,
        *(done.notes if isinstance(done, Run) else ()),
        notes.guests(warehouse, audience),
    ]
