"""Dates and chances against draws from the model: customers, their past and their future."""

import numpy as np
import pytest

from regulars.stats.buying.cnbd import Timings, timings
from regulars.stats.repurchase.forecast import FARTHEST, forecast
from regulars.stats.repurchase.needs import Kinds, Needs, fit_kinds

TRUTH = Kinds(8, np.array([*np.log([9.0, 1.0, 1.2, 4.0, 1.0, 6.0]), 0.4]))
SCALE, POWER = 25.0, 0.7
SPAN = 400.0


def model(kinds: Kinds) -> Needs:
    return Needs(np.array([SCALE]), np.array([POWER]), (kinds,), np.array([True]), kinds, 0.0)


def lived(seed: int, count: int):
    """Histories until day SPAN from a first day of the first 200, and what comes after it.

    Returns their timings, last quantity, whether regular, whether still buying, days to next.
    """
    rng = np.random.default_rng(seed)
    is_regular = rng.random(count) < TRUTH.regular_share
    rows, quantities, alive, ahead = [], [], [], []
    for one in range(count):
        k, (r, alpha, a, b) = TRUTH.of_kind(bool(is_regular[one]))
        rate, stop = rng.gamma(r, 1 / alpha), rng.beta(a, b)
        at, n, total, logs, q = rng.uniform(0, 200), 0, 0.0, 0.0, 1.0
        while True:
            q = float(rng.integers(1, 4))
            if rng.random() < stop:
                alive.append(False)
                ahead.append(np.inf)
                break
            piece = SCALE * rng.gamma(k) / rate
            if at + piece * q**POWER > SPAN:
                alive.append(True)
                ahead.append(at + piece * q**POWER - SPAN)
                break
            at, n, total, logs = at + piece * q**POWER, n + 1, total + piece, logs + np.log(piece)
        rows.append((n, total, logs, (SPAN - at) / q**POWER))
        quantities.append(q)
    return (
        timings(*np.array(rows).T),
        np.array(quantities),
        is_regular,
        np.array(alive),
        np.array(ahead),
    )


@pytest.fixture(scope="module")
def world():
    known, quantity, *rest = lived(5, 12_000)
    # half a day is added for gaps of whole days; these are not
    exact = Timings(
        known.repeat_order_count, known.gap_sum, known.log_gap_sum,
        np.maximum(known.open_gap - 0.5 / quantity**POWER, 0),
    )  # fmt: skip
    found = forecast(model(TRUTH), np.zeros(len(known), int), exact, quantity, (14.0, 30.0))
    return known, found, *rest


def test_chances_are_what_happens(world):
    _, found, is_regular, alive, ahead = world
    for chance, happened in (
        (found.alive, alive),
        (found.regular, is_regular),
        (found.within[:, 0], ahead <= 14),
        (found.within[:, 1], ahead <= 30),
    ):
        for low in np.arange(0, 1, 0.2):
            rows = (chance >= low) & (chance < low + 0.2)
            error = 3.5 * (0.25 / max(rows.sum(), 1)) ** 0.5
            assert happened[rows].mean() == pytest.approx(chance[rows].mean(), abs=error) or (
                rows.sum() < 30
            )


@pytest.mark.parametrize(("place", "share"), [(0, 0.1), (1, 0.25), (2, 0.5), (3, 0.9)])
def test_quantiles_hold_their_share_of_those_who_still_buy(world, place, share):
    known, found, _, alive, ahead = world
    for least in (0, 2, 5):
        is_told = np.isfinite(found.days[:, place])
        rows = alive & is_told & (known.repeat_order_count >= least)
        held = (ahead[rows] <= found.days[rows, place]).mean()
        assert held == pytest.approx(share, abs=4 * (share * (1 - share) / rows.sum()) ** 0.5)


def test_own_history_counts_the_more_the_longer_it_is(world):
    known, found, *_ = world
    x = known.repeat_order_count
    assert (found.own_share[x == 0] == 0).all()
    means = [found.own_share[x == n].mean() for n in (1, 3, 8)]
    assert means == sorted(means)
    assert means[-1] > 0.8


def test_kinds_are_found_when_they_made_the_histories():
    known = lived(6, 6000)[0]
    scaled = Timings(
        known.repeat_order_count, known.gap_sum / SCALE,
        known.log_gap_sum - known.repeat_order_count * np.log(SCALE), known.open_gap / SCALE,
    )  # fmt: skip
    found, value = fit_kinds(scaled, np.zeros(7), np.full(7, 2.0))
    truth = fit_kinds(scaled, TRUTH.logs, np.full(7, 1e-6), TRUTH.k)[1]
    assert value > truth - 5
    assert found.k in (6, 8, 12)
    assert found.parameters["regular_mean_gap"] == pytest.approx(1.0, rel=0.1)
    assert found.regular_share == pytest.approx(TRUTH.regular_share, abs=0.08)


def test_far_dates_are_said_to_be_unknown():
    """Once in years: the ninth of ten would come beyond five years."""
    seldom = Kinds(2, np.array([*np.log([2.0, 40.0, 1.0, 60.0, 1.0, 5.0]), -3.0]))
    one = timings([0], [0], [0], [3])
    found = forecast(model(seldom), np.zeros(1, int), one, np.ones(1), (30.0,))
    assert np.isinf(found.days[0, 3])
    assert found.days[0, 0] < FARTHEST
    assert np.isfinite(found.within).all()


def test_late_regular_buyers_have_probably_left():
    since = np.array([5.0, 25.0, 60.0, 400.0])
    ten = np.full(4, 10.0)
    known = timings(ten, ten * 25, ten * np.log(25), since)
    found = forecast(model(TRUTH), np.zeros(4, int), known, np.ones(4), (14.0,))
    assert (np.diff(found.alive) < 0).all()
    assert found.alive[0] > 0.85
    assert found.alive[3] < 0.05
    assert (found.regular > 0.9).all()
    assert (np.diff(found.longer) < 0).all()
