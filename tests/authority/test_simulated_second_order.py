"""Whom a second-order message moves more: the finder's weight against both true futures."""

import numpy as np
import pytest

from regulars.decisions.finders.second_order import GROUP_DAYS, MOST_GROUP
from regulars.simulator import Offer, trial
from regulars.simulator.trial import Trial

SEEDS = range(24)


@pytest.fixture(scope="module")
def trials() -> list[Trial]:
    offer = Offer(kind="second_order", share=0.1)
    return [trial(seed=seed, audience="second_order", offer=offer) for seed in SEEDS]


def weights(found: list[Trial]) -> np.ndarray:
    """b (1 - b) by fortnight since the only order: b as the shop sees it in those left alone."""
    group = np.minimum(np.concatenate([t.quiet_days for t in found]) // GROUP_DAYS, MOST_GROUP)
    came = np.concatenate([t.net_without for t in found]) > 0
    chance = np.array([came[group == g].mean() if (group == g).any() else 0 for g in range(14)])
    return (chance * (1 - chance))[group.astype(int)]


def test_whom_the_finder_puts_first_is_moved_more(trials: list[Trial]) -> None:
    """The upper half by weight orders more often because of the message than the lower half."""
    weight = weights(trials)
    moved = np.concatenate([(t.net_with > 0) * 1.0 - (t.net_without > 0) for t in trials])
    upper = weight >= np.median(weight)
    difference = moved[upper].mean() - moved[~upper].mean()
    error = np.sqrt(moved[upper].var() / upper.sum() + moved[~upper].var() / (~upper).sum())
    assert difference > 2 * error
    assert moved[upper].mean() > 0
