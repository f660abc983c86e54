"""One-time buyers on shops worked by hand and against plain loops."""

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.errors import NothingToAnalyse, ParameterInvalid

AS_OF = "2025-12-31"
LOOSE = {"least_count": 1, "horizon_days": 100}


def order(number, customer, day, **more):
    at = f"{date(2025, 1, 1) + timedelta(days=day)} 10:00"
    return {
        "order_id": number,
        "customer_id": customer,
        "ordered_at": at,
        "channel": "store",
        "gross_amount": 100,
        "net_amount": 100,
        **more,
    }


def by_level(rows, factor):
    return {
        row["level"]: (row["customer_count"], row["one_time_count"])
        for row in rows
        if row["factor"] == factor
    }


def test_first_orders_are_told_apart_when_worked_by_hand(ask):
    orders = [
        order("a1", "ann", 0, channel="web", coupon_codes=["x"]),
        order("a2", "ann", 0),  # the same day: not yet back
        order("a3", "ann", 100),  # on the last day that counts
        order("b1", "bob", 0, gross_amount=125, discount_amount=25),
        order("b2", "bob", 101),  # too late
        order("c1", "cat", 264),  # 100 days ago: has had its time
        order("d1", "dan", 265),  # has not
    ]
    lines = [
        {"order_id": "a1", "line_no": 1, "product_id": "milk", "net_amount": 40},
        {"order_id": "a1", "line_no": 2, "product_id": "soap", "net_amount": 60},
        {"order_id": "b1", "line_no": 1, "product_id": "milk", "net_amount": 100},
    ]
    products = [
        {"product_id": "milk", "category": "food/dairy"},
        {"product_id": "soap", "category": "home"},
    ]
    returns = [
        {"return_id": "1", "order_id": "b1", "returned_at": "2025-01-31 09:00"},
        {"return_id": "2", "order_id": "a1", "returned_at": "2025-02-01 09:00"},  # 31 days after
    ]
    events = [
        {
            "event_id": name,
            "event_name": "Order Delivered",
            "occurred_at": "2025-01-05 10:00",
            "properties": f'{{"order_id":"{name}","delivery_days":{days},"promised_days":3}}',
        }
        for name, days in (("a1", 2.5), ("b1", 3.5))
    ]
    feedback = [
        {
            "feedback_id": "1",
            "order_id": "b1",
            "channel": "ticket",
            "created_at": "2025-01-03 10:00",
        },
        {
            "feedback_id": "2",
            "order_id": "a1",
            "channel": "complaint",
            "rating": 5,
            "created_at": "2025-01-03 10:00",
        },
    ]
    rows = ask(
        "one_time_buyers",
        AS_OF,
        LOOSE,
        orders=orders,
        order_lines=lines,
        products=products,
        returns=returns,
        events=events,
        feedback=feedback,
    )
    assert by_level(rows, "channel") == {"web": (1, 0), "store": (2, 2)}
    assert by_level(rows, "coupon") == {"yes": (1, 0), "no": (2, 2)}
    assert by_level(rows, "category") == {"home": (1, 0), "food": (1, 1), "unknown": (1, 1)}
    assert by_level(rows, "basket_lines") == {"2-3": (1, 0), "1": (1, 1), "unknown": (1, 1)}
    assert by_level(rows, "discount") == {"none": (2, 1), "10-30%": (1, 1)}
    assert by_level(rows, "return") == {"yes": (1, 1), "no": (2, 1)}
    assert by_level(rows, "delivery") == {"in_time": (1, 0), "late": (1, 1), "unknown": (1, 1)}
    assert by_level(rows, "complaint") == {"yes": (1, 1), "no": (2, 1)}
    unknown = [row for row in rows if row["level"] == "unknown"]
    assert all(row["risk_ratio"] is row["q_value"] is None for row in unknown)


def shop(seed, people=300):
    """Whoever first bought on the web comes back half as often."""
    random = np.random.default_rng(seed)
    orders = []
    for person in range(people):
        channel = str(random.choice(["web", "store"]))
        day = int(random.integers(0, 250))
        orders.append(order(f"{person}a", f"c{person}", day, channel=channel))
        if random.random() < {"web": 0.35, "store": 0.7}[channel]:
            later = day + 1 + int(random.integers(0, 150))
            orders.append(order(f"{person}b", f"c{person}", later))
    return orders


def test_a_planted_contrast_is_found_and_others_are_not_when_made_at_random(ask):
    rows = ask("one_time_buyers", AS_OF, {"horizon_days": 100}, orders=shop(1))
    web = next(row for row in rows if row["level"] == "web")
    assert web["is_significant"]
    assert 1 < web["ratio_low"] < web["risk_ratio"] < web["ratio_high"]
    clear = {row["factor"] for row in rows if row["is_significant"]}
    assert clear == {"channel"}
    store = next(row for row in rows if row["level"] == "store")
    assert web["risk_ratio"] == pytest.approx(1 / store["risk_ratio"])
    for row in rows:
        assert row["rate_low"] <= row["one_time_rate"] <= row["rate_high"]
        assert row["one_time_rate"] == row["one_time_count"] / row["customer_count"]


def test_rare_levels_are_put_together_when_few_customers_have_them(ask):
    orders = [
        order(f"{n}", f"c{n}", 0, store_id=f"s{n % 40}" if n < 80 else "big") for n in range(200)
    ]
    rows = ask("one_time_buyers", AS_OF, {"least_count": 5}, orders=orders)
    assert by_level(rows, "store") == {"big": (120, 120), "other": (80, 80)}


def test_nothing_changes_when_the_future_or_the_order_of_rows_does(ask):
    orders, as_of = shop(2), "2025-09-30"
    until = [row for row in orders if row["ordered_at"][:10] <= as_of]
    told = {"horizon_days": 60}
    now = ask("one_time_buyers", as_of, told, orders=until)
    assert ask("one_time_buyers", as_of, told, orders=orders) == now
    assert ask("one_time_buyers", as_of, told, orders=orders[::-1]) == now


def test_one_line_says_what_is_missing_when_nobody_has_had_the_time(ask):
    with pytest.raises(NothingToAnalyse, match="there are none up to 2025-01-31"):
        ask("one_time_buyers", "2025-01-31", {}, orders=shop(3))


def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask):
    with pytest.raises(ParameterInvalid, match="It is a whole number from 7"):
        ask("one_time_buyers", AS_OF, {"horizon_days": 1})
