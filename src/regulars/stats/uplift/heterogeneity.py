"""Do people differ in their answer as their scores say? The best linear predictor of the effect.

    answer = what is expected anyway + a (w - e) + b (w - e) (score - mean score) + error

with w the arm and e its chance, weighted by 1 / (e (1 - e)). a is the average effect; b is 1
where the scores are right as they stand, 0 where they say nothing of the effect. Scores and what
is expected anyway come from models that have not seen the person.

Source  Chernozhukov, Demirer, Duflo & Fernandez-Val (2018) Generic machine learning inference
        on heterogeneous treatment effects, NBER 24678, section 3.1, equation 3.1; errors:
        White (1980), Econometrica 48(4), in the variant HC1.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.uplift.qini import Estimate

Array = npt.NDArray[Any]
REACH = 1.959963984540054


@dataclass(frozen=True)
class Heterogeneity:
    """The two coefficients with their covariance, and the scores' mean."""

    average: Estimate
    slope: Estimate
    covariance: Array  # 2 x 2, of average and slope
    mean_score: float

    def effects(self, score: Array, *, differ: bool = True) -> tuple[Array, Array, Array]:
        """Effect of people with such a score and its 95% interval; where they are not known to
        ``differ``, the average for everyone. A slope below 0 is taken as 0."""
        slope = max(self.slope.value, 0.0) if differ else 0.0
        away = np.asarray(score) - self.mean_score if slope > 0 else np.zeros(len(score))
        effect = self.average.value + slope * away
        (one, both), (_, two) = self.covariance
        error = np.sqrt(np.maximum(one + 2 * away * both + away**2 * two, 0.0))
        return effect, effect - REACH * error, effect + REACH * error


def tells_apart(qini: Estimate, slope: Estimate) -> bool:
    """Whether the data says whom a treatment changes more than others: by the order of the scores
    and by their size, on people not seen, with both intervals above 0."""
    return bool(qini.low > 0 and slope.low > 0)


def heterogeneity(
    answered: Array, score: Array, treatment: Array, expected: Array, share: float | Array
) -> Heterogeneity:
    """Regress the answers; ``expected``: the chance to answer, by models that do not know the arm
    nor the person. NaN slope where all scores are equal."""
    chance = np.broadcast_to(np.asarray(share, dtype=np.float64), len(answered))
    mean = float(np.mean(score))
    arm = np.asarray(treatment, dtype=np.float64) - chance
    away = np.asarray(score, dtype=np.float64) - mean
    is_flat = float(np.std(away)) < 1e-12
    columns = [arm] if is_flat else [arm, arm * away]
    design = np.column_stack([np.ones(len(arm)), expected, *columns])
    coefficients, covariance = _weighted(design, answered, 1 / (chance * (1 - chance)))
    wanted = np.full(2, np.nan)
    wanted[: len(columns)] = coefficients[2:]
    spread = np.zeros((2, 2))
    spread[: len(columns), : len(columns)] = covariance[2:, 2:]
    errors = np.where(np.isfinite(wanted), np.sqrt(np.maximum(np.diag(spread), 0)), np.nan)
    average, slope = (
        Estimate(float(value), float(value - REACH * error), float(value + REACH * error))
        for value, error in zip(wanted, errors, strict=True)
    )
    return Heterogeneity(average, slope, spread, mean)


def _weighted(design: Array, values: Array, weight: Array) -> tuple[Array, Array]:
    """Weighted least squares: coefficients, and their covariance whatever the errors' spread."""
    count, width = design.shape
    inverse = np.linalg.pinv((design * weight[:, None]).T @ design)
    coefficients = inverse @ (design.T @ (weight * values))
    errors = weight * (values - design @ coefficients)
    middle = (design * errors[:, None] ** 2).T @ design
    return coefficients, inverse @ middle @ inverse * count / max(count - width, 1)
