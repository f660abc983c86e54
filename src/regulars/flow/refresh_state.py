"""What each stored result was worked out from, so that a refresh leaves alone what stays true.

A result depends on the files of the tables that it reads, on its day, on the shop's time
zone, and on the code that works it out (with the libraries under it). All of that is one
digest. It is kept in the lake with the result, in the same transaction: where both are
there, the one belongs to the other.
"""

import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

import regulars
from regulars.lake.head import Head
from regulars.lake.timeline.updating import lake_state
from regulars.tables.analysis import TIMELINE
from regulars.tables.fit import arrow_rows
from regulars.tables.schema import Column, Table

REFRESH_STATE = Table(
    name="refresh_state",
    grain="result that a refresh keeps",
    key=("result",),
    columns=(
        Column("result", "text", "the result's name", "结果"),
        Column("digest", "text", "of tables' files, day, time zone and code", "依据摘要"),
        Column("row_count", "integer", "rows that it has", "行数"),
        Column("left_out", "text", "why it has none", "未计算的原因", nullable=True),
    ),
)
# The rooms whose code decides what a result says, and the libraries under them.
ROOMS = ("analyses", "decisions", "effects", "flow", "lake", "stats", "tables")
LIBRARIES = (
    "duckdb", "ibis-framework", "jieba", "lightgbm", "numba", "numpy", "pyarrow", "scikit-learn",
    "scipy",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """One result as a refresh left it: from what, how many rows, or why none."""

    result: str
    digest: str
    row_count: int = 0
    left_out: str = ""


@dataclass(frozen=True)
class Basis:
    """What all results of one refresh have in common: the lake's head, the day, the clock."""

    head: Head
    day: date
    timezone: str

    def digest(self, reads: Iterable[str], others: Iterable[str] = ()) -> str:
        """Of a result that reads these tables and follows from results of ``others`` digests."""
        names = sorted(set(reads))
        files = {name: self.head.tables[name].files for name in names if name in self.head.tables}
        if TIMELINE in names:
            files |= {
                f"{TIMELINE}: {table}": state.files
                for table, state in lake_state(self.head).items()
            }
        parts = [files, self.day.isoformat(), self.timezone, code_digest(), list(others)]
        return _hashed(json.dumps(parts, sort_keys=True).encode())


def kept_before(rows: ir.Table, day: date) -> dict[str, Kept]:
    """What the last refresh of that day left, by result; empty where there was none.

    ``rows``: REFRESH_STATE as it is stored, of every day.
    """
    found = rows.filter(rows.as_of == day).drop("as_of").to_pyarrow().to_pylist()
    return {
        row["result"]: Kept(row["result"], row["digest"], row["row_count"], row["left_out"] or "")
        for row in found
    }


def state_rows(kept: Mapping[str, Kept]) -> pa.Table:
    """The rows of REFRESH_STATE."""
    rows = [asdict(kept[name]) for name in sorted(kept)]
    columns = {name: [row[name] or None for row in rows] for name in REFRESH_STATE.column_names}
    columns["row_count"] = [row["row_count"] for row in rows]
    return arrow_rows(columns, REFRESH_STATE)


@functools.cache
def code_digest() -> str:
    """Of every file of the rooms that decide what results say, and of the libraries' versions."""
    root = Path(regulars.__file__).parent
    files = sorted(
        path
        for room in ROOMS
        for path in (root / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts  # compiled anew, also by numba
    )
    parts = [str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() for path in files]
    return _hashed(*parts, *(f"{name} {_version(name)}".encode() for name in LIBRARIES))


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _hashed(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:32]
