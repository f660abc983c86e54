"""Ways to purchases, against plain Python that reads the definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.stats.deliberation.ways import PER_DOUBLING, ways
from regulars.stats.idle_sessions import visit_starts

SECOND = 1_000_000
BEGIN, END, BACK, IDLE = 3, 25, 12, 2
ROW = st.tuples(
    st.integers(0, 1),  # person
    st.integers(0, 28),  # second
    st.sampled_from([0, 1, 1, 1, 2, 4, 12, 12, 28]),  # roles; 28 = online further product
    st.integers(-1, 1),  # group
    st.integers(-1, 3),  # product
)


def plain(rows):
    """By judged purchase: (person, second, group, elapsed, similar, searches, visits, returns)."""
    found, judged = [], []
    for person in (0, 1):
        mine = [row for row in rows if row[0] == person]
        bought = {}
        for _, at, role, group, _ in mine:
            if role & 4 and group >= 0 and at < END:
                bought[at, group] = bought.get((at, group), 0) | role  # any of them online
        for (at, group), role in bought.items():
            if at < BEGIN or not role & 8:
                continue
            found.append((person, at, group))
            before = [then for then, other in bought if other == group and then < at]
            after = max([at - BACK - 1, *before])
            way = [row for row in mine if after < row[1] <= at]
            products = {row[4] for row in mine if row[1] == at and row[2] & 4 and row[3] == group}
            looks = [row for row in way if row[2] & 1 and row[3] == group]
            if not looks:
                continue
            visits = {visit(mine, row) for row in looks}
            again = {visit(mine, row) for row in looks if row[4] in products - {-1}}
            judged.append(
                (
                    person,
                    at,
                    group,
                    at - min(row[1] for row in looks),
                    len({row[4] for row in looks} - products - {-1}),
                    sum(bool(row[2] & 2) and visit(mine, row) in visits for row in way),
                    len(visits),
                    max(len(again) - 1, 0),
                )
            )
    return found, judged


def visit(mine, row):
    """The number of a row's visit: how many gaps above the idle time lie before it."""
    seconds = sorted({other[1] for other in mine if other[1] <= row[1] and not other[2] & 16})
    return sum(b - a > IDLE for a, b in itertools.pairwise(seconds))


def kernel(rows):
    people, seconds, roles, groups, products = (
        np.array(column, np.int64) for column in zip(*rows, strict=True)
    )
    offsets = np.searchsorted(people, np.arange(3)).astype(np.int64)
    roles = roles.astype(np.uint8)
    moments = seconds * SECOND
    visits = np.cumsum(visit_starts(offsets, moments, roles & 16 == 0, IDLE * SECOND))
    by_bin = np.zeros((2, 5, 256), np.int32)
    columns = (moments, roles, visits, groups.astype(np.int32), products.astype(np.int32))
    spans = (BEGIN * SECOND, END * SECOND, BACK * SECOND)
    found = ways(offsets, columns, spans, 4, np.zeros((0, 256)), np.zeros(2), by_bin)
    return *found, by_bin


@settings(max_examples=250, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=40))
def test_ways_are_those_of_the_definition_when_read_plainly(rows):
    # a further product of an order is at a moment that has an event of its own
    alone = {(row[0], row[1]) for row in rows if not row[2] & 16}
    rows = sorted((r for r in rows if not r[2] & 16 or r[:2] in alone), key=lambda row: row[:2])
    if not rows:
        return
    people, groups, by_bin = kernel(rows)
    bought, judged = plain(rows)
    for person in (0, 1):
        orders = [r for r in rows if r[0] == person and r[2] & 4 and not r[2] & 16]
        assert people[person, 0] == sum(BEGIN <= row[1] < END for row in orders)
        mine = [way for way in judged if way[0] == person]
        assert people[person, 1] == len({way[1] for way in mine})
        assert people[person, 2] == len(mine)
        expected = [
            sum(np.log1p(way[3]) for way in mine),
            *(sum(w[n] for w in mine) for n in range(4, 8)),
        ]
        assert people[person, 5:] == pytest.approx(expected)
    for group in (0, 1):
        mine = [way for way in judged if way[2] == group]
        assert groups[group, 0] == sum(other == group for *_, other in bought)
        assert groups[group, 1] == len(mine)
        assert groups[group, 2] == sum(way[4] == 0 and way[6] == 1 for way in mine)
        for component in range(5):
            values = [way[3 + component] for way in mine]
            if component == 0:
                values = [int(np.log2(1 + value) * PER_DOUBLING) for value in values]
            counted = np.bincount(np.array(values, np.int64), minlength=256)
            assert by_bin[group, component].tolist() == counted.tolist()
