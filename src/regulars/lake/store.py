"""Delta tables, written whole transactions at a time.

    with Lake(home).transaction("import tills.csv") as transaction:
        transaction.merge("orders", relation)
        transaction.merge("order_lines", relation, replace_within=["order_id"])

Data files are written by DuckDB (it spills; nothing is held whole in memory), committed
to each table's Delta log, and become visible together when the head is replaced.
"""

import contextlib
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable

from regulars.errors import TableUnknown
from regulars.lake import delta, rows
from regulars.lake.engine import open_engine
from regulars.lake.head import Head, TableHead, read_head, write_head
from regulars.lake.home import ShopHome
from regulars.lake.lock import writer_lock
from regulars.lake.rows import Rows
from regulars.tables import CANONICAL
from regulars.tables.schema import Table

FILE_SIZE = "256MB"


@dataclass(frozen=True)
class Change:
    """What a write did to one table, in rows."""

    added_count: int
    replaced_count: int = 0
    unchanged_count: int = 0
    removed_count: int = 0


@dataclass
class Lake:
    """The lake of one shop home."""

    home: ShopHome

    def head(self) -> Head:
        """The present state of every table."""
        return read_head(self.home.lake_path)

    @contextlib.contextmanager
    def transaction(self, cause: str, wait_seconds: float = 30) -> Iterator["Transaction"]:
        """Write tables together: all of it becomes visible at the end, or none of it.

        One process writes at a time; LakeBusy when another still does after ``wait_seconds``.
        An exception within leaves the lake as it was.
        """
        self.home.lake_path.mkdir(parents=True, exist_ok=True)
        with writer_lock(self.home.lake_path, wait_seconds):
            head = self.head()
            with contextlib.closing(open_engine(self.home)) as connection:
                transaction = Transaction(self.home, cause, dict(head.tables), connection)
                try:
                    yield transaction
                except BaseException:
                    transaction.drop_written()
                    raise
            if transaction.tables != head.tables:
                now = datetime.now(UTC).isoformat(timespec="seconds")
                next_head = Head(head.number + 1, cause, now, transaction.tables)
                write_head(self.home.lake_path, next_head)


@dataclass
class Transaction:
    """An open transaction; made by ``Lake.transaction``."""

    home: ShopHome
    cause: str
    tables: dict[str, TableHead]
    connection: duckdb.DuckDBPyConnection
    _written: list[Path] = field(default_factory=list)

    def merge(self, table_name: str, given: Rows, replace_within: Sequence[str] = ()) -> Change:
        """Bring rows into a canonical table by its key.

        Columns that ``given`` lacks are null. Rows that are there already, equal in every
        column, are left alone. ``replace_within`` names a part of the key (``order_id`` for
        lines): stored rows of a group that the given rows speak of, but that are not among
        them, are removed. Raises RowsInvalid, and changes nothing, where keys are double or
        a column that may not be null is.
        """
        if table_name not in CANONICAL:
            raise TableUnknown(table_name, CANONICAL)
        table = CANONICAL[table_name]
        staged = self._write(table_name, rows.projected(self.connection, table, given))
        count = rows.check(self.connection, table, rows.read(self._absolute(table_name, staged)))
        if not self._stored_files(table_name):
            return self._first(table, staged, count)
        self._widen(table)
        return self._merge(table, staged, count, replace_within)

    def replace(self, folder: str, table: Table, given: Rows, where: str | None = None) -> Change:
        """Replace a derived table (``results/...``): whole, or its rows that ``where`` holds."""
        added = self._write(folder, rows.projected(self.connection, table, given))
        count = rows.check(self.connection, table, rows.read(self._absolute(folder, added)))
        stored = self._stored_files(folder)
        before = self.tables[folder].row_count if folder in self.tables else 0
        if stored and where:
            source = f"{rows.read(self._absolute(folder, stored))} WHERE NOT ({where})"
            added += self._write(folder, rows.carried(self.connection, table, source))
        self._commit(table.arrow_schema(), folder, added, stored)
        return Change(count, removed_count=before + count - self.tables[folder].row_count)

    def rewrite(self, folder: str, files: Sequence[str]) -> None:
        """Write some of a table's files again as one; no row changes."""
        stored = DeltaTable(str(self.home.lake_path / folder)).schema()
        source = self.connection.sql(
            f"SELECT * EXCLUDE (filename) FROM {rows.read(self._absolute(folder, files))}"
        )
        added = self._write(folder, source)
        # it takes whatever speaks Arrow's C interface; the stubs do not say so
        schema = pa.schema(stored.to_arrow())  # type: ignore[arg-type]
        self._commit(schema, folder, added, files)

    def drop_written(self) -> None:
        """Delete the data files of a transaction that will not be."""
        for path in self._written:
            shutil.rmtree(path, ignore_errors=True)

    def _first(self, table: Table, staged: list[str], count: int) -> Change:
        """None of the given rows' keys is stored: the staged files become the table's own."""
        if table.on_conflict == "fill":
            source = rows.read(self._absolute(table.name, staged))
            select = f"SELECT {rows.with_defaults(table)} FROM {source}"
            staged = self._rewritten(table.name, staged, [select])
        if count:
            self._commit(table.arrow_schema(), table.name, staged, ())
        return Change(count)

    def _widen(self, table: Table) -> None:
        """Give a table that an earlier release stored the columns declared since."""
        if set(table.column_names) <= set(self.tables[table.name].columns):
            return
        files = self._stored_files(table.name)
        source = rows.read(self._absolute(table.name, files))
        added = self._write(table.name, rows.carried(self.connection, table, source))
        self._commit(table.arrow_schema(), table.name, added, files)

    def _merge(self, table: Table, staged: list[str], count: int, group: Sequence[str]) -> Change:
        files = self._stored_files(table.name)
        given = rows.read(self._absolute(table.name, staged))
        stored = rows.read(self._absolute(table.name, files))
        merged = rows.merged(table, given, stored)
        gone = rows.stale(table, given, stored, group) if group else None
        change, touched_paths = self._compare(merged, gone)
        if change.added_count == count and not change.removed_count:
            return self._first(table, staged, count)
        if change.unchanged_count == count and not change.removed_count:
            self._forget(table.name, staged)
            return change
        touched = [file for file in files if self._absolute(table.name, [file])[0] in touched_paths]
        selects = [f"SELECT {rows.with_defaults(table)} FROM ({merged}) WHERE _changed"]
        if touched:
            source = rows.read(self._absolute(table.name, touched))
            selects.append(rows.survivors(table, source, merged, gone))
        added = self._rewritten(table.name, staged, selects)
        self._commit(table.arrow_schema(), table.name, added, touched)
        return change

    def _compare(self, merged: str, gone: str | None) -> tuple[Change, set[str]]:
        """What a merge will do, and the stored files that it rewrites."""
        found = self.connection.execute(
            "SELECT count(*) FILTER (_file IS NULL), "
            "count(*) FILTER (_file IS NOT NULL AND _changed), count(*) FILTER (NOT _changed), "
            f"list(DISTINCT _file) FILTER (_file IS NOT NULL AND _changed) FROM ({merged})"
        ).fetchall()
        added, replaced, unchanged, files = found[0]
        removed = 0
        touched = set(files or ())
        if gone is not None:
            removed, files = self.connection.execute(
                f"SELECT count(*), list(DISTINCT filename) FROM ({gone})"
            ).fetchall()[0]
            touched |= set(files or ())
        return Change(added, replaced, unchanged, removed), touched

    def _stored_files(self, folder: str) -> tuple[str, ...]:
        return self.tables[folder].files if folder in self.tables else ()

    def _absolute(self, folder: str, files: Sequence[str]) -> list[str]:
        return [str(self.home.lake_path / folder / file) for file in files]

    def _write(self, folder: str, given: duckdb.DuckDBPyRelation) -> list[str]:
        """Write rows as Parquet files in the table's folder; the files, relative to it."""
        part = f"part-{time.time_ns():x}-{uuid.uuid4().hex[:8]}"
        target = self.home.lake_path / folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        self._written.append(target)
        given.write_parquet(str(target), compression="zstd", file_size_bytes=FILE_SIZE)
        return [f"{part}/{file.name}" for file in sorted(target.iterdir())]

    def _rewritten(self, folder: str, staged: list[str], selects: Sequence[str]) -> list[str]:
        """Other files in the place of staged ones."""
        files = [
            file for select in selects for file in self._write(folder, self.connection.sql(select))
        ]
        self._forget(folder, staged)
        return files

    def _forget(self, folder: str, staged: list[str]) -> None:
        for part in {file.partition("/")[0] for file in staged}:
            shutil.rmtree(self.home.lake_path / folder / part)

    def _count(self, folder: str, files: Sequence[str]) -> dict[str, int]:
        paths = self._absolute(folder, files)
        counted = self.connection.execute(
            f"SELECT filename, count(*) FROM {rows.read(paths)} GROUP BY filename"
        ).fetchall()
        by_path = dict(counted)
        return {file: by_path.get(path, 0) for file, path in zip(files, paths, strict=True)}

    def _commit(
        self, schema: pa.Schema, folder: str, added: Sequence[str], removed: Sequence[str]
    ) -> None:
        state = self.tables.get(folder)
        kept = [file for file in self._stored_files(folder) if file not in set(removed)]
        counts = self._count(folder, added)
        filled = {file: count for file, count in counts.items() if count}
        version = delta.commit(
            self.home.lake_path / folder, schema, state, filled, removed, self.cause
        )
        removed_rows = sum(self._count(folder, removed).values()) if removed else 0
        before = state.row_count if state else 0
        columns = tuple(dict.fromkeys([*(state.columns if state and kept else ()), *schema.names]))
        row_count = before - removed_rows + sum(filled.values())
        self.tables[folder] = TableHead(version, (*kept, *filled), row_count, columns)
