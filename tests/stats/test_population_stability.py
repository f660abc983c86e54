"""The population stability index from deciles: by hand, against the sample, and by chance."""

import math

import numpy as np
import pytest

from regulars.stats.population_stability import chance_level, population_stability
from regulars.tables.fit import deciles

UNIFORM = [i / 10 for i in range(11)]


def of_sample(before: np.ndarray, now: np.ndarray) -> float:
    """PSI as usually computed: both samples counted into the deciles of the first."""
    edges = np.quantile(before, np.linspace(0.1, 0.9, 9))
    counts = [np.bincount(np.searchsorted(edges, x), minlength=10) / len(x) for x in (before, now)]
    return float(np.sum((counts[1] - counts[0]) * np.log(counts[1] / counts[0])))


def test_is_as_worked_out_by_hand_when_scores_double() -> None:
    """Nine bins hold half as much as before, the open last one 0.55: 9 x 0.05 ln 2 + ..."""
    doubled = [2 * x for x in UNIFORM]
    by_hand = 9 * 0.05 * math.log(2) + 0.45 * math.log(5.5)
    assert population_stability(UNIFORM, doubled) == pytest.approx(by_hand)


def test_is_nothing_when_nothing_moved() -> None:
    assert population_stability(UNIFORM, UNIFORM) == 0
    tied = [0, 0, 0, 0, 0.2, 0.3, 0.3, 0.6, 0.7, 0.8, 1.0]
    assert population_stability(tied, tied) == 0


def test_equal_deciles_are_one_bin_when_many_scores_are_equal() -> None:
    """Four tenths at 0 (up to 0 lies 0.4 of it), now all above: the first bin is empty."""
    tied = [0, 0, 0, 0, 0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0]
    found = population_stability(tied, [0.5] * 11)
    assert found is not None
    assert found > 4  # nearly all of it from bins that are empty now
    assert math.isfinite(found)


@pytest.mark.parametrize("shift", [0.0, 0.2, 0.5, 1.0])
def test_agrees_with_the_samples_when_both_are_large(shift: float) -> None:
    rng = np.random.default_rng(3)
    before, now = rng.beta(2, 5, 40_000), rng.beta(2 + shift, 5, 40_000)
    found = population_stability(deciles(before), deciles(now))
    assert found == pytest.approx(of_sample(before, now), rel=0.1, abs=0.002)


def test_chance_level_holds_when_samples_are_of_one_distribution() -> None:
    """The share of 600 pairs above it is 5%, within what 600 pairs can tell (3 sigma: 2.7%)."""
    rng = np.random.default_rng(5)
    above = 0
    for _ in range(600):
        before, now = rng.normal(size=400), rng.normal(size=300)
        level = chance_level(deciles(before), 400, 300)
        above += of_sample(before, now) > (level or 0)
    assert above / 600 == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("given", [[], [1.0] * 10, [3.0, *range(10)], [math.nan] * 11])
def test_is_not_known_when_there_are_no_deciles(given: list[float]) -> None:
    assert population_stability(given, UNIFORM) is None
    assert population_stability(UNIFORM, given) is None
    assert chance_level(given, 10, 10) is None
    assert chance_level(UNIFORM, 0, 10) is None
