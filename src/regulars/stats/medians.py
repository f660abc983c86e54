"""Exact medians of values that lie in sorted runs, without putting the runs together.

Source  the value of a rank by bisection of the range of values, a count per step: Blum et al.
        (1973) Time bounds for selection, J. Computer and System Sciences 7(4), for the problem.
"""

import numba
import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.uint32]
Whole = npt.NDArray[np.int64]
_HIGHEST = (1 << 32) - 1


@numba.njit(nogil=True, cache=True)
def medians(values: Values, bounds: Whole) -> npt.NDArray[np.float64]:
    """The median of each group of values, and of all; NaN where a group has none.

    ``bounds[run, group]`` to ``bounds[run, group + 1]``: a group's values in a run, rising.
    """
    groups = bounds.shape[1] - 1
    found = np.empty(groups + 1, dtype=np.float64)
    for group in range(groups + 1):
        low, high = (0, groups) if group == groups else (group, group + 1)
        count = (bounds[:, high] - bounds[:, low]).sum()
        if count == 0:
            found[group] = np.nan
            continue
        lower = _of_rank(values, bounds, low, high, (count - 1) // 2)
        upper = lower if count % 2 else _of_rank(values, bounds, low, high, count // 2)
        found[group] = (lower + upper) / 2
    return found


@numba.njit(nogil=True, cache=True)
def _of_rank(values: Values, bounds: Whole, low: int, high: int, rank: int) -> int:
    """The least value that more than ``rank`` values of these groups do not exceed."""
    least, most = 0, _HIGHEST
    while least < most:
        middle = (least + most) // 2
        count = np.int64(0)
        for run in range(bounds.shape[0]):
            for group in range(low, high):
                start, stop = bounds[run, group], bounds[run, group + 1]
                count += np.int64(np.searchsorted(values[start:stop], middle, side="right"))
        if count > rank:
            most = middle
        else:
            least = middle + 1
    return least
