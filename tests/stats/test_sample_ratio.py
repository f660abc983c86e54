"""Sample ratio: what it refuses, and that it is uniform when the plan was kept."""

from collections.abc import Sequence

import numpy as np
import pytest

from regulars.stats.sample_ratio import sample_ratio_p_value


def test_is_certain_when_counts_are_exactly_as_planned() -> None:
    assert sample_ratio_p_value([900, 100], [0.9, 0.1]) == 1.0


def test_is_uniform_when_the_plan_was_kept() -> None:
    held_out = np.random.default_rng(3).binomial(20_000, 0.1, 2000)
    found = [sample_ratio_p_value([20_000 - held, held], [0.9, 0.1]) for held in held_out]
    shares = np.histogram(found, bins=5, range=(0, 1))[0] / 2000
    assert shares == pytest.approx(np.full(5, 0.2), abs=0.04)


@pytest.mark.parametrize(
    ("counts", "shares", "says"),
    [
        ([1, 2], [1.0], "do not go with"),
        ([1], [1.0], "do not go with"),
        ([1, 2], [1.0, 0.0], "sum to 1"),
        ([1, 2], [0.5, 0.4], "sum to 1"),
        ([0, 0], [0.5, 0.5], "Nobody"),
    ],
)
def test_refuses_when_arguments_make_no_plan(
    counts: Sequence[int], shares: Sequence[float], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        sample_ratio_p_value(counts, shares)
