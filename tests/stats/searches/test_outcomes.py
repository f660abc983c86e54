"""What came of searches, against plain Python that reads the definition; and sums over them."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.searches.outcomes import (
    BOUGHT_AFTER,
    COUNTED,
    MISSED,
    PEOPLE,
    RESULTLESS,
    SEARCHES,
    SQUARES,
    UNCLICKED,
    outcomes,
    summed,
)

IDLE, WINDOW, FIRST, END, HORIZON = 3, 7, 2, 14, 17
ROW = st.tuples(
    st.integers(0, 3),  # person
    st.integers(0, 20),  # moment
    st.sampled_from([0, 1, 1, 2, 2, 4, 4, 5, 6]),  # roles
    st.integers(-1, 1),  # group wanted
    st.integers(-1, 1),  # group bought
)


def plain(rows, any_product):
    """By search, in order: (person, moment, wanted, clicked, bought rows)."""
    found = []
    for person, at, role, wanted, _ in rows:
        if not role & 1 or not FIRST <= at < END:
            continue
        mine = [row for row in rows if row[0] == person and at <= row[1] < HORIZON]
        later = [row[1] for row in mine if row[2] & 1 and row[1] > at]
        stop = min([at + IDLE, *later])
        clicked = any(row[2] & 2 and row[1] <= stop for row in mine)
        bought = [
            row
            for row in mine
            if row[2] & 4
            and row[1] <= at + WINDOW
            and (any_product or wanted < 0 or row[4] == wanted)
        ]
        found.append((person, at, wanted, clicked, sorted(bought)))
    return sorted(found)


def kernel(rows, any_product):
    people, moments, roles, wanted, bought = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    offsets = np.searchsorted(people, np.arange(5)).astype(np.int64)
    number = np.arange(len(rows), dtype=np.int32)
    at, who, result, search, purchase = outcomes(
        offsets,
        (moments.astype(np.int64), roles.astype(np.uint16), number, number),
        np.arange(8, dtype=np.uint8),
        wanted.astype(np.int32),
        bought.astype(np.int32),
        (FIRST, END, HORIZON, IDLE, WINDOW),
        any_product,
    )
    after = [[] for _ in at]
    for place, row in zip(search, purchase, strict=True):
        after[place].append(rows[row])
    assert [bool(one & 2) for one in result] == [bool(found) for found in after]
    return sorted(
        (int(who[n]), rows[row][1], rows[row][3], bool(result[n] & 1), sorted(after[n]))
        for n, row in enumerate(at)
    )


@settings(max_examples=250, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=40), st.booleans())
def test_outcomes_are_those_of_the_definition_when_read_plainly(rows, any_product):
    rows = sorted(rows, key=lambda row: row[:2])
    assert kernel(rows, any_product) == plain(rows, any_product)


@settings(max_examples=50, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=20), st.randoms())
def test_outcomes_are_the_same_when_the_rows_of_an_instant_change_places(rows, random):
    ordered = sorted(rows, key=lambda row: row[:2])
    random.shuffle(rows)
    assert kernel(sorted(rows, key=lambda row: row[:2]), False) == kernel(ordered, False)


def test_all_purchases_are_listed_when_there_are_more_than_searches():
    rows = [(0, 5, 1, -1, -1), *((0, 6, 4, -1, n % 2) for n in range(100))]
    ((*_, bought),) = kernel(rows, False)
    assert len(bought) == 100


SEARCH = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 15))
ENTRIES = [[0, 1], [], [0, 2, 3]]


@settings(max_examples=100, deadline=None)
@given(st.lists(SEARCH, max_size=30))
def test_sums_are_those_of_a_counter_when_added_up(searches):
    searches = sorted(searches, key=lambda one: one[0])
    people, texts, results = np.array(searches, np.int64).reshape(-1, 3).T
    segments = np.array([0, 1, 0, 1], np.int32)
    starts = np.array([0, 2, 2, 5])
    flat = np.array([0, 1, 0, 2, 3], np.int32)
    sums = summed(people, texts, results.astype(np.uint8), segments, starts, flat, 4, 2)
    for segment in range(2):
        for entry in range(4):
            mine = [
                (person, result)
                for person, text, result in searches
                if segments[person] == segment and entry in ENTRIES[text]
            ]
            times = Counter(person for person, _ in mine)
            found = sums[segment, entry]
            assert found[SEARCHES] == len(mine)
            assert found[PEOPLE] == len(times)
            assert found[SQUARES] == sum(n * n for n in times.values())
            assert found[COUNTED] == sum(result & 4 > 0 for _, result in mine)
            assert found[RESULTLESS] == sum(result & 8 > 0 for _, result in mine)
            assert found[UNCLICKED] == sum(not result & 1 for _, result in mine)
            assert found[MISSED] == sum(not result & 1 or result & 8 > 0 for _, result in mine)
            assert found[BOUGHT_AFTER] == sum(result & 2 > 0 for _, result in mine)
