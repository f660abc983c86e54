"""BG/NBD and MBG/NBD: Poisson orders at a gamma rate, and after each a beta chance to stop.

In the BG/NBD a customer can stop after a repeat order only, so that whoever never came again
is alive for certain. In the MBG/NBD he can stop after the first order too. The papers' letters:
x repeat orders, t_x the last of them, T the customer's age; r, alpha of the gamma; a, b of the
beta.

Source  Fader, Hardie & Lee (2005) "Counting your customers" the easy way: an alternative to the
        Pareto/NBD model. Marketing Science 24(2), 275-284. Equations (6), (10).
        Batislam, Denizel & Filiztekin (2007) Empirical validation and comparison of models for
        customer base analysis. Int. J. of Research in Marketing 24(3), 201-209.
        Fader & Hardie (2009) Note 21, computing P(alive) using the BG/NBD model.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln, hyp2f1

from regulars.stats.buying.histories import Floats, Histories
from regulars.stats.buying.maximum import Maximum, maximise

NAMES = ("r", "alpha", "a", "b")


@dataclass(frozen=True)
class Geometric:
    """One of the two models: ``first`` is 1 where a customer can stop after his first order."""

    first: int

    def fit(self, known: Histories) -> Maximum:
        """r, alpha, a, b of the greatest likelihood."""
        middle = max(float(np.average(known.customer_age, weights=known.weight)), 1e-9)
        starts = [(1.0, middle / 2, 1.0, 2.0), (0.3, middle / 8, 0.8, 2.5), (3.0, middle, 0.5, 5.0)]
        return maximise(lambda p: self.log_likelihood(p, known), starts, known.customer_count)

    def log_likelihood(self, parameters: Floats, known: Histories) -> tuple[float, Floats]:
        """Over all customers, and its gradient by r, alpha, a, b."""
        r, alpha, a, b = parameters
        x, weight = known.repeat_order_count, known.weight
        alive, stopped = self._terms(parameters, known)
        whole = np.logaddexp(alive, stopped)
        share = np.exp(alive - whole)  # of the likelihood, that he is alive
        rest = 1 - share
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
        last, end = np.log(alpha + known.purchase_span), np.log(alpha + known.customer_age)
        orders = self.first + x  # chances to stop that he had
        of_sum = digamma(a + b + orders)
        by_r = digamma(r + x) - digamma(r) + np.log(alpha) - share * end - rest * last
        by_alpha = r / alpha - (r + x) * (share * np.exp(-end) + rest * np.exp(-last))
        # ln B(a, b + n) where alive, ln B(a + 1, b + n - 1) where he stopped
        of_beta = digamma(a + b) - of_sum
        by_a = of_beta - digamma(a) + share * digamma(a) + rest * digamma(a + 1)
        before = digamma(np.maximum(b + orders - 1, 1e-300))
        by_b = (
            of_beta
            - digamma(b)
            + share * digamma(b + orders)
            + np.where(rest > 0, rest, 0) * (np.where(rest > 0, before, 0))
        )
        gradient = np.array([np.dot(weight, part) for part in (by_r, by_alpha, by_a, by_b)])
        return float(np.dot(weight, common + whole)), gradient

    def _terms(self, parameters: Floats, known: Histories) -> tuple[Floats, Floats]:
        """The logarithms of the likelihood's two parts, without what both share."""
        r, alpha, a, b = parameters
        x, orders = known.repeat_order_count, known.repeat_order_count + self.first
        alive = betaln(a, b + orders) - (r + x) * np.log(alpha + known.customer_age)
        could_stop = orders > 0
        last = np.maximum(b + orders - 1, 1e-300)
        stopped = betaln(a + 1, last) - (r + x) * np.log(alpha + known.purchase_span)
        return alive, np.where(could_stop, stopped, -np.inf)

    def alive(self, parameters: Floats, known: Histories) -> Floats:
        """The probability that each still buys at the end of what is known."""
        alive, stopped = self._terms(parameters, known)
        return np.asarray(np.exp(alive - np.logaddexp(alive, stopped)))

    def expected_orders(self, parameters: Floats, known: Histories, horizon: float) -> Floats:
        """Orders expected of each within ``horizon`` after the end of what is known."""
        r, alpha, a, b = parameters
        x, age = known.repeat_order_count, known.customer_age
        b_now = b + x + self.first
        z = horizon / (alpha + age + horizon)
        if abs(a - 1) < 1e-7:  # the formula's limit lies between its neighbours
            a = 1 + 1e-7
        power = np.exp((r + x) * np.log((alpha + age) / (alpha + age + horizon)))
        inner = 1 - power * hyp2f1(r + x, b_now, a + b_now - 1, z)
        per_alive = (a + b_now - 1) / (a - 1) * inner
        return np.asarray(self.alive(parameters, known) * per_alive)


BG_NBD = Geometric(first=0)
MBG_NBD = Geometric(first=1)
