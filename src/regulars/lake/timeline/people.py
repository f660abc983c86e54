"""The people of rows that are being written: number, id and kind, in the order of numbers."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.lake.timeline.coding import person_hash

Array = npt.NDArray[Any]
BATCH_ROWS = 200_000


class SameHash(Exception):
    """Two people have one number: everything has to be numbered anew, with another salt."""


class People:
    """Kept in a file, as there may be many; their numbers in memory."""

    def __init__(self, path: Path, bucket_count: int) -> None:
        with pa.memory_map(str(path)) as source:
            self._table = pa.ipc.open_file(source).read_all()
        self._hashes = self._table["person"].to_numpy()
        if (self._hashes[1:] == self._hashes[:-1]).any():
            raise SameHash
        # bucket b holds the hashes whose upper half is at least b / bucket_count of the whole
        lows = [-(-(bucket << 32) // bucket_count) << 32 for bucket in range(bucket_count)]
        starts = np.searchsorted(self._hashes, np.array(lows, np.uint64))
        self._starts = np.append(starts, len(self._hashes))

    def of(self, bucket: int) -> tuple[Array, Any, Array]:
        """Numbers (rising), ids, and which are visitors, of one bucket."""
        begin, end = int(self._starts[bucket]), int(self._starts[bucket + 1])
        part = self._table.slice(begin, end - begin)
        visitors = part["is_visitor"].to_numpy()
        return self._hashes[begin:end], part["person_id"].combine_chunks(), visitors


def gather_people(
    connection: duckdb.DuckDBPyConnection, rows: str, salt: int, path: Path, bucket_count: int
) -> People:
    """The people of rows (SQL); SameHash where two have one number."""
    number = person_hash(salt)
    reader = connection.sql(
        f"SELECT {number} AS person, person_id, is_visitor::UTINYINT AS is_visitor FROM "
        f"(SELECT DISTINCT person_id, is_visitor FROM ({rows})) ORDER BY person, person_id"
    ).to_arrow_reader(BATCH_ROWS)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
    return People(path, bucket_count)
