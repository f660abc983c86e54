"""A file of a bucket: people and rows, one column after the other, as they lie in memory."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.lake.timeline.manifest import BucketFile, Stored
from regulars.tables.timeline import GONE

Array = npt.NDArray[Any]
ALIGNMENT = 4096
MOMENT, EVENT = "occurred_at", "event"
# Of people, beside the rows' columns; no property has such a name.
HASHES, OFFSETS, VISITORS = "#hash", "#offset", "#visitor"
ID_BYTES, ID_OFFSETS = "#id_bytes", "#id_offset"


class BucketWriter:
    """Writes columns into a new file, one at a time."""

    def __init__(self, folder: Path, file: str) -> None:
        self._folder = folder
        self.file = file
        self._stream = (folder / file).open("wb", buffering=0)
        self._columns: dict[str, Stored] = {}

    def add(self, name: str, column: Array) -> None:
        """Put a column at the end of the file."""
        begin = self.put(column)
        self._columns[name] = Stored(begin, len(column), column.dtype.str)

    def put(self, column: Array) -> int:
        """Put at the end of the file what is no column of its people; where it begins."""
        begin = -(-self._stream.tell() // ALIGNMENT) * ALIGNMENT
        self._stream.seek(begin)
        rest = np.ascontiguousarray(column).view(np.uint8).data if len(column) else b""
        while len(rest):
            rest = rest[self._stream.write(rest) :]
        return begin

    def add_people(self, hashes: Array, ids: Any, visitors: Array, offsets: Array) -> None:
        """Put the people: by hash, with where the rows of each begin."""
        texts = pa.concat_arrays([pa.array([], pa.string()), ids])  # begins at 0, of one buffer
        _, id_offsets, id_bytes = texts.buffers()
        self.add(HASHES, hashes)
        self.add(OFFSETS, offsets)
        self.add(VISITORS, visitors.astype(np.uint8))
        self.add(ID_OFFSETS, np.frombuffer(id_offsets, np.int32)[: len(texts) + 1])
        whole = np.frombuffer(id_bytes, np.uint8) if id_bytes else np.zeros(0, np.uint8)
        self.add(ID_BYTES, whole)

    def finish(self, person_count: int, moments: Array) -> BucketFile:
        """The file on the disk, and what is in it."""
        self.sync()
        first, last = (int(moments.min()), int(moments.max())) if len(moments) else (0, 0)
        return BucketFile(self.file, len(moments), person_count, first, last, self._columns)

    def sync(self) -> None:
        """What was written is on the disk."""
        os.fsync(self._stream.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._stream.close()


class MappedBucket:
    """A bucket's file mapped into memory; stays readable when the file is deleted."""

    def __init__(self, folder: Path, state: BucketFile) -> None:
        self.state = state
        self._whole = _mapped(folder / state.file)
        self._events = _mapped(folder / state.events_in) if state.events_in else self._whole

    def has(self, name: str) -> bool:
        return name in self.state.columns

    def column(self, name: str) -> Array:
        """A stored column, as it was stored; of events, as it is now."""
        stored = self.state.columns[name]
        kind = np.dtype(stored.type)
        size = stored.length * kind.itemsize
        if name == EVENT and self.state.events_in:
            return self._events[self.state.events_at : self.state.events_at + size].view(kind)
        return self._whole[stored.begin : stored.begin + size].view(kind)

    def is_present(self, places: Array | slice = slice(None)) -> Array:
        """bool by person, or at some places: the rows are not gone. Nobody is without rows."""
        begins = self.column(OFFSETS)[:-1][places]
        if not self.state.gone_people:
            return np.ones(len(begins), np.bool_)
        return np.asarray(self.column(EVENT)[begins] != GONE)

    def visitors(self) -> Array:
        return self.column(VISITORS).view(np.bool_)

    def person_ids(self) -> Any:
        offsets: Any = self.column(ID_OFFSETS)
        texts: Any = self.column(ID_BYTES)
        count = self.state.person_count
        return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(texts))


def _mapped(path: Path) -> Array:
    size = path.stat().st_size
    return np.asarray(np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8))


def reading(bucket: MappedBucket, wanted: Mapping[str, tuple[str, Any]]) -> Callable[[str], Array]:
    """What gives a bucket's columns as the timeline declares them.

    ``wanted``: by property, numpy's type and what stands for none. A text's codes are stored
    in as few bytes as they need; a column without any value is not stored.
    """

    def read(name: str) -> Array:
        if name in (MOMENT, EVENT):
            return bucket.column(name)
        kind, none = wanted[name]
        if not bucket.has(name):
            return np.full(bucket.state.row_count, none, kind)
        column = bucket.column(name)
        return column if column.dtype == np.dtype(kind) else column.astype(kind)

    return read
