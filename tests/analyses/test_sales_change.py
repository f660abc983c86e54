"""What changed, against contributions worked by hand; they add up exactly."""

from decimal import Decimal

import pytest

from regulars.errors import ParameterInvalid

HEADER = ("order_id", "store_id", "channel", "ordered_at", "net_amount")
ORDERS = [
    dict(zip(HEADER, row, strict=True))
    for row in (
        ("0", "a", "store", "2026-01-01", 1),
        ("1", "a", "store", "2026-02-10", 100),
        ("2", None, "web", "2026-02-11", "50.01"),
        ("3", "a", "store", "2026-03-01", 80),
        ("4", "b", "store", "2026-03-31 23:00", 30),
    )
]
LINES = [
    {"order_id": "1", "line_no": 1, "product_id": "milk", "net_amount": 90},  # 10 on no line
    {"order_id": "2", "line_no": 1, "product_id": "soap", "net_amount": "50.01"},
    {"order_id": "3", "line_no": 1, "product_id": "milk", "net_amount": 80},
    {"order_id": "4", "line_no": 1, "product_id": "new", "net_amount": 30},
]
RETURN_HEADER = ("return_id", "order_id", "product_id", "returned_at", "refund_amount")
RETURNS = [
    dict(zip(RETURN_HEADER, row, strict=True))
    for row in (
        ("r", "1", "milk", "2026-03-03", 5),
        ("s", None, "soap", "2026-03-04", 2),
    )
]
SHOP = {
    "orders": ORDERS,
    "order_lines": LINES,
    "returns": RETURNS,
    "products": [
        {"product_id": "milk", "category": "food/dairy"},
        {"product_id": "soap", "category": "home/bath"},
    ],
    "stores": [{"store_id": "a", "store_name": "Alpha"}],
}
MONTH = {"period": "month"}


def changes(rows, dimension):
    return {r["member_id"]: r["change_amount"] for r in rows if r["dimension"] == dimension}


def test_changes_are_as_worked_by_hand_when_month(ask):
    rows = ask("sales_change", "2026-03-31", MONTH, **SHOP)
    cents = Decimal("0.01")
    assert changes(rows, "store") == {"a": -25, "b": 30, "unknown": -52 - cents}
    assert changes(rows, "channel") == {"store": 5, "web": -50 - cents, "unknown": -2}
    assert changes(rows, "category") == {
        "food": -15,
        "home": -52 - cents,
        "unknown": 30,
        "not_on_lines": -10,
    }


def test_changes_add_up_to_the_shops_when_summed_by_dimension(ask):
    rows = ask("sales_change", "2026-03-31", MONTH, **SHOP)
    whole = (80 + 30 - 7) - (100 + Decimal("50.01"))
    for dimension in ("store", "channel", "category"):
        assert sum(changes(rows, dimension).values()) == whole
        share = sum(r["contribution_rate"] for r in rows if r["dimension"] == dimension)
        assert share == pytest.approx(float(whole) / 150.01)


def test_members_are_named_and_ranked_when_told(ask):
    rows = ask("sales_change", "2026-03-31", MONTH, **SHOP)
    stores = {r["member_id"]: r for r in rows if r["dimension"] == "store"}
    assert (stores["a"]["member_name"], stores["b"]["member_name"]) == ("Alpha", "b")
    assert [stores[s]["change_rank"] for s in ("unknown", "b", "a")] == [1, 2, 3]


def test_categories_go_deeper_when_level_is_two(ask):
    rows = ask("sales_change", "2026-03-31", {**MONTH, "category_level": 2}, **SHOP)
    assert "food/dairy" in changes(rows, "category")


def test_nothing_is_said_when_data_does_not_reach_back(ask):
    assert ask("sales_change", "2026-03-31", {**MONTH, "against": "last_year"}, **SHOP) == []


def test_comparison_is_refused_when_unknown(ask):
    with pytest.raises(ParameterInvalid, match="Choices: previous, last_year"):
        ask("sales_change", "2026-03-31", {"against": "budget"}, **SHOP)
