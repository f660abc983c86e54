"""How much more often a modifier comes with a head than with all searches, and how sure it is.

lift = (a / n) / (m / N): a searches have both, n the head, m the modifier, of N in all. The
parts overlap, so Katz' interval for the ratio of two independent shares becomes, by the delta
method on the multinomial counts,

    var(log lift) = 1/a - 1/n - 1/m + 2a/(nm) - 1/N

with half a search added to each of the four cells, without which a modifier that comes with
one head only would look all too sure. The test is Fisher's exact one, the smaller tail
doubled.

One person's searches are not independent: variance and counts are brought to the effective
size of clusters that answer alike, by the sum of the squares of each person's searches over a.

Source  Katz, Baptista, Azen & Pike (1978) Obtaining confidence intervals for the risk ratio
        in cohort studies, Biometrics 34(3); Agresti (2013) Categorical Data Analysis, sections
        16.1 and 3.5, for the delta method and the exact test; Walter (1975), Biometrika 62(2),
        for the halves; Kish (1965) Survey Sampling, section 8.2, for the effective
        sample size; Benjamini & Hochberg (1995), J. Royal Statistical Society B 57(1).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Array = npt.NDArray[Any]


class Lifts(NamedTuple):
    """Arrays of one length. ``is_significant`` at a false discovery rate of 1 - confidence."""

    lift: Array
    low: Array
    high: Array
    p_value: Array
    is_significant: Array


def lifts(
    both: Array,
    squares: Array,
    head: Array,
    modifier: Array,
    total: Array,
    *,
    confidence: float = 0.95,
) -> Lifts:
    """The lifts of pairs (``both`` above 0), tested together. ``squares``: of each person's
    searches for a pair, summed."""
    a, n, m, whole = (np.asarray(x, dtype=np.float64) for x in (both, head, modifier, total))
    effect = np.asarray(squares, dtype=np.float64) / a
    variance = (
        1 / (a + 0.5) - 1 / (n + 1) - 1 / (m + 1) + 2 * (a + 0.5) / ((n + 1) * (m + 1))
    ) - 1 / (whole + 2)
    width = float(stats.norm.ppf((1 + confidence) / 2)) * np.sqrt(variance * effect)
    lift = a * whole / (n * m)
    p_value = _exact(*(np.round(x / effect) for x in (a, n, m, whole)))
    adjusted = stats.false_discovery_control(p_value, method="bh") if len(a) else p_value
    return Lifts(
        lift, lift * np.exp(-width), lift * np.exp(width), p_value, adjusted < 1 - confidence
    )


def _exact(both: Array, head: Array, modifier: Array, total: Array) -> Array:
    """Fisher's exact test of each table, two-sided by doubling. Counts may contradict by one
    where they were rounded: what both have is at most what either has."""
    both = np.minimum(both, np.minimum(head, modifier))
    upper = stats.hypergeom.sf(both - 1, total, head, modifier)
    lower = stats.hypergeom.cdf(both, total, head, modifier)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(upper, lower)))
