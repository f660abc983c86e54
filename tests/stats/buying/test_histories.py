"""Customers with the same three numbers are one history."""

import numpy as np
import pytest

from regulars.stats.buying.histories import histories


def test_histories_are_unique_and_weighted():
    known, number = histories([1, 0, 1, 1], [3, 0, 3, 2], [9, 9, 9, 9])
    assert known.customer_count == 4
    assert len(known) == 3
    back = np.column_stack([known.repeat_order_count, known.purchase_span, known.customer_age])
    assert back[number].tolist() == [[1, 3, 9], [0, 0, 9], [1, 3, 9], [1, 2, 9]]
    assert known.weight[number].tolist() == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("x", "span", "age"),
    [
        ([1], [-1], [2]),
        ([1], [3], [2]),
        ([0], [1], [2]),
        ([np.nan], [0], [2]),
        ([1], [1], [np.inf]),
    ],
)
def test_error_when_a_history_cannot_be(x, span, age):
    with pytest.raises(ValueError, match=r"history|order"):
        histories(x, span, age)
