"""Price sensitivity of a generated shop: known elasticities, reasons, groups, leaks, row order."""

import json

import numpy as np
import pytest

from regulars.errors import NothingToAnalyse, ParameterInvalid

FIRST = np.datetime64("2025-07-01")
TRUTH = {"tea": -2.0, "milk": -0.6}


def shop(days=200, seed=5):
    """Six products of two categories; each has offers, one product's price never moves."""
    rng = np.random.default_rng(seed)
    products, promotions, orders, lines = [], [], [], []
    for place, category in enumerate(["tea", "tea", "tea", "milk", "milk", "milk"]):
        name = f"{category}{place}"
        price = np.full(days, 20.0 + place)
        products.append(
            {"product_id": name, "product_name": name.title(), "category": f"food/{category}"}
        )
        if place != 5:
            # apart from those of the others: six products share the days' effects
            for start in range(5, days - 30, 30):
                begin = start + int(rng.integers(0, 20))
                share = float(rng.choice([0.1, 0.2, 0.3]))
                price[begin : begin + 8] *= 1 - share
                promotions.append(
                    {
                        "promotion_id": f"{name}-{begin}",
                        "product_id": name,
                        "started_at": f"{FIRST + begin} 00:00",
                        "ended_at": f"{FIRST + begin + 8} 00:00",
                        "kind": "discount",
                        "value": share,
                    }
                )
        sold = rng.poisson(6 * (price / (20 + place)) ** TRUTH[category])
        for day in np.flatnonzero(sold):
            order = f"{name}-{day}"
            orders.append(
                {
                    "order_id": order,
                    "customer_id": "ann" if day % 2 else "bob",
                    "ordered_at": f"{FIRST + day} 12:00",
                }
            )
            pieces = int(sold[day])
            lines.append(
                {
                    "order_id": order,
                    "line_no": 1,
                    "product_id": name,
                    "quantity": pieces,
                    "unit_price": 20 + place,
                    "net_amount": round(pieces * float(price[day]), 4),
                }
            )
    customers = [{"customer_id": "ann", "is_member": True}, {"customer_id": "bob"}]
    return {
        "orders": orders,
        "order_lines": lines,
        "products": products,
        "promotions": promotions,
        "customers": customers,
    }


def by_product(rows, group=None):
    return {row["product_id"]: row for row in rows if row["by_value"] == group}


def test_known_elasticities_are_found_and_the_unmoved_price_says_why_not(ask):
    rows = by_product(ask("price_sensitivity", "2026-01-16", **shop()))
    for name in ("tea0", "tea1", "tea2"):
        assert rows[name]["elasticity"] == pytest.approx(-2.0, abs=0.6)
        assert rows[name]["response"] == "elastic"
    for name in ("milk3", "milk4"):
        assert rows[name]["elasticity"] == pytest.approx(-0.6, abs=0.7)
    assert rows["milk5"]["elasticity"] is None
    assert rows["milk5"]["reason"] == "insufficient price variation"
    assert rows["tea0"]["piece_count"] > 1000


def test_categories_stand_beside_their_products(ask):
    rows = ask("price_sensitivity", "2026-01-16", **shop())
    wholes = {row["category"]: row for row in rows if row["product_id"] is None}
    assert wholes["food/tea"]["elasticity"] < -1.5 < -1.2 < wholes["food/milk"]["elasticity"]
    assert [wholes[name]["product_count"] for name in ("food/tea", "food/milk")] == [3, 2]


def test_groups_are_told_apart_when_asked(ask):
    rows = ask("price_sensitivity", "2026-01-16", {"by": "is_member"}, **shop())
    assert {row["by_value"] for row in rows} == {None, "true", "false"}
    whole, parts = by_product(rows), [by_product(rows, group) for group in ("true", "false")]
    for name, row in whole.items():
        assert row["piece_count"] == sum(part[name]["piece_count"] for part in parts)


def test_too_few_sales_are_a_reason(ask):
    given = shop()
    given["orders"] = given["orders"][:15]
    rows = by_product(ask("price_sensitivity", "2026-01-16", **given))
    assert {row["reason"] for row in rows.values()} == {"too few sales"}
    assert all(row["elasticity"] is None for row in rows.values())


def test_result_is_the_same_when_the_future_is_not_there_yet(ask):
    whole = shop()
    past = {order["order_id"] for order in whole["orders"] if order["ordered_at"] < "2025-12-01"}
    known = whole | {
        "orders": [order for order in whole["orders"] if order["order_id"] in past],
        "order_lines": [line for line in whole["order_lines"] if line["order_id"] in past],
        "promotions": [p for p in whole["promotions"] if p["started_at"] < "2025-12-01"],
    }
    now = ask("price_sensitivity", "2025-11-30", **known)
    assert any(row["elasticity"] is not None for row in now)
    assert ask("price_sensitivity", "2025-11-30", **whole) == now


def test_result_is_the_same_whatever_the_order_of_rows(ask):
    whole = shop()
    turned = {name: rows[::-1] for name, rows in whole.items()}
    assert ask("price_sensitivity", "2026-01-16", **turned) == ask(
        "price_sensitivity", "2026-01-16", **whole
    )


def test_coupons_are_the_buyers_not_the_shelfs(ask):
    plain = shop()
    given = json.loads(json.dumps(plain))
    for place, order in enumerate(given["orders"]):
        if place % 9 == 0:
            order["coupon_codes"] = ["X"]
            given["order_lines"][place]["net_amount"] *= 0.5
    rows = [by_product(ask("price_sensitivity", "2026-01-16", **s)) for s in (plain, given)]
    assert rows[1]["tea0"]["elasticity"] == pytest.approx(rows[0]["tea0"]["elasticity"], abs=0.1)


def test_one_line_says_what_is_missing(ask):
    with pytest.raises(NothingToAnalyse, match="50 pieces sold on 20 days"):
        ask("price_sensitivity", "2026-01-16")
    with pytest.raises(ParameterInvalid, match="weeks"):
        ask("price_sensitivity", "2026-01-16", {"weeks": 1})
