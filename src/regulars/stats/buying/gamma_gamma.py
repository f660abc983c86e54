"""Gamma-Gamma: what an order of a customer is worth, apart from how often he orders.

An order's value is gamma(p, nu) about the customer's own mean, nu is gamma(q, gamma) over the
customers. The papers' letters: x orders with a value, m their mean.

Source  Fader, Hardie & Lee (2005) RFM and CLV: using iso-value curves for customer base analysis.
        J. of Marketing Research 42(4), 415-430. Fader & Hardie (2013) The Gamma-Gamma model of
        monetary value, equations (1a), (5).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln

from regulars.stats.buying.histories import distinct, summed, total
from regulars.stats.buying.maximum import Floats, Maximum
from regulars.stats.buying.rough import maximise_roughly_first

NAMES = ("p", "q", "gamma")


@dataclass(frozen=True)
class Spending:
    """Customers' number of orders with a value, the mean of these, and how many share both."""

    order_count: Floats
    mean_amount: Floats
    weight: Floats

    @property
    def customer_count(self) -> int:
        return round(float(self.weight.sum()))

    def __len__(self) -> int:
        return len(self.weight)

    def every(self, step: int) -> "Spending":
        """Each ``step``-th of them: a rough picture of all."""
        columns = (self.order_count, self.mean_amount, self.weight)
        order_count, mean_amount, weight = (column[::step].copy() for column in columns)
        return Spending(order_count, mean_amount, weight)


def spending(order_count: npt.ArrayLike, mean_amount: npt.ArrayLike) -> Spending:
    """Customers as the model wants them; ValueError where a mean is not above 0."""
    counts, means = (np.asarray(c, dtype=np.float64) for c in (order_count, mean_amount))
    rows = np.column_stack([counts, means])
    if not np.isfinite(rows).all() or (rows <= 0).any():
        raise ValueError("Spend is fitted on customers with an order and a mean above 0.")
    unique, weight = np.unique(rows, axis=0, return_counts=True)
    return Spending(unique[:, 0].copy(), unique[:, 1].copy(), weight.astype(np.float64))


def fit(known: Spending) -> Maximum:
    """p, q, gamma of the greatest likelihood."""
    mean = float(np.average(known.mean_amount, weights=known.weight))
    starts = [(4.0, 4.0, mean / 2), (1.0, 3.0, mean), (10.0, 2.5, mean / 5)]
    return maximise_roughly_first(log_likelihood, starts, known)


def log_likelihood(parameters: Floats, known: Spending) -> tuple[float, Floats]:
    """Over all customers, and its gradient by p, q, gamma (equation 1a)."""
    p, q, gamma = parameters
    known_x, of_x = distinct(known.order_count)
    x, m, weight = known.order_count, known.mean_amount, known.weight
    by_x = summed(of_x, weight, len(known_x))
    orders, whole_weight = p * known_x, by_x.sum()
    whole = gamma + m * x
    rate, log_m = np.log(whole), np.log(m)
    value = total(
        by_x, gammaln(orders + q) - gammaln(orders) + orders * np.log(known_x)
    ) + whole_weight * (q * np.log(gamma) - gammaln(q))
    value += total(weight, (p * x - 1) * log_m - (p * x + q) * rate)
    both = digamma(orders + q)
    by_p = total(by_x, known_x * (both - digamma(orders) + np.log(known_x)))
    by_p += total(weight, x * (log_m - rate))
    by_q = total(by_x, both) + whole_weight * (np.log(gamma) - digamma(q)) - total(weight, rate)
    by_gamma = whole_weight * q / gamma - total(weight, (p * x + q) / whole)
    return value, np.array([by_p, by_q, by_gamma])


def expected_amount(
    parameters: Floats, order_count: npt.ArrayLike, mean_amount: npt.ArrayLike
) -> Floats:
    """The mean value of a customer's coming orders: between his own mean and everybody's.

    Who has no order with a value is expected to spend as everybody does. NaN where q is not
    above 1: the mean of all is then without bound (equation 5).
    """
    p, q, gamma = parameters
    x, m = np.asarray(order_count, np.float64), np.nan_to_num(np.asarray(mean_amount, np.float64))
    if q <= 1:
        return np.full(x.shape, np.nan)
    return np.asarray(p * (gamma + x * m) / (p * x + q - 1))
