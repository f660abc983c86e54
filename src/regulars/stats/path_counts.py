"""How many visits pass each node, and go from each node to each, step by step.

A visit's part that is looked at runs from its first node ``from_`` on, up to the first node
``to`` (after it); without either from the visit's start. Steps are counted from ``from_`` (or
the start) on, or, where only ``to`` is given, back from it.
"""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Sides = npt.NDArray[np.uint8]
NONE = -1  # no such node is asked for


@numba.njit(nogil=True, cache=True)
def part(nodes: Nodes, first: int, end: int, from_: int, to: int) -> tuple[int, int, bool]:
    """The part of nodes[first:end] looked at, and whether it leads to ``to``; empty if none."""
    begin = first
    if from_ != NONE:
        while begin < end and nodes[begin] != from_:
            begin += 1
    if to == NONE or begin == end:
        return begin, end, False
    for at in range(begin, end):
        if nodes[at] == to:
            return begin, at + 1, True
    # told apart where a way was begun, else not looked at
    return begin, begin if from_ == NONE else end, False


@numba.njit(nogil=True, cache=True)
def count_places(
    offsets: Ints, nodes: Nodes, sides: Sides, from_: int, to: int, depth: int, counts: Ints
) -> None:
    """Adds to counts[side, step, node] the visits that are there at that step, 0 to depth.

    With n nodes, counts is [sides, depth + 1, n + 2]: n is "not yet begun", n + 1 "over".
    Step 0 is ``from_``, or before the first node; where only ``to`` is given, the last step
    is ``to``. A visit that has come to ``to`` stays there.
    """
    n = counts.shape[2] - 2
    is_back = to != NONE and from_ == NONE
    lead = 0 if from_ != NONE else 1
    for visit in range(len(offsets) - 1):
        first, end, reaches = part(nodes, offsets[visit], offsets[visit + 1], from_, to)
        if first == end:
            continue
        for step in range(depth + 1):
            at = end - 1 - (depth - step) if is_back else first + step - lead
            if at < first:
                node = n
            elif at < end:
                node = nodes[at]
            else:
                node = to if reaches else n + 1
            for side in range(counts.shape[0]):
                if sides[visit] >> side & 1:
                    counts[side, step, node] += 1


@numba.njit(nogil=True, cache=True)
def count_nodes(
    offsets: Ints, nodes: Nodes, sides: Sides, from_: int, to: int, counts: Ints
) -> None:
    """Adds to counts[side, 0, node] how often each node stands in the parts looked at."""
    for visit in range(len(offsets) - 1):
        first, end, _ = part(nodes, offsets[visit], offsets[visit + 1], from_, to)
        for side in range(counts.shape[0]):
            if sides[visit] >> side & 1:
                for at in range(first, end):
                    counts[side, 0, nodes[at]] += 1


@numba.njit(nogil=True, cache=True)
def count_steps(
    offsets: Ints,
    nodes: Nodes,
    sides: Sides,
    from_: int,
    to: int,
    fold: Nodes,
    counts: Ints,
) -> None:
    """Adds to counts[side, reaches, step, place, place] the visits that go so at that step.

    ``fold``  [steps + 1, n + 2]: the place of a node (n: the start, n + 1: the end) that is
              left at step s and of one that is come to at s + 1
    """
    n = fold.shape[1] - 2
    depth = counts.shape[2]
    is_back = to != NONE and from_ == NONE
    lead = 0 if from_ != NONE else 1
    told = counts.shape[1] - 1  # 1 where visits that reach ``to`` are told from those that do not
    for visit in range(len(offsets) - 1):
        first, end, reaches = part(nodes, offsets[visit], offsets[visit + 1], from_, to)
        if first == end:
            continue
        begin = max(first - 1, end - 1 - depth) if is_back else first - lead
        step = depth - (end - 1 - begin) if is_back else 0
        last = end - 1 if reaches else end
        for at in range(begin, min(last, begin + depth)):
            left = fold[step, nodes[at] if at >= first else n]
            come = fold[step + 1, nodes[at + 1] if at + 1 < end else n + 1]
            for side in range(counts.shape[0]):
                if sides[visit] >> side & 1:
                    counts[side, reaches * told, step, left, come] += 1
            step += 1


@numba.njit(nogil=True, cache=True)
def count_all(
    offsets: Ints, nodes: Nodes, sides: Sides, from_: int, to: int, fold: Nodes, counts: Ints
) -> None:
    """As count_steps, with all steps together: the transition matrix. fold: [1, n + 2]."""
    place = fold[0]
    n = len(place) - 2
    told = counts.shape[1] - 1
    for visit in range(len(offsets) - 1):
        first, end, reaches = part(nodes, offsets[visit], offsets[visit + 1], from_, to)
        if first == end:
            continue
        for side in range(counts.shape[0]):
            if not sides[visit] >> side & 1:
                continue
            cells = counts[side, reaches * told, 0]
            left = place[nodes[first]]
            if from_ == NONE:
                cells[place[n], left] += 1
            for at in range(first + 1, end):
                come = place[nodes[at]]
                cells[left, come] += 1
                left = come
            if not reaches:
                cells[left, place[n + 1]] += 1
