"""The folder of exports: files that grow block by block, in the order of their import."""

import io
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from regulars.simulator.workbook import write_workbook

GZIP_LEVEL = 1
SLICE_ROWS = 50_000
ORDER = (
    "stores", "products", "members", "web_customers", "campaigns", "tills", "web_orders",
    "returns", "coupon_uses", "exposures", "events", "reviews", "tickets", "surveys",
    "promotions", "prices", "competitor_prices", "inventory", "signals", "marketing_costs",
)  # fmt: skip


class Exports:
    """Writes files under one folder; every file's name begins with a word of ORDER.

    Compression runs on two threads and is written in the order of the calls.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._rows: dict[str, int] = {}
        self._parquet: dict[str, pq.ParquetWriter] = {}
        self._pool = ThreadPoolExecutor(2)
        self._pending: list[tuple[Path, Future[bytes]]] = []

    def __enter__(self) -> "Exports":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._drain(0)
        for writer in self._parquet.values():
            writer.close()
        self._pool.shutdown()

    def csv(self, name: str, table: pa.Table, encoding: str = "utf-8") -> None:
        """Append rows; the header stands once. Empty parts make no file."""
        if not table.num_rows:
            return
        buffer = io.BytesIO()
        options = pc_csv.WriteOptions(include_header=name not in self._rows, quoting_style="needed")
        pc_csv.write_csv(table, buffer, options)
        raw = buffer.getvalue()
        if encoding != "utf-8":
            raw = raw.decode().encode(encoding)
        self._append(name, raw, table.num_rows)

    def json_lines(self, name: str, lines: Any) -> None:
        """Append a text array of lines, each ending in a line break, gzipped."""
        path = self.folder / name
        if name not in self._rows:
            path.write_bytes(b"")
        self._rows[name] = self._rows.get(name, 0) + len(lines)
        for first in range(0, len(lines), SLICE_ROWS):
            part = lines.slice(first, SLICE_ROWS)
            self._pending.append((path, self._pool.submit(_gzipped, part)))
        self._drain(8)

    def parquet(self, name: str, table: pa.Table) -> None:
        """Append rows as one row group."""
        if name not in self._parquet:
            self._rows[name] = 0
            self._parquet[name] = pq.ParquetWriter(
                self.folder / name, table.schema, compression="zstd"
            )
        self._rows[name] += table.num_rows
        self._parquet[name].write_table(table)

    def workbook(self, name: str, sheet_name: str, table: pa.Table) -> None:
        """A workbook of its own for each call."""
        write_workbook(self.folder / name, sheet_name, table)
        self._rows[name] = table.num_rows

    def row_count(self, name: str) -> int:
        """Rows written so far."""
        return self._rows.get(name, 0)

    @property
    def paths(self) -> list[Path]:
        """All files, in the order in which they are to be imported."""

        def place(name: str) -> tuple[int, str]:
            stem = max((word for word in ORDER if name.startswith(word)), key=len)
            return ORDER.index(stem), name

        return [self.folder / name for name in sorted(self._rows, key=place)]

    def _append(self, name: str, raw: bytes, rows: int) -> None:
        mode = "ab" if name in self._rows else "wb"
        with (self.folder / name).open(mode) as file:
            file.write(raw)
        self._rows[name] = self._rows.get(name, 0) + rows

    def _drain(self, keep: int) -> None:
        while len(self._pending) > keep:
            path, future = self._pending.pop(0)
            with path.open("ab") as file:
                file.write(future.result())


def _gzipped(lines: Any) -> bytes:
    """A gzip member of the lines; Arrow holds them side by side in one buffer."""
    offsets, text = lines.buffers()[1], lines.buffers()[2]
    width = 8 if pa.types.is_large_string(lines.type) else 4
    starts = memoryview(offsets).cast("B").cast("q" if width == 8 else "i")
    first, last = starts[lines.offset], starts[lines.offset + len(lines)]
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(memoryview(text)[first:last]) + packer.flush()
