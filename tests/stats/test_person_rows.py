"""Rows put in order and merged, against what plain Python sorts."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.person_rows import (
    bucket_order,
    copied_runs,
    equal_rows,
    instants,
    merge_runs,
    overwritten,
    person_places,
    placed_runs,
    row_order,
)

hashes = st.integers(0, 2**64 - 1)
people = st.lists(st.sampled_from([0, 1, 2**40, 2**63, 2**64 - 2, 2**64 - 1]), max_size=60)
side = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=80)


@settings(deadline=None)
@given(st.lists(hashes, max_size=50), st.sampled_from([1, 3, 64]))
def test_buckets_are_ranges_of_hashes_when_rows_are_scattered(numbers, bucket_count):
    order, starts = bucket_order(np.array(numbers, np.uint64), bucket_count)
    assert sorted(order.tolist()) == list(range(len(numbers)))
    for bucket in range(bucket_count):
        mine = order[starts[bucket] : starts[bucket + 1]].tolist()
        assert mine == [
            r for r, n in enumerate(numbers) if (n >> 32) * bucket_count >> 32 == bucket
        ]


@settings(deadline=None)
@given(people)
def test_each_row_finds_its_person(numbers):
    known = sorted(set(numbers))
    places = person_places(np.array(known, np.uint64), np.array(numbers, np.uint64))
    assert [known[place] for place in places] == numbers


@settings(deadline=None)
@given(side)
def test_rows_are_sorted_by_person_and_moment_and_stay_in_order_within_one(rows):
    places, moments = _columns(rows)
    order, offsets = row_order(places, moments, 6)
    assert order.tolist() == sorted(range(len(rows)), key=lambda row: rows[row])
    assert offsets.tolist() == [sum(p < person for p, _ in rows) for person in range(7)]


@settings(max_examples=200, deadline=None)  # the first call loads the kernel
@given(side, side, st.data())
def test_merged_rows_are_both_sides_without_the_dead(old, new, data):
    old, new = sorted(old), sorted(new)
    dead = sorted(data.draw(st.sets(st.sampled_from(range(len(old))))) if old else [])
    sides = [_side(old), _side(new)]
    runs, stay, counts = merge_runs(*sides[0], *sides[1], np.array(dead, np.int64))
    merged = np.empty(int(counts.sum()), np.int64)
    for source in (0, 1):
        copied_runs(sides[source][2], runs, source, merged)
    left = [row for number, row in enumerate(old) if number not in dead]
    wanted = sorted(left + new)
    assert merged.tolist() == [moment for _, moment in wanted]
    known = [sides[0][0][o] if o >= 0 else sides[1][0][n] for o, n in stay.tolist()]
    assert known == sorted({person for person, _ in wanted})
    assert counts.tolist() == [sum(p == person for p, _ in wanted) for person in known]


@settings(max_examples=200, deadline=None)
@given(side, side, st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_merged_rows_are_the_same_when_the_old_ones_lie_in_several_places(old, new, lies_in):
    old, new = sorted(old), sorted(new)
    sides = [_side(old), _side(new)]
    runs, _, counts = merge_runs(*sides[0], *sides[1], np.zeros(0, np.int64))
    columns, sources, begins = [[], [], []], [], []
    for person in sides[0][0].tolist():
        mine = columns[lies_in[person]]
        mine += [-1]  # a row of somebody else between two people
        sources.append(lies_in[person])
        begins.append(len(mine))
        mine += [moment for who, moment in old if who == person]
    placed = placed_runs(
        runs, sides[0][1], np.array(sources, np.int64), np.array(begins, np.int64), len(columns)
    )
    merged = np.empty(int(counts.sum()), np.int64)
    for source, column in enumerate([*columns, sides[1][2]]):
        copied_runs(np.array(column, np.int64), placed, source, merged)
    assert merged.tolist() == [moment for _, moment in sorted(old + new)]


@given(side, st.sets(st.integers(0, 5)))
@settings(deadline=None)
def test_rows_of_some_people_are_overwritten_and_counted(rows, people):
    rows = sorted(rows)
    moments = np.array([moment for _, moment in rows], np.int64)
    offsets = np.array([sum(p < person for p, _ in rows) for person in range(7)])
    count = overwritten(moments, offsets, np.array(sorted(people), np.int64), -1)
    assert moments.tolist() == [-1 if person in people else moment for person, moment in rows]
    assert count == sum(person in people for person, _ in rows)


def test_each_wanted_row_takes_one_of_its_own_when_some_are_equal():
    wanted, candidates = np.array([0, 0, 1, 1, 2]), np.array([4, 5, 4, 5, 7])
    is_equal = np.array([True, True, True, True, False])
    assert equal_rows(wanted, candidates, is_equal, 8).tolist() == [4, 5, -1]


def test_rows_of_an_instant_are_found_within_their_person():
    moments, offsets = np.array([1, 3, 3, 3, 5]), np.array([0, 2, 5])
    begins, ends = instants(offsets, moments, np.array([0, 1, 1]), np.array([3, 3, 4]))
    assert list(zip(begins.tolist(), ends.tolist(), strict=True)) == [(1, 2), (2, 4), (4, 4)]


def _columns(rows):
    places = np.array([person for person, _ in rows], np.int32)
    return places, np.array([moment for _, moment in rows], np.int64)


def _side(rows):
    known = sorted({person for person, _ in rows})
    ends = [sum(p <= person for p, _ in rows) for person in known]
    return (np.array(known, np.uint64), np.array([0, *ends], np.int64),
            np.array([moment for _, moment in rows], np.int64))  # fmt: skip
