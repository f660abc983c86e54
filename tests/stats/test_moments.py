"""Moments: from sums, as numpy has them."""

import numpy as np
import pytest

from regulars.stats.moments import Moments


def test_gives_mean_and_sample_variance_when_made_from_sums() -> None:
    values = np.array([3.0, 5.0, 8.0, 8.0])
    found = Moments.from_sums(4, float(values.sum()), float((values**2).sum()))
    assert (found.count, found.mean) == (4, 6.0)
    assert found.variance == pytest.approx(values.var(ddof=1))
    assert found.squared_error == pytest.approx(values.var(ddof=1) / 4)


def test_variance_is_never_negative_when_rounding_would_make_it_so() -> None:
    assert Moments.from_sums(3, 0.3, 0.03 - 1e-12).variance == 0.0


@pytest.mark.parametrize("count", [0, 1])
def test_refuses_when_under_two_observations(count: int) -> None:
    with pytest.raises(ValueError, match="two observations"):
        Moments.from_sums(count, 1.0, 1.0)
