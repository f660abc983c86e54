"""The series of sales against days worked by hand."""

from datetime import date

import pytest

from regulars.errors import ParameterInvalid

ORDERS = [
    {"order_id": "1", "customer_id": "ann", "ordered_at": "2026-03-27 10:00", "net_amount": 10},
    {"order_id": "2", "customer_id": "ann", "ordered_at": "2026-03-30 10:00", "net_amount": 20},
    {"order_id": "3", "customer_id": "ann", "ordered_at": "2026-03-30 23:59", "net_amount": 5},
    {"order_id": "4", "customer_id": None, "ordered_at": "2026-03-30 12:00", "net_amount": 7},
]
RETURNS = [{"return_id": "r", "order_id": "1", "returned_at": "2026-03-29", "refund_amount": 4}]


def test_steps_are_as_worked_by_hand_when_days(ask):
    parameters = {"step": "day", "step_count": 3}
    rows = ask("kpi_series", "2026-03-31", parameters, orders=ORDERS, returns=RETURNS)
    found = [
        (r["started_on"].day, r["net_sales"], r["order_count"], r["customer_count"]) for r in rows
    ]
    assert found == [(29, -4, 0, 0), (30, 32, 3, 1), (31, 0, 0, 0)]


def test_comparison_is_null_before_the_data_begins_and_zero_after_when_nothing_sold(ask):
    parameters = {"step": "day", "step_count": 3}
    rows = ask("kpi_series", "2026-03-31", parameters, orders=ORDERS, returns=RETURNS)
    assert [r["previous_started_on"].day for r in rows] == [26, 27, 28]
    assert [r["previous_net_sales"] for r in rows] == [None, 10, 0]
    assert [r["last_year_net_sales"] for r in rows] == [None] * 3


def test_last_year_falls_on_the_same_weekday_when_weeks(ask):
    orders = [
        {"order_id": "1", "ordered_at": "2025-03-17 10:00", "net_amount": 3},  # a Monday
        {"order_id": "2", "ordered_at": "2025-03-24 10:00", "net_amount": 11},
        {"order_id": "3", "ordered_at": "2026-03-23 10:00", "net_amount": 13},
    ]
    rows = ask("kpi_series", "2026-03-31", {"step": "week", "step_count": 2}, orders=orders)
    assert [r["started_on"] for r in rows] == [date(2026, 3, 16), date(2026, 3, 23)]
    assert [r["last_year_net_sales"] for r in rows] == [3, 11]


def test_last_year_is_the_same_month_when_months(ask):
    orders = [
        {"order_id": "1", "ordered_at": "2025-02-01 10:00", "net_amount": 3},
        {"order_id": "2", "ordered_at": "2026-02-28 10:00", "net_amount": 11},
    ]
    rows = ask("kpi_series", "2026-03-30", {"step": "month", "step_count": 2}, orders=orders)
    assert [str(r["started_on"]) for r in rows] == ["2026-01-01", "2026-02-01"]
    assert [r["last_year_net_sales"] for r in rows] == [None, 3]
    assert str(rows[-1]["ended_on"]) == "2026-02-28"


def test_parameters_are_refused_when_they_do_not_fit(ask):
    with pytest.raises(ParameterInvalid, match="Choices: day, week, month"):
        ask("kpi_series", "2026-03-31", {"step": "hour"})
    with pytest.raises(ParameterInvalid, match="whole number from 2 to 1000"):
        ask("kpi_series", "2026-03-31", {"step_count": 1})
