"""How many orders a customer will place within a time: the whole distribution, by quantile.

Whoever is alive after x repeat orders orders on as a new customer of the BG/NBD would whose
rate is gamma(r + x, alpha + T) and whose chance to stop is beta(a, b + chances so far).

Source  Fader, Hardie & Lee (2005) "Counting your customers" the easy way, equation (8).
"""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import betaln, gammaln

from regulars.stats.buying.geometric import Geometric
from regulars.stats.buying.histories import Floats, Histories

MOST = 5_000  # orders; beyond it a quantile is said to be this


def quantiles(
    model: Geometric,
    parameters: Floats,
    known: Histories,
    horizon: float,
    levels: Sequence[float],
) -> list[Floats]:
    """Per level, the smallest number of orders that is not exceeded with that probability."""
    alive = model.alive(parameters, known)
    reached = [np.full(len(known), np.nan) for _ in levels]
    below = 1 - alive  # the probability of at most so many orders
    for count, chance in enumerate(_chances(model, parameters, known, horizon)):
        below = below + alive * chance
        for level, found in zip(levels, reached, strict=True):
            found[np.isnan(found) & (below >= level - 1e-12)] = count
        if count >= MOST or not any(np.isnan(found).any() for found in reached):
            break
    return [np.where(np.isnan(found), MOST, found) for found in reached]


def _chances(
    model: Geometric, parameters: Floats, known: Histories, horizon: float
) -> Iterator[Floats]:
    """The probabilities of 0, 1, 2, ... orders of those who are alive (equation 8)."""
    r, alpha, a, b = parameters
    shape = r + known.repeat_order_count
    scale = alpha + known.customer_age
    chances = b + known.repeat_order_count + model.first
    begun = betaln(a, chances)
    log_none = shape * np.log(scale / (scale + horizon))
    log_time = np.log(horizon / (scale + horizon))
    by_then = np.zeros(len(known))  # the probability that fewer than ``count`` would be placed
    for count in itertools.count():
        placed = np.exp(
            gammaln(shape + count) - gammaln(shape) - gammaln(count + 1) + log_none
            + count * log_time
        )  # fmt: skip
        chance = np.exp(betaln(a, chances + count) - begun) * placed
        if count:
            stopped = np.exp(betaln(a + 1, chances + count - 1) - begun)
            chance = chance + stopped * (1 - by_then)
        yield np.asarray(chance)
        by_then = by_then + placed
