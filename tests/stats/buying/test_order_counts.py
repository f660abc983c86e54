"""The distribution of orders to come: adds up, has the model's mean, and holds what comes."""

import itertools

import numpy as np
import pytest

from regulars.stats.buying.geometric import BG_NBD, MBG_NBD
from regulars.stats.buying.histories import histories
from regulars.stats.buying.order_counts import _chances, quantiles

PARAMETERS = np.array([0.8, 5.0, 1.4, 2.2])
CASES = np.array([(0, 0, 10), (1, 4, 10), (3, 9.5, 10), (12, 10, 10)], dtype=float)


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_chances_add_up_and_have_the_expected_orders_as_their_mean(model):
    known, _ = histories(*CASES.T)
    chances = np.array(list(itertools.islice(_chances(model, PARAMETERS, known, 20.0), 1500)))
    assert chances.sum(axis=0) == pytest.approx(np.ones(len(known)), abs=1e-6)
    mean = (np.arange(1500)[:, None] * chances).sum(axis=0) * model.alive(PARAMETERS, known)
    assert mean == pytest.approx(model.expected_orders(PARAMETERS, known, 20.0), rel=1e-4)


def test_quantiles_rise_and_are_those_of_the_distribution():
    known, _ = histories(*CASES.T)
    low, middle, high = quantiles(MBG_NBD, PARAMETERS, known, 20.0, (0.1, 0.5, 0.9))
    assert (low <= middle).all()
    assert (middle <= high).all()
    chances = np.array(list(itertools.islice(_chances(MBG_NBD, PARAMETERS, known, 20.0), 400)))
    alive = MBG_NBD.alive(PARAMETERS, known)
    below = np.cumsum(chances, axis=0) * alive + 1 - alive
    assert high.tolist() == (below < 0.9).sum(axis=0).tolist()
