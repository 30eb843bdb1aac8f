"""What the purchase models read of customers: repeat purchases, their last day, and how long one has been known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crm_analytics.errors import NotEnoughData

DAYS_OF_A_WEEK = 7.0
#: A fit stands on so many buyers, and on so many of them who came back.
FEWEST_BUYERS, FEWEST_REPEAT_BUYERS = 100, 30
#: The climb of a fit sees time in so many steps.
STEPS = 48
_FEW = 3000


@dataclass(frozen=True)
class Histories:
    """Distinct (x, t_x, T) and how many customers have them; made by `of` in one order, whatever the order given.

    repeats: purchase days after the first (x). last: time from the first to the last purchase (t_x). age: time from
    the first purchase to the end of observation (T). weight: customers. Times are in one unit, weeks by convention.
    """

    repeats: np.ndarray
    last: np.ndarray
    age: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, repeats: np.ndarray, last: np.ndarray, age: np.ndarray, weight: np.ndarray | None = None) -> Histories:
        """Histories of customers (or of groups of them), equal ones put together."""
        count = np.ones(len(repeats)) if weight is None else np.asarray(weight, dtype=float)
        columns = [np.asarray(each, dtype=float) for each in (repeats, last, age)]
        order = np.lexsort(columns[::-1])
        columns = [each[order] for each in columns]
        new = np.ones(len(order), dtype=bool)
        if len(order):
            new[1:] = np.any([each[1:] != each[:-1] for each in columns], axis=0)
        starts = np.flatnonzero(new)
        summed = np.add.reduceat(count[order], starts) if len(starts) else count[order]
        return cls(*(each[new] for each in columns), summed)

    @property
    def customers(self) -> int:
        """How many customers these are."""
        return round(float(self.weight.sum()))

    @property
    def repeat_buyers(self) -> int:
        """How many of them came back."""
        return round(float(self.weight[self.repeats > 0].sum()))

    def enough(self, what: str) -> None:
        """Raise `NotEnoughData` where a model of purchases would stand on too few."""
        if self.customers < FEWEST_BUYERS:
            raise NotEnoughData(what, FEWEST_BUYERS, self.customers, "customers who have bought")
        if self.repeat_buyers < FEWEST_REPEAT_BUYERS:
            raise NotEnoughData(what, FEWEST_REPEAT_BUYERS, self.repeat_buyers, "customers who bought on two days")

    @cached_property
    def scale(self) -> float:
        """The mean age: times divided by it have no unit."""
        return float((self.age * self.weight).sum() / self.weight.sum())

    @cached_property
    def unitless(self) -> Histories:
        """The same with times divided by `scale`, so that a fit does not depend on the unit."""
        return Histories(self.repeats, self.last / self.scale, self.age / self.scale, self.weight)

    @cached_property
    def coarse(self) -> Histories:
        """The same seen on a coarse clock, where there are many; none loses its second purchase."""
        if len(self.weight) <= _FEW:
            return self
        step = float(self.age.max()) / STEPS
        age = np.maximum(np.round(self.age / step), 1) * step
        last = np.where(self.repeats > 0, np.maximum(np.round(self.last / step), 0.5) * step, 0.0)
        return Histories.of(self.repeats, np.minimum(last, age), age, self.weight)

    @cached_property
    def by_repeats(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Distinct x, where each row's stands among them, and the customers of each."""
        values, place = np.unique(self.repeats, return_inverse=True)
        return values, place, np.bincount(place, self.weight)

    @cached_property
    def by_last(self) -> tuple[np.ndarray, np.ndarray]:
        """Distinct t_x, and where each row's stands among them."""
        values, place = np.unique(self.last, return_inverse=True)
        return values, place

    @cached_property
    def by_age(self) -> tuple[np.ndarray, np.ndarray]:
        """Distinct T, and where each row's stands among them."""
        values, place = np.unique(self.age, return_inverse=True)
        return values, place
