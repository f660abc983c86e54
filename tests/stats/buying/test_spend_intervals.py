"""The ends of a customer's spend against simulation."""

import numpy as np
import pytest

from regulars.stats.buying.histories import histories
from regulars.stats.buying.models import MODELS
from regulars.stats.buying.order_counts import order_counts
from regulars.stats.buying.spend_intervals import spend_quantiles

LEVELS = (0.5, 0.9, 0.975)
MANY = 200_000


@pytest.mark.parametrize("horizon", [5.0, 20.0, 60.0])
def test_quantiles_are_near_those_of_simulated_spend(horizon):
    r, alpha, a, b = point = np.array([0.8, 5.0, 1.4, 2.2])
    spend = p, q, gamma = np.array([6.25, 3.74, 15.44])
    known, _ = histories([0, 1, 3, 12, 40], [0, 4, 9.5, 10, 10], [10] * 5)
    x, mean = known.repeat_order_count, np.array([np.nan, 50.0, 20.0, 35.0, 35.0])
    model, rng = MODELS["mbg_nbd"], np.random.default_rng(0)
    counts = order_counts(model.alive, model.counts, point[None, :], known, horizon, LEVELS)
    scale = gamma + x * np.nan_to_num(mean)
    found = np.array(spend_quantiles(spend, x, counts, LEVELS)) * scale
    alive = model.alive(point, known)
    for one in range(len(x)):
        rate = rng.gamma(r + x[one], 1 / (alpha + 10), MANY)
        stop = rng.beta(a, b + x[one] + 1, MANY)
        orders = np.minimum(rng.poisson(rate * horizon), rng.geometric(stop))
        orders = orders * (rng.random(MANY) < alive[one])
        nu = rng.gamma(p * x[one] + q, 1 / scale[one], MANY)
        amount = np.where(orders > 0, rng.gamma(np.maximum(p * orders, 1e-9)) / nu, 0)
        wanted = np.quantile(amount, LEVELS)
        assert found[:, one] == pytest.approx(wanted, rel=0.1, abs=3)


def test_nothing_is_spent_where_no_order_is_likely_enough():
    known, _ = histories([0], [0], [500])
    model = MODELS["mbg_nbd"]
    point = np.array([[0.8, 5.0, 1.4, 2.2]])
    counts = order_counts(model.alive, model.counts, point, known, 5.0, (0.5,))
    (middle,) = spend_quantiles(np.array([6.0, 4.0, 15.0]), np.zeros(1), counts, (0.5,))
    assert middle.tolist() == [0.0]
