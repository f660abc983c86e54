"""Rows as a table that people read: numbers to the right, thousands apart, nothing for null."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from rich import box
from rich.table import Table as RichTable

from regulars.tables.schema import ColumnType, Table

NUMBERS = {"integer", "number", "money"}


def rich_table(rows: pa.Table, declared: Table, language: str) -> RichTable:
    """The rows under the declared columns' labels."""
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in declared.columns:
        label = column.zh if language == "zh" else column.name
        drawn.add_column(label, justify="right" if column.type in NUMBERS else "left")
    for row in rows.to_pylist():
        drawn.add_row(*(text_of(row[column.name], column.type) for column in declared.columns))
    return drawn


def text_of(value: Any, kind: ColumnType) -> str:
    """One cell by its column's type: 1,234.50 for money, 0.1234 for rates, '' for null."""
    return "" if value is None else _TEXTS.get(kind, str)(value)


def _number(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


_TEXTS: dict[ColumnType, Callable[[Any], str]] = {
    "integer": "{:,}".format,
    "number": _number,
    "money": "{:,.2f}".format,
    "flag": lambda value: "yes" if value else "no",
    "moment": lambda value: value.strftime("%Y-%m-%d %H:%M"),
    "texts": lambda value: ", ".join(map(str, value)),
}
