"""What lies beside a visit: its orders at the till, and what the same person did online."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@numba.njit(nogil=True, cache=True)
def visits_of_orders(
    visit_groups: Array,
    starts: Array,
    ends: Array,
    order_groups: Array,
    moments: Array,
    tolerance: int,
) -> Array:
    """The visit that each order at a till belongs to, -1 for none.

    It is the last visit that began no later than the order, where the order came before the
    visit's end and the tolerance. Both by (group, moment); a group is one person in one store,
    and its visits do not overlap.
    """
    found = np.full(len(moments), -1, np.int64)
    visit = 0
    for order in range(len(moments)):
        group, moment = order_groups[order], moments[order]
        while visit < len(starts) and (
            visit_groups[visit] < group
            or (visit_groups[visit] == group and starts[visit] <= moment)
        ):
            visit += 1
        last = visit - 1
        if last >= 0 and visit_groups[last] == group and moment - ends[last] <= tolerance:
            found[order] = last
    return found


@numba.njit(nogil=True, cache=True)
def any_within(
    offsets: Array, moments: Array, wanted: Array, people: Array, lows: Array, highs: Array
) -> Array:
    """bool per question: the person has a wanted row from ``low`` on and before ``high``.

    ``offsets``: person p has rows offsets[p] to offsets[p + 1], by moment.
    """
    found = np.zeros(len(people), np.bool_)
    for place in range(len(people)):
        first, last = offsets[people[place]], offsets[people[place] + 1]
        row = first + np.searchsorted(moments[first:last], lows[place])
        while row < last and moments[row] < highs[place]:
            if wanted[row]:
                found[place] = True
                break
            row += 1
    return found


@numba.njit(nogil=True, cache=True)
def zones_at(visit: Array, moments: Array, stays: tuple[Array, Array, Array, Array]) -> Array:
    """The zone in which a visit was at a moment, of several the one begun last; -1 for none.

    ``stays``: visit, zone, begin and end of each, by (visit, begin).
    """
    stay_visit, zone, begin, end = stays
    found = np.full(len(visit), -1, np.int64)
    for place in range(len(visit)):
        stay = np.searchsorted(stay_visit, visit[place], side="right") - 1
        while stay >= 0 and stay_visit[stay] == visit[place]:
            if begin[stay] <= moments[place] <= end[stay]:
                found[place] = zone[stay]
                break
            stay -= 1
    return found
