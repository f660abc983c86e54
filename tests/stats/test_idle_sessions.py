"""Visits by idle time, against a plain loop."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regulars.stats.idle_sessions import visit_starts


def plain(people, idle):
    """One list of (moment, counts) per person -> the flags of all rows."""
    flags = []
    for rows in people:
        last = None
        for moment, counts in rows:
            flags.append(counts and (last is None or moment - last > idle))
            last = moment if counts else last
    return flags


PEOPLE = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.booleans()), max_size=8).map(sorted), max_size=5
)


@given(PEOPLE, st.integers(1, 30))
def test_visits_begin_where_a_plain_loop_says(people, idle):
    sizes = [len(rows) for rows in people]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    flat = [row for rows in people for row in rows]
    moments = np.array([moment for moment, _ in flat], dtype=np.int64)
    counts = np.array([counts for _, counts in flat], dtype=bool)
    assert visit_starts(offsets, moments, counts, idle).tolist() == plain(people, idle)


def test_a_gap_of_exactly_the_idle_time_stays_within_the_visit():
    moments = np.array([0, 30, 61], dtype=np.int64)
    starts = visit_starts(np.array([0, 3]), moments, np.ones(3, dtype=bool), 30)
    assert starts.tolist() == [True, False, True]
