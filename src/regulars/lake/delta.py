"""Commits to one table's Delta log, of data files that stand in its folder already.

Source: the Delta transaction protocol (github.com/delta-io/delta, PROTOCOL.md), through
delta-rs.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Schema
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from regulars.errors import LakeDamaged
from regulars.lake.head import TableHead


def commit(
    folder: Path,
    schema: pa.Schema,
    state: TableHead | None,
    added: Mapping[str, int],
    removed: Sequence[str],
    cause: str,
) -> int:
    """Add and remove data files in one Delta version on top of ``state``; that version.

    ``added`` is file (relative to the folder) -> rows. Versions above ``state`` are those
    of a process that died before its transaction ended: they are undone first.
    """
    adds = [_add(folder, file, rows) for file, rows in added.items()]
    said = CommitProperties(custom_metadata={"cause": cause})
    declared = Schema.from_arrow(schema)
    if not DeltaTable.is_deltatable(str(folder)):
        if state is not None:
            raise LakeDamaged(f"{folder} has no Delta log, but the lake's head names one.")
        create_table_with_add_actions(str(folder), declared, adds, commit_properties=said)
        return 0
    table = DeltaTable(str(folder))
    if state is not None and table.version() > state.version:
        table.restore(state.version)
    live = _live_files(table)
    gone = live if state is None else removed
    if set(gone) == set(live) and table.schema() != declared:
        _replace_with_schema(folder, declared, adds, said)
    else:
        now = int(time.time() * 1000)
        removes = [RemoveAction(file, True, now) for file in gone]
        table.create_write_transaction(
            [*adds, *removes], "append", declared, commit_properties=said
        )
    return DeltaTable(str(folder)).version()


def present_version(folder: Path) -> int | None:
    """The newest version in the table's log; None where there is no log."""
    return DeltaTable(str(folder)).version() if DeltaTable.is_deltatable(str(folder)) else None


def _replace_with_schema(
    folder: Path, declared: Schema, adds: list[AddAction], said: CommitProperties
) -> None:
    """All the files at once, under a declaration that has changed since they were written."""
    create_table_with_add_actions(
        str(folder), declared, adds, mode="overwrite", commit_properties=said
    )


def _live_files(table: DeltaTable) -> list[str]:
    paths = pa.table(table.get_add_actions()).column("path")
    return [str(path) for path in paths.to_pylist()]


def _add(folder: Path, file: str, rows: int) -> AddAction:
    path = folder / file
    written_at = int(path.stat().st_mtime * 1000)
    stats = json.dumps({"numRecords": rows})
    return AddAction(file, path.stat().st_size, {}, written_at, True, stats)
