"""The rows of a file that could not be read, kept beside it: file, line, reason, row."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

_FIELDS: list[tuple[str, pa.DataType]] = [
    ("file", pa.string()),
    ("line", pa.int64()),
    ("reason", pa.string()),
    ("row", pa.string()),
]
SCHEMA = pa.schema(_FIELDS)
ROW_LENGTH = 10_000
"""Characters of a rejected row's text that are kept."""
_BATCH = 20_000


class RejectsWriter:
    """Writes rejects to a Parquet file in batches; the file exists only if there are any."""

    def __init__(self, path: Path, file: str) -> None:
        self.path = path
        self.count = 0
        self._file = file
        self._waiting: list[tuple[int, str, str]] = []
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> "RejectsWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, line: int, reason: str, row: bytes | str) -> None:
        """One row; bytes that are not UTF-8 show as the replacement character."""
        if isinstance(row, bytes):
            row = row[: 4 * ROW_LENGTH].decode("utf-8", "replace")
        self._waiting.append((line, reason, row.rstrip("\r\n")[:ROW_LENGTH]))
        self.count += 1
        if len(self._waiting) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, SCHEMA)
        self._writer.write_table(_as_table(self._file, self._waiting))
        self._waiting = []


def _as_table(file: str, rows: Sequence[tuple[int, str, str]]) -> pa.Table:
    lines, reasons, texts = zip(*rows, strict=True)
    return pa.table(
        [
            pa.array([file] * len(rows), pa.string()),
            pa.array(lines, pa.int64()),
            pa.array(reasons, pa.string()),
            pa.array(texts, pa.string()),
        ],
        schema=SCHEMA,
    )
