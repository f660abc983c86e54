"""Generated rows as Parquet files with the columns and types of the canonical tables."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from regulars.tables import CANONICAL
from regulars.tables.schema import SQL_TYPES


def write_canonical(folder: Path, timezone: str, rows: Mapping[str, str]) -> None:
    """One file per table of ``rows`` (name -> SELECT); columns that it does not give are null."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{timezone}'; SELECT setseed(0.5)")
    for name, query in rows.items():
        connection.execute(f"CREATE OR REPLACE TABLE given AS {query}")
        given = {row[0] for row in connection.execute("DESCRIBE given").fetchall()}
        columns = ", ".join(
            f"{c.name if c.name in given else 'NULL'}::{SQL_TYPES[c.type]} AS {c.name}"
            for c in CANONICAL[name].columns
        )
        file = folder / f"{name}.parquet"
        connection.execute(f"COPY (SELECT {columns} FROM given) TO '{file}' (FORMAT parquet)")
    connection.close()
