"""How much longer more pieces last: gap ~ quantity^b, with a b for every purpose.

b is the slope of ln gap on ln quantity before it, within a customer's purchases of a purpose
(each customer has a level of his own), so that large households, which buy more and as often,
do not pass for stocking up. 0: who buys three comes back as soon; 1: three times as late.
Purposes with little to go by are drawn to the mean of all, and this to a half; what is then
beyond 0 or 1 is cut.

Source  Within estimator: Wooldridge (2010) Econometric Analysis, 10.5. Variance between the
        purposes by moments: DerSimonian & Laird (1986) Controlled Clinical Trials 7(3).
        Blattberg, Eppen & Lieberman (1981) A theoretical and empirical evaluation of price
        deals for consumer nondurables. J. of Marketing 45(1), for stocking up.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.stats.repurchase.occasions import POWERS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNKNOWN, _UNKNOWN_DEVIATION = 0.5, 0.5


@dataclass(frozen=True)
class Gaps:
    """Per customer and purpose, the sums of the logarithms of ``occasions.histories``."""

    purpose: Ints
    count: Floats
    log_gap_sum: Floats
    log_gap_square: Floats
    log_before_sum: Floats
    log_before_square: Floats
    log_product: Floats


def elasticities(gaps: Gaps, purpose_count: int) -> Floats:
    """b of every purpose, 0 to 1."""
    rows = np.flatnonzero(gaps.count > 1)
    n, purpose = gaps.count[rows], gaps.purpose[rows]

    def within(product: Floats, one: Floats, other: Floats) -> Floats:
        spread = product[rows] - one[rows] * other[rows] / n
        return np.asarray(np.bincount(purpose, spread, purpose_count), dtype=np.float64)

    both = within(gaps.log_product, gaps.log_gap_sum, gaps.log_before_sum)
    quantity = np.maximum(
        within(gaps.log_before_square, gaps.log_before_sum, gaps.log_before_sum), 0
    )
    gap = within(gaps.log_gap_square, gaps.log_gap_sum, gaps.log_gap_sum)
    freedom = float((n - 1).sum()) - 1
    has = quantity > 1e-6
    if not has.any() or freedom < 1:
        return np.full(purpose_count, _UNKNOWN)
    pooled = both.sum() / quantity.sum()
    noise = max(float(gap.sum() - pooled * both.sum()) / freedom, 1e-9)
    precision = quantity / noise
    slope = np.divide(both, quantity, out=np.zeros(purpose_count), where=has)
    return _shrunk(slope[has], precision[has], np.flatnonzero(has), purpose_count)


def _shrunk(slope: Floats, precision: Floats, place: Ints, purpose_count: int) -> Floats:
    """Each slope drawn to the mean of all by how sure it is, the mean to a half."""
    total = float(precision.sum())
    mean = float(np.dot(precision, slope)) / total
    excess = float(np.dot(precision, (slope - mean) ** 2)) - (len(slope) - 1)
    scale = total - float((precision**2).sum()) / total
    between = max(excess / scale, 0.0) if scale > 0 else 0.0
    weight = 1 / (1 / precision + between)
    prior = _UNKNOWN_DEVIATION**-2
    mean = (float(np.dot(weight, slope)) + prior * _UNKNOWN) / (float(weight.sum()) + prior)
    found = np.full(purpose_count, mean)
    if between > 0:
        found[place] = (precision * slope + mean / between) / (precision + 1 / between)
    return np.clip(found, 0.0, 1.0)


def at_power(sums: Floats, power: Floats) -> Floats:
    """The sum of g / q^b at any b from 0 to 1, from the sums at POWERS: (rows, 5), (rows).

    The logarithm of the sum is smooth in b (a cumulant generating function): a polynomial of
    degree four goes through the five that are known.
    """
    logs = np.log(np.maximum(sums, 1e-300))
    found = np.zeros(len(power))
    for one, at in enumerate(POWERS):
        share = np.ones(len(power))
        for other in POWERS[:one] + POWERS[one + 1 :]:
            share *= (power - other) / (at - other)
        found += share * logs[:, one]
    return np.where(sums[:, 0] > 0, np.exp(found), 0.0)
