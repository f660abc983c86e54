"""Visits: runs of a person's events with never more than an idle time between two that follow.

A row is PART of visits, a CONVERSION, both or neither. A conversion that is no part (it came
from the till, not from the page) begins and prolongs nothing; it belongs to the visit that is
not over yet. Order within one instant means nothing.

Source  the session of Google Analytics and Segment, 30 minutes by default; unlike Universal
        Analytics' it does not end at midnight (see docs/retention-and-sessions.md).
"""

import numba
import numpy as np
import numpy.typing as npt

PART, CONVERSION = 1, 2
NO_AMOUNT = np.iinfo(np.int64).min
Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]

# what sums_by_group adds up
VISITS, EVENTS, BOUNCES, MICROSECONDS, CONVERTED, AMOUNT = range(6)


@numba.njit(nogil=True, cache=True)
def marked(codes: npt.NDArray[np.uint16], meaning: Flags, channels: Small, allowed: Flags) -> Flags:
    """PART and CONVERSION per row, by the meaning of its code.

    ``allowed``: what a row of a channel may be at most, by channel code, the last of none.
    """
    flags = np.empty(len(codes), dtype=np.uint8)
    for row in range(len(codes)):
        flags[row] = meaning[codes[row]] & allowed[channels[row]]
    return flags


@numba.njit(nogil=True, cache=True)
def visits_of(
    offsets: Whole,
    moments: Whole,
    flags: Flags,
    amounts: Whole,
    idle: int,
    begin: int,
    until: int,
    end: int,
) -> tuple[Small, Small, Small, Small, Small, Whole]:
    """Per visit that begins from ``begin`` up to ``until``: its person, first and last row,
    events, conversions, and their amount.

    A gap of exactly ``idle`` still belongs to the visit. Nothing from ``end`` on exists.
    ``amounts``: per row, or empty.
    """
    most = len(moments)  # memory that is never written to is never taken
    person_of, events = np.empty(most, np.int32), np.empty(most, np.int32)
    first, last = np.empty(most, np.int32), np.empty(most, np.int32)
    conversions, amount = np.empty(most, np.int32), np.empty(most, np.int64)
    found = -1
    for person in range(len(offsets) - 1):
        latest = np.int64(0)
        is_known, is_counted = False, False
        for row in range(offsets[person], offsets[person + 1]):
            flag = flags[row]
            if flag == 0:
                continue
            moment = moments[row]
            if moment >= end:
                break
            if flag & PART:
                if not is_known or moment - latest > idle:
                    if moment >= until:
                        break
                    is_known, is_counted = True, moment >= begin
                    if is_counted:
                        found += 1
                        person_of[found], first[found], events[found] = person, row, 0
                        conversions[found], amount[found] = 0, 0
                        at_once = _conversions_before(moments, flags, amounts, offsets[person], row)
                        conversions[found] += at_once[0]
                        amount[found] += at_once[1]
                latest = moment
                if is_counted:
                    events[found] += 1
                    last[found] = row
            if flag & CONVERSION and is_counted and moment - latest <= idle:
                conversions[found] += 1
                amount[found] += _amount(amounts, row)
    count = found + 1
    return (
        person_of[:count].copy(),
        first[:count].copy(),
        last[:count].copy(),
        events[:count].copy(),
        conversions[:count].copy(),
        amount[:count].copy(),
    )


@numba.njit(nogil=True, cache=True)
def _conversions_before(
    moments: Whole, flags: Flags, amounts: Whole, start: int, row: int
) -> tuple[np.int64, np.int64]:
    """Conversions, and their amount, in the instant of a visit's first row that stand before it."""
    count, amount = np.int64(0), np.int64(0)
    before = row - 1
    while before >= start and moments[before] == moments[row]:
        if flags[before] & CONVERSION:
            count += 1
            amount += _amount(amounts, before)
        before -= 1
    return count, amount


@numba.njit(nogil=True, cache=True)
def _amount(amounts: Whole, row: int) -> np.int64:
    if len(amounts) == 0 or amounts[row] == NO_AMOUNT:
        return np.int64(0)
    return np.int64(amounts[row])


@numba.njit(nogil=True, cache=True)
def first_known(
    codes: Small,
    ranks: Small,
    flags: Flags,
    moments: Whole,
    first: Small,
    last: Small,
    is_backwards: bool,
) -> Small:
    """Per visit the code of its earliest instant that has one, or of its latest; -1 for none.

    Of several codes of that instant the one of the lowest rank, and backwards of the highest:
    as if the rows of an instant stood in the order of ``ranks`` (by code).
    """
    found = np.full(len(first), -1, dtype=np.int32)
    step = -1 if is_backwards else 1
    for visit in range(len(first)):
        row = last[visit] if is_backwards else first[visit]
        best, at = -1, np.int64(0)
        while first[visit] <= row <= last[visit] and (best == -1 or moments[row] == at):
            code = codes[row]
            if (
                flags[row] & PART
                and code != -1
                and (best == -1 or (ranks[code] > ranks[best]) == is_backwards)
            ):
                best, at = code, moments[row]
            row += step
        found[visit] = best
    return found


@numba.njit(nogil=True, cache=True)
def sums_by_group(
    group: Small,
    events: Small,
    lengths: Whole,
    conversions: Small,
    amount: Whole,
    sums: npt.NDArray[np.int64],
) -> None:
    """Add visits to ``sums[group, what]``; a group of -1 is the last one."""
    for visit in range(len(group)):
        mine = sums[group[visit]]
        mine[VISITS] += 1
        mine[EVENTS] += events[visit]
        mine[BOUNCES] += events[visit] == 1
        mine[MICROSECONDS] += lengths[visit]
        mine[CONVERTED] += conversions[visit] > 0
        mine[AMOUNT] += amount[visit]


@numba.njit(nogil=True, cache=True)
def people_by_group(person: Small, group: Small, group_count: int) -> Whole:
    """How many people have a visit in each group. A person's visits follow one another."""
    people = np.zeros(group_count, dtype=np.int64)
    seen = np.full(group_count, -1, dtype=np.int64)
    for visit in range(len(person)):
        if seen[group[visit]] != person[visit]:
            seen[group[visit]] = person[visit]
            people[group[visit]] += 1
    return people
