"""The way to each purchase: from the first look at a product of its group to the order.

A purchase is what one order holds of one group of products (a purpose, else a category). Its
way begins after the person's last purchase of the group, and no longer before than a look-back
time; it holds what happened at the moment of the order too (order within an instant means
nothing). It can be judged where the order was online (of orders of one instant: any of them)
and a product of the group was looked at.

Source  the components: Payne, Bettman & Johnson (1993) The Adaptive Decision Maker, chapter 2
        (effort as time and as information looked at); Moe (2003) Buying, searching, or
        browsing, J. Consumer Psychology 13(1-2) (views within a category, returns, sessions).
"""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
VIEW, SEARCH, PURCHASE, ONLINE, FURTHER = 1, 2, 4, 8, 16  # roles of a row
ELAPSED, SIMILAR, SEARCHES, SESSIONS, RETURNS = range(5)  # components of a way
COMPONENTS, BINS = 5, 256
PER_DOUBLING = 11  # bins of elapsed time for each doubling of 1 + seconds
ORDERS, JUDGED_ORDERS, JUDGED = 0, 1, 2  # counts of a person
PERSON_FIELDS = 5 + COMPONENTS  # then sum and sum of squares of the score, sums of components
PURCHASES, JUDGED_PURCHASES, IMMEDIATE = range(3)  # counts of a group
GROUP_FIELDS = 5 + COMPONENTS


@numba.njit(nogil=True, cache=True)
def _way(
    begin: int,
    row: int,
    stop: int,
    after: int,
    columns: tuple[Array, Array, Array, Array, Array],
    unit: int,
    seen: Array,
    way: Array,
) -> bool:
    """Fills ``way`` with the components (elapsed in microseconds); False: nothing was seen.

    Rows of a moment above ``after`` are looked at. ``seen``: by product, 2 unit where it was
    looked at, 2 unit + 1 where it is what was bought.
    """
    moments, roles, visits, groups, products = columns
    at, group = moments[row], groups[row]
    last = row
    while last + 1 < stop and moments[last + 1] == at:
        last += 1
    here = last
    while here >= begin and moments[here] == at:
        if roles[here] & 4 and groups[here] == group and products[here] >= 0:
            seen[products[here]] = 2 * unit + 1
        here -= 1
    way[:] = 0
    first, visit = at, np.int64(-1)
    pending = 0
    has_view = has_bought = any_view = False
    bought_visits = 0
    here = last
    while here >= begin and moments[here] > after:
        if visits[here] != visit:
            if has_view:
                way[3] += 1
                way[2] += pending
                bought_visits += has_bought
            visit = visits[here]
            pending = 0
            has_view = has_bought = False
        if roles[here] & 2:
            pending += 1
        if roles[here] & 1 and groups[here] == group:
            has_view = any_view = True
            first = moments[here]
            product = products[here]
            if product >= 0 and seen[product] == 2 * unit + 1:
                has_bought = True
            elif product >= 0 and seen[product] != 2 * unit:
                seen[product] = 2 * unit
                way[1] += 1
        here -= 1
    if has_view:
        way[3] += 1
        way[2] += pending
        bought_visits += has_bought
    way[0] = at - first
    way[4] = max(bought_visits - 1, 0)
    return any_view


@numba.njit(nogil=True, cache=True)
def _is_online(row: int, stop: int, moments: Array, roles: Array, groups: Array) -> bool:
    """Whether any purchase of the group at the instant is online; ``row`` is the first of them."""
    other = row
    while other < stop and moments[other] == moments[row]:
        if roles[other] & 12 == 12 and groups[other] == groups[row]:
            return True
        other += 1
    return False


@numba.njit(nogil=True, cache=True)
def _bin(component: int, value: int) -> int:
    if component == 0:
        return min(255, int(np.log2(1 + value / 1e6) * 11))
    return min(255, value)


@numba.njit(nogil=True, cache=True)
def _score(way: Array, ranks: Array, by_bin: Array) -> float:
    """The mean of the components' ranks; where there are none yet, they are counted."""
    score = 0.0
    for component in range(5):
        number = _bin(component, way[component])
        if len(ranks):
            score += ranks[component, number] / 5
        else:
            by_bin[component, number] += 1
    return score


@numba.njit(nogil=True, cache=True)
def _add(sums: Array, way: Array, score: float) -> None:
    """Adds a judged purchase to the sums, from the score's on."""
    sums[3] += score
    sums[4] += score * score
    sums[5] += np.log1p(way[0] / 1e6)
    for component in range(1, 5):
        sums[5 + component] += way[component]


@numba.njit(nogil=True, cache=True)
def ways(
    offsets: Array,
    columns: tuple[Array, Array, Array, Array, Array],
    spans: tuple[int, int, int],
    product_count: int,
    ranks: Array,
    shifts: Array,
    by_bin: Array,
) -> tuple[Array, Array]:
    """Sums over a bucket's purchases: by person [people, PERSON_FIELDS], by group.

    ``columns``  by row: moments, roles, visit numbers, groups, products
    ``spans``    first moment, end, look-back
    ``ranks``    float64[COMPONENTS, BINS], the score of each component; empty: only ``by_bin``
                 (int32[groups, COMPONENTS, BINS]) is filled
    ``shifts``   float64 by group: what is taken off a purchase's score for its person's
    """
    moments, roles, _visits, groups, _products = columns
    begin, end, back = spans
    group_count = len(shifts)
    people = np.zeros((len(offsets) - 1, 10), np.float64)
    sums = np.zeros((group_count, 10), np.float64)
    seen = np.full(product_count + 1, -1, np.int64)
    owner = np.full(group_count, -1, np.int64)
    before = np.zeros(group_count, np.int64)
    way = np.zeros(5, np.int64)
    unit = 0
    for person in range(len(offsets) - 1):
        judged_at = np.int64(-(2**62))
        for row in range(offsets[person], offsets[person + 1]):
            at = moments[row]
            if not roles[row] & 4 or at >= end:
                continue
            if at >= begin and not roles[row] & 16:
                people[person, 0] += 1
            group = groups[row]
            if group < 0 or (owner[group] == person and before[group] == at):
                continue
            after = at - back - 1
            after = max(after, before[group]) if owner[group] == person else after
            owner[group], before[group] = person, at
            if at < begin or not _is_online(row, offsets[person + 1], moments, roles, groups):
                continue
            sums[group, 0] += 1
            unit += 1
            if not _way(offsets[person], row, offsets[person + 1], after, columns, unit, seen, way):
                continue
            people[person, 1] += judged_at != at
            judged_at = at
            score = _score(way, ranks, by_bin[group])
            people[person, 2] += 1
            _add(people[person], way, score - shifts[group])
            sums[group, 1] += 1
            _add(sums[group], way, score)
            sums[group, 2] += way[1] == 0 and way[3] == 1
    return people, sums
