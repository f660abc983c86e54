"""Relative lift: against a bootstrap, and where there is none."""

import numpy as np
import pytest

from regulars.stats.moments import Moments
from regulars.stats.relative_lift import relative_lift, welch_degrees_of_freedom


def moments(values: np.ndarray) -> Moments:
    return Moments(len(values), float(values.mean()), float(values.var(ddof=1)))


def test_interval_agrees_with_bootstrap_when_samples_are_large() -> None:
    rng = np.random.default_rng(11)
    control, treatment = rng.gamma(2, 10, 800), rng.gamma(2, 12, 2400)
    found = relative_lift(moments(control), moments(treatment))
    drawn = [
        rng.choice(treatment, len(treatment)).mean() / rng.choice(control, len(control)).mean() - 1
        for _ in range(2000)
    ]
    assert found.lift == pytest.approx(treatment.mean() / control.mean() - 1)
    assert [found.low, found.high] == pytest.approx(
        list(np.quantile(drawn, [0.025, 0.975])), abs=0.015
    )


def test_interval_widens_when_more_confidence_is_wanted() -> None:
    control, treatment = Moments(100, 2.0, 1.0), Moments(100, 2.2, 1.0)
    usual = relative_lift(control, treatment)
    surer = relative_lift(control, treatment, confidence=0.99)
    assert surer.low < usual.low < usual.lift < usual.high < surer.high


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_refuses_when_control_mean_is_not_above_zero(mean: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        relative_lift(Moments(10, mean, 1.0), Moments(10, 1.0, 1.0))


def test_refuses_when_neither_sample_varies() -> None:
    with pytest.raises(ValueError, match="varies"):
        welch_degrees_of_freedom(Moments(10, 1.0, 0.0), Moments(10, 2.0, 0.0))


def test_degrees_of_freedom_are_the_varying_arms_when_the_other_does_not_vary() -> None:
    assert welch_degrees_of_freedom(Moments(10, 1.0, 0.0), Moments(21, 2.0, 3.0)) == 20
