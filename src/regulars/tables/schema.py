"""How a table is declared: its grain, its key, and its columns with type, unit and meaning.

The docs page, the lake's storage and the import all read these declarations; nothing
about a table is said twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from regulars.errors import ColumnUnknown

ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "json": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "money": pa.decimal128(18, 4),
    "flag": pa.bool_(),
    "moment": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
}
SQL_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "json": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,4)",
    "flag": "BOOLEAN",
    "moment": "TIMESTAMPTZ",
    "day": "DATE",
}
TYPE_MEANINGS: dict[str, str] = {
    "text": "UTF-8 text",
    "texts": "list of texts",
    "json": "JSON object as text",
    "integer": "64-bit whole number",
    "number": "64-bit floating number",
    "money": "decimal(18,4) in the shop's currency",
    "flag": "true or false",
    "moment": "UTC timestamp, microseconds",
    "day": "date in the shop's timezone",
}
ColumnType = Literal["text", "texts", "json", "integer", "number", "money", "flag", "moment", "day"]


@dataclass(frozen=True)
class Column:
    """One column. ``zh`` is its short Chinese label; ``default`` (SQL) stands in for null."""

    name: str
    type: ColumnType
    meaning: str
    zh: str
    unit: str = ""
    nullable: bool = False
    default: str | None = None

    @property
    def en(self) -> str:
        """The short English label, from the name."""
        words = self.name.removesuffix("_id").removesuffix("_at").removesuffix("_on")
        return words.removeprefix("is_").replace("_", " ").capitalize()


@dataclass(frozen=True)
class Table:
    """A table: one row per ``grain``, identified by ``key``.

    ``on_conflict`` says what a later row with the same key does: ``replace`` takes its
    place; ``fill`` (people, products, stores: known piece by piece from many sources)
    keeps the earlier value wherever the later row says nothing.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    on_conflict: Literal["replace", "fill"] = "replace"

    def column(self, name: str) -> Column:
        """The column of that name; ColumnUnknown where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ColumnUnknown(name, self.name, self.column_names)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def arrow_schema(self) -> pa.Schema:
        """The table's Arrow schema, columns in declared order."""
        return pa.schema([pa.field(c.name, ARROW_TYPES[c.type]) for c in self.columns])


def by_name(tables: Iterable[Table]) -> dict[str, Table]:
    """Tables by their name, in the order given."""
    return {table.name: table for table in tables}
