"""Risk ratios against scipy's (Katz' interval) and published figures."""

import numpy as np
import pytest
from scipy.stats.contingency import relative_risk

from regulars.stats.risk_ratios import adjusted, risk_ratios


@pytest.mark.parametrize(
    ("a", "n", "c", "m"), [(27, 122, 44, 487), (5, 10, 30, 100), (1, 90, 9, 9)]
)
def test_matches_scipy_relative_risk(a, n, c, m):
    """The first is the example of scipy.stats.contingency.relative_risk (coffee and tea)."""
    found = risk_ratios(*(np.array([x]) for x in (a, n, c, m)))
    peer = relative_risk(a, n, c, m)
    interval = peer.confidence_interval(0.95)
    assert found.ratio[0] == pytest.approx(peer.relative_risk)
    assert (found.low[0], found.high[0]) == (
        pytest.approx(interval.low),
        pytest.approx(interval.high),
    )


def test_nothing_is_said_when_a_group_is_empty_or_nobody_fell():
    found = risk_ratios(
        *(np.array(x) for x in ([0, 5, 5, 5], [10, 5, 10, 10], [5, 5, 0, 0], [9, 5, 9, 0]))
    )
    assert np.isnan([found.ratio, found.low, found.high, found.p_value]).all()


def test_p_is_below_five_percent_just_where_the_interval_leaves_one_out():
    random = np.random.default_rng(1)
    n, m = random.integers(50, 400, (2, 300))
    a, c = random.binomial(n, 0.3), random.binomial(m, 0.36)
    found = risk_ratios(a, n, c, m)
    outside = (found.low > 1) | (found.high < 1)
    np.testing.assert_array_equal(found.p_value < 0.05, outside)
    assert 0 < outside.sum() < 300


def test_matches_benjamini_hochberg_1995_table():
    """The 15 p-values of section 4.1: at 5% the first four are rejected, q of the fourth 0.0356."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = adjusted(np.array([*p, np.nan]))
    assert (q[:-1] <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert np.isnan(q[-1])
