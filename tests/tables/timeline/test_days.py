"""Local days as microseconds, against Python's own calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import ParameterInvalid
from regulars.tables.timeline.days import day_end, day_of, day_start, day_starts, span

ZONES = ["UTC", "Asia/Shanghai", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"]
HOUR = 3_600_000_000


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_a_moment_lies_in_the_day_that_the_calendar_says(zone, moment):
    timezone = ZoneInfo(zone)
    given_at = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    day = moment.astimezone(timezone).date()
    assert day_of(given_at, timezone) == day
    assert day_start(day, timezone) <= given_at < day_end(day, timezone)


def test_days_are_as_long_as_the_clocks_make_them():
    berlin = ZoneInfo("Europe/Berlin")
    starts = day_starts(date(2026, 3, 28), date(2026, 3, 30), berlin)
    assert (np.diff(starts) // HOUR).tolist() == [24, 23, 24]
    autumn = day_starts(date(2026, 10, 25), date(2026, 10, 25), berlin)
    assert (np.diff(autumn) // HOUR).tolist() == [25]


def test_span_holds_both_days_and_nothing_after_as_of():
    utc, last = ZoneInfo("UTC"), date(2026, 9, 30)
    begin, end = span(date(2026, 9, 1), date(2026, 12, 31), last, utc)
    assert (begin, end) == (day_start(date(2026, 9, 1), utc), day_end(last, utc))
    assert span(None, None, last, utc) == (np.iinfo(np.int64).min, day_end(last, utc))


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [(date(2026, 9, 2), date(2026, 9, 1), "--since"), (date(2026, 10, 1), None, "2026-09-30")],
)
def test_error_when_no_day_is_left(since, until, says):
    with pytest.raises(ParameterInvalid, match=says):
        span(since, until, date(2026, 9, 30), ZoneInfo("UTC"))
