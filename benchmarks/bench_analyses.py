"""RFM and cohort retention on many order lines: this project's expressions against pandas.

    uv run python -m benchmarks.bench_analyses [--lines 10000000] [--customers 1000000] [--all]

Both read the same Parquet files in the same run, one after the other, and must agree.
``--all`` also times every other analysis (no peer).
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import ibis
import pandas as pd
import pyarrow as pa
from benchmarks.canonical_files import write_canonical

from regulars.analyses import all_analyses, find_analysis

AS_OF = date(2026, 9, 30)
ZONE = "Asia/Shanghai"


def generate(folder: Path, line_count: int, customer_count: int) -> None:
    """Two lines an order, orders over 18 months, customers of very different rates."""
    rows = {
        "orders": f"""
            SELECT 'o' || i AS order_id,
                'c' || floor({customer_count} * pow(random(), 2))::BIGINT AS customer_id,
                's' || i % 20 AS store_id,
                CASE WHEN i % 3 = 0 THEN 'web' ELSE 'store' END AS channel,
                TIMESTAMPTZ '2025-04-01' + to_seconds(random() * 546 * 86400) AS ordered_at,
                (10 + hash(i) % 9000 / 100)::DECIMAL(18, 4) AS gross_amount,
                0::DECIMAL(18, 4) AS discount_amount, gross_amount AS net_amount
            FROM range({line_count // 2}) rows(i)""",
        "order_lines": f"""
            SELECT 'o' || i // 2 AS order_id, i % 2 + 1 AS line_no,
                'p' || floor(5000 * pow(random(), 2))::BIGINT AS product_id, 1.0 AS quantity,
                20::DECIMAL(18, 4) AS unit_price, 0::DECIMAL(18, 4) AS discount_amount,
                20::DECIMAL(18, 4) AS net_amount FROM range({line_count}) rows(i)""",
        "returns": f"""
            SELECT 'r' || i AS return_id, 'o' || i * 20 AS order_id, 'p' || i % 5000 AS product_id,
                TIMESTAMPTZ '2025-05-01' + to_seconds(random() * 500 * 86400) AS returned_at,
                1.0 AS quantity, 5::DECIMAL(18, 4) AS refund_amount
            FROM range({line_count // 40}) rows(i)""",
        "products": """
            SELECT 'p' || i AS product_id, 'Product ' || i AS product_name,
                'c' || i % 12 || '/d' || i % 90 AS category, 12::DECIMAL(18, 4) AS unit_cost
            FROM range(5000) rows(i)""",
        "customers": f"""
            SELECT 'c' || i AS customer_id, i % 3 = 0 AS is_member
            FROM range({customer_count}) rows(i)""",
        "stores": """
            SELECT 's' || i AS store_id, 'Store ' || i AS store_name, 'store' AS channel
            FROM range(20) rows(i)""",
    }
    write_canonical(folder, ZONE, rows)


def ours(folder: Path, name: str, memory_limit: str) -> pa.Table:
    """The analysis as the lake would run it: DuckDB with a memory limit, spilling."""
    backend = ibis.duckdb.connect()
    backend.con.execute(f"SET TimeZone = '{ZONE}'; SET memory_limit = '{memory_limit}'")
    backend.con.execute(f"SET temp_directory = '{folder / 'scratch'}'")
    for file in folder.glob("*.parquet"):
        backend.con.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    analysis = find_analysis(name)
    tables = (backend.table(table) for table in analysis.reads)
    answer = analysis.compute(*tables, as_of=AS_OF)
    rows = backend.con.sql(backend.compile(answer)).to_arrow_table()
    backend.con.close()
    return rows


def pandas_rfm(folder: Path) -> pd.DataFrame:
    """Scores and groups' measures with pandas: the same quintiles, the same ties."""
    columns = ["order_id", "customer_id", "ordered_at", "net_amount"]
    orders = pd.read_parquet(folder / "orders.parquet", columns=columns)
    orders["ordered_on"] = orders.ordered_at.dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    orders["net_amount"] = orders.net_amount.astype("float64")
    returns = pd.read_parquet(folder / "returns.parquet", columns=["order_id", "refund_amount"])
    returns = returns.merge(orders[["order_id", "customer_id"]], on="order_id", how="left")
    refunds = returns.refund_amount.astype("float64").groupby(returns.customer_id).sum()
    people = orders.groupby("customer_id").agg(
        last_order_on=("ordered_on", "max"),
        order_count=("order_id", "size"),
        net_amount=("net_amount", "sum"),
    )
    people["net_amount"] -= refunds.reindex(people.index).fillna(0)
    people["days_since_last_order"] = (pd.Timestamp(AS_OF) - people.last_order_on).dt.days
    points = [0.2, 0.4, 0.6, 0.8]
    for measure in ("days_since_last_order", "order_count", "net_amount"):
        edges = people[measure].quantile(points).to_numpy()
        people[f"{measure}_part"] = edges.searchsorted(people[measure].to_numpy(), side="left")
    people["recency_score"] = 5 - people.days_since_last_order_part
    people["frequency_score"] = 1 + people.order_count_part
    people["monetary_score"] = 1 + people.net_amount_part
    return people.reset_index()


def pandas_cohort_retention(folder: Path) -> pd.DataFrame:
    """Active customers by cohort and month with pandas."""
    columns = ["customer_id", "ordered_at"]
    orders = pd.read_parquet(folder / "orders.parquet", columns=columns)
    local = orders.ordered_at.dt.tz_convert(ZONE)
    orders["month"] = local.dt.year * 12 + local.dt.month - 1
    months = orders[["customer_id", "month"]].drop_duplicates()
    months["cohort"] = months.groupby("customer_id").month.transform("min")
    months["months_since"] = months.month - months.cohort
    return months.groupby(["cohort", "months_since"]).size().rename("active_count").reset_index()


Found = TypeVar("Found", pa.Table, pd.DataFrame)


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def check(name: str, mine: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Both must have found the same; a fast wrong answer is no answer."""
    if name == "cohort_retention":
        active = mine[mine.active_count > 0]
        assert sorted(active.active_count) == sorted(theirs.active_count)
        return
    both = mine.merge(theirs, on="customer_id", suffixes=("", "_theirs"))
    assert len(both) == len(mine) == len(theirs)
    for score in ("recency_score", "frequency_score", "monetary_score"):
        # sums of floats and of decimals may part at an edge
        assert (both[score] == both[f"{score}_theirs"]).mean() > 0.9999, score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generate(folder, options.lines, options.customers)
        print(f"{options.lines:,} lines, {options.customers:,} customers, {options.memory_limit}")
        peers = {"rfm": pandas_rfm, "cohort_retention": pandas_cohort_retention}
        for name in all_analyses() if options.all else peers:
            seconds, mine = timed(lambda name=name: ours(folder, name, options.memory_limit))
            line = f"{name:18} {seconds:7.2f} s {len(mine):>10,} rows"
            if name in peers:
                against, theirs = timed(lambda name=name: peers[name](folder))
                check(name, mine.to_pandas(), theirs)
                line += f"   pandas {against:7.2f} s   ratio {against / seconds:5.1f}x"
            print(line)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process, pandas included: {peak:.1f} GB", file=sys.stderr)


if __name__ == "__main__":
    main()
