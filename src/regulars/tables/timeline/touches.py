"""The touches of a question: which rows have one, and each value's number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.errors import ParameterInvalid
from regulars.tables.timeline.patterns import Pattern
from regulars.tables.timeline.segments import People, people_of
from regulars.tables.timeline.structure import Array, Bucket, Timeline

OTHER = "(other)"
USUAL_PROPERTIES = ("source", "campaign_id", "channel", "page")


class TouchRows:
    """Which rows of a bucket are conversions, and which others may be touches.

    ``touching``: only these events may; None = any that is no further product of an order.
    """

    def __init__(
        self, timeline: Timeline, converting: Pattern, touching: Pattern | None, people: People
    ) -> None:
        self.timeline = timeline
        self._converting = converting
        self._touching = touching
        self._whole = ~timeline.further_codes()
        self._people = None if people == "all" else people_of(timeline, people)

    def conversions(self, bucket: Bucket) -> Array:
        """bool per row."""
        return self._of_people(bucket, self._converting.rows(self.timeline, bucket))

    def touches(self, bucket: Bucket, conversions: Array) -> Array:
        """bool per row; a conversion is no touch of its own or of a later one."""
        if self._touching is not None:
            may = self._touching.rows(self.timeline, bucket)
        else:
            may = self._whole[bucket.events]
        return self._of_people(bucket, may & ~conversions)

    def _of_people(self, bucket: Bucket, rows: Array) -> Array:
        if self._people is None:
            return rows
        first = bucket.first_person
        wanted = self._people[first : first + bucket.person_count]
        return np.asarray(rows & np.repeat(wanted, np.diff(bucket.offsets)))


@dataclass(frozen=True)
class Touches:
    """Values of a property by number, in the order of their names; the rarer ones last, as one.

    ``number_of_code``: by the property's code; -1 for one that is no touch. Its last place,
    where code -1 leads, is that of no value.
    """

    property_name: str
    names: list[str]
    number_of_code: Array
    has_other: bool

    def is_other(self, number: int) -> bool:
        """The number stands for the rarer values together."""
        return self.has_other and number == len(self.names) - 1

    def numbers(self, rows: TouchRows, bucket: Bucket, conversions: Array) -> Array:
        """int32 per row: its touch's number, -1 for none."""
        if not self.names:
            return np.full(bucket.row_count, -1, np.int32)
        column = rows.timeline.column(bucket, self.property_name)
        may = rows.touches(bucket, conversions)
        return np.where(may, self.number_of_code[column], np.int32(-1))


def touches_of(rows: TouchRows, asked: str | None, top: int, known_end: int) -> Touches:
    """The ``top`` most frequent values of the property asked for, up to a moment.

    Where none is asked for: of the first usual one that any touch has.
    """
    timeline = rows.timeline
    if asked:
        texts = _texts(timeline, asked)
        return _numbered(asked, texts, _counts(rows, asked, len(texts), known_end), top)
    usual = [name for name in USUAL_PROPERTIES if name in timeline.properties]
    for name in usual:
        texts = _texts(timeline, name)
        counts = _counts(rows, name, len(texts), known_end)
        if counts.any():
            return _numbered(name, texts, counts, top)
    return _numbered(next(iter(usual), USUAL_PROPERTIES[0]), [], np.zeros(0, np.int64), top)


def _texts(timeline: Timeline, name: str) -> list[str]:
    known = timeline.property_named(name)
    if known.kind != "text":
        texts = sorted(p.name for p in timeline.properties.values() if p.kind == "text")
        raise ParameterInvalid(
            f"Property '{name}' is no text: its values cannot be touches. Texts: "
            f"{', '.join(texts)}."
        )
    return known.texts


def _counts(rows: TouchRows, name: str, size: int, known_end: int) -> Array:
    """How many touches there are of each code."""

    def count(bucket: Bucket) -> Array:
        may = rows.touches(bucket, rows.conversions(bucket))
        may &= bucket.moments < known_end
        codes = rows.timeline.column(bucket, name)[may]
        return np.bincount(codes + 1, minlength=size + 1)[1:]

    parts = rows.timeline.over_buckets(count)
    return np.asarray(np.sum(parts, axis=0)) if parts else np.zeros(size, np.int64)


def _numbered(name: str, texts: Sequence[str], counts: Array, top: int) -> Touches:
    there = np.flatnonzero(counts).tolist()
    ranked = sorted(there, key=lambda code: (-int(counts[code]), texts[code]))
    named = sorted(ranked[:top], key=lambda code: texts[code])
    numbers = np.full(len(texts) + 1, -1, np.int32)
    numbers[ranked] = len(named)  # the others, and then those with a name of their own
    numbers[named] = np.arange(len(named))
    has_other = len(ranked) > len(named)
    names = [texts[code] for code in named] + [OTHER] * has_other
    return Touches(name, names, numbers, has_other)
