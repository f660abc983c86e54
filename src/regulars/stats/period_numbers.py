"""The number of the period that holds a moment: guessed from the mean length, then corrected.

Days of 23 and 25 hours and months of 28 to 31 days put a guess off by one or two: far cheaper
than a search among all the bounds.
"""

import numba
import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def period_of(bounds: Whole, moment: int) -> int:
    """The last period that begins at or before a moment; ``bounds`` are one more than periods."""
    last = len(bounds) - 2
    length = max((bounds[-1] - bounds[0]) // (last + 1), 1)
    guess = min(max((moment - bounds[0]) // length, 0), last)
    while guess > 0 and bounds[guess] > moment:
        guess -= 1
    while guess < last and bounds[guess + 1] <= moment:
        guess += 1
    return guess


@numba.njit(nogil=True, cache=True)
def periods_of(bounds: Whole, moments: Whole) -> npt.NDArray[np.int32]:
    """The number of each moment's period."""
    numbers = np.empty(len(moments), dtype=np.int32)
    for place in range(len(moments)):
        numbers[place] = period_of(bounds, moments[place])
    return numbers
