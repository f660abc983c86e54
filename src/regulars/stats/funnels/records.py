"""What the funnels' kernels read, and the records of runs that they write."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).min
# of a run: its entry, its value's rank, when it passed the marked step, when it got here
ENTERED, RANK, MARKED, REACHED = 0, 1, 2, 3


class Rows(NamedTuple):
    """Events in groups, by moment. A class is a set of steps, perhaps excluded; by class:

    ``steps_of[class, step from 0]`` and ``is_excluded``. ``ranks``: of the event's value.
    """

    moments: Ints
    classes: Ints
    ranks: Ints
    steps_of: npt.NDArray[np.bool_]
    is_excluded: npt.NDArray[np.bool_]


class Rules(NamedTuple):
    """Entries lie in [entry_from, entry_until); a step up to ``window`` after it counts."""

    entry_from: int
    entry_until: int
    window: int
    marked_step: int
    is_exact: bool
    is_ranked: bool


@numba.njit(nogil=True, cache=True)
def added(records: Ints, count: int, person: int, step: int, run: Ints, rank: int) -> Ints:
    """The records with one more: person, step, entered, marked, reached, rank."""
    if count == len(records):
        larger = np.empty((2 * count, 6), dtype=np.int64)
        larger[:count] = records
        records = larger
    record = records[count]
    record[0], record[1], record[2] = person, step, run[ENTERED]
    record[3], record[4], record[5] = run[MARKED], run[REACHED], rank
    return records


@numba.njit(nogil=True, cache=True)
def keep_better(best: Ints, level: int, runs: Ints, place: int) -> None:
    """Of two runs the later entry, then the earlier arrival, the lower rank, the earlier mark."""
    difference = best[level, ENTERED] - runs[place, ENTERED]
    if best[level, ENTERED] == NEVER:
        difference = -1
    if difference == 0:
        difference = runs[place, REACHED] - best[level, REACHED]
    if difference == 0:
        difference = runs[place, RANK] - best[level, RANK]
    if difference == 0:
        difference = runs[place, MARKED] - best[level, MARKED]
    if difference < 0:
        for part in range(4):
            best[level, part] = runs[place, part]
