"""Pareto/NBD: Poisson orders at a gamma rate, until a lifetime that is exponential at a gamma rate.

The papers' letters: r, alpha of the order rate's gamma; s, beta of the lifetime's. The integral
over the unseen end of the customer, s times that of (alpha + y)^-(r+x) (beta + y)^-(s+1) from
t_x to T, is taken by Gauss and Legendre over v = ((alpha + t_x) / (alpha + y))^(r+s+x), in which
what is left is nearly flat: no hypergeometric function, and no digits lost.

Source  Schmittlein, Morrison & Colombo (1987) Counting your customers: who are they and what will
        they do next? Management Science 33(1), 1-24. Fader & Hardie (2005) A note on deriving the
        Pareto/NBD model and related expressions, equations (18), (22), (41).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln

from regulars.stats.buying.histories import Floats, Histories, summed, total
from regulars.stats.buying.maximum import Maximum
from regulars.stats.buying.rough import maximise_roughly_first

NAMES = ("r", "alpha", "s", "beta")
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_CHUNK = 8_192  # histories at a time: what a node needs stays in the processor's cache


@dataclass(frozen=True)
class Gone:
    """The unseen end: the logarithm of its integral, and the slopes of that by r, alpha, s, beta.

    The slopes are those of the quadrature itself: value and slope agree to the last digit.
    """

    integral: Floats
    by_r: Floats
    by_alpha: Floats
    by_s: Floats
    by_beta: Floats


def fit(known: Histories) -> Maximum:
    """r, alpha, s, beta of the greatest likelihood."""
    middle = max(float(np.average(known.customer_age, weights=known.weight)), 1e-9)
    starts = [(1.0, middle / 2, 0.5, middle / 2), (0.4, middle / 4, 0.6, middle / 3)]
    return maximise_roughly_first(log_likelihood, starts, known)


def log_likelihood(parameters: Floats, known: Histories) -> tuple[float, Floats]:
    """Over all customers, and its gradient by r, alpha, s, beta."""
    r, alpha, s, beta = parameters
    x, of_x = known.order_counts
    age, of_age = known.ages
    shape, weight = (r + x)[of_x], known.weight
    log_order, log_life = np.log(alpha + age)[of_age], np.log(beta + age)[of_age]
    there = -shape * log_order - s * log_life
    gone = _gone(parameters, known)
    apart = gone.integral - there
    stopped = weight * expit(apart)  # of the likelihood, that he is gone
    still, by_x = weight - stopped, summed(of_x, weight, len(x))
    whole, log_sum = by_x.sum(), np.maximum(apart, 0) + np.log1p(np.exp(-np.abs(apart)))
    value = whole * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
    value += total(by_x, gammaln(r + x)) + total(weight, there + log_sum)
    near = total(still * shape, (1 / (alpha + age))[of_age])
    by_r = total(by_x, digamma(r + x)) - whole * (digamma(r) - np.log(alpha))
    by_r += total(stopped, gone.by_r) - total(still, log_order)
    by_alpha = whole * r / alpha + total(stopped, gone.by_alpha) - near
    by_s = whole * np.log(beta) + total(stopped, gone.by_s) - total(still, log_life)
    by_beta = whole * s / beta + total(stopped, gone.by_beta)
    by_beta -= s * total(still, (1 / (beta + age))[of_age])
    return float(value), np.array([by_r, by_alpha, by_s, by_beta])


def alive(parameters: Floats, known: Histories) -> Floats:
    """The probability that each still buys at the end of what is known."""
    r, alpha, s, beta = parameters
    x, age = known.repeat_order_count, known.customer_age
    there = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    return np.asarray(expit(there - _gone(parameters, known).integral))


def expected_orders(parameters: Floats, known: Histories, horizon: float) -> Floats:
    """Orders expected of each within ``horizon`` after the end of what is known (equation 41)."""
    r, alpha, s, beta = parameters
    x, age = known.repeat_order_count, known.customer_age
    shrunk = np.log((beta + age) / (beta + age + horizon))
    if abs(s - 1) < 1e-7:  # the limit of the formula
        lived = -shrunk * (beta + age)
    else:
        lived = (beta + age) / (s - 1) * -np.expm1((s - 1) * shrunk)
    return np.asarray(alive(parameters, known) * (r + x) / (alpha + age) * lived)


def _gone(parameters: Floats, known: Histories) -> Gone:
    found = np.empty((5, len(known)))
    for first in range(0, len(known), _CHUNK):
        part = slice(first, first + _CHUNK)
        columns = known.repeat_order_count, known.purchase_span, known.customer_age
        found[:, part] = _gone_of(parameters, *(column[part] for column in columns))
    return Gone(*found)


def _gone_of(parameters: Floats, x: Floats, span: Floats, age: Floats) -> Floats:
    """The five rows of ``Gone``. At a node: w = (alpha + t_x) / (alpha + y), v = w^power."""
    r, alpha, s, beta = parameters
    power = r + s + x
    last, end = alpha + span, alpha + age
    log_last = np.log(last)
    ratio = log_last - np.log(end)
    low = np.exp(power * ratio)  # v where y is T
    half = (1 - low) / 2
    low_by_power, low_by_alpha = low * ratio, low * power * (1 / last - 1 / end)
    sums = np.zeros((5, len(x)))
    for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
        v = low + half * (1 + point)
        log_w = np.log(v) / power
        w = np.exp(log_w)
        z = (beta - alpha) * w + last  # (beta + y) w
        log_z = np.log(z)
        here = weight * np.exp(-(s + 1) * (log_z - log_last))  # of t_x's size: no underflow
        moved = (1 - point) / 2 / v  # of ln v, where low moves
        by_w = here * (beta - alpha) * w / z
        sums[0] += here
        sums[1] += by_w * (low_by_power * moved - log_w) / power
        sums[2] += by_w * low_by_alpha * moved / power + here * (1 - w) / z
        sums[3] += here * log_z
        sums[4] += here * w / z
    sums[1:] /= sums[0]
    with np.errstate(divide="ignore"):  # an age of t_x leaves no time to have gone
        log_integral = np.log(half) + np.log(sums[0]) - (s + 1) * log_last
        wider = np.where(half > 0, -0.5 / half, 0)
    by_power = wider * low_by_power - 1 / power - (s + 1) * sums[1]
    return np.stack([
        np.log(s / power) + (1 - r - x) * log_last + log_integral,
        by_power - log_last,
        wider * low_by_alpha + (1 - r - x) / last - (s + 1) * sums[2],
        by_power + 1 / s - sums[3],
        -(s + 1) * sums[4],
    ])  # fmt: skip
