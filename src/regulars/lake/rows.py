"""Rows on their way into a table: cast to its declaration, checked, compared with what is stored.

All of it is SQL on one DuckDB connection over Parquet files, so that memory stays bounded
however many rows come.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from regulars.errors import RowsInvalid
from regulars.lake.engine import name, quoted
from regulars.tables.schema import SQL_TYPES, Column, Table

Rows = pa.Table | pa.RecordBatchReader | duckdb.DuckDBPyRelation


def projected(
    connection: duckdb.DuckDBPyConnection, table: Table, given: Rows
) -> duckdb.DuckDBPyRelation:
    """The given rows with the table's columns, types and (unless it fills) defaults.

    Raises RowsInvalid for columns that the table does not have.
    """
    columns = given.columns if isinstance(given, duckdb.DuckDBPyRelation) else given.schema.names
    if unknown := [column for column in columns if column not in table.column_names]:
        exist = ", ".join(table.column_names)
        raise RowsInvalid(f"{table.name} has no column {', '.join(unknown)}. Columns: {exist}.")
    relation = given
    if not isinstance(relation, duckdb.DuckDBPyRelation):
        relation = connection.from_arrow(relation)
    fill_in = table.on_conflict == "replace"
    return relation.project(
        ", ".join(_cast(column, column.name in columns, fill_in) for column in table.columns)
    )


def with_defaults(table: Table) -> str:
    """The table's columns as SQL, each null replaced by the column's default if it has one."""
    return ", ".join(_defaulted(column, name(column.name)) for column in table.columns)


def check(connection: duckdb.DuckDBPyConnection, table: Table, source: str) -> int:
    """How many rows ``source`` (SQL) has; RowsInvalid where keys are double or nulls forbidden."""
    required = [c for c in table.columns if not c.nullable and c.default is None]
    nulls = ", ".join(f"count(*) FILTER ({name(c.name)} IS NULL)" for c in required)
    counts = connection.execute(f"SELECT count(*), {nulls} FROM {source}").fetchall()[0]
    for column, count in zip(required, counts[1:], strict=True):
        if count:
            raise RowsInvalid(
                f"{table.name}.{column.name} is empty in {count} of {counts[0]} rows; "
                "it must have a value in each."
            )
    keys = ", ".join(name(key) for key in table.key)
    # by hash first: eight bytes a row instead of the keys, however long they are
    suspects = f"SELECT hash({keys}) FROM {source} GROUP BY ALL HAVING count(*) > 1"
    double = connection.execute(
        f"SELECT {keys}, count(*) FROM {source} WHERE hash({keys}) IN ({suspects}) "
        "GROUP BY ALL HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    for *values, times in double:
        shown = ", ".join(f"{key} {value}" for key, value in zip(table.key, values, strict=True))
        raise RowsInvalid(f"{table.name} has {times} rows for {shown}; one is allowed.")
    return int(counts[0])


def matches(columns: Sequence[str], left: str, right: str) -> str:
    """SQL: the columns are the same on both sides; null is the same as null."""
    return " AND ".join(
        f"{left}.{name(column)} IS NOT DISTINCT FROM {right}.{name(column)}" for column in columns
    )


def merged(table: Table, given: str, stored: str) -> str:
    """SQL of what each given row becomes: itself, or for a ``fill`` table the two together.

    Beside the table's columns it has ``_file`` (the stored row's, null for a new one) and
    ``_changed``.
    """
    values, changed = [], []
    for column in table.columns:
        new, old = f"g.{name(column.name)}", f"s.{name(column.name)}"
        value = _filled(column, new, old) if table.on_conflict == "fill" else new
        values.append(f"{value} AS {name(column.name)}")
        changed.append(f"{value} IS DISTINCT FROM {old}")
    return (
        f"SELECT {', '.join(values)}, s.filename AS _file, "
        f"(s.filename IS NULL OR {' OR '.join(changed)}) AS _changed "
        f"FROM {given} g LEFT JOIN {stored} s ON {matches(table.key, 'g', 's')}"
    )


def stale(table: Table, given: str, stored: str, group: Sequence[str]) -> str:
    """SQL of the stored rows whose group the given rows speak of, but that are not among them."""
    return (
        f"SELECT s.* FROM {stored} s "
        f"WHERE EXISTS (SELECT 1 FROM {given} g WHERE {matches(group, 'g', 's')}) "
        f"AND NOT EXISTS (SELECT 1 FROM {given} g WHERE {matches(table.key, 'g', 's')})"
    )


def survivors(table: Table, stored: str, merged: str, gone: str | None) -> str:
    """SQL of the stored rows that a merge leaves as they are, in the files that it rewrites."""
    changed = f"SELECT 1 FROM ({merged}) g WHERE g._changed AND {matches(table.key, 'g', 's')}"
    kept = f"SELECT {_names(table)} FROM {stored} s WHERE NOT EXISTS ({changed})"
    if gone is None:
        return kept
    return f"{kept} AND NOT EXISTS (SELECT 1 FROM ({gone}) x WHERE {matches(table.key, 'x', 's')})"


def carried(
    connection: duckdb.DuckDBPyConnection, table: Table, source: str
) -> duckdb.DuckDBPyRelation:
    """Stored rows of a derived table under its present declaration: columns it did not have
    then are null, columns it no longer has are left behind."""
    stored = connection.sql(f"SELECT * FROM {source}")
    present = set(stored.columns)
    return stored.project(
        ", ".join(_cast(column, column.name in present, True) for column in table.columns)
    )


def read(paths: Sequence[str]) -> str:
    """SQL that reads Parquet files, with each row's file."""
    return f"read_parquet([{', '.join(map(quoted, paths))}], filename = true, union_by_name = true)"


def _names(table: Table) -> str:
    return ", ".join(name(column) for column in table.column_names)


def _cast(column: Column, given: bool, fill_in: bool) -> str:
    value = f"{name(column.name) if given else 'NULL'}::{SQL_TYPES[column.type]}"
    return _defaulted(column, value) if fill_in else f"{value} AS {name(column.name)}"


def _defaulted(column: Column, value: str) -> str:
    if column.default is None:
        return f"{value} AS {name(column.name)}"
    return f"coalesce({value}, {column.default}::{SQL_TYPES[column.type]}) AS {name(column.name)}"


def _filled(column: Column, new: str, old: str) -> str:
    if column.type == "json":
        return (
            f"CASE WHEN {new} IS NULL THEN {old} WHEN {old} IS NULL THEN {new} "
            f"ELSE json_merge_patch({old}, {new})::VARCHAR END"
        )
    return f"coalesce({new}, {old})"
