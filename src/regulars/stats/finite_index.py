"""How a part of a finite whole differs from it: an index, its interval, and an exact test.

A part of n out of N holds x of the K who have a trait. The part is taken as drawn from the
whole: x is hypergeometric. The interval is Wilson's for n (N - 1) / (N - n) trials, which is the
variance of the hypergeometric; the whole is known, so that only the part is uncertain.

Source  Wilson (1927), J. American Statistical Association 22(158), 209-212; Cochran (1977)
        Sampling Techniques, section 3.2, for the finite population correction; Fisher (1935)
        The Logic of Inductive Inference, for the exact test: as likely or less likely counts
"""

from dataclasses import dataclass

import numpy as np

from regulars.stats.proportions import NORMAL_95

LIKE = 1 + 1e-9  # counts as likely as the one found, rounding apart


@dataclass(frozen=True)
class Index:
    """100 = as the whole; the 95% interval; the two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float


def index_against_whole(found: int, part: int, holders: int, whole: int) -> Index:
    """The index of ``found`` of ``part`` against ``holders`` of ``whole`` (all above 0 but the
    first); the part lies within the whole."""
    from scipy.stats import hypergeom

    share, rate = holders / whole, found / part
    if part >= whole:
        return Index(100 * rate / share, 100 * rate / share, 100 * rate / share, 1.0)
    trials = part * (whole - 1) / (whole - part)
    spread = NORMAL_95**2 / trials
    half = NORMAL_95 * np.sqrt(rate * (1 - rate) / trials + spread / (4 * trials))
    low, high = ((rate + spread / 2 + way * half) / (1 + spread) for way in (-1, 1))
    counts = np.arange(max(0, part + holders - whole), min(part, holders) + 1)
    chances = hypergeom.pmf(counts, whole, holders, part)
    own = hypergeom.pmf(found, whole, holders, part)
    p_value = float(min(1.0, chances[chances <= own * LIKE].sum()))
    scale = 100 / share
    return Index(
        scale * rate, scale * max(0.0, min(low, rate)), scale * min(1.0, max(high, rate)), p_value
    )
