"""The hour-by-weekday grid against orders worked by hand."""

import pytest

from regulars.errors import ParameterInvalid

ORDERS = [
    {"order_id": "1", "customer_id": "ann", "ordered_at": "2026-03-30 00:59", "net_amount": 3},
    {"order_id": "2", "customer_id": "ann", "ordered_at": "2026-03-23 00:01", "net_amount": 4},
    {"order_id": "3", "customer_id": None, "ordered_at": "2026-03-29 23:59", "net_amount": 5},
    {"order_id": "4", "customer_id": "bob", "ordered_at": "2025-03-31 23:59", "net_amount": 6},
]


def test_grid_is_whole_and_as_worked_by_hand_when_orders_are_few(ask):
    rows = ask("purchase_times", "2026-03-31", orders=ORDERS)
    assert [(r["weekday"], r["hour"]) for r in rows] == [
        (w, h) for w in range(1, 8) for h in range(24)
    ]
    sold = {(r["weekday"], r["hour"]): r for r in rows if r["order_count"]}
    assert set(sold) == {(1, 0), (7, 23)}  # the order of a year ago is out of the 52 weeks
    monday = sold[1, 0]
    assert (monday["order_count"], monday["customer_count"], monday["net_amount"]) == (2, 1, 7)
    assert monday["order_share"] == pytest.approx(2 / 3)
    assert sum(r["order_share"] for r in rows) == pytest.approx(1)


def test_older_weeks_are_left_out_when_fewer_are_asked_for(ask):
    rows = ask("purchase_times", "2026-03-31", {"week_count": 1}, orders=ORDERS)
    assert sum(r["order_count"] for r in rows) == 2


def test_weeks_are_refused_when_none(ask):
    with pytest.raises(ParameterInvalid, match="whole number from 1 to 1000"):
        ask("purchase_times", "2026-03-31", {"week_count": 0})
