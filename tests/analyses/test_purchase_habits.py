"""Purchase habits against customers worked by hand."""

from datetime import date

import pytest

from regulars.errors import ParameterInvalid


def order(number, customer, at, amount=10, **more):
    return {
        "order_id": str(number),
        "customer_id": customer,
        "ordered_at": at,
        "net_amount": amount,
        "gross_amount": amount,
        "channel": "store",
        **more,
    }


ORDERS = [
    # Ann: 1, 11, 31 March (twice on the 31st): gaps 10 and 20
    order(1, "ann", "2026-03-01 19:00", store_id="a"),  # a Sunday
    order(2, "ann", "2026-03-11 19:30", store_id="b", gross_amount=15, discount_amount=5),
    order(3, "ann", "2026-03-31 08:00", store_id="b"),  # a Tuesday
    order(4, "ann", "2026-03-31 21:59", channel="web"),
    # Bob: 1 and 29 March: one gap of 28
    order(5, "bob", "2026-03-01 05:59"),
    order(6, "bob", "2026-03-29 06:00"),
    # Cat: once
    order(7, "cat", "2026-03-21 22:00"),
]
LINES = [
    {"order_id": "1", "line_no": 1, "product_id": "milk", "net_amount": 1},
    {"order_id": "1", "line_no": 2, "product_id": "cheese", "net_amount": 1},
    {"order_id": "2", "line_no": 1, "product_id": "soap", "net_amount": 50},
    {"order_id": "3", "line_no": 1, "product_id": "soap", "net_amount": 50},
    {"order_id": "5", "line_no": 1, "product_id": "milk", "net_amount": 5},
    {"order_id": "6", "line_no": 1, "product_id": "soap", "net_amount": 6},
]
PRODUCTS = [
    {"product_id": "milk", "category": "food/dairy"},
    {"product_id": "cheese", "category": "food/dairy"},
    {"product_id": "soap", "category": "home"},
]
SHOP = {"orders": ORDERS, "order_lines": LINES, "products": PRODUCTS}


@pytest.fixture
def habits(ask):
    return {row["customer_id"]: row for row in ask("purchase_habits", "2026-03-31", **SHOP)}


def test_when_and_where_are_those_of_most_orders_when_counted(habits):
    ann = habits["ann"]
    assert (ann["order_count"], ann["preferred_hour_band"]) == (4, "18:00-22:00")
    assert ann["preferred_weekday"] == 2
    assert (ann["preferred_channel"], ann["preferred_store_id"]) == ("store", "b")
    assert ann["discount_share"] == pytest.approx(5 / 45)


def test_earlier_hour_and_weekday_win_when_counts_are_equal(habits):
    assert habits["bob"]["preferred_hour_band"] == "00:00-06:00"
    assert habits["bob"]["preferred_weekday"] == 7
    assert habits["cat"]["preferred_hour_band"] == "22:00-24:00"


def test_category_counts_lines_and_spend_breaks_ties_when_equal(habits):
    assert habits["ann"]["top_category"] == "home"  # two lines each, 100 against 2
    assert habits["bob"]["top_category"] == "home"  # one line each, 6 against 5
    assert habits["cat"]["top_category"] is None


def test_gap_is_drawn_to_the_shops_median_when_orders_are_few(habits):
    # own means 15 and 28, median 21.5, which weighs as two gaps
    assert habits["ann"]["mean_gap_days"] == 15
    assert habits["ann"]["expected_gap_days"] == pytest.approx((2 * 15 + 2 * 21.5) / 4)
    assert habits["bob"]["expected_gap_days"] == pytest.approx((28 + 2 * 21.5) / 3)
    assert habits["cat"]["mean_gap_days"] is None
    assert habits["cat"]["expected_gap_days"] == pytest.approx(21.5)


def test_next_order_and_lateness_follow_the_gap_when_known(habits):
    assert habits["cat"]["days_since_last_order"] == 10
    assert habits["cat"]["overdue_ratio"] == pytest.approx(10 / 21.5)
    assert habits["cat"]["expected_next_order_on"] == date(2026, 4, 12)  # 21.5 days, rounded to 22
    assert habits["ann"]["overdue_ratio"] == 0


def test_nothing_is_expected_when_nobody_ever_came_back(ask):
    row = ask("purchase_habits", "2026-03-31", orders=ORDERS[-1:])[0]
    assert row["expected_gap_days"] is None
    assert row["expected_next_order_on"] is None
    assert row["overdue_ratio"] is None
    assert row["frequency_class"] == "one_time"


def test_classes_follow_the_shops_own_quantile_when_no_threshold_is_given(habits):
    classes = {name: row["frequency_class"] for name, row in habits.items()}
    # 4 and 2 orders: the 75% quantile is 3.5
    assert classes == {"ann": "frequent", "bob": "occasional", "cat": "one_time"}


def test_classes_follow_the_threshold_when_given(ask):
    rows = ask("purchase_habits", "2026-03-31", {"frequent_order_count": 2}, **SHOP)
    assert [row["frequency_class"] for row in rows] == ["frequent", "frequent", "one_time"]
    late = ask("purchase_habits", "2027-12-31", {"frequent_order_count": 2}, **SHOP)
    assert [row["frequency_class"] for row in late] == ["occasional", "occasional", "one_time"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"frequent_quantile": 1.5}, "It is a number from 0 to 1."),
        ({"shrinkage_gaps": -1}, "It is a number from 0 to 1000."),
        ({"window_days": 0}, "It is a whole number from 1 to 3650."),
        ({"frequent_order_count": 1}, "It is a whole number from 2"),
        ({"category_level": True}, "It is a whole number from 1 to 9."),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    with pytest.raises(ParameterInvalid) as refused:
        ask("purchase_habits", "2026-03-31", parameters, **SHOP)
    assert message in str(refused.value)
