"""Parquet files: a view over the file itself, with the types that it has."""

from pathlib import Path

import duckdb

from regulars.errors import FileUnreadable
from regulars.lake.engine import name as quoted_name
from regulars.lake.engine import quoted
from regulars.sources.reading.header import unique_names
from regulars.sources.reading.raw_table import LINE, RawTable
from regulars.sources.reading.source import Source
from regulars.sources.reading.workspace import Workspace

_NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(space: Workspace, source: Source) -> RawTable:
    """The rows of a Parquet file; nested columns as JSON text; row n is line n."""
    given = _columns(space, source.path, source.file)
    names, notes = unique_names([name for name, _ in given])
    selected = []
    types: dict[str, str] = {}
    for (original, kind), name in zip(given, names, strict=True):
        column = quoted_name(original)
        nested = kind.endswith("]") or kind.startswith(_NESTED)
        types[name] = "VARCHAR" if nested else kind
        value = f"CAST(to_json({column}) AS VARCHAR)" if nested else column
        selected.append(f"{value} AS {quoted_name(name)}")
    rows = f"read_parquet({quoted(str(source.path))}, file_row_number = true)"
    row_count = space.count(rows)
    if not row_count:
        raise FileUnreadable(f"{source.file} holds no rows. Export it again with its rows.")
    relation = space.view(
        f"SELECT {', '.join(selected)}, CAST(file_row_number + 1 AS BIGINT) AS {LINE} FROM {rows}"
    )
    return RawTable(source.file, relation, names, types, row_count, 0, None, notes)


def _columns(space: Workspace, path: Path, file: str) -> list[tuple[str, str]]:
    try:
        described = space.connection.execute(
            f"DESCRIBE FROM read_parquet({quoted(str(path))})"
        ).fetchall()
    except duckdb.Error as error:
        why = " ".join(str(error).split())[:200]
        raise FileUnreadable(
            f"{file} is not a whole Parquet file ({why}). Get it again from where it was made."
        ) from None
    return [(str(row[0]), str(row[1])) for row in described]
