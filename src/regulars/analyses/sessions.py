"""Sessions: visits by idle time, by where they came from, where they began, when, or by whom.

Reads    timeline     all that each person did
Returns  one row per value of what visits are grouped by, and one of all visits
         visit_count, person_count int | visit_share sums to 1
         event_count int, events_per_visit | bounce_count int, bounce_rate: of one event only
         median_seconds, mean_seconds from the first event to the last, 0 for a bounce
         converted_count int, conversion_rate: visits with a conversion | conversion_amount money
Figure   figures/sessions.py
Source   docs/retention-and-sessions.md says every definition; 30 minutes: Google Analytics,
         Segment
"""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Bucket, Timeline, pattern
from regulars.tables.timeline.days import MICROSECONDS, day_end
from regulars.tables.timeline.online import CHANNEL, Scene, visit_channels
from regulars.tables.timeline.periods import local_hours, period_bounds
from regulars.tables.timeline.segments import People, people_of
from regulars.tables.timeline.splits import folded
from regulars.tables.timeline.structure import AMOUNT_SCALE, Array
from regulars.tables.timeline.usual import purchase_event, quoted
from regulars.tables.timeline.visit_groups import (
    VisitGroup,
    first_day_of_visits,
    visit_group,
)

AMOUNT = "value_amount"
PART, CONVERSION = np.uint8(1), np.uint8(2)  # of a visit, as stats/visits.py knows a row
HIGHEST_MS = (1 << 32) - 1  # 49 days

RETURNS = Table(
    name="sessions",
    grain="value of what visits are grouped by",
    key=("dimension", "member_name"),
    columns=(
        Column("dimension", "text", "what visits are grouped by", "维度"),
        Column("member_name", "text", "its value; null = all visits", "名称", nullable=True),
        Column("visit_count", "integer", "visits", "会话数", unit="visits"),
        Column("person_count", "integer", "people who made them", "访客数"),
        Column("visit_share", "number", "of all visits", "会话占比"),
        Column("event_count", "integer", "events in them", "事件数", unit="events"),
        Column("events_per_visit", "number", "event_count / visit_count", "次均事件数"),
        Column("bounce_count", "integer", "visits of one event only", "跳出会话数"),
        Column("bounce_rate", "number", "bounce_count / visit_count", "跳出率"),
        Column(
            "median_seconds", "number", "from the first event to the last, median",
            "停留时长中位数", unit="seconds",
        ),
        Column(
            "mean_seconds", "number", "from the first event to the last, mean",
            "平均停留时长", unit="seconds",
        ),
        Column(
            "converted_count", "integer", "visits with a conversion", "转化会话数", nullable=True
        ),
        Column(
            "conversion_rate", "number", "converted_count / visit_count", "转化率", nullable=True
        ),
        Column(
            "conversion_amount", "money", "value of the conversions", "转化金额", nullable=True
        ),
    ),
)  # fmt: skip


def sessions(
    timeline: Timeline,
    *,
    as_of: date,
    idle: str = "30m",
    by: str | None = None,
    conversion: str | None = None,
    scene: Scene | None = None,
    events: str | None = None,
    since: date | None = None,
    until: date | None = None,
    top: int = 20,
    people: People = "all",
) -> pa.Table:
    """Visits that begin from ``since`` to ``until``, grouped.

    A visit goes on while no two of its events are more than ``idle`` apart. ``events``: what
    visits are made of. ``scene``: online or everywhere (None: online, but everywhere where
    nothing happens online, or ``events`` are given).
    ``by``: source, entry_page, exit_page, channel, day, hour, any text of events (its first in
    the visit) or a trait (None: the first of these that is known); the ``top`` values each.
    ``conversion``: None = a purchase.
    """
    check_whole("top", top, 1, 1000)
    begin, until_moment = timeline.span(since, until, as_of)
    asked = _Asked(
        timeline,
        visit_group(timeline, by),
        microseconds("idle", idle),
        _flags(timeline, scene, events, conversion),
        None if people == "all" else people_of(timeline, people),
        (begin, until_moment, day_end(as_of, timeline.timezone)),
        first_day_of_visits(timeline, since) if timeline.row_count else as_of,
        min(until or as_of, as_of),
    )
    if timeline.first_at is None or timeline.first_at >= until_moment:
        return RETURNS.arrow_schema().empty_table()
    sums, visits = _summed(asked)
    lookup, names = asked.groups(sums[:, 0], top)
    grouped = np.zeros((len(names), sums.shape[1]), dtype=np.int64)
    np.add.at(grouped, lookup[lookup >= 0], sums[lookup >= 0])
    everybody, milliseconds = _people_and_medians(asked, visits, lookup, len(names))
    converts = conversion is not None or purchase_event(timeline) is not None
    return _table(asked, names, grouped, everybody, milliseconds, has_conversions=converts)


@dataclass(frozen=True)
class _Visits:
    """A bucket's visits, as much of them as is needed once the groups are known."""

    person: Array  # int32, number within the bucket
    code: Array  # int32
    milliseconds: Array  # uint32


@dataclass(frozen=True)
class _Asked:
    """The question in numbers. ``moments``: visits begin from, and before; nothing from then on."""

    timeline: Timeline
    group: VisitGroup
    idle: int
    flags: Callable[[Bucket], Array]
    is_asked: Array | None  # bool by person number; None = everybody
    moments: tuple[int, int, int]
    first_day: date
    last_day: date

    @functools.cached_property
    def days(self) -> list[date]:
        count = max((self.last_day - self.first_day).days + 1, 1)
        return [self.first_day + timedelta(days=number) for number in range(count)]

    @functools.cached_property
    def day_bounds(self) -> Array:
        return period_bounds(self.days, "day", self.timeline.timezone)

    @functools.cached_property
    def texts(self) -> list[str]:
        """The values by code."""
        if self.group.kind == "day":
            return [day.isoformat() for day in self.days]
        if self.group.kind == "hour":
            return [f"{hour:02d}" for hour in range(24)]
        if self.group.kind == "trait":
            return self.timeline.trait_codes(self.group.name)[1]
        return self.timeline.property_named(self.group.name).texts

    def codes(
        self, bucket: Bucket, flags: Array, person: Array, rows: tuple[Array, Array]
    ) -> Array:
        """int32 per visit: which value it has, -1 for none. ``rows``: its first and its last."""
        from regulars.stats.period_numbers import periods_of
        from regulars.stats.visits import first_known

        if self.group.kind == "trait":
            codes = self.timeline.trait_codes(self.group.name)[0]
            return np.asarray(codes[bucket.first_person + person.astype(np.int64)])
        if self.group.kind in ("first", "last"):
            column = self.timeline.column(bucket, self.group.name)
            ranks = self.timeline.property_named(self.group.name).text_ranks
            is_last = self.group.kind == "last"
            return np.asarray(first_known(column, ranks, flags, bucket.moments, *rows, is_last))
        begun = bucket.moments[rows[0]]
        days = periods_of(self.day_bounds, begun)
        if self.group.kind == "day":
            return np.asarray(days)
        return local_hours(begun, days, self.day_bounds, self.timeline.timezone).astype(np.int32)

    def groups(self, counts: Array, top: int) -> tuple[Array, list[str]]:
        """The group of each code (the last: of none), and the groups' names."""
        if self.group.kind not in ("day", "hour"):
            return folded(counts, self.texts, top)
        found = np.flatnonzero(counts)
        lookup = np.full(len(counts), -1, dtype=np.int32)
        lookup[found] = np.arange(len(found))
        return lookup, [self.texts[code] for code in found]


def _flags(
    timeline: Timeline, scene: Scene | None, events: str | None, conversion: str | None
) -> Callable[[Bucket], Array]:
    """What tells uint8 per row of a bucket: part of visits (1), a conversion (2)."""
    usual = purchase_event(timeline)
    wanted = conversion or (quoted(usual) if usual else None)
    converts = pattern(wanted) if wanted else None
    parts = pattern(events) if events else None
    for asked in (parts, converts):
        if asked is not None:
            asked.codes(timeline)

    channels = visit_channels(timeline, scene or ("everywhere" if parts else None))
    # a conversion is one through whatever channel it comes
    allowed = None if channels is None else channels.astype(np.uint8) * PART | CONVERSION
    meaning = (~timeline.further_codes()).astype(np.uint8) * PART
    if parts is not None:
        meaning &= parts.codes(timeline, with_further=False)
    if converts is not None and not converts.conditions:
        meaning |= converts.codes(timeline) * CONVERSION

    def flags(bucket: Bucket) -> Array:
        from regulars.stats.visits import marked

        if allowed is None:
            found = meaning[bucket.events]
        else:
            found = marked(bucket.events, meaning, timeline.column(bucket, CHANNEL), allowed)
        if parts is not None and parts.conditions:
            found &= parts.rows(timeline, bucket, with_further=False) * PART | CONVERSION
        if converts is not None and converts.conditions:
            found |= converts.rows(timeline, bucket) * CONVERSION
        return np.asarray(found)

    return flags


def _summed(asked: _Asked) -> tuple[Array, list[_Visits]]:
    """Sums by code of the value (the last: of none), and every bucket's visits."""
    from regulars.stats.visits import sums_by_group, visits_of

    timeline = asked.timeline
    total = np.zeros((len(asked.texts) + 1, 6), dtype=np.int64)
    one_at_a_time = threading.Lock()
    has_amounts = _has_amounts(timeline)

    def work(bucket: Bucket) -> _Visits:
        flags, moments = asked.flags(bucket), bucket.moments
        amounts = timeline.column(bucket, AMOUNT) if has_amounts else np.empty(0, np.int64)
        found: tuple[Array, ...] = visits_of(
            bucket.offsets, moments, flags, amounts, asked.idle, *asked.moments
        )
        if asked.is_asked is not None:
            keep = asked.is_asked[bucket.first_person + found[0].astype(np.int64)]
            found = tuple(column[keep] for column in found)
        person, first, last, events, conversions, money = found
        codes = asked.codes(bucket, flags, person, (first, last))
        lengths = moments[last] - moments[first]
        mine = np.zeros_like(total)
        sums_by_group(codes, events, lengths, conversions, money, mine)
        with one_at_a_time:  # whole numbers: their order does not matter
            total[:] += mine
        milliseconds = np.minimum(lengths // 1000, HIGHEST_MS).astype(np.uint32)
        return _Visits(person, codes, milliseconds)

    return total, timeline.over_buckets(work)


def _people_and_medians(
    asked: _Asked, visits: list[_Visits], lookup: Array, group_count: int
) -> tuple[Array, Array]:
    """By group, and at last of all visits: how many people, and the median in milliseconds."""
    from regulars.stats.medians import medians
    from regulars.stats.visits import people_by_group

    sizes = [len(mine.person) for mine in visits]
    numbers = {id(bucket): number for number, bucket in enumerate(asked.timeline.buckets)}
    ends = np.cumsum([0, *sizes])
    values = np.empty(int(ends[-1]), dtype=np.uint32)
    bounds = np.empty((len(visits), group_count + 1), dtype=np.int64)
    people = np.zeros((len(visits), group_count + 1), dtype=np.int64)

    def work(bucket: Bucket) -> None:
        number = numbers[id(bucket)]
        mine = visits[number]
        group = lookup[mine.code]
        people[number, :-1] = people_by_group(mine.person, group, group_count)
        people[number, -1] = np.count_nonzero(np.diff(mine.person)) + (len(group) > 0)
        key = group.astype(np.int64) << 32 | mine.milliseconds
        key.sort()
        values[ends[number] : ends[number + 1]] = key & HIGHEST_MS
        edges = np.arange(group_count + 1, dtype=np.int64) << 32
        bounds[number] = ends[number] + np.searchsorted(key, edges)

    asked.timeline.over_buckets(work)
    return people.sum(axis=0), np.asarray(medians(values, bounds))


def _table(
    asked: _Asked, names: list[str], grouped: Array, people: Array, milliseconds: Array, *,
    has_conversions: bool,
) -> pa.Table:  # fmt: skip
    """All visits first, then each group."""
    if not names:
        return RETURNS.arrow_schema().empty_table()
    order = np.roll(np.arange(len(names) + 1), 1)  # what is of all visits stands last in them
    sums = np.vstack([grouped, grouped.sum(axis=0)])[order].T
    visit_count, event_count, bounce_count, length, converted_count, amount = sums
    has_amount = has_conversions and _has_amounts(asked.timeline)
    money = [Decimal(int(whole)) / AMOUNT_SCALE for whole in amount]
    none = [None] * len(order)
    columns = {
        "dimension": [asked.group.by] * len(order),
        "member_name": [None, *names],
        "visit_count": visit_count,
        "person_count": people[order],
        "visit_share": visit_count / visit_count[0],
        "event_count": event_count,
        "events_per_visit": event_count / visit_count,
        "bounce_count": bounce_count,
        "bounce_rate": bounce_count / visit_count,
        "median_seconds": milliseconds[order] / 1000,
        "mean_seconds": length / visit_count / MICROSECONDS,
        "converted_count": converted_count if has_conversions else none,
        "conversion_rate": converted_count / visit_count if has_conversions else none,
        "conversion_amount": money if has_amount else none,
    }
    return pa.table(columns, schema=RETURNS.arrow_schema())


def _has_amounts(timeline: Timeline) -> bool:
    """Whether events bear what they are worth."""
    amount = timeline.properties.get(AMOUNT)
    return amount is not None and amount.kind == "amount"


ANALYSIS = Analysis(
    title=Text("Visits", "会话分析"),
    question=Text(
        "How many visits are there, where do they come from and begin, and which lead to a sale?",
        "有多少次会话，从哪里来、从哪一页进入，哪些会话带来了成交？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=sessions,
)
