"""The Qini coefficient against scikit-uplift's figures, by hand, and by brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.uplift import qini, qini_curve, qini_interval


def drawn(rng, count, levels):
    treated = (rng.random(count) < 0.6).astype(int)
    answered = (rng.random(count) < 0.15 + 0.1 * treated).astype(int)
    return answered, rng.integers(0, levels, count), treated


def test_matches_scikit_uplift():
    """scikit-uplift 0.5.1, qini_auc_score(answered, score, treated), with and without ties."""
    rng = np.random.default_rng(20080320)
    rng.integers(0, 10, 5)
    for (count, levels), expected in (
        ((40, 1000), 0.1279117916617918),
        ((200, 5), -0.18228726366707865),
        ((1000, 20), 0.007554077288610371),
        ((1000, 100_000), -0.02054458578515476),
    ):
        assert qini(*drawn(rng, count, levels)) == pytest.approx(expected, abs=1e-12)


def plain_curve(answered, score, treated):
    """Person by person, in plain Python: the points (n, y1 - y0 n1 / n0)."""
    points = [(0, 0.0)]
    for edge in sorted(set(score), reverse=True):
        first = [row for row in range(len(score)) if score[row] >= edge]
        told = [row for row in first if treated[row]]
        untold = [row for row in first if not treated[row]]
        ratio = len(told) / len(untold) if untold else 0.0
        gained = sum(answered[row] for row in told)
        points.append((len(first), gained - ratio * sum(answered[row] for row in untold)))
    return points


def plain_area(points):
    return sum(
        (right[0] - left[0]) * (left[1] + right[1]) / 2
        for left, right in itertools.pairwise(points)
    )


PEOPLE = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 1)), min_size=2, max_size=14
)


@settings(max_examples=300, deadline=None)
@given(PEOPLE)
def test_equals_plain_python_when_people_are_few(people):
    answered, score, treated = map(list, zip(*people, strict=True))
    points = plain_curve(answered, score, treated)
    at, values = qini_curve(np.array(answered), np.array(score), np.array(treated))
    assert np.column_stack([at, values]) == pytest.approx(np.array(points))
    ideal = [a * (1 if t else -1) for a, t in zip(answered, treated, strict=True)]
    at_random = points[-1][0] * points[-1][1] / 2
    perfect = plain_area(plain_curve(answered, ideal, treated)) - at_random
    found = qini(np.array(answered), np.array(score), np.array(treated))
    if 0 < sum(treated) < len(treated) and abs(perfect) > 1e-9:
        assert found == pytest.approx((plain_area(points) - at_random) / perfect)
    else:
        assert np.isnan(found)


def test_is_one_for_the_perfect_order_and_nothing_for_no_order_at_all():
    answered, _, treated = drawn(np.random.default_rng(1), 500, 9)
    assert qini(answered, answered * (2 * treated - 1), treated) == pytest.approx(1.0)
    assert qini(answered, np.zeros(500), treated) == pytest.approx(0.0, abs=1e-12)


def test_is_the_same_whatever_the_order_of_the_rows():
    rng = np.random.default_rng(2)
    people = drawn(rng, 300, 6)
    mixed = rng.permutation(300)
    assert qini(*people) == pytest.approx(qini(*(part[mixed] for part in people)), abs=1e-12)


def test_interval_of_a_random_score_covers_0_as_often_as_it_says():
    covered = 0
    for seed in range(100):
        answered, score, treated = drawn(np.random.default_rng(seed), 600, 10**6)
        found = qini_interval(answered, score, treated, seed=seed, replicates=100)
        assert found.low <= found.value <= found.high or found.covers_zero
        covered += found.covers_zero
    assert 87 <= covered <= 99  # 95 are expected; binomial, 99.8%


def test_interval_is_repeatable_and_shuns_0_when_the_score_knows():
    rng = np.random.default_rng(5)
    score = rng.random(4000)
    treated = (rng.random(4000) < 0.5).astype(int)
    answered = (rng.random(4000) < 0.1 + 0.3 * score * treated).astype(int)
    found = qini_interval(answered, score, treated, seed=1)
    assert found == qini_interval(answered, score, treated, seed=1)
    assert found.low > 0
    assert not found.covers_zero


def test_there_is_no_interval_when_an_arm_is_empty():
    found = qini_interval(np.array([0, 1]), np.array([1, 2]), np.array([1, 1]), seed=1)
    assert np.isnan(found.low)
    assert found.covers_zero
