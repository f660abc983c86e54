"""The purchases of a timeline, judged: first where each component ranks, then what people do.

A purchase's score is the mean over its five components (elapsed time, other products of the
group looked at, searches, sessions, returns to the product) of its rank among all of the
shop's purchases, between 0 and 1: half of those that are equal count as below. The mean of
all is 0.5 by definition. A person's score is taken less the effect of what was bought (the
group's mean, itself drawn to 0.5 where it has few purchases): who buys washing machines is
not for that a hesitant person.
"""

import threading
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from regulars.stats.deliberation import ways as kernels
from regulars.stats.idle_sessions import visit_starts
from regulars.tables.timeline import NO_CODE, Bucket, Timeline
from regulars.tables.timeline.online import is_online
from regulars.tables.timeline.usual import purchase_event

Array = npt.NDArray[Any]
VIEWS = ("Product Viewed", "Product Clicked")
SEARCH_EVENT = "Products Searched"
GROUP_WEIGHT = 20  # purchases that the mean of all weighs against a group's own


@dataclass(frozen=True)
class Groups:
    """What products belong to: purposes, then the categories of those without a purpose."""

    names: tuple[str, ...]
    purpose_count: int


@dataclass(frozen=True)
class Ways:
    """Which rows mean what, and which purchases are looked at. Lengths in microseconds."""

    roles: Array  # uint8 by event code
    groups: Groups
    group_of: Array | None  # int32 by product code; None where rows say their groups themselves
    first: int
    end: int
    look_back: int
    idle: int


class People(NamedTuple):
    """Customers with an order: their numbers, and [people, PERSON_FIELDS], see `ways`."""

    numbers: Array
    fields: Array


class Judged(NamedTuple):
    """``by_bin``: int32[groups, COMPONENTS, BINS]; ``groups``: [groups, GROUP_FIELDS]."""

    people: People
    by_bin: Array
    groups: Array


def groups_of(timeline: Timeline) -> Groups:
    """The purposes and categories of a timeline's products."""
    texts = {
        name: timeline.property_named(name).texts if name in timeline.properties else []
        for name in ("purpose", "category")
    }
    return Groups((*texts["purpose"], *texts["category"]), len(texts["purpose"]))


def ways_of(
    timeline: Timeline,
    *,
    first: int,
    end: int,
    look_back: int,
    idle: int,
    view: str | None,
    purchase: str | None,
) -> Ways | None:
    """What to look at; None where nobody bought. ParameterInvalid for unknown events."""
    purchase = purchase or purchase_event(timeline)
    if view is not None:
        timeline.event_codes(view)
    if purchase is None:
        return None
    roles = np.zeros(len(timeline.event_names), np.uint8)
    occurring = timeline.event_counts
    for name in (view,) if view else VIEWS:
        if name in occurring:
            roles[timeline.event_codes(name)] |= kernels.VIEW
    if SEARCH_EVENT in occurring:
        roles[timeline.event_codes(SEARCH_EVENT)] |= kernels.SEARCH
    roles[timeline.event_codes(purchase, with_further=True)] |= kernels.PURCHASE
    roles[timeline.further_codes()] |= kernels.FURTHER
    groups = groups_of(timeline)
    group_of = _group_of(timeline, groups.purpose_count)
    return Ways(roles, groups, group_of, first, end, look_back, idle)


def judged(timeline: Timeline, ways: Ways) -> Judged:
    """All purchases, judged; the same for any number of buckets."""
    count = len(ways.groups.names)
    by_bin = np.zeros((count, kernels.COMPONENTS, kernels.BINS), np.int32)
    nothing = np.zeros((0, kernels.BINS))
    _over(timeline, ways, nothing, np.zeros(count), by_bin)
    ranks = _ranks(by_bin.sum(axis=0, dtype=np.int64))
    people, groups = _over(timeline, ways, ranks, _shifts(by_bin, ranks), by_bin[:, :0, :0])
    return Judged(people, by_bin, groups)


def people_of(timeline: Timeline, people: People) -> People:
    """The customers among them: of a visitor only a device is known."""
    known = ~timeline.visitors[people.numbers]
    return People(people.numbers[known], people.fields[known])


def _over(
    timeline: Timeline, ways: Ways, ranks: Array, shifts: Array, by_bin: Array
) -> tuple[People, Array]:
    sums = np.zeros((len(shifts), kernels.GROUP_FIELDS))
    lock = threading.Lock()
    has_products = "product_id" in timeline.properties
    product_count = len(timeline.property_named("product_id").texts) if has_products else 0

    def work(bucket: Bucket) -> tuple[Array, Array, Array]:
        mine = np.zeros_like(by_bin)
        people, groups = kernels.ways(
            bucket.offsets,
            _columns(timeline, bucket, ways),
            (ways.first, ways.end, ways.look_back),
            product_count,
            ranks,
            shifts,
            mine,
        )
        bought = np.flatnonzero(people[:, kernels.ORDERS])
        with lock:
            by_bin[...] += mine
        return bucket.first_person + bought, people[bought], groups

    parts = timeline.over_buckets(work)
    for _, _, groups in parts:
        sums += groups
    if not parts:
        return People(np.zeros(0, np.int64), np.zeros((0, kernels.PERSON_FIELDS))), sums
    numbers, fields = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    return People(numbers, fields), sums


def _columns(
    timeline: Timeline, bucket: Bucket, ways: Ways
) -> tuple[Array, Array, Array, Array, Array]:
    """Moments, roles, visit numbers, groups and products of a bucket's rows."""
    roles = ways.roles[bucket.events]
    roles |= _online(timeline, bucket)
    moments = bucket.moments
    begins = visit_starts(bucket.offsets, moments, roles & kernels.FURTHER == 0, ways.idle)
    products = _codes(timeline, bucket, "product_id")
    if ways.group_of is not None:
        return moments, roles, np.cumsum(begins), ways.group_of[products], products
    purposes = _codes(timeline, bucket, "purpose")
    categories = _codes(timeline, bucket, "category")
    groups = _joined(purposes, categories, ways.groups.purpose_count)
    return moments, roles, np.cumsum(begins), groups, products


def _group_of(timeline: Timeline, purpose_count: int) -> Array | None:
    """int32 by product code, and last of no product: its group, where products lead to it."""
    known = [timeline.properties.get(name) for name in ("purpose", "category")]
    if any(one is None or one.through != "product_id" or one.lookup is None for one in known):
        return None
    lookups = [one.lookup for one in known if one is not None and one.lookup is not None]
    return np.append(_joined(lookups[0], lookups[1], purpose_count), np.int32(NO_CODE))


def _joined(purposes: Array, categories: Array, purpose_count: int) -> Array:
    """The group by codes of purpose and category: the purpose, else the category."""
    groups = np.where(purposes >= 0, purposes, categories + purpose_count)
    groups[(purposes < 0) & (categories < 0)] = NO_CODE
    return groups.astype(np.int32)


def _online(timeline: Timeline, bucket: Bucket) -> Array:
    """uint8 per row: ONLINE where it is not said to be in a store."""
    if "channel" not in timeline.properties:
        return np.full(bucket.row_count, kernels.ONLINE, np.uint8)
    texts = timeline.property_named("channel").texts
    online = [kernels.ONLINE * is_online(text) for text in texts]
    by_code = np.array([*online, kernels.ONLINE], np.uint8)
    return np.asarray(by_code[timeline.column(bucket, "channel")])


def _codes(timeline: Timeline, bucket: Bucket, name: str) -> Array:
    if name not in timeline.properties:
        return np.full(bucket.row_count, NO_CODE, np.int32)
    return timeline.column(bucket, name)


def _ranks(by_bin: Array) -> Array:
    """float64[COMPONENTS, BINS]: the share below each bin, and half of those in it."""
    below = np.cumsum(by_bin, axis=1) - by_bin
    ranks: Array = (below + by_bin / 2) / np.maximum(by_bin.sum(axis=1, keepdims=True), 1)
    return ranks


def _shifts(by_bin: Array, ranks: Array) -> Array:
    """By group, how far its purchases lie from the mean of all, as far as that is believed."""
    counts = by_bin[:, 0].sum(axis=1)
    sums = (by_bin * ranks).sum(axis=(1, 2)) / kernels.COMPONENTS
    return np.asarray((sums - 0.5 * counts) / (counts + GROUP_WEIGHT))
