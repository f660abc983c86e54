"""Pareto/NBD: Poisson orders at a gamma rate, until a lifetime that is exponential at a gamma rate.

The papers' letters: r, alpha of the order rate's gamma; s, beta of the lifetime's. The integral
over the unseen end of the customer, s times that of (alpha + y)^-(r+x) (beta + y)^-(s+1) from
t_x to T, is taken by Gauss and Legendre over v = ((alpha + t_x) / (alpha + y))^(r+s+x), in which
what is left is nearly flat: no hypergeometric function, and no digits lost.

Source  Schmittlein, Morrison & Colombo (1987) Counting your customers: who are they and what will
        they do next? Management Science 33(1), 1-24. Fader & Hardie (2005) A note on deriving the
        Pareto/NBD model and related expressions, equations (18), (22), (41).
"""

import numpy as np
from scipy.special import gammaln

from regulars.stats.buying.histories import Floats, Histories
from regulars.stats.buying.maximum import Maximum, maximise

NAMES = ("r", "alpha", "s", "beta")
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_STEP = 1e-6
_CHUNK = 100_000


def fit(known: Histories) -> Maximum:
    """r, alpha, s, beta of the greatest likelihood."""
    middle = max(float(np.average(known.customer_age, weights=known.weight)), 1e-9)
    starts = [(1.0, middle / 2, 0.5, middle / 2), (0.4, middle / 4, 0.6, middle / 3)]
    return maximise(lambda p: log_likelihood(p, known), starts, known.customer_count)


def log_likelihood(parameters: Floats, known: Histories) -> tuple[float, Floats]:
    """Over all customers, and its gradient by r, alpha, s, beta (central differences)."""

    def value(at: Floats) -> float:
        return float(np.dot(known.weight, _each(at, known)))

    gradient = np.empty(4)
    for place in range(4):
        step = np.zeros(4)
        step[place] = _STEP * parameters[place]
        gradient[place] = (value(parameters + step) - value(parameters - step)) / (2 * step[place])
    return value(parameters), gradient


def alive(parameters: Floats, known: Histories) -> Floats:
    """The probability that each still buys at the end of what is known."""
    there, gone = _terms(parameters, known)
    return np.asarray(np.exp(there - np.logaddexp(there, gone)))


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


def _each(parameters: Floats, known: Histories) -> Floats:
    r, alpha, s, beta = parameters
    there, gone = _terms(parameters, known)
    x = known.repeat_order_count
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return np.asarray(common + np.logaddexp(there, gone))


def _terms(parameters: Floats, known: Histories) -> tuple[Floats, Floats]:
    """The logarithms of the likelihood's two parts, without what both share."""
    r, alpha, s, beta = parameters
    x, age = known.repeat_order_count, known.customer_age
    there = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    gone = np.empty_like(there)
    for first in range(0, len(x), _CHUNK):
        part = slice(first, first + _CHUNK)
        gone[part] = _gone(parameters, x[part], known.purchase_span[part], age[part])
    return there, gone


def _gone(parameters: Floats, x: Floats, span: Floats, age: Floats) -> Floats:
    r, alpha, s, beta = parameters
    power = r + s + x
    last = alpha + span
    low = np.exp(power * (np.log(last) - np.log(alpha + age)))  # v where y is T
    half = (1 - low) / 2
    total = np.zeros_like(x)
    for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
        v = low + half * (1 + point)
        total += weight * np.exp(-(s + 1) * np.log((beta - alpha) * v ** (1 / power) + last))
    with np.errstate(divide="ignore"):  # an age of t_x leaves no time to have gone
        integral = np.log(half) + np.log(total)
    return np.asarray(np.log(s / power) + (1 - r - x) * np.log(last) + integral)
