"""Files for the tests of imports, and what the lake holds afterwards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regulars.lake import ShopHome, connect

HEADER = [
    *("订单号", "会员卡号", "下单时间", "商品编码", "商品名称"),
    *("数量", "单价", "实付金额", "门店"),
]


def line(
    order: str | None,
    member: str | None = "M1",
    at: str | None = "2026-01-05 08:30:00",
    product: str | None = "P1",
    quantity: object = 1,
    price: object = "5.00",
    net: object = "5.00",
    store: str | None = "南京路店",
) -> list[object]:
    """A row of a Chinese sales export under HEADER."""
    title = None if product is None else f"商品{product}"
    return [order, member, at, product, title, quantity, price, net, store]


def write_csv(path: Path, *rows: Sequence[object], encoding: str = "utf-8") -> Path:
    """A CSV file of rows, the first of which is the header; None is an empty cell."""
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def stored(home: ShopHome, table: str, *order_by: str) -> list[dict[str, Any]]:
    """The rows of a stored table as dictionaries, ordered by columns."""
    rows = connect(home).table(table).to_pyarrow()
    if order_by:
        rows = rows.sort_by([(column, "ascending") for column in order_by])
    return [dict(row) for row in rows.to_pylist()]
