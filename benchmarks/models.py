"""Models of purchases and churn: fitting and scoring, beside the package `lifetimes` on the same customers.

Needs the extra `bench`; without it the rival is its published algorithm, said so: the same likelihood row by row, by L-BFGS-B
with numerical slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.company import Company
from benchmarks.measure import BY_HAND, Different, Line, interleaved, processor_seconds
from crm_analytics.metrics.value import churn_run, value
from crm_analytics.models.bgnbd import BgNbdModel
from crm_analytics.models.btyd import MODELS, expected
from crm_analytics.models.histories import DAYS_OF_A_WEEK, Histories
from crm_analytics.query.warehouse import Audience, Warehouse

#: CPU seconds at the full size; ours / theirs at most 1 / 1.8.
FIT, SCORE, RATIO, FEATURES, CHURN = 6.0, 0.8, 1 / 1.8, 12.0, 6.0
_CLOSE = 1e-4
_YEAR = 365.25 / 7


@dataclass(frozen=True)
class Rows:
    """Customers one by one, as `lifetimes` takes them, in weeks."""

    repeats: np.ndarray
    last: np.ndarray
    age: np.ndarray


def model_lines(company: Company) -> list[Line]:
    """Fits and scores of the base, and what the churn score takes."""
    with company.warehouse() as warehouse:
        everyone = warehouse.audience(as_of=company.latest)
        warehouse.base(everyone.as_of)
        read, found = processor_seconds(lambda: _read(warehouse, everyone))
        rows, make = found
        lines = [Line("histories of all customers, read and grouped", read)]
        return [*lines, *_purchases(rows, make, company.size.rounds), *_churn(warehouse, everyone)]


def _read(warehouse: Warehouse, everyone: Audience) -> tuple[Rows, Callable[[], Histories]]:
    grouped = warehouse.read("metrics/btyd_histories", everyone, cut_off=everyone.as_of)
    columns = [grouped[name].to_numpy(dtype=float) for name in ("repeats", "last_days", "known_days")]
    weight = grouped["customers"].to_numpy()
    x, last, age = (columns[0], columns[1] / DAYS_OF_A_WEEK, columns[2] / DAYS_OF_A_WEEK)
    rows = Rows(*(np.repeat(each, weight) for each in (x, last, age)))
    return rows, lambda: Histories.of(x, last, age, weight)


def _purchases(rows: Rows, make: Callable[[], Histories], rounds: int) -> list[Line]:
    lines = []
    rival, theirs = _rival()
    for model in MODELS:
        ways: dict[str, Callable[[], object]] = {"ours": lambda model=model: model.fit(make())}
        if model.name == "BG/NBD":
            ways[BY_HAND] = lambda: theirs(rows)
        spent, fits = interleaved(ways, rounds if model.name == "BG/NBD" else 1)
        ours, fit = spent.pop("ours"), fits["ours"]
        name = f"{model.name}, fit" + (f" (by hand: {rival})" if spent else "")
        lines.append(Line(name, ours, spent, goal=FIT, goal_ratio=RATIO if spent else None))
        if spent:
            _same_top(make(), fit.log_likelihood, fits[BY_HAND])
        seconds, _ = processor_seconds(lambda fit=fit: expected(fit, rows.repeats, rows.last, rows.age, _YEAR))
        lines.append(Line(f"{model.name}, P(alive) and purchases expected of each", seconds, goal=SCORE))
    return lines


def _rival() -> tuple[str, Callable[[Rows], np.ndarray]]:
    """What to compare with, and its parameters r, alpha, a, b of customers."""
    try:
        from lifetimes import BetaGeoFitter
    except ImportError:
        return "published algorithm row by row, lifetimes is not installed", _published
    return "lifetimes", lambda rows: BetaGeoFitter().fit(rows.repeats, rows.last, rows.age).params_.to_numpy()


def _published(rows: Rows) -> np.ndarray:
    """Fader, Hardie and Lee 2005, eq. 6, over all customers."""
    from scipy.optimize import minimize

    model, table = BgNbdModel(), Histories(rows.repeats, rows.last, rows.age, np.ones(len(rows.repeats)))
    n, scale = len(rows.repeats), table.scale
    scaled = table.unitless
    found = minimize(lambda place: -model._score(place, scaled)[0] / n, np.full(4, 0.1), method="L-BFGS-B")
    return np.exp(found.x) * [1, scale, 1, 1]


def _same_top(histories: Histories, ours: float, parameters: np.ndarray) -> None:
    other = BgNbdModel().log_likelihood(histories, *parameters)
    if ours < other - _CLOSE or abs(ours - other) > _CLOSE * max(1.0, abs(other) / 1e6):
        raise Different(f"BG/NBD: log-likelihood {ours} and {other}")


def _churn(warehouse: Warehouse, everyone: Audience) -> list[Line]:
    """Features of all cut-offs (today, reported on, chosen on, learned from) and the guard; then learning and scoring."""
    read, past = processor_seconds(lambda: churn_run.known(warehouse, everyone, None))
    learned, done = processor_seconds(lambda: churn_run.learned(past))
    assert len(done.today) == len(past.today.worth)
    listed, _ = processor_seconds(lambda: value.customer_value(warehouse, everyone, limit=1000))
    return [
        Line(f"churn: features of {len(past.learned_from) + 3} cut-offs, and the guard", read, goal=FEATURES),
        Line("churn: learned twice, chosen, reported, scored", learned, goal=CHURN),
        Line("all models, then value and risk of each customer, the first 1,000 with reasons", listed),
    ]
