"""The lake's head: one small file that says which version of every table is the present one.

A transaction commits each of its tables to Delta and then replaces this file in one
rename. Until then no reader sees anything of it; a process killed in the middle leaves
the head, and so every reader, at the last good state. ADR 0002 says why.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from regulars.errors import LakeDamaged

HEAD_FILE = "head.json"


@dataclass(frozen=True)
class TableHead:
    """One table's present state: its Delta version, live files (relative), rows and columns.

    ``columns`` are those that at least one file has: a release may declare more.
    """

    version: int
    files: tuple[str, ...]
    row_count: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """All tables' present state; ``number`` rises by one with every transaction."""

    number: int = 0
    cause: str = ""
    written_at: str = ""
    tables: dict[str, TableHead] = field(default_factory=dict)


def read_head(lake: Path) -> Head:
    """The present head; an empty one where nothing was ever written."""
    file = lake / HEAD_FILE
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Head()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise LakeDamaged(f"{file} cannot be read: {error}. Restore it from a backup.") from None
    tables = {
        name: TableHead(
            state["version"], tuple(state["files"]), state["row_count"], tuple(state["columns"])
        )
        for name, state in document["tables"].items()
    }
    return Head(document["number"], document["cause"], document["written_at"], tables)


def write_head(lake: Path, head: Head) -> None:
    """Put the head in place: written aside, flushed to disk, renamed over the old one."""
    aside = lake / f"{HEAD_FILE}.{os.getpid()}"
    with aside.open("w", encoding="utf-8") as stream:
        json.dump(asdict(head), stream)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(lake / HEAD_FILE)
    folder = os.open(lake, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
