"""Quiet hours: when a message may go out to somebody.

One pure function, ``next_slot``. Hours are the recipient's local ones and may wrap
midnight (a night shop opens at 20:00 and closes at 04:00). Whoever would have been
written to during the quiet time is spread over the hour after it, so that the queue
does not burst at nine sharp.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS = time(9)
CLOSES = time(20)
SPREAD = timedelta(hours=1)
MOST_DAYS_AHEAD = 60


def next_slot(
    at: datetime,
    *,
    timezone: ZoneInfo,
    opens: time = OPENS,
    closes: time = CLOSES,
    closed_on: Collection[date] = (),
    spread: float = 0.0,
    send_before: datetime | None = None,
) -> datetime | None:
    """The first moment from ``at`` on (aware; UTC comes back) that lies in the open hours.

    ``opens`` = ``closes`` means always open. ``closed_on`` are local days on which nothing
    is sent. ``spread`` (0 to 1) places a deferred message within the hour after opening.
    None where no such moment comes before ``send_before``, or within 60 days.
    """
    local = at.astimezone(timezone)
    slot = at
    if not _is_open(local, opens, closes, closed_on):
        days = (local.date() + timedelta(days) for days in range(MOST_DAYS_AHEAD))
        openings = (_opening(day, opens, timezone) for day in days if day not in closed_on)
        later = next((opening for opening in openings if opening > at), None)
        if later is None:
            return None
        slot = later + SPREAD * spread
    if send_before is not None and slot >= send_before:
        return None
    return slot.astimezone(UTC)


def _is_open(local: datetime, opens: time, closes: time, closed_on: Collection[date]) -> bool:
    """Whether a local moment lies in the open hours of a day that is open."""
    clock = local.time()
    if opens < closes:
        return opens <= clock < closes and local.date() not in closed_on
    if opens > closes and closes <= clock < opens:
        return False
    began_on = local.date() if clock >= opens else local.date() - timedelta(1)
    return began_on not in closed_on


def _opening(day: date, opens: time, timezone: ZoneInfo) -> datetime:
    """The moment at which a local day opens."""
    return datetime.combine(day, opens, tzinfo=timezone).astimezone(UTC)
