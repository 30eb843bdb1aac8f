"""Attitude and behaviour together: who says and does what, how it moves, and what revenue hangs on it."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.pareto import comparison_day
from crm_analytics.metrics.voice.voice import OPINIONS, SCALES
from crm_analytics.models.nps import mean_interval, wilson
from crm_analytics.query.warehouse import Audience, Warehouse

#: Dick and Basu (1994): (favourable, keeps buying) -> kind of loyalty.
LOYALTIES = {(True, True): "true", (True, False): "latent", (False, True): "spurious", (False, False): "none"}
#: The days after an answer in which later purchases count.
DAYS_AFTER = 90
_NAMES = {
    "nps": {"good": "promoters", "middling": "passives", "bad": "detractors"},
    "csat": {"good": "satisfied", "middling": "neutral", "bad": "dissatisfied"},
}


@kept
def loyalty_matrix(warehouse: Warehouse, audience: Audience, *, attitude: str = "nps") -> pd.DataFrame:
    """Customers by attitude and behaviour: true, latent, spurious or no loyalty (Dick and Basu 1994).

    Attitude is the customer's latest answer to the as-of date: favourable from 9 of 10 on (`attitude=csat`: 4 of 5).
    Keeps buying: at least two purchase days, and neither declining nor lapsed. Without answers all cells are empty.

    Columns
    -------
    loyalty : str               true, latent, spurious or none
    favourable : bool           whether the attitude is
    keeps_buying : bool         whether the behaviour is
    customers : int64           customers in the cell
    customer_share : float64    of all who answered; null without any
    revenue_12m : float64       their net revenue of the last 12 months, money
    revenue_share : float64     of that of all who answered; null without any
    """
    found = warehouse.read("metrics/loyalty_matrix", audience, **SCALES[attitude].knobs(attitude))
    rows = []
    for (favourable, keeps), name in LOYALTIES.items():
        cell = found[((found["opinion"] == "good") == favourable) & (found["keeps_buying"].astype(bool) == keeps)]
        rows.append((name, favourable, keeps, int(cell["customers"].sum()), float(cell["revenue_12m"].sum())))
    frame = pd.DataFrame(rows, columns=["loyalty", "favourable", "keeps_buying", "customers", "revenue_12m"])
    frame = frame.astype({"loyalty": "str"})
    _shared(frame, "customers", "customer_share")
    _shared(frame, "revenue_12m", "revenue_share")
    columns = ["loyalty", "favourable", "keeps_buying", "customers", "customer_share", "revenue_12m", "revenue_share"]
    return notes.noted(frame[columns], _answered(int(frame["customers"].sum())))


@kept
def loyalty_moves(
    warehouse: Warehouse, audience: Audience, *, attitude: str = "nps", before: date | None = None
) -> pd.DataFrame:
    """How customers moved between kinds of loyalty: answers to the comparison day against newer ones.

    Only customers who answered both times; behaviour as of each day. All sixteen pairs.

    Columns
    -------
    from_loyalty : str    true, latent, spurious or none on the comparison day
    to_loyalty : str      and on the as-of date
    customers : int64     customers who moved so, or stayed
    """
    then = Audience(audience.rule, audience.as_of, comparison_day(audience, before))
    scale = {name: value for name, value in SCALES[attitude].knobs(attitude).items() if name != "bad"}
    found = warehouse.read("metrics/loyalty_moves", then, **scale)
    counts = {
        (LOYALTIES[bool(row[0]), bool(row[1])], LOYALTIES[bool(row[2]), bool(row[3])]): int(row[4])
        for row in found.itertuples(index=False)
    }
    pairs = list(product(LOYALTIES.values(), repeat=2))
    frame = pd.DataFrame(
        {
            "from_loyalty": [pair[0] for pair in pairs],
            "to_loyalty": [pair[1] for pair in pairs],
            "customers": [counts.get(pair, 0) for pair in pairs],
        }
    )
    frame = frame.astype({"from_loyalty": "str", "to_loyalty": "str", "customers": "int64"})
    return notes.noted(frame, f"Answers to {formats.day(then.before)} against newer ones.")


@kept
def opinion_revenue(warehouse: Warehouse, audience: Audience, *, attitude: str = "nps") -> pd.DataFrame:
    """The revenue of promoters, passives and detractors, by each customer's latest answer, and what they bought after one.

    Later purchases are those of the 90 days after the latest answer that lies at least so far back, its own day left out.
    They are observational: whoever is dissatisfied may have bought less before. Shares have Wilson's interval, means
    Student's; the difference to the last opinion that of Newcombe (Statistics in Medicine 17 (1998) 873-890, method 10).

    Columns
    -------
    opinion : str               promoters, passives, detractors (`attitude=csat`: satisfied, neutral, dissatisfied)
    customers : int64           customers whose latest answer is so
    revenue_12m : float64       their net revenue of the last 12 months, money
    revenue_share : float64     of that of all who answered; null without any
    mean_revenue_12m : float64  revenue_12m / customers, money; null without customers
    drifting : int64            of them declining or lapsed
    drifting_share : float64    drifting / customers; null without customers
    followed : int64            customers with such an answer at least 90 days ago
    bought_share : float64      of them bought in the 90 days after; null without any
    bought_low_95 : float64     lower end of its 95% interval; null likewise
    bought_high_95 : float64    upper end; null likewise
    bought_difference : float64        bought_share less that of the last opinion; null in its own row and without both
    difference_low_95 : float64        lower end of its 95% interval; null likewise
    difference_high_95 : float64       upper end; null likewise
    revenue_after : float64            net revenue per followed customer in those days, money; null without any
    revenue_after_low_95 : float64     lower end of its 95% interval; null below two customers
    revenue_after_high_95 : float64    upper end; null likewise
    """
    frame = by_latest_opinion(warehouse, audience, attitude)
    found = warehouse.read(
        "metrics/opinion_purchases", audience, days=DAYS_AFTER, **SCALES[attitude].knobs(attitude)
    ).set_index("opinion")
    later = found.reindex(list(OPINIONS)).reset_index(drop=True).astype("float64")
    frame["followed"] = later["customers"].fillna(0).astype("int64")
    frame["bought_share"] = later["buyers"] / later["customers"]
    frame["bought_low_95"], frame["bought_high_95"] = wilson(later["buyers"], later["customers"])
    frame[["bought_difference", "difference_low_95", "difference_high_95"]] = _against_last(frame)
    frame["revenue_after"] = later["mean_revenue"]
    frame["revenue_after_low_95"], frame["revenue_after_high_95"] = mean_interval(
        later["mean_revenue"], later["revenue_variance"], later["customers"]
    )
    return notes.noted(frame, _answered(int(frame["customers"].sum())))


def by_latest_opinion(warehouse: Warehouse, audience: Audience, attitude: str = "nps") -> pd.DataFrame:
    """The first columns of `opinion_revenue`, which read no orders."""
    found = warehouse.read("metrics/loyalty_matrix", audience, **SCALES[attitude].knobs(attitude))
    summed = found.groupby("opinion")[["customers", "drifting", "revenue_12m"]].sum()
    frame = summed.reindex(list(OPINIONS), fill_value=0).reset_index()
    frame["opinion"] = frame["opinion"].map(_NAMES[attitude]).astype("str")
    frame = frame.astype({"customers": "int64", "drifting": "int64", "revenue_12m": "float64"})
    _shared(frame, "revenue_12m", "revenue_share")
    known = frame["customers"].where(frame["customers"] > 0)
    frame["mean_revenue_12m"] = frame["revenue_12m"] / known
    frame["drifting_share"] = frame["drifting"] / known
    return frame[
        ["opinion", "customers", "revenue_12m", "revenue_share", "mean_revenue_12m", "drifting", "drifting_share"]
    ]


def _against_last(frame: pd.DataFrame) -> np.ndarray:
    """Shares less that of the last row, with Newcombe's interval, which puts Wilson's of both together."""
    share, low, high = (frame[name].to_numpy() for name in ("bought_share", "bought_low_95", "bought_high_95"))
    difference = share - share[-1]
    below = np.sqrt((share - low) ** 2 + (high[-1] - share[-1]) ** 2)
    above = np.sqrt((high - share) ** 2 + (share[-1] - low[-1]) ** 2)
    found = np.column_stack([difference, difference - below, difference + above])
    found[-1] = np.nan
    return found


def loyalty_in_words(frame: pd.DataFrame) -> str | None:
    """Who buys without conviction and who is convinced without buying. Reads `loyalty_matrix`."""
    total = int(frame["customers"].sum())
    if total < notes.FEWEST_CUSTOMERS:
        return None
    row = frame.set_index("loyalty")
    return (
        f"Of {formats.count(total)} customers who answered, {formats.share(row.loc['true', 'customer_share'])} are truly "
        f"loyal; {formats.share(row.loc['spurious', 'customer_share'])} keep buying without recommending, and "
        f"{formats.share(row.loc['latent', 'customer_share'])} recommend without buying."
    )


def moves_in_words(frame: pd.DataFrame) -> str | None:
    """How many became truly loyal and how many no longer are. Reads `loyalty_moves`."""
    total = int(frame["customers"].sum())
    if total < notes.FEWEST_CUSTOMERS:
        return None
    won = frame.loc[(frame["to_loyalty"] == "true") & (frame["from_loyalty"] != "true"), "customers"].sum()
    lost = frame.loc[(frame["from_loyalty"] == "true") & (frame["to_loyalty"] != "true"), "customers"].sum()
    return (
        f"Of {formats.count(total)} customers who answered before and since, {formats.count(won)} became truly loyal and "
        f"{formats.count(lost)} no longer are."
    )


def detractors_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """What revenue is in the hands of the dissatisfied. Reads `opinion_revenue`."""
    total = int(frame["customers"].sum())
    if total < notes.FEWEST_CUSTOMERS:
        return None
    row = frame.iloc[-1]
    return (
        f"{formats.count(row['customers'])} {row['opinion']} brought {formats.money(row['revenue_12m'], currency)} in the "
        f"last 12 months, {formats.share(row['revenue_share'])} of the revenue of the {formats.count(total)} customers who "
        f"answered; {formats.share(row['drifting_share'])} of them are declining or lapsed."
    )


def purchases_after_in_words(frame: pd.DataFrame, currency: str | None) -> str | None:
    """What the dissatisfied bought after they said so, against the others. Reads `opinion_revenue`."""
    known = frame[frame["followed"] >= notes.FEWEST_CUSTOMERS]
    if frame["opinion"].iloc[-1] not in known["opinion"].tolist() or len(known) < 2:
        return None
    parts = [
        f"{formats.share(row.bought_share)} of {formats.count(row.followed)} {row.opinion} "
        f"({formats.money(row.revenue_after, currency)} a customer)"
        for row in known.iloc[::-1].itertuples()
    ]
    return (
        f"Bought again in the {DAYS_AFTER} days after their answer: {', '.join(parts)}. Observational: who is content may have "
        "bought more before, too."
    )


def _shared(frame: pd.DataFrame, name: str, share: str) -> None:
    total = frame[name].sum()
    frame[share] = frame[name] / total if total > 0 else np.nan


def _answered(customers: int) -> str | None:
    return "Only customers who answered are in it: they are no random part of all." if customers else None
