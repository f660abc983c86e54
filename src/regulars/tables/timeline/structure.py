"""What a timeline is: people in buckets, each bucket's rows by (person, moment), in columns.

A person is a customer, or a visitor of whom only a device is known. An event of several
products (an order) is one row, and one further row per further product, at the same moment
under a code of its own (``EventName.is_further``): whoever does not look at products leaves
those codes out and counts events; whoever does sees every product.

A bucket kept in files is not written anew for the few people of it who did something: all
their rows are put in another bucket, and those of before are gone: they stay where they are
under a code (``GONE``) that no event has and that counts as a further one. Either all of a
person's rows in a bucket are gone, or none. Whoever looks at rows by their event codes, or at
people by their rows, need not know; whoever looks at moments, values or people alone must
leave them out (``Bucket.gone_count``, ``Timeline.is_present``).
"""

import functools
import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.errors import NothingToAnalyse, ParameterInvalid, among, shortened
from regulars.tables.timeline.days import day_end, day_of, span

T = TypeVar("T")
Array = npt.NDArray[Any]
NO_CODE = -1  # of a text that is not there
NO_KEY = 0  # of a key that is not there
NO_AMOUNT = np.iinfo(np.int64).min  # of an amount that is not there
GONE = 0  # the event code of rows that stand elsewhere now, in a bucket that has such rows
AMOUNT_SCALE = 10_000  # an amount is a whole number of ten-thousandths
ABOUT_PRODUCTS = frozenset({"product_id", "category", "brand", "purpose"})

PropertyKind = Literal["text", "key", "amount", "number"]


@dataclass(frozen=True)
class EventName:
    """What an event code stands for, and how many rows have it."""

    name: str
    is_further: bool
    row_count: int


@dataclass(frozen=True)
class Property:
    """Something known of single events.

    ``text``    int32 codes into ``values``; NO_CODE where there is none
    ``key``     uint64, equal where the texts are equal (session_id); NO_KEY where none
    ``amount``  int64 ten-thousandths of the shop's currency; NO_AMOUNT where none
    ``number``  float64; NaN where none

    ``through`` names the text property whose code leads to this one's (category of a
    product): ``lookup[code]``.
    """

    name: str
    kind: PropertyKind
    row_count: int  # rows that have it
    values: Any = None  # pa.StringArray of a text property
    through: str = ""
    lookup: Array | None = None

    @functools.cached_property
    def texts(self) -> list[str]:
        """The values of a text property by code."""
        texts: list[str] = [] if self.values is None else self.values.to_pylist()
        return texts

    @functools.cached_property
    def text_ranks(self) -> Array:
        """int32 by code: the place of its text among all in order.

        Codes are given as texts are met, so that they say nothing: a choice among the rows of
        one instant goes by these.
        """
        texts = pa.array([], pa.string()) if self.values is None else self.values
        ranks = np.empty(len(texts), dtype=np.int32)
        ranks[pc.sort_indices(texts).to_numpy()] = np.arange(len(texts), dtype=np.int32)
        return ranks


@dataclass(frozen=True)
class Bucket:
    """Some of the people with all that they did. Arrays may be mapped files: do not write.

    ``offsets``  int64, people + 1: person p has rows offsets[p] to offsets[p + 1]
    ``read``     a stored column by name: ``occurred_at`` (int64, microseconds since 1970 UTC),
                 ``event`` (uint16 codes), and the properties'
    ``gone_count``  how many rows are of the code GONE
    """

    first_person: int
    offsets: Array
    person_ids: Callable[[], pa.StringArray]
    is_visitor: Callable[[], Array]
    read: Callable[[str], Array]
    gone_count: int = 0

    @property
    def person_count(self) -> int:
        return len(self.offsets) - 1

    @property
    def row_count(self) -> int:
        return int(self.offsets[-1])

    @property
    def moments(self) -> Array:
        return self.read("occurred_at")

    @property
    def events(self) -> Array:
        return self.read("event")

    def present(self, rows: Array) -> Array:
        """Of an array with a place per row, those of the rows that are not gone."""
        return rows[self.events != GONE] if self.gone_count else rows


@dataclass(frozen=True)
class Timeline:
    """All people's rows, the meaning of the codes, and what is known of the people.

    ``read_trait`` gives a table of customer_id and value for a trait of ``trait_names``.
    People are numbered through all buckets, and who has gone from one to another has a number
    in both; ``first_at`` and ``last_at`` are in microseconds.
    """

    timezone: ZoneInfo
    buckets: tuple[Bucket, ...]
    event_names: tuple[EventName, ...]
    properties: Mapping[str, Property]
    first_at: int | None
    last_at: int | None
    trait_names: Sequence[str] = ()
    read_trait: Callable[[str], pa.Table] | None = None
    _known: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def person_count(self) -> int:
        """How many numbers of people there are: the length of what is by person number."""
        return sum(bucket.person_count for bucket in self.buckets)

    @property
    def row_count(self) -> int:
        """How many rows there are that are not gone."""
        return sum(bucket.row_count - bucket.gone_count for bucket in self.buckets)

    @property
    def first_day(self) -> date:
        """The first local day with an event; NothingToAnalyse where there is none."""
        return day_of(_known_moment(self.first_at), self.timezone)

    @property
    def last_day(self) -> date:
        """The last local day with an event; NothingToAnalyse where there is none."""
        return day_of(_known_moment(self.last_at), self.timezone)

    def span(self, since: date | None, until: date | None, as_of: date) -> tuple[int, int]:
        """The half-open range of moments from ``since`` to ``until``, as `days.span` gives it.

        ParameterInvalid also where days were asked for on which nothing happened; as of a day
        before everything nothing is known, whatever was asked, and that is no error.
        """
        begin, end = span(since, until, as_of, self.timezone)
        known_end = day_end(as_of, self.timezone)
        is_known = self.first_at is not None and self.first_at < known_end
        if not is_known or (since is None and until is None):
            return begin, end
        if not any(_holds_moment(bucket, begin, end) for bucket in self.buckets):
            self._refuse(since, until, known_end)
        return begin, end

    def _refuse(self, since: date | None, until: date | None, known_end: int) -> NoReturn:
        asked = [f"from {since}"] * (since is not None) + [f"to {until}"] * (until is not None)
        present = (bucket.present(bucket.moments) for bucket in self.buckets)
        known = (moments[moments < known_end] for moments in present)
        last = day_of(max(int(moments.max()) for moments in known if len(moments)), self.timezone)
        first = self.first_day
        option = "--until" if until is not None and until < first else "--since"
        raise ParameterInvalid(
            f"No event lies {' '.join(asked)}; events run from {first} to {last}. Change {option}."
        )

    @property
    def event_counts(self) -> dict[str, int]:
        """How often each event happened, the most frequent first."""
        counts = {e.name: e.row_count for e in self.event_names if not e.is_further}
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def event_codes(self, name: str, *, with_further: bool = False) -> list[int]:
        """The codes of an event; ParameterInvalid names what exists and the nearest name."""
        found = [
            code
            for code, event in enumerate(self.event_names)
            if event.name == name and (with_further or not event.is_further)
        ]
        if not found:
            raise ParameterInvalid(
                f"Event '{shortened(name)}' does not occur. "
                f"{among(name, self.event_counts, 'Events')}"
            )
        return found

    def further_codes(self) -> Array:
        """bool per event code: a further product of the event before, or nothing any more."""
        return np.array([event.is_further for event in self.event_names], dtype=bool)

    def property_named(self, name: str) -> Property:
        """A property of events; ParameterInvalid names what exists and the nearest name."""
        if name not in self.properties:
            raise ParameterInvalid(
                f"Property '{shortened(name)}' does not occur. "
                f"{among(name, self.properties, 'Properties')}"
            )
        return self.properties[name]

    def column(self, bucket: Bucket, name: str) -> Array:
        """A property's column in a bucket: int32 codes, uint64 keys, int64 amounts or float64."""
        wanted = self.property_named(name)
        if not wanted.through:
            return bucket.read(name)
        codes = bucket.read(wanted.through)
        lookup = wanted.lookup if wanted.lookup is not None else np.empty(0, np.int32)
        led = np.full(len(codes), NO_CODE, np.int32)
        has = codes != NO_CODE
        led[has] = lookup[codes[has]]
        return led

    def trait_codes(self, name: str) -> tuple[Array, list[str]]:
        """A trait of every person: int32 codes by person number (NO_CODE: not known), and texts.

        ParameterInvalid names the traits that exist.
        """
        if name not in self.trait_names or self.read_trait is None:
            raise ParameterInvalid(
                f"Trait '{shortened(name)}' does not exist. "
                f"{among(name, self.trait_names, 'Traits')}"
            )
        read = self.read_trait
        return self.once(("trait", name), lambda: _coded(read(name), self.person_ids))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made only the first time that it is asked for by this key."""
        if key not in self._known:
            self._known[key] = make()
        known: T = self._known[key]
        return known

    @functools.cached_property
    def person_ids(self) -> Any:
        """pa.ChunkedArray of text by person number: customer_id, or for a visitor the device's."""
        return pa.chunked_array([b.person_ids() for b in self.buckets], type=pa.string())

    @functools.cached_property
    def visitors(self) -> Array:
        """bool by person number: only a device is known."""
        parts = [np.asarray(bucket.is_visitor(), dtype=bool) for bucket in self.buckets]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)

    @functools.cached_property
    def is_present(self) -> Array:
        """bool by person number: the rows are here, not gone to where another number is."""
        return np.concatenate([np.zeros(0, dtype=bool), *map(_is_present, self.buckets)])

    def over_buckets(self, work: Callable[[Bucket], T]) -> list[T]:
        """``work`` done on every bucket, several at a time; the answers in the buckets' order.

        It pays where ``work`` lets go of Python's lock: numba with ``nogil``, numpy.
        """
        if len(self.buckets) < 2 or self.row_count < 100_000:
            return [work(bucket) for bucket in self.buckets]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(work, self.buckets))


def _is_present(bucket: Bucket) -> Array:
    present = np.ones(bucket.person_count, dtype=bool)
    if bucket.gone_count:
        has_rows = np.diff(bucket.offsets) > 0
        present[has_rows] = bucket.events[bucket.offsets[:-1][has_rows]] != GONE
    return present


def _holds_moment(bucket: Bucket, begin: int, end: int) -> bool:
    moments = bucket.present(bucket.moments)
    return bool(np.any((moments >= begin) & (moments < end)))


def _known_moment(moment: int | None) -> int:
    if moment is None:
        raise NothingToAnalyse(
            "Nobody has done anything yet: the timeline is empty. Import events or sales: "
            "regulars import FILE ..."
        )
    return moment


def _coded(values: pa.Table, person_ids: Any) -> tuple[Array, list[str]]:
    """A table of customer_id and value, as codes in the order of the people."""
    texts: Any = values["value"].cast(pa.string()).combine_chunks().dictionary_encode()
    place = pc.index_in(person_ids, value_set=values["customer_id"].combine_chunks())
    codes: Any = pc.take(texts.indices, place)
    filled: Any = pc.fill_null(codes.cast(pa.int32()), NO_CODE)
    return filled.to_numpy(), texts.dictionary.to_pylist()
