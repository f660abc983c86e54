"""Which files of a touched bucket an update leaves as they are: the whole rule.

The people that an update touches are written into a patch, which is the cheaper the fewer they
are; but rows that are gone take room and are passed over by every question, and many patches
make many parts. So the last patches are taken along into the new one while they are small, and
at each update some buckets are written whole, those with the most rows gone first.
"""

from collections.abc import Mapping
from typing import NamedTuple

SMALL_BUCKET = 50_000  # rows; a bucket of fewer is always written whole
SMALL_PATCH = 0.1  # of the rows of its bucket: a last patch below it is taken along
STALE = 0.15  # rows gone for each row present: from here on a bucket's turn may come
MOST_STALE = 0.9  # from here on it has come, whatever it costs
WHOLE_AT_ONCE = 1 / 8  # of all rows: so many are written whole at one update


class Touched(NamedTuple):
    """A bucket that an update touches. ``present``: rows not gone, of the base and each patch.

    ``gone``: rows that are gone, and those that are about to be.
    """

    present: tuple[int, ...]
    gone: int

    @property
    def row_count(self) -> int:
        return sum(self.present)

    @property
    def staleness(self) -> float:
        return self.gone / max(self.row_count, 1)

    @property
    def kept(self) -> int:
        """How many of its files stay where it is not written whole: the base and large patches."""
        count = len(self.present)
        while count > 1 and self.present[count - 1] < SMALL_PATCH * self.row_count:
            count -= 1
        return count


def kept_files(touched: Mapping[int, Touched], row_count: int) -> dict[int, int]:
    """By bucket, how many of its first files stay as they are; 0 where it is written whole.

    ``row_count``: of the whole timeline.
    """
    kept = {number: bucket.kept for number, bucket in touched.items()}
    left = WHOLE_AT_ONCE * row_count
    for number in sorted(touched, key=lambda number: (-touched[number].staleness, number)):
        bucket = touched[number]
        if bucket.row_count + bucket.gone < SMALL_BUCKET or bucket.staleness >= MOST_STALE:
            kept[number] = 0
        elif bucket.staleness >= STALE and bucket.row_count <= left:
            kept[number] = 0
            left -= bucket.row_count
    return kept
