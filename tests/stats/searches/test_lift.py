"""Lifts against Katz' interval, a simulation, Fisher's test of scipy, and people as clusters."""

import numpy as np
import pytest
from scipy import stats

from regulars.stats.searches.lift import lifts


def one(both, head, modifier, total, squares=None):
    found = lifts(*(np.array([x]) for x in (both, squares or both, head, modifier, total)))
    return {name: column[0] for name, column in found._asdict().items()}


def test_lift_is_the_ratio_of_shares_when_counted():
    assert one(40, 200, 100, 2000)["lift"] == pytest.approx((40 / 200) / (100 / 2000))


def test_interval_is_that_of_a_ratio_of_independent_shares_when_the_head_is_rare():
    a, n, m, whole = 40, 200, 20_000, 1_000_000
    found = one(a, n, m, whole)
    error = (1 / a - 1 / n + 1 / m - 1 / whole) ** 0.5  # Katz et al. 1978
    expected = np.log(found["lift"]) + np.array([-1.96, 1.96]) * error
    assert np.log([found["low"], found["high"]]) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("shares", [(0.05, 0.15, 0.1), (0.01, 0.09, 0.02), (0.1, 0.1, 0.3)])
def test_interval_holds_the_truth_nominally_when_drawn_again_and_again(shares):
    both, head_only, modifier_only = shares
    truth = both / ((both + head_only) * (both + modifier_only))
    rng = np.random.default_rng(5)
    cells = rng.multinomial(3000, [*shares, 1 - sum(shares)], size=4000)
    a, n, m = cells[:, 0], cells[:, 0] + cells[:, 1], cells[:, 0] + cells[:, 2]
    found = lifts(a, a, n, m, np.full(len(a), 3000))
    covered = ((found.low <= truth) & (truth <= found.high)).mean()
    assert 0.935 < covered < 0.965


def test_p_value_is_fishers_when_people_search_once():
    a, n, m, whole = 12, 60, 100, 1500
    table = [[a, n - a], [m - a, whole - n - m + a]]
    tail = stats.fisher_exact(table, alternative="greater").pvalue
    assert one(a, n, m, whole)["p_value"] == pytest.approx(2 * tail)


def test_one_person_is_no_proof_when_all_searches_are_theirs():
    many, single = one(30, 100, 60, 3000), one(30, 100, 60, 3000, squares=900)
    assert many["is_significant"]
    assert not single["is_significant"]
    assert single["high"] / single["low"] > 2 * many["high"] / many["low"]
    assert single["lift"] == many["lift"]


def test_false_discoveries_are_rare_when_nothing_goes_together():
    rng = np.random.default_rng(1)
    cells = rng.multinomial(20_000, [0.01, 0.09, 0.09, 0.81], size=2000)
    a = cells[:, 0]
    found = lifts(a, a, a + cells[:, 1], a + cells[:, 2], np.full(len(a), 20_000))
    assert found.is_significant.sum() <= 2
    assert (found.p_value < 0.05).mean() == pytest.approx(0.05, abs=0.015)
