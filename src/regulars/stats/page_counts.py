"""What each node of the walks did: visits, entrances, exits, conversions, and what follows it.

A walk ends with the conversion, where it comes to one (``stop`` of walks).
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
VISITS, ENTRANCES, EXITS, CONVERTED, LED, LED_AMOUNT, CONVERTED_AMOUNT = range(7)


@numba.njit(nogil=True, cache=True)
def count_pages(offsets: Ints, nodes: Nodes, amounts: Ints, conversion: int, counts: Ints) -> None:
    """Adds to counts[kind, node], where the last node stands for the start.

    Walks that pass nothing but the conversion are not looked at. VISITS that pass the node,
    those that begin (ENTRANCES) and end (EXITS) with it, those that pass it and convert
    (CONVERTED, and their amount); and of the conversions, those that come directly after it
    (LED) and their amount.
    """
    start = counts.shape[1] - 1
    seen = np.full(start + 1, -1, np.int64)
    for visit in range(len(offsets) - 1):
        first, end = offsets[visit], offsets[visit + 1]
        converts = conversion >= 0 and nodes[end - 1] == conversion
        last = end - 1 if converts else end  # where the nodes before the conversion end
        if last == first:
            continue
        counts[VISITS, start] += 1
        counts[ENTRANCES, nodes[first]] += 1
        if converts:
            counts[LED, nodes[last - 1]] += 1
            counts[LED_AMOUNT, nodes[last - 1]] += amounts[visit]
            counts[CONVERTED, start] += 1
            counts[CONVERTED_AMOUNT, start] += amounts[visit]
        else:
            counts[EXITS, nodes[end - 1]] += 1
        for at in range(first, last):
            node = nodes[at]
            if seen[node] != visit:
                seen[node] = visit
                counts[VISITS, node] += 1
                if converts:
                    counts[CONVERTED, node] += 1
                    counts[CONVERTED_AMOUNT, node] += amounts[visit]


@numba.njit(nogil=True, cache=True)
def edges(offsets: Ints, nodes: Nodes, conversion: int, width: int) -> tuple[Ints, Ints]:
    """Each way from a node to the next (as from * width + to), and how often it is gone."""
    size = 1024
    keys = np.full(size, -1, np.int64)
    counts = np.zeros(size, np.int64)
    filled = 0
    for visit in range(len(offsets) - 1):
        for at in range(offsets[visit] + 1, offsets[visit + 1]):
            if nodes[at] == conversion:
                break
            key = np.int64(nodes[at - 1]) * width + nodes[at]
            place = _place(keys, key)
            if keys[place] < 0:
                keys[place] = key
                filled += 1
            counts[place] += 1
            if 2 * filled > len(keys):
                keys, counts = _grown(keys, counts)
    found = keys >= 0
    return keys[found], counts[found]


@numba.njit(nogil=True, cache=True)
def _place(keys: Ints, key: int) -> Any:
    """Where a key is, or would be, in a table of 2^k places that is at most half full."""
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    place = np.int64((mixed >> np.uint64(32)) & np.uint64(len(keys) - 1))
    while keys[place] >= 0 and keys[place] != key:
        place = (place + 1) & (len(keys) - 1)
    return place


@numba.njit(nogil=True, cache=True)
def _grown(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    larger = np.full(2 * len(keys), -1, np.int64)
    more = np.zeros(2 * len(keys), np.int64)
    for old in range(len(keys)):
        if keys[old] >= 0:
            place = _place(larger, keys[old])
            larger[place] = keys[old]
            more[place] = counts[old]
    return larger, more
