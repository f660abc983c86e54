"""ClickHouse's windowFunnel, in the process (chdb), on Parquet files.

    python peer_clickhouse.py FILE...             the lake's own: names and customers as text
    python peer_clickhouse.py --slim FILE...      customers and steps as whole numbers, no nulls

Only the columns that it needs are read, only the events that are steps reach the aggregate.
"""

import argparse
import json
import os

from chdb import session

from answering import answer

STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
WINDOW = 7 * 86_400 * 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--slim", action="store_true")
    options = parser.parse_args()
    files = options.files
    if len(files) > 1:  # several are one path with braces
        folder = os.path.commonpath(files)
        files = [f"{folder}/{{{','.join(os.path.relpath(file, folder) for file in files)}}}"]
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
            FROM file('{files[0]}', Parquet) WHERE {step} IN {among} GROUP BY customer_id
        ) GROUP BY level"""

    def reached(found: object) -> list[int]:
        levels = json.loads(str(found))["data"]
        return [sum(int(n) for level, n in levels if level >= step) for step in (1, 2, 3, 4)]

    answer({"funnel": (lambda: database.query(query, "JSONCompact"), reached)})


if __name__ == "__main__":
    main()
