"""The distribution of orders to come: adds up, has the model's mean, and holds what comes."""

import itertools

import numpy as np
import pytest

from regulars.stats.buying.geometric import _by_quantiles
from regulars.stats.buying.histories import histories
from regulars.stats.buying.models import MODELS
from regulars.stats.buying.order_counts import order_counts

POINT = np.array([[0.8, 5.0, 1.4, 2.2]])
CASES = np.array([(0, 0, 10), (1, 4, 10), (3, 9.5, 10), (12, 10, 10)], dtype=float)
LEVELS = (0.1, 0.5, 0.9)


def chances_of(model, known, horizon, many):
    counts = itertools.islice(model.counts(POINT, known, horizon), many)
    return np.array([chance[0] for chance in counts])


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_chances_add_up_and_have_the_expected_orders_as_their_mean(model):
    known, _ = histories(*CASES.T)
    chances = chances_of(model, known, 20.0, 1500)
    assert chances.sum(axis=0) == pytest.approx(np.ones(len(known)), abs=1e-6)
    mean = (np.arange(1500)[:, None] * chances).sum(axis=0) * model.alive(POINT[0], known)
    assert mean == pytest.approx(model.expected_orders(POINT[0], known, 20.0), rel=1e-4)


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_quantiles_and_moments_are_those_of_the_distribution(model):
    known, _ = histories(*CASES.T)
    found = order_counts(model.alive, model.counts, POINT, known, 20.0, LEVELS)
    chances = chances_of(model, known, 20.0, 600)
    alive = model.alive(POINT[0], known)
    below = np.cumsum(chances, axis=0) * alive + 1 - alive
    for level, reached in zip(LEVELS, found.quantiles, strict=True):
        assert reached.tolist() == (below < level - 1e-12).sum(axis=0).tolist()
    numbers = np.arange(600)[:, None]
    assert found.none == pytest.approx(below[0])
    assert found.mean == pytest.approx((numbers * chances).sum(axis=0) * alive, rel=0.01)
    square = (numbers**2 * chances).sum(axis=0) * alive
    assert found.mean_square == pytest.approx(square, rel=0.05)
    assert (found.some >= 1).all()
    assert (np.diff(found.some, axis=0) >= 0).all()


def test_pareto_chances_hold_what_simulated_customers_order():
    r, alpha, s, beta = POINT[0]
    known, _ = histories(*CASES.T)
    rng = np.random.default_rng(1)
    chances = chances_of(MODELS["pareto_nbd"], known, 20.0, 40)
    for place, (x, _, age) in enumerate(CASES):
        rate, end = rng.gamma(r + x, 1 / (alpha + age), 200_000), rng.gamma(s, 1, 200_000)
        lived = np.minimum(rng.exponential(size=200_000) / (end / (beta + age)), 20.0)
        seen = np.bincount(rng.poisson(rate * lived), minlength=40)[:40] / 200_000
        assert seen == pytest.approx(chances[:, place], abs=0.005)


def test_distribution_is_the_mean_of_the_points_when_there_are_several():
    model = MODELS["mbg_nbd"]
    known, _ = histories(*CASES.T)
    other = np.array([[1.4, 3.0, 0.9, 3.0]])
    one, two, both = (
        order_counts(model.alive, model.counts, points, known, 20.0, LEVELS)
        for points in (POINT, other, np.vstack([POINT, other]))
    )
    assert both.mean == pytest.approx((one.mean + two.mean) / 2, rel=1e-3)
    assert both.none == pytest.approx((one.none + two.none) / 2)


def test_very_many_orders_neither_overflow_nor_take_for_ever():
    known, _ = histories([3000.0], [699.0], [700.0])
    model = MODELS["mbg_nbd"]
    found = order_counts(model.alive, model.counts, POINT, known, 365.0, (0.025, 0.975))
    expected = model.expected_orders(POINT[0], known, 365.0)
    assert found.mean == pytest.approx(expected, rel=0.01)
    assert found.quantiles[0] < expected < found.quantiles[1]


@pytest.mark.parametrize("name", ["bg_nbd", "mbg_nbd"])
def test_expected_orders_are_a_steady_rates_when_no_parameter_is_bounded(name):
    known, _ = histories([1.0, 3.0], [80.0, 170.0], [135.0, 176.0])
    steady = np.array([2e7, 1.4e9, 2e-5, 1e5])  # as fitted to 100 customers of one rate
    found = MODELS[name].expected_orders(steady, known, 365.0)
    assert found == pytest.approx([365 * 2e7 / 1.4e9] * 2, rel=1e-4)


@pytest.mark.parametrize("a", [0.4, 2.5])
def test_mean_over_quantiles_is_the_closed_form_where_both_can_be_had(a):
    known, _ = histories(*CASES.T)
    b = 2.2 + CASES[:, 0] + 1
    shape, end = 0.8 + CASES[:, 0], 5.0 + CASES[:, 2]
    expected = MODELS["mbg_nbd"].expected_orders(np.array([0.8, 5.0, a, 2.2]), known, 20.0)
    per_alive = expected / MODELS["mbg_nbd"].alive(np.array([0.8, 5.0, a, 2.2]), known)
    assert _by_quantiles(shape, end, a, b, 20.0) == pytest.approx(per_alive, rel=5e-3)
