"""A small simulated shop that many tests read, and tables of its files."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import pytest

from regulars.simulator import simulate

END_ON = date(2026, 9, 30)


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,500 customers over ten months; read only."""
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, customer_count=1500, months=10, seed=3, end_on=END_ON)
    return folder


@pytest.fixture(scope="session")
def read_csv() -> Callable[[Path], pa.Table]:
    """All columns of an exported CSV as text."""

    def read(path: Path) -> pa.Table:
        raw = path.read_bytes()
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("gb18030")
        names = text.split("\n", 1)[0].replace('"', "").split(",")
        options = pc_csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=True
        )
        return pc_csv.read_csv(io.BytesIO(text.encode()), convert_options=options)

    return read


@pytest.fixture(scope="session")
def truth() -> Callable[[Path, str], pa.Table]:
    """A table of the truth by its name."""

    def read(folder: Path, name: str) -> pa.Table:
        return pq.read_table(folder / "truth" / f"{name}.parquet")

    return read


@pytest.fixture(scope="session")
def sold_lines(read_csv: Callable[[Path], pa.Table]) -> Callable[[Path], pa.Table]:
    """The clean lines of all tills' and web files in a folder of exports."""

    def read(exports: Path) -> pa.Table:
        parts = [
            read_csv(path).select(
                ["订单号", "会员卡号", "数量", "单价", "优惠金额", "实付金额", "下单时间"]
            )
            for path in sorted(exports.glob("tills-*.csv"))
        ]
        names = parts[0].column_names if parts else []
        parts += [
            read_csv(path)
            .select(["order_id", "customer_id", "quantity", "unit_price", "discount_amount",
                     "net_amount", "ordered_at"])
            .rename_columns(names)
            for path in sorted(exports.glob("web_orders-*.csv"))
        ]  # fmt: skip
        lines = pa.concat_tables(parts).rename_columns(
            ["order_id", "customer_id", "quantity", "unit_price", "discount", "net", "ordered_at"]
        )
        clean = [order is not None and "X" not in order for order in lines["order_id"].to_pylist()]
        return lines.filter(pa.array(clean))

    return read
