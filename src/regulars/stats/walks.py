"""Walks: what each visit passed, node after node, made of a bucket's rows in one pass.

Rows of one instant stand by the number of their node, so that a walk does not depend on how
the rows were stored.
"""

import numba
import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Nodes = npt.NDArray[np.int32]
Sides = npt.NDArray[np.uint8]
NOT_THERE = -2  # of a row that is as if it had not happened; -1: it happened, but is no node


@numba.njit(nogil=True, cache=True)
def leave_out(nodes: Nodes, channels: Nodes, allowed: Flags) -> None:
    """NOT_THERE in ``nodes`` for rows of a channel that is not allowed; the last: of none."""
    for row in range(len(nodes)):
        node = nodes[row]
        nodes[row] = node if allowed[channels[row]] else NOT_THERE


@numba.njit(nogil=True, cache=True)
def by_session(offsets: Ints, keys: Keys) -> Ints:
    """The rows so ordered that a person's rows of one session stand together, by moment."""
    order = np.arange(len(keys))
    for person in range(len(offsets) - 1):
        first, last = offsets[person], offsets[person + 1]
        changes = False
        for row in range(first + 1, last):
            changes |= keys[row] != keys[row - 1]
        if changes:
            order[first:last] = first + np.argsort(keys[first:last], kind="mergesort")
    return order


@numba.njit(nogil=True, cache=True)
def session_starts(offsets: Ints, keys: Keys, counts: Flags) -> Flags:
    """bool per row, rows as by_session orders them: a session's first row that counts."""
    starts = np.zeros(len(keys), dtype=np.bool_)
    for person in range(len(offsets) - 1):
        session = np.uint64(0)
        is_first = True
        for row in range(offsets[person], offsets[person + 1]):
            if counts[row]:
                starts[row] = is_first or keys[row] != session
                session = keys[row]
                is_first = False
    return starts


@numba.njit(nogil=True, cache=True)
def walks(
    offsets: Ints,
    moments: Ints,
    nodes: Nodes,
    starts: Flags,
    begin: int,
    until: int,
    sides: Sides,
    stop: int,
    values: Ints,
) -> tuple[Ints, Nodes, Sides, Ints]:
    """The visits that begin in [begin, until) and pass a node: offsets, nodes, sides, amounts.

    Visit v passed nodes[offsets[v] : offsets[v + 1]].

    ``starts``  bool per row: a visit begins here
    ``sides``   uint8 by person, kept per visit; of 0 nothing is looked at
    ``stop``    the highest number of a node, after whose instant a visit goes no further, or
                -1; ``values`` per row is summed over the stops of that instant
    """
    passed = np.empty(len(nodes), np.int32)
    ends = np.zeros(len(nodes) + 1, np.int64)
    visit_sides = np.empty(len(nodes) + 1, np.uint8)
    amounts = np.zeros(len(nodes) + 1, np.int64)
    visit = 0
    n = 0
    for person in range(len(offsets) - 1):
        is_in = False
        is_stopped = False
        instant, instant_at = np.int64(0), n
        for row in range(offsets[person], offsets[person + 1]):
            node = nodes[row]
            if node == NOT_THERE or sides[person] == 0:
                continue
            if starts[row]:
                if n > ends[visit]:
                    visit += 1
                    ends[visit] = n
                is_in = begin <= moments[row] < until
                visit_sides[visit] = sides[person]
                is_stopped = False
                instant_at = -1
            if node < 0 or not is_in:
                continue
            if instant_at < 0 or moments[row] != instant:
                if is_stopped:
                    continue
                instant, instant_at = moments[row], n
            if node == stop:
                is_stopped = True
                amounts[visit] += values[row]
            n = _placed(passed, instant_at, n, node)
        if n > ends[visit]:
            visit += 1
            ends[visit] = n
    return ends[: visit + 1], passed[:n], visit_sides[:visit], amounts[:visit]


@numba.njit(nogil=True, cache=True)
def _placed(passed: Nodes, first: int, n: int, node: int) -> int:
    """``node`` put among passed[first:n], which rise; how many are passed now."""
    place = n
    while place > first and passed[place - 1] > node:
        passed[place] = passed[place - 1]
        place -= 1
    passed[place] = node
    return n + 1


@numba.njit(nogil=True, cache=True)
def collapse(offsets: Ints, nodes: Nodes) -> tuple[Ints, Nodes]:
    """Offsets and nodes where the same node again at once is one; ``nodes`` is written over."""
    ends = np.zeros(len(offsets), np.int64)
    n = 0
    for visit in range(len(offsets) - 1):
        for at in range(offsets[visit], offsets[visit + 1]):
            if n == ends[visit] or nodes[n - 1] != nodes[at]:
                nodes[n] = nodes[at]
                n += 1
        ends[visit + 1] = n
    return ends, nodes[:n]
