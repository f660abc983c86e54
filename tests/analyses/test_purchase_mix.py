"""The mix of channels, stores and categories against orders worked by hand."""

import pytest

from regulars.errors import ParameterInvalid

HEADER = ("order_id", "customer_id", "channel", "store_id", "ordered_at", "net_amount")
ORDERS = [
    dict(zip(HEADER, row, strict=True))
    for row in (
        ("1", "ann", "store", "a", "2026-03-01", 60),
        ("2", "ann", "web", None, "2026-03-02", 30),
        ("3", None, "store", "a", "2026-03-31 23:59", 10),
        ("4", "bob", "app", None, "2025-04-01", 99),
    )
]
LINES = [
    {"order_id": "1", "line_no": 1, "product_id": "milk", "net_amount": 20},
    {"order_id": "1", "line_no": 2, "product_id": "cheese", "net_amount": 30},
    {"order_id": "1", "line_no": 3, "product_id": "soap", "net_amount": 10},
    {"order_id": "2", "line_no": 1, "product_id": "soap", "net_amount": 30},
    {"order_id": "3", "line_no": 1, "product_id": "other", "net_amount": 10},
]
SHOP = {
    "orders": ORDERS,
    "order_lines": LINES,
    "products": [
        {"product_id": "milk", "category": "food/dairy"},
        {"product_id": "cheese", "category": "food/cheese"},
        {"product_id": "soap", "category": "home"},
    ],
    "stores": [{"store_id": "a", "store_name": "Alpha"}],
}


def mix(rows, dimension):
    return {
        r["member_id"]: (r["order_count"], r["customer_count"], r["net_amount"])
        for r in rows
        if r["dimension"] == dimension
    }


def test_mix_is_as_worked_by_hand_when_last_year_is_out(ask):
    rows = ask("purchase_mix", "2026-03-31", **SHOP)
    assert mix(rows, "channel") == {"store": (2, 1, 70), "web": (1, 1, 30)}
    assert mix(rows, "store") == {"a": (2, 1, 70), "unknown": (1, 1, 30)}
    # an order counts once in a category, however many of its lines are in it
    assert mix(rows, "category") == {"food": (1, 1, 50), "home": (2, 1, 40), "unknown": (1, 0, 10)}


def test_shares_sum_to_one_and_ranks_follow_money_when_told(ask):
    rows = ask("purchase_mix", "2026-03-31", **SHOP)
    for dimension in ("channel", "store", "category"):
        members = [r for r in rows if r["dimension"] == dimension]
        assert sum(r["net_amount_share"] for r in members) == pytest.approx(1)
        by_money = sorted(members, key=lambda r: -r["net_amount"])
        assert [r["member_rank"] for r in by_money] == list(range(1, len(members) + 1))
    assert {r["member_name"] for r in rows if r["dimension"] == "store"} == {"Alpha", "unknown"}


def test_window_is_refused_when_negative(ask):
    with pytest.raises(ParameterInvalid, match="whole number from 1 to 3650"):
        ask("purchase_mix", "2026-03-31", {"window_days": -1})
