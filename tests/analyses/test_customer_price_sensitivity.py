"""Customers' price sensitivity: drawn customers of known tilt, edges, leaks, order of rows."""

import numpy as np
import pytest

from regulars.analyses.customer_price_sensitivity import _spread, posterior
from regulars.errors import NothingToAnalyse


def shop(customers=30, orders_each=30, seed=2):
    """Each order one line; half of the customers take offers, half hardly ever."""
    rng = np.random.default_rng(seed)
    orders, lines = [], []
    for customer in range(customers):
        for order in range(orders_each):
            order_id = f"{customer:02}-{order:02}"
            day = np.datetime64("2026-03-02") + int(rng.integers(0, 28))
            chance = 0.7 if customer % 2 else 0.1
            paid = 14 if rng.random() < chance else 20
            orders.append(
                {
                    "order_id": order_id,
                    "customer_id": f"c{customer:02}",
                    "ordered_at": f"{day} 09:00",
                }
            )
            lines.append(
                {
                    "order_id": order_id,
                    "line_no": 1,
                    "product_id": "t",
                    "quantity": 1,
                    "unit_price": 20,
                    "net_amount": paid,
                }
            )
    product = {"product_id": "t", "product_name": "Tea", "category": "tea"}
    return {"orders": orders, "order_lines": lines, "products": [product]}


def test_who_takes_offers_is_told_from_who_does_not(ask):
    rows = ask("customer_price_sensitivity", "2026-03-31", **shop())
    kinds = [row["price_sensitivity"] for row in rows]
    assert set(kinds[1::2]) == {"sensitive"}
    assert set(kinds[::2]) == {"insensitive"}
    assert all(row["expected_offer_share"] == pytest.approx(0.4, abs=0.1) for row in rows)
    assert rows[1]["extra_elasticity"] > 0 > rows[0]["extra_elasticity"]


def test_nothing_is_made_of_one_purchase_or_of_no_offers(ask):
    given = shop()
    for line in given["order_lines"]:
        line["net_amount"] = 20
    rows = ask("customer_price_sensitivity", "2026-03-31", **given)
    assert {row["price_sensitivity"] for row in rows} == {"not_sure"}
    assert {row["price_sensitivity_score"] for row in rows} == {0.5}


def test_orders_with_a_coupon_are_left_out(ask):
    given = shop()
    for order in given["orders"][:30]:
        order["coupon_codes"] = ["X"]
    rows = ask("customer_price_sensitivity", "2026-03-31", **given)
    assert len(rows) == 29


def test_tilt_is_found_and_covered_when_it_is_drawn():
    rng = np.random.default_rng(1)
    depth, share = np.array([0.0, 0.1, 0.2, 0.3]), np.array([0.7, 0.1, 0.1, 0.1])
    mean = depth @ share
    variance = (depth - mean) ** 2 @ share
    extra = rng.normal(0, 0.8, 4000)
    counts = rng.integers(1, 200, 4000)
    score = np.zeros(4000)
    for place, (tilt, count) in enumerate(zip(extra, counts, strict=True)):
        weight = share * np.exp(tilt * depth)
        score[place] = (rng.choice(depth, count, p=weight / weight.sum()) - mean).sum()
    information = counts * variance
    spread = _spread(score, information)
    estimate, error = posterior(score, information, spread)
    assert spread == pytest.approx(0.8, abs=0.08)
    assert np.mean(np.abs(estimate - extra) < 1.96 * error) == pytest.approx(0.95, abs=0.02)


def test_result_is_the_same_when_the_future_is_not_there_yet(ask):
    whole = shop()
    past = {order["order_id"] for order in whole["orders"] if order["ordered_at"] < "2026-03-21"}
    known = whole | {
        "orders": [order for order in whole["orders"] if order["order_id"] in past],
        "order_lines": [line for line in whole["order_lines"] if line["order_id"] in past],
    }
    now = ask("customer_price_sensitivity", "2026-03-20", **known)
    assert now
    assert ask("customer_price_sensitivity", "2026-03-20", **whole) == now
    turned = {name: rows[::-1] for name, rows in known.items()}
    assert ask("customer_price_sensitivity", "2026-03-20", **turned) == now


def test_one_line_says_what_is_missing(ask):
    with pytest.raises(NothingToAnalyse, match="without a coupon"):
        ask("customer_price_sensitivity", "2026-03-31")
