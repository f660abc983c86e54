"""Quiet hours as a table of values."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from regulars.decisions.quiet_hours import next_slot

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        ("2026-03-05T12:00", "2026-03-05T12:00"),
        ("2026-03-05T09:00", "2026-03-05T09:00"),
        ("2026-03-05T19:59", "2026-03-05T19:59"),
        ("2026-03-05T20:00", "2026-03-06T09:00"),
        ("2026-03-05T23:30", "2026-03-06T09:00"),
        ("2026-03-06T03:00", "2026-03-06T09:00"),
    ],
)
def test_waits_for_nine_when_it_is_night(at: str, slot: str) -> None:
    assert next_slot(local(at), timezone=SHANGHAI) == local(slot)


@pytest.mark.parametrize(
    ("at", "slot"),
    [
        ("2026-03-05T23:00", "2026-03-05T23:00"),
        ("2026-03-06T03:59", "2026-03-06T03:59"),
        ("2026-03-06T04:00", "2026-03-06T20:00"),
        ("2026-03-06T12:00", "2026-03-06T20:00"),
    ],
)
def test_wraps_midnight_when_the_hours_do(at: str, slot: str) -> None:
    found = next_slot(local(at), timezone=SHANGHAI, opens=time(20), closes=time(4))
    assert found == local(slot)


def test_skips_a_closed_day_when_there_is_one() -> None:
    closed = {date(2026, 3, 5), date(2026, 3, 6)}
    found = next_slot(local("2026-03-05T12:00"), timezone=SHANGHAI, closed_on=closed)
    assert found == local("2026-03-07T09:00")


def test_night_belongs_to_the_day_it_began_on_when_that_day_is_closed() -> None:
    found = next_slot(
        local("2026-03-06T02:00"),
        timezone=SHANGHAI,
        opens=time(20),
        closes=time(4),
        closed_on={date(2026, 3, 5)},
    )
    assert found == local("2026-03-06T20:00")


def test_spreads_over_the_first_hour_when_deferred_only() -> None:
    night = next_slot(local("2026-03-05T22:00"), timezone=SHANGHAI, spread=0.5)
    noon = next_slot(local("2026-03-05T12:00"), timezone=SHANGHAI, spread=0.5)
    assert (night, noon) == (local("2026-03-06T09:30"), local("2026-03-05T12:00"))


def test_gives_none_when_it_would_come_too_late() -> None:
    at = local("2026-03-05T22:00")
    assert next_slot(at, timezone=SHANGHAI, send_before=local("2026-03-06T08:00")) is None


def test_keeps_local_hours_when_the_clocks_change() -> None:
    found = next_slot(local("2026-03-28T21:00", BERLIN), timezone=BERLIN)
    assert found == datetime(2026, 3, 29, 7, tzinfo=UTC)  # nine in summer time


def test_is_always_open_when_hours_are_equal() -> None:
    at = local("2026-03-05T03:00")
    assert next_slot(at, timezone=SHANGHAI, opens=time(0), closes=time(0)) == at


def test_nothing_is_sent_when_no_day_is_open() -> None:
    closed = [date(2026, 3, 1) + timedelta(days) for days in range(90)]
    assert next_slot(local("2026-03-05T12:00"), timezone=SHANGHAI, closed_on=closed) is None
