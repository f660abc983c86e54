"""Methods: effects add up to the score, risks are true where they should be, runs are alike."""

import numpy as np
import pytest

from regulars.stats.churn.drivers import overall, top_drivers
from regulars.stats.churn.features import ALIVE, DAYS_AWAY, NAMES
from regulars.stats.churn.methods import METHODS, fit


def made(seed, count=6000):
    """A matrix whose days away and P(alive) tell, with holes elsewhere; the true risk; labels."""
    random = np.random.default_rng(seed)
    known = random.gamma(2, 10, (count, len(NAMES))).astype(np.float32)
    known[:, ALIVE] = random.random(count)
    known[random.random(known.shape) < 0.1] = np.nan
    known[:, DAYS_AWAY] = random.gamma(2, 20, count)
    known[:, ALIVE] = np.nan_to_num(known[:, ALIVE], nan=0.5)
    truth = 1 / (1 + np.exp(1 - np.log1p(known[:, DAYS_AWAY]) + 3 * known[:, ALIVE]))
    return known, truth, random.random(count) < truth


@pytest.fixture(scope="module", params=METHODS)
def method(request):
    known, truth, label = made(1)
    return fit(request.param, known, label, np.arange(len(label)) % 4 == 0, seed=7), known, truth


def test_risks_are_near_the_truth_when_there_is_one(method):
    fitted, _, _ = method
    known, truth, _ = made(2)
    risk = fitted.risk(known)
    assert abs(risk.mean() - truth.mean()) < 0.03
    both = {"logistic_regression": 0.97, "gradient_boosting": 0.92}.get(fitted.name, 0.5)
    assert np.corrcoef(risk, truth)[0, 1] > both


def test_effects_differ_from_the_score_by_a_constant_when_summed(method):
    fitted, known, _ = method
    if fitted.name not in ("logistic_regression", "gradient_boosting"):
        effects = fitted.effects(known)
        assert set(np.flatnonzero(effects.any(axis=0))) <= {DAYS_AWAY, ALIVE}
        return
    risk = fitted.calibrate(fitted.score(known))
    rest = np.log(risk / (1 - risk)) - fitted.effects(known).sum(axis=1)
    assert np.ptp(rest) < 1e-3


def test_the_same_comes_out_when_fitted_again(method):
    fitted, known, _ = method
    _, _, label = made(1)
    again = fit(fitted.name, known, label, np.arange(len(label)) % 4 == 0, seed=7)
    np.testing.assert_array_equal(again.risk(known), fitted.risk(known))
    np.testing.assert_array_equal(again.effects(known), fitted.effects(known))


def test_top_drivers_are_the_greatest_effects_when_there_are_several(method):
    fitted, known, _ = method
    places, effects = top_drivers(fitted, known[:50])
    whole = fitted.effects(known[:50])
    for row in range(50):
        greatest = sorted(np.abs(whole[row]), reverse=True)[:3]
        found = np.abs(effects[row])
        assert all(
            size == pytest.approx(wanted) if wanted >= 0.01 else np.isnan(size)
            for size, wanted in zip(found, greatest, strict=True)
        )
        for place, effect in zip(places[row], effects[row], strict=True):
            assert np.isnan(effect) if place < 0 else whole[row, place] == effect


def test_directions_are_those_that_were_put_in_when_listed(method):
    fitted, known, _ = method
    drivers = {driver.name: driver for driver in overall(fitted, known)}
    if "days_since_last_order" in drivers:
        assert drivers["days_since_last_order"].direction > 0.8
        low, _, high = (risk for _, _, risk in drivers["days_since_last_order"].thirds)
        assert low < high
    if "alive_probability" in drivers:
        assert drivers["alive_probability"].direction < -0.8
    assert sum(driver.share for driver in drivers.values()) == pytest.approx(1)
