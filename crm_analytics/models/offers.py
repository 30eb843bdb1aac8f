"""What is bought together, and what a customer is likely to buy next."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crm_analytics.errors import BadValue, NotEnoughData

if TYPE_CHECKING:
    from scipy import sparse

#: More item sets than that are a sign that the support is too low to mean anything.
MOST_SETS = 300_000
#: Bits of baskets x items that are held at once: half a gigabyte.
MOST_BITS = 4_000_000_000
#: Cells of customers (or products) x products that are worked on at once.
_MOST_CELLS = 8_000_000


@dataclass(frozen=True)
class RuleSettings:
    """What a rule needs. support: share of baskets in which all its items are; confidence: share of the baskets with the
    antecedent that have the consequent too; longest: most items of a rule, both sides together."""

    support: float = 0.01
    confidence: float = 0.25
    longest: int = 6

    def fewest(self, baskets: int) -> int:
        """The support as a number of baskets, rounded up, at least 1."""
        # 0.07 x 100 is 7.000000000000001: what is a whole number on paper must not be rounded up
        return max(1, math.ceil(round(self.support * baskets, 9)))


def association_rules(pairs: pd.DataFrame, baskets: int, settings: RuleSettings) -> pd.DataFrame:
    """Rules with one item on the right, best lift first (Agrawal, Srikant 1994; sets are found as by Zaki 2000).

    pairs: one row per basket and item, columns basket and item, whole numbers. baskets: all there are.
    lift = confidence / share of the consequent; leverage = share of the rule - share of both sides multiplied.

    Columns: antecedent (tuple of items, ascending), consequent (item), count (baskets), support, confidence, lift,
    leverage. Errors: BadValue where the support lets too many sets through.
    """
    counts = frequent_sets(pairs, settings.fewest(baskets), settings.longest)
    rows = []
    for items, count in counts.items():
        for place, consequent in enumerate(items) if len(items) > 1 else ():
            antecedent = items[:place] + items[place + 1 :]
            confidence = count / counts[antecedent]
            if confidence >= settings.confidence - 1e-12:
                rows.append((antecedent, consequent, count, confidence, counts[antecedent], counts[consequent,]))
    frame = pd.DataFrame(rows, columns=["antecedent", "consequent", "count", "confidence", "left", "right"])
    frame["support"] = frame["count"] / baskets
    frame["lift"] = frame["confidence"] / (frame["right"] / baskets)
    frame["leverage"] = frame["support"] - (frame["left"] / baskets) * (frame["right"] / baskets)
    frame = frame.sort_values(["lift", "count", "antecedent", "consequent"], ascending=[False, False, True, True])
    return frame[["antecedent", "consequent", "count", "support", "confidence", "lift", "leverage"]].reset_index(
        drop=True
    )


def frequent_sets(pairs: pd.DataFrame, fewest: int, longest: int) -> dict[tuple[int, ...], int]:
    """Every set of items that so many baskets hold -> the number of baskets.

    Each item is a row of bits, one for each basket; a set is the AND of its rows (Eclat, Zaki 2000, section 3).
    """
    pairs = pairs.drop_duplicates()
    seen = pairs["item"].value_counts()
    items = np.sort(seen[seen >= fewest].index.to_numpy())
    places, numbers = np.unique(pairs["basket"].to_numpy(), return_inverse=True)
    if len(items) * len(places) > MOST_BITS:
        raise BadValue("support", fewest, f"more: {len(items):,} products are in as many baskets")
    bits = _bits(pairs["item"].to_numpy(), numbers, items, len(places))
    counts: dict[tuple[int, ...], int] = {}
    for found, count in _extended((), items, bits, fewest, longest):
        counts[found] = count
        if len(counts) > MOST_SETS:
            raise BadValue("support", fewest, f"more: over {MOST_SETS:,} sets of products are in as many baskets")
    return counts


def _bits(item: np.ndarray, basket: np.ndarray, items: np.ndarray, baskets: int) -> np.ndarray:
    """items x ceil(baskets / 64) words; bit b of a row says whether basket b holds the item."""
    kept = np.isin(item, items)
    row, column = np.searchsorted(items, item[kept]), basket[kept]
    words = np.zeros((len(items), -(-baskets // 64)), dtype=np.uint64)
    np.bitwise_or.at(words, (row, column // 64), np.uint64(1) << (column % 64).astype(np.uint64))
    return words


def _extended(
    before: tuple[int, ...], items: np.ndarray, bits: np.ndarray, fewest: int, longest: int
) -> Iterator[tuple[tuple[int, ...], int]]:
    """The sets that begin with `before`; `bits` are the baskets of `before` with each of the items."""
    counts = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    for place, item in enumerate(items):
        found = (*before, int(item))
        yield found, int(counts[place])
        if len(found) < longest:
            both = bits[place] & bits[place + 1 :]
            enough = np.bitwise_count(both).sum(axis=1, dtype=np.int64) >= fewest
            yield from _extended(found, items[place + 1 :][enough], both[enough], fewest, longest)


# --- next offers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfferSettings:
    """neighbours: for each product the most similar ones that may speak for it; shrink: added to the denominator, so
    that two products bought together once are not taken for twins."""

    neighbours: int = 50
    shrink: float = 10.0


@dataclass(frozen=True)
class FittedOffers:
    """What speaks for what: `similar[i, j]` is how far owning i speaks for j; `demand[j]` how much j is wanted now."""

    similar: sparse.csr_matrix
    demand: np.ndarray

    def best(self, owned: sparse.csr_matrix, worth: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The best products not owned: product (customers x most, -1 where none is left), what speaks for it, and the
        owned product that speaks most.

        owned: customers x products, 1 where bought. worth: of one purchase; the order is by what speaks times it.
        """
        customers = owned.shape[0]
        most = min(most, len(self.demand))
        product = np.full((customers, most), -1)
        score, reason = np.zeros((customers, most)), np.full((customers, most), -1)
        for rows, part in _parts(owned):
            speaks = (part @ self.similar).toarray() * self.demand
            speaks[part.nonzero()] = 0
            top = top_places(speaks * worth, most)
            value = np.take_along_axis(speaks, top, axis=1)
            product[rows], score[rows] = np.where(value * worth[top] > 0, top, -1), value
            reason[rows] = self._reasons(part, product[rows])
        return product, score, reason

    def best_selling(self, owned: sparse.csr_matrix, worth: np.ndarray, most: int) -> np.ndarray:
        """The rival: per customer the products with the most demand (times worth) that he has not bought, -1 for none."""
        wanted = self.demand * worth
        most = min(most, len(wanted))
        offered = np.full((owned.shape[0], most), -1)
        for rows, part in _parts(owned):
            selling = np.broadcast_to(wanted, part.shape).copy()
            selling[part.nonzero()] = -np.inf
            top = top_places(selling, most)
            offered[rows] = np.where(np.take_along_axis(selling, top, axis=1) > -np.inf, top, -1)
        return offered

    def _reasons(self, owned: sparse.csr_matrix, product: np.ndarray) -> np.ndarray:
        """Per offer the owned product that is most similar to it, ties by place; -1 where nothing is offered."""
        by_target, owner = self.similar.tocsc(), owned.T.tocsc()
        found = np.empty(product.shape, dtype=np.int64)
        for place in range(product.shape[1]):
            speaking = by_target[:, np.maximum(product[:, place], 0)].multiply(owner).tocsc()
            found[:, place] = np.asarray(speaking.argmax(axis=0)).ravel()
        return np.where(product >= 0, found, -1)


@dataclass(frozen=True)
class OffersModel:
    """Item-item similarity (Sarwar et al. 2001; cosine with shrinkage), weighted by the demand of late."""

    settings: OfferSettings = OfferSettings()

    def fit(self, owned: sparse.csr_matrix, demand: np.ndarray) -> FittedOffers:
        """owned: customers x products, 1 where bought; demand: buyers of each product of late.

        Errors: NotEnoughData below 30 customers or 2 products.
        """
        if owned.shape[0] < 30:
            raise NotEnoughData("Next offers", 30, owned.shape[0])
        if owned.shape[1] < 2:
            raise NotEnoughData("Next offers", 2, owned.shape[1], "products")
        from scipy import sparse

        buyers = np.asarray(owned.sum(axis=0), dtype=float).ravel()
        column, row, value = [], [], []
        for start, together in _together(owned):
            for place in range(together.shape[0]):
                cells = slice(together.indptr[place], together.indptr[place + 1])
                others, target = together.indices[cells], start + place
                count = together.data[cells].astype(float)
                alike = count / (np.sqrt(buyers[others] * buyers[target]) + self.settings.shrink)
                alike[others == target] = 0
                chosen = _nearest(others, alike, self.settings.neighbours)
                row.append(others[chosen])
                value.append(alike[chosen])
                column.append(np.full(len(chosen), target))
        shape = (owned.shape[1], owned.shape[1])
        cells = np.concatenate(value), (np.concatenate(row), np.concatenate(column))
        return FittedOffers(sparse.csr_matrix(cells, shape=shape), demand.astype(float))


def _together(owned: sparse.csr_matrix) -> Iterator[tuple[int, sparse.csr_matrix]]:
    """Customers who own both, some products at a time (the first's place, products x all products): in bounded memory."""
    by_product = owned.T.tocsr()
    most = by_product @ np.diff(owned.indptr).astype(float)  # cells of a product's row, at most
    room = np.minimum(most, owned.shape[1]).cumsum() // _MOST_CELLS
    for part in np.unique(room):
        places = np.flatnonzero(room == part)
        yield int(places[0]), by_product[places[0] : places[-1] + 1] @ owned


def _nearest(others: np.ndarray, alike: np.ndarray, most: int) -> np.ndarray:
    """Places of the highest values above 0, ties by the number of the product, so that a refit gives the same."""
    found = np.flatnonzero(alike > 0)
    if len(found) <= most:
        return found
    limit = -np.partition(-alike[found], most - 1)[most - 1]
    above, at = found[alike[found] > limit], found[alike[found] == limit]
    return np.concatenate([above, at[np.argsort(others[at])][: most - len(above)]])


def top_places(values: np.ndarray, most: int) -> np.ndarray:
    """Per row the places of the highest values, highest first, ties by place."""
    if values.shape[1] > most:
        limit = -np.partition(-values, most - 1, axis=1)[:, most - 1 : most]
        values = np.where(values >= limit, values, -np.inf)
    return np.argsort(-values, axis=1, kind="stable")[:, :most]


def _parts(matrix: sparse.csr_matrix) -> Iterator[tuple[slice, sparse.csr_matrix]]:
    """Some customers at a time, few enough that all their cells fit into memory."""
    room = max(1, _MOST_CELLS // max(1, matrix.shape[1]))
    for start in range(0, matrix.shape[0], room):
        rows = slice(start, min(start + room, matrix.shape[0]))
        yield rows, matrix[rows]


def hits(offered: np.ndarray, wanted: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per customer: which offers hit (customers x offers), hit (any did), average precision at so many offers.

    wanted: customers x products, 1 where bought. Average precision = mean over the hits of precision at their place, over
    min(wanted, offers) of them.
    """
    right = np.zeros(offered.shape, dtype=bool)
    for rows, part in _parts(wanted):
        right[rows] = np.take_along_axis(part.toarray() > 0, np.maximum(offered[rows], 0), axis=1)
    right &= offered >= 0
    precision = np.cumsum(right, axis=1) / np.arange(1, offered.shape[1] + 1)
    possible = np.minimum(np.diff(wanted.indptr), offered.shape[1])
    return right, right.any(axis=1), (precision * right).sum(axis=1) / np.maximum(possible, 1)


def as_matrix(row: Any, column: Any, rows: int, columns: int, value: Any = None) -> sparse.csr_matrix:
    """A sparse matrix of the values given, without any of ones: customers x products, 1 where bought."""
    from scipy import sparse

    filled = np.ones(len(row), dtype=np.float32) if value is None else np.asarray(value, dtype=float)
    return sparse.csr_matrix((filled, (np.asarray(row), np.asarray(column))), shape=(rows, columns))
