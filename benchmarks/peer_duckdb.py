"""DuckDB's own SQL on the Parquet files of a lake, as one who knows it would write it.

python peer_duckdb.py FILE... --memory-limit 8GB
"""

import argparse
import tempfile

import duckdb
import pyarrow as pa

from answering import Question, answer

STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
# The latest valid start of each level, level by level: the answer of windowFunnel and of ours.
FUNNEL = f"""
WITH events AS (
    SELECT customer_id, occurred_at AS moment, list_position({list(STEPS)}, event_name) AS step
    FROM given WHERE event_name IN {STEPS}
), one AS (
    SELECT *, max(moment) FILTER (step = 1) OVER before AS start FROM events
    WINDOW before AS (PARTITION BY customer_id ORDER BY moment ROWS UNBOUNDED PRECEDING)
), two AS (
    SELECT * REPLACE (max(start) FILTER (step = 2 AND moment - start <= INTERVAL 7 DAY) OVER before
        AS start), start AS start_1 FROM one
    WINDOW before AS (PARTITION BY customer_id ORDER BY moment ROWS UNBOUNDED PRECEDING)
), three AS (
    SELECT * REPLACE (max(start) FILTER (step = 3 AND moment - start <= INTERVAL 7 DAY) OVER before
        AS start), start AS start_2 FROM two
    WINDOW before AS (PARTITION BY customer_id ORDER BY moment ROWS UNBOUNDED PRECEDING)
), levels AS (
    SELECT max(CASE
        WHEN step = 4 AND moment - start <= INTERVAL 7 DAY THEN 4
        WHEN start IS NOT NULL THEN 3
        WHEN start_2 IS NOT NULL THEN 2
        WHEN start_1 IS NOT NULL THEN 1 ELSE 0 END) AS level
    FROM three GROUP BY customer_id
)
SELECT count(*) FILTER (level >= 1), count(*) FILTER (level >= 2),
    count(*) FILTER (level >= 3), count(*) FILTER (level >= 4) FROM levels
"""
TRANSITIONS = """
SELECT before, page, count(*) FROM (
    SELECT page, lag(page) OVER ordered AS before,
        occurred_at - lag(occurred_at) OVER ordered AS gap
    FROM given WINDOW ordered AS (PARTITION BY customer_id ORDER BY occurred_at)
) WHERE gap <= INTERVAL 30 MINUTE GROUP BY ALL
"""
RETENTION = """
WITH days AS (SELECT DISTINCT customer_id, occurred_at::DATE AS day FROM given),
firsts AS (SELECT customer_id, min(day) AS first FROM days GROUP BY customer_id)
SELECT first::VARCHAR, (day - first)::BIGINT AS since, count(*)
FROM days JOIN firsts USING (customer_id) WHERE since BETWEEN 1 AND 90 GROUP BY ALL
"""
SESSIONS = """
WITH marked AS (
    SELECT customer_id, occurred_at, channel, event_name, value_amount,
        coalesce(occurred_at - lag(occurred_at) OVER ordered > INTERVAL 30 MINUTE, true)::INT
        AS begins
    FROM given WINDOW ordered AS (PARTITION BY customer_id ORDER BY occurred_at)
), numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY customer_id ORDER BY occurred_at
        ROWS UNBOUNDED PRECEDING) AS session FROM marked
), sessions AS (
    SELECT customer_id, arg_min(channel, occurred_at) AS channel, count(*) AS event_count,
        epoch_ms(max(occurred_at) - min(occurred_at)) AS length,
        count(*) FILTER (event_name = 'Order Completed') AS orders,
        sum(value_amount) FILTER (event_name = 'Order Completed') AS amount
    FROM numbered GROUP BY customer_id, session
)
SELECT coalesce(channel, ''), count(*), count(DISTINCT customer_id), sum(event_count)::BIGINT,
    count(*) FILTER (event_count = 1), count(*) FILTER (orders > 0),
    round(sum(amount) * 100)::BIGINT, round(median(length))::BIGINT
FROM sessions GROUP BY GROUPING SETS ((), (channel))
"""
# what a timeline keeps of an event
SORTED = """
SELECT customer_id, occurred_at, event_name, session_id, channel, store_id, product_id, query,
    page, zone, dwell_seconds, value_amount, campaign_id, properties
FROM given ORDER BY customer_id, occurred_at
"""


def listed(found: pa.Table) -> list[object]:
    """The rows as lists; of a single row, the row."""
    rows = [list(row.values()) for row in found.to_pylist()]
    return rows[0] if len(rows) == 1 else rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--memory-limit", default="8GB")
    parser.add_argument("--sorted-to", default="")
    options = parser.parse_args()
    connection = duckdb.connect()
    with tempfile.TemporaryDirectory(prefix="bench-duckdb-") as scratch:
        connection.execute(f"SET memory_limit = '{options.memory_limit}'; SET TimeZone = 'UTC'")
        connection.execute(f"SET temp_directory = '{scratch}'")
        connection.execute(f"CREATE VIEW given AS FROM read_parquet({options.files})")

        def asked(query: str) -> Question:
            return (lambda: connection.sql(query).to_arrow_table(), listed)

        answer(
            {
                "funnel": asked(FUNNEL),
                "transitions": asked(TRANSITIONS),
                "retention": asked(RETENTION),
                "sessions": asked(SESSIONS),
                "sort": (
                    lambda: connection.execute(
                        f"COPY ({SORTED}) TO '{options.sorted_to}' (FORMAT parquet)"
                    ),
                    lambda found: found.fetchall()[0][0],
                ),
            }
        )


if __name__ == "__main__":
    main()
