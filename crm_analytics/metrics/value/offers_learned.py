"""What everybody bought, learned from: which product speaks for which, and how good offers by it would have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.models import offers as models
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE
from crm_analytics.query.warehouse import Audience, Warehouse

AT = 10
#: What is wanted now is what was bought in these days.
DEMAND_DAYS = 91
SIMILAR, BEST_SELLERS = "similar products", "best-sellers"
#: More customers than these teach nothing that shows in the offers: of a larger base one in n is learned from.
MOST_LEARNED_FROM = 50_000
_TRIED = ["method", "ranked_by", "customers", "hit_rate", "map_at_10", "money_per_customer", "expected", "hits"]


@dataclass(frozen=True)
class Learned:
    """What is known of all products on a day: what speaks for what, and what one purchase brings. `said`: notes."""

    fitted: models.FittedOffers
    products: pd.DataFrame
    worth: np.ndarray
    every: int
    said: tuple[str, ...]

    def owned(self, pairs: pd.DataFrame) -> tuple[np.ndarray, object]:
        """The customers' numbers, and customers x products with 1 where bought, of products that are known."""
        product = self.places(pairs["product_id"])
        known = product >= 0
        buyers, row = np.unique(pairs["customer_no"].to_numpy()[known], return_inverse=True)
        return buyers, models.as_matrix(row, product[known], len(buyers), len(self.products))

    def places(self, product_ids: pd.Series) -> np.ndarray:
        """Where products stand, -1 for those not known."""
        return pd.Index(self.products["product_id"]).get_indexer(pd.Index(product_ids))


def learn(warehouse: Warehouse, as_of: date, until: date) -> Learned | None:
    """Learned from what everybody bought by `until`; None where that is too little."""
    everyone = warehouse.audience(as_of=as_of)
    customers = int(warehouse.read("metrics/audience_size", everyone)["customers"].iloc[0])
    every = max(1, customers // MOST_LEARNED_FROM)
    days = {"lately": until - timedelta(days=DEMAND_DAYS), "year_ago": months_before(until, 12), "until": until}
    products = warehouse.read("metrics/offer_products", everyone, **days, every=every)
    demand = products["demand"].to_numpy(dtype=float)
    worth, said = _worth(products)
    part = f"Learned from one in {every} of {formats.count(customers)} customers." if every > 1 else None

    def known(similar: object) -> Learned:
        fitted = models.FittedOffers(similar, demand)
        return Learned(fitted, products, worth, every, tuple(filter(None, (said, part))))

    def neighbours() -> pd.DataFrame:
        _, owned = known(None).owned(bought(warehouse, everyone, date.min, until, every))
        similar = models.OffersModel().fit(owned, demand).similar.tocoo()
        return pd.DataFrame({"owned": similar.row, "offered": similar.col, "similarity": similar.data})

    try:
        found = warehouse.keep("offer_neighbours", everyone, neighbours, until=until, every=every)
    except NotEnoughData:
        return None
    size = len(products)
    return known(models.as_matrix(found["owned"], found["offered"], size, size, found["similarity"]))


def bought(warehouse: Warehouse, audience: Audience, after: date, until: date, every: int) -> pd.DataFrame:
    """Who bought what: customer_no, product_id, revenue; of one customer in `every`."""
    return warehouse.read("metrics/offer_pairs", audience, after=after, until=until, every=every)


def _worth(products: pd.DataFrame) -> tuple[np.ndarray, str]:
    """What one purchase of each product brings: margin where costs are known, at the usual rate where this one's is not."""
    revenue, margin = products["revenue"].astype("float64").fillna(0), products["margin"].astype("float64")
    known = margin.notna() & (revenue > 0)
    money, said = revenue, "No costs of goods are known: offers are ranked by revenue."
    if known.any():
        rate = margin[known].sum() / revenue[known].sum()
        money, said = margin.where(known, revenue * rate), "What a purchase brings is its margin of the last 12 months."
    return (money / products["purchases"].where(products["purchases"] > 0)).clip(lower=0).fillna(0).to_numpy(), said


def trial(warehouse: Warehouse, as_of: date) -> pd.DataFrame:
    """The offers of a month ago beside best-sellers, with what was expected of them; kept, since the scores are scaled by it."""
    everyone = Audience(EVERYONE, as_of, warehouse.audience(as_of=as_of).before)
    return warehouse.keep("offers_trial", everyone, lambda: _tried(warehouse, everyone))


def _tried(warehouse: Warehouse, everyone: Audience) -> pd.DataFrame:
    until = months_before(everyone.as_of, 1)
    learned = learn(warehouse, everyone.as_of, until)
    if learned is None:
        return pd.DataFrame(columns=_TRIED)
    size = len(learned.products)
    buyers, owned = learned.owned(bought(warehouse, everyone, date.min, until, learned.every))
    later = bought(warehouse, everyone, until, everyone.as_of, learned.every)
    later = later.assign(
        product=learned.places(later["product_id"]), row=pd.Index(buyers).get_indexer(later["customer_no"])
    )
    later = later[(later["row"] >= 0) & (later["product"] >= 0)]  # what was not sold before could not have been offered
    if later.empty:  # scipy gives no array of no cells
        return pd.DataFrame(columns=_TRIED)
    had = np.asarray(owned[later["row"].to_numpy(), later["product"].to_numpy()]).ravel() > 0
    new = later[~had]
    who, row = np.unique(new["row"].to_numpy(), return_inverse=True)
    if len(who) < notes.FEWEST_CUSTOMERS:
        return pd.DataFrame(columns=_TRIED)
    owned, product = owned[who], new["product"].to_numpy()
    wanted = models.as_matrix(row, product, len(who), size)
    spent = models.as_matrix(row, product, len(who), size, new["revenue"])
    rows = []
    for ranked_by, worth in (("margin", learned.worth), ("chance", np.ones(size))):
        offered, speaks, _ = learned.fitted.best(owned, worth, AT)
        rows.append((SIMILAR, ranked_by, *_score(offered, speaks, wanted, spent)))
        selling = learned.fitted.best_selling(owned, worth, AT)
        rows.append((BEST_SELLERS, ranked_by, *_score(selling, np.zeros(selling.shape), wanted, spent)))
    return pd.DataFrame(rows, columns=_TRIED)


def _score(offered: np.ndarray, speaks: np.ndarray, wanted: object, spent: object) -> tuple[object, ...]:
    right, hit, precision = models.hits(offered, wanted)  # type: ignore[arg-type]
    at, place = np.nonzero(right)
    money = float(np.asarray(spent[at, offered[at, place]]).sum()) if len(at) else 0.0  # type: ignore[index]
    expected = float(speaks[offered >= 0].sum())
    return len(hit), hit.mean(), precision.mean(), money / len(hit), expected, int(right.sum())


def scale(warehouse: Warehouse, audience: Audience, ranked_by: str) -> float:
    """Purchases that came of the offers of the held-out month per unit of what spoke for them."""
    rows = trial(warehouse, audience.as_of)
    row = rows[(rows["method"] == SIMILAR) & (rows["ranked_by"] == ranked_by)]
    if row.empty or not row["expected"].iloc[0] > 0:
        return float("nan")
    return float(row["hits"].iloc[0] / row["expected"].iloc[0])
