"""Moves between stages against plain Python."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from tests.analyses.plain_lifecycle import FEW, Plain, shop


@pytest.mark.parametrize("as_of", ["2026-03-31", "2026-04-10"])
def test_moves_match_plain_python_and_add_up_when_shops_are_made_at_random(ask, as_of):
    orders, last_on = shop(4), date(2026, 3, 31)
    plain = Plain(orders, last_on)
    rows = ask("lifecycle_moves", as_of, {"month_count": 5, **FEW}, orders=orders)
    ends = [date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31)]
    ends += [date(2026, 2, 28), last_on]
    for before, after in pairwise(ends):
        wanted = Counter((plain.stage(who, before), plain.stage(who, after)) for who in plain.days)
        wanted.pop(("not_yet", "not_yet"), None)
        month = [row for row in rows if row["month_on"] == after.replace(day=1)]
        found = {(r["from_stage"], r["to_stage"]): r["customer_count"] for r in month}
        assert found == wanted
        for row in month:
            whole = sum(n for (stage, _), n in wanted.items() if stage == row["from_stage"])
            is_new = row["from_stage"] == "not_yet"
            expected = None if is_new else pytest.approx(row["customer_count"] / whole)
            assert row["move_rate"] == expected
    assert len({row["month_on"] for row in rows}) == 5


def test_last_month_ends_in_todays_stages_when_today_ends_a_month(ask):
    orders = shop(5)
    stages = Counter(row["stage"] for row in ask("lifecycle", "2025-12-31", orders=orders))
    moves = ask("lifecycle_moves", "2025-12-31", {"month_count": 1}, orders=orders)
    ended = Counter()
    for row in moves:
        ended[row["to_stage"]] += row["customer_count"]
    assert ended == stages
