"""A small shop with a known history."""

import pytest

from regulars.lake import Lake

ORDERS = """
SELECT i::VARCHAR AS order_id, 'c' || (i * 7 % 50) AS customer_id, 'S1' AS store_id,
       'store' AS channel, TIMESTAMPTZ '2026-01-01 03:00:00+00' + to_days((i * 13 % 200)::INT)
       AS ordered_at, 100 AS gross_amount, 0 AS discount_amount, 100 AS net_amount
FROM range(400) t(i)
"""
LINES = """
SELECT i::VARCHAR AS order_id, 1 AS line_no, 'p' || (i % 5) AS product_id, 1 AS quantity,
       100 AS unit_price, 0 AS discount_amount, 100 AS net_amount, 60 AS unit_cost
FROM range(400) t(i)
"""
PRODUCTS = "SELECT 'p' || i AS product_id, 'P' || i AS product_name FROM range(5) t(i)"


@pytest.fixture
def trading_home(home):
    """400 orders of 50 customers over 200 days, 100.00 each at a cost of 60.00."""
    with Lake(home).transaction("test") as transaction:
        for table, sql in [("orders", ORDERS), ("order_lines", LINES), ("products", PRODUCTS)]:
            transaction.merge(table, transaction.connection.sql(sql))
    return home
