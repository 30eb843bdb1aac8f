"""What is bought together, and what to offer each customer next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.errors import NotEnoughData
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.models import offers as models
from crm_analytics.models.nps import wilson
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import EVERYONE, where
from crm_analytics.query.warehouse import Audience, Warehouse

AT = 10
#: What is wanted now is what was bought in these days.
DEMAND_DAYS = 91
RANKS = ("margin", "chance")
SIMILAR, BEST_SELLERS = "similar products", "best-sellers"


@kept
def basket_rules(
    warehouse: Warehouse, audience: Audience, *, support: float = 0.01, confidence: float = 0.25
) -> pd.DataFrame:
    """Association rules over orders: who buys the products on the left buys the one on the right too; best lift first.

    A basket is an order with a product in it; services and returns are left out, guests' orders count when the audience
    is everyone. A rule needs support x baskets orders, rounded up, and has at most 6 products (Agrawal, Srikant 1994).

    Columns
    -------
    antecedent : str         products on the left, joined by " + "
    consequent : str         product on the right
    count : int64            orders with all of them
    support : float64        count / orders with a product
    confidence : float64     count / orders with the products on the left
    lift : float64           confidence / share of orders with the product on the right
    leverage : float64       support - what it would be if both sides were bought independently
    antecedent_names : str   names of the products on the left; their ids where no name is known
    consequent_name : str    name of the product on the right; its id where no name is known
    """
    baskets = int(warehouse.read("metrics/basket_sizes", audience)["baskets"].iloc[0])
    settings = models.RuleSettings(support, confidence)
    fewest = settings.fewest(baskets)
    products = warehouse.read("metrics/basket_products", audience, fewest=fewest).set_index("item")
    pairs = warehouse.read("metrics/basket_items", audience, fewest=fewest)
    rules = models.association_rules(pairs, baskets, settings)
    ids = products["product_id"].astype("object").to_dict()
    names = (
        products["product_name"]
        .astype("object")
        .where(products["product_name"].notna(), products["product_id"])
        .to_dict()
    )
    left = rules["antecedent"]
    for column, known in (("", ids), ("_names", names)):
        rules[f"antecedent{column}"] = [" + ".join(str(known[item]) for item in items) for items in left]
    rules["consequent_name"] = [names[item] for item in rules["consequent"]]
    rules["consequent"] = [ids[item] for item in rules["consequent"]]
    columns = ["antecedent", "consequent", "count", "support", "confidence", "lift", "leverage"]
    words = dict.fromkeys(("antecedent", "consequent", "antecedent_names", "consequent_name"), "str")
    numbers = dict.fromkeys(("support", "confidence", "lift", "leverage"), "float64") | {"count": "int64"}
    said = f"{formats.count(baskets)} orders with a product; a rule takes at least {formats.count(fewest)} of them."
    return notes.noted(rules[[*columns, "antecedent_names", "consequent_name"]].astype(words | numbers), said)


def next_offers(
    warehouse: Warehouse,
    audience: Audience,
    *,
    offers: int = AT,
    ranked_by: str = "margin",
    customer: str | None = None,
) -> pd.DataFrame:
    """For each buyer the products that are most worth offering next, among those not yet bought.

    The score is for a customer who buys something new in a month. A product is spoken for by the customer's products that
    are bought by the same people (cosine of the buyers, shrunk), weighted by its buyers of the last 91 days; learned from
    the whole base. By `margin`, what one purchase brings counts too: its margin, or its revenue where no costs are known.
    Chances are scaled so that in the last month, held out, as many purchases were expected of such offers as came.

    Columns
    -------
    customer_id : str      the customer
    rank : int64           1 is best
    product_id : str       the product to offer
    score : float64        by margin: expected margin, money; by chance: its chance; null without a month to scale it by
    reason : str           the customer's product that speaks most for it
    product_name : str     name of the product; null where unknown
    """
    columns = {
        "customer_id": "str",
        "rank": "int64",
        "product_id": "str",
        "score": "float64",
        "reason": "str",
        "product_name": "str",
    }
    chosen = audience if customer is None else replace(audience, rule=where("customer_id", "is", customer))
    learned = _learn(warehouse, audience.as_of, audience.as_of)
    people = warehouse.read("metrics/offer_people", chosen) if learned else pd.DataFrame()
    pairs = _pairs(warehouse, chosen, date.min, audience.as_of, audience.as_of) if learned else pd.DataFrame()
    if learned is None or pairs.empty:
        return notes.noted(pd.DataFrame(columns=list(columns)).astype(columns), _too_little(learned))
    buyers, row = np.unique(pairs["customer"].to_numpy(), return_inverse=True)
    owned = models.as_matrix(row, pairs["product"].to_numpy(), len(buyers), len(learned.products))
    worth = learned.worth if ranked_by == "margin" else np.ones(len(learned.products))
    product, speaks, reason = learned.fitted.best(owned, worth, offers)
    at, place = np.nonzero(product >= 0)
    offered, spoken = product[at, place], speaks[at, place]
    names = learned.products["product_name"].astype("object").to_numpy()
    ids = learned.products["product_id"].astype("object").to_numpy()
    known = np.where(pd.isna(names), ids, names)
    frame = pd.DataFrame(
        {
            "customer_id": people.set_index("customer")["customer_id"].reindex(buyers[at]).to_numpy(),
            "rank": place + 1,
            "product_id": ids[offered],
            "score": np.minimum(spoken * _scale(warehouse, audience, ranked_by), 1) * worth[offered],
            "reason": [f"bought {each}" for each in known[reason[at, place]]],
            "product_name": names[offered],
        }
    )
    return notes.noted(frame.astype(columns), learned.said)


@kept
def offers_evaluation(warehouse: Warehouse, audience: Audience) -> pd.DataFrame:
    """How good the offers would have been a month ago, beside best-sellers: over those who then bought something new.

    Everything is learned from what was bought by one month before the as-of date; then each customer's first 10 offers
    are compared with the products of the month that the customer had not had before. Best-sellers are the products with
    most buyers of 91 days, those the customer has left out. Whole base. Empty without 30 such customers.

    Columns
    -------
    method : str                  similar products (what next_offers offers) or best-sellers
    ranked_by : str               margin: what speaks for it times what one purchase brings; chance: what speaks for it
    customers : int64             customers of the month who bought something they had not had before
    hit_rate : float64            of them, those who bought one of the 10
    low_95 : float64              95% interval of it (Wilson)
    high_95 : float64             its upper end
    map_at_10 : float64           mean average precision at 10: hits at the top count most
    money_per_customer : float64  what the hits brought per customer in the month, net revenue, money
    """
    trial = _trial(warehouse, audience.as_of)
    frame = trial.drop(columns=["expected", "hits"])
    frame["low_95"], frame["high_95"] = wilson(frame["hit_rate"] * frame["customers"], frame["customers"])
    columns = ["method", "ranked_by", "customers", "hit_rate", "low_95", "high_95", "map_at_10", "money_per_customer"]
    whole = {"method": "str", "ranked_by": "str", "customers": "int64"}
    frame = frame[columns].astype(dict.fromkeys(columns[3:], "float64") | whole)
    month = (
        f"Held out: {formats.day(months_before(audience.as_of, 1) + timedelta(1))} to {formats.day(audience.as_of)}."
    )
    short = f"Comparing takes {notes.FEWEST_CUSTOMERS} customers who bought something new in the last month."
    return notes.noted(frame, month if len(frame) else short)


@dataclass(frozen=True)
class _Learned:
    """What is known of all products on a day: what speaks for what, and what one purchase brings."""

    fitted: models.FittedOffers
    products: pd.DataFrame
    worth: np.ndarray
    said: str


def _learn(warehouse: Warehouse, as_of: date, until: date) -> _Learned | None:
    """Learned from what everybody bought by `until`; None where that is too little."""
    everyone = warehouse.audience(as_of=as_of)
    days = {"lately": until - timedelta(days=DEMAND_DAYS), "year_ago": months_before(until, 12), "until": until}
    products = warehouse.read("metrics/offer_products", everyone, **days)

    def neighbours() -> pd.DataFrame:
        pairs = _pairs(warehouse, everyone, date.min, until, until)
        buyers, row = np.unique(pairs["customer"].to_numpy(), return_inverse=True)
        owned = models.as_matrix(row, pairs["product"].to_numpy(), len(buyers), len(products))
        similar = models.OffersModel().fit(owned, products["demand"].to_numpy()).similar.tocoo()
        return pd.DataFrame({"owned": similar.row, "offered": similar.col, "similarity": similar.data})

    try:
        found = warehouse.keep("offer_neighbours", everyone, neighbours, until=until)
    except NotEnoughData:
        return None
    worth, said = _worth(products)
    demand = products["demand"].to_numpy(dtype=float)
    similar = models.as_matrix(found["owned"], found["offered"], len(products), len(products), found["similarity"])
    return _Learned(models.FittedOffers(similar, demand), products, worth, said)


def _pairs(warehouse: Warehouse, audience: Audience, after: date, until: date, numbered_until: date) -> pd.DataFrame:
    return warehouse.read("metrics/offer_pairs", audience, after=after, until=until, numbered_until=numbered_until)


def _worth(products: pd.DataFrame) -> tuple[np.ndarray, str]:
    """What one purchase of each product brings: margin where costs are known, at the usual rate where this one's is not."""
    revenue, margin = products["revenue"].astype("float64").fillna(0), products["margin"].astype("float64")
    known = margin.notna() & (revenue > 0)
    money, said = revenue, "No costs of goods are known: offers are ranked by revenue."
    if known.any():
        rate = margin[known].sum() / revenue[known].sum()
        money, said = margin.where(known, revenue * rate), "What a purchase brings is its margin of the last 12 months."
    return (money / products["purchases"].where(products["purchases"] > 0)).clip(lower=0).fillna(0).to_numpy(), said


def _trial(warehouse: Warehouse, as_of: date) -> pd.DataFrame:
    """The evaluation with what was expected of the offers; kept, since the scores are scaled by it."""
    everyone = Audience(EVERYONE, as_of, warehouse.audience(as_of=as_of).before)
    return warehouse.keep("offers_trial", everyone, lambda: _tried(warehouse, everyone))


def _tried(warehouse: Warehouse, everyone: Audience) -> pd.DataFrame:
    columns = ["method", "ranked_by", "customers", "hit_rate", "map_at_10", "money_per_customer", "expected", "hits"]
    until = months_before(everyone.as_of, 1)
    learned = _learn(warehouse, everyone.as_of, until)
    if learned is None:
        return pd.DataFrame(columns=columns)
    before = _pairs(warehouse, everyone, date.min, until, until)
    later = _pairs(warehouse, everyone, until, everyone.as_of, until)
    new = later.merge(before[["customer", "product"]], how="left", indicator=True)
    new = new[(new["_merge"] == "left_only") & new["customer"].isin(before["customer"].unique())]
    who = np.sort(new["customer"].unique())
    if len(who) < notes.FEWEST_CUSTOMERS:
        return pd.DataFrame(columns=columns)
    before = before[before["customer"].isin(who)]
    size = len(learned.products)
    owned = models.as_matrix(np.searchsorted(who, before["customer"]), before["product"], len(who), size)
    spent = models.as_matrix(np.searchsorted(who, new["customer"]), new["product"], len(who), size, new["revenue"])
    wanted = [rows.to_numpy() for _, rows in new.groupby("customer")["product"]]
    rows = []
    for ranked_by, worth in (("margin", learned.worth), ("chance", np.ones(size))):
        offered, speaks, _ = learned.fitted.best(owned, worth, AT)
        rows.append((SIMILAR, ranked_by, *_score(offered, speaks, wanted, spent)))
        selling = learned.fitted.best_selling(owned, worth, AT)
        rows.append((BEST_SELLERS, ranked_by, *_score(selling, np.zeros(selling.shape), wanted, spent)))
    return pd.DataFrame(rows, columns=columns)


def _score(offered: np.ndarray, speaks: np.ndarray, wanted: list[np.ndarray], spent: object) -> tuple[object, ...]:
    right, hit, precision = models.hits(offered, wanted)
    at, place = np.nonzero(right)
    money = float(np.asarray(spent[at, offered[at, place]]).sum()) if len(at) else 0.0  # type: ignore[index]
    expected = float(speaks[offered >= 0].sum())
    return len(wanted), hit.mean(), precision.mean(), money / len(wanted), expected, int(right.sum())


def _scale(warehouse: Warehouse, audience: Audience, ranked_by: str) -> float:
    """Purchases that came of the offers of the held-out month per unit of what spoke for them."""
    trial = _trial(warehouse, audience.as_of)
    row = trial[(trial["method"] == SIMILAR) & (trial["ranked_by"] == ranked_by)]
    if row.empty or not row["expected"].iloc[0] > 0:
        return float("nan")
    return float(row["hits"].iloc[0] / row["expected"].iloc[0])


def _too_little(learned: _Learned | None) -> str:
    if learned is None:
        return "Offers take order lines with products of at least 30 customers and 2 products."
    return "Nobody of this audience has bought a product."


def offers_in_words(frame: pd.DataFrame, ranked_by: str = "margin") -> str | None:
    """Hit rate and precision of the offers beside those of best-sellers. Reads `offers_evaluation`."""
    rows = frame[frame["ranked_by"] == ranked_by].set_index("method")
    if rows.empty:
        return None
    ours, rival = rows.loc[SIMILAR], rows.loc[BEST_SELLERS]
    better = ours["low_95"] > rival["hit_rate"]
    verdict = (
        "clearly fewer"
        if better
        else "the difference may be chance"
        if ours["hit_rate"] >= rival["hit_rate"]
        else "more: offer those"
    )
    return (
        f"Of {formats.count(ours['customers'])} customers who bought something new in the last month, {formats.share(ours['hit_rate'])} "
        f"bought one of the 10 products that would have been offered, best-sellers would have met {formats.share(rival['hit_rate'])} "
        f"({verdict}); mean average precision {ours['map_at_10']:.3f} against {rival['map_at_10']:.3f}."
    )


def rules_in_words(frame: pd.DataFrame) -> str | None:
    """How many rules there are, and the one with the best lift. Reads `basket_rules`."""
    if frame.empty:
        return None
    best = frame.iloc[0]
    return (
        f"{formats.count(len(frame))} rules. Who buys {best['antecedent_names']} buys {best['consequent_name']} in "
        f"{formats.share(best['confidence'])} of {formats.count(round(best['count'] / best['confidence']))} orders, "
        f"{best['lift']:.1f} times as often as in all orders."
    )
