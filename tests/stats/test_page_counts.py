"""Edges counted in a table that grows, against a Counter."""

from collections import Counter
from itertools import pairwise

import numpy as np

from regulars.stats.page_counts import edges


def test_edges_are_those_of_a_counter_when_the_table_has_to_grow():
    random = np.random.default_rng(5)
    walks = [random.integers(0, 300, size).tolist() for size in random.integers(1, 40, 2000)]
    offsets = np.concatenate([[0], np.cumsum([len(walk) for walk in walks])]).astype(np.int64)
    nodes = np.concatenate(walks).astype(np.int32)
    keys, counts = edges(offsets, nodes, -1, 300)
    wanted = Counter(pair for walk in walks for pair in pairwise(walk))
    assert len(wanted) > 20_000
    assert dict(zip(keys.tolist(), counts.tolist(), strict=True)) == {
        a * 300 + b: count for (a, b), count in wanted.items()
    }


def test_edges_end_before_the_conversion():
    nodes = np.array([0, 1, 2, 0, 2], dtype=np.int32)
    keys, counts = edges(np.array([0, 3, 5]), nodes, 2, 3)
    assert (keys.tolist(), counts.tolist()) == ([1], [1])
