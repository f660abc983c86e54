"""Cohort retention against a triangle worked by hand."""

from datetime import date

ORDERS = [
    {"order_id": "1", "customer_id": "ann", "ordered_at": "2026-01-31 23:30", "net_amount": 10},
    {"order_id": "2", "customer_id": "bob", "ordered_at": "2026-01-02 10:00", "net_amount": 20},
    {"order_id": "3", "customer_id": "bob", "ordered_at": "2026-01-09 10:00", "net_amount": 5},
    {"order_id": "4", "customer_id": "bob", "ordered_at": "2026-03-02 10:00", "net_amount": 40},
    {"order_id": "5", "customer_id": "cat", "ordered_at": "2026-02-02 10:00", "net_amount": 30},
    {"order_id": "6", "customer_id": "dan", "ordered_at": "2026-04-01 00:00", "net_amount": 90},
    {"order_id": "7", "customer_id": "ann", "ordered_at": "2026-04-02 00:00", "net_amount": 7},
]
RETURNS = [
    {"return_id": "r", "order_id": "2", "returned_at": "2026-02-05", "refund_amount": 4},
    {"return_id": "s", "customer_id": "ghost", "returned_at": "2026-02-05", "refund_amount": 9},
]
JANUARY, FEBRUARY, APRIL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 4, 1)


def triangle(rows):
    return {
        (r["cohort_on"], r["months_since"]): (
            r["customer_count"],
            r["active_count"],
            r["net_amount"],
        )
        for r in rows
    }


def test_triangle_is_as_worked_by_hand_when_march_is_over(ask):
    rows = ask("cohort_retention", "2026-03-31", orders=ORDERS, returns=RETURNS)
    assert triangle(rows) == {
        (JANUARY, 0): (2, 2, 35),
        (JANUARY, 1): (2, 0, -4),  # nobody came, one refund was booked
        (JANUARY, 2): (2, 1, 40),
        (FEBRUARY, 0): (1, 1, 30),
        (FEBRUARY, 1): (1, 0, 0),
    }
    assert [r["retention_rate"] for r in rows] == [1, 0, 0.5, 1, 0]
    assert [r["month_on"].month for r in rows] == [1, 2, 3, 2, 3]
    assert all(r["is_complete"] for r in rows)


def test_running_month_is_left_out_when_not_asked_for(ask):
    until = triangle(ask("cohort_retention", "2026-04-15", orders=ORDERS, returns=RETURNS))
    assert until == triangle(ask("cohort_retention", "2026-03-31", orders=ORDERS, returns=RETURNS))


def test_running_month_is_flagged_when_asked_for(ask):
    wanted = {"with_incomplete_month": True}
    rows = ask("cohort_retention", "2026-04-15", wanted, orders=ORDERS, returns=RETURNS)
    running = {(r["cohort_on"], r["months_since"]) for r in rows if not r["is_complete"]}
    assert running == {(JANUARY, 3), (FEBRUARY, 2), (APRIL, 0)}
    assert triangle(rows)[JANUARY, 3] == (2, 1, 7)


def test_cohorts_span_the_year_when_it_turns(ask):
    orders = [
        {"order_id": "1", "customer_id": "ann", "ordered_at": "2025-11-05", "net_amount": 1},
        {"order_id": "2", "customer_id": "ann", "ordered_at": "2026-01-05", "net_amount": 2},
    ]
    rows = ask("cohort_retention", "2026-02-28", orders=orders)
    assert [(r["months_since"], str(r["month_on"]), r["active_count"]) for r in rows] == [
        (0, "2025-11-01", 1),
        (1, "2025-12-01", 0),
        (2, "2026-01-01", 1),
        (3, "2026-02-01", 0),
    ]
