"""Where reading puts what it makes: scratch files, and views of the connection over them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow.parquet as pq

from regulars.lake.engine import name as quoted_name
from regulars.lake.engine import quoted
from regulars.sources.reading.raw_table import LINE
from regulars.sources.reading.rejects import RejectsWriter

_PATTERN = re.compile(r"[*?\[\]{}]")


class Workspace:
    """One connection and one scratch folder, with names that never collide."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self.connection = connection
        self.scratch = scratch
        self._made: list[Path] = []

    def new_path(self, suffix: str) -> Path:
        """A path in the scratch folder that no other file has."""
        path = self.scratch / f"raw-{uuid4().hex}{suffix}"
        self._made.append(path)
        return path

    @contextmanager
    def rows_in_order(self) -> Iterator[None]:
        """While it lasts, DuckDB writes rows in the order of the file: lines are counted so."""
        setting = "preserve_insertion_order"
        before = self.connection.execute(f"SELECT current_setting('{setting}')").fetchall()[0][0]
        self.connection.execute(f"SET {setting} = true")
        try:
            yield
        finally:
            self.connection.execute(f"SET {setting} = {before}")

    def discard(self) -> None:
        """Remove every file that was made: reading has failed."""
        for path in self._made:
            path.unlink(missing_ok=True)

    def without_pattern(self, path: Path) -> Path:
        """The path, or a link to it where DuckDB would take its name for a pattern."""
        if not _PATTERN.search(str(path)):
            return path
        link = self.new_path("".join(path.suffixes[-2:]) if path.suffixes else "")
        link.symlink_to(path.resolve())
        return link

    def view(self, select: str) -> str:
        """A temporary view of that query; its name."""
        relation = f"raw_{uuid4().hex[:16]}"
        self.connection.execute(f"CREATE TEMP VIEW {relation} AS {select}")
        return relation

    def count(self, query_source: str) -> int:
        """The rows of a relation or table function."""
        row = self.connection.execute(f"SELECT count(*) FROM {query_source}").fetchone()
        return int(row[0]) if row else 0

    def rejects_view(self, rejects: RejectsWriter) -> str | None:
        """The relation of what a writer rejected; None if that is nothing."""
        if not rejects.count:
            return None
        return self.view(f"SELECT * FROM read_parquet({quoted(str(rejects.path))})")

    def rows_view(self, path: Path, names: tuple[str, ...], first_line: int | None) -> str:
        """A view of a Parquet file whose columns are c0, c1, ... under their real names.

        Row n of the file is line ``first_line`` + n; without it, the file has ``_line``.
        """
        named = ", ".join(f"c{n} AS {quoted_name(name)}" for n, name in enumerate(names))
        line = LINE if first_line is None else f"file_row_number + {first_line} AS {LINE}"
        numbered = "" if first_line is None else ", file_row_number = true"
        source = f"read_parquet({quoted(str(path))}{numbered})"
        return self.view(f"SELECT {named}, {line} FROM {source}")


def parquet_row_count(path: Path) -> int:
    """The rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(path).num_rows)
