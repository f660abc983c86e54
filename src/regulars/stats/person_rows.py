"""Rows brought into the order of people and moments, and two such orders made into one.

Source  D. E. Knuth, The Art of Computer Programming 3 (1998): distribution counting (5.2,
        algorithm D) by person, merging within people (5.2.4); people by interpolation search
        (6.2.1), which finds a hash of evenly spread ones in a few steps.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
FEW = 24  # so many rows are sorted fastest by insertion


@numba.njit(nogil=True, cache=True)
def bucket_order(people: Array, bucket_count: int) -> tuple[Array, Array]:
    """Rows by bucket, and where each bucket begins (bucket_count + 1).

    ``people``: uint64 hashes. A bucket is a range of hashes, so that people in the order of
    buckets are in the order of their hashes, however many buckets there are.
    """
    buckets = np.empty(len(people), np.int32)
    starts = np.zeros(bucket_count + 1, np.int64)
    for row in range(len(people)):
        upper_half = people[row] >> np.uint64(32)
        bucket = np.int32((upper_half * np.uint64(bucket_count)) >> np.uint64(32))
        buckets[row] = bucket
        starts[bucket + 1] += 1
    for number in range(bucket_count):
        starts[number + 1] += starts[number]
    place = starts[:-1].copy()
    order = np.empty(len(people), np.int32)
    for row in range(len(people)):
        order[place[buckets[row]]] = row
        place[buckets[row]] += 1
    return order, starts


@numba.njit(nogil=True, cache=True)
def person_places(hashes: Array, people: Array) -> Array:
    """The place of each row's person among the sorted hashes, which hold all of them."""
    places = np.empty(len(people), np.int32)
    count = len(hashes)
    if count == 0:
        return places
    low = hashes[0]
    scale = (count - 1) / max(float(hashes[count - 1] - low), 1.0)
    for row in range(len(people)):
        wanted = people[row]
        at = min(int(float(wanted - low) * scale), count - 1)
        while at > 0 and hashes[at] > wanted:
            at -= 1
        while at < count - 1 and hashes[at] < wanted:
            at += 1
        places[row] = at
    return places


@numba.njit(nogil=True, cache=True)
def row_order(places: Array, moments: Array, person_count: int) -> tuple[Array, Array]:
    """Rows by (person, moment), rows of one instant as they came; where each person begins."""
    offsets = np.zeros(person_count + 1, np.int64)
    for row in range(len(places)):
        offsets[places[row] + 1] += 1
    for person in range(person_count):
        offsets[person + 1] += offsets[person]
    place = offsets[:-1].copy()
    order = np.empty(len(places), np.int64)
    for row in range(len(places)):
        order[place[places[row]]] = row
        place[places[row]] += 1
    for person in range(person_count):
        _sort_by_moment(order[offsets[person] : offsets[person + 1]], moments)
    return order, offsets


@numba.njit(nogil=True, cache=True)
def _sort_by_moment(rows: Array, moments: Array) -> None:
    if len(rows) > FEW:
        own = moments[rows]
        if np.all(own[:-1] <= own[1:]):
            return
        rows[:] = rows[np.argsort(own, kind="mergesort")]
        return
    for end in range(1, len(rows)):
        row = rows[end]
        at = end
        while at > 0 and moments[rows[at - 1]] > moments[row]:
            rows[at] = rows[at - 1]
            at -= 1
        rows[at] = row


@numba.njit(nogil=True, cache=True)
def merge_runs(
    old_hashes: Array,
    old_offsets: Array,
    old_moments: Array,
    new_hashes: Array,
    new_offsets: Array,
    new_moments: Array,
    dead: Array,
) -> tuple[Array, Array, Array]:
    """How two sorted sides become one without the old side's ``dead`` rows (rising).

    Runs of rows to copy, (is_new, begin, end) each; the people that stay, (old place or -1,
    new place or -1) each; and their row counts.
    """
    runs = np.empty((2 * (len(new_moments) + len(dead)) + len(new_hashes) + 4, 3), np.int64)
    people = np.empty((len(old_hashes) + len(new_hashes), 2), np.int64)
    counts = np.empty(len(people), np.int64)
    run, stay, fallen, i, j = 0, 0, 0, 0, 0
    while i < len(old_hashes) or j < len(new_hashes):
        has_old = i < len(old_hashes) and (j == len(new_hashes) or old_hashes[i] <= new_hashes[j])
        has_new = j < len(new_hashes) and (i == len(old_hashes) or new_hashes[j] <= old_hashes[i])
        row, end = (old_offsets[i], old_offsets[i + 1]) if has_old else (np.int64(0), np.int64(0))
        count = end - row
        if has_new:
            for late in range(new_offsets[j], new_offsets[j + 1]):
                until = row + np.searchsorted(old_moments[row:end], new_moments[late], side="right")
                run, fallen, lost = _old_run(runs, run, row, until, dead, fallen)
                count -= lost
                row = until
                run = _extended(runs, run, 1, late, late + 1)
                count += 1
        run, fallen, lost = _old_run(runs, run, row, end, dead, fallen)
        count -= lost
        if count > 0:
            people[stay, 0] = i if has_old else -1
            people[stay, 1] = j if has_new else -1
            counts[stay] = count
            stay += 1
        i += has_old
        j += has_new
    return runs[:run], people[:stay], counts[:stay]


@numba.njit(nogil=True, cache=True)
def _old_run(
    runs: Array, run: int, row: Any, until: Any, dead: Array, fallen: int
) -> tuple[int, int, int]:
    """Old rows from ``row`` to ``until`` but the dead among them."""
    lost = 0
    while fallen < len(dead) and dead[fallen] < until:
        run = _extended(runs, run, 0, row, dead[fallen])
        row = dead[fallen] + 1
        fallen += 1
        lost += 1
    return _extended(runs, run, 0, row, until), fallen, lost


@numba.njit(nogil=True, cache=True)
def _extended(runs: Array, run: int, source: Any, begin: Any, end: Any) -> int:
    """Put a run at the end; one that goes on where the last one ended prolongs it."""
    if begin >= end:
        return run
    if run > 0 and runs[run - 1, 0] == source and runs[run - 1, 2] == begin:
        runs[run - 1, 2] = end
        return run
    runs[run, 0], runs[run, 1], runs[run, 2] = source, begin, end
    return run + 1


@numba.njit(nogil=True, cache=True)
def placed_runs(runs: Array, offsets: Array, sources: Array, begins: Array, new: int) -> Array:
    """Runs as merge_runs gives them, by where their rows lie: (source, begin, end) each.

    The old rows were counted through, as if they lay one after the other: person p's are
    offsets[p] to offsets[p + 1]. They lie in sources[p], from begins[p] on; new ones in ``new``.
    """
    placed = np.empty((len(runs) + len(begins), 3), np.int64)
    count, person = 0, 0
    for run in range(len(runs)):
        begin, end = runs[run, 1], runs[run, 2]
        if runs[run, 0]:
            count = _extended(placed, count, new, begin, end)
            continue
        while begin < end:
            while offsets[person + 1] <= begin:
                person += 1
            until = min(end, offsets[person + 1])
            shift = begins[person] - offsets[person]
            count = _extended(placed, count, sources[person], begin + shift, until + shift)
            begin = until
    return placed[:count]


@numba.njit(nogil=True, cache=True)
def copied_runs(column: Array, placed: Array, source: int, merged: Array) -> None:
    """Write the runs of one source's column to where they stand among all runs."""
    at = 0
    for run in range(len(placed)):
        begin, end = placed[run, 1], placed[run, 2]
        past = at + end - begin
        # slices are copied as blocks of memory, three times faster than small numbers one by one
        if placed[run, 0] == source:
            merged[at:past] = column[begin:end]
        at = past


@numba.njit(nogil=True, cache=True)
def overwritten(column: Array, offsets: Array, places: Array, value: Any) -> int:
    """Write ``value`` over all rows of the people at these places; how many rows they are."""
    count = 0
    for place in places:
        begin, end = offsets[place], offsets[place + 1]
        column[begin:end] = value
        count += end - begin
    return count


@numba.njit(nogil=True, cache=True)
def instants(offsets: Array, moments: Array, places: Array, wanted: Array) -> tuple[Array, Array]:
    """Where the rows of a person at a moment begin and end, for each wanted (place, moment)."""
    begins, ends = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.int64)
    for number in range(len(wanted)):
        first = offsets[places[number]]
        own = moments[first : offsets[places[number] + 1]]
        begins[number] = first + np.searchsorted(own, wanted[number])
        ends[number] = first + np.searchsorted(own, wanted[number], side="right")
    return begins, ends


@numba.njit(nogil=True, cache=True)
def equal_rows(wanted: Array, candidates: Array, is_equal: Array, row_count: int) -> Array:
    """For each wanted row one row of its own that is equal to it, or -1.

    Pairs (``wanted`` rising, ``candidates``) and whether the two are equal; being equal is
    the same for all rows that are equal, so that the first free one is as good as any.
    """
    taken = np.zeros(row_count, np.bool_)
    count = wanted[-1] + 1 if len(wanted) else 0
    found = np.full(count, -1, np.int64)
    for pair in range(len(wanted)):
        row = candidates[pair]
        if is_equal[pair] and found[wanted[pair]] < 0 and not taken[row]:
            found[wanted[pair]] = row
            taken[row] = True
    return found
