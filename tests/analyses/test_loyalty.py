"""Loyalty against a table worked by hand, brute force over pairs, and generated wallets."""

import itertools
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.errors import NothingToAnalyse, ParameterInvalid

PRODUCTS = [
    {"product_id": name, "purpose": name[0], "brand": f"brand {name[1]}", "category": "c"}
    for name in ("t1", "t2", "m1", "m2")
]
NOON = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def bought(**baskets: str):
    """``ann="t1 t1 m2"``: one order of 10 per product, a day each."""
    orders, lines = [], []
    for who, basket in baskets.items():
        for number, product in enumerate(basket.split()):
            order_id = f"{who}{number}"
            orders.append(
                {
                    "order_id": order_id, "customer_id": who, "net_amount": 10,
                    "ordered_at": NOON - timedelta(days=number),
                }
            )  # fmt: skip
            line = {"order_id": order_id, "line_no": 1, "product_id": product, "quantity": 1.0}
            lines.append({**line, "net_amount": 10})
    return {"orders": orders, "order_lines": lines, "products": PRODUCTS}


def by_customer(rows):
    return {row["customer_id"]: row for row in rows}


def test_groups_are_as_worked_by_hand(ask) -> None:
    """Tea: brands 1 and 2 bought six times each, so that chance would have 1/2 of pairs alike.

    ann 6 x t1: all 15 pairs alike, 7.5 by chance: excess (15 - 7.5) x 2/6 = 2.5;
    bob t1 t2 ...: (6 of 15 alike... 3 of each: 3 + 3) - 7.5 = -1.5, x 2/6 = -0.5
    """
    shop = bought(ann="t1 t1 t1 t1 t1 t1", bob="t1 t2 t1 t2 t1 t2", cat="t2 t2 t2", dan="m1")
    rows = by_customer(ask("loyalty", "2026-03-31", {"min_repeats": 2}, **shop))
    assert {who: row["loyalty_group_en"] for who, row in rows.items()} == {
        "ann": "Heavy, loyal",
        "bob": "Heavy, switching",
        "cat": "Light, loyal",
        "dan": "Light, not judged",
    }
    assert [rows[who]["repeat_count"] for who in ("ann", "bob", "cat", "dan")] == [5, 5, 2, 0]
    assert rows["ann"]["brand_share"] == 1
    assert rows["bob"]["brand_share"] == 0.5
    assert rows["dan"]["loyalty_score"] is None
    assert rows["dan"]["is_loyal"] is None
    assert (
        rows["ann"]["loyalty_score"] > rows["cat"]["loyalty_score"] > rows["bob"]["loyalty_score"]
    )
    assert rows["ann"]["loyalty_group_zh"] == "重度·高忠诚"
    assert all(row["share_of_wallet"] is None for row in rows.values())  # four are no shop


def test_refunds_are_subtracted_and_orders_before_the_window_left_out(ask) -> None:
    shop = bought(ann="t1 t1 t1", bob="t2")
    shop["orders"][2]["ordered_at"] = NOON - timedelta(days=500)
    returns = [
        {
            "return_id": "r", "order_id": "ann0", "refund_amount": 4,
            "returned_at": NOON + timedelta(days=1),
        }
    ]  # fmt: skip
    rows = by_customer(ask("loyalty", "2026-03-31", returns=returns, **shop))
    assert (rows["ann"]["order_count"], rows["ann"]["net_amount"]) == (2, 16)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["t1", "t2", "m1", "m2"]), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    )
)
def test_pairs_are_those_of_brute_force(baskets) -> None:
    import ibis

    from regulars.stats.brand_repeats import brand_repeats

    rows = [
        {"customer_id": f"c{who}", "need": name[0], "brand": name, "net_amount": 10.0}
        for who, basket in enumerate(baskets)
        for name in basket
    ]
    found = brand_repeats(ibis.memtable(rows)).to_pyarrow().to_pylist()
    every = [name for basket in baskets for name in basket]
    for row in found:
        basket = baskets[int(row["customer_id"][1:])]
        excess = room = 0.0
        for need in {name[0] for name in basket}:
            mine = [name for name in basket if name[0] == need]
            shop = [name for name in every if name[0] == need]
            chance = sum(a == b for a in shop for b in shop) / len(shop) ** 2
            pairs = list(itertools.combinations(mine, 2))
            same = sum(a == b for a, b in pairs)
            excess += (same - len(pairs) * chance) * 2 / len(mine)
            room += (len(mine) - 1) * (1 - chance)
        assert row["excess"] / 1e6 == pytest.approx(excess, abs=1e-5)
        assert row["chance_room"] / 1e6 == pytest.approx(room, abs=1e-5)


@cache
def town(size: int = 1500):
    """Women spend up to 400, men up to 100, each a share of it drawn evenly: the wallet's truth."""
    rng = np.random.default_rng(1)
    share = rng.random(size)
    orders, lines, customers = [], [], []
    for who in range(size):
        top = 400 if who % 2 else 100
        customers.append({"customer_id": f"c{who:04d}", "gender": "female" if who % 2 else "male"})
        orders.append(
            {
                "order_id": f"o{who}", "customer_id": f"c{who:04d}",
                "ordered_at": NOON, "net_amount": round(top * share[who], 2),
            }
        )  # fmt: skip
        lines.append({"order_id": f"o{who}", "line_no": 1, "product_id": "t1", "quantity": 1.0})
    tables = {"orders": orders, "order_lines": lines, "customers": customers}
    return {**tables, "products": PRODUCTS}, share


def test_wallet_is_the_conditional_90th_percentile_and_the_share_follows(ask) -> None:
    shop, share = town()
    rows = ask("loyalty", "2026-03-31", **shop)
    for women, top in ((True, 400), (False, 100)):
        wallets = [
            float(r["wallet_amount"]) for r in rows if (int(r["customer_id"][1:]) % 2) == women
        ]
        assert np.median(wallets) == pytest.approx(0.9 * top, rel=0.08)
    estimate = np.array([row["share_of_wallet"] for row in rows])
    # of the truth, known up to the tenth at the top
    assert np.abs(estimate - np.minimum(share / 0.9, 1)).mean() < 0.06
    for row in rows:
        assert row["share_of_wallet_low"] <= row["share_of_wallet"] <= row["share_of_wallet_high"]


def test_result_is_the_same_whatever_the_order_of_rows_and_the_future(ask) -> None:
    shop, _ = town()
    turned = {name: list(reversed(rows)) for name, rows in shop.items()}
    later = {
        "order_id": "later", "customer_id": "c0001", "net_amount": 9999,
        "ordered_at": NOON + timedelta(days=60),
    }  # fmt: skip
    line = {"order_id": "later", "line_no": 1, "product_id": "m1", "quantity": 1.0}
    future = {
        **turned,
        "orders": [*turned["orders"], later],
        "order_lines": [*turned["order_lines"], line],
    }
    assert ask("loyalty", "2026-03-31", **future) == ask("loyalty", "2026-03-31", **shop)


def test_shop_without_orders_is_told(ask) -> None:
    with pytest.raises(NothingToAnalyse, match="needs a customer with an order"):
        ask("loyalty", "2026-03-31")


@pytest.mark.parametrize(
    "parameters", [{"heavy_quantile": 2}, {"min_repeats": 0}, {"window_days": 3}]
)
def test_parameter_is_refused_when_it_does_not_fit(ask, parameters) -> None:
    with pytest.raises(ParameterInvalid, match="It is a"):
        ask("loyalty", "2026-03-31", parameters, **bought(ann="t1"))
