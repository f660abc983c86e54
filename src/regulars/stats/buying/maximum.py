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

    def downhill(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = likelihood(parameters)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            return 1e300, np.zeros_like(logs)
        return -value / scale, -gradient * parameters / scale

    bounds = [(-_BOUND, _BOUND)] * len(starts[0])
    found = [
        minimize(
            downhill,
            np.log(np.asarray(start, dtype=np.float64)),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 1000, "ftol": 1e-15, "gtol": 1e-9},
        )
        for start in starts
    ]
    best = min(found, key=lambda result: float(result.fun))
    logs = np.asarray(best.x, dtype=np.float64)
    covariance = _covariance(lambda at: downhill(at)[1] * scale, logs)
    parameters = np.exp(logs)
    spread = np.sqrt(np.diag(covariance))
    slope = float(np.abs(downhill(logs)[1]).max())
    return Maximum(
        parameters, parameters * spread, -float(best.fun) * scale, covariance, slope < 1e-5
    )


def _covariance(slope: Callable[[Floats], Floats], logs: Floats) -> Floats:
    """The inverse of the Hessian, by central differences of the gradient; NaN where it has none."""
    size = len(logs)
    hessian = np.empty((size, size))
    for place in range(size):
        step = np.zeros(size)
        step[place] = _STEP
        hessian[place] = (slope(logs + step) - slope(logs - step)) / (2 * _STEP)
    hessian = (hessian + hessian.T) / 2
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).min() <= 0:
        return np.full((size, size), np.nan)
    return np.asarray(np.linalg.inv(hessian))
