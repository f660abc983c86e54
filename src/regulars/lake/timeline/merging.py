"""One bucket written anew: its rows of before, without those that are gone, with the new ones."""

from dataclasses import dataclass
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
from regulars.lake.timeline.people import People, SameHash
from regulars.lake.timeline.spill import PERSON, Spill
from regulars.stats.person_rows import (
    copied_runs,
    equal_rows,
    instants,
    merge_runs,
    person_places,
    row_order,
)

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

    def bucket(self, number: int, state: BucketFile | None) -> BucketFile:
        """Write a bucket anew beside its old file."""
        with BucketWriter(self.folder, f"{self.generation}/bucket-{number:04}") as writer:
            written = self._write(number, state, writer)
        self.inserts.forget(number)
        self.deletes.forget(number)
        return written

    def _write(self, number: int, state: BucketFile | None, writer: BucketWriter) -> BucketFile:
        order, offsets, moments = self._sorted(number)
        if state is not None and state.row_count:
            person_count, merged = self._merged(number, state, writer, order, offsets, moments)
            return writer.finish(len(merged), person_count, merged)
        hashes, ids, visitors = self.people.of(number)
        self._only_new(number, writer, order, moments)
        writer.add_people(hashes, ids, visitors, offsets)
        return writer.finish(len(moments), len(hashes), moments)

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
        self, number: int, state: BucketFile, writer: BucketWriter, order: Array,
        offsets: Array, moments: Array,
    ) -> tuple[int, Array]:  # fmt: skip
        old = MappedBucket(self.folder, state)
        hashes, ids, visitors = self.people.of(number)
        _check_same_people(old, hashes, ids, visitors)
        dead = self._dead(number, old)
        runs, people, counts = merge_runs(
            old.column(HASHES), old.column(OFFSETS), old.column(MOMENT),
            hashes, offsets, moments, dead,
        )  # fmt: skip
        row_count = int(counts.sum())
        merged_moments = _copied(old.column(MOMENT), moments, runs, row_count)
        writer.add(MOMENT, merged_moments)
        for name in dict.fromkeys([EVENT, *self.kinds]):
            new = self._new_column(name, number, order, old.has(name))
            if new is not None:
                kind = self.kinds.get(name, "")
                before = old.column(name) if old.has(name) else _none(kind, state.row_count, new)
                writer.add(name, _copied(before, new, runs, row_count))
        _write_people(writer, old, (hashes, ids, visitors), people, counts)
        return len(people), merged_moments

    def _new_column(self, name: str, number: int, order: Array, is_old: bool) -> Array | None:
        """The new rows' column; None where neither they nor the old ones have any value."""
        if name in self.inserts.names():
            column = self.inserts.column(number, name)
            if is_old or name == EVENT or has_any(column, self.kinds[name]):
                return column[order]
            return None
        return _none(self.kinds[name], len(order), np.zeros(0, np.int8)) if is_old else None

    def _dead(self, number: int, old: MappedBucket) -> Array:
        """The rows of the old file that are to go; RowsMissing where one is not there."""
        count = int(self.deletes.row_counts[number])
        if not count:
            return np.zeros(0, np.int64)
        hashes, offsets = old.column(HASHES), old.column(OFFSETS)
        people = self.deletes.column(number, PERSON)
        moments = self.deletes.column(number, MOMENT)
        places = np.searchsorted(hashes, people)
        if (places == len(hashes)).any() or (hashes[places] != people).any():
            raise RowsMissing
        wanted, candidates = _at_same_moment(old.column(MOMENT), offsets, places, moments)
        is_equal = np.ones(len(wanted), np.bool_)
        for name in dict.fromkeys([EVENT, *self.kinds]):
            is_equal &= self._agree(name, number, old, wanted, candidates)
        found = equal_rows(wanted, candidates, is_equal, old.state.row_count)
        if len(found) < count or (found < 0).any():
            raise RowsMissing
        return np.sort(found)

    def _agree(
        self, name: str, number: int, old: MappedBucket, wanted: Array, candidates: Array
    ) -> Array:
        kind, is_new = self.kinds.get(name, ""), name in self.deletes.names()
        if not is_new and not old.has(name):
            return np.ones(len(wanted), np.bool_)
        none = NONE[kind][1] if kind else 0
        there = old.column(name)[candidates] if old.has(name) else np.full(len(wanted), none)
        column = self.deletes.column(number, name)[wanted] if is_new else np.full(len(wanted), none)
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


def _none(kind: str, count: int, like: Array) -> Array:
    """A column without any value; a text's codes as wide as the other side's."""
    wide, none = NONE[kind]
    return np.full(count, none, like.dtype if kind == "text" else wide)


def _copied(old: Array, new: Array, runs: Array, row_count: int) -> Array:
    """Both sides' column as one, in the wider of their types."""
    kind = np.promote_types(old.dtype, new.dtype)
    merged = np.empty(row_count, kind)
    plain = np.dtype(f"u{kind.itemsize}")  # one kernel for all types of a width
    copied_runs(
        old.astype(kind, copy=False).view(plain),
        new.astype(kind, copy=False).view(plain),
        runs,
        merged.view(plain),
    )
    return merged


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
    writer: BucketWriter, old: MappedBucket, new: tuple[Array, Any, Array], people: Array,
    counts: Array,
) -> None:  # fmt: skip
    hashes, ids, visitors = new
    known = old.state.person_count
    place = np.where(people[:, 0] >= 0, people[:, 0], people[:, 1] + known)
    texts = pa.concat_arrays([old.person_ids(), ids]).take(pa.array(place))
    writer.add_people(
        np.concatenate([old.column(HASHES), hashes])[place],
        texts,
        np.concatenate([old.visitors().astype(np.uint8), visitors])[place],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
    )
