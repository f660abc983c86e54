"""Customers with the same three numbers are one history."""

import numpy as np
import pytest

from regulars.stats.buying.histories import histories, unique_histories


def test_histories_are_unique_and_weighted():
    known, number = histories([1, 0, 1, 1], [3, 0, 3, 2], [9, 9, 9, 9])
    assert known.customer_count == 4
    assert len(known) == 3
    back = np.column_stack([known.repeat_order_count, known.purchase_span, known.customer_age])
    assert back[number].tolist() == [[1, 3, 9], [0, 0, 9], [1, 3, 9], [1, 2, 9]]
    assert known.weight[number].tolist() == [2, 1, 2, 1]


@pytest.mark.parametrize("length", [1, 7])
def test_unique_histories_are_the_same_without_whose_they_are(length):
    rng = np.random.default_rng(0)
    age = rng.integers(1, 40, 3000)
    x = rng.integers(0, 4, 3000)
    span = np.where(x > 0, rng.integers(0, age + 1), 0)
    known, number = histories(x, span / length, age / length)
    fast = unique_histories(x, span / length, age / length)
    rows = [
        np.column_stack([k.repeat_order_count, k.purchase_span, k.customer_age, k.weight])
        for k in (known, fast)
    ]
    assert rows[0].tolist() == rows[1].tolist()
    wanted, counts = np.unique(
        np.column_stack([x, span / length, age / length]), axis=0, return_counts=True
    )
    assert rows[0][:, :3].tolist() == wanted.tolist()
    assert known.weight.tolist() == counts.tolist()
    assert known.purchase_span[number].tolist() == (span / length).tolist()


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
