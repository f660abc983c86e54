"""Medians of sorted runs against those of the values put together; periods against a search."""

from statistics import median

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.medians import medians
from regulars.stats.period_numbers import periods_of

VALUES = st.lists(st.sampled_from([0, 1, 2, 7, 2**31, 2**32 - 2, 2**32 - 1]), max_size=6)


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=4))
def test_medians_are_those_of_all_the_values_of_a_group(runs):
    bounds = np.zeros((len(runs), 4), dtype=np.int64)
    flat = []
    for number, groups in enumerate(runs):
        bounds[number, 0] = len(flat)
        for place, values in enumerate(groups, start=1):
            flat += sorted(values)
            bounds[number, place] = len(flat)
    found = medians(np.array(flat, dtype=np.uint32), bounds)
    together = [[v for groups in runs for v in groups[place]] for place in range(3)]
    for values, one in zip([*together, flat], found, strict=True):
        assert one == median(values) if values else np.isnan(one)


@settings(deadline=None)  # the first call compiles
@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=30),
    st.lists(st.integers(0, 2000), min_size=1, max_size=30),
)
def test_period_is_the_last_that_begins_before_when_lengths_differ(lengths, places):
    bounds = np.concatenate([[0], np.cumsum(lengths), [sum(lengths) + 1]]).astype(np.int64)
    moments = np.array(places, dtype=np.int64) % bounds[-1]
    expected = np.searchsorted(bounds, moments, side="right") - 1
    assert periods_of(bounds, moments).tolist() == expected.tolist()
