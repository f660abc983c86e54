"""Who came back in which period after a first event: single passes over people's rows.

Events are told by ``codes`` per row and ``meaning`` per code: FIRST, RETURNING, both, or
neither. Order within one instant means nothing, so a person's first event is whichever of
that instant leaves another one to return by; what it is split by has a rule of its own.

Source  cohorts by first event and calendar age: Ryder (1965) The cohort as a concept in the
        study of social change, American Sociological Review 30(6); terms as in docs/
        retention-and-sessions.md.
"""

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.period_numbers import period_of

FIRST, RETURNING = 1, 2
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16] | npt.NDArray[np.uint8]
Meaning = npt.NDArray[np.uint8]


@numba.njit(nogil=True, cache=True)
def first_rows(
    offsets: Whole,
    moments: Whole,
    codes: Codes,
    meaning: Meaning,
    begin: int,
    end: int,
    is_new_only: bool,
) -> Whole:
    """The row of each person's first FIRST event from ``begin`` up to ``end``; -1 where none.

    ``is_new_only``: only people who had no such event before ``begin``.
    """
    people = len(offsets) - 1
    found = np.full(people, -1, dtype=np.int64)
    for person in range(people):
        for row in range(offsets[person], offsets[person + 1]):
            if not meaning[codes[row]] & FIRST:
                continue
            moment = moments[row]
            if moment >= end:
                break
            if moment >= begin:
                found[person] = row
                break
            if is_new_only:
                break
    return found


@numba.njit(nogil=True, cache=True)
def first_values(
    offsets: Whole,
    moments: Whole,
    codes: Codes,
    meaning: Meaning,
    first: Whole,
    values: npt.NDArray[np.int32],
    ranks: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """The value of each person's first event; -1 for none, and for who has no such event.

    ``first``: as first_rows gives them. ``values``: a code per row, -1 for none. Where several
    FIRST events of the instant have one, that of the lowest rank.
    """
    found = np.full(len(first), -1, dtype=np.int32)
    for person in range(len(first)):
        row = first[person]
        if row < 0:
            continue
        begun, best = moments[row], -1
        while row < offsets[person + 1] and moments[row] == begun:
            value = values[row]
            if (
                meaning[codes[row]] & FIRST
                and value != -1
                and (best == -1 or ranks[value] < ranks[best])
            ):
                best = value
            row += 1
        found[person] = best
    return found


@numba.njit(nogil=True, cache=True)
def _at_once(
    moments: Whole, codes: Codes, meaning: Meaning, start: int, row: int, stop: int
) -> tuple[int, bool]:
    """The row after the instant of a first event, and whether another event of it is a return."""
    begun = moments[row]
    while row > start and moments[row - 1] == begun:
        row -= 1
    involved, returning = 0, 0
    while row < stop and moments[row] == begun:
        involved += meaning[codes[row]] != 0
        returning += (meaning[codes[row]] & RETURNING) != 0
        row += 1
    return row, returning > 0 and involved > 1


@numba.njit(nogil=True, cache=True)
def return_counts(
    offsets: Whole,
    moments: Whole,
    codes: Codes,
    meaning: Meaning,
    first: Whole,
    group: npt.NDArray[np.int32],
    bounds: Whole,
    window: int,
    end: int,
    counts: npt.NDArray[np.int64],
) -> None:
    """Add people to ``counts[kind, group, cohort, period]``.

    kind 0: who returned in exactly that period; kind 1: whose last return (up to the last
    period that is counted) was in it; kind 2, at period 0: the cohort's people.
    ``first``: the row of each person's first event, -1 = is not counted. ``window``: the
    length of a period from the person's own first event on, in microseconds; 0 = periods of
    the calendar, between ``bounds``. Nothing from ``end`` on exists.
    """
    last_period = counts.shape[3] - 1
    for person in range(len(offsets) - 1):
        row = first[person]
        if row < 0:
            continue
        begun, stop = moments[row], offsets[person + 1]
        cohort = period_of(bounds, begun)
        mine = counts[:, group[person], cohort]
        mine[2, 0] += 1
        row, is_back = _at_once(moments, codes, meaning, offsets[person], row, stop)
        last = -1
        if is_back:
            mine[0, 0] += 1
            last = 0
        period = cohort
        while row < stop and last < last_period:
            if meaning[codes[row]] & RETURNING:
                moment = moments[row]
                if moment >= end:
                    break
                if window > 0:
                    number = (moment - begun) // window
                else:
                    if moment >= bounds[period + 1]:
                        period = period_of(bounds, moment)
                    number = period - cohort
                if number > last_period:
                    last = last_period
                elif number > last:
                    mine[0, number] += 1
                    last = number
            row += 1
        if last >= 0:
            mine[1, last] += 1
