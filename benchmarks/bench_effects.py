"""A campaign of many customers: assigning the holdout, and its measured effect, against pandas.

    uv run python -m benchmarks.bench_effects [--customers 1000000] [--orders 4000000]

Both read the same Parquet files in the same run, one after the other, and must agree: the
arms customer by customer, the effect on margin and its interval to six digits. The peer
does what one would write by hand: hashlib in a loop; merge, filter, groupby, CUPED and
a t-test with pandas, numpy and scipy.
"""

import argparse
import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import ibis
import numpy as np
import pandas as pd
from benchmarks.canonical_files import write_canonical
from ibis.backends.duckdb import Backend
from scipy import stats

from regulars.decisions.holdout import arm
from regulars.effects.campaign_effects import campaign_effects
from regulars.effects.movements import movements
from regulars.effects.outcomes import arm_statistics

START = datetime(2026, 6, 1, tzinfo=UTC)
END = START + timedelta(days=28)
AS_OF = date(2026, 7, 31)
SALT, SHARE = "campaign/spring", 0.1
Found = TypeVar("Found")


def generate(folder: Path, customer_count: int, order_count: int) -> None:
    """Customers of very different rates, 13 months of orders of one line each, some returned."""
    rows = {
        "customers": f"SELECT 'c' || i AS customer_id FROM range({customer_count}) rows(i)",
        "orders": f"""
            SELECT 'o' || i AS order_id,
                'c' || floor({customer_count} * pow(random(), 1.5))::BIGINT AS customer_id,
                'web' AS channel,
                TIMESTAMPTZ '2025-06-01' + to_seconds(random() * 400 * 86400) AS ordered_at,
                (10 + hash(i) % 9000 / 100)::DECIMAL(18, 4) AS gross_amount,
                0::DECIMAL(18, 4) AS discount_amount, gross_amount AS net_amount
            FROM range({order_count}) rows(i)""",
        "order_lines": f"""
            SELECT 'o' || i AS order_id, 1 AS line_no, 'p' || i % 5000 AS product_id,
                1.0 AS quantity, (10 + hash(i) % 9000 / 100)::DECIMAL(18, 4) AS unit_price,
                0::DECIMAL(18, 4) AS discount_amount, unit_price AS net_amount,
                (unit_price * 0.6)::DECIMAL(18, 4) AS unit_cost
            FROM range({order_count}) rows(i)""",
        "products": """
            SELECT 'p' || i AS product_id, 'Product ' || i AS product_name FROM range(5000) r(i)""",
        "returns": f"""
            SELECT 'r' || i AS return_id, 'o' || i * 40 AS order_id, 1 AS line_no,
                'p' || i * 40 % 5000 AS product_id, TIMESTAMPTZ '2026-07-10' AS returned_at,
                1.0 AS quantity, 5::DECIMAL(18, 4) AS refund_amount
            FROM range({order_count // 40}) rows(i)""",
        "campaigns": f"""
            SELECT 'spring' AS campaign_id, 'Spring' AS campaign_name, 'win_back' AS kind,
                TIMESTAMPTZ '{END.isoformat()}' AS ended_at,
                '{{"holdout_share": {SHARE}}}' AS offer""",
    }
    write_canonical(folder, "UTC", rows)


def opened(folder: Path, memory_limit: str) -> Backend:
    """The engine as the lake opens it: a memory limit, and spilling."""
    backend = ibis.duckdb.connect()
    backend.con.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{memory_limit}'")
    backend.con.execute(f"SET temp_directory = '{folder / 'scratch'}'")
    for file in folder.glob("*.parquet"):
        backend.con.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    return backend


def assign(folder: Path, memory_limit: str) -> None:
    """Every customer's arm, as exposures, kept in exposures.parquet."""
    backend = opened(folder, memory_limit)
    people = backend.table("customers")
    rows = people.select(
        campaign_id=ibis.literal("spring"),
        customer_id=people.customer_id,
        arm=arm(SALT, people.customer_id, holdout_share=SHARE),
        assigned_at=ibis.literal(START),
    )
    rows = rows.mutate(
        sent_at=ibis.ifelse(rows.arm == "holdout", ibis.null(rows.assigned_at.type()), START),
        cost_amount=ibis.literal(0.05).cast("decimal(18, 4)"),
    )
    backend.to_parquet(rows, folder / "exposures.parquet")
    backend.disconnect()


def pandas_assign(folder: Path) -> pd.DataFrame:
    """The arms by hashlib, one customer after the other."""
    people = pd.read_parquet(folder / "customers.parquet", columns=["customer_id"])
    bound = f"{round(SHARE * 16**13):013x}"
    people["arm"] = [
        "holdout" if hashlib.md5(f"{SALT}:{one}".encode()).hexdigest() < bound else "treated"
        for one in people.customer_id
    ]
    return people


def effect(folder: Path, memory_limit: str) -> dict[str, Any]:
    """The margin's row of campaign_effects."""
    backend = opened(folder, memory_limit)
    names = ("orders", "order_lines", "products", "returns")
    moved = movements(*(backend.table(name) for name in names), as_of=AS_OF)
    sums = arm_statistics(backend.table("exposures"), backend.table("campaigns"), moved)
    rows = campaign_effects(backend.to_pyarrow(sums), as_of=AS_OF).to_pylist()
    backend.disconnect()
    return next(row for row in rows if row["metric"] == "margin_amount")


def pandas_effect(folder: Path) -> dict[str, float]:
    """The same effect by hand."""
    orders = pd.read_parquet(
        folder / "orders.parquet", columns=["order_id", "customer_id", "ordered_at", "net_amount"]
    )
    lines = pd.read_parquet(
        folder / "order_lines.parquet", columns=["order_id", "quantity", "unit_cost"]
    )
    returns = pd.read_parquet(folder / "returns.parquet", columns=["order_id", "refund_amount"])
    cost = (lines.quantity * lines.unit_cost.astype("float64")).groupby(lines.order_id).sum()
    orders["cost"] = orders.order_id.map(cost)
    refund = returns.refund_amount.astype("float64").groupby(returns.order_id).sum()
    back = orders.order_id.map(refund)
    net = orders.net_amount.astype("float64")
    # a returned piece gives its cost back
    orders["margin"] = net - orders.cost - back.fillna(0) + orders.cost.where(back.notna(), 0)
    exposures = pd.read_parquet(folder / "exposures.parquet", columns=["customer_id", "arm"])
    within = orders[(orders.ordered_at >= START) & (orders.ordered_at < END)]
    before = orders[
        (orders.ordered_at >= START - timedelta(days=365)) & (orders.ordered_at < START)
    ]
    outcome, prior = (
        exposures.customer_id.map(rows.groupby("customer_id").margin.sum()).fillna(0).to_numpy()
        for rows in (within, before)
    )
    outcome = outcome - np.cov(outcome, prior)[0, 1] / prior.var(ddof=1) * prior
    is_held = (exposures.arm == "holdout").to_numpy()
    # arms of nine to one: the spread of both together, as effects/lift.py explains
    test = stats.ttest_ind(outcome[~is_held], outcome[is_held])
    low, high = test.confidence_interval()
    return {"effect": (low + high) / 2, "effect_low": low, "effect_high": high}


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=4_000_000)
    parser.add_argument("--memory-limit", default="2GB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generate(folder, options.customers, options.orders)
        print(f"{options.customers:,} customers, {options.orders:,} orders, {options.memory_limit}")
        seconds, _ = timed(lambda: assign(folder, options.memory_limit))
        against, theirs = timed(lambda: pandas_assign(folder))
        mine = pd.read_parquet(folder / "exposures.parquet", columns=["customer_id", "arm"])
        both = mine.merge(theirs, on="customer_id", suffixes=("", "_theirs"))
        assert len(both) == options.customers
        assert (both.arm == both.arm_theirs).all()
        print(
            f"holdout  {seconds:6.2f} s   hashlib loop {against:6.2f} s   {against / seconds:4.1f}x"
        )
        seconds, found = timed(lambda: effect(folder, options.memory_limit))
        against, wanted = timed(lambda: pandas_effect(folder))
        for name, value in wanted.items():
            assert abs(found[name] - value) < 1e-6 * max(1.0, abs(value)), (name, found, wanted)
        print(
            f"effect   {seconds:6.2f} s   pandas       {against:6.2f} s   {against / seconds:4.1f}x"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process, pandas included: {peak:.1f} GB", file=sys.stderr)


if __name__ == "__main__":
    main()
