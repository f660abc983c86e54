"""How many times as often something happens in one group as in another.

    ratio = (a / n) / (c / m)
    95% interval  exp(ln ratio ± 1.96 sqrt(1/a - 1/n + 1/c - 1/m))
    p  of the logarithm against the normal distribution, two-sided

Source  Katz, Baptista, Azen & Pike (1978) Obtaining confidence intervals for the risk ratio in
        cohort studies, Biometrics 34(3), 469-474; Benjamini & Hochberg (1995) Controlling the
        false discovery rate, J. Royal Statistical Society B 57(1), 289-300.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.proportions import NORMAL_95

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class RiskRatios:
    """Arrays of one length; NaN where a group is empty, or nobody, or everybody of both, fell."""

    ratio: Array
    low: Array
    high: Array
    p_value: Array


def risk_ratios(
    events: Array, counts: Array, other_events: Array, other_counts: Array
) -> RiskRatios:
    """Each group against its other."""
    from scipy.stats import norm

    a, n, c, m = (
        np.asarray(x, dtype=np.float64) for x in (events, counts, other_events, other_counts)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(a / n) - np.log(c / m)
        error = np.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
        p_value = 2 * norm.sf(np.abs(level) / error)
        low, high = np.exp(level - NORMAL_95 * error), np.exp(level + NORMAL_95 * error)
    is_known = (a > 0) & (c > 0) & (n > 0) & (m > 0) & (error > 0)

    def known(values: Array) -> Array:
        return np.where(is_known, values, np.nan)

    return RiskRatios(
        known(np.exp(level)),
        known(low),
        known(high),
        known(p_value),
    )


def adjusted(p_values: Array) -> Array:
    """Benjamini and Hochberg's q of every p that is known; NaN stays."""
    from scipy.stats import false_discovery_control

    found = np.full(len(p_values), np.nan)
    is_known = np.isfinite(p_values)
    if is_known.any():
        found[is_known] = false_discovery_control(p_values[is_known])
    return found
