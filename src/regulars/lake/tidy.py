"""Housekeeping: small files made into large ones, and files that nothing needs deleted.

Every import writes files of its own, and leaves behind those that it replaced (readers of
the state before may still be reading them).
"""

from dataclasses import dataclass

from deltalake import DeltaTable

from regulars.lake.store import Lake

SMALL_BYTES = 32 * 1024 * 1024
MANY_FILES = 16
RETENTION_HOURS = 7 * 24


@dataclass(frozen=True)
class Tidied:
    """What housekeeping did."""

    compacted_tables: tuple[str, ...]
    deleted_file_count: int


def tidy(lake: Lake, retention_hours: int = RETENTION_HOURS) -> Tidied:
    """Compact tables of many small files; delete what has been unneeded for that long."""
    compacted = tuple(table for table in lake.head().tables if _small_files(lake, table))
    for table in compacted:
        with lake.transaction(f"compact {table}") as transaction:
            transaction.rewrite(table, _small_files(lake, table))
    return Tidied(compacted, _vacuum(lake, retention_hours))


def _small_files(lake: Lake, folder: str) -> list[str]:
    """The table's small files, where there are many of them."""
    root = lake.home.lake_path / folder
    files = lake.head().tables[folder].files
    small = [file for file in files if (root / file).stat().st_size < SMALL_BYTES]
    return small if len(small) >= MANY_FILES else []


def _vacuum(lake: Lake, retention_hours: int) -> int:
    """Only tables whose log agrees with the head: the next write mends the others first."""
    deleted = 0
    with lake.transaction("vacuum"):
        for folder, state in lake.head().tables.items():
            table = DeltaTable(str(lake.home.lake_path / folder))
            if table.version() == state.version:
                deleted += len(
                    table.vacuum(
                        retention_hours, dry_run=False, enforce_retention_duration=False, full=True
                    )
                )
    return deleted
