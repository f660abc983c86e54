"""A generated shop of any size in a lake: orders, lines, returns, people, campaigns, events.

Every value is a hash of its number: the same sizes, the same shop. People buy at very
different rates (a rate is exponential), some stop for good; prices change by week, so that
something can be learned of each analysis' subject, but nothing here is anybody's truth.
"""

import shutil
from datetime import date
from pathlib import Path

from regulars.lake import Lake, ShopHome

DAYS, LAST_DAY = 730, date(2026, 9, 30)
PRODUCTS = 5_000
CAMPAIGNS = 6
EVERY_RETURN = 40  # lines
VIEWS = 3  # events before an order online
_FIRST = "TIMESTAMPTZ '2024-10-01 00:00:00+08'"


def shop_of(folder: Path, customer_count: int, line_count: int) -> ShopHome:
    """The shop at ``folder``/shop-N-M: made there, or as an earlier run left it."""
    path = folder / f"shop-{customer_count}-{line_count}"
    if (path / "generated").exists():
        return ShopHome.find(path)
    shutil.rmtree(path, ignore_errors=True)
    home = ShopHome.create(path, {"shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"})
    with Lake(home).transaction("generated") as transaction:
        connection = transaction.connection
        connection.execute(_buyers(customer_count, line_count // 2))
        for table, query in _tables(customer_count).items():
            transaction.merge(table, connection.sql(query))
    (path / "generated").touch()
    return home


def add_orders(home: ShopHome, order_count: int, customer_count: int) -> None:
    """A day's new orders of some customers, as an import brings them."""
    with Lake(home).transaction("a day more") as transaction:
        connection = transaction.connection
        connection.execute(
            f"""CREATE TEMP TABLE bought AS SELECT 90000000000 + i AS order_no,
                hash(i, 91) % {customer_count} AS customer_no,
                {_FIRST} + to_seconds({DAYS - 1}::BIGINT * 86400 + hash(i, 92) % 80000) AS bought_at
            FROM range({order_count}) rows(i)"""
        )
        for table in ("orders", "order_lines"):
            transaction.merge(table, connection.sql(_sales()[table]))


def _buyers(customer_count: int, order_count: int) -> str:
    """Who ordered when: by a rate of his own between his first day and his last."""
    return f"""
    CREATE TEMP TABLE bought AS
    WITH people AS (
        SELECT i AS customer_no, -ln((hash(i, 1) % 1000000 + 1) / 1000001) AS rate,
            hash(i, 2) % {DAYS - 30} AS first_day,
            CASE WHEN hash(i, 3) % 2 = 0 THEN 20 + hash(i, 4) % 400 ELSE {DAYS} END AS lived
        FROM range({customer_count}) rows(i)
    ), living AS (
        SELECT *, least(lived, {DAYS} - 1 - first_day) AS days FROM people
    ), expected AS (
        SELECT *, {order_count} * rate * days / sum(rate * days) OVER () AS mean FROM living
    ), counted AS (
        SELECT *, 1 + floor(mean * 0.95)::BIGINT AS order_count FROM expected
    ), each AS (
        SELECT *, unnest(range(order_count)) AS number FROM counted
    )
    SELECT row_number() OVER (ORDER BY customer_no, number) AS order_no, customer_no,
        {_FIRST} + to_seconds(CASE WHEN number = 0 THEN first_day * 86400 ELSE first_day * 86400
            + (hash(customer_no, number) % 1000003 / 1000003 * days * 86400)::BIGINT END
            + 28800 + hash(customer_no, number, 5) % 50000) AS bought_at
    FROM each"""


def _sales() -> dict[str, str]:
    """Orders and lines of the temporary table ``bought``: two lines each."""
    line = f"""
        SELECT order_no, customer_no, bought_at, line_no,
            (hash(order_no, line_no, customer_no % 7) % 1000003 / 1000003.0) ** 2 AS u,
            floor(u * {PRODUCTS})::BIGINT AS product_no,
            (date_diff('day', {_FIRST}, bought_at) // 7) AS week,
            1 + (hash(order_no, line_no, 6) % 12 = 0)::INT AS quantity,
            (5 + product_no % 97 + hash(product_no, 7) % 40)::DECIMAL(18, 4) AS unit_price,
            CASE hash(product_no, week) % 8 WHEN 0 THEN 0.2 WHEN 1 THEN 0.1 ELSE 0 END AS off
        FROM bought, range(1, 3) lines(line_no)"""
    return {
        "orders": f"""
            SELECT 'o' || order_no AS order_id, 'c' || any_value(customer_no) AS customer_id,
                's' || any_value(customer_no) % 20 AS store_id,
                CASE WHEN order_no % 3 = 0 THEN 'web' ELSE 'store' END AS channel,
                any_value(bought_at) AS ordered_at, sum(quantity * unit_price) AS gross_amount,
                sum((quantity * unit_price * off)::DECIMAL(18, 4)) AS discount_amount,
                sum(quantity * unit_price)
                    - sum((quantity * unit_price * off)::DECIMAL(18, 4)) AS net_amount
            FROM ({line}) GROUP BY order_no""",
        "order_lines": f"""
            SELECT 'o' || order_no AS order_id, line_no, 'p' || product_no AS product_id,
                quantity::DOUBLE AS quantity, unit_price,
                (quantity * unit_price * off)::DECIMAL(18, 4) AS discount_amount,
                quantity * unit_price - (quantity * unit_price * off)::DECIMAL(18, 4) AS net_amount,
                (unit_price * 0.6)::DECIMAL(18, 4) AS unit_cost
            FROM ({line})""",
    }


def _tables(customer_count: int) -> dict[str, str]:
    channels = "['search', 'social', 'store', 'friend', 'mailer']"
    return {
        "products": f"""
            SELECT 'p' || i AS product_id, 'Product ' || i AS product_name, 'brand ' || i % 60
                AS brand, 'group ' || i % 12 || '/kind ' || i % 90 AS category,
                'need ' || i % 40 AS purpose,
                (5 + i % 97 + hash(i, 7) % 40)::DECIMAL(18, 4) AS list_price,
                (3 + i % 60)::DECIMAL(18, 4) AS unit_cost,
                DATE '2023-01-01' + (hash(i, 8) % 1200)::INT AS launched_on
            FROM range({PRODUCTS}) rows(i)""",
        "stores": """
            SELECT 's' || i AS store_id, 'Store ' || i AS store_name, 'store' AS channel
            FROM range(20) rows(i)""",
        "customers": f"""
            SELECT 'c' || i AS customer_id, i % 3 = 0 AS is_member,
                ['female', 'male'][1 + i % 2] AS gender, 'city ' || i % 30 AS city,
                'region ' || i % 6 AS region,
                {channels}[(1 + hash(i, 9) % 5)::BIGINT] AS acquisition_channel,
                's' || i % 20 AS home_store_id, DATE '1960-01-01' + (hash(i, 10) % 16000)::INT
                AS birth_on, '{{"consent_marketing": true}}' AS attributes
            FROM range({customer_count}) rows(i)""",
        **_sales(),
        "returns": f"""
            SELECT 'r' || order_no AS return_id, 'o' || order_no AS order_id, 1 AS line_no,
                'p' || floor((hash(order_no, 1, customer_no % 7) % 1000003 / 1000003.0) ** 2
                    * {PRODUCTS})::BIGINT AS product_id, 'c' || customer_no AS customer_id,
                bought_at + INTERVAL 5 DAY AS returned_at, 1.0 AS quantity,
                5::DECIMAL(18, 4) AS refund_amount
            FROM bought WHERE order_no % {EVERY_RETURN // 2} = 0""",
        "campaigns": f"""
            SELECT 'k' || i AS campaign_id, 'Campaign ' || i AS campaign_name,
                ['win_back', 'second_order'][1 + i % 2] AS kind,
                {_FIRST} + to_days({DAYS} - 60 * (i + 1)) AS started_at,
                started_at + INTERVAL 30 DAY AS ended_at, 100::DECIMAL(18, 4) AS cost_amount
            FROM range({CAMPAIGNS}) rows(i)""",
        "exposures": f"""
            SELECT 'k' || k AS campaign_id, 'c' || i AS customer_id,
                CASE WHEN hash(i, k, 12) % 5 = 0 THEN 'holdout' ELSE 'message' END AS arm,
                {_FIRST} + to_days({DAYS} - 60 * (k + 1)) AS assigned_at, 'sms' AS channel,
                CASE WHEN hash(i, k, 12) % 5 > 0 THEN assigned_at END AS sent_at,
                0.05::DECIMAL(18, 4) AS cost_amount
            FROM range({customer_count}) people(i), range({CAMPAIGNS}) campaigns(k)
            WHERE hash(i, k) % 25 = 0""",
        "marketing_costs": f"""
            SELECT {channels}[1 + c] AS channel, DATE '2024-10-01' + d::INT AS on_date,
                (200 + hash(c, d) % 800)::DECIMAL(18, 4) AS cost_amount
            FROM range(5) channels(c), range({DAYS}) days(d)""",
        "events": f"""
            SELECT 'e' || order_no || '-' || n AS event_id, 'c' || customer_no AS customer_id,
                'v' || order_no AS session_id, 'web' AS channel,
                ['Product Viewed', 'Product Viewed', 'Product Added'][n + 1] AS event_name,
                'p' || hash(order_no, n, 13) % {PRODUCTS} AS product_id,
                bought_at - to_seconds(900 - 60 * n) AS occurred_at,
                occurred_at AS received_at
            FROM bought, range({VIEWS}) views(n) WHERE order_no % 3 = 0""",
    }
