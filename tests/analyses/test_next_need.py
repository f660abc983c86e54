"""The need that comes first, of customers whose rhythm is known."""

from functools import partial

import pytest
from tests.analyses.needs_shop import asked, by_need, rows_of


@pytest.fixture
def run(make_tables):
    return partial(asked, make_tables)


def test_next_need_is_the_one_expected_first(run):
    rows = rows_of() + [("m000", on, "t1", 1) for on in range(10, 350, 24)]
    needs = by_need(run("repurchase", rows, min_still_buying=0.5))
    answer = {row["customer_id"]: row for row in run("next_need", rows).rows.to_pylist()}
    assert set(answer) == {who for who, _ in needs}
    for who, row in answer.items():
        mine = [need for (one, _), need in needs.items() if one == who]
        assert row["expected_on"] == min(need["expected_on"] for need in mine)
        assert row["purpose_count"] == len(mine)
        now = sum(need["need_state"] in ("due", "overdue") for need in mine)
        assert row["due_purpose_count"] == now
    assert answer["m000"]["purpose_count"] == 2
