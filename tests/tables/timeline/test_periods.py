"""Calendar periods and hours of the shop's clock, also where it is put forward or back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.tables.timeline.periods import (
    local_hours,
    period_after,
    period_bounds,
    periods_between,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_periods_are_those_of_the_calendar_when_the_year_turns():
    first, last = date(2025, 12, 30), date(2026, 2, 1)
    weeks = periods_between(first, last, "week")
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2025, 12, 29), date(2026, 1, 26), 5)
    months = periods_between(first, last, "month")
    assert months == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert period_after(months[0], "month", 14) == date(2027, 2, 1)
    assert len(periods_between(first, last, "day")) == 34


def test_bounds_are_23_and_25_hours_apart_when_the_clock_moves():
    berlin = ZoneInfo("Europe/Berlin")
    spring = period_bounds([date(2026, 3, 29)], "day", berlin)
    autumn = period_bounds([date(2026, 10, 25)], "day", berlin)
    assert [np.diff(b)[0] / 3_600_000_000 for b in (spring, autumn)] == [23, 25]


@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("Europe/Berlin", "2026-03-27"),
        ("Europe/Berlin", "2026-10-23"),
        ("America/Sao_Paulo", "2018-11-02"),
        ("America/Sao_Paulo", "2018-02-16"),
        ("Australia/Lord_Howe", "2026-04-03"),
        ("Asia/Kathmandu", "2026-04-03"),
        ("Pacific/Kiritimati", "2026-04-03"),
    ],
)
@given(offsets=st.lists(st.integers(0, 5 * 86_400_000_000 - 1), min_size=1, max_size=40))
def test_hours_are_those_of_the_clock_when_it_is_moved(zone, around, offsets):
    timezone, first = ZoneInfo(zone), date.fromisoformat(around)
    days = [first + timedelta(days=number) for number in range(5)]
    bounds = period_bounds(days, "day", timezone)
    moments = np.minimum(bounds[0] + np.array(offsets), bounds[-1] - 1)
    numbers = np.searchsorted(bounds, moments, side="right") - 1
    local = [(EPOCH + timedelta(microseconds=int(m))).astimezone(timezone) for m in moments]
    assert [days[number] for number in numbers] == [moment.date() for moment in local]
    hours = local_hours(moments, numbers, bounds, timezone)
    assert hours.tolist() == [moment.hour for moment in local]
