"""Payback and the interval of a count, against brute force and published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from regulars.stats.event_counts import poisson_intervals
from regulars.stats.payback import mean_brought, payback_day


def test_mean_counts_only_who_was_watched_so_long():
    # two customers: 3 days watched and 1 day; day 0: 10 and 20; day 2: 8 of the first alone
    brought, watched = mean_brought(
        np.array([0, 0, 2]), np.array([10.0, 20.0, 8.0]), np.array([3, 1])
    )
    assert brought.tolist() == [15, 15, 23, 23]
    assert watched.tolist() == [2, 2, 1, 1]


@given(st.lists(st.lists(st.integers(0, 30), max_size=6), min_size=1, max_size=12), st.data())
def test_mean_is_that_of_plain_loops(days, data):
    watched = [data.draw(st.integers(max([*mine, 0]), 40)) for mine in days]
    day = np.array([d for mine in days for d in mine], np.int64)
    brought, _ = mean_brought(day, np.ones(len(day)), np.array(watched))
    wanted, total = [], 0.0
    for age in range(max(watched) + 1):
        there = [n for n, last in enumerate(watched) if last >= age]
        total += sum(days[n].count(age) for n in there) / len(there)
        wanted.append(total)
    assert brought == pytest.approx(wanted)


def test_payback_is_the_first_day_and_not_told_of_few():
    brought = np.array([1.0, 5.0, 9.0])
    assert payback_day(brought, np.array([100, 90, 80]), 5.0) == 1
    assert payback_day(brought, np.array([100, 90, 80]), 9.5) is None
    assert payback_day(brought, np.array([100, 29, 29]), 5.0) is None
    assert payback_day(brought, np.array([4, 4, 3]), 9.0) is None
    assert payback_day(np.empty(0), np.empty(0, np.int64), 1.0) is None


def test_matches_garwood_by_the_chi_square_that_he_gives():
    counts = np.array([0, 1, 2, 10, 500])
    low, high = poisson_intervals(counts)
    assert low[1:] == pytest.approx(chi2.ppf(0.025, 2 * counts[1:]) / 2)
    assert low[0] == 0
    assert high == pytest.approx(chi2.ppf(0.975, 2 * counts + 2) / 2)
    # Garwood (1936), table 1: of 10 seen, 4.8 to 18.4
    assert (low[3], high[3]) == (pytest.approx(4.80, abs=0.01), pytest.approx(18.39, abs=0.01))
