"""Visits to a store, cut from what sensors saw of one person there.

A visit begins with an entry and ends with an exit. Where an exit was missed it ends with what
was last sensed: nothing more comes within the idle time, or the person enters anew after more
than standing at the door. Where an entry was missed it begins with what is first sensed, or
as long before as that says that the person had been there (dwell of a zone left).

Events of one instant have no order: at an instant with an exit and an entry, all else belongs
to the visit that ends; one with an exit and an entry and no visit before it is a visit of no
length.
"""

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
KINDS = ("Store Entered", "Zone Entered", "Product Picked Up", "Zone Left", "Store Left")
ENTERED, ZONE_ENTERED, PICKED, ZONE_LEFT, LEFT = range(len(KINDS))
NOT_SENT = -1  # a dwell that the sensor does not say


class Visits(NamedTuple):
    """One place per visit. Moments in microseconds."""

    start: Array
    end: Array
    has_entry: Array
    has_exit: Array
    first_row: Array  # any row of the visit: whose and where


@numba.njit(nogil=True, cache=True)
def cut_visits(
    groups: Array, moments: Array, kinds: Array, dwell: Array, idle: int
) -> tuple[Array, Visits]:
    """The visit of each row, and the visits.

    Rows by (group, moment, kind); a group is one person in one store. ``dwell``: microseconds
    that the row says the person had been there, NOT_SENT where it does not say.
    """
    count = len(moments)
    of_row = np.empty(count, np.int64)
    visits = Visits(
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.zeros(count, np.bool_),
        np.zeros(count, np.bool_),
        np.empty(count, np.int64),
    )
    current = -1
    is_open, at_door = False, False
    row = 0
    while row < count:
        after, longest = row, 0
        while after < count and groups[after] == groups[row] and moments[after] == moments[row]:
            longest = max(longest, dwell[after])
            after += 1
        moment = moments[row]
        enters, leaves = kinds[row] == ENTERED, kinds[after - 1] == LEFT
        is_new = row == 0 or groups[row - 1] != groups[row]
        if is_new or (is_open and moment - longest - visits.end[current] > idle):
            is_open = False
        entries = 0
        while row + entries < after and kinds[row + entries] == ENTERED:
            entries += 1
        if is_open and enters and leaves:
            of_row[row + entries : after] = current
            visits.end[current], visits.has_exit[current] = moment, True
            current = _opened(visits, current, row, moment, True)
            of_row[row : row + entries] = current
            at_door, row = True, after
            continue
        if is_open and enters and not at_door:
            is_open = False
        if not is_open:
            start = moment if enters else moment - longest
            if not is_new:
                start = max(start, visits.end[current])
            current = _opened(visits, current, row, start, enters)
            is_open, at_door = True, True
        of_row[row:after] = current
        visits.end[current] = moment
        at_door = at_door and row + entries == after
        if leaves:
            visits.has_exit[current] = True
            is_open = False
        row = after
    return of_row, _first(visits, current + 1)


@numba.njit(nogil=True, cache=True)
def _opened(visits: Visits, current: int, row: int, start: int, has_entry: bool) -> int:
    visits.start[current + 1] = start
    visits.end[current + 1] = start
    visits.has_entry[current + 1] = has_entry
    visits.first_row[current + 1] = row
    return current + 1


@numba.njit(nogil=True, cache=True)
def _first(visits: Visits, count: int) -> Visits:
    return Visits(
        visits.start[:count],
        visits.end[:count],
        visits.has_entry[:count],
        visits.has_exit[:count],
        visits.first_row[:count],
    )
