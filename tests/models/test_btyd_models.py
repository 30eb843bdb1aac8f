"""Models of repeat purchases: published figures, limits in closed form, other ways to the same number, and what cannot be fitted."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, special

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.bgnbd import BgNbdModel, FittedBgNbd
from crm_analytics.models.btyd import MODELS, curve, expected, overdue, weeks_until
from crm_analytics.models.fitting import NoFit
from crm_analytics.models.histories import Histories
from crm_analytics.models.pareto_nbd import FittedParetoNbd, ParetoNbdModel
from crm_analytics.models.series import expected_events
from tests.metrics.conftest import data

BG, MBG, PARETO = MODELS


def simulated(
    seed: int, customers: int = 3000, *, r=0.5, alpha=6.0, a=0.8, b=2.5, weeks=78.0, modified=False
) -> Histories:
    """Customers as BG/NBD (or MBG/NBD) takes them to be, first bought within the first third of the weeks."""
    draw = np.random.default_rng(seed)
    rate, leave = draw.gamma(r, 1 / alpha, customers), draw.beta(a, b, customers)
    age = weeks - draw.uniform(0, weeks / 3, customers)
    x, last = np.zeros(customers), np.zeros(customers)
    active = draw.random(customers) > leave if modified else np.ones(customers, dtype=bool)
    at = np.zeros(customers)
    while active.any():
        at = at + draw.exponential(1, customers) / rate
        active &= at < age
        x[active] += 1
        last[active] = at[active]
        active &= draw.random(customers) > leave
    return Histories.of(x, last, age)


def simulated_pareto(seed: int, customers: int = 3000, *, r=0.6, alpha=10.0, s=0.6, beta=12.0, weeks=78.0) -> Histories:
    draw = np.random.default_rng(seed)
    rate, death = draw.gamma(r, 1 / alpha, customers), draw.gamma(s, 1 / beta, customers)
    age = weeks - draw.uniform(0, weeks / 3, customers)
    alive_for = np.minimum(draw.exponential(1, customers) / death, age)
    x = draw.poisson(rate * alive_for).astype(float)
    # the last of x uniform points
    last = np.where(x > 0, alive_for * draw.random(customers) ** (1 / np.maximum(x, 1)), 0.0)
    return Histories.of(x, last, age)


@pytest.fixture(scope="module")
def cdnow() -> Histories:
    frame = pd.read_csv(data("cdnow/cdnow_customers_summary.csv"))
    return Histories.of(
        frame["x"] if "x" in frame else frame["frequency"],
        frame["t_x"] if "t_x" in frame else frame["recency"],
        frame["T"],
    )


def test_bgnbd_as_published(cdnow: Histories) -> None:
    # Fader, Hardie and Lee 2005
    fit = BG.fit(cdnow)
    assert (round(fit.r, 3), round(fit.a, 3)) == (0.243, 0.793)
    assert (fit.alpha, fit.b, fit.log_likelihood) == pytest.approx((4.414, 2.426, -9582.43), abs=0.01)
    there = expected(fit, np.array([2]), np.array([30.43]), np.array([38.86]), 39)
    assert (there.purchases[0], there.p_alive[0]) == pytest.approx((1.226, 0.7266), abs=1e-3)
    assert curve(fit, np.array([0.1429, 1, 3, 31.8571, 32])) == pytest.approx(
        [0.0078, 0.0532, 0.1506, 1.0405, 1.0437], abs=1e-4
    )


def test_pareto_nbd_as_published(cdnow: Histories) -> None:
    fit = PARETO.fit(cdnow)
    assert (fit.r, fit.alpha, fit.s, fit.beta) == pytest.approx((0.553, 10.58, 0.606, 11.67), abs=0.01)
    assert fit.log_likelihood == pytest.approx(-9594.976, abs=0.005)
    errors = np.array([fit.r, fit.alpha, fit.s, fit.beta]) * np.sqrt(np.diag(fit.covariance))
    assert errors == pytest.approx([0.0476, 0.8427, 0.1873, 6.2105], rel=0.01)  # CLVTools
    walked = FittedParetoNbd(0.5534, 10.5802, 0.6061, 11.6562, np.nan, np.eye(4))
    there = expected(walked, np.array([26]), np.array([30.86]), np.array([31]), 52)
    assert (there.purchases[0], there.p_alive[0]) == pytest.approx((25.46, 0.9979), abs=0.006)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_slope_is_that_of_the_likelihood(model) -> None:
    histories = simulated(1, 400).unitless
    for place in (np.log([0.5, 0.3, 0.7, 1.9]), np.log([2.0, 4.0, 1.3, 0.2])):
        value, slope = model._score(place, histories)
        steps = np.eye(4) * 1e-5
        by_hand = [
            (model._score(place + step, histories)[0] - model._score(place - step, histories)[0]) / 2e-5
            for step in steps
        ]
        assert slope == pytest.approx(by_hand, rel=1e-6, abs=1e-5 * abs(value) / 1000)


def pareto_likelihood(x: float, last: float, age: float, r: float, alpha: float, s: float, beta: float) -> float:
    """The likelihood by adaptive quadrature over the moment of leaving."""
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    top = -(r + x) * np.log(alpha + last) - s * np.log(beta + last)

    def inside(t: float) -> float:
        return np.exp(-(r + x) * np.log(alpha + t) - (s + 1) * np.log(beta + t) - top)

    left = s * integrate.quad(inside, last, age, epsabs=0, epsrel=1e-12, limit=500)[0]
    stayed = np.exp(-(r + x) * np.log(alpha + age) - s * np.log(beta + age) - top)
    return front + top + np.log(left + stayed)


@pytest.mark.parametrize(
    "parameters", [(0.5, 10.0, 0.6, 12.0), (0.5, 12.0, 0.6, 0.05), (0.9, 0.02, 2.0, 300.0), (3.0, 5.0, 4.0, 5.0)]
)
def test_pareto_nbd_on_both_sides_of_alpha_equal_to_beta(parameters: tuple[float, ...]) -> None:
    for x, last, age in (
        (0, 0.0, 0.5),
        (0, 0.0, 156.0),
        (1, 0.1, 150.0),
        (26, 30.86, 31.0),
        (40, 6.0, 78.0),
        (900, 155.0, 156.0),
        (900, 130.0, 156.0),
    ):
        found = ParetoNbdModel().log_likelihood(Histories.of([x], [last], [age]), *parameters)
        assert found == pytest.approx(pareto_likelihood(x, last, age, *parameters), rel=1e-9, abs=1e-9)


def test_purchases_before_leaving_are_those_of_the_hypergeometric_form() -> None:
    for shape, z, a, b in ((0.24, 0.9, 0.8, 2.4), (5.2, 0.3, 1.7, 9.0), (0.5, 0.999, 0.6, 3.0)):
        c = a + b - 1
        form = c / (a - 1) * (1 - (1 - z) ** shape * special.hyp2f1(shape, b, c, z))
        assert expected_events(np.array([shape]), z, a, np.array([b]))[0] == pytest.approx(form, rel=1e-8)


@pytest.mark.parametrize("a", [1.0, 0.3, 2.5])
def test_purchases_before_leaving_where_the_form_fails(a: float) -> None:
    """At a = 1 the form divides by zero; for a thousand purchases 2F1 overflows. The integral over the chance of leaving does not."""
    for shape, ahead, b in ((0.3, 4.0, 2.0), (1000.5, 0.4, 1003.0)):

        def inside(p: float, shape=shape, ahead=ahead, b=b) -> float:
            density = np.exp((a - 1) * np.log(p) + (b - 1) * np.log1p(-p) - special.betaln(a, b))
            return -np.expm1(-shape * np.log1p(p * ahead)) / p * density

        points = np.concatenate([[0], np.geomspace(1e-9, 1, 60)])
        by_parts = sum(integrate.quad(inside, low, high)[0] for low, high in itertools.pairwise(points))
        found = expected_events(np.array([shape]), ahead / (1 + ahead), a, np.array([b]))[0]
        assert found == pytest.approx(
            by_parts, rel=2e-5 if a < 1 else 1e-8
        )  # a < 1: the integrand has a pole that quad cuts


def row_by_row(place: np.ndarray, histories: Histories, modified: bool) -> float:
    """Minus the log-likelihood of BG/NBD (2005, eq. 6) or MBG/NBD, written out."""
    r, alpha, a, b = np.exp(place)
    x, last, age = histories.repeats, histories.last, histories.age
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    stayed = special.betaln(a, b + x + modified) - (r + x) * np.log(alpha + age)
    left = special.betaln(a + 1, b + x - (not modified)) - (r + x) * np.log(alpha + last)
    both = np.logaddexp(stayed, left) if modified else np.where(x > 0, np.logaddexp(stayed, left), stayed)
    return -float(histories.weight @ (front + both - special.betaln(a, b)))


@pytest.mark.parametrize("modified", [False, True])
def test_another_optimiser_comes_to_the_same_top(modified: bool) -> None:
    histories = simulated(5, 1000, modified=modified)
    fit = BgNbdModel(modified).fit(histories)
    found = optimize.minimize(row_by_row, np.zeros(4), args=(histories, modified), method="L-BFGS-B")
    assert fit.log_likelihood == pytest.approx(-found.fun, abs=0.01)
    assert [fit.r, fit.alpha, fit.a, fit.b] == pytest.approx(np.exp(found.x), rel=0.01)


ODD = {
    "heavy repeaters": lambda: simulated(2, 300, r=5.0, alpha=1.0, a=0.3, b=30.0),
    "known for days": lambda: simulated(4, 800, r=0.6, alpha=2.0, weeks=3.0),
    "hardly anybody leaves": lambda: simulated(8, 400, r=0.8, alpha=4.0, a=0.05, b=40.0),
    "most leave at once": lambda: simulated(9, 400, a=8.0, b=4.0),
    "weeks that are rounded": lambda: in_steps(simulated(6, 500)),
}


def in_steps(histories: Histories) -> Histories:
    last, age = np.ceil(histories.last), np.ceil(histories.age)
    return Histories.of(histories.repeats, np.minimum(last, age), age, histories.weight)


@pytest.mark.parametrize("name", ODD)
def test_another_optimiser_finds_nothing_higher_on_odd_shapes(name: str) -> None:
    histories = ODD[name]()
    fit = BG.fit(histories)
    n, highest = histories.customers, None
    for start in ([0, 0, 0, 0], [1, 1, -2, 2]):
        found = optimize.minimize(
            lambda place: row_by_row(place, histories, False) / n, np.array(start, float), method="L-BFGS-B",
            bounds=[(-9, 9)] * 4,
        )  # fmt: skip
        highest = found if highest is None or found.fun < highest.fun else highest
    assert fit.log_likelihood > -highest.fun * n - 0.001
    assert [fit.r, fit.alpha] == pytest.approx(np.exp(highest.x[:2]), rel=0.01)


def test_another_optimiser_comes_to_the_same_top_of_pareto_nbd() -> None:
    histories = simulated_pareto(5, 500)
    fit = PARETO.fit(histories)
    found = optimize.minimize(
        lambda place: -PARETO._score(place, histories)[0] / 500, np.log([1.0, 10.0, 1.0, 10.0]), method="L-BFGS-B"
    )
    assert fit.log_likelihood == pytest.approx(-found.fun * 500, abs=0.01)
    assert fit.log_likelihood == pytest.approx(
        PARETO.log_likelihood(histories, fit.r, fit.alpha, fit.s, fit.beta), abs=1e-6
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_order_grouping_and_unit_of_time_do_not_matter(model) -> None:
    drawn = simulated(3, 800)
    days = [np.round(each * 7) for each in (drawn.last, drawn.age)]
    days[0] = np.where(drawn.repeats > 0, np.maximum(days[0], 1), 0)
    days[1] = np.maximum(days[1], days[0])
    fit = model.fit(Histories.of(drawn.repeats, days[0] / 7, days[1] / 7))
    order = np.random.default_rng(0).permutation(len(drawn.repeats))
    shuffled = model.fit(Histories.of(drawn.repeats[order], days[0][order] / 7, days[1][order] / 7))
    in_days = model.fit(Histories.of(drawn.repeats, *days))
    twice = model.fit(Histories.of(drawn.repeats, days[0] / 7, days[1] / 7, np.full(len(order), 2.0)))
    values = [getattr(fit, name) for name in fit.names]
    assert [getattr(shuffled, name) for name in fit.names] == pytest.approx(values, rel=1e-6)
    assert [getattr(twice, name) for name in fit.names] == pytest.approx(values, rel=1e-6)
    assert 2 * fit.log_likelihood == pytest.approx(twice.log_likelihood, rel=1e-9)
    unit = {"alpha": 7, "beta": 7}
    assert [getattr(in_days, name) / unit.get(name, 1) for name in fit.names] == pytest.approx(values, rel=1e-6)
    # each purchase is a density per day instead of per week
    assert in_days.log_likelihood + drawn.repeats.sum() * np.log(7) == pytest.approx(fit.log_likelihood, rel=1e-9)


def test_the_climb_on_a_coarse_clock_ends_on_the_top_of_all_data() -> None:
    histories = simulated(9, 4000)
    assert len(histories.unitless.coarse.weight) < 0.6 * len(histories.weight)
    fit, slope = BG.fit(histories), None
    place = np.log([fit.r, fit.alpha / histories.scale, fit.a, fit.b])
    _, slope = BG._score(place, histories.unitless)
    assert np.abs(slope).max() < 1e-4
    rough = BG.fit(histories, exact=False)
    assert [rough.r, rough.alpha] == pytest.approx([fit.r, fit.alpha], rel=0.1)


@pytest.mark.parametrize("modified", [False, True])
def test_where_all_leave_alike_the_share_that_leaves_is_found(modified: bool) -> None:
    """a and b grow without end, held at their bound; what they stand for, their ratio, is climbed to."""
    fit = BgNbdModel(modified).fit(simulated(4, 6000, r=0.2, alpha=9.0, a=4e5, b=3.6e6, modified=modified))
    assert np.isnan(np.diag(fit.covariance)).tolist() == [False, False, True, True]
    assert fit.a / (fit.a + fit.b) == pytest.approx(0.1, abs=0.02)
    assert (fit.r, fit.alpha) == (pytest.approx(0.2, rel=0.1), pytest.approx(9.0, rel=0.2))


def test_who_did_not_come_back_is_active_by_construction_in_bgnbd_alone() -> None:
    nobody = np.zeros(1), np.zeros(1), np.array([70.0])
    assert FittedBgNbd(False, 0.5, 6.0, 0.8, 2.5, 0.0, np.eye(4)).p_alive(*nobody) == 1
    assert FittedBgNbd(True, 0.5, 6.0, 0.8, 2.5, 0.0, np.eye(4)).p_alive(*nobody) < 0.8
    assert FittedParetoNbd(0.6, 10.0, 0.6, 12.0, 0.0, np.eye(4)).p_alive(*nobody) < 0.8


def test_probabilities_are_those_of_the_simulated_customers() -> None:
    """Of customers with the same history, the share who are active, and what they buy next, is what the model says."""
    draw, n = np.random.default_rng(2), 400_000
    rate, death = draw.gamma(0.6, 1 / 10.0, n), draw.gamma(0.6, 1 / 12.0, n)
    dies = draw.exponential(1, n) / death
    seen = draw.poisson(rate * np.minimum(dies, 40)) == 0
    ahead = draw.poisson(rate * np.clip(dies - 40, 0, 30))
    fit = FittedParetoNbd(0.6, 10.0, 0.6, 12.0, 0.0, np.eye(4))
    found = expected(fit, np.zeros(1), np.zeros(1), np.array([40.0]), 30.0)
    assert found.p_alive[0] == pytest.approx((dies[seen] > 40).mean(), abs=0.003)
    assert found.purchases[0] == pytest.approx(ahead[seen].mean(), rel=0.03)


def test_discounting_is_the_sum_over_short_steps() -> None:
    fit = FittedBgNbd(False, 0.24, 4.4, 0.8, 2.4, 0.0, np.eye(4))
    who = np.array([4.0]), np.array([30.0]), np.array([38.0])
    steps = np.linspace(0, 52, 2001)
    total = np.array([expected(fit, *who, week).purchases[0] if week else 0.0 for week in steps[::20]])
    middle = (steps[::20][1:] + steps[::20][:-1]) / 2
    by_hand = (np.diff(total) * 1.1 ** (-middle * 7 / 365.25)).sum()
    assert expected(fit, *who, 52.0, 0.1).discounted[0] == pytest.approx(by_hand, rel=1e-5)
    assert expected(fit, *who, 52.0, 0.0).discounted[0] == pytest.approx(total[-1])


def test_own_rhythm_is_shrunk_to_that_of_the_base() -> None:
    fit = FittedBgNbd(True, 0.5, 6.0, 0.8, 2.5, 0.0, np.eye(4))
    yearly, weekly = weeks_until(fit, np.array([3.0, 30.0]), np.array([156.0, 30.0]), 0.9)
    assert (yearly > 52, weekly < 5) == (True, True)  # a yearly buyer is not overdue after 120 days
    half = weeks_until(fit, np.array([3.0]), np.array([156.0]), 0.5)
    assert overdue(fit, np.array([3.0]), np.array([156.0]), 156 + half) == pytest.approx(0.5)
    once = weeks_until(fit, np.zeros(1), np.zeros(1), 0.5)
    assert once > half / 2


def test_too_little_is_said_with_its_figure() -> None:
    few = Histories.of(np.ones(40), np.ones(40), np.full(40, 9.0))
    with pytest.raises(NotEnoughData, match="at least 100 customers who have bought; there are 40"):
        BG.fit(few)
    once = Histories.of(np.zeros(500), np.zeros(500), np.linspace(1, 50, 500))
    for model in MODELS:
        with pytest.raises(NotEnoughData, match="at least 30 customers who bought on two days; there are 0"):
            model.fit(once)


def test_what_has_no_top_is_an_error_with_advice() -> None:
    # like clockwork: the rates do not vary, and nobody leaves
    clockwork = Histories.of(np.full(200, 10.0), np.full(200, 50.0), np.full(200, 50.0))
    for model in MODELS:
        with pytest.raises(NoFit, match=r"does not fit these data: .+ Use another model"):
            model.fit(clockwork)


@pytest.mark.parametrize("model", [MBG, PARETO], ids=lambda model: model.name)
def test_where_nobody_is_seen_to_leave_the_rest_is_known(model) -> None:
    draw = np.random.default_rng(8)
    x = draw.poisson(draw.gamma(0.8, 1 / 6.0, 800) * 50.0).astype(float)
    fit = model.fit(Histories.of(x, np.where(x > 0, 50.0, 0.0), np.full(800, 50.0)))  # all bought to the very end
    assert np.isnan(np.diag(fit.covariance)).tolist() == [False, False, True, True]
    assert (fit.r, fit.alpha) == pytest.approx((0.8, 6.0), rel=0.2)
    there = fit.p_alive(np.array([3.0]), np.array([20.0]), np.array([50.0]))
    assert there[0] == pytest.approx(1, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "made", "truth"),
    [
        (BgNbdModel(), simulated, {"r": 0.5, "alpha": 6.0, "a": 0.8, "b": 2.5}),
        (BgNbdModel(True), lambda seed: simulated(seed, modified=True), {"r": 0.5, "alpha": 6.0, "a": 0.8, "b": 2.5}),
        (ParetoNbdModel(), simulated_pareto, {"r": 0.6, "alpha": 10.0, "s": 0.6, "beta": 12.0}),
    ],
    ids=["BG/NBD", "MBG/NBD", "Pareto/NBD"],
)
def test_parameters_are_recovered(model, made, truth: dict[str, float]) -> None:
    """Of 1,000 simulated bases the 95% intervals (in logarithms) hold the truth in 920 to 975."""
    inside = dict.fromkeys(truth, 0)
    for seed in range(1000):
        fit = model.fit(made(seed))
        for place, (name, true) in enumerate(truth.items()):
            off = np.log(getattr(fit, name) / true) / np.sqrt(fit.covariance[place, place])
            inside[name] += abs(off) < 1.959963984540054
    assert {name: 920 <= count <= 975 for name, count in inside.items()} == dict.fromkeys(truth, True), inside
