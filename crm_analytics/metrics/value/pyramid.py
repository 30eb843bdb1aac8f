"""The customer pyramid: tiers by the revenue of 12 months, and who moved between them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse

#: Tiers of those who bought in the 12 months, best first: the top 1%, the next 4%, the next 15%, the other 80%.
TIERS = ("top", "large", "medium", "small")
INACTIVE = "inactive"
PROSPECTS = "prospects"
NOT_YET = "not yet a buyer"

_INCOMPLETE = "the 12 months before are not complete."
_MOVES = ("stayed", "moved_up", "moved_down", "entered", "left")


@kept
def pyramid(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Tiers by the revenue of the last 12 months, and who moved into and out of them since the 12 months before.

    The top 1% of those with revenue above 0 are top, the next 4% large, the next 15% medium, the other 80% small
    (places are rounded up, ties by customer id, over the whole base). Inactive buyers had no revenue in the 12 months,
    prospects never bought. Every mover's change of revenue stands once: with the tier that he is in now, or with the
    one that he has left. Movement is null where there was nothing to sell 12 months ago. Empty without customers.

    Columns
    -------
    tier : str                       top, large, medium, small, inactive or prospects
    customers : int64                customers in it
    customer_share : float64         of all customers of the audience
    revenue : float64                their net revenue of the 12 months, money
    revenue_share : float64          of the revenue of the four tiers of buyers; null for the others
    stayed : Int64                   customers who were in the tier before
    moved_up : Int64                 customers who came from a lower tier of buyers; null for inactive and prospects
    moved_down : Int64               customers who came from a higher tier of buyers; null likewise
    entered : Int64                  customers who were in no tier of buyers; of inactive: who were in one; null for prospects
    left : Int64                     customers of the tier before who are inactive now; of inactive: who buy again; null for prospects
    stayed_change : float64          revenue of those who stayed less that of the 12 months before, money; null for inactive and prospects
    moved_up_change : float64        likewise of those who moved up into the tier
    moved_down_change : float64      likewise of those who moved down into it
    entered_change : float64         likewise of those who entered
    left_change : float64            likewise of those who left the tier
    """
    pairs, known = _pairs(warehouse, audience), is_compared(warehouse, audience)
    total = pairs["customers"].sum()
    rows = [_tier(pairs, tier) for tier in (*TIERS, INACTIVE, PROSPECTS)] if total else []
    columns = ["customers", "customer_share", "revenue", "revenue_share", *_MOVES]
    columns += [f"{move}_change" for move in _MOVES]
    frame = pd.DataFrame(rows, columns=["tier", *columns])
    bought = frame["tier"].isin(TIERS)
    frame["customer_share"] = frame["customers"] / max(total, 1)
    revenue = float(frame.loc[bought, "revenue"].sum())
    frame["revenue_share"] = frame["revenue"].where(bought) / (revenue or np.nan)
    if not known:
        frame[columns[4:]] = None
    frame = frame.astype(
        {"tier": "str", "customers": "int64"}
        | dict.fromkeys(_MOVES, "Int64")
        | dict.fromkeys(("customer_share", "revenue", "revenue_share", *columns[9:]), "float64")
    )
    return notes.noted(frame, history_note(warehouse, audience), notes.guests(warehouse, audience))


@kept
def pyramid_moves(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """Customers by their tier of the 12 months before and their tier of the last 12 months.

    Columns
    -------
    from_tier : str            tier of the 12 months before; "not yet a buyer" before the first purchase
    to_tier : str              tier of the last 12 months
    customers : int64          customers who went from the one to the other
    revenue : float64          their net revenue of the last 12 months, money
    revenue_before : float64   their net revenue of the 12 months before, money
    """
    order = {name: place for place, name in enumerate((*TIERS, INACTIVE, PROSPECTS, NOT_YET))}
    frame = _pairs(warehouse, audience).rename(columns={"tier_before": "from_tier", "tier": "to_tier"})
    frame = frame.sort_values(["from_tier", "to_tier"], key=lambda names: names.map(order), ignore_index=True)
    return notes.noted(frame, history_note(warehouse, audience))


def _pairs(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    year_ago = months_before(audience.as_of, 12)
    frame = warehouse.read("metrics/pyramid", audience, year_ago=year_ago)
    return frame.astype({"tier_before": "str", "tier": "str"})


def _tier(pairs: pd.DataFrame, tier: str) -> dict[str, object]:
    here, then = pairs[pairs["tier"] == tier], pairs[pairs["tier_before"] == tier]
    row: dict[str, object] = {"tier": tier, "customers": here["customers"].sum(), "revenue": here["revenue"].sum()}
    if tier == PROSPECTS:
        return row
    if tier == INACTIVE:
        row |= {"stayed": _customers(here, [INACTIVE]), "entered": _customers(here, TIERS)}
        return row | {"left": then.loc[then["tier"].isin(TIERS), "customers"].sum()}
    place = TIERS.index(tier)
    came = {
        "stayed": (tier,),
        "moved_up": TIERS[place + 1 :],
        "moved_down": TIERS[:place],
        "entered": (INACTIVE, NOT_YET),
    }
    for move, tiers in came.items():
        movers = here[here["tier_before"].isin(tiers)]
        row |= {move: movers["customers"].sum(), f"{move}_change": _change(movers)}
    gone = then[then["tier"] == INACTIVE]
    return row | {"left": gone["customers"].sum(), "left_change": _change(gone)}


def _customers(pairs: pd.DataFrame, tiers: object) -> int:
    return int(pairs.loc[pairs["tier_before"].isin(tiers), "customers"].sum())  # type: ignore[arg-type]


def _change(pairs: pd.DataFrame) -> float:
    return round(float((pairs["revenue"] - pairs["revenue_before"]).sum()), 4)


def _first(warehouse: Warehouse, audience: Audience) -> pd.Timestamp:
    return warehouse.read("metrics/first_order", audience)["first_order_on"].iloc[0]


def is_compared(warehouse: Warehouse, audience: Audience) -> bool:
    """Whether anything was sold by the beginning of the last 12 months."""
    first = _first(warehouse, audience)
    return not pd.isna(first) and first.date() <= months_before(audience.as_of, 12)


def history_note(warehouse: Warehouse, audience: Audience) -> str | None:
    """What to say where the history is shorter than the two years that are compared."""
    first = _first(warehouse, audience)
    if pd.isna(first) or first.date() <= months_before(audience.as_of, 24):
        return None
    if first.date() > months_before(audience.as_of, 12):
        return f"The history begins on {formats.day(first)}: there are no 12 months before to compare with."
    return f"The history begins on {formats.day(first)}: {_INCOMPLETE}"


def pyramid_in_words(frame: pd.DataFrame, as_of: date) -> str | None:
    """What the top 20% bring, and how many rose, fell and left since a year before. Reads `pyramid`."""
    rows = frame.set_index("tier")
    if frame.empty or rows.loc[list(TIERS), "customers"].sum() < notes.FEWEST_CUSTOMERS:
        return None
    best = rows.loc[list(TIERS[:3])]
    sentence = (
        f"In the 12 months to {formats.day(as_of)}, {formats.count(best['customers'].sum())} customers of the tiers top, "
        f"large and medium bring {formats.share(best['revenue_share'].sum())} of revenue"
    )
    partly = any(note.endswith(_INCOMPLETE) for note in frame.attrs.get("notes", []))
    if partly or rows.loc["top", ["stayed"]].isna().all():
        return f"{sentence}."  # nobody "came in" who may have bought before the history begins
    moved = rows.loc[list(TIERS), list(_MOVES)].sum()
    return (
        f"{sentence}; against the 12 months before, {formats.count(moved['moved_up'])} customers moved up, "
        f"{formats.count(moved['moved_down'])} down, {formats.count(moved['entered'])} came in and "
        f"{formats.count(moved['left'])} left."
    )
