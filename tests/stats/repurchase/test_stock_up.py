"""How much longer more pieces last: the truth that made the gaps, and sums at any power."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.repurchase.occasions import POWERS
from regulars.stats.repurchase.stock_up import Gaps, at_power, elasticities


def gaps_of(rng, people, times, power, purpose, noise=0.3):
    """Sums of customers who each have an own level and buy one to four pieces at a time."""
    q = rng.integers(1, 5, (people, times)).astype(float)
    level = rng.normal(3, 0.7, (people, 1)) - 0.9 * np.log(q.mean(axis=1, keepdims=True))
    log_gap = level + power * np.log(q) + rng.normal(0, noise, (people, times))
    log_q = np.log(q)
    sums = (
        log_gap.sum(1), (log_gap**2).sum(1), log_q.sum(1), (log_q**2).sum(1),
        (log_gap * log_q).sum(1),
    )  # fmt: skip
    return np.full(people, purpose), np.full(people, float(times)), *sums


def together(*parts):
    return Gaps(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def test_finds_each_purposes_elasticity_though_large_households_buy_more_and_as_often():
    rng = np.random.default_rng(3)
    truth = [0.9, 0.5, 0.05]
    found = elasticities(together(*(gaps_of(rng, 400, 6, b, n) for n, b in enumerate(truth))), 3)
    assert found == pytest.approx(truth, abs=0.04)


def test_purpose_with_few_gaps_is_drawn_to_the_others():
    rng = np.random.default_rng(4)
    parts = [gaps_of(rng, 300, 5, b, n) for n, b in enumerate([0.7, 0.8, 0.75])]
    few = gaps_of(rng, 3, 2, 0.0, 3, noise=0.8)
    own = elasticities(together(*parts, few), 5)
    assert 0.5 < own[3] < 0.85
    assert own[4] == pytest.approx(0.75, abs=0.06)  # nothing at all is known of the last


def test_half_is_supposed_when_everybody_buys_one_at_a_time():
    one = np.ones(5)
    gaps = Gaps(np.zeros(5, int), 3 * one, 9 * one, 28 * one, 0 * one, 0 * one, 0 * one)
    assert list(elasticities(gaps, 1)) == [0.5]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.sampled_from([0.25, 1, 1, 2, 3, 6, 12])), max_size=9
    ),
    st.floats(0, 1),
)
def test_sum_at_any_power_is_the_sum_over_the_gaps(gaps, power):
    g, q = (np.array([pair[n] for pair in gaps], float) for n in (0, 1))
    sums = np.array([[(g / q**b).sum() for b in POWERS]])
    assert at_power(sums, np.array([power]))[0] == pytest.approx((g / q**power).sum(), rel=2e-3)
