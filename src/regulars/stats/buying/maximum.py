"""Maximum likelihood over positive parameters, with standard errors.

The search runs over the logarithms of the parameters, from several starts; the standard
errors come from the inverse of the observed information (the negative Hessian at the
maximum), carried back to the parameters by the delta method.

Source  Efron & Hinkley (1978) Assessing the accuracy of the maximum likelihood estimator:
        observed versus expected Fisher information. Biometrika 65(3), 457-483.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
# the parameters -> the log-likelihood and its gradient
Likelihood = Callable[[Floats], tuple[float, Floats]]
_BOUND = 25.0  # of a logarithm: beyond it a parameter is as good as 0 or endless
_STEP = 1e-4
_MOST_STEPS = 20
_CLOSE = 1e-7  # of the whole log-likelihood: so little is left to gain


@dataclass(frozen=True)
class Maximum:
    """Where the log-likelihood is greatest.

    ``covariance`` is of the logarithms of the parameters (to draw from); its entries are NaN
    where the data does not bound a parameter.
    """

    parameters: Floats
    standard_errors: Floats
    log_likelihood: float
    covariance: Floats
    is_found: bool


def maximise(likelihood: Likelihood, starts: Sequence[Sequence[float]], scale: float) -> Maximum:
    """The best maximum from several starts. ``scale``: about how many rows, for the tolerance."""
    downhill = _downhill(likelihood, scale)
    logs = [np.log(np.asarray(start, dtype=np.float64)) for start in starts]
    found = [_searched(downhill, start, np.eye(len(start))) for start in logs]
    return _described(downhill, min(found, key=lambda place: downhill(place)[0]), scale)


def refine(likelihood: Likelihood, near: Maximum, near_scale: float, scale: float) -> Maximum:
    """The maximum of a likelihood that another of ``near_scale`` rows comes near to.

    By Newton's steps with the other's curvature: few, for the two are alike. Where they do not
    lead to the top, by search.
    """
    downhill = _downhill(likelihood, scale)
    shape = near.covariance * near_scale
    logs = np.log(near.parameters)
    lowest, slope = downhill(logs)
    for _ in range(_MOST_STEPS):
        step = -shape @ slope
        if -(slope @ step) * scale < _CLOSE:
            return _described(downhill, logs, scale, slope)
        value, next_slope = downhill(logs + step)
        if not value < lowest:
            break
        logs, lowest, slope = logs + step, value, next_slope
    spread = np.asarray(np.linalg.cholesky(shape), dtype=np.float64)
    logs = _searched(downhill, logs, spread)
    return _described(downhill, logs, scale)


def _downhill(likelihood: Likelihood, scale: float) -> Likelihood:
    """What is to be made small: per row, over the logarithms of the parameters."""

    def downhill(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = likelihood(parameters)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            return 1e300, np.zeros_like(logs)
        return -value / scale, -gradient * parameters / scale

    return downhill


def _searched(downhill: Likelihood, start: Floats, spread: Floats) -> Floats:
    """The lowest place, in steps that ``spread`` makes about equally steep all round."""

    def stepped(steps: Floats) -> tuple[float, Floats]:
        logs = np.clip(start + spread @ steps, -_BOUND, _BOUND)
        value, gradient = downhill(logs)
        return value, spread.T @ gradient

    found = minimize(
        stepped,
        np.zeros(len(start)),
        jac=True,
        method="BFGS",  # of four variables; L-BFGS-B's own threads cost more than it saves
        options={"maxiter": 1000, "gtol": 1e-8},
    )
    return np.asarray(np.clip(start + spread @ found.x, -_BOUND, _BOUND))


def _described(
    downhill: Likelihood, logs: Floats, scale: float, known_slope: Floats | None = None
) -> Maximum:
    """Everything about the maximum found; ``known_slope`` there saves half of the Hessian."""
    lowest, slope = downhill(logs)
    covariance = _covariance(lambda at: downhill(at)[1] * scale, logs, known_slope, scale)
    parameters, spread = np.exp(logs), np.sqrt(np.diag(covariance))
    is_found = bool(np.abs(slope).max() < 1e-5 and np.abs(logs).max() < _BOUND)
    return Maximum(parameters, parameters * spread, -lowest * scale, covariance, is_found)


def _covariance(
    slope: Callable[[Floats], Floats], logs: Floats, here: Floats | None, scale: float
) -> Floats:
    """The inverse of the Hessian by differences of the gradient, central ones unless its value
    per row of ``scale`` is known here already; NaN where it has none."""
    size = len(logs)
    hessian = np.empty((size, size))
    for place in range(size):
        step = np.zeros(size)
        step[place] = _STEP
        if here is None:
            hessian[place] = (slope(logs + step) - slope(logs - step)) / (2 * _STEP)
        else:
            hessian[place] = (slope(logs + step) - here * scale) / _STEP
    hessian = (hessian + hessian.T) / 2
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).min() <= 0:
        return np.full((size, size), np.nan)
    return np.asarray(np.linalg.inv(hessian))
