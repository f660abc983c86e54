"""Local days as microseconds: where each begins, also when clocks are put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from regulars.errors import ParameterInvalid

MICROSECONDS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_start(day: date, timezone: ZoneInfo) -> int:
    """The moment at which a local day begins, in microseconds since 1970 UTC."""
    midnight = datetime.combine(day, time(), tzinfo=timezone)
    return (midnight.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def day_end(day: date, timezone: ZoneInfo) -> int:
    """The moment at which the next local day begins: the day is what lies before it."""
    return day_start(day + timedelta(days=1), timezone)


def day_of(moment: int, timezone: ZoneInfo) -> date:
    """The local day of a moment in microseconds since 1970 UTC."""
    return (_EPOCH + timedelta(microseconds=moment)).astimezone(timezone).date()


def day_starts(first: date, last: date, timezone: ZoneInfo) -> npt.NDArray[np.int64]:
    """Where each local day from ``first`` to ``last`` begins, and where the last one ends.

    int64, days + 1, rising: ``searchsorted(starts, moment, side="right") - 1`` is the number
    of the day that a moment lies in.
    """
    count = (last - first).days + 1
    days = (first + timedelta(days=number) for number in range(count + 1))
    return np.array([day_start(day, timezone) for day in days], dtype=np.int64)


def span(
    since: date | None, until: date | None, as_of: date, timezone: ZoneInfo
) -> tuple[int, int]:
    """The half-open range of moments from ``since`` to ``until`` (both local days, included).

    None is without a bound; nothing after ``as_of`` exists. ParameterInvalid where the range
    is empty.
    """
    if since is not None and until is not None and since > until:
        raise ParameterInvalid(f"No day lies from {since} to {until}: --since is after --until.")
    if since is not None and since > as_of:
        raise ParameterInvalid(f"--since {since} is after {as_of}, the last day that is known.")
    begin = np.iinfo(np.int64).min if since is None else day_start(since, timezone)
    last = as_of if until is None else min(until, as_of)
    return int(begin), day_end(last, timezone)
