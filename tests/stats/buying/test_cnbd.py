"""MBG/CNBD-k: the MBG/NBD where k is 1, slopes by differences, and histories with a known truth."""

import numpy as np
import pytest
from scipy.special import betainc

from regulars.stats.buying import cnbd
from regulars.stats.buying.cnbd import Timings, timings
from regulars.stats.buying.geometric import MBG_NBD
from regulars.stats.buying.histories import histories

# the truth of the peer's own test (BTYDplus, tests/testthat/test-mbg-cnbd-k.R): k, r, alpha, a, b
PEER_K, PEER = 3, np.array([0.85, 1.45, 0.79, 2.42])
SOME = np.array([0.9, 1.3, 0.7, 2.0])


def generated(seed: int, count: int) -> tuple[Timings, np.ndarray]:
    """Histories of the peer's truth over 12 to 96 units of time, and who is still there."""
    rng = np.random.default_rng(seed)
    k, (r, alpha, a, b) = PEER_K, PEER
    rate, stop = rng.gamma(r, 1 / alpha, count), rng.beta(a, b, count)
    ends = np.round(rng.uniform(12, 96, count) / 12) * 12
    rows, alive = [], []
    for one in range(count):
        at, orders, logs, is_alive = 0.0, 0, 0.0, True
        while is_alive := rng.random() >= stop[one]:
            gap = rng.gamma(k) / rate[one]
            if at + gap > ends[one]:
                break
            at, orders, logs = at + gap, orders + 1, logs + np.log(gap)
        rows.append((orders, at, logs, ends[one] - at))
        alive.append(is_alive)
    return timings(*np.array(rows).T), np.array(alive)


@pytest.fixture(scope="module")
def known() -> tuple[Timings, np.ndarray]:
    return generated(1, 4000)


def test_equals_mbg_nbd_when_k_is_one(known):
    people = known[0]
    age = people.gap_sum + people.open_gap
    unique, number = histories(people.repeat_order_count, people.gap_sum, age)
    ours, theirs = cnbd.log_likelihood(SOME, 1, people), MBG_NBD.log_likelihood(SOME, unique)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-12)
    assert ours[1] == pytest.approx(theirs[1], rel=1e-9)
    assert cnbd.alive(SOME, 1, people) == pytest.approx(MBG_NBD.alive(SOME, unique)[number])


@pytest.mark.parametrize("k", [1, 2, 5, 16])
def test_slopes_are_those_of_differences(known, k):
    people = known[0].take(np.arange(300))
    _, slopes = cnbd.log_likelihood(SOME, k, people)
    for place, step in enumerate(np.eye(4) * 1e-6):
        up, down = (cnbd.log_likelihood(SOME + s, k, people)[0] for s in (step, -step))
        assert slopes[place] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-3)


def test_survival_is_the_beta_primes(known):
    """An interval of Erlang-k at a gamma(m, A) rate is A x BetaPrime(k, m)."""
    rng = np.random.default_rng(2)
    m, whole, since = rng.uniform(0.2, 60, 200), rng.uniform(0.1, 90, 200), rng.uniform(0, 99, 200)
    for k in (1, 3, 12):
        peer = betainc(m, k, whole / (whole + since))
        assert cnbd.survival(m, whole, since, k)[0] == pytest.approx(peer, rel=1e-9, abs=1e-14)


def test_finds_the_truth_that_generated_the_histories(known):
    """The peer asks for a tenth of each parameter; a and b are found jointly, by their mean."""
    people, alive = known
    found = cnbd.fit(people)
    assert found.k == PEER_K
    assert found.maximum.is_found
    r, alpha, a, b = found.maximum.parameters
    assert [r, alpha] == pytest.approx(PEER[:2], rel=0.1)
    assert a / (a + b) == pytest.approx(PEER[2] / PEER[2:].sum(), rel=0.1)
    within = np.abs(found.maximum.parameters - PEER) / found.maximum.standard_errors
    assert (within < 3.3).all()
    assert cnbd.alive(PEER, PEER_K, people).sum() == pytest.approx(alive.sum(), rel=0.05)


@pytest.mark.parametrize(
    "row", [(1, 0, 0, 5), (0, 3, 0, 5), (-1, 0, 0, 5), (0, 0, 0, -1), (0, 0, np.nan, 1)]
)
def test_refuses_what_is_no_history(row):
    with pytest.raises(ValueError, match="nterval"):
        timings(*([value] for value in row))
