"""The walks through all stores, read from the timeline bucket by bucket.

Only visits, stays, picks and orders are kept of a bucket, never its rows.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from regulars.errors import NothingToAnalyse, ParameterInvalid, among
from regulars.stats.floor.beside import any_within, visits_of_orders, zones_at
from regulars.stats.floor.stays import Stays, find_stays, time_in_zones
from regulars.stats.floor.visits import KINDS, NOT_SENT, PICKED, ZONE_ENTERED, ZONE_LEFT, cut_visits
from regulars.tables.timeline.days import MICROSECONDS
from regulars.tables.timeline.online import is_online
from regulars.tables.timeline.structure import NO_CODE, Bucket, Timeline
from regulars.tables.timeline.usual import purchase_event

Array = npt.NDArray[Any]


NOBODY_SENSED = (
    "Nobody was seen in a store: no event 'Store Entered', 'Zone Entered' or the like with a "
    "store_id. Import what the stores' sensors saw: regulars import FILE --table events"
)


class Question(NamedTuple):
    """Which visits, and what counts as beside them. Moments and lengths in microseconds."""

    begin: int  # visits that start from here ...
    end: int  # ... to before here
    known_end: int  # nothing from here on is known
    idle: int
    window: int  # before and after a visit, for what was done online
    tolerance: int  # after a visit, for its order at the till
    store_id: str | None


@dataclass(frozen=True)
class Walks:
    """Visits with all that goes with them; stores and zones as places in their names.

    Of each visit: ``store``, ``person``, ``is_known`` (a customer, not only a device), ``start``,
    ``end``, ``has_entry``, ``has_exit``, ``order_count``, ``amount`` (ten-thousandths),
    ``browsed_before``, ``bought_after`` (online), ``is_followed`` (the window after is over).
    Of each stay, by (visit, begin): ``stay_visit``, ``stay_zone``, ``stay_time``.
    Of each product in hand: ``pick_visit``, ``pick_zone`` (-1: none), ``pick_product``.
    Of each product bought: ``line_visit``, ``line_product``, ``line_category``.
    Products and categories are codes of the timeline's, -1 for none.
    """

    stores: list[str]
    zones: list[str]
    store: Array
    person: Array
    is_known: Array
    start: Array
    end: Array
    has_entry: Array
    has_exit: Array
    order_count: Array
    amount: Array
    browsed_before: Array
    bought_after: Array
    is_followed: Array
    stay_visit: Array
    stay_zone: Array
    stay_time: Array
    pick_visit: Array
    pick_zone: Array
    pick_product: Array
    line_visit: Array
    line_product: Array
    line_category: Array


OF_VISITS = (
    "store", "person", "is_known", "start", "end", "has_entry", "has_exit", "order_count",
    "amount", "browsed_before", "bought_after", "is_followed",
)  # fmt: skip
OF_PARTS = (
    "stay_visit", "stay_zone", "stay_time", "pick_visit", "pick_zone", "pick_product",
    "line_visit", "line_product", "line_category",
)  # fmt: skip


def read_walks(timeline: Timeline, asked: Question) -> Walks:
    """All walks that start inside the dates.

    ParameterInvalid for a store that does not occur, NothingToAnalyse without events of sensors.
    """
    floor = _Floor(timeline, asked)
    found = timeline.over_buckets(floor.walks)
    whole: dict[str, Array] = {}
    before = np.cumsum([0, *(len(part["store"]) for part in found)])
    for name in (*OF_VISITS, *OF_PARTS):
        parts = [part[name] for part in found]
        if name.endswith("_visit"):
            parts = [part + first for part, first in zip(parts, before, strict=False)]
        whole[name] = np.concatenate([np.zeros(0, np.int64), *parts])
    for name in ("is_known", "has_entry", "has_exit", *OF_VISITS[-3:]):
        whole[name] = whole[name].astype(bool)
    return Walks(floor.store_names, floor.zone_names, **whole)


class _Floor:
    """What is to be known of the timeline before a bucket is read."""

    def __init__(self, timeline: Timeline, asked: Question) -> None:
        self.timeline = timeline
        self.asked = asked
        self.store_names, self._store_places = _places(timeline, "store_id")
        self.zone_names, self._zone_places = _places(timeline, "zone")
        if asked.store_id is not None and asked.store_id not in self.store_names:
            instead = among(asked.store_id, self.store_names, "Stores")
            none = "No store is known here. Import events that name theirs (store_id)."
            raise ParameterInvalid(
                f"Store '{asked.store_id}' does not occur. {instead if self.store_names else none}"
            )
        counts = timeline.event_counts
        if not self.store_names or not any(kind in counts for kind in KINDS):
            raise NothingToAnalyse(NOBODY_SENSED)
        self._kinds = np.full(len(timeline.event_names), -1, np.int8)
        for place, event in enumerate(timeline.event_names):
            if event.name in KINDS and not event.is_further:
                self._kinds[place] = KINDS.index(event.name)
        purchase = purchase_event(timeline)
        names = [event.name for event in timeline.event_names]
        self._is_purchase = np.array([name == purchase for name in names], dtype=bool)
        self._is_further = timeline.further_codes()

    def walks(self, bucket: Bucket) -> dict[str, Array]:
        """The columns of `Walks` for one bucket; visits are numbered from 0."""
        rows, visit_of, found = self._visits(bucket)
        found |= self._stays(bucket, rows, visit_of, found)
        found |= self._picks(bucket, rows, visit_of, found)
        found |= self._orders(bucket, found)
        found |= self._online(bucket, found)
        return _inside(found, self._is_asked(found))

    def _is_asked(self, found: dict[str, Array]) -> Array:
        is_asked = (found["start"] >= self.asked.begin) & (found["start"] < self.asked.end)
        if self.asked.store_id is not None:
            is_asked &= found["store"] == self.store_names.index(self.asked.store_id)
        return np.asarray(is_asked)

    def _rows(self, bucket: Bucket, wanted: Array) -> tuple[Array, Array, Array]:
        """Wanted rows in a store, by (person, store, moment); their person and their store."""
        rows = np.flatnonzero(wanted & (bucket.moments < self.asked.known_end))
        store = self._store_places[self.timeline.column(bucket, "store_id")[rows]]
        rows, store = rows[store >= 0], store[store >= 0]
        person = np.searchsorted(bucket.offsets, rows, side="right") - 1
        return rows, person, store

    def _visits(self, bucket: Bucket) -> tuple[Array, Array, dict[str, Array]]:
        rows, person, store = self._rows(bucket, self._kinds[bucket.events] >= 0)
        kinds, moments = self._kinds[bucket.events[rows]], bucket.moments[rows]
        dwell, zones = self._dwell(bucket, rows), self._zones(bucket, rows)
        order = np.lexsort((dwell, zones, kinds, moments, store, person))
        rows, groups = rows[order], (person * len(self.store_names) + store)[order]
        of_row, visits = cut_visits(
            groups, moments[order], kinds[order], dwell[order], self.asked.idle
        )
        first = visits.first_row
        whose = person[order][first]
        is_visitor = np.asarray(bucket.is_visitor(), dtype=bool)
        found = {
            "group": groups[first],
            "local_person": whose,
            "person": whose + bucket.first_person,
            "is_known": ~is_visitor[whose],
            "store": store[order][first],
            "start": visits.start,
            "end": visits.end,
            "has_entry": visits.has_entry,
            "has_exit": visits.has_exit,
        }
        return rows, of_row, found

    def _dwell(self, bucket: Bucket, rows: Array) -> Array:
        known = self.timeline.properties.get("dwell_seconds")
        if known is None or known.kind != "number":
            return np.full(len(rows), NOT_SENT, np.int64)
        seconds = self.timeline.column(bucket, "dwell_seconds")[rows]
        is_sent = np.nan_to_num(seconds, nan=-1.0) >= 0
        exact = np.where(is_sent, seconds, 0.0) * MICROSECONDS
        return np.where(is_sent, np.round(exact).astype(np.int64), NOT_SENT)

    def _zones(self, bucket: Bucket, rows: Array) -> Array:
        if not self.zone_names:
            return np.full(len(rows), -1, np.int64)
        return self._zone_places[self.timeline.column(bucket, "zone")[rows]]

    def _stays(
        self, bucket: Bucket, rows: Array, visit_of: Array, found: dict[str, Array]
    ) -> dict[str, Array]:
        kinds, zones = self._kinds[bucket.events[rows]], self._zones(bucket, rows)
        its = ((kinds == ZONE_ENTERED) | (kinds == ZONE_LEFT)) & (zones >= 0)
        rows = rows[its]
        stays = find_stays(
            visit_of[its], kinds[its], zones[its], bucket.moments[rows],
            self._dwell(bucket, rows), found["start"], found["end"], len(self.zone_names),
        )  # fmt: skip
        order = np.lexsort((stays.end, stays.zone, stays.begin, stays.visit))
        stays = Stays(*(column[order] for column in stays))
        return {
            "stay_visit": stays.visit,
            "stay_zone": stays.zone,
            "stay_begin": stays.begin,
            "stay_end": stays.end,
            "stay_time": time_in_zones(stays.visit, stays.begin, stays.end),
        }

    def _picks(
        self, bucket: Bucket, rows: Array, visit_of: Array, found: dict[str, Array]
    ) -> dict[str, Array]:
        its = self._kinds[bucket.events[rows]] == PICKED
        rows, visit = rows[its], visit_of[its]
        stays = (
            found["stay_visit"], found["stay_zone"], found["stay_begin"], found["stay_end"],
        )  # fmt: skip
        zone = self._zones(bucket, rows)
        zone = np.where(zone >= 0, zone, zones_at(visit, bucket.moments[rows], stays))
        return {
            "pick_visit": visit,
            "pick_zone": zone,
            "pick_product": self._codes(bucket, rows, "product_id"),
        }

    def _codes(self, bucket: Bucket, rows: Array, name: str) -> Array:
        known = self.timeline.properties.get(name)
        if known is None or known.kind != "text":
            return np.full(len(rows), NO_CODE, np.int32)
        return np.asarray(self.timeline.column(bucket, name)[rows])

    def _orders(self, bucket: Bucket, found: dict[str, Array]) -> dict[str, Array]:
        wanted = self._is_purchase[bucket.events]
        online = self._online_rows(bucket)
        rows, person, store = self._rows(bucket, wanted if online is None else wanted & ~online)
        moments = bucket.moments[rows]
        groups = person * len(self.store_names) + store
        order = np.lexsort((moments, groups))
        rows = rows[order]
        visit = visits_of_orders(
            found["group"], found["start"], found["end"], groups[order], moments[order],
            self.asked.tolerance,
        )  # fmt: skip
        rows, visit = rows[visit >= 0], visit[visit >= 0]
        whole = ~self._is_further[bucket.events[rows]]
        order_count = np.bincount(visit[whole], minlength=len(found["start"]))
        amount = np.zeros(len(found["start"]), np.int64)
        known = self.timeline.properties.get("value_amount")
        if known is not None and known.kind == "amount":
            values = np.maximum(self.timeline.column(bucket, "value_amount")[rows], 0)
            np.add.at(amount, visit[whole], values[whole])
        return {
            "order_count": order_count,
            "amount": amount,
            "line_visit": visit,
            "line_product": self._codes(bucket, rows, "product_id"),
            "line_category": self._codes(bucket, rows, "category"),
        }

    def _online_rows(self, bucket: Bucket) -> Array | None:
        """bool per row: done online; None where channels are not known."""
        known = self.timeline.properties.get("channel")
        if known is None or known.kind != "text":
            return None
        online = np.array([is_online(text) for text in known.texts] + [False], bool)
        return np.asarray(online[self.timeline.column(bucket, "channel")])

    def _online(self, bucket: Bucket, found: dict[str, Array]) -> dict[str, Array]:
        count, asked = len(found["start"]), self.asked
        online = self._online_rows(bucket)
        before, after = np.zeros(count, bool), np.zeros(count, bool)
        if online is not None and count:
            bought = self._is_purchase[bucket.events]
            people, start, end = found["local_person"], found["start"], found["end"]
            before = any_within(
                bucket.offsets, bucket.moments, online & ~bought, people,
                start - asked.window, start,
            )  # fmt: skip
            last = np.minimum(end + asked.window + 1, asked.known_end)
            after = any_within(bucket.offsets, bucket.moments, online & bought, people, end, last)
        followed = found["end"] + asked.window < asked.known_end
        return {"browsed_before": before, "bought_after": after, "is_followed": followed}


def _places(timeline: Timeline, name: str) -> tuple[list[str], Array]:
    """The values of a text property in order, and each code's place among them; -1 for none."""
    known = timeline.properties.get(name)
    if known is None or known.kind != "text":
        return [], np.full(1, -1, np.int64)
    names = sorted(set(known.texts))
    place = {text: number for number, text in enumerate(names)}
    return names, np.array([*(place[text] for text in known.texts), -1], dtype=np.int64)


def _inside(found: dict[str, Array], kept: Array) -> dict[str, Array]:
    """Only the visits asked for, numbered anew, with their parts."""
    number = np.cumsum(kept) - 1
    inside = {name: found[name][kept] for name in OF_VISITS}
    for part in ("stay", "pick", "line"):
        its = kept[found[f"{part}_visit"]]
        inside |= {name: found[name][its] for name in OF_PARTS if name.startswith(part)}
        inside[f"{part}_visit"] = number[inside[f"{part}_visit"]]
    return inside
