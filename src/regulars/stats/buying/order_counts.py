"""How many orders a customer will place within a time: the whole distribution.

Whoever is alive after x repeat orders orders on as a new customer of the model would whose
rate is gamma(r + x, alpha + T) and whose end is beta(a, b + chances so far), or, in the
Pareto/NBD, exponential at a rate of gamma(s, beta + T): there the orders are a mixture of
negative binomials over the time until the end, taken by Gauss and Legendre over the chance
to live so long.

Source  Fader, Hardie & Lee (2005) "Counting your customers" the easy way, equation (8).
        Fader & Hardie (2006) Deriving an expression for P(X(t) = x) under the Pareto/NBD model.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.stats.buying.histories import Floats, Histories

MOST = 5_000  # orders; beyond it a quantile is said to be this
SURE = 0.9999  # so much of the distribution is seen before its moments are told
CHUNK = 2_048  # histories at a time: they lie by rising orders, so that few wait for many
AMONG = (np.arange(12) + 0.5) / 12
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)

# points (k x 4 parameters), histories, horizon -> the chances (k x histories) that who is
# alive places 0, 1, 2, ... orders
Counts = Callable[[Floats, Histories, float], Iterator[Floats]]
Alive = Callable[[Floats, Histories], Floats]


@dataclass(frozen=True)
class OrderCounts:
    """Per history: a row of quantiles by level, no order at all, mean and mean square.

    ``some``: equally likely numbers of orders of who places any, a row each.
    """

    quantiles: Floats
    some: Floats
    none: Floats
    mean: Floats
    mean_square: Floats


def order_counts(
    alive: Alive,
    counts: Counts,
    points: Floats,
    known: Histories,
    horizon: float,
    levels: Sequence[float],
) -> OrderCounts:
    """The distribution, averaged over equally likely points (k x 4) of the parameters.

    A quantile is the smallest number of orders that is not exceeded with that probability.
    """
    parts = []
    for first in range(0, len(known), CHUNK):
        part = known.cut(slice(first, first + CHUNK))
        living = np.stack([alive(point, part) for point in points])
        parts.append(_run(living, counts(points, part, horizon), levels))
    whole = np.concatenate(parts, axis=1)
    return OrderCounts(whole[: len(levels)], whole[len(levels) : -3], *whole[-3:])


def _run(living: Floats, chances: Iterator[Floats], levels: Sequence[float]) -> Floats:
    """Rows: the quantiles, those of who places any, the chance of none, mean, mean square."""
    size = living.shape[1]
    wanted = np.empty((len(levels) + len(AMONG), size))
    wanted[: len(levels)] = np.asarray(levels)[:, None]
    reached = np.full_like(wanted, MOST)
    below = 1 - living.mean(axis=0)  # of at most so many orders
    none, mean, square = below, np.zeros(size), np.zeros(size)
    for count, chance in zip(range(MOST + 1), chances, strict=False):
        here = (living * chance).mean(axis=0)
        below = below + here
        if count == 0:
            none = below
            wanted[len(levels) :] = none + (1 - none) * AMONG[:, None]
        mean += count * here
        square += count * count * here
        reached[(below >= wanted - 1e-12) & (reached == MOST)] = count
        if below.min() >= SURE and (reached < MOST).all():
            break
    reached[len(levels) :] = np.maximum(reached[len(levels) :], 1)  # where all but none order
    return np.vstack([reached, none, mean, square])


def geometric(first: int) -> Counts:
    """Of the BG/NBD (0) and the MBG/NBD (1)."""

    def chances(points: Floats, known: Histories, horizon: float) -> Iterator[Floats]:
        r, alpha, a, b = (column[:, None] for column in points.T)
        shape, scale = r + known.repeat_order_count, alpha + known.customer_age
        stops = b + known.repeat_order_count + first
        log_placed = -shape * np.log1p(horizon / scale)
        log_time = np.log(horizon / (scale + horizon))
        not_yet = np.ones_like(shape)  # the probability that so many would be placed, or more
        still = np.ones_like(shape)  # that he did not stop after any of so many
        for count in itertools.count():
            placed = np.exp(log_placed)
            chance = still * placed
            if count:
                chance += still * a / (stops + count - 1) * np.maximum(not_yet, 0)
            yield chance
            not_yet -= placed
            log_placed += np.log((shape + count) / (count + 1)) + log_time
            still *= (stops + count) / (a + stops + count)

    return chances


def pareto(points: Floats, known: Histories, horizon: float) -> Iterator[Floats]:
    """Of the Pareto/NBD."""
    r, alpha, s, beta = (column[:, None] for column in points.T)
    shape, scale = r + known.repeat_order_count, alpha + known.customer_age
    life = beta + known.customer_age
    lives = np.exp(-s * np.log1p(horizon / life))  # he lives through the horizon
    log_placed, log_times, weights = [], [], []
    for point, weight in zip([-1.0, *_POINTS], [0.0, *_WEIGHTS], strict=True):
        chance = lives + (1 - lives) * (1 + point) / 2
        time = life * np.expm1(-np.log(chance) / s)  # he lives so long with that chance
        log_placed.append(-shape * np.log1p(time / scale))
        log_times.append(np.log(np.maximum(time, 1e-300) / (scale + time)))
        weights.append((1 - lives) * weight / 2 if weight else lives)
    log_sum, log_time, share = np.stack(log_placed), np.stack(log_times), np.stack(weights)
    for count in itertools.count():
        yield np.asarray((share * np.exp(log_sum)).sum(axis=0))
        log_sum += np.log((shape + count) / (count + 1)) + log_time
