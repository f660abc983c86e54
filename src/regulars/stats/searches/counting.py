"""Searches counted bucket by bucket, for any entries that their texts count for."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from regulars.stats.searches import outcomes as kernels
from regulars.stats.searches.plan import Plan, codes_of
from regulars.tables.timeline import NO_CODE, Bucket, Timeline

Array = npt.NDArray[Any]
RESULTS = "results_count"


@dataclass(frozen=True)
class Counts:
    """Which searches count, what they count for, and for whom.

    ``entries``   by text: the numbers of what it counts for, of ``entry_count``
    ``spans``     first moment, end, the end of what is known, idle, window
    ``segments``  int32 by person: one of ``segment_count``
    """

    entries: Sequence[Sequence[int]]
    entry_count: int
    spans: tuple[int, int, int, int, int]
    segments: Array
    segment_count: int


class Sums(NamedTuple):
    """``fields``: int64[segments, entries, FIELDS], see `outcomes`. ``bought``: by segment and
    entry the product most often bought after, as (product code, times)."""

    fields: Array
    bought: dict[tuple[int, int], tuple[int, int]]


def counted(timeline: Timeline, plan: Plan, counts: Counts) -> Sums:
    """The sums over all buckets; the same for any number of them."""
    starts = np.zeros(len(counts.entries) + 1, np.int64)
    np.cumsum([len(entry) for entry in counts.entries], out=starts[1:])
    flat = np.array([e for entry in counts.entries for e in entry], np.int32)
    total = np.zeros((counts.segment_count, counts.entry_count, kernels.FIELDS), np.int64)
    lock = threading.Lock()
    results = _numbers(timeline)

    def work(bucket: Bucket) -> tuple[Array, Array]:
        nonlocal total
        people, texts, flags, pairs = _searches(timeline, bucket, plan, counts, results)
        segments = counts.segments[bucket.first_person :][: bucket.person_count]
        sums = kernels.summed(
            people, texts, flags, segments, starts, flat, counts.entry_count, counts.segment_count
        )
        with lock:
            total += sums
        keys = np.stack([segments[people[pairs[0]]], texts[pairs[0]], pairs[1]], axis=1)
        found, times = np.unique(keys, axis=0, return_counts=True)
        return found, times

    bought = timeline.over_buckets(work)
    return Sums(total, _most_bought(timeline, bought, starts, flat))


def _searches(
    timeline: Timeline, bucket: Bucket, plan: Plan, counts: Counts, results: Array | None
) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    """By search: person of the bucket, text, outcome; (search, product) of purchases after."""
    queries = timeline.column(bucket, "query")
    products = codes_of(timeline, bucket, "product_id")
    rows, people, flags, search, purchase = kernels.outcomes(
        bucket.offsets,
        (bucket.moments, bucket.events, queries, products),
        plan.roles,
        plan.wanted_of,
        plan.group_of,
        counts.spans,
        plan.any_product,
    )
    if results is not None:
        column = timeline.column(bucket, RESULTS)[rows]
        number = results[column] if len(results) else column
        flags = flags | np.where(np.isnan(number), 0, kernels.HAS_COUNT).astype(np.uint8)
        flags |= np.where(number == 0, kernels.NO_RESULT, 0).astype(np.uint8)
    product = products[purchase]
    says = product != NO_CODE
    return people, plan.words.text_of[queries[rows]], flags, (search[says], product[says])


def _numbers(timeline: Timeline) -> Array | None:
    """How many results a search had: by code, where they are texts; empty, where numbers."""
    if RESULTS not in timeline.properties:
        return None
    known = timeline.property_named(RESULTS)
    if known.kind != "text":
        return np.zeros(0)

    def number(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            return float("nan")

    return np.array([*map(number, known.texts), float("nan")])


def _most_bought(
    timeline: Timeline, parts: list[tuple[Array, Array]], starts: Array, flat: Array
) -> dict[tuple[int, int], tuple[int, int]]:
    """By segment and entry, the product most often bought; of equals the first by its id."""
    keys = np.concatenate([np.zeros((0, 3), np.int64), *(part for part, _ in parts)])
    times = np.concatenate([np.zeros(0, np.int64), *(count for _, count in parts)])
    segment, text, product = keys.T
    lengths = starts[text + 1] - starts[text]
    again = np.repeat(np.arange(len(text)), lengths)
    within = np.arange(len(again)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.stack([segment[again], flat[starts[text[again]] + within], product[again]], axis=1)
    found, place = np.unique(rows, axis=0, return_inverse=True)
    sums = np.bincount(place, weights=times[again], minlength=len(found)).astype(np.int64)
    if not len(found):
        return {}
    ids = timeline.property_named("product_id").texts
    rank = np.argsort(np.argsort(np.array(ids, dtype=object).astype(str)))
    order = np.lexsort((rank[found[:, 2]], -sums, found[:, 1], found[:, 0]))
    best: dict[tuple[int, int], tuple[int, int]] = {}
    for one in order.tolist():
        key = (int(found[one, 0]), int(found[one, 1]))
        best.setdefault(key, (int(found[one, 2]), int(sums[one])))
    return best
