"""ClickHouse's windowFunnel, in the process (chdb).

    python peer_clickhouse.py FILE...                on the lake's Parquet files as they are
    python peer_clickhouse.py --own FOLDER FILE...   on a table of its own, made of them before:
        MergeTree sorted by customer and moment, customers and steps as small whole numbers

Only the columns that it needs are read, only the events that are steps reach the aggregate.
"""

import argparse
import json
import os
from collections.abc import Sequence

from chdb import session

from answering import answer

STEPS = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
WINDOW = 7 * 86_400 * 1_000_000
MOMENT = "assumeNotNull(toUnixTimestamp64Micro(occurred_at))::UInt64"


def source_of(files: Sequence[str]) -> str:
    """The table function that reads the files; several are one path with braces."""
    if len(files) == 1:
        return f"file('{files[0]}', Parquet)"
    folder = os.path.commonpath(files)
    within = ",".join(os.path.relpath(file, folder) for file in files)
    return f"file('{folder}/{{{within}}}', Parquet)"


def funnel(source: str, moment: str, step: str, values: Sequence[object]) -> str:
    """How many people got to each level and no further."""
    levels = ", ".join(f"{step} = {value!r}" for value in values)
    return f"""
        SELECT level, count() AS people FROM (
            SELECT customer_id, windowFunnel({WINDOW})({moment}, {levels}) AS level
            FROM {source} WHERE {step} IN {tuple(values)} GROUP BY customer_id
        ) GROUP BY level"""


def make_table(database: session.Session, files: Sequence[str]) -> None:
    """The events as kindly to ClickHouse as can be, unless an earlier run made them."""
    database.query("CREATE DATABASE IF NOT EXISTS shop ENGINE = Atomic")
    database.query(
        "CREATE TABLE IF NOT EXISTS shop.events (customer_id UInt32, occurred_at UInt64, "
        "step UInt8) ENGINE = MergeTree ORDER BY (customer_id, occurred_at)"
    )
    if str(database.query("SELECT count() FROM shop.events")).strip() != "0":
        return
    database.query(
        "INSERT INTO shop.events SELECT toUInt32(substring(assumeNotNull(customer_id), 2)), "
        f"{MOMENT}, indexOf({list(STEPS)}, assumeNotNull(event_name)) FROM {source_of(files)}"
    )
    database.query("OPTIMIZE TABLE shop.events FINAL")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--own")
    options = parser.parse_args()
    database = session.Session(options.own) if options.own else session.Session()
    if options.own:
        make_table(database, options.files)
        query = funnel("shop.events", "occurred_at", "step", (1, 2, 3, 4))
    else:
        query = funnel(source_of(options.files), MOMENT, "event_name", STEPS)

    def reached(found: object) -> list[int]:
        levels = json.loads(str(found))["data"]
        return [sum(int(n) for level, n in levels if level >= step) for step in (1, 2, 3, 4)]

    answer({"funnel": (lambda: database.query(query, "JSONCompact"), reached)})


if __name__ == "__main__":
    main()
