"""Periods of the shop's calendar: the last full one, the one before it, and the same last year.

Days, weeks and runs of 28 days are compared with last year 364 days earlier, so that
weekdays fall on weekdays (the 52-week comparison usual in retail: National Retail
Federation, 4-5-4 calendar); a month with the same calendar month.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from regulars.tables.parameters import check_choice

PERIODS = ("day", "week", "month", "last_28_days")
YEAR_OF_WEEKS = timedelta(days=364)
Moment: TypeAlias = ir.DateValue | ir.TimestampValue


def until(when: Moment, last_on: date) -> ir.BooleanValue:
    """Whether a local day or a moment is not after a local day.

    A moment is compared with the shop's midnight as it is: turning each into its local
    day first costs ten times as much, and hides from the engine which files to skip.
    """
    return when < ibis.literal(last_on + timedelta(days=1))


@dataclass(frozen=True)
class Period:
    """Local days from ``started_on`` to ``ended_on``, both inclusive."""

    name: str
    started_on: date
    ended_on: date

    def holds(self, when: Moment) -> ir.BooleanValue:
        """Whether a local day or a moment lies within."""
        return (when >= ibis.literal(self.started_on)) & until(when, self.ended_on)

    @property
    def day_count(self) -> int:
        return (self.ended_on - self.started_on).days + 1


def comparison(period: str, as_of: date) -> tuple[Period, Period, Period]:
    """The last full period up to as_of ('current'), 'previous' and 'last_year'; they never overlap.

    ``period`` is one of PERIODS; ParameterInvalid otherwise.
    """
    check_choice("period", period, PERIODS)
    if period == "month":
        return _months(as_of)
    length = {"day": 1, "week": 7, "last_28_days": 28}[period]
    ended_on = as_of
    if period == "week" and as_of.isoweekday() != 7:
        ended_on = as_of - timedelta(days=as_of.isoweekday())
    current = _days("current", ended_on, length)
    return (
        current,
        _days("previous", current.started_on - timedelta(days=1), length),
        _days("last_year", ended_on - YEAR_OF_WEEKS, length),
    )


def period_of(when: Moment, periods: tuple[Period, ...]) -> ir.StringValue:
    """The name of the period that holds the day or moment, else null."""
    return ibis.cases(*((period.holds(when), period.name) for period in periods))


def month_start(day: date, months_back: int = 0) -> date:
    """The first day of the day's month, or of the month so many months before."""
    months = day.year * 12 + day.month - 1 - months_back
    return date(months // 12, months % 12 + 1, 1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return month_start(day, -1) - timedelta(days=1)


def _days(name: str, ended_on: date, length: int) -> Period:
    return Period(name, ended_on - timedelta(days=length - 1), ended_on)


def _months(as_of: date) -> tuple[Period, Period, Period]:
    is_full = as_of == month_end(as_of)
    started_on = month_start(as_of, 0 if is_full else 1)

    def month(name: str, back: int) -> Period:
        first = month_start(started_on, back)
        return Period(name, first, month_end(first))

    return month("current", 0), month("previous", 1), month("last_year", 12)
