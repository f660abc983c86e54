"""Walks: one instant, sessions that lie across each other, and where a visit stops."""

import numpy as np

from regulars.stats.walks import by_session, collapse, session_starts, walks

FAR = 10**9


def walked(moments, nodes, starts, *, stop=-1, begin=0, until=FAR, values=None):
    """The visits of one person as lists of nodes, and their amounts."""
    made = walks(
        np.array([0, len(nodes)]), np.array(moments), np.array(nodes, dtype=np.int32),
        np.array(starts, dtype=bool), begin, until, np.ones(1, dtype=np.uint8), stop,
        np.array(values or [0] * len(nodes), dtype=np.int64),
    )  # fmt: skip
    offsets, passed, _, amounts = made
    return [part.tolist() for part in np.split(passed, offsets[1:-1])], amounts.tolist()


def test_nodes_of_one_instant_rise_and_others_stay_by_moment():
    visits, _ = walked([0, 1, 1, 1, 2], [5, 3, 9, 1, 0], [1, 0, 0, 0, 0])
    assert visits == [[5, 1, 3, 9, 0]]


def test_a_visit_goes_no_further_than_the_instant_of_its_stop():
    visits, amounts = walked(
        [0, 5, 5, 5, 6], [1, 9, 9, 2, 3], [1, 0, 0, 0, 0], stop=9, values=[0, 30, 4, 0, 0]
    )
    assert (visits, amounts) == ([[1, 2, 9, 9]], [34])


def test_visits_that_begin_outside_or_pass_no_node_are_not_there():
    visits, _ = walked([0, 1, 50, 60, 99], [1, 2, -1, 3, 4], [1, 0, 1, 1, 1], begin=1, until=90)
    assert visits == [[3]]


def test_rows_that_are_not_there_neither_begin_nor_count():
    visits, _ = walked([0, 1, 2], [-2, 4, -1], [0, 1, 0])
    assert visits == [[4]]


def test_sessions_that_lie_across_each_other_are_taken_apart():
    offsets, keys = np.array([0, 2, 6]), np.array([7, 7, 8, 9, 8, 9], dtype=np.uint64)
    order = by_session(offsets, keys)
    assert order.tolist() == [0, 1, 2, 4, 3, 5]
    counts = np.array([False, True, True, True, True, True])
    starts = session_starts(offsets, keys[order], counts)
    assert starts.tolist() == [False, True, True, False, True, False]


def test_the_same_node_at_once_is_one_but_not_across_visits():
    offsets, nodes = collapse(np.array([0, 3, 5]), np.array([1, 1, 2, 2, 2], dtype=np.int32))
    assert (offsets.tolist(), nodes.tolist()) == ([0, 2, 3], [1, 2, 2])
