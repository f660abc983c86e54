"""The rows of before that a new file takes over: some people's, out of one file or several."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.lake.timeline.bucket_files import HASHES, MOMENT, OFFSETS, MappedBucket
from regulars.stats.person_rows import copied_runs, placed_runs

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class OldRows:
    """People by hash, each of whom stands in one of the files.

    ``places``: of each file, those of the people in question. Rows are counted through as if
    they lay one after the other: person p has ``offsets[p]`` to ``offsets[p + 1]``.
    """

    files: Sequence[MappedBucket]
    places: Sequence[Array]

    @functools.cached_property
    def hashes(self) -> Array:
        """uint64, rising."""
        return self._of_people(HASHES)[self._order]

    @functools.cached_property
    def offsets(self) -> Array:
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self._counts[self._order])])

    @functools.cached_property
    def moments(self) -> Array:
        """int64 by row."""
        everything = np.array([[0, 0, self.row_count]], np.int64)
        columns = [file.column(MOMENT) for file in self.files]
        return copied(columns, self.placed(everything), self.row_count, 0)

    @property
    def row_count(self) -> int:
        return int(self.offsets[-1])

    def has(self, name: str) -> bool:
        """Whether any of the files that they lie in has the column."""
        return any(column is not None for column in self.columns(name))

    def columns(self, name: str) -> list[Array | None]:
        """A column in each file; None where no row of theirs has a value there."""
        return [
            file.column(name) if len(mine) and file.has(name) else None
            for file, mine in zip(self.files, self.places, strict=True)
        ]

    def placed(self, runs: Array) -> Array:
        """Where the rows of runs lie: (file, begin, end); new ones after the last file."""
        return placed_runs(runs, self.offsets, self._sources, self._begins, len(self.files))

    def values(self, name: str, rows: Array, missing: Array) -> Array:
        """A column at single rows; ``missing``, of its type, where a file has none."""
        person = np.searchsorted(self.offsets, rows, side="right") - 1
        where = self._begins[person] + rows - self.offsets[person]
        values = np.full(len(rows), missing)
        for source, column in enumerate(self.columns(name)):
            mine = np.flatnonzero(self._sources[person] == source)
            if column is not None and len(mine):
                values[mine] = column[where[mine]]
        return values

    def person_ids(self) -> Any:
        ids = [
            file.person_ids().take(pa.array(mine))
            for file, mine in zip(self.files, self.places, strict=True)
        ]
        return pa.concat_arrays([pa.array([], pa.string()), *ids]).take(pa.array(self._order))

    def visitors(self) -> Array:
        """uint8 by person."""
        parts = [f.visitors()[mine] for f, mine in zip(self.files, self.places, strict=True)]
        return np.concatenate(parts)[self._order].astype(np.uint8)

    @functools.cached_property
    def _order(self) -> Array:
        return np.argsort(self._of_people(HASHES))

    @functools.cached_property
    def _sources(self) -> Array:
        counts = [len(mine) for mine in self.places]
        return np.repeat(np.arange(len(self.files)), counts)[self._order]

    @functools.cached_property
    def _begins(self) -> Array:
        return self._of_people(OFFSETS)[self._order]

    @functools.cached_property
    def _counts(self) -> Array:
        pairs = zip(self.files, self.places, strict=True)
        ends = [file.column(OFFSETS)[mine + 1] for file, mine in pairs]
        return np.concatenate(ends) - self._of_people(OFFSETS)

    def _of_people(self, name: str) -> Array:
        """A column of people, in the order of the files."""
        pairs = zip(self.files, self.places, strict=True)
        return np.concatenate([file.column(name)[mine] for file, mine in pairs])


def copied(columns: Sequence[Array | None], placed: Array, row_count: int, missing: Any) -> Array:
    """The runs of all sources' columns as one, in the widest of their types."""
    kind = np.result_type(*(column.dtype for column in columns if column is not None))
    has_all = all(column is not None for column in columns)
    merged = np.empty(row_count, kind) if has_all else np.full(row_count, missing, kind)
    plain = np.dtype(f"u{kind.itemsize}")  # one kernel for all types of a width
    for source, column in enumerate(columns):
        if column is not None:
            whole = column.astype(kind, copy=False).view(plain)
            copied_runs(whole, placed, source, merged.view(plain))
    return merged
