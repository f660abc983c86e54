"""Rows scattered over files by bucket: the first half of a sort in bounded memory."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
PERSON = "person"
_BUFFER_BYTES = 1 << 18


class Spill:
    """Rows by bucket. Each call of ``add`` leaves a block in the files of the buckets it fills."""

    def __init__(self, folder: Path, bucket_count: int) -> None:
        self.folder = folder
        self.bucket_count = bucket_count
        self.row_counts = np.zeros(bucket_count, np.int64)
        self._types: dict[str, np.dtype[Any]] = {}
        self._blocks: list[list[int]] = [[] for _ in range(bucket_count)]
        self._files: dict[int, BinaryIO] = {}
        folder.mkdir(parents=True)

    @property
    def row_count(self) -> int:
        return int(self.row_counts.sum())

    def add(self, columns: Mapping[str, Array]) -> None:
        """Rows as columns of equal length; the same columns each time."""
        from regulars.stats.person_rows import bucket_order

        self._types = self._types or {name: column.dtype for name, column in columns.items()}
        order, starts = bucket_order(columns[PERSON], self.bucket_count)
        ordered = [columns[name][order] for name in self._types]
        for bucket in np.flatnonzero(np.diff(starts)).tolist():
            begin, end = starts[bucket], starts[bucket + 1]
            file = self._file(bucket)
            for column in ordered:
                file.write(column[begin:end].data)
            self._blocks[bucket].append(int(end - begin))
            self.row_counts[bucket] += end - begin

    def close(self) -> None:
        """End writing; nothing may be added any more."""
        for file in self._files.values():
            file.close()
        self._files = {}

    def names(self) -> tuple[str, ...]:
        """The columns that were given."""
        return tuple(self._types)

    def column(self, bucket: int, name: str) -> Array:
        """One column of a bucket's rows, in the order in which they came."""
        kind = self._types.get(name)
        if kind is None:
            return np.zeros(0, np.uint64)
        values = np.empty(int(self.row_counts[bucket]), kind)
        if not len(values):
            return values
        names = list(self._types)
        before = sum(self._types[other].itemsize for other in names[: names.index(name)])
        width = sum(kind.itemsize for kind in self._types.values())
        at, filled = 0, 0
        with self._path(bucket).open("rb", buffering=0) as file:
            for rows in self._blocks[bucket]:
                file.seek(at + before * rows)
                file.readinto(values[filled : filled + rows].view(np.uint8).data)
                at += width * rows
                filled += rows
        return values

    def forget(self, bucket: int) -> None:
        """Delete a bucket's file."""
        self._path(bucket).unlink(missing_ok=True)

    def _path(self, bucket: int) -> Path:
        return self.folder / f"{bucket:04}"

    def _file(self, bucket: int) -> BinaryIO:
        if bucket not in self._files:
            self._files[bucket] = self._path(bucket).open("wb", buffering=_BUFFER_BYTES)
        return self._files[bucket]
