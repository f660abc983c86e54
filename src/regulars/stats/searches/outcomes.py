"""What came of each search: something looked at, something bought; and sums over searches.

A search is followed by what the same person does at its own moment or later (order within
one instant means nothing): a click counts within ``idle``, and not after the moment of the
next search; a purchase counts within ``window``.
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
SEARCH, CLICK, PURCHASE = 1, 2, 4  # roles of an event
CLICKED, BOUGHT, HAS_COUNT, NO_RESULT = 1, 2, 4, 8  # outcomes of a search
FIELDS = 8
SEARCHES, PEOPLE, SQUARES, COUNTED, RESULTLESS, UNCLICKED, MISSED, BOUGHT_AFTER = range(FIELDS)


@numba.njit(nogil=True, cache=True)
def _searches(
    columns: tuple[Array, Array, Array, Array], role_of: Array, first: int, end: int
) -> int:
    """How many searches there are between the moments."""
    moments, events, queries, _products = columns
    count = 0
    for row in range(len(events)):
        if role_of[events[row]] & 1 and queries[row] >= 0 and first <= moments[row] < end:
            count += 1
    return count


@numba.njit(nogil=True, cache=True)
def _instant(moments: Array, begin: int, row: int) -> int:
    """The person's first row of the same moment."""
    while row > begin and moments[row - 1] == moments[row]:
        row -= 1
    return row


@numba.njit(nogil=True, cache=True)
def _longer(array: Array) -> Array:
    """The same, with as many places again."""
    return np.append(array, np.empty(len(array), np.int64))


@numba.njit(nogil=True, cache=True)
def outcomes(
    offsets: Array,
    columns: tuple[Array, Array, Array, Array],
    role_of: Array,
    wanted_of: Array,
    group_of: Array,
    spans: tuple[int, int, int, int, int],
    any_product: bool,
) -> tuple[Array, Array, Array, Array, Array]:
    """The searches of a bucket, and what was bought after them.

    ``columns``  by row: moments, event codes, query codes, product codes (below 0: none)
    ``role_of``  uint8 by event code; an event without a query is no search
    ``wanted_of``  int32 by query code: the group that a search is for (-1: any)
    ``group_of``   int32 by product code, and last of no product (-1: not known)
    ``spans``      first moment, end, the end of what is known, idle, window
    ``any_product``  a purchase counts whatever was bought

    Returns by search: row, person of the bucket, outcome; by purchase after: search, row.
    """
    moments, events, queries, products = columns
    first, end, horizon, idle, window = spans
    count = _searches(columns, role_of, first, end)
    rows = np.empty(count, np.int64)
    people = np.empty(count, np.int32)
    result = np.zeros(count, np.uint8)
    after = np.empty(max(count, 16), np.int64)
    purchase = np.empty(max(count, 16), np.int64)
    pairs = place = 0
    for person in range(len(offsets) - 1):
        begin, stop = offsets[person], offsets[person + 1]
        for row in range(begin, stop):
            at = moments[row]
            if not role_of[events[row]] & 1 or queries[row] < 0 or at < first or at >= end:
                continue
            rows[place], people[place] = row, person
            wanted = wanted_of[queries[row]]
            other = _instant(moments, begin, row)
            next_search = horizon
            until = min(horizon, at + max(idle, window) + 1)
            while other < stop and moments[other] < until:
                then = moments[other]
                role = role_of[events[other]]
                if role & 1 and queries[other] >= 0 and at < then < next_search:
                    next_search = then
                if role & 2 and then <= at + idle and then <= next_search:
                    result[place] |= 1
                if (
                    role & 4
                    and then <= at + window
                    and (any_product or wanted < 0 or wanted == group_of[products[other]])
                ):
                    result[place] |= 2
                    if pairs == len(after):
                        after, purchase = _longer(after), _longer(purchase)
                    after[pairs], purchase[pairs] = place, other
                    pairs += 1
                other += 1
            place += 1
    return rows, people, result, after[:pairs], purchase[:pairs]


@numba.njit(nogil=True, cache=True)
def summed(
    people: Array,
    texts: Array,
    results: Array,
    segments: Array,
    starts: Array,
    entries: Array,
    entry_count: int,
    segment_count: int,
) -> Array:
    """Sums over searches, by segment and entry: int64[segments, entries, FIELDS].

    A text counts for the entries ``entries[starts[text] : starts[text + 1]]``. Searches come
    person by person. SQUARES is the sum over people of the square of their searches; MISSED
    counts those without a result or without a click.
    """
    sums = np.zeros((segment_count, entry_count, FIELDS), np.int64)
    last = np.full(entry_count, -1, np.int64)
    run = np.zeros(entry_count, np.int64)
    for search in range(len(texts)):
        person, result = people[search], results[search]
        segment = segments[person]
        for place in range(starts[texts[search]], starts[texts[search] + 1]):
            entry = entries[place]
            into = sums[segment, entry]
            if last[entry] != person:
                last[entry] = person
                run[entry] = 0
                into[PEOPLE] += 1
            run[entry] += 1
            into[SEARCHES] += 1
            into[SQUARES] += 2 * run[entry] - 1
            into[COUNTED] += (result & HAS_COUNT) > 0
            into[RESULTLESS] += (result & NO_RESULT) > 0
            into[UNCLICKED] += (result & CLICKED) == 0
            into[MISSED] += (result & CLICKED) == 0 or (result & NO_RESULT) > 0
            into[BOUGHT_AFTER] += (result & BOUGHT) > 0
    return sums
