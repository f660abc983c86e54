"""How sure a trait is, from the orders that tell of it and all the orders there were.

Who buys much buys everything at times. So a household's evidence is judged against what
households without the trait buy of the same products now and then:

    k | with the trait     negative binomial, mean n r1, shape a1
    k | without it         negative binomial, mean n r0, shape a0,   r1 >= 2 r0
    strength = P(with | k, n)

k: the orders that tell of it, weighted and fading; n: all its orders, fading alike. The share of
households and the four parameters are those most probable given the whole shop and weak
beliefs about them, which decide alone where there is little to learn from.

Source  empirical Bayes of two groups: Efron (2010) Large-Scale Inference, chapter 2; gamma-Poisson
        counts of purchases: Ehrenberg (1959) The pattern of consumer purchases, Applied
        Statistics 8(1), 26-41. k is not whole where it has faded: the density's kernel is taken.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
# beliefs before anything is seen: mean and standard deviation of each parameter below
SHARE, RATE, RATIO = (-1.7, 1.0), (-4.0, 1.5), (2.3, 1.0)  # logit, logarithm, logarithm
SHAPE_WITH, SHAPE_WITHOUT = (0.0, 0.7), (1.1, 0.5)  # logarithms
LEAST_RATIO = 2.0
FINENESS = 20  # steps to one order, and to a factor e of all orders, when the model is fitted


@dataclass(frozen=True)
class Mixture:
    """Share of households with the trait; orders that tell of it per order, without and with."""

    share: float
    rate_without: float
    rate_with: float
    shape_without: float
    shape_with: float

    def strengths(self, told: Array, orders: Array) -> Array:
        """P(with the trait) for each household's k and n."""
        with_it = _kernel(told, orders, self.rate_with, self.shape_with)
        without = _kernel(told, orders, self.rate_without, self.shape_without)
        odds = np.log(self.share) - np.log1p(-self.share) + with_it - without
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))))


def mixture(told: Array, orders: Array) -> Mixture:
    """The most probable parameters, from every household's k and n (n above 0)."""
    from scipy.optimize import minimize

    k, n, count = _counted(told, orders)
    begin = np.array([belief[0] for belief in (SHARE, RATE, RATIO, SHAPE_WITH, SHAPE_WITHOUT)])
    spread = np.array([belief[1] for belief in (SHARE, RATE, RATIO, SHAPE_WITH, SHAPE_WITHOUT)])

    def loss(place: Array) -> float:
        one = _at(place)
        with_it = np.log(one.share) + _kernel(k, n, one.rate_with, one.shape_with)
        without = np.log1p(-one.share) + _kernel(k, n, one.rate_without, one.shape_without)
        likelihood = float((count * np.logaddexp(with_it, without)).sum())
        return 0.5 * float((((place - begin) / spread) ** 2).sum()) - likelihood

    start = begin.copy()
    rate = float((k * count).sum() / max(float((n * count).sum()), 1e-9))
    start[1] = np.log(np.clip(rate / 2, 1e-5, 0.5))
    bounds = [(b - 6 * s, b + 6 * s) for b, s in zip(begin, spread, strict=True)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return _at(found.x)


def _at(place: Array) -> Mixture:
    share, rate, ratio, shape_with, shape_without = (float(x) for x in place)
    low = float(np.exp(rate))
    return Mixture(
        share=1 / (1 + float(np.exp(-share))),
        rate_without=low,
        rate_with=low * (LEAST_RATIO + float(np.exp(ratio))),
        shape_without=float(np.exp(shape_without)),
        shape_with=float(np.exp(shape_with)),
    )


def _counted(told: Array, orders: Array) -> tuple[Array, Array, Array]:
    """Households alike within a twentieth, and how many: a million become some thousands."""
    steps = np.rint(told * FINENESS).astype(np.int64)
    sizes = np.rint(np.log(np.maximum(orders, 1e-3)) * FINENESS).astype(np.int64)
    low = int(sizes.min(initial=0))
    wide = int(sizes.max(initial=0)) - low + 1
    key, count = np.unique(steps * wide + (sizes - low), return_counts=True)
    return (key // wide) / FINENESS, np.exp((key % wide + low) / FINENESS), count


def _kernel(k: Array, n: Array, rate: float, shape: float) -> Array:
    """Logarithm of the negative binomial's density up to what both groups share."""
    from scipy.special import gammaln

    mean = n * rate
    left = shape * np.log(shape / (shape + mean)) + k * np.log(mean / (shape + mean))
    return np.asarray(gammaln(k + shape) - gammaln(shape) + left)
