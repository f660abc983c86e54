"""Funnels whose steps have an order, in full: ties, overlapping steps, exclusions, totals.

A state is a run under way at a level: its entry, the rank of the entry's value, and when it
passed the marked step. Of each level the best is kept: the latest entry, then the lowest
rank, then the earliest mark. Rows are taken instant by instant, for the order within one
means nothing.

Source  latest start: Mannila, Toivonen & Verkamo (1997), section 4.2. Totals: the greatest
        number of runs that do not overlap, by earliest finish: Kleinberg & Tardos (2006)
        Algorithm Design, section 4.1.
"""

import numba
import numpy as np
import numpy.typing as npt

from regulars.stats.funnels.matching import Room, furthest_steps
from regulars.stats.funnels.records import (
    ENTERED,
    MARKED,
    NEVER,
    RANK,
    REACHED,
    Rows,
    Rules,
    added,
    keep_better,
)

Ints = npt.NDArray[np.int64]


@numba.njit(nogil=True, cache=True)
def best_runs(
    offsets: Ints, person_of: Ints, rows: Rows, rules: Rules, is_wanted: Ints, room: Room
) -> Ints:
    """Of every person and step reached, the run with the latest entry: a record each.

    ``offsets`` of groups, those of one person side by side; a person's runs lie in one group.
    """
    steps = rows.steps_of.shape[1]
    records, count = np.empty((1024, 6), dtype=np.int64), 0
    alive, arrived = np.empty((steps + 1, 4), np.int64), np.empty((steps + 1, 4), np.int64)
    best = np.empty((steps + 1, 4), np.int64)
    reach = np.empty(steps + 1, np.int64)
    best[:, ENTERED] = NEVER
    for group in range(len(person_of)):
        person = person_of[group]
        if is_wanted[person]:
            alive[:, ENTERED] = NEVER
            row, stop = offsets[group], offsets[group + 1]
            while row < stop:
                past = _past(rows.moments, row, stop)
                _step_up(rows, row, past, rules, steps, alive, arrived, reach, room)
                for level in range(1, steps + 1):
                    if arrived[level, ENTERED] != NEVER:
                        keep_better(best, level, arrived, level)
                row = past
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
def all_runs(
    offsets: Ints, person_of: Ints, rows: Rows, rules: Rules, is_wanted: Ints, room: Room
) -> Ints:
    """For every step, as many runs up to it as do not overlap: a record each."""
    steps = rows.steps_of.shape[1]
    records, count = np.empty((1024, 6), dtype=np.int64), 0
    alive, arrived = np.empty((steps + 1, 4), np.int64), np.empty((steps + 1, 4), np.int64)
    entry = np.zeros(4, np.int64)
    reach = np.empty(steps + 1, np.int64)
    for group in range(len(person_of)):
        person, stop = person_of[group], offsets[group + 1]
        if not is_wanted[person]:
            continue
        for row in range(offsets[group], stop):
            moment = rows.moments[row]
            is_inside = rules.entry_from <= moment < rules.entry_until
            if is_inside and rows.steps_of[rows.classes[row], 0]:
                entry[ENTERED] = entry[MARKED] = entry[REACHED] = moment
                records = added(records, count, person, 1, entry, rows.ranks[row])
                count += 1
        for top in range(2, steps + 1):
            alive[:, ENTERED] = NEVER
            row = offsets[group]
            while row < stop:
                past = _past(rows.moments, row, stop)
                _step_up(rows, row, past, rules, top, alive, arrived, reach, room)
                if arrived[top, ENTERED] != NEVER:
                    run = arrived[top]
                    records = added(records, count, person, top, run, run[RANK])
                    count += 1
                    alive[:, ENTERED] = NEVER
                row = past
    return records[:count]


@numba.njit(nogil=True, cache=True)
def _past(moments: Ints, row: int, stop: int) -> int:
    """The first row after the instant that begins at ``row``."""
    past = row + 1
    while past < stop and moments[past] == moments[row]:
        past += 1
    return past


@numba.njit(nogil=True, cache=True)
def _step_up(
    rows: Rows,
    row: int,
    past: int,
    rules: Rules,
    top: int,
    alive: Ints,
    arrived: Ints,
    reach: Ints,
    room: Room,
) -> None:
    """One instant: which levels are arrived at, and which runs can go on after it."""
    if past - row == 1:
        _step_up_alone(rows, row, rules, top, alive, arrived)
        return
    arrived[:, ENTERED] = NEVER
    moment = rows.moments[row]
    furthest_steps(rows.classes[row:past], rows.steps_of, 0, top, -1, reach, room)
    for below in range(top - 1, 0, -1):
        entry = alive[below, ENTERED]
        if entry == NEVER or moment - entry > rules.window:
            continue
        for level in range(below + 1, reach[below] + 1):
            passes = below < rules.marked_step <= level
            mark = moment if passes else alive[below, MARKED]
            _offer(arrived, level, entry, alive[below, RANK], mark, moment)
    goes_on = arrived
    if rules.is_exact:
        _go_on_exactly(alive, reach, past - row, top, moment, rules)
        goes_on = alive
    if reach[0] > 0 and rules.entry_from <= moment < rules.entry_until:
        _enter(rows, row, past, rules, top, arrived, goes_on, reach, room)
    if not rules.is_exact:
        _go_on(rows, row, past, top, alive, arrived)


@numba.njit(nogil=True, cache=True)
def _step_up_alone(
    rows: Rows, row: int, rules: Rules, top: int, alive: Ints, arrived: Ints
) -> None:
    """An instant of one event, as nearly all are: it is at most the next step of each run."""
    moment, kind = rows.moments[row], rows.classes[row]
    only_these = rules.is_exact or rows.is_excluded[kind]
    for level in range(top, 0, -1):
        entry, rank, mark = NEVER, 0, 0
        if rows.steps_of[kind, level - 1]:
            if level > 1:
                entry, rank = alive[level - 1, ENTERED], alive[level - 1, RANK]
                mark = moment if level == rules.marked_step else alive[level - 1, MARKED]
            elif rules.entry_from <= moment < rules.entry_until:
                entry, rank = moment, rows.ranks[row]
                mark = moment if rules.marked_step == 1 else mark
        if entry != NEVER and moment - entry > rules.window:
            entry = NEVER
        arrived[level, ENTERED], arrived[level, RANK] = entry, rank
        arrived[level, MARKED], arrived[level, REACHED] = mark, moment
        if only_these:
            alive[level, ENTERED], alive[level, RANK], alive[level, MARKED] = entry, rank, mark
        elif entry != NEVER:
            _offer(alive, level, entry, rank, mark, moment)


@numba.njit(nogil=True, cache=True)
def _go_on(rows: Rows, row: int, past: int, top: int, alive: Ints, arrived: Ints) -> None:
    """After an excluded event only the runs that are at this instant go on."""
    is_broken = False
    for event in range(row, past):
        is_broken |= rows.is_excluded[rows.classes[event]]
    for level in range(1, top + 1):
        run = arrived[level]
        if is_broken:
            alive[level] = run
        elif run[ENTERED] != NEVER:
            _offer(alive, level, run[ENTERED], run[RANK], run[MARKED], run[REACHED])


@numba.njit(nogil=True, cache=True)
def _go_on_exactly(
    alive: Ints, reach: Ints, count: int, top: int, moment: int, rules: Rules
) -> None:
    """With nothing else between, a run goes on only if every event of the instant is a step."""
    for level in range(top, 0, -1):
        below = level - count
        if below < 1 or reach[below] < level or alive[below, ENTERED] == NEVER:
            alive[level, ENTERED] = NEVER
            continue
        alive[level] = alive[below]
        if below < rules.marked_step <= level:
            alive[level, MARKED] = moment


@numba.njit(nogil=True, cache=True)
def _enter(
    rows: Rows,
    row: int,
    past: int,
    rules: Rules,
    top: int,
    arrived: Ints,
    goes_on: Ints,
    reach: Ints,
    room: Room,
) -> None:
    """Runs that begin here. Which event is the first step decides which value they have."""
    moment = rows.moments[row]
    single = past - row == 1 or not rules.is_ranked
    for first in range(row, past):
        if not rows.steps_of[rows.classes[first], 0] and not single:
            continue
        level = reach[0]
        if not single:
            level = 1
            if top > 1:
                without = first - row
                classes = rows.classes[row:past]
                furthest_steps(classes, rows.steps_of, 1, top, without, reach, room)
                level = reach[1]
        for reached in range(1, level + 1):
            mark = moment if rules.marked_step <= reached else 0
            _offer(arrived, reached, moment, rows.ranks[first], mark, moment)
            _offer(goes_on, reached, moment, rows.ranks[first], mark, moment)
        if single:
            return


@numba.njit(nogil=True, cache=True)
def _offer(states: Ints, level: int, entry: int, rank: int, mark: int, moment: int) -> None:
    """A run at a level, kept where it is better than the one there."""
    is_better = entry > states[level, ENTERED]
    if entry == states[level, ENTERED]:
        held = states[level, RANK]
        is_better = rank < held or (rank == held and mark < states[level, MARKED])
    if is_better:
        states[level, ENTERED], states[level, RANK] = entry, rank
        states[level, MARKED], states[level, REACHED] = mark, moment
