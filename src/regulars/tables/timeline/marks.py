"""Several patterns asked of the same rows at once: a bit each, one read of the events."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.tables.timeline.patterns import Pattern
from regulars.tables.timeline.structure import Array, Bucket, Timeline


@dataclass(frozen=True)
class Marks:
    """``of`` a bucket: a code per row and a meaning per code, bit n of which is pattern n.

    Without conditions the codes are the events' own, so that nothing is made per row.
    ParameterInvalid, when made, where an event or a property does not occur.
    """

    timeline: Timeline
    patterns: Sequence[Pattern]

    def __post_init__(self) -> None:
        for pattern in self.patterns:
            pattern.codes(self.timeline)

    def of(self, bucket: Bucket) -> tuple[Array, Array]:
        """uint16 events or uint8 per row, and uint8 per code."""
        if any(pattern.conditions for pattern in self.patterns):
            marks = np.zeros(bucket.row_count, dtype=np.uint8)
            for place, pattern in enumerate(self.patterns):
                marks |= pattern.rows(self.timeline, bucket).astype(np.uint8) << place
            return marks, np.arange(1 << len(self.patterns), dtype=np.uint8)
        meaning = np.zeros(max(len(self.timeline.event_names), 1), dtype=np.uint8)
        for place, pattern in enumerate(self.patterns):
            meaning |= pattern.codes(self.timeline).astype(np.uint8) << place
        return bucket.events, meaning
