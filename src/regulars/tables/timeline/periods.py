"""Calendar periods of a timeline: days, weeks from Monday and months, in the shop's timezone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from regulars.tables.timeline.days import MICROSECONDS, day_start
from regulars.tables.timeline.structure import Array

PERIODS = ("day", "week", "month")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3600 * MICROSECONDS
_QUARTER = 900 * MICROSECONDS  # every offset from UTC in use is a multiple of it


def period_start(day: date, period: str) -> date:
    """The first day of the day, week (Monday) or month that a day lies in."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def period_after(start: date, period: str, count: int) -> date:
    """The first day of the period that begins ``count`` periods later."""
    if period == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=count * (7 if period == "week" else 1))


def periods_between(first: date, last: date, period: str) -> list[date]:
    """The first days of all periods from the one that holds ``first`` to that of ``last``."""
    starts = [period_start(first, period)]
    while (following := period_after(starts[-1], period, 1)) <= last:
        starts.append(following)
    return starts


def period_bounds(starts: list[date], period: str, timezone: ZoneInfo) -> Array:
    """The moments at which periods begin, and at which the last of them ends: int64, one more."""
    days = [*starts, period_after(starts[-1], period, 1)]
    return np.array([day_start(day, timezone) for day in days], dtype=np.int64)


def local_hours(moments: Array, days: Array, bounds: Array, timezone: ZoneInfo) -> Array:
    """The hour on the shop's clock (0-23) of moments.

    ``days``: the number of each one's day among ``bounds``, the moments at which days begin.
    """
    hours = (moments - bounds[days]) // HOUR
    # on a day of 23 or 25 hours the clock is put forward or back somewhere: asked by quarters
    for odd in np.flatnonzero(np.diff(bounds) != 24 * HOUR):
        there = np.flatnonzero(days == odd)
        quarters, place = np.unique(moments[there] // _QUARTER, return_inverse=True)
        known = [_hour(int(quarter) * _QUARTER, timezone) for quarter in quarters]
        hours[there] = np.array(known, dtype=np.int64)[place]
    return np.asarray(hours)


def _hour(moment: int, timezone: ZoneInfo) -> int:
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(timezone).hour
