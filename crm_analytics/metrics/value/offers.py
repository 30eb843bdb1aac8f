"""What is bought together, and what to offer each customer next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from crm_analytics import formats
from crm_analytics.metrics import notes
from crm_analytics.metrics.keeping import kept
from crm_analytics.metrics.value.offers_learned import AT, BEST_SELLERS, SIMILAR, Learned, bought, learn, scale, trial
from crm_analytics.models import offers as models
from crm_analytics.models.nps import wilson
from crm_analytics.query.marts import months_before
from crm_analytics.query.rules import where
from crm_analytics.query.warehouse import Audience, Warehouse

RANKS = ("margin", "chance")
#: Order lines in which rules are looked for, the last.
MOST_LINES = 2_000_000


@kept
def basket_rules(
    warehouse: Warehouse, audience: Audience, *, support: float = 0.01, confidence: float = 0.25
) -> pd.DataFrame:
    """Association rules over orders: who buys the products on the left buys the one on the right too; best lift first.

    A basket is an order with a product in it; services and returns are left out, guests' orders count when the audience
    is everyone. A rule needs support x baskets orders, rounded up, and has at most 6 products (Agrawal, Srikant 1994).
    Of very many orders the last ones are looked at, as many as hold two million lines.

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
    after = _rules_after(warehouse, audience)
    baskets = int(warehouse.read("metrics/basket_sizes", audience, after=after)["baskets"].iloc[0])
    settings = models.RuleSettings(support, confidence)
    fewest = settings.fewest(baskets)
    products = warehouse.read("metrics/basket_products", audience, fewest=fewest, after=after).set_index("item")
    pairs = warehouse.read("metrics/basket_items", audience, fewest=fewest, after=after)
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
    short = (
        f"Of the orders after {formats.day(after)}, the last {formats.count(MOST_LINES)} lines."
        if after > date.min
        else None
    )
    return notes.noted(rules[[*columns, "antecedent_names", "consequent_name"]].astype(words | numbers), said, short)


def _rules_after(warehouse: Warehouse, audience: Audience) -> date:
    """The day after which rules are looked for, so that time and memory are bounded: the first day where all lines are few."""
    days = warehouse.read("metrics/basket_days", audience)
    beyond = days["lines"].astype(float).cumsum() > MOST_LINES
    return days["ordered_on"][beyond].iloc[0].date() if beyond.any() else date.min


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
    learned = learn(warehouse, audience.as_of, audience.as_of)
    pairs = bought(warehouse, chosen, date.min, audience.as_of, 1) if learned else pd.DataFrame()
    if learned is None or pairs.empty:
        return notes.noted(pd.DataFrame(columns=list(columns)).astype(columns), _too_little(learned))
    buyers, owned = learned.owned(pairs)
    worth = learned.worth if ranked_by == "margin" else np.ones(len(learned.products))
    product, speaks, reason = learned.fitted.best(owned, worth, offers)
    at, place = np.nonzero(product >= 0)
    offered, spoken = product[at, place], speaks[at, place]
    names = learned.products["product_name"].astype("object").to_numpy()
    ids = learned.products["product_id"].astype("object").to_numpy()
    told = np.array([f"bought {each}" for each in np.where(pd.isna(names), ids, names)], dtype=object)
    people = warehouse.read("metrics/offer_people", chosen).set_index("customer_no")["customer_id"]
    frame = pd.DataFrame(
        {
            "customer_id": people.reindex(buyers).to_numpy()[at],
            "rank": place + 1,
            "product_id": ids[offered],
            "score": np.minimum(spoken * scale(warehouse, audience, ranked_by), 1) * worth[offered],
            "reason": told[reason[at, place]],
            "product_name": names[offered],
        }
    )
    nothing = None if len(frame) else "Nothing to offer: no product that one lacks goes together with one that one has."
    return notes.noted(frame.astype(columns), *learned.said, nothing)


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
    frame = trial(warehouse, audience.as_of).drop(columns=["expected", "hits"])
    frame["low_95"], frame["high_95"] = wilson(frame["hit_rate"] * frame["customers"], frame["customers"])
    columns = ["method", "ranked_by", "customers", "hit_rate", "low_95", "high_95", "map_at_10", "money_per_customer"]
    whole = {"method": "str", "ranked_by": "str", "customers": "int64"}
    frame = frame[columns].astype(dict.fromkeys(columns[3:], "float64") | whole)
    month = (
        f"Held out: {formats.day(months_before(audience.as_of, 1) + timedelta(1))} to {formats.day(audience.as_of)}."
    )
    short = f"Comparing takes {notes.FEWEST_CUSTOMERS} customers who bought something new in the last month."
    return notes.noted(frame, month if len(frame) else short)


def _too_little(learned: Learned | None) -> str:
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
