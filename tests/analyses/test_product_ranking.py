"""Product ranking against two months worked by hand."""

import pytest

from regulars.errors import ParameterInvalid


def sale(number, product, at, amount, quantity=1, cost=None, store="a"):
    """An order of one line: the order's row and the line's."""
    order = {"order_id": str(number), "store_id": store, "ordered_at": at, "net_amount": amount}
    line = {
        "order_id": str(number),
        "line_no": 1,
        "product_id": product,
        "quantity": quantity,
        "net_amount": amount,
        "unit_cost": cost,
    }
    return order, line


SALES = [
    sale(0, "old", "2026-01-01", 5),
    sale(1, "milk", "2026-02-05", 100, 10),
    sale(2, "milk", "2026-03-05", 130, 13, cost=6),
    sale(3, "milk", "2026-03-06", 20, 2, store="b"),
    sale(4, "soap", "2026-02-05", 100),
    sale(5, "soap", "2026-03-31 23:59", 85),
    sale(6, "tea", "2026-02-07", 40),
    sale(7, "fan", "2026-03-08", 60, 1, cost=70),
    sale(8, "old", "2026-02-09", 100, 4),
    sale(9, "old", "2026-03-09", 50, 2),
]
RETURN_HEADER = (
    "return_id",
    "order_id",
    "product_id",
    "returned_at",
    "quantity",
    "refund_amount",
)
RETURNS = [
    dict(zip(RETURN_HEADER, row, strict=True))
    for row in (
        ("r", "3", "milk", "2026-03-20", 3, 30),
        ("s", None, "gone", "2026-03-20", 1, 8),
    )
]
SHOP = {
    "orders": [order for order, _ in SALES],
    "order_lines": [line for _, line in SALES],
    "returns": RETURNS,
    "products": [{"product_id": "milk", "product_name": "Milk", "category": "food"}],
}
MONTH = {"period": "month"}


@pytest.fixture
def ranked(ask):
    return {row["product_id"]: row for row in ask("product_ranking", "2026-03-31", MONTH, **SHOP)}


def test_figures_are_as_worked_by_hand_when_a_product_sold_and_came_back(ranked):
    milk = ranked["milk"]
    assert (milk["net_sales"], milk["previous_net_sales"]) == (120, 100)
    assert (milk["unit_count"], milk["return_rate"]) == (15, 3 / 15)
    assert milk["gross_margin_amount"] == 130 - 78
    assert milk["gross_margin_rate"] == pytest.approx(0.4)
    assert milk["change_rate"] == pytest.approx(0.2)
    assert milk["last_year_net_sales"] is None
    assert (milk["product_name"], milk["category"]) == ("Milk", "food")
    assert (ranked["soap"]["product_name"], ranked["soap"]["category"]) == ("soap", "unknown")


def test_trend_names_what_happened_when_there_is_a_past(ranked):
    assert {name: row["trend"] for name, row in ranked.items()} == {
        "milk": "rising",  # exactly the threshold
        "soap": "steady",
        "tea": "stopped",
        "fan": "new",
        "old": "falling",
        "gone": "falling",
    }


def test_ranks_run_from_both_ends_when_ranked(ranked):
    by_rank = sorted(ranked, key=lambda name: ranked[name]["product_rank"])
    assert by_rank == ["milk", "soap", "fan", "old", "tea", "gone"]
    assert [ranked[name]["worst_rank"] for name in by_rank] == [6, 5, 4, 3, 2, 1]


def test_sales_are_all_accounted_for_when_summed(ranked):
    assert sum(row["net_sales"] for row in ranked.values()) == 130 + 20 + 85 + 60 + 50 - 38
    assert sum(row["net_sales_share"] for row in ranked.values()) == pytest.approx(1)


def test_products_without_the_figure_come_last_when_ranked_by_margin(ask):
    rows = ask("product_ranking", "2026-03-31", {**MONTH, "by": "gross_margin_amount"}, **SHOP)
    ranks = {row["product_id"]: (row["product_rank"], row["worst_rank"]) for row in rows}
    assert (ranks["milk"], ranks["fan"]) == ((1, 2), (2, 1))


def test_each_store_has_its_own_ranks_when_asked_by_store(ask):
    rows = ask("product_ranking", "2026-03-31", {**MONTH, "by_store": True}, **SHOP)
    found = {(r["store_id"], r["product_id"]): (r["net_sales"], r["product_rank"]) for r in rows}
    assert found["a", "milk"] == (130, 1)
    assert found["b", "milk"] == (-10, 1)
    assert found[None, "gone"] == (-8, 1)  # its order, and so its store, is unknown


def test_trend_is_unknown_when_the_data_begins_in_the_period(ask):
    orders = [order for order, _ in SALES[2:3]]
    rows = ask("product_ranking", "2026-03-31", MONTH, **{**SHOP, "orders": orders})
    assert {row["trend"] for row in rows} == {"unknown"}


def test_figure_is_refused_when_unknown(ask):
    with pytest.raises(ParameterInvalid, match="Did you mean 'net_sales'"):
        ask("product_ranking", "2026-03-31", {"by": "netsales"})
