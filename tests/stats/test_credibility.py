"""Variance components and shrunk means: against drawn truth, a balanced table, and edges."""

import numpy as np
import pytest

from regulars.stats.credibility import credibility


def moments(groups):
    return (
        np.array([f(np.array(g)) for g in groups]) for f in (len, np.sum, lambda x: (x**2).sum())
    )


def test_variances_are_those_of_the_balanced_table_when_all_have_as_many():
    groups = np.array([[1.0, 2, 3], [4, 5, 9], [2, 2, 2], [7, 8, 3]])
    within = groups.var(axis=1, ddof=1).mean()
    between = groups.mean(axis=1).var(ddof=1) - within / 3
    found = credibility(*moments(groups))
    assert (found.mean, found.within, found.between) == pytest.approx(
        (groups.mean(), within, between)
    )


def test_truth_is_found_and_covered_when_people_are_drawn():
    rng = np.random.default_rng(3)
    truth = rng.normal(0.5, 0.1, 5000)
    counts = rng.integers(0, 12, 5000)
    groups = [rng.normal(mean, 0.2, count) for mean, count in zip(truth, counts, strict=True)]
    n, total, square = moments(groups)
    found = credibility(n, total, square)
    assert (found.mean, found.within, found.between) == pytest.approx((0.5, 0.04, 0.01), rel=0.08)
    estimate, error = found.estimates(n, total)
    inside = np.abs(estimate - truth) < 1.96 * error
    assert inside.mean() == pytest.approx(0.95, abs=0.015)
    seen = n > 0
    raw = ((total[seen] / n[seen] - truth[seen]) ** 2).mean()
    assert ((estimate - truth)[seen] ** 2).mean() < 0.5 * raw
    assert estimate[~seen] == pytest.approx(found.mean)


@pytest.mark.parametrize("groups", [[], [[]], [[0.4]], [[0.1], [0.9]], [[0.2, 0.2], [0.2]]])
def test_nobody_differs_when_nothing_can_tell(groups):
    n, total, square = (np.array(list(column), dtype=float) for column in moments(groups))
    found = credibility(n, total, square)
    assert found.between == pytest.approx(0, abs=1e-12)
    estimate, error = found.estimates(n, total)
    assert estimate == pytest.approx(np.full(len(n), found.mean))
    assert error == pytest.approx(np.zeros(len(n)), abs=1e-9)
