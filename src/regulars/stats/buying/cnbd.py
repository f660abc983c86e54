"""MBG/CNBD-k: orders at intervals of Erlang-k, until the customer stops after one of them.

The MBG/NBD with regularity: where orders of a customer are counts of Poisson there, here only
every k-th event of such a process is an order, so that intervals vary the less the greater k
is (coefficient of variation k^-1/2); k = 1 is the MBG/NBD. Rates are gamma(r, alpha) over the
customers, the chance to stop after an order (the first included) is beta(a, b). The papers'
letters: x repeat orders, t_x the sum of the x intervals between them, litt the sum of their
logarithms; and c, the time since the last order.

    survival of the open interval c, with m = r + k x and A = alpha + t_x:
    Q = sum over j < k of Gamma(m + j) / (Gamma(m) j!) (A / (A + c))^m (c / (A + c))^j

Source  Reutterer, Platzer & Schroeder (2021) Leveraging purchase regularity for predicting
        customer behavior the easy way. Int. J. of Research in Marketing 38(1), 194-215, for the
        model; Platzer & Reutterer (2016) Ticking away the moments: timing regularity helps to
        better predict customer activity. Marketing Science 35(5), 779-799, for what regularity
        is worth; Batislam, Denizel & Filiztekin (2007) for k = 1.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
from scipy.special import betaln, digamma, gammaln

from regulars.stats.buying.maximum import Floats, Maximum, maximise

NAMES = ("r", "alpha", "a", "b")
MOST_REGULAR = 12  # k is looked for from 1 to here, as in the peer (BTYDplus)
SURE_UNTIL = 4  # below it k goes on being raised though the likelihood falls
_NEVER = 1e-300


@dataclass(frozen=True)
class Timings:
    """Purchase histories with their intervals, float64 arrays of one length, one unit of time.

    ``repeat_order_count`` x | ``gap_sum`` t_x, 0 where x is 0 | ``log_gap_sum`` litt |
    ``open_gap`` c, from the last order to the end of what is known
    """

    repeat_order_count: Floats
    gap_sum: Floats
    log_gap_sum: Floats
    open_gap: Floats

    def __len__(self) -> int:
        return len(self.gap_sum)

    def take(self, rows: npt.NDArray[np.int64]) -> "Timings":
        """Those rows, in that order."""
        return Timings(
            self.repeat_order_count[rows],
            self.gap_sum[rows],
            self.log_gap_sum[rows],
            self.open_gap[rows],
        )


def timings(
    repeat_order_count: npt.ArrayLike,
    gap_sum: npt.ArrayLike,
    log_gap_sum: npt.ArrayLike,
    open_gap: npt.ArrayLike,
) -> Timings:
    """Histories as the model wants them.

    ValueError where a number is missing, a count or a time is below 0, or there is no time
    between orders that follow each other.
    """
    x, gaps, logs, since = (
        np.asarray(column, dtype=np.float64)
        for column in (repeat_order_count, gap_sum, log_gap_sum, open_gap)
    )
    if not all(np.isfinite(column).all() for column in (x, gaps, logs, since)):
        raise ValueError("A history of intervals holds four numbers, none missing.")
    if (x < 0).any() or (since < 0).any() or ((gaps > 0) != (x > 0)).any():
        raise ValueError("Intervals are above 0, and there is one for each repeat order.")
    return Timings(x, gaps, logs, since)


@dataclass(frozen=True)
class Regularity:
    """The k of the greatest likelihood, its maximum, and the log-likelihood of every k tried."""

    k: int
    maximum: Maximum
    log_likelihoods: dict[int, float]


def fit(known: Timings) -> Regularity:
    """k, and r, alpha, a, b: k rises until the likelihood no longer does."""
    found: dict[int, Maximum] = {}
    for k in range(1, MOST_REGULAR + 1):
        found[k] = fit_k(known, k)
        if k > SURE_UNTIL and found[k].log_likelihood < found[k - 1].log_likelihood:
            break
    best = max(found, key=lambda k: found[k].log_likelihood)
    return Regularity(best, found[best], {k: one.log_likelihood for k, one in found.items()})


def fit_k(known: Timings, k: int) -> Maximum:
    """r, alpha, a, b of the greatest likelihood for a given k."""
    x = known.repeat_order_count
    whole = float((known.gap_sum + known.open_gap).mean())
    gap = float(known.gap_sum.sum() / x.sum()) if x.sum() else max(whole, 1e-9)
    starts = [(1.0, gap / k, 1.0, 2.0), (3.0, 3 * gap / k, 0.5, 3.0), (0.5, gap, 0.8, 2.5)]
    return maximise(lambda p: log_likelihood(p, k, known), starts, max(len(known), 1))


def log_likelihood(parameters: Floats, k: int, known: Timings) -> tuple[float, Floats]:
    """Over all customers, and its gradient by r, alpha, a, b."""
    value, gradient = each(parameters, k, known)
    return float(value.sum()), gradient.sum(axis=1)


def alive(parameters: Floats, k: int, known: Timings) -> Floats:
    """The probability that each still buys at the end of what is known."""
    r, alpha, a, b = parameters
    x = known.repeat_order_count
    open_still = survival(r + k * x, alpha + known.gap_sum, known.open_gap, k)[0]
    return np.asarray(open_still / (open_still + a / (b + x)))


def each(parameters: Floats, k: int, known: Timings) -> tuple[Floats, Floats]:
    """Every customer's log-likelihood, and its gradient: (4, customers)."""
    r, alpha, a, b = parameters
    counts, place = np.unique(known.repeat_order_count, return_inverse=True)

    def by_count(values: Floats) -> Floats:
        return np.asarray(values[place])

    m, whole = r + k * known.repeat_order_count, alpha + known.gap_sum
    rate = np.log(whole)
    open_still, by_m, by_whole = survival(m, whole, known.open_gap, k)
    sure = np.maximum(open_still, _NEVER)
    stopped = by_count(a / (b + counts))  # B(a + 1, b + x) / B(a, b + x + 1)
    both = open_still + stopped
    value = (
        (k - 1) * known.log_gap_sum
        + by_count(gammaln(r + k * counts) - counts * gammaln(k) + betaln(a, b + counts + 1))
        - (gammaln(r) - r * np.log(alpha) + betaln(a, b))
        - m * rate
        + np.log(both)
    )
    by_open = open_still / both / sure  # of ln(Q + stopped), by Q
    by_r = by_count(digamma(r + k * counts)) - digamma(r) + np.log(alpha) - rate + by_open * by_m
    by_alpha = r / alpha - m / whole + by_open * by_whole
    # ln B(a, b + x + 1) - ln B(a, b), then ln(Q + a / (b + x))
    fewer = digamma(a + b) - digamma(a + b + counts + 1)
    by_a = by_count(fewer) + stopped / both / a
    by_b = by_count(fewer + digamma(b + counts + 1) - digamma(b)) - stopped / both / by_count(
        b + counts
    )
    return np.asarray(value), np.stack([by_r, by_alpha, by_a, by_b])


@numba.njit(nogil=True, cache=True)
def survival(m: Floats, whole: Floats, since: Floats, k: int) -> tuple[Floats, Floats, Floats]:
    """Q, the probability that an interval is longer than ``since``, and its slopes by m and A."""
    size = len(m)
    value, by_m, by_whole = np.empty(size), np.empty(size), np.empty(size)
    for row in range(size):
        end = whole[row] + since[row]
        logarithm = np.log(whole[row] / end)
        term = np.exp(m[row] * logarithm)
        step, harmonic = since[row] / end, 0.0
        value[row], by_m[row], by_whole[row] = 0.0, 0.0, 0.0
        for j in range(k):
            value[row] += term
            by_m[row] += term * (harmonic + logarithm)
            by_whole[row] += term * (m[row] / whole[row] - (m[row] + j) / end)
            harmonic += 1.0 / (m[row] + j)
            term *= (m[row] + j) / (j + 1.0) * step
    return value, by_m, by_whole
