"""The funnel that is asked most: steps in this order, people counted, every event of one step.

One pass over the rows. Of each step it keeps the latest entry with which the step was
reached: a later entry has its whole window before it, so an earlier one can do no more.

Source  the latest-start rule of sequential pattern matching in a sliding window: Mannila,
        Toivonen & Verkamo (1997) Discovery of Frequent Episodes in Event Sequences, Data
        Mining and Knowledge Discovery 1, section 4.2 (serial episodes).
"""

import numba
import numpy as np
import numpy.typing as npt

NEVER = np.iinfo(np.int64).min
Reached = tuple[
    npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]
]


@numba.njit(nogil=True, cache=True)
def latest_starts(
    offsets: npt.NDArray[np.int64],
    moments: npt.NDArray[np.int64],
    codes: npt.NDArray[np.uint16],
    step_of: npt.NDArray[np.uint8],
    step_count: int,
    entry_from: int,
    entry_until: int,
    end: int,
    window: int,
    is_wanted: npt.NDArray[np.bool_],
) -> Reached:
    """How many people reached each step; by step, who, with which entry, and when.

    ``offsets``: person p has rows offsets[p] to offsets[p + 1], by moment. ``step_of``: by
    code, the step from 1, or 0. Of each step as many places are filled as people reached it.
    """
    people = len(offsets) - 1
    counts = np.zeros(step_count, dtype=np.int64)
    who = np.empty((step_count, people), dtype=np.int32)
    entered, reached = np.empty(who.shape, np.int64), np.empty(who.shape, np.int64)
    start, at = np.empty(step_count + 1, np.int64), np.empty(step_count + 1, np.int64)
    # a step is open where its event would bring a later entry; step 0, no step, never is
    is_open = np.zeros(step_count + 2, dtype=np.bool_)
    for person in range(people):
        if not is_wanted[person]:
            continue
        for step in range(step_count + 1):
            start[step] = NEVER
            is_open[step] = step == 1
        first = offsets[person]
        for row in range(first, offsets[person + 1]):
            step = step_of[codes[row]]
            if not is_open[step]:
                continue
            moment = moments[row]
            if moment >= end:
                break
            if step == 1:
                if not entry_from <= moment < entry_until or moment == start[1]:
                    continue
                entry = moment
            else:
                entry = start[step - 1]
                is_open[step] = False
                if moment - entry > window:
                    continue
            start[step] = entry
            at[step] = moment
            is_open[step + 1] = True
            if row > first and moments[row - 1] == moment:
                _catch_up(start, at, is_open, step, first, row, moments, codes, step_of, window)
        step = 0
        while step < step_count and start[step + 1] != NEVER:
            place = counts[step]
            who[step, place] = person
            entered[step, place], reached[step, place] = start[step + 1], at[step + 1]
            counts[step] += 1
            step += 1
    return counts, who, entered, reached


@numba.njit(nogil=True, cache=True)
def _catch_up(
    start: npt.NDArray[np.int64],
    at: npt.NDArray[np.int64],
    is_open: npt.NDArray[np.bool_],
    step: int,
    first: int,
    row: int,
    moments: npt.NDArray[np.int64],
    codes: npt.NDArray[np.uint16],
    step_of: npt.NDArray[np.uint8],
    window: int,
) -> None:
    """Rows of the same instant that stand before this one may be the steps after it."""
    moment = moments[row]
    present = np.uint64(0)
    other = row - 1
    while other >= first and moments[other] == moment:
        number = np.uint64(step_of[codes[other]])
        if number > 0:
            present |= np.uint64(1) << (number - np.uint64(1))
        other -= 1
    entry = start[step]
    following = step + 1
    while following < len(start) and (present >> np.uint64(following - 1)) & np.uint64(1):
        if entry <= start[following] or moment - entry > window:
            break
        start[following] = entry
        at[following] = moment
        is_open[following] = False
        is_open[following + 1] = True
        following += 1
