"""Rows brought into groups (people, or a person's values of a property) and into events."""

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def groups_of_values(offsets: Ints, values: npt.NDArray[np.generic]) -> tuple[Ints, Ints, Ints]:
    """An order of the rows by (person, value), else as they were; the groups' offsets; whose.

    ``offsets``: person p has rows offsets[p] to offsets[p + 1].
    """
    person = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    order = np.lexsort((values, person))
    ordered_person, ordered_value = person[order], values[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (ordered_person[1:] != ordered_person[:-1]) | (
        ordered_value[1:] != ordered_value[:-1]
    )
    starts = np.flatnonzero(is_first)
    return order, np.append(starts, len(order)), ordered_person[starts]


@numba.njit(nogil=True, cache=True)
def event_numbers(offsets: Ints, moments: Ints, names: Ints, is_further: Flags) -> tuple[Ints, int]:
    """Which event each row is of, counted through, and how many there are.

    At one instant the rows of one name are one event where any of them is a further
    product: nothing says to which of two orders of one instant it belongs.
    """
    numbers = np.empty(len(moments), dtype=np.int64)
    count = 0
    for group in range(len(offsets) - 1):
        row = offsets[group]
        while row < offsets[group + 1]:
            past = row + 1
            has_further = is_further[row]
            while past < offsets[group + 1] and moments[past] == moments[row]:
                has_further |= is_further[past]
                past += 1
            for here in range(row, past):
                numbers[here] = -1
                other = row
                while has_further and other < here and numbers[here] < 0:
                    if names[other] == names[here]:
                        numbers[here] = _shared(names, is_further, numbers, other, row, past)
                    other += 1
                if numbers[here] < 0:
                    numbers[here] = count
                    count += 1
            row = past
    return numbers, count


@numba.njit(nogil=True, cache=True)
def _shared(names: Ints, is_further: Flags, numbers: Ints, other: int, row: int, past: int) -> int:
    """The number of the event of ``other`` if its name has further rows at the instant, or -1."""
    for here in range(row, past):
        if names[here] == names[other] and is_further[here]:
            return numbers[other]
    return -1


@numba.njit(nogil=True, cache=True)
def largest_instant(offsets: Ints, moments: Ints) -> int:
    """The most rows that one group has at one instant."""
    largest = 0
    for group in range(len(offsets) - 1):
        count = 0
        for row in range(offsets[group], offsets[group + 1]):
            is_same = row > offsets[group] and moments[row] == moments[row - 1]
            count = count + 1 if is_same else 1
            largest = max(largest, count)
    return largest


def classes_of(bits: list[Flags], row_count: int) -> tuple[Ints, Flags]:
    """Which of several sets each row is in, as one class per row; (classes, sets) of bool."""
    classes = np.zeros(row_count, dtype=np.int64)
    sets = np.zeros((1, 0), dtype=bool)
    for flags in bits:
        key = 2 * classes + flags
        used = np.flatnonzero(np.bincount(key, minlength=2 * len(sets)))
        place = np.zeros(2 * len(sets), dtype=np.int64)
        place[used] = np.arange(len(used))
        sets = np.column_stack([sets[used // 2], used % 2 == 1])
        classes = place[key]
    return classes, sets
