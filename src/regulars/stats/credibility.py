"""Means of many people, each drawn to the mean of all by how little is known of the person.

    x_ij = theta_i + e_ij,   theta_i ~ (mu, between),   e_ij ~ (0, within)

    credibility z_i = n_i between / (n_i between + within)
    estimate  mu + z_i (mean_i - mu),   variance  between (1 - z_i)

The variances are those of the one-way random-effects analysis of variance with unequal n.

Source  Bühlmann & Straub (1970) Glaubwürdigkeit für Schadensätze, Bulletin of the Swiss
        Association of Actuaries 70, 111-133; Searle, Casella & McCulloch (1992) Variance
        Components, section 3.6, eq. 76-77, for the variances; Efron & Morris (1975), J.
        American Statistical Association 70, for what the shrinkage gains.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Credibility:
    """The mean of all, and the variances within and between people."""

    mean: float
    within: float
    between: float

    def estimates(self, counts: Array, sums: Array) -> tuple[Array, Array]:
        """Each person's mean as it is believed, and its standard error; with no observation
        the mean of all, and how far people differ."""
        weight = counts * self.between
        whole = np.maximum(weight + self.within, 1e-300)
        means = np.divide(sums, counts, out=np.full(len(sums), self.mean), where=counts > 0)
        share = weight / whole
        error = np.sqrt(self.between * (1 - share))
        return self.mean + share * (means - self.mean), error


def credibility(counts: Array, sums: Array, squares: Array) -> Credibility:
    """From each person's number of observations, their sum and the sum of their squares.

    Where nobody was observed twice, or people differ no more than chance lets them, the
    variance between is 0: everybody is as the mean.
    """
    seen = counts > 0
    n, total, square = (np.asarray(x, dtype=np.float64)[seen] for x in (counts, sums, squares))
    size, people = n.sum(), len(n)
    if not people:
        return Credibility(0.5, 0.0, 0.0)
    mean = total.sum() / size
    inside = max(float((square - total * total / n).sum()), 0.0)
    if size <= people or people < 2:
        return Credibility(float(mean), inside, 0.0)
    within = inside / (size - people)
    outside = float((n * (total / n - mean) ** 2).sum())
    between = (outside - (people - 1) * within) / (size - (n * n).sum() / size)
    return Credibility(float(mean), within, max(float(between), 0.0))
