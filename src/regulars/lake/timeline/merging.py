"""One bucket brought up to date: rows of before without those that are gone, with the new ones.

All of them are written anew, or only those of the people who are touched (`patching`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.lake.timeline.bucket_files import (
    EVENT,
    HASHES,
    MOMENT,
    OFFSETS,
    BucketWriter,
    MappedBucket,
)
from regulars.lake.timeline.changes import RowsMissing
from regulars.lake.timeline.coding import NONE
from regulars.lake.timeline.manifest import BucketFile
from regulars.lake.timeline.old_rows import OldRows, copied
from regulars.lake.timeline.patching import Touched
from regulars.lake.timeline.people import People, SameHash
from regulars.lake.timeline.spill import PERSON, Spill
from regulars.stats.person_rows import (
    equal_rows,
    instants,
    merge_runs,
    overwritten,
    person_places,
    row_order,
)
from regulars.tables.timeline import GONE

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Merge:
    """What is to become of the buckets. ``kinds``: what each property's column holds."""

    folder: Path
    generation: int
    inserts: Spill
    deletes: Spill
    people: People
    kinds: dict[str, str]

    def touched(self, number: int, states: Sequence[BucketFile]) -> Touched:
        """What `patching` wants to know of a bucket."""
        if not states:
            return Touched((), 0)
        files = [MappedBucket(self.folder, state) for state in states]
        moving = OldRows(files, self._touched_places(number, files)).row_count
        gone = sum(state.gone_rows for state in states)
        return Touched(tuple(state.present_rows for state in states), gone + moving)

    def bucket(self, number: int, states: Sequence[BucketFile], kept: int) -> list[BucketFile]:
        """The bucket's files now. A new one takes over from those after the ``kept`` first, and
        from these the people who are touched."""
        files = [MappedBucket(self.folder, state) for state in states]
        with BucketWriter(self.folder, f"{self.generation}/bucket-{number:04}") as writer:
            written = self._write(number, files, kept, writer)
        self.inserts.forget(number)
        self.deletes.forget(number)
        return [file for place, file in enumerate(written) if file.present_rows or not place]

    def _write(
        self, number: int, files: Sequence[MappedBucket], kept: int, writer: BucketWriter
    ) -> list[BucketFile]:
        hashes, ids, visitors = self.people.of(number)
        for file in files:
            _check_same_people(file, hashes, ids, visitors)
        touched = self._touched_places(number, files)[:kept]
        staying = self._staying(number, files[:kept], touched)
        order, offsets, moments = self._sorted(number)
        all_later = [np.flatnonzero(file.is_present()) for file in files[kept:]]
        old = OldRows(files, [*touched, *all_later])
        if any(map(len, old.places)) or self.deletes.row_counts[number]:
            person_count, moments = self._merged(number, old, writer, order, offsets, moments)
            return [*staying, writer.finish(person_count, moments)]
        self._only_new(number, writer, order, moments)
        writer.add_people(hashes, ids, visitors, offsets)
        return [*staying, writer.finish(len(hashes), moments)]

    def _staying(
        self, number: int, files: Sequence[MappedBucket], touched: Sequence[Array]
    ) -> list[BucketFile]:
        """The files that stay, in whose event columns the people who are touched are gone."""
        if not any(map(len, touched)):
            return [file.state for file in files]
        with BucketWriter(self.folder, f"{self.generation}/bucket-{number:04}-events") as writer:
            pairs = zip(files, touched, strict=True)
            staying = [
                _with_gone(file, places, writer) if len(places) else file.state
                for file, places in pairs
            ]
            writer.sync()
        return staying

    def _touched_places(self, number: int, files: Sequence[MappedBucket]) -> list[Array]:
        """Where in each file people stand whose rows change."""
        hashes, _, _ = self.people.of(number)
        touched = np.union1d(hashes, self.deletes.column(number, PERSON))
        return [_places_of(file, touched) for file in files]

    def _sorted(self, number: int) -> tuple[Array, Array, Array]:
        """The new rows by (person, moment)."""
        hashes, _, _ = self.people.of(number)
        moments = self.inserts.column(number, MOMENT).view(np.int64)
        places = person_places(hashes, self.inserts.column(number, PERSON))
        order, offsets = row_order(places, moments, len(hashes))
        return order, offsets, moments[order]

    def _only_new(self, number: int, writer: BucketWriter, order: Array, moments: Array) -> None:
        writer.add(MOMENT, moments)
        if not len(order):
            writer.add(EVENT, np.zeros(0, np.uint16))
            return
        for name in self.inserts.names():
            if name not in (MOMENT, PERSON):
                column = self.inserts.column(number, name)
                if name == EVENT or has_any(column, self.kinds[name]):
                    writer.add(name, column[order])

    def _merged(
        self, number: int, old: OldRows, writer: BucketWriter, order: Array,
        offsets: Array, moments: Array,
    ) -> tuple[int, Array]:  # fmt: skip
        hashes, ids, visitors = self.people.of(number)
        dead = self._dead(number, old)
        runs, people, counts = merge_runs(
            old.hashes, old.offsets, old.moments, hashes, offsets, moments, dead
        )
        row_count, placed = int(counts.sum()), old.placed(runs)
        merged_moments = copied([*old.columns(MOMENT), moments], placed, row_count, 0)
        writer.add(MOMENT, merged_moments)
        for name in dict.fromkeys([EVENT, *self.kinds]):
            new = self._new_column(name, number, order)
            if new is not None or old.has(name):
                none = NONE[self.kinds[name]][1] if name in self.kinds else GONE
                writer.add(name, copied([*old.columns(name), new], placed, row_count, none))
        _write_people(writer, old, (hashes, ids, visitors), people, counts)
        return len(people), merged_moments

    def _new_column(self, name: str, number: int, order: Array) -> Array | None:
        """The new rows' column; None where none of them has a value."""
        if name not in self.inserts.names():
            return None
        column = self.inserts.column(number, name)
        return column[order] if name == EVENT or has_any(column, self.kinds[name]) else None

    def _dead(self, number: int, old: OldRows) -> Array:
        """The old rows that are to go; RowsMissing where one is not there."""
        count = int(self.deletes.row_counts[number])
        if not count:
            return np.zeros(0, np.int64)
        people = self.deletes.column(number, PERSON)
        moments = self.deletes.column(number, MOMENT)
        places = np.searchsorted(old.hashes, people)
        if (places == len(old.hashes)).any() or (old.hashes[places] != people).any():
            raise RowsMissing
        wanted, candidates = _at_same_moment(old.moments, old.offsets, places, moments)
        is_equal = np.ones(len(wanted), np.bool_)
        for name in dict.fromkeys([EVENT, *self.kinds]):
            is_equal &= self._agree(name, number, old, wanted, candidates)
        found = equal_rows(wanted, candidates, is_equal, old.row_count)
        if len(found) < count or (found < 0).any():
            raise RowsMissing
        return np.sort(found)

    def _agree(
        self, name: str, number: int, old: OldRows, wanted: Array, candidates: Array
    ) -> Array:
        kind, is_new = self.kinds.get(name, ""), name in self.deletes.names()
        if not is_new and not old.has(name):
            return np.ones(len(wanted), np.bool_)
        wide, none = NONE[kind] if kind else ("<u2", GONE)
        missing = np.array(none, wide)
        there = old.values(name, candidates, missing)
        column = self.deletes.column(number, name)[wanted] if is_new else missing
        if kind == "number":
            return np.asarray((there == column) | (np.isnan(there) & np.isnan(column)))
        return np.asarray(there == column)


def has_any(column: Array, kind: str) -> bool:
    """Whether any row has a value."""
    if kind == "number":
        return not bool(np.isnan(column).all())
    return bool((column != NONE[kind][1]).any())


def _at_same_moment(
    moments: Array, offsets: Array, places: Array, wanted: Array
) -> tuple[Array, Array]:
    """Pairs of a row that is to go and a row of the same person at the same moment."""
    begins, ends = instants(offsets, moments, places, wanted)
    counts = ends - begins
    numbers = np.repeat(np.arange(len(wanted)), counts)
    firsts = np.cumsum(counts) - counts
    return numbers, np.repeat(begins - firsts, counts) + np.arange(len(numbers))


def _places_of(file: MappedBucket, hashes: Array) -> Array:
    """Where people stand in a file whose rows there are not gone."""
    known = file.column(HASHES)
    places = np.searchsorted(known, hashes)
    inside = places < len(known)
    places, hashes = places[inside], hashes[inside]
    places = places[known[places] == hashes]
    return np.asarray(places[file.is_present(places)])


def _with_gone(file: MappedBucket, places: Array, writer: BucketWriter) -> BucketFile:
    """A file that stays, but for the rows of people at these places."""
    events, offsets = np.array(file.column(EVENT)), file.column(OFFSETS)
    gone = int(overwritten(events, offsets, places, GONE))
    state = replace(
        file.state,
        gone_people=file.state.gone_people + len(places),
        gone_rows=file.state.gone_rows + gone,
        events_in=writer.file,
        events_at=writer.put(events),
    )
    return _between_present(file, state, events, places)


def _between_present(
    file: MappedBucket, state: BucketFile, events: Array, places: Array
) -> BucketFile:
    """With the first and the last moment of the rows that are left, where they may be others."""
    offsets, moments = file.column(OFFSETS), file.column(MOMENT)
    firsts, lasts = moments[offsets[places]], moments[offsets[places + 1] - 1]
    if (firsts > state.first_at).all() and (lasts < state.last_at).all():
        return state
    left = np.flatnonzero(events[offsets[:-1]] != GONE)
    if not len(left):
        return replace(state, first_at=0, last_at=0)
    first, last = moments[offsets[left]].min(), moments[offsets[left + 1] - 1].max()
    return replace(state, first_at=int(first), last_at=int(last))


def _check_same_people(old: MappedBucket, hashes: Array, ids: Any, visitors: Array) -> None:
    """SameHash where somebody new has the number of somebody else who is known."""
    known = old.column(HASHES)
    places = np.minimum(np.searchsorted(known, hashes), max(len(known) - 1, 0))
    same = np.flatnonzero(known[places] == hashes) if len(known) else np.zeros(0, np.int64)
    there = old.person_ids().take(pa.array(places[same]))
    is_visitor = old.visitors()[places[same]] == visitors[same].astype(bool)
    if not (there.equals(ids.take(pa.array(same))) and is_visitor.all()):
        raise SameHash


def _write_people(
    writer: BucketWriter, old: OldRows, new: tuple[Array, Any, Array], people: Array,
    counts: Array,
) -> None:  # fmt: skip
    hashes, ids, visitors = new
    place = np.where(people[:, 0] >= 0, people[:, 0], people[:, 1] + len(old.hashes))
    writer.add_people(
        np.concatenate([old.hashes, hashes])[place],
        pa.concat_arrays([old.person_ids(), ids]).take(pa.array(place)),
        np.concatenate([old.visitors(), visitors])[place],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
    )
