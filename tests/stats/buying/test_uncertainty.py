"""Intervals of what follows from the parameters, against draws of the parameters."""

import numpy as np
import pytest

from regulars.stats.buying.histories import histories
from regulars.stats.buying.models import MODELS
from regulars.stats.buying.rough import maximise_roughly_first
from regulars.stats.buying.uncertainty import cubature_points, is_bounded, probability_interval

MODEL = MODELS["mbg_nbd"]


@pytest.fixture(scope="module")
def known():
    """600 customers of a year, by the MBG/NBD."""
    rng = np.random.default_rng(4)
    rows = []
    for _ in range(600):
        rate, stop, age = rng.gamma(0.8, 1 / 20), rng.beta(0.8, 3), int(rng.integers(30, 366))
        at, x, span = 0.0, 0, 0.0
        while rng.random() >= stop:
            at += rng.exponential(1 / rate)
            if at > age:
                break
            x, span = x + 1, at
        rows.append((x, span, age))
    return histories(*np.array(rows, dtype=float).T)[0]


def test_interval_of_being_alive_is_that_of_drawn_parameters(known):
    found = MODEL.fit(known)
    assert is_bounded(found)
    low, high = probability_interval(lambda at: MODEL.alive(at, known), found)
    rng = np.random.default_rng(1)
    logs = rng.multivariate_normal(np.log(found.parameters), found.covariance, 2000)
    drawn = np.array([MODEL.alive(np.exp(one), known) for one in logs])
    wanted = np.quantile(drawn, [0.025, 0.975], axis=0)
    assert low == pytest.approx(wanted[0], abs=0.03)
    assert high == pytest.approx(wanted[1], abs=0.03)


def test_points_have_the_mean_and_the_covariance_of_the_parameters(known):
    found = MODEL.fit(known)
    logs = np.log(cubature_points(found))
    assert len(logs) == 8
    assert logs.mean(axis=0) == pytest.approx(np.log(found.parameters))
    assert np.cov(logs.T, bias=True) == pytest.approx(found.covariance)


def test_no_interval_is_told_when_the_data_does_not_bound_the_parameters():
    once, _ = histories([0, 0, 0], [0, 0, 0], [5, 6, 7])
    found = MODELS["bg_nbd"].fit(once)
    assert not is_bounded(found)
    low, high = probability_interval(lambda at: MODELS["bg_nbd"].alive(at, once), found)
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert len(cubature_points(found)) == 1


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_a_fit_by_way_of_some_histories_ends_where_the_whole_one_does(model, known):
    whole = model.fit(known)
    assert whole.is_found
    starts = [tuple(whole.parameters * np.array([0.5, 2, 1.5, 0.7]))]
    few = maximise_roughly_first(model.log_likelihood, starts, known, few=150)
    assert few.is_found
    assert few.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-5)
    assert few.parameters == pytest.approx(whole.parameters, rel=1e-3)
    assert few.standard_errors == pytest.approx(whole.standard_errors, rel=1e-2)
