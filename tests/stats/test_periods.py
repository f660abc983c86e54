"""Periods of the calendar, by dates looked up in one."""

from datetime import date

import pytest

from regulars.errors import ParameterInvalid
from regulars.stats.periods import comparison, month_end, month_start


def days(period):
    return period.started_on.isoformat(), period.ended_on.isoformat()


@pytest.mark.parametrize(
    ("period", "as_of", "current", "previous", "last_year"),
    [
        ("day", "2024-03-01", ("2024-03-01",) * 2, ("2024-02-29",) * 2, ("2023-03-03",) * 2),
        (
            "week",
            "2026-01-04",
            ("2025-12-29", "2026-01-04"),
            ("2025-12-22", "2025-12-28"),
            ("2024-12-30", "2025-01-05"),
        ),
        (
            "month",
            "2024-02-29",
            ("2024-02-01", "2024-02-29"),
            ("2024-01-01", "2024-01-31"),
            ("2023-02-01", "2023-02-28"),
        ),
        (
            "month",
            "2026-01-30",
            ("2025-12-01", "2025-12-31"),
            ("2025-11-01", "2025-11-30"),
            ("2024-12-01", "2024-12-31"),
        ),
        (
            "last_28_days",
            "2026-03-31",
            ("2026-03-04", "2026-03-31"),
            ("2026-02-04", "2026-03-03"),
            ("2025-03-05", "2025-04-01"),
        ),
    ],
)
def test_periods_are_those_of_the_calendar_when(period, as_of, current, previous, last_year):
    found = [days(p) for p in comparison(period, date.fromisoformat(as_of))]
    assert found == [current, previous, last_year]


def test_weekdays_fall_on_weekdays_when_compared_with_last_year():
    current, _, last_year = comparison("last_28_days", date(2026, 3, 31))
    assert current.started_on.weekday() == last_year.started_on.weekday()
    assert current.day_count == last_year.day_count == 28


def test_months_are_counted_across_the_year_when_going_back():
    assert month_start(date(2026, 1, 31), 1) == date(2025, 12, 1)
    assert month_start(date(2026, 1, 31), 13) == date(2024, 12, 1)
    assert month_end(date(2025, 12, 5)) == date(2025, 12, 31)


def test_period_is_refused_when_unknown():
    with pytest.raises(ParameterInvalid, match="Did you mean 'week'"):
        comparison("weekly", date(2026, 1, 1))
