"""Many estimates, each with its error, drawn to their group's mean, and groups to that of all.

    x_i = theta_i + e_i,        e_i ~ N(0, error_i^2)      what was measured
    theta_i ~ N(mu_g, inside)                              members differ within a group
    mu_g ~ N(mu, across)                                   groups differ

    weight_i = inside / (inside + error_i^2)               how much of x_i is believed
    estimate = mu_g + weight_i (x_i - mu_g)

``inside`` is common to all groups: the moment estimator of DerSimonian & Laird with its sums
taken over the groups; ``across`` the same of the groups' means. The error of an estimate holds
what is not known of mu_g, but takes the two variances as known.

Source  DerSimonian & Laird (1986) Meta-analysis in clinical trials, Controlled Clinical Trials 7,
        177-188, eq. 8 for the variance; Efron & Morris (1975), J. American Statistical
        Association 70, 311-319, for what drawing together gains.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Pooled:
    """``estimates``, ``errors`` and ``weights`` as the measured came; the groups by their number.

    A group without a measured member has the mean of all and, for error, how groups differ.
    """

    estimates: Array
    errors: Array
    weights: Array
    group_means: Array
    group_errors: Array
    mean: float
    inside: float
    across: float


def pooled(measured: Array, errors: Array, groups: Array, group_count: int) -> Pooled:
    """Draw together what was ``measured``, each with its standard error (above 0) and group."""
    variances = np.square(errors)
    inside = _variance(measured, variances, groups, group_count)
    means, means_variances = _means(measured, variances + inside, groups, group_count)
    known = np.isfinite(means_variances)
    one = np.zeros(int(known.sum()), dtype=np.int64)
    across = _variance(means[known], means_variances[known], one, 1)
    mean, mean_variance = (
        float(x[0]) for x in _means(means[known], means_variances[known] + across, one, 1)
    )
    share = np.divide(across, across + means_variances, out=np.zeros(group_count), where=known)
    drawn = mean + share * (np.where(known, means, mean) - mean)
    # what is left to know of a group's mean: its own part, and the mean of all where it leans on it
    left = np.where(known, share * np.where(known, means_variances, 0), across)
    drawn_variance = left + (1 - share) ** 2 * (mean_variance if np.isfinite(mean_variance) else 0)
    weight = inside / (inside + variances)
    centre = drawn[groups]
    return Pooled(
        estimates=centre + weight * (measured - centre),
        errors=np.sqrt(weight * variances + (1 - weight) ** 2 * drawn_variance[groups]),
        weights=weight,
        group_means=drawn,
        group_errors=np.sqrt(drawn_variance),
        mean=mean,
        inside=inside,
        across=across,
    )


def _variance(measured: Array, variances: Array, groups: Array, group_count: int) -> float:
    """How members differ beyond their errors; 0 where they differ no more than chance lets them."""
    weight = 1 / variances
    total = np.bincount(groups, weight, group_count)
    members = np.bincount(groups, minlength=group_count)
    whole = np.maximum(total, 1e-300)
    mean = np.bincount(groups, weight * measured, group_count) / whole
    spread = float((weight * (measured - mean[groups]) ** 2).sum())
    chance = float(np.maximum(members - 1, 0).sum())
    scale = float((total - np.bincount(groups, weight**2, group_count) / whole).sum())
    return max((spread - chance) / scale, 0.0) if chance and scale > 0 else 0.0


def _means(
    measured: Array, variances: Array, groups: Array, group_count: int
) -> tuple[Array, Array]:
    """Each group's weighted mean and its variance; infinite where it has no member."""
    weight = np.bincount(groups, 1 / variances, group_count)
    sums = np.bincount(groups, measured / variances, group_count)
    has = weight > 0
    mean = np.divide(sums, weight, out=np.zeros(group_count), where=has)
    return mean, np.divide(1.0, weight, out=np.full(group_count, np.inf), where=has)
