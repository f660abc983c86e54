"""Wilson's intervals against published ones, and at the ends."""

import numpy as np
import pytest

from regulars.stats.proportions import wilson_intervals


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_interval_is_the_published_one(successes, trials, low, high):
    found = wilson_intervals(np.array([successes]), np.array([trials]))
    assert [round(float(end[0]), 4) for end in found] == [low, high]


def test_interval_holds_the_rate_when_all_or_nobody_returned():
    trials = np.arange(1, 2000)
    for successes in (np.zeros_like(trials), trials):
        low, high = wilson_intervals(successes, trials)
        rate = successes / trials
        assert ((low >= 0) & (low <= rate) & (rate <= high) & (high <= 1)).all()
