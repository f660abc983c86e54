"""The models against their own definitions: integrals over the unseen, simulated shops."""

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import beta as beta_law
from scipy.stats import gamma as gamma_law

from regulars.stats.buying import gamma_gamma, pareto_nbd
from regulars.stats.buying.gamma_gamma import spending
from regulars.stats.buying.geometric import BG_NBD, MBG_NBD
from regulars.stats.buying.histories import histories

CASES = [(0, 0, 10), (1, 4, 10), (3, 9.5, 10), (7, 10, 10), (2, 0.5, 30)]
PARAMETERS = np.array([0.8, 5.0, 0.9, 2.2])


def geometric_given(model, x, span, age, rate, stop):
    """The likelihood of one customer whose rate and chance to stop are known."""
    chances = x + model.first
    still = (1 - stop) ** chances * rate**x * np.exp(-rate * age)
    gone = stop * (1 - stop) ** (chances - 1) * rate**x * np.exp(-rate * span) if chances else 0
    return still, gone


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
@pytest.mark.parametrize(("x", "span", "age"), CASES[:3:2])
def test_likelihood_is_the_integral_over_the_unseen_rate_and_chance(model, x, span, age):
    r, alpha, a, b = PARAMETERS
    rates, chances = gamma_law(r, scale=1 / alpha), beta_law(a, b)

    def part(which):
        def value(stop, rate):
            given = geometric_given(model, x, span, age, rate, stop)[which]
            return given * rates.pdf(rate) * chances.pdf(stop)

        return integrate.dblquad(value, 0, 12, 0, 1, epsabs=1e-9, epsrel=1e-5)[0]

    still, gone = part(0), part(1)
    one, _ = histories([x], [span], [age])
    assert model.log_likelihood(PARAMETERS, one)[0] == pytest.approx(np.log(still + gone), abs=1e-4)
    assert model.alive(PARAMETERS, one)[0] == pytest.approx(still / (still + gone), abs=1e-4)


@pytest.mark.parametrize(("x", "span", "age"), CASES)
def test_pareto_likelihood_is_the_integral_over_the_unseen_end(x, span, age):
    r, alpha, s, beta = 0.6, 10.0, 0.7, 12.0
    common = np.exp(
        pareto_nbd.gammaln(r + x) - pareto_nbd.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    )
    still = common * (alpha + age) ** -(r + x) * (beta + age) ** -s
    gone, _ = integrate.quad(
        lambda y: common * s * (alpha + y) ** -(r + x) * (beta + y) ** -(s + 1), span, age,
        epsabs=0, epsrel=1e-11,
    )  # fmt: skip
    one, _ = histories([x], [span], [age])
    at = np.array([r, alpha, s, beta])
    assert pareto_nbd.log_likelihood(at, one)[0] == pytest.approx(np.log(still + gone), rel=1e-8)
    assert pareto_nbd.alive(at, one)[0] == pytest.approx(still / (still + gone), rel=1e-8)


def test_pareto_likelihood_holds_for_very_many_orders():
    one, _ = histories([400], [95], [100])
    r, alpha, s, beta = at = np.array([2.0, 3.0, 0.7, 50.0])
    # in logarithms, against the term at the last order
    scale = (r + 400) * np.log(alpha + 95)
    gone, _ = integrate.quad(
        lambda y: s * np.exp(scale - (r + 400) * np.log(alpha + y)) * (beta + y) ** -(s + 1),
        95,
        100,
    )
    still = np.exp(scale - (r + 400) * np.log(alpha + 100)) * (beta + 100) ** -s
    assert pareto_nbd.alive(at, one)[0] == pytest.approx(still / (still + gone), rel=1e-5)


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_gradient_is_the_slope_of_the_likelihood(model):
    known, _ = histories(*np.array(CASES, dtype=float).T)
    _, gradient = model.log_likelihood(PARAMETERS, known)
    assert gradient == pytest.approx(slope(lambda p: model.log_likelihood(p, known)[0]), rel=1e-5)


def slope(likelihood, at=PARAMETERS, step=1e-6):
    """By central differences."""
    moved = [step * size * np.eye(len(at))[place] for place, size in enumerate(at)]
    sizes = step * at
    pairs = [(likelihood(at + m) - likelihood(at - m)) for m in moved]
    return np.array(pairs) / (2 * sizes)


def test_gradient_of_pareto_is_the_slope_of_its_likelihood():
    known, _ = histories(*np.array([*CASES, (60, 90, 100)], dtype=float).T)
    for at in ([0.6, 10.0, 0.7, 12.0], [1.2, 39.0, 1.7, 398.0], [0.3, 30.0, 2.5, 4.0]):
        _, gradient = pareto_nbd.log_likelihood(np.array(at), known)
        wanted = slope(lambda p: pareto_nbd.log_likelihood(p, known)[0], np.array(at))
        assert gradient == pytest.approx(wanted, rel=1e-5, abs=1e-7)


def test_gradient_of_spend_is_the_slope_of_its_likelihood():
    known = spending([1, 2, 9], [20.0, 35.0, 8.0])
    at = np.array([6.0, 3.5, 15.0])
    _, gradient = gamma_gamma.log_likelihood(at, known)
    assert gradient == pytest.approx(
        slope(lambda p: gamma_gamma.log_likelihood(p, known)[0], at), rel=1e-5
    )


def shop(model, parameters, customers, age, rng, horizon=0.0):
    """Simulated customers: repeat orders, last order, and orders within the horizon after."""
    r, alpha, a, b = parameters
    rate, stop = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    x, span, later = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    for one in range(customers):
        at, is_there = 0.0, not (model.first and rng.random() < stop[one])
        while is_there:
            at += rng.exponential(1 / rate[one])
            if at > age + horizon:
                break
            if at <= age:
                x[one], span[one] = x[one] + 1, at
            else:
                later[one] += 1
            is_there = rng.random() >= stop[one]
    return x, span, np.full(customers, age), later


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_fit_finds_the_parameters_of_a_simulated_shop(model):
    rng = np.random.default_rng(7)
    truth = np.array([0.7, 4.0, 0.8, 3.0])
    x, span, age, later = shop(model, truth, 6000, 60.0, rng, horizon=30.0)
    known, number = histories(x, span, age)
    found = model.fit(known)
    assert found.is_found
    logs = np.log(found.parameters / truth)
    assert (np.abs(logs) < 4 * np.sqrt(np.diag(found.covariance))).all()
    expected = model.expected_orders(found.parameters, known, 30.0)[number]
    assert expected.sum() == pytest.approx(later.sum(), rel=0.08)
    busy = expected > np.quantile(expected, 0.9)
    assert expected[busy].sum() == pytest.approx(later[busy].sum(), rel=0.1)


def test_whoever_never_came_again_is_alive_for_certain_in_bg_only():
    once, _ = histories([0], [0], [50])
    assert BG_NBD.alive(PARAMETERS, once)[0] == 1
    assert MBG_NBD.alive(PARAMETERS, once)[0] < 0.6


def test_expected_spend_lies_between_the_customers_own_and_everybodys():
    at = np.array([6.25, 3.74, 15.44])
    everybody = 6.25 * 15.44 / 2.74
    found = gamma_gamma.expected_amount(at, [0, 1, 100], [np.nan, 100.0, 100.0])
    assert found[0] == pytest.approx(everybody)
    assert everybody < found[1] < found[2] < 100
    assert np.isnan(gamma_gamma.expected_amount(np.array([6.0, 0.9, 15.0]), [1], [10.0])).all()


def test_standard_errors_are_missing_when_the_data_does_not_bound_them():
    known, _ = histories([0, 0, 0], [0, 0, 0], [5, 6, 7])
    found = BG_NBD.fit(known)
    assert np.isnan(found.standard_errors).any()
