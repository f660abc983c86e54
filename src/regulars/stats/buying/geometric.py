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
from scipy.special import betaincinv, betaln, digamma, expit, gammaln, hyp2f1

from regulars.stats.buying.histories import Floats, Histories, summed, total
from regulars.stats.buying.maximum import Maximum
from regulars.stats.buying.rough import maximise_roughly_first

NAMES = ("r", "alpha", "a", "b")
_CHUNK = 16_384  # histories at a time: they stay in the processor's cache
_QUANTILES = 64


@dataclass(frozen=True)
class Geometric:
    """One of the two models: ``first`` is 1 where a customer can stop after his first order."""

    first: int
    names = NAMES

    def fit(self, known: Histories) -> Maximum:
        """r, alpha, a, b of the greatest likelihood."""
        middle = max(float(np.average(known.customer_age, weights=known.weight)), 1e-9)
        starts = [(1.0, middle / 2, 1.0, 2.0), (0.3, middle / 8, 0.8, 2.5), (3.0, middle, 0.5, 5.0)]
        return maximise_roughly_first(self.log_likelihood, starts, known)

    def log_likelihood(self, parameters: Floats, known: Histories) -> tuple[float, Floats]:
        """Over all customers, and its gradient by r, alpha, a, b."""
        r, alpha, a, b = parameters
        x = known.order_counts.values
        chances = b + x + self.first
        unseen, gone_by_x, end, near = self._over_the_unseen(parameters, known)
        by_x = known.weight_by_order_count
        whole = by_x.sum()
        value = whole * (r * np.log(alpha) - gammaln(r) - betaln(a, b)) + unseen
        value += total(by_x, gammaln(r + x) + betaln(a, chances))
        of_sum = digamma(a + chances)
        by_r = total(by_x, digamma(r + x)) - whole * (digamma(r) - np.log(alpha)) - end
        by_alpha = whole * r / alpha - near
        by_a = whole * digamma(a + b) - total(by_x, of_sum) + gone_by_x.sum() / a
        last = np.where(chances > b, chances - 1, np.inf)  # nobody stops without a chance to
        by_b = whole * (digamma(a + b) - digamma(b)) - total(by_x, of_sum - digamma(chances))
        by_b -= total(gone_by_x, 1 / last)
        return float(value), np.array([by_r, by_alpha, by_a, by_b])

    def _over_the_unseen(
        self, parameters: Floats, known: Histories
    ) -> tuple[float, Floats, float, float]:
        """What depends on whether a customer stopped. Sums over all: of the logarithm of the
        likelihood's part with both cases; of who stopped, by number of orders; of the mean of
        ln(alpha + the time he was there), and of (r + x) / (alpha + that time)."""
        r, alpha, _, _ = parameters
        x, odds = known.order_counts.values, self._odds(parameters, known.order_counts.values)
        last, end = alpha + known.spans.values, alpha + known.ages.values
        log_last, log_end = np.log(last), np.log(end)
        value, logs, near, by_x = 0.0, 0.0, 0.0, np.zeros(len(x))
        for first in range(0, len(known), _CHUNK):
            part = slice(first, first + _CHUNK)
            of_x, of_last, of_end = (
                column.number[part] for column in (known.order_counts, known.spans, known.ages)
            )
            weight, shape, there = known.weight[part], (r + x)[of_x], log_end[of_end]
            until = log_last[of_last]
            gone = odds[of_x] + shape * (there - until)  # the log odds that he stopped
            small = np.exp(-np.abs(gone))
            value += total(weight, np.maximum(gone, 0) + np.log1p(small) - shape * there)
            stopped = weight * np.where(gone > 0, 1.0, small) / (1 + small)
            still = weight - stopped
            by_x += summed(of_x, stopped, len(x))
            logs += total(still, there) + total(stopped, until)
            near += total(shape, still / end[of_end] + stopped / last[of_last])
        return value, by_x, logs, near

    def _odds(self, parameters: Floats, x: Floats) -> Floats:
        """The logarithm of B(a + 1, b + n - 1) / B(a, b + n) with n chances to stop."""
        _, _, a, b = parameters
        chances = x + self.first
        last = np.where(chances > 0, b + chances - 1, np.inf)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(a / last))

    def alive(self, parameters: Floats, known: Histories) -> Floats:
        """The probability that each still buys at the end of what is known."""
        r, alpha, _, _ = parameters
        x, of_x = known.order_counts
        (span, of_span), (age, of_age) = known.spans, known.ages
        late = np.log(alpha + age)[of_age] - np.log(alpha + span)[of_span]
        return np.asarray(expit(-self._odds(parameters, x)[of_x] - (r + x)[of_x] * late))

    def expected_orders(self, parameters: Floats, known: Histories, horizon: float) -> Floats:
        """Orders expected of each within ``horizon`` after the end of what is known."""
        r, alpha, a, b = parameters
        x, age = known.repeat_order_count, known.customer_age
        b_now = b + x + self.first
        z = horizon / (alpha + age + horizon)
        if abs(a - 1) < 1e-7:  # the formula's limit lies between its neighbours
            a = 1 + 1e-7
        # the paper's (1 - z)^(r + x) 2F1(r + x, b; a + b - 1; z) by Euler's transformation: of
        # thousands of orders the power would be 0 and the series endless; but of an a without
        # bound it is the other way round
        whole = a + b_now - 1
        with np.errstate(over="ignore", invalid="ignore"):
            lost = (1 - z) ** (a - 1) * hyp2f1(whole - r - x, a - 1, whole, z)
            plain = (1 - z) ** (r + x) * hyp2f1(r + x, b_now, whole, z)
        inner = 1 - np.where(np.isfinite(lost), lost, plain)
        per_alive = (a + b_now - 1) / (a - 1) * inner
        beyond = ~np.isfinite(per_alive)
        if beyond.any():  # neither can be summed where no parameter is bounded
            end = (alpha + age)[beyond]
            per_alive[beyond] = _by_quantiles((r + x)[beyond], end, a, b_now[beyond], horizon)
        return np.asarray(self.alive(parameters, known) * per_alive)


def _by_quantiles(shape: Floats, end: Floats, a: float, b: Floats, horizon: float) -> Floats:
    """Orders expected of who is still there, as the mean over his chance p to stop, a beta(a, b),
    of (1 - (end / (end + p horizon))^shape) / p, at p's quantiles."""
    mean = np.zeros(len(shape))
    for place in (np.arange(_QUANTILES) + 0.5) / _QUANTILES:
        p = np.maximum(betaincinv(a, b, place), 1e-100)  # of 0 the orders' limit
        mean += -np.expm1(-shape * np.log1p(p * horizon / end)) / p / _QUANTILES
    return mean


BG_NBD = Geometric(first=0)
MBG_NBD = Geometric(first=1)
