"""What is not known of the parameters, carried to what is said of customers.

Over the logarithms of the parameters the likelihood is about normal. Two ways from there, both
without chance: the delta method for a probability (over its log odds), and, for a distribution
to be averaged, the 2d points of the cubature rule, which have the normal's mean and covariance.

Source  Oehlert (1992) A note on the delta method. The American Statistician 46(1), 27-29.
        Arasaratnam & Haykin (2009) Cubature Kalman filters. IEEE Transactions on Automatic
        Control 54(6), 1254-1269, section IV.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, logit

from regulars.stats.buying.histories import Floats
from regulars.stats.buying.maximum import Maximum
from regulars.stats.proportions import NORMAL_95

_STEP = 1e-3
# so well known (standard error of the logarithm), parameters change no interval that one sees
WELL_KNOWN = 0.02
# so badly known, a parameter could be a hundred times what it is: the normal is no guide there
UNKNOWN = 5.0


def is_bounded(found: Maximum) -> bool:
    """Whether the data bounds the parameters, so that an interval can be told."""
    if not found.is_found or not np.isfinite(found.covariance).all():
        return False
    return bool(np.sqrt(np.diag(found.covariance)).max() < UNKNOWN)


def probability_interval(
    probability: Callable[[Floats], Floats], found: Maximum
) -> tuple[Floats, Floats]:
    """The 95% interval of probabilities that follow from the parameters; NaN if unbounded."""
    middle = probability(found.parameters)
    if not is_bounded(found):
        return np.full_like(middle, np.nan), np.full_like(middle, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = logit(middle)
        slopes = []
        for place in range(len(found.parameters)):
            step = np.zeros(len(found.parameters))
            step[place] = _STEP
            up, down = (probability(found.parameters * np.exp(way * step)) for way in (1, -1))
            slopes.append((logit(up) - logit(down)) / (2 * _STEP))
        slope = np.nan_to_num(np.stack(slopes))  # certain whatever the parameters
        spread = NORMAL_95 * np.sqrt(np.einsum("in,ij,jn->n", slope, found.covariance, slope))
    return expit(odds - spread), expit(odds + spread)


def cubature_points(found: Maximum) -> Floats:
    """Equally likely points of the parameters, one a row; the maximum alone where that will do."""
    if not is_bounded(found) or np.sqrt(np.diag(found.covariance)).max() < WELL_KNOWN:
        return found.parameters[None, :]
    size = len(found.parameters)
    spread = np.linalg.cholesky(found.covariance) * np.sqrt(size)
    return np.asarray(found.parameters * np.exp(np.vstack([spread.T, -spread.T])))
