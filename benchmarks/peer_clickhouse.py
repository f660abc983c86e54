"""ClickHouse's windowFunnel, in the process (chdb), on Parquet files.

    python peer_clickhouse.py FILE...             the lake's own: names and customers as text
    python peer_clickhouse.py --slim FILE...      customers and steps as whole numbers, no nulls

Only the columns that it needs are read, only the events that are steps reach the aggregate.
"""

import argparse
import json

from chdb import session

from answering import answer

STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
WINDOW = 7 * 86_400 * 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--slim", action="store_true")
    options = parser.parse_args()
    # one path, or several in braces
    paths = options.files[0] if len(options.files) == 1 else "{" + ",".join(options.files) + "}"
    database = session.Session()
    if options.slim:
        moment, step, among = "occurred_at", "step", (1, 2, 3, 4)
    else:
        moment = "assumeNotNull(toUnixTimestamp64Micro(occurred_at))::UInt64"
        step, among = "event_name", STEPS
    levels = ", ".join(f"{step} = {value!r}" for value in among)
    query = f"""
        SELECT level, count() AS people FROM (
            SELECT customer_id, windowFunnel({WINDOW})({moment}, {levels}) AS level
            FROM file('{paths}', Parquet) WHERE {step} IN {among} GROUP BY customer_id
        ) GROUP BY level"""

    def funnel() -> list[int]:
        found = json.loads(str(database.query(query, "JSONCompact")))["data"]
        return [sum(int(n) for level, n in found if level >= step) for step in (1, 2, 3, 4)]

    answer({"funnel": funnel})


if __name__ == "__main__":
    main()
