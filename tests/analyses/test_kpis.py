"""Key figures against a table worked by hand: two periods and last year, each on its grain."""

import pytest

from regulars.errors import ParameterInvalid

# March and February 2026, and one order in March 2025 that lets the data reach back
HEADER = ("order_id", "customer_id", "ordered_at", "gross_amount", "discount_amount", "net_amount")
ORDERS = [
    dict(zip(HEADER, row, strict=True))
    for row in (
        ("0", "dan", "2025-03-01 08:00", 80, 0, 80),
        ("1", "ann", "2026-02-10 10:00", 100, 0, 100),
        ("2", "ann", "2026-03-05 10:00", 80, 20, 60),
        ("3", "bob", "2026-03-31 23:30", 120, 0, 120),
        ("4", None, "2026-03-09 10:00", 20, 0, 20),
    )
]
LINE_HEADER = ("order_id", "line_no", "product_id", "quantity", "net_amount", "unit_cost")
LINES = [
    dict(zip(LINE_HEADER, row, strict=True))
    for row in (
        ("1", 1, "p", 1, 100, None),
        ("2", 1, "p", 2, 40, 10),
        ("2", 2, "q", 1, 20, None),
        ("3", 1, "p", 6, 120, None),
        ("4", 1, "q", 1, 20, None),
    )
]
RETURNS = [{"return_id": "r", "order_id": "1", "returned_at": "2026-03-02", "refund_amount": 30}]
CUSTOMERS = [
    {"customer_id": "ann", "is_member": True, "joined_at": "2026-03-01"},
    {"customer_id": "bob", "is_member": True, "joined_at": "2026-04-02"},
]
PRODUCTS = [{"product_id": "p", "unit_cost": 15}, {"product_id": "q"}]
SHOP = {
    "orders": ORDERS,
    "order_lines": LINES,
    "returns": RETURNS,
    "customers": CUSTOMERS,
    "products": PRODUCTS,
}


@pytest.fixture
def march(ask):
    rows = ask("kpis", "2026-04-10", {"period": "month", "repurchase_days": 60}, **SHOP)
    return {row["metric"]: row for row in rows}


@pytest.mark.parametrize(
    ("metric", "value", "previous", "last_year"),
    [
        ("net_sales", 170, 100, 80),  # 60 + 120 + 20 - 30
        ("order_count", 3, 1, 1),
        ("customer_count", 2, 1, 1),
        ("new_customer_count", 1, 1, 1),
        ("average_order_value", 200 / 3, 100, 80),
        ("units_per_order", 10 / 3, 1, 0),
        ("gross_margin_rate", (160 - 20 - 90) / 160, 0.85, None),  # line's cost before product's
        ("known_cost_share", 160 / 200, 1, None),
        ("discount_share", 20 / 220, 0, 0),
        ("return_rate", 30 / 200, 0, 0),
        ("repurchase_rate", 1 / 2, 0, None),  # ann twice in the 60 days up to 31 March
        ("active_member_count", 1, 0, 0),  # bob joined later; ann in February not yet
    ],
)
def test_figure_is_as_worked_by_hand_when_month_is_over(march, metric, value, previous, last_year):
    row = march[metric]
    assert (row["started_on"].isoformat(), row["ended_on"].isoformat()) == (
        "2026-03-01",
        "2026-03-31",
    )
    expected = (value, previous, last_year)
    found = (row["value"], row["previous_value"], row["last_year_value"])
    assert found == tuple(v if v is None else pytest.approx(v) for v in expected)


def test_change_is_relative_when_both_are_known(march):
    assert march["net_sales"]["change_rate"] == pytest.approx(0.7)
    assert march["net_sales"]["last_year_change_rate"] == pytest.approx(170 / 80 - 1)
    assert march["net_sales"]["change_points"] is None


def test_change_is_in_points_when_figure_is_a_rate(march):
    assert march["return_rate"]["change_rate"] is None
    assert march["return_rate"]["change_points"] == pytest.approx(30 / 200)
    margin = march["gross_margin_rate"]
    assert margin["change_points"] == pytest.approx((160 - 20 - 90) / 160 - 0.85)
    assert margin["last_year_change_points"] is None


def test_comparison_is_null_when_data_does_not_reach_back(ask):
    shop = {**SHOP, "orders": ORDERS[1:]}
    rows = {row["metric"]: row for row in ask("kpis", "2026-03-31", {"period": "month"}, **shop)}
    sales = rows["net_sales"]
    assert (sales["value"], sales["previous_value"], sales["last_year_value"]) == (170, None, None)
    assert sales["change_rate"] is None


def test_amounts_are_not_multiplied_when_an_order_has_many_lines(ask):
    rows = ask("kpis", "2026-03-31", {"period": "month"}, **SHOP)
    sales = next(row for row in rows if row["metric"] == "net_sales")
    many = [{**LINES[1], "line_no": n, "net_amount": 1} for n in range(1, 50)]
    again = ask("kpis", "2026-03-31", {"period": "month"}, **{**SHOP, "order_lines": many})
    assert next(row for row in again if row["metric"] == "net_sales") == sales


@pytest.mark.parametrize(
    ("period", "as_of", "started_on", "ended_on"),
    [
        ("day", "2026-03-31", "2026-03-31", "2026-03-31"),
        ("week", "2026-04-05", "2026-03-30", "2026-04-05"),  # a Sunday
        ("week", "2026-04-04", "2026-03-23", "2026-03-29"),
        ("month", "2026-03-30", "2026-02-01", "2026-02-28"),
        ("last_28_days", "2026-03-31", "2026-03-04", "2026-03-31"),
    ],
)
def test_period_is_the_last_full_one_when_asked(ask, period, as_of, started_on, ended_on):
    row = ask("kpis", as_of, {"period": period}, **SHOP)[0]
    assert (str(row["started_on"]), str(row["ended_on"])) == (started_on, ended_on)


def test_period_is_refused_when_unknown(ask):
    with pytest.raises(ParameterInvalid, match="Choices: day, week, month, last_28_days"):
        ask("kpis", "2026-03-31", {"period": "year"})
