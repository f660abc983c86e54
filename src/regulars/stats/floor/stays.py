"""Stays in zones, and how long each lasted without counting any moment twice.

A zone left is a stay as long as the sensor says, else since the last entry into that zone that
no other leaving has taken, else of no length. An entry that no leaving takes is a stay up to
the first thing that says otherwise: somebody leaves that zone, enters another, or the visit
ends. Where stays overlap (sensors of neighbouring zones, two sensors of one), each moment
belongs to the zone that was entered last, so that the zones add up to the time in zones.
"""

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.floor.visits import ZONE_ENTERED, ZONE_LEFT

Array = npt.NDArray[Any]
NEVER = np.iinfo(np.int64).max


class Stays(NamedTuple):
    """One place per stay. Moments in microseconds."""

    visit: Array
    zone: Array
    begin: Array
    end: Array


@numba.njit(nogil=True, cache=True)
def find_stays(
    visit: Array,
    kinds: Array,
    zones: Array,
    moments: Array,
    dwell: Array,
    starts: Array,
    ends: Array,
    zone_count: int,
) -> Stays:
    """The stays that rows of zones entered and left tell of, in the order of the rows.

    Rows by (visit, moment, kind): at one instant entries come before leavings. ``starts`` and
    ``ends``: of each visit. ``dwell``: microseconds, below 0 where a leaving does not say.
    """
    count = len(moments)
    begin, end = np.empty(count, np.int64), np.empty(count, np.int64)
    is_stay = np.ones(count, np.bool_)
    below = np.empty(count, np.int64)  # of an entry: the one into the zone before it
    top = np.full(zone_count, -1, np.int64)
    next_left = np.full(zone_count, NEVER, np.int64)
    first = 0
    while first < count:
        last = first
        while last < count and visit[last] == visit[first]:
            top[zones[last]], next_left[zones[last]] = -1, NEVER
            last += 1
        for row in range(first, last):
            zone = zones[row]
            if kinds[row] == ZONE_ENTERED:
                below[row], top[zone] = top[zone], row
                begin[row] = moments[row]
                continue
            entry = top[zone]
            begin[row] = end[row] = moments[row]
            if entry >= 0:
                top[zone], is_stay[entry] = below[entry], False
                begin[row] = moments[entry]
            if dwell[row] >= 0:
                begin[row] = max(moments[row] - dwell[row], starts[visit[row]])
        _end_entries(first, last, kinds, zones, moments, ends[visit[first]], next_left, end)
        first = last
    return Stays(visit[is_stay], zones[is_stay], begin[is_stay], end[is_stay])


@numba.njit(nogil=True, cache=True)
def _end_entries(
    first: int,
    last: int,
    kinds: Array,
    zones: Array,
    moments: Array,
    visit_end: int,
    next_left: Array,
    end: Array,
) -> None:
    """Ends each entry of a visit at the first later sign that the person was elsewhere."""
    next_zone, next_entry, next_other = -1, NEVER, NEVER  # the other: into another zone than it
    row = last - 1
    while row >= first:
        before = row
        while before >= first and moments[before] == moments[row]:
            if kinds[before] == ZONE_ENTERED:
                elsewhere = next_other if zones[before] == next_zone else next_entry
                end[before] = min(visit_end, next_left[zones[before]], elsewhere)
            before -= 1
        for place in range(before + 1, row + 1):
            if kinds[place] == ZONE_LEFT:
                next_left[zones[place]] = moments[place]
            else:
                if zones[place] != next_zone:
                    next_other, next_zone = next_entry, zones[place]
                next_entry = moments[place]
        row = before


@numba.njit(nogil=True, cache=True)
def time_in_zones(visit: Array, begin: Array, end: Array) -> Array:
    """Microseconds of each stay in which it was the one begun last.

    Stays by (visit, begin); of those begun at once the later place is the last.
    """
    count = len(visit)
    lasted = np.zeros(count, np.int64)
    stack = np.empty(count, np.int64)
    depth, now = 0, np.int64(0)
    for place in range(count + 1):
        ends_visit = place == count or (place > 0 and visit[place] != visit[place - 1])
        until = NEVER if ends_visit else begin[place]
        while depth and now < until:
            top = stack[depth - 1]
            reached = min(end[top], until)
            if reached > now:
                lasted[top] += reached - now
                now = reached
            if end[top] <= now:
                depth -= 1
        if ends_visit:
            depth = 0
        if place < count:
            now = begin[place]
            stack[depth] = place
            depth += 1
    return lasted
