"""Visits of a timeline as walks through nodes, bucket by bucket, and sums over all buckets."""

import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from regulars.errors import ParameterInvalid
from regulars.stats import walks as kernels
from regulars.stats.idle_sessions import visit_starts
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_choice
from regulars.tables.timeline.days import day_end
from regulars.tables.timeline.nodes import NOT_THERE, Nodes
from regulars.tables.timeline.online import CHANNEL, Scene, visit_channels
from regulars.tables.timeline.segments import People, people_of, segment_of
from regulars.tables.timeline.structure import NO_CODE, NO_KEY, Array, Bucket, Timeline

Visits = Literal["idle", "session_id"]
SESSION = "session_id"
NONE = -1
MOST_CELLS = 30_000_000  # of counts, for each thread


class Walks(NamedTuple):
    """Visit v passed nodes[offsets[v] : offsets[v + 1]], at least one.

    ``sides`` uint8 bits: 1 of the segment, 2 of the one it is compared with. ``amounts``:
    what the stop that ended the visit was worth, in ten-thousandths.
    """

    offsets: Array
    nodes: Array
    sides: Array
    amounts: Array


@dataclass(frozen=True)
class Ways:
    """Which visits of whom are looked at. Moments in microseconds; ``sides`` by person.

    ``channels``: bool by channel code, the last of none: part of visits; None: all events are.
    """

    nodes: Nodes
    channels: Array | None
    visits: Visits
    idle: int
    begin: int
    until: int
    end: int
    sides: Array
    is_compared: bool
    collapse: bool

    @property
    def timeline(self) -> Timeline:
        return self.nodes.timeline

    @property
    def side_count(self) -> int:
        return 2 if self.is_compared else 1

    @property
    def ends(self) -> tuple[int, int]:
        """--from and --to as the kernels take them."""
        nodes = self.nodes
        return (
            NONE if nodes.from_ is None else nodes.from_,
            NONE if nodes.to is None else nodes.to,
        )

    @property
    def is_back(self) -> bool:
        """Steps are counted back from --to."""
        return self.nodes.to is not None and self.nodes.from_ is None

    def walks(self, bucket: Bucket, *, stop: int = NONE, values: Array | None = None) -> Walks:
        """The bucket's walks; from ``stop`` on (the highest node) a visit goes no further."""
        nodes, moments = self.nodes.of_rows(bucket), bucket.moments
        if self.timeline.last_at is not None and self.timeline.last_at >= self.end:
            nodes[moments >= self.end] = NOT_THERE
        worth = np.empty(0, np.int64) if values is None else values
        if self.channels is not None:
            kernels.leave_out(nodes, self.timeline.column(bucket, CHANNEL), self.channels)
        if self.visits == "idle":
            counts = nodes != NOT_THERE
            starts = visit_starts(bucket.offsets, moments, counts, self.idle)
        else:
            keys, is_named = self._sessions(bucket)
            order = kernels.by_session(bucket.offsets, keys)
            nodes[~is_named] = NOT_THERE
            nodes, moments, keys = nodes[order], moments[order], keys[order]
            worth = worth if values is None else worth[order]
            starts = kernels.session_starts(bucket.offsets, keys, nodes != NOT_THERE)
        sides = self.sides[bucket.first_person : bucket.first_person + bucket.person_count]
        made = kernels.walks(
            bucket.offsets, moments, nodes, starts, self.begin, self.until, sides, stop, worth
        )
        offsets, passed, visit_sides, amounts = made
        if self.collapse:
            offsets, passed = kernels.collapse(offsets, passed)
        return Walks(offsets, passed, visit_sides, amounts)

    def _sessions(self, bucket: Bucket) -> tuple[Array, Array]:
        """A key per row, and whether the sender named a session at all."""
        keys = self.timeline.column(bucket, SESSION)
        if keys.dtype == np.uint64:
            return keys, keys != NO_KEY
        return keys.astype(np.uint64), keys != NO_CODE

    def summed(
        self,
        shape: tuple[int, ...],
        add: Callable[[Walks, Array], None],
        *,
        stop: int = NONE,
        values: Callable[[Bucket], Array] | None = None,
    ) -> Array:
        """int64 counts to which ``add`` adds each bucket's walks; one array per thread."""
        if np.prod(shape, dtype=np.float64) > MOST_CELLS:
            raise ParameterInvalid(
                "With so many nodes and steps there is too much to count at once. "
                "Lower --top or --depth, or take a --node of fewer values."
            )
        spare: queue.SimpleQueue[Array] = queue.SimpleQueue()
        made: list[Array] = []

        def work(bucket: Bucket) -> None:
            try:
                counts = spare.get_nowait()
            except queue.Empty:
                counts = np.zeros(shape, dtype=np.int64)
                made.append(counts)
            worth = values(bucket) if values else None
            add(self.walks(bucket, stop=stop, values=worth), counts)
            spare.put(counts)

        self.timeline.over_buckets(work)
        total = made.pop() if made else np.zeros(shape, dtype=np.int64)
        for counts in made:
            total += counts
        return total


def ways(
    nodes: Nodes,
    *,
    as_of: date,
    scene: Scene | None,
    visits: Visits,
    idle: str,
    since: date | None,
    until: date | None,
    people: People,
    segment: str | None,
    against: str | None = None,
    collapse: bool = True,
) -> Ways:
    """The ways that the options ask for; ParameterInvalid says what is wrong with them."""
    check_choice("visits", visits, ("idle", "session_id"))
    timeline = nodes.timeline
    if visits == SESSION and not _names_sessions(timeline):
        raise ParameterInvalid(
            "--visits session_id: no event names its session. Use --visits idle."
        )
    begin, last = timeline.span(since, until, as_of)
    those = people_of(timeline, people)
    is_one = those if segment is None else those & segment_of(timeline, segment)
    sides = is_one.astype(np.uint8)
    if against is not None:
        sides |= (those & segment_of(timeline, against)).astype(np.uint8) << 1
    return Ways(
        nodes=nodes,
        channels=visit_channels(timeline, scene, nodes),
        visits=visits,
        idle=microseconds("idle", idle),
        begin=begin,
        until=last,
        end=day_end(as_of, timeline.timezone),
        sides=sides,
        is_compared=against is not None,
        collapse=collapse,
    )


def share_columns(counts: Array, visits: Array) -> dict[str, Any]:
    """Counts [side, row] of the segment, and of what it is compared with, beside their shares.

    ``visits`` [side], or [side, row]: of how many; a share of none is null.
    """
    whole = np.broadcast_to(visits.reshape(len(counts), -1), counts.shape)
    shares = counts / np.maximum(whole, 1)
    columns: dict[str, Any] = {
        "visit_count": pa.array(counts[0]),
        "share": pa.array(shares[0], mask=whole[0] == 0),
    }
    if len(counts) == 2:
        columns["against_count"] = pa.array(counts[1])
        columns["against_share"] = pa.array(shares[1], mask=whole[1] == 0)
        columns["share_difference"] = pa.array(shares[0] - shares[1], mask=(whole == 0).any(axis=0))
    return columns


def as_declared(columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """The columns as a table of that schema; those that are not there are null."""
    rows = len(next(iter(columns.values())))
    return pa.table(
        [columns.get(f.name, pa.nulls(rows, f.type)).cast(f.type) for f in schema], schema=schema
    )


def _names_sessions(timeline: Timeline) -> bool:
    known = timeline.properties.get(SESSION)
    return known is not None and known.kind in ("key", "text") and known.row_count > 0
