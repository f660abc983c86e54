"""How far a share of people, counted, can be trusted.

Source  Wilson (1927) Probable inference, the law of succession, and statistical inference,
        J. American Statistical Association 22(158), 209-212; recommended for every size of
        sample by Brown, Cai & DasGupta (2001), Statistical Science 16(2), 101-133.
"""

import numpy as np
import numpy.typing as npt

NORMAL_95 = 1.959963984540054  # the normal distribution's quantile of 0.975
Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


def wilson_intervals(successes: Whole, trials: Whole) -> tuple[Numbers, Numbers]:
    """The low and high ends of the 95% score intervals of rates; every trial is above 0."""
    rate, spread = successes / trials, NORMAL_95**2 / trials
    middle = rate + spread / 2
    half = NORMAL_95 * np.sqrt(rate * (1 - rate) / trials + spread / (4 * trials))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    # rounding must not put an end of 0 or of 1 on the wrong side of the rate itself
    return np.maximum(0.0, np.minimum(low, rate)), np.minimum(1.0, np.maximum(high, rate))
