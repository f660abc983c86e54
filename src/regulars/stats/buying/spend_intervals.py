"""Between which amounts a customer's spend within a time will lie, from orders and Gamma-Gamma.

Spend is a sum of N orders, each gamma(p, nu) about the customer's own mean p / nu; nu, given
what he spent so far, is gamma(p x + q, gamma + m x). So spend is (gamma + m x) times the ratio
of a gamma(p N) to a gamma(p x + q), whose logarithm is taken as normal, averaged over equally
likely N of who orders at all. How near that is to simulation: tests/stats/buying/
test_spend_intervals.py.

Source  Fader & Hardie (2013) The Gamma-Gamma model of monetary value, section 4, for nu given
        x, m. Johnson, Kotz & Balakrishnan (1995) Continuous Univariate Distributions 2, 27.8,
        for the moments of the logarithm.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import digamma, ndtr, polygamma

from regulars.stats.buying.histories import Floats, distinct
from regulars.stats.buying.order_counts import CHUNK, OrderCounts

_HALVINGS = 20


def spend_quantiles(
    parameters: Floats, repeat_order_count: Floats, counts: OrderCounts, levels: Sequence[float]
) -> list[Floats]:
    """Per level and history the spend, in units of the customer's own gamma + m x."""
    p, q, _ = parameters
    orders, of_orders = distinct(counts.some.ravel())
    before, of_before = distinct(repeat_order_count)
    own, past = p * orders, p * before + q
    place = counts.some.shape
    middle = digamma(own)[of_orders].reshape(place) - digamma(past)[of_before]
    spread = polygamma(1, own)[of_orders].reshape(place) + polygamma(1, past)[of_before]
    spread = np.sqrt(spread)
    bounds = (middle - 6 * spread).min(axis=0), (middle + 6 * spread).max(axis=0)
    return [_quantile(level, counts.none, middle, spread, bounds) for level in levels]


def _quantile(
    level: float, none: Floats, middle: Floats, spread: Floats, bounds: tuple[Floats, Floats]
) -> Floats:
    """By halving between the bounds; 0 where nothing at all is likely enough."""
    found = np.zeros_like(none)
    for first in range(0, len(none), CHUNK):
        part = np.arange(first, min(first + CHUNK, len(none)))
        part = part[none[part] < level]
        wanted = (level - none[part]) / (1 - none[part]) * len(middle)
        low, high = (bound[part] for bound in bounds)
        centre, width = middle[:, part], spread[:, part]
        for _ in range(_HALVINGS):
            half = (low + high) / 2
            is_above = ndtr((half - centre) / width).sum(axis=0) < wanted
            low, high = np.where(is_above, half, low), np.where(is_above, high, half)
        found[part] = np.exp((low + high) / 2)
    return found
