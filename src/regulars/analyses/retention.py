"""Retention: of those who first did one thing in a period, how many did another in each later one.

Reads    timeline     all that each person did
Returns  one row per (value of the split, cohort, period number); without a cohort: overall,
         over the cohorts whose period is over
         customer_count int | returned_count int | retention_rate 0-1 with its 95% interval
         bounded: returned in exactly that period; unbounded: in it or later; rolling: in
         exactly that many lots of 24 hours, 7 or 30 days after the person's own first event
Figure   figures/retention.py
Source   docs/retention-and-sessions.md says every definition, and whose each term is; interval
         of Wilson (1927)
"""

import threading
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from regulars.errors import ParameterInvalid
from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Bucket, Timeline, pattern
from regulars.tables.timeline.days import MICROSECONDS, day_end, day_of
from regulars.tables.timeline.marks import Marks
from regulars.tables.timeline.periods import (
    PERIODS,
    period_bounds,
    periods_between,
)
from regulars.tables.timeline.segments import People, people_of
from regulars.tables.timeline.splits import folded, is_trait
from regulars.tables.timeline.structure import Array
from regulars.tables.timeline.usual import purchase_event, quoted

MODES = ("bounded", "unbounded", "rolling")
MOST_CELLS = 5_000_000
USUAL_COUNT = {"day": 30, "week": 12, "month": 12}
ROLLING_DAYS = {"day": 1, "week": 7, "month": 30}

RETURNS = Table(
    name="retention",
    grain="(value of the split, cohort, period)",
    key=("by_value", "cohort_on", "period_number"),
    columns=(
        Column("period", "text", "day, week or month", "周期"),
        Column("mode", "text", "bounded, unbounded or rolling", "留存口径"),
        Column("by_value", "text", "value of the split; null = not split", "分组", nullable=True),
        Column(
            "cohort_on",
            "day",
            "first day of the period of the first event; null = all cohorts whose period is over",
            "首次日期",
            nullable=True,
        ),
        Column("period_number", "integer", "periods after it; 0 = that period", "第几期"),
        Column("period_on", "day", "first day of the period looked at", "观察日期", nullable=True),
        Column("customer_count", "integer", "people of the cohort", "人数"),
        Column("returned_count", "integer", "of them, those who returned", "回访人数"),
        Column("retention_rate", "number", "returned_count / customer_count", "留存率"),
        Column("retention_low", "number", "its 95% interval, low end", "留存率下限"),
        Column("retention_high", "number", "its 95% interval, high end", "留存率上限"),
        Column(
            "is_complete", "flag", "false where the period was still running at as_of", "是否完整"
        ),
    ),
)


def retention(
    timeline: Timeline,
    *,
    as_of: date,
    first: str | None = None,
    return_: str | None = None,
    period: Literal["day", "week", "month"] = "week",
    mode: Literal["bounded", "unbounded", "rolling"] = "bounded",
    periods: int | None = None,
    since: date | None = None,
    until: date | None = None,
    new_only: bool = False,
    by: str | None = None,
    top: int = 5,
    people: People = "all",
) -> pa.Table:
    """Who returned, by cohort and period.

    ``first``: events that make somebody one of a cohort (None: a purchase, else the most
    frequent event), the first one from ``since`` to ``until``; with ``new_only`` only people
    who never did it before. ``return_``: events that count as returning (None: the same), up
    to as_of. ``periods``: how many after the cohort's own (None: 30 days, 12 weeks or
    months). ``by``: a trait, or a property of the first event, its ``top`` values each.
    """
    check_choice("period", period, PERIODS)
    check_choice("mode", mode, MODES)
    count = USUAL_COUNT[period] if periods is None else periods
    check_whole("periods", count, 1, 400)
    check_whole("top", top, 1, 50)
    begin, until_moment = timeline.span(since, until, as_of)
    end = day_end(as_of, timeline.timezone)
    marks = _marks(timeline, first, return_)
    if marks is None or timeline.first_at is None or timeline.first_at >= until_moment:
        return RETURNS.arrow_schema().empty_table()
    first_day = day_of(max(begin, timeline.first_at), timeline.timezone)
    starts = periods_between(first_day, as_of, period)
    window = ROLLING_DAYS[period] * 86_400 * MICROSECONDS if mode == "rolling" else 0
    asked = _Asked(
        timeline, marks, starts, period_bounds(starts, period, timeline.timezone),
        period, mode, window, count, begin, until_moment, end,
    )  # fmt: skip
    _check_size(len(starts) * (count + 1) * (top + 2 if by else 1))
    found = _first_rows(asked, people, is_new_only=new_only)
    groups, names = _groups(asked, found, by, top)
    counts = _counted(asked, found, groups, len(names))
    returned = counts[0]
    if mode == "unbounded":
        returned = counts[1][..., ::-1].cumsum(axis=-1)[..., ::-1]
    return _table(asked, names if by else [None], counts[2, :, :, 0], returned)


@dataclass(frozen=True)
class _Asked:
    """The question in numbers: moments in microseconds, periods by their number."""

    timeline: Timeline
    marks: Marks
    starts: list[date]
    bounds: Array
    period: str
    mode: str
    window: int  # of rolling periods; 0 = the calendar's
    count: int
    begin: int
    until: int  # first events lie before it
    end: int  # nothing from it on exists

    def begun(self) -> Array:
        """bool by cohort and period number: for somebody of the cohort, the period has begun."""
        cohort, number = np.indices((len(self.starts), self.count + 1))
        if self.window:
            earliest = np.maximum(self.bounds[:-1], self.begin)[:, None]
            return np.asarray(earliest + number * self.window < self.end)
        return np.asarray(cohort + number < len(self.starts))

    def over(self) -> Array:
        """bool by cohort and period number: for everybody of the cohort, the period is over."""
        cohort, number = np.indices((len(self.starts), self.count + 1))
        if self.window:
            latest = np.minimum(self.bounds[1:], self.until)[:, None]
            return np.asarray(latest + (number + 1) * self.window <= self.end)
        last = np.minimum(cohort + number + 1, len(self.starts))
        return np.asarray(self.begun() & (self.bounds[last] <= self.end))

    @property
    def days(self) -> Array:
        """The first days of the periods."""
        return np.array(self.starts, dtype="datetime64[D]")

    def period_on(self, cohort: Array, number: Array) -> Array:
        """The first days of periods; of rolling ones, for who came on the cohort's first day."""
        if self.window:
            return np.asarray(self.days[cohort] + number * ROLLING_DAYS[self.period])
        return np.asarray(self.days[cohort + number])


def _check_size(cell_count: int) -> None:
    if cell_count > MOST_CELLS:
        raise ParameterInvalid(
            f"That is a table of {cell_count:,} cells, more than {MOST_CELLS:,}. Ask for weeks "
            "or months, fewer --periods, or a later --since."
        )


def _marks(timeline: Timeline, first: str | None, return_: str | None) -> Marks | None:
    """Which rows are first events and which are returns; None where nothing ever happened."""
    if not first:
        usual = purchase_event(timeline) or next(iter(timeline.event_counts), None)
        if usual is None:
            return None
        first = quoted(usual)
    return Marks(timeline, (pattern(first), pattern(return_ or first)))


def _first_rows(asked: _Asked, people: People, *, is_new_only: bool) -> list[Array]:
    """By bucket, the row of each person's first event; -1 for who has none or is left out."""
    from regulars.stats.return_counts import first_rows

    is_asked = people_of(asked.timeline, people)

    def work(bucket: Bucket) -> Array:
        found = first_rows(
            bucket.offsets, bucket.moments, *asked.marks.of(bucket),
            asked.begin, asked.until, is_new_only,
        )  # fmt: skip
        if people != "all":
            found[~is_asked[bucket.first_person :][: bucket.person_count]] = -1
        return np.asarray(found)

    return asked.timeline.over_buckets(work)


def _groups(
    asked: _Asked, found: list[Array], by: str | None, top: int
) -> tuple[list[Array], list[str]]:
    """By bucket, the group of each person (of who is counted), and the groups' names."""
    from regulars.stats.return_counts import first_values

    timeline = asked.timeline
    if not by:
        return [np.zeros(len(rows), np.int32) for rows in found], [""]
    if is_trait(timeline, by):
        of_people, texts = timeline.trait_codes(by)
        codes = [
            of_people[bucket.first_person :][: bucket.person_count] for bucket in timeline.buckets
        ]
    else:
        known = timeline.property_named(by)
        texts = known.texts
        rows_of = {id(bucket): rows for bucket, rows in zip(timeline.buckets, found, strict=True)}
        codes = timeline.over_buckets(
            lambda bucket: first_values(
                bucket.offsets, bucket.moments, *asked.marks.of(bucket), rows_of[id(bucket)],
                timeline.column(bucket, by), known.text_ranks,
            )
        )  # fmt: skip
    counts = np.zeros(len(texts) + 1, dtype=np.int64)
    for mine, rows in zip(codes, found, strict=True):
        counts[:-1] += np.bincount(mine[(rows >= 0) & (mine >= 0)], minlength=len(texts))
        counts[-1] += int(((rows >= 0) & (mine < 0)).sum())
    lookup, names = folded(counts, texts, top)
    return [lookup[mine] for mine in codes], names


def _counted(asked: _Asked, found: list[Array], groups: list[Array], group_count: int) -> Array:
    """int64[kind, group, cohort, period]: see return_counts."""
    from regulars.stats.return_counts import return_counts

    shape = (3, group_count, len(asked.starts), asked.count + 1)
    total = np.zeros(shape, dtype=np.int64)
    one_at_a_time = threading.Lock()
    numbers = {id(bucket): number for number, bucket in enumerate(asked.timeline.buckets)}

    def work(bucket: Bucket) -> None:
        mine = np.zeros(shape, dtype=np.int64)
        number = numbers[id(bucket)]
        return_counts(
            bucket.offsets, bucket.moments, *asked.marks.of(bucket),
            found[number], groups[number], asked.bounds, asked.window, asked.end, mine,
        )  # fmt: skip
        with one_at_a_time:  # whole numbers: their order does not matter
            total[:] += mine

    asked.timeline.over_buckets(work)
    return total


def _table(asked: _Asked, names: list[str] | list[None], sizes: Array, returned: Array) -> pa.Table:
    """Of each group the overall rates, and the cells of its cohorts that have begun."""
    begun, over = asked.begun(), asked.over()
    tables = []
    for group, name in enumerate(names):
        people = np.broadcast_to(sizes[group][:, None], over.shape)
        numbers = np.flatnonzero((over & (people > 0)).any(axis=0))
        everybody = (people * over).sum(axis=0)[numbers]
        came = (returned[group] * over).sum(axis=0)[numbers]
        nothing = pa.nulls(len(numbers), pa.date32())
        is_over = np.ones(len(numbers), dtype=bool)
        tables.append(_rows(asked, name, nothing, numbers, nothing, everybody, came, is_over))
        cohort, number = np.nonzero(begun & (people > 0))
        on = pa.array(asked.days[cohort]), number, pa.array(asked.period_on(cohort, number))
        cells = (cohort, number)
        tables.append(_rows(asked, name, *on, people[cells], returned[group][cells], over[cells]))
    return pa.concat_tables(tables) if tables else RETURNS.arrow_schema().empty_table()


def _rows(
    asked: _Asked,
    name: str | None, cohort_on: Any, number: Array, period_on: Any,
    people: Array, came: Array, is_over: Array,
) -> pa.Table:  # fmt: skip
    """Rows of one group, with rates and their intervals."""
    from regulars.stats.proportions import wilson_intervals

    names = [
        pa.array([text] * len(number), pa.string()) for text in (asked.period, asked.mode, name)
    ]
    rates = (people, came, came / people, *wilson_intervals(came, people))
    columns = [*names, cohort_on, number, period_on, *rates, is_over]
    return pa.table(columns, schema=RETURNS.arrow_schema())


ANALYSIS = Analysis(
    title=Text("Retention", "留存分析"),
    question=Text(
        "Who comes back after a first event, day by day, week by week, month by month?",
        "首次行为之后，第几天、第几周、第几个月还有多少人回来？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=retention,
)
