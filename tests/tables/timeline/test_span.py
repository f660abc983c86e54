"""Days asked of a timeline: an error where nothing happened on them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of
from regulars.tables.timeline.days import span

ZONE = "Asia/Shanghai"
SHANGHAI = ZoneInfo(ZONE)
# local days: the first minute of the 5th, the last of the 9th
MOMENTS = [
    datetime(2026, 3, 5, 0, 0, tzinfo=SHANGHAI),
    datetime(2026, 3, 9, 23, 59, tzinfo=SHANGHAI),
]
LAST = date(2026, 3, 31)


def made(*moments):
    people = [f"p{number}" for number in range(len(moments))]
    columns = {
        "person_id": pa.array(people, pa.string()),
        "event_name": pa.array(["Seen"] * len(moments), pa.string()),
        "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
    }
    return timeline_of(pa.table(columns), timezone=ZONE, bucket_count=2)


def day(number):
    return None if number is None else date(2026, 3, number)


@pytest.mark.parametrize(
    ("since", "until"),
    [(None, None), (5, 5), (None, 5), (9, 9), (9, None), (1, 5), (6, 31), (9, 31)],
)
def test_range_is_the_days_asked_for_when_something_happened_on_them(since, until):
    found = made(*MOMENTS).span(day(since), day(until), LAST)
    assert found == span(day(since), day(until), LAST, SHANGHAI)


@pytest.mark.parametrize(
    ("since", "until", "as_of", "says"),
    [
        (1, 4, 31, r"No event lies from 2026-03-01 to 2026-03-04; .* Change --until\."),
        (None, 4, 31, r"No event lies to 2026-03-04; .* Change --until\."),
        (10, None, 31, r"No event lies from 2026-03-10; .* Change --since\."),
        (6, 8, 31, r"No event lies from 2026-03-06 to 2026-03-08; .* Change --since\."),
        (6, None, 8, "events run from 2026-03-05 to 2026-03-05"),
        (6, 9, 31, None),
    ],
)
def test_error_names_the_range_with_events_when_none_lies_in_the_one_asked_for(
    since, until, as_of, says
):
    timeline = made(*MOMENTS)
    if says is None:
        timeline.span(day(since), day(until), day(as_of))
        return
    with pytest.raises(ParameterInvalid, match=says):
        timeline.span(day(since), day(until), day(as_of))
    if as_of == 31:
        with pytest.raises(ParameterInvalid, match="run from 2026-03-05 to 2026-03-09"):
            timeline.span(day(since), day(until), day(as_of))


def test_no_error_when_nothing_is_known_yet():
    assert made(*MOMENTS).span(day(1), day(2), day(4))  # as of a day before everything
    assert made().span(day(1), day(2), day(4))
