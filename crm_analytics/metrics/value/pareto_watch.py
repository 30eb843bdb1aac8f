"""Who is coming into the top 20% and who is leaving it, and how sure their share of revenue is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.pyramid import history_note, is_compared
from crm_analytics.query.marts import months_before
from crm_analytics.query.warehouse import Audience, Warehouse

NEW, FADING, OUT = "new", "about to fall out", "fallen out"
WATCHED = (NEW, FADING, OUT)

RESAMPLES = 1000
_SINGLES, _BLOCKS = 1000, 4000


def pareto_watch(warehouse: Warehouse, audience: Audience, *, move: str | None = None) -> pd.DataFrame:
    """Customers who came into the top 20% of a year's revenue, are about to fall out, or have fallen out.

    By revenue of the last 12 months against the 12 months before, over the whole base. About to fall out: in the top
    20% in both, but the last six months, scaled to a year by the part of a year's revenue that they bring in the whole
    base (so that a season is no fall), stay below the revenue of the last of the top 20%.

    Columns
    -------
    customer_id : str                 the customer
    move : str                        new, about to fall out or fallen out
    name : str                        name; null where unknown
    status : str                      status on the as-of date
    last_order_on : datetime64[s]     day of the last purchase
    recency_days : int64              days since then
    revenue_12m : float64             net revenue of the last 12 months, money
    revenue_before_12m : float64      net revenue of the 12 months before, money
    revenue_6m : float64              net revenue of the last six months, money
    entry_revenue : float64           revenue of the last of the top 20%, money
    """
    frame = warehouse.read("metrics/pareto_watch", audience, half_ago=months_before(audience.as_of, 6))
    is_top, was_top = frame["is_top"].astype(bool), frame["was_top"].astype(bool)
    fading = frame["revenue_6m"] < frame["entry_revenue"] * frame["half_share"]
    frame["move"] = np.select([is_top & ~was_top, ~is_top, is_top & fading], [NEW, OUT, FADING], "")
    if not is_compared(warehouse, audience):
        frame = frame.head(0)
    frame = frame[frame["move"].isin(WATCHED if move is None else (move,))].reset_index(drop=True)
    columns = ["customer_id", "move", "name", "status", "last_order_on", "recency_days"]
    columns += ["revenue_12m", "revenue_before_12m", "revenue_6m", "entry_revenue"]
    words = {"customer_id": "str", "move": "str", "name": "str", "status": "str", "recency_days": "int64"}
    return notes.noted(frame[columns].astype(words), history_note(warehouse, audience))


@kept
def pareto_range(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """How far the share of the top 20% would go if other customers of the same kind had come: resampled 1,000 times.

    Every customer is drawn anew with replacement (Poisson bootstrap, Chamandy et al. 2012: each weighs a number of
    Poisson(1)); the range holds 95% of the shares. Of more than 5,000 customers the best 1,000 are drawn one by one,
    the others in blocks of neighbours. Null below 30 customers. The draws are the same every time.

    Columns
    -------
    customers : int64         buyers with revenue above 0
    top_20_share : float64    share of revenue that the top 20% bring
    low_95 : float64          2.5th percentile of the resampled shares; null below 30 customers
    high_95 : float64         97.5th percentile; null likewise
    """
    frame = warehouse.read("metrics/revenues", audience)
    frame = frame[frame["revenue"] > 0]
    amounts, counts = frame["revenue"].to_numpy(dtype=float), frame["customers"].to_numpy(dtype=np.int64)
    n = int(counts.sum())
    row = {"customers": n, "top_20_share": np.nan, "low_95": np.nan, "high_95": np.nan}
    if n:
        means, sizes = _blocks(np.repeat(amounts, counts))
        row["top_20_share"] = float(_top_shares(means, sizes[None, :].astype(float), (n + 4) // 5 / n)[0])
    if n >= notes.FEWEST_CUSTOMERS:
        drawn = np.random.default_rng(20).poisson(sizes, (RESAMPLES, len(sizes))).astype(float)
        row["low_95"], row["high_95"] = np.quantile(_top_shares(means, drawn, 0.2), [0.025, 0.975])
    short = None if n >= notes.FEWEST_CUSTOMERS else f"A range takes {notes.FEWEST_CUSTOMERS} customers."
    return notes.noted(pd.DataFrame([row]), short, notes.guests(warehouse, audience))


def _blocks(revenue: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean revenue and size of blocks of neighbours, highest first; the best customers are blocks of their own."""
    n = len(revenue)
    rest = np.linspace(min(n, _SINGLES), n, min(max(n - _SINGLES, 0), _BLOCKS) + 1).round().astype(np.int64)
    starts = np.unique(np.concatenate([np.arange(min(n, _SINGLES)), rest[:-1]]))
    sizes = np.diff(np.append(starts, n))
    return np.add.reduceat(revenue, starts) / sizes, sizes


def _top_shares(means: np.ndarray, weights: np.ndarray, part: float) -> np.ndarray:
    """Share of revenue of the first part of the customers, per row of weights; a block may be cut."""
    reached, money = weights.cumsum(axis=1), (weights * means).cumsum(axis=1)
    places = part * reached[:, -1]
    before = (reached < places[:, None] - 1e-9).sum(axis=1)
    rows = np.arange(len(weights))
    over = reached[rows, before] - places
    return (money[rows, before] - over * means[before]) / money[:, -1]


def range_in_words(frame: pd.DataFrame) -> str | None:
    """How sure the share of the top 20% is. Reads `pareto_range`."""
    row = frame.iloc[0]
    if pd.isna(row["low_95"]):
        return None
    return (
        f"Had other customers of the same kind come, the share of the best 20% would lie between {formats.share(row['low_95'])} "
        f"and {formats.share(row['high_95'])} (95% of {RESAMPLES:,} resamples)."
    )


def watch_in_words(frame: pd.DataFrame, currency: str | None = None) -> str | None:
    """How many are new, fading and gone, with their revenue. Reads `pareto_watch` of all moves."""
    if frame.empty:
        return None
    new, fading, out = (frame[frame["move"] == move] for move in WATCHED)
    return (
        f"The top 20% of a year's revenue begins at {formats.money(frame['entry_revenue'].iloc[0], currency)}: "
        f"{formats.count(len(new))} customers are new in it with {formats.money(new['revenue_12m'].sum(), currency)}, "
        f"{formats.count(len(fading))} with {formats.money(fading['revenue_12m'].sum(), currency)} would fall out at the pace of "
        f"their last six months, {formats.count(len(out))} have fallen out who brought "
        f"{formats.money(out['revenue_before_12m'].sum(), currency)} the year before."
    )
