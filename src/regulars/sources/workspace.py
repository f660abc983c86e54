"""Where an import works: one DuckDB connection, the files read into it, a folder to spill to."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import duckdb

from regulars.errors import FileUnreadable
from regulars.lake import ShopHome
from regulars.lake.engine import name, open_engine, quoted
from regulars.sources.reading import LINE, RawTable, read_files

IN_MEMORY_ROWS = 3_000_000
"""More rows than this are kept in a database file of the scratch folder, compressed."""


@dataclass
class Workspace:
    """An open workspace; made by ``open_workspace``."""

    home: ShopHome
    connection: duckdb.DuckDBPyConnection
    folder: Path
    tables: list[RawTable]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def table(self, stem: str, select: str) -> str:
        """Keep the rows of a SELECT; the name to read them by."""
        kept = f"{stem}_{next(self._numbers)}"
        self.connection.execute(f"CREATE TABLE {name(kept)} AS {select}")
        return name(kept)

    def view(self, stem: str, select: str) -> str:
        """Name a SELECT without keeping its rows."""
        named = f"{stem}_{next(self._numbers)}"
        self.connection.execute(f"CREATE VIEW {name(named)} AS {select}")
        return name(named)

    def drop(self, table: str) -> None:
        """Forget a kept table: its space is wanted."""
        self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a small query."""
        return self.connection.execute(query).fetchall()

    def number(self, query: str) -> int:
        """The one whole number that a query gives."""
        return int(str(self.rows(query)[0][0]))


@contextlib.contextmanager
def open_workspace(home: ShopHome, paths: Sequence[Path]) -> Iterator[Workspace]:
    """Read files into a workspace that is gone afterwards.

    FileUnreadable where a path is not there or cannot be read as any known kind of file.
    """
    if not paths:
        raise FileUnreadable("No file was given. Name at least one file or folder to import.")
    home.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="import-", dir=home.scratch))
    try:
        with contextlib.closing(open_engine(home)) as connection:
            connection.execute("SET preserve_insertion_order = false")
            tables = _read(connection, paths, folder)
            if sum(table.row_count for table in tables) > IN_MEMORY_ROWS:
                file = quoted(str(folder / "work.duckdb"))
                connection.execute(f"ATTACH {file} AS work")
                connection.execute("SET search_path = 'work.main,memory.main'")
            yield Workspace(home, connection, folder, tables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], folder: Path
) -> list[RawTable]:
    tables = read_files(connection, paths, folder)
    if not tables:
        shown = ", ".join(str(path) for path in paths)
        raise FileUnreadable(f"There is nothing to import in {shown}. Name a file with rows.")
    return tables


def line_column() -> str:
    """The SQL name of the column that says where a raw row stands."""
    return name(LINE)
