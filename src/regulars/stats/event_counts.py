"""How far a number of events, counted, can be trusted.

Source  Garwood (1936) Fiducial limits for the Poisson distribution. Biometrika 28(3/4), 437-442.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def poisson_intervals(counts: npt.ArrayLike) -> tuple[Floats, Floats]:
    """The low and high ends of the exact 95% intervals of what so many are expected to be."""
    from scipy.special import gammaincinv

    seen = np.asarray(counts, dtype=np.float64)
    low = np.where(seen > 0, gammaincinv(np.maximum(seen, 1e-9), 0.025), 0.0)
    return low, np.asarray(gammaincinv(seen + 1, 0.975))
