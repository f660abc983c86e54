"""When each customer will buy each purpose again, given that they have not until now.

Given the intervals so far, a kind's next interval is (alpha + t_x) x BetaPrime(k, r + k x):
the rate's gamma has been integrated out in closed form. The kinds are weighed by how well
each explains the history, the open interval included, and a date is where the chance of
having come, among those who still buy, reaches a quantile.

Source  ``stats/buying/cnbd.py``; predictive quantiles of a mixture by regula falsi with halving
        (Illinois; Dowell & Jarratt 1971, BIT 11).
"""

import math
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.buying.cnbd import Timings
from regulars.stats.repurchase.needs import Kinds, Needs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LOW, REMIND, MIDDLE, HIGH = 0.1, 0.25, 0.5, 0.9
QUANTILES = np.array([LOW, REMIND, MIDDLE, HIGH])
FARTHEST = 1827.0  # days; a date beyond five years is said to be unknown
TOLERANCE = 0.05  # days
ROUNDS = 60


@dataclass(frozen=True)
class Forecast:
    """One entry per customer and purpose; days from the end of what is known.

    ``alive`` probability that they still buy it | ``regular`` that they are a regular buyer
    ``gap`` days that one piece lasts them | ``own_share`` of that figure's weight that lies on
    their own purchases | ``longer`` share of their gaps that last longer than the open one
    ``days`` (rows, 4) at QUANTILES, if they still buy; inf beyond FARTHEST
    ``within`` (rows, horizons) probability to buy so soon
    """

    alive: Floats
    regular: Floats
    gap: Floats
    own_share: Floats
    longer: Floats
    days: Floats
    within: Floats


def forecast(
    needs: Needs, purpose: Ints, known: Timings, last_quantity: Floats, horizons: tuple[float, ...]
) -> Forecast:
    """The dates and chances of every row of ``known`` (days, per quantity^elasticity).

    A gap is a whole number of days: who has not come by day c has one above c + 1/2.
    """
    size = len(known)
    facts, days = np.empty((size, 5)), np.empty((size, len(QUANTILES)))
    within = np.empty((size, len(horizons)))
    unit = needs.scale[purpose] * last_quantity ** needs.elasticity[purpose]
    _rows(
        np.array([_constants(kinds) for kinds in needs.kinds]), purpose, needs.scale[purpose], unit,
        known.repeat_order_count, known.gap_sum, known.log_gap_sum, known.open_gap, QUANTILES,
        np.array(horizons, dtype=np.float64), facts, days, within,
    )  # fmt: skip
    alive, regular, gap, own, longer = facts.T
    return Forecast(alive, regular, gap, own, longer, days, within)


def _constants(kinds: Kinds) -> Floats:
    """k, r, alpha of the regular; r, alpha of the others; a, b; the share of the regular."""
    k, (r, alpha, a, b) = kinds.of_kind(True)
    _, (other_r, other_alpha, _, _) = kinds.of_kind(False)
    return np.array([k, r, alpha, other_r, other_alpha, a, b, kinds.regular_share])


@numba.njit(nogil=True, cache=True)
def _open(m: float, whole: float, since: float, k: int) -> float:
    """The probability that an interval is longer than ``since`` (as ``cnbd.survival``)."""
    end = whole + since
    term = np.exp(m * np.log(whole / end))
    step, total = since / end, 0.0
    for j in range(k):
        total += term
        term *= (m + j) / (j + 1.0) * step
    return total


@numba.njit(nogil=True, cache=True)
def _explains(k: int, r: float, alpha: float, x: float, whole: float, logs: float) -> float:
    """The logarithm of the likelihood of the closed intervals."""
    return (
        (k - 1) * logs - x * math.lgamma(k) + math.lgamma(r + k * x) - math.lgamma(r)
        + r * np.log(alpha) - (r + k * x) * np.log(whole)
    )  # fmt: skip


@numba.njit(nogil=True, cache=True)
def _left(kinds: Floats, since: float) -> float:
    """The probability, over both kinds, that the interval is longer than ``since``.

    ``kinds``: weight, m, A, k of the regular, then of the others.
    """
    return kinds[0] * _open(kinds[1], kinds[2], since, int(kinds[3])) + kinds[4] * _open(
        kinds[5], kinds[6], since, 1
    )


@numba.njit(nogil=True, cache=True)
def _reached(kinds: Floats, begin: float, wanted: float, most: float, tolerance: float) -> float:
    """Where ``_left`` falls to ``wanted``, from ``begin`` on; inf where not before ``most``."""
    low, high, step = begin, begin, 0.25
    at_low = _left(kinds, low) - wanted
    at_high = at_low
    while at_high > 0:
        if high >= most:
            return np.inf
        low, at_low = high, at_high
        high = min(high + step, most)
        step *= 2
        at_high = _left(kinds, high) - wanted
    side = 0
    for _ in range(ROUNDS):
        if high - low < tolerance:
            break
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        # never nearer than half the tolerance to an end, so that both close in
        middle = min(max(middle, low + tolerance / 2), high - tolerance / 2)
        value = _left(kinds, middle) - wanted
        if value > 0:
            low, at_low = middle, value
            at_high = at_high / 2 if side == 1 else at_high
            side = 1
        else:
            high, at_high = middle, value
            at_low = at_low / 2 if side == -1 else at_low
            side = -1
    return (low + high) / 2


@numba.njit(nogil=True, cache=True)
def _rows(
    constants: Floats, purpose: Ints, scale: Floats, unit: Floats, x: Floats, gaps: Floats,
    logs: Floats, since: Floats, quantiles: Floats, horizons: Floats,
    facts: Floats, days: Floats, within: Floats,
) -> None:  # fmt: skip
    """Fill ``facts``, ``days`` and ``within``, row by row."""
    kinds = np.empty(8)
    for row in range(len(x)):
        k, r, alpha, other_r, other_alpha, a, b, share = constants[purpose[row]]
        gap_sum, n = gaps[row] / scale[row], x[row]
        log_sum = logs[row] - n * np.log(scale[row])
        opened = since[row] / scale[row] + 0.5 / unit[row]
        odds = (
            _explains(int(k), r, alpha, n, alpha + gap_sum, log_sum) + np.log(share + 1e-12)
            - _explains(1, other_r, other_alpha, n, other_alpha + gap_sum, log_sum)
            - np.log(1 - share + 1e-12)
        )  # fmt: skip
        before = 1 / (1 + np.exp(-min(max(odds, -500.0), 500.0)))  # regular, by closed intervals
        kinds[:4] = before, r + k * n, alpha + gap_sum, k
        kinds[4:] = 1 - before, other_r + n, other_alpha + gap_sum, 1.0
        still = _left(kinds, opened)
        regular_still = before * _open(kinds[1], kinds[2], opened, int(k))
        stopped = a / (b + n)
        alive = still / (still + stopped)
        regular = regular_still / max(still, 1e-300)
        gap = k * kinds[2] / kinds[1] * regular + kinds[6] / kinds[5] * (1 - regular)
        own = k * n / kinds[1] * regular + n / kinds[5] * (1 - regular)
        facts[row] = (
            alive, (regular_still + before * stopped) / (still + stopped), gap * scale[row], own,
            still,
        )  # fmt: skip
        at = opened
        most, tolerance = opened + FARTHEST / unit[row], TOLERANCE / unit[row]
        for place in range(len(quantiles)):
            if at < np.inf:
                at = _reached(kinds, at, (1 - quantiles[place]) * still, most, tolerance)
            days[row, place] = (at - opened) * unit[row]
        for place in range(len(horizons)):
            left = _left(kinds, opened + horizons[place] / unit[row])
            within[row, place] = alive * (1 - left / max(still, 1e-300))
