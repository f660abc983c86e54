"""What the tests of reading share: a reader of paths, and rows written as files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from regulars.sources.reading import RawTable, read_files


@dataclass
class Reader:
    """Reads files with a connection and a scratch folder of its own."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path

    def tables(self, *paths: Path) -> list[RawTable]:
        return read_files(self.connection, paths, self.scratch)

    def table(self, path: Path) -> RawTable:
        [table] = self.tables(path)
        return table

    def rows(self, table: RawTable) -> list[tuple[object, ...]]:
        """(line, values...) of every row, by line."""
        columns = ", ".join('"' + name.replace('"', '""') + '"' for name in table.columns)
        return self.connection.execute(
            f"SELECT _line, {columns} FROM {table.relation} ORDER BY _line"
        ).fetchall()

    def rejects(self, table: RawTable) -> list[tuple[int, str, str]]:
        if table.rejects is None:
            return []
        found = self.connection.execute(
            f"SELECT line, reason, row FROM {table.rejects} ORDER BY line"
        ).fetchall()
        assert len(found) == table.reject_count
        return found


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with duckdb.connect() as connection:
        yield Reader(connection, tmp_path / "scratch")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """``write(name, content)``: a file with that content; text in UTF-8."""

    def make(name: str, content: bytes | str) -> Path:
        path = tmp_path / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def delimited(
    rows: Sequence[Sequence[str]], *, delimiter: str = ",", line_end: str = "\n", quote: str = '"'
) -> str:
    """Rows as RFC 4180 has them, quoted where they must be."""
    special = (delimiter, quote, "\n", "\r", " ")
    return "".join(
        delimiter.join(
            quote + value.replace(quote, quote * 2) + quote
            if any(mark in value for mark in special)
            else value
            for value in row
        )
        + line_end
        for row in rows
    )


@pytest.fixture(name="delimited")
def delimited_fixture() -> Callable[..., str]:
    return delimited
