"""Funnels whose steps come in any order: how many of them within one window of the first.

From the last instant to the first: of each class of events only so many of the nearest are
kept in view as it has steps, so that a look ahead from an entry is short however much the
person did. The events seen so far and one more can have one more step if there is an
augmenting path; one that finds none now never will (the matchable sets form a matroid).

Source  transversal matroids: Edmonds & Fulkerson (1965) Transversals and Matroid Partition,
        J. Research NBS 69B. Totals: earliest finish, Kleinberg & Tardos (2006), section 4.1.
"""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.funnels.matching import find_step
from regulars.stats.funnels.records import (
    ENTERED,
    MARKED,
    NEVER,
    RANK,
    REACHED,
    Ints,
    Rows,
    Rules,
    added,
    keep_better,
)

LATER = np.iinfo(np.int64).max
HEAD, FENCE = 0, 1


class View(NamedTuple):
    """The rows in view, linked from the nearest on, and by class which of them is farthest."""

    ends: Ints  # the nearest row, and the next instant that breaks a run
    following: Ints
    preceding: Ints
    nearer_same: Ints
    nearest: Ints
    farthest: Ints
    in_view: Ints
    capacity: Ints
    kind_of_step: Ints
    came_from: Ints
    queue: Ints


def view(row_count: int, steps_of: npt.NDArray[np.bool_]) -> View:
    """A view over groups of at most that many rows."""
    class_count, step_count = steps_of.shape
    sizes = (2, *(3 * [row_count]), *(3 * [class_count]))
    capacity = steps_of.sum(axis=1).astype(np.int64)
    by_step = (np.zeros(step_count + 1, dtype=np.int64) for _ in range(3))
    return View._make((*(np.zeros(size, dtype=np.int64) for size in sizes), capacity, *by_step))


@numba.njit(nogil=True, cache=True)
def best_runs_any(
    offsets: Ints, person_of: Ints, rows: Rows, rules: Rules, is_wanted: Ints, seen: View
) -> Ints:
    """Of every person and number of steps reached, the run with the latest entry."""
    steps = rows.steps_of.shape[1]
    records, count = np.empty((1024, 6), dtype=np.int64), 0
    best, run = np.empty((steps + 1, 4), np.int64), np.empty((1, 4), np.int64)
    times = np.empty(steps + 1, np.int64)
    best[:, ENTERED] = NEVER
    for group in range(len(person_of)):
        person = person_of[group]
        low, past = offsets[group], offsets[group + 1]
        level = 0
        _forget(rows, low, past, seen)
        while is_wanted[person] and past > low and level < steps:
            first = _take_in(rows, low, past, seen)
            found = _look_ahead(rows, rules, low, first, past, steps, seen, times)
            if found > level:
                run[0, ENTERED], run[0, RANK] = rows.moments[first], _rank(rows, first, past)
            while level < found:
                level += 1
                run[0, MARKED] = times[rules.marked_step] if rules.marked_step <= level else 0
                run[0, REACHED] = times[level]
                keep_better(best, level, run, 0)
            past = first
        if group + 1 == len(person_of) or person_of[group + 1] != person:
            level = steps
            while level > 0 and best[level, ENTERED] == NEVER:
                level -= 1
            for step in range(1, level + 1):
                records = added(records, count, person, step, best[step], best[level, RANK])
                count += 1
            best[:, ENTERED] = NEVER
    return records[:count]


@numba.njit(nogil=True, cache=True)
def all_runs_any(
    offsets: Ints, person_of: Ints, rows: Rows, rules: Rules, is_wanted: Ints, seen: View
) -> Ints:
    """For every number of steps, as many runs of so many as do not overlap."""
    steps = rows.steps_of.shape[1]
    records, count = np.empty((1024, 6), dtype=np.int64), 0
    soonest = np.empty((len(seen.following) + 1, 4), np.int64)
    entry = np.zeros(4, np.int64)
    times = np.empty(steps + 1, np.int64)
    for group in range(len(person_of)):
        person = person_of[group]
        if not is_wanted[person]:
            continue
        low, high = offsets[group], offsets[group + 1]
        for row in range(low, high):
            moment = rows.moments[row]
            is_inside = rules.entry_from <= moment < rules.entry_until
            if is_inside and seen.capacity[rows.classes[row]]:
                entry[ENTERED] = entry[MARKED] = entry[REACHED] = moment
                records = added(records, count, person, 1, entry, rows.ranks[row])
                count += 1
        for top in range(2, steps + 1):
            _soonest_runs(rows, rules, low, high, top, seen, times, soonest)
            row = low
            while row < high and soonest[row - low, REACHED] != LATER:
                run = soonest[row - low]
                records = added(records, count, person, top, run, run[RANK])
                count += 1
                while row < high and rows.moments[row] <= run[REACHED]:
                    row += 1
    return records[:count]


@numba.njit(nogil=True, cache=True)
def _soonest_runs(
    rows: Rows, rules: Rules, low: int, high: int, top: int, seen: View, times: Ints, soonest: Ints
) -> None:
    """Of every instant (at its first row): the run from it or later that is over first."""
    _forget(rows, low, high, seen)
    run = np.empty(4, np.int64)
    run[REACHED] = LATER
    past = high
    while past > low:
        first = _take_in(rows, low, past, seen)
        found = _look_ahead(rows, rules, low, first, past, top, seen, times)
        if found >= top and times[top] < run[REACHED]:
            run[ENTERED], run[RANK] = rows.moments[first], _rank(rows, first, past)
            run[MARKED] = times[rules.marked_step] if rules.marked_step <= top else 0
            run[REACHED] = times[top]
        soonest[first - low] = run
        past = first


@numba.njit(nogil=True, cache=True)
def _forget(rows: Rows, low: int, high: int, seen: View) -> None:
    seen.ends[HEAD], seen.ends[FENCE] = -1, LATER
    for row in range(low, high):
        seen.in_view[rows.classes[row]] = 0


@numba.njit(nogil=True, cache=True)
def _take_in(rows: Rows, low: int, past: int, seen: View) -> int:
    """The rows of the instant that ends before ``past`` come into view; its first row."""
    row = past - 1
    while row >= low and rows.moments[row] == rows.moments[past - 1]:
        kind = rows.classes[row]
        if seen.capacity[kind] > 0:
            _bring(row - low, kind, seen)
        row -= 1
    return row + 1


@numba.njit(nogil=True, cache=True)
def _bring(row: int, kind: int, seen: View) -> None:
    """A row in front of all; the farthest of its class goes where there are more than needed."""
    head = seen.ends[HEAD]
    seen.following[row], seen.preceding[row] = head, -1
    if head >= 0:
        seen.preceding[head] = row
    seen.ends[HEAD] = row
    if seen.in_view[kind] == 0:
        seen.farthest[kind] = row
    else:
        seen.nearer_same[seen.nearest[kind]] = row
    seen.nearest[kind] = row
    if seen.in_view[kind] < seen.capacity[kind]:
        seen.in_view[kind] += 1
        return
    gone = seen.farthest[kind]
    seen.farthest[kind] = seen.nearer_same[gone]
    before, after = seen.preceding[gone], seen.following[gone]
    seen.following[before] = after
    if after >= 0:
        seen.preceding[after] = before


@numba.njit(nogil=True, cache=True)
def _look_ahead(
    rows: Rows, rules: Rules, low: int, first: int, past: int, top: int, seen: View, times: Ints
) -> int:
    """How many steps a run that begins at this instant gets to; into times[n], when n of them."""
    entry = rows.moments[first]
    fence = seen.ends[FENCE]
    for row in range(first, past):
        if rows.is_excluded[rows.classes[row]]:
            seen.ends[FENCE] = entry
    row = seen.ends[HEAD]
    is_inside = rules.entry_from <= entry < rules.entry_until
    if row < 0 or rows.moments[row + low] != entry or not is_inside:
        return 0
    for step in range(rows.steps_of.shape[1]):
        seen.kind_of_step[step] = -1
    count = 0
    while row >= 0 and count < top:
        moment = rows.moments[row + low]
        if moment - entry > rules.window or moment > fence:
            break
        kind = rows.classes[row + low]
        if find_step(kind, rows.steps_of, seen.kind_of_step, seen.came_from, seen.queue):
            count += 1
            times[count] = moment
        row = seen.following[row]
    return count


@numba.njit(nogil=True, cache=True)
def _rank(rows: Rows, first: int, past: int) -> int:
    """The lowest rank among the events of an instant that are a step."""
    rank = LATER
    for row in range(first, past):
        if rows.steps_of[rows.classes[row]].any():
            rank = min(rank, rows.ranks[row])
    return rank
