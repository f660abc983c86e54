"""Lifecycle and its moves against plain Python, and against customers worked by hand."""

from datetime import date, timedelta

import pytest
from tests.analyses.plain_lifecycle import FEW, START, Plain, shop

from regulars.errors import ParameterInvalid


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("as_of", ["2025-07-31", "2026-04-10"])
def test_stages_match_plain_python_when_shops_are_made_at_random(ask, seed, as_of):
    orders, day = shop(seed), date.fromisoformat(as_of)
    plain = Plain(orders, day)
    rows = ask("lifecycle", as_of, FEW, orders=orders)
    assert {row["customer_id"] for row in rows} == set(plain.days)
    for row in rows:
        who = row["customer_id"]
        days = plain.days[who]
        assert row["stage"] == plain.stage(who, day), who
        assert (row["slipping_days"], row["lost_days"]) == plain.limits(days)
        assert (row["first_order_on"], row["last_order_on"]) == (days[0], days[-1])
        assert row["order_day_count"] == len(days)
        assert row["days_since_last_order"] == (day - days[-1]).days
        assert row["stage_since_on"] <= day
        if row["stage"] != "won_back":
            assert row["stage_since_on"] == plain.since(who, day), (who, days)
    assert len({row["stage"] for row in rows}) >= 4


@pytest.mark.parametrize("seed", [1, 2])
def test_next_stage_begins_on_its_day_when_the_customer_stays_away(ask, seed):
    orders, as_of = shop(seed), date(2025, 12, 31)
    plain = Plain(orders, as_of)
    for row in ask("lifecycle", str(as_of), FEW, orders=orders):
        who, on = row["customer_id"], row["next_stage_on"]
        if row["stage"] == "lost":
            assert on is row["next_stage"] is row["days_until_next_stage"] is None
            continue
        assert plain.stage(who, on) == row["next_stage"] != row["stage"]
        assert plain.stage(who, on - timedelta(days=1)) == row["stage"]
        assert row["days_until_next_stage"] == (on - as_of).days > 0


def test_nobody_has_a_stage_when_nobody_ever_came_back(ask):
    orders = [
        {"order_id": str(n), "customer_id": f"c{n}", "ordered_at": "2025-03-01 10:00"}
        for n in range(3)
    ]
    rows = ask("lifecycle", "2025-12-31", orders=orders)
    assert len(rows) == 3
    assert all(row["stage"] is row["slipping_days"] is row["next_stage_on"] is None for row in rows)
    assert ask("lifecycle_moves", "2025-12-31", orders=orders) == []


def test_newcomers_are_judged_by_the_shop_when_they_have_no_gap(ask):
    weekly = [
        {"order_id": f"{who}{week}", "customer_id": who, "ordered_at": f"{on} 10:00"}
        for who in ("ann", "bob")
        for week in range(10)
        for on in [START + timedelta(days=7 * week)]
    ]
    orders = [*weekly, {"order_id": "x", "customer_id": "cat", "ordered_at": "2025-03-01 10:00"}]
    rows = {row["customer_id"]: row for row in ask("lifecycle", "2025-03-05", orders=orders)}
    # everybody's gaps are seven days, without any spread
    assert {row["slipping_days"] for row in rows.values()} == {7}
    assert {row["lost_days"] for row in rows.values()} == {8}
    assert {who: row["stage"] for who, row in rows.items()} == {
        "ann": "loyal",
        "bob": "loyal",
        "cat": "new",
    }
    assert rows["cat"]["next_stage_on"] == date(2025, 3, 9)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"slipping_quantile": 0.2}, "It is a number from 0.5 to 0.999."),
        ({"lost_quantile": 0.9}, "It is a number above slipping_quantile, which is 0.9."),
        ({"loyal_order_count": 1}, "It is a whole number from 2"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    for name in ("lifecycle", "lifecycle_moves"):
        with pytest.raises(ParameterInvalid) as refused:
            ask(name, "2026-03-31", parameters, orders=[])
        assert message in str(refused.value)
