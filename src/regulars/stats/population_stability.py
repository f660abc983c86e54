"""Has a score's distribution moved? The population stability index, from deciles alone.

    PSI = sum over bins of (p - e) ln(p / e)

``e`` are the shares of the earlier distribution between its own inner deciles, ``p`` those
of today's between the same edges. Both shares are read off the distribution function that
the eleven deciles draw: linear between two of them, with a jump where several are equal
(then these bins are one). An empty bin counts as ``LEAST_SHARE``, so that PSI stays finite.

Thresholds: below 0.1 no change worth a look, from 0.25 a shift: Siddiqi, N. (2006) Credit
Risk Scorecards, Wiley, ch. 9. They are a custom, not a test: what chance alone gives depends
on how many people there are. With nothing changed PSI / (1/n + 1/m) is about chi-squared
with (bins - 1) degrees of freedom: Yurdakul, B. and Naranjo, J. (2020) Statistical
properties of the population stability index, J. Risk Model Validation 14(4), section 2.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

MOVED, SHIFTED = 0.1, 0.25
LEAST_SHARE = 1e-4
DECILES = 11


def population_stability(before: Sequence[float], now: Sequence[float]) -> float | None:
    """PSI of ``now`` against ``before``, each eleven rising deciles; None without them."""
    if not (_are_deciles(before) and _are_deciles(now)):
        return None
    edges = _edges(before)
    expected, present = _shares(before, edges), _shares(now, edges)
    return float(np.sum((present - expected) * np.log(present / expected)))


def chance_level(before: Sequence[float], before_count: int, now_count: int) -> float | None:
    """What PSI stays below 19 times in 20 where nothing has changed; None without people."""
    if not _are_deciles(before) or before_count < 1 or now_count < 1:
        return None
    from scipy.stats import chi2

    freedom = len(_edges(before))  # one bin more than edges, less one
    return float(chi2.ppf(0.95, freedom) * (1 / before_count + 1 / now_count))


def _are_deciles(given: Sequence[float]) -> bool:
    is_whole = len(given) == DECILES and all(math.isfinite(x) for x in given)
    return is_whole and all(a <= b for a, b in itertools.pairwise(given))


def _edges(deciles: Sequence[float]) -> list[float]:
    """The inner deciles, equal ones once."""
    return sorted(set(deciles[1:-1]))


def _shares(
    deciles: Sequence[float], edges: Sequence[float]
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """How much lies up to the first edge, between each two, and above the last."""
    up_to = [0.0, *(_share_up_to(deciles, edge) for edge in edges), 1.0]
    return np.maximum(np.diff(up_to), LEAST_SHARE)


def _share_up_to(deciles: Sequence[float], value: float) -> float:
    """The share of values <= ``value``."""
    if value < deciles[0]:
        return 0.0
    if value >= deciles[-1]:
        return 1.0
    above = next(i for i, decile in enumerate(deciles) if decile > value)
    low, high = deciles[above - 1], deciles[above]
    return (above - 1 + (value - low) / (high - low)) / (DECILES - 1)
