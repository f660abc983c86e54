"""Pooling by precision and the normal-normal posterior, as tables of values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.precision import Estimate, pooled, updated

values = st.floats(-1e4, 1e4)
errors = st.floats(1e-2, 1e3)
estimates = st.builds(Estimate, values, errors)


@pytest.mark.parametrize(
    ("prior", "measured", "value", "error"),
    [
        # equal errors: the middle, error by the square root of two
        (Estimate(0, 1), Estimate(2, 1), 1.0, 2**-0.5),
        # four times the precision: a fifth of the prior
        (Estimate(0, 2), Estimate(10, 1), 8.0, 0.8**0.5),
        (Estimate(5, 1), Estimate(5, 3), 5.0, 0.9**0.5),
        # a measurement that says nothing leaves the prior
        (Estimate(3, 1), Estimate(900, 1e9), 3.0, 1.0),
        # an exact one takes its place
        (Estimate(3, 1), Estimate(-4, 1e-9), -4.0, 1e-9),
    ],
)
def test_updates_by_precision_when_prior_meets_measurement(
    prior: Estimate, measured: Estimate, value: float, error: float
) -> None:
    found = updated(prior, measured)
    assert found.value == pytest.approx(value)
    assert found.standard_error == pytest.approx(error)


@given(estimates, estimates)
@settings(deadline=None)
def test_lies_between_and_is_surer_when_updated(prior: Estimate, measured: Estimate) -> None:
    found = updated(prior, measured)
    low, high = sorted((prior.value, measured.value))
    assert low - 1e-6 <= found.value <= high + 1e-6
    assert found.standard_error <= min(prior.standard_error, measured.standard_error)


@given(st.lists(estimates, min_size=2, max_size=6))
@settings(deadline=None)
def test_is_the_same_when_pooled_at_once_or_one_by_one(parts: list[Estimate]) -> None:
    step = parts[0]
    for part in parts[1:]:
        step = updated(step, part)
    assert pooled(parts).value == pytest.approx(step.value, rel=1e-6, abs=1e-6)


def test_refuses_when_there_is_nothing_to_pool() -> None:
    with pytest.raises(ValueError, match="no estimate"):
        pooled([])


@pytest.mark.parametrize("error", [0.0, -1.0, float("nan")])
def test_refuses_when_the_error_is_not_above_zero(error: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Estimate(1.0, error)
