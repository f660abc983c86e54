"""Which steps the events of one instant can be, when each event is at most one of them.

Source  a system of distinct representatives by augmenting paths: Kuhn (1955) The Hungarian
        Method for the Assignment Problem, Naval Research Logistics Quarterly 2.
"""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt


class Room(NamedTuple):
    """Arrays to work in, made once: by step, by event of an instant, and a queue of steps."""

    event_of: npt.NDArray[np.int64]
    step_of: npt.NDArray[np.int64]
    came_from: npt.NDArray[np.int64]
    is_seen: npt.NDArray[np.bool_]
    queue: npt.NDArray[np.int64]


def room(step_count: int, event_count: int) -> Room:
    """Room for that many steps and events of one instant."""
    return Room(
        np.full(step_count + 1, -1, dtype=np.int64),
        np.full(event_count + 1, -1, dtype=np.int64),
        np.empty(event_count + 1, dtype=np.int64),
        np.empty(event_count + 1, dtype=np.bool_),
        np.empty(step_count + event_count + 2, dtype=np.int64),
    )


@numba.njit(nogil=True, cache=True)
def furthest_steps(
    classes: npt.NDArray[np.int64],
    steps_of: npt.NDArray[np.bool_],
    first: int,
    top: int,
    without: int,
    reach: npt.NDArray[np.int64],
    room: Room,
) -> None:
    """Into reach[i], for i from ``first``: the largest j so that steps i+1 to j have an event each.

    ``classes`` of the instant's events; ``steps_of[class, step from 0]``; the event
    ``without`` (-1: none) is left out; steps after ``top`` are not looked at.
    """
    for step in range(top):
        room.event_of[step] = -1
    for event in range(len(classes)):
        room.step_of[event] = -1
    level = first
    for below in range(first, top):
        level = max(level, below)
        while level < top and _place(level, classes, steps_of, without, room):
            level += 1
        reach[below] = level
        event = room.event_of[below]
        if event >= 0:
            room.step_of[event] = -1
            room.event_of[below] = -1


@numba.njit(nogil=True, cache=True)
def _place(
    wanted: int,
    classes: npt.NDArray[np.int64],
    steps_of: npt.NDArray[np.bool_],
    without: int,
    room: Room,
) -> bool:
    """An event for one more step, where need be by giving other steps other events."""
    for event in range(len(classes)):
        room.is_seen[event] = event == without
    room.queue[0] = wanted
    head, tail = 0, 1
    while head < tail:
        step = room.queue[head]
        head += 1
        for event in range(len(classes)):
            if room.is_seen[event] or not steps_of[classes[event], step]:
                continue
            room.is_seen[event] = True
            room.came_from[event] = step
            if room.step_of[event] < 0:
                _take(event, wanted, room)
                return True
            room.queue[tail] = room.step_of[event]
            tail += 1
    return False


@numba.njit(nogil=True, cache=True)
def _take(event: int, wanted: int, room: Room) -> None:
    """Each step along the path takes the event it was found by; the last one is ``wanted``."""
    while True:
        step = room.came_from[event]
        before = room.event_of[step]
        room.event_of[step] = event
        room.step_of[event] = step
        if step == wanted:
            return
        event = before


@numba.njit(nogil=True, cache=True)
def find_step(
    kind: int,
    steps_of: npt.NDArray[np.bool_],
    kind_of_step: npt.NDArray[np.int64],
    came_from: npt.NDArray[np.int64],
    queue: npt.NDArray[np.int64],
) -> bool:
    """A step for one more event of class ``kind``, where need be by moving others.

    ``kind_of_step``: the class of the event that each step has, -1 where it has none.
    ``came_from`` and ``queue``: room for as many as there are steps.
    """
    step_count = steps_of.shape[1]
    for step in range(step_count):
        came_from[step] = -2  # not seen; -1: seen from the new event, else from that step's
    head, tail, source, holder = 0, 0, -1, kind
    while True:
        for step in range(step_count):
            if came_from[step] != -2 or not steps_of[holder, step]:
                continue
            came_from[step] = source
            if kind_of_step[step] < 0:
                last = step
                while came_from[last] >= 0:
                    kind_of_step[last] = kind_of_step[came_from[last]]
                    last = came_from[last]
                kind_of_step[last] = kind
                return True
            queue[tail] = step
            tail += 1
        if head == tail:
            return False
        source = queue[head]
        holder = kind_of_step[source]
        head += 1
