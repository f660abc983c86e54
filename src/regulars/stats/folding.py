"""Many nodes as a few: the most visited keep their name, the others of a step become one."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
START_PLACE, END_PLACE, OTHER_PLACE, OWN_PLACES = 0, 1, 2, 3


class Folding(NamedTuple):
    """``places`` int32 [steps, nodes + 2]: the place of a node at a step; the start's and the
    end's are the last two. ``nodes``: at each step the nodes that have a place of their own,
    from OWN_PLACES on.
    """

    places: Array
    nodes: list[list[int]]

    @property
    def place_count(self) -> int:
        return OWN_PLACES + max(map(len, self.nodes))

    def numbers(self) -> Array:
        """int64 [steps, places]: the node of each place; n, n + 1, n + 2: start, end, others."""
        count = self.places.shape[1] - 2
        numbers = np.full((len(self.nodes), self.place_count), count + 2, dtype=np.int64)
        numbers[:, [START_PLACE, END_PLACE]] = count, count + 1
        for step, nodes in enumerate(self.nodes):
            numbers[step, OWN_PLACES : OWN_PLACES + len(nodes)] = nodes
        return numbers


def folding(counts: Array, top: int, always: Collection[int] = ()) -> Folding:
    """The ``top`` most frequent (step, node) of counts[step, node], and ``always`` these nodes.

    Of equal ones the earlier step, then the lower node, comes first.
    """
    step_count, node_count = counts.shape
    ranked = np.argsort(-counts, axis=None, kind="stable")[: top + step_count * len(always)]
    kept: list[list[int]] = [sorted(always) for _ in range(step_count)]
    left = top
    for step, node in zip(*np.unravel_index(ranked, counts.shape), strict=True):
        if left and counts[step, node] and int(node) not in always:
            kept[int(step)].append(int(node))
            left -= 1
    return _placed(kept, node_count)


def unfolded(step_count: int, node_count: int) -> Folding:
    """Every node at every step in a place of its own."""
    return _placed([list(range(node_count))] * step_count, node_count)


def _placed(kept: list[list[int]], node_count: int) -> Folding:
    places = np.full((len(kept), node_count + 2), OTHER_PLACE, dtype=np.int32)
    places[:, node_count] = START_PLACE
    places[:, node_count + 1] = END_PLACE
    for step, nodes in enumerate(kept):
        places[step, nodes] = OWN_PLACES + np.arange(len(nodes))
    return Folding(places, kept)
