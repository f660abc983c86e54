"""Dates and times as people write them, against Python's own formatting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.sources import moments

SHANGHAI = ZoneInfo("Asia/Shanghai")
local_times = st.datetimes(datetime(1993, 1, 1), datetime(2099, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


def read(texts: list[str], order: moments.DayOrder | None = None) -> list[str | None]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Shanghai'")
    connection.execute("CREATE TABLE cells AS SELECT unnest(?::VARCHAR[]) AS cell", [texts])
    value = moments.moment("cell", frozenset(moments.CLASSES), order)
    rows = connection.execute(f"SELECT (({value})::TIMESTAMP)::VARCHAR FROM cells").fetchall()
    return [row[0] for row in rows]


def shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


SHAPES: dict[str, Callable[[datetime], str]] = {
    "slashes": lambda m: f"{m.year}/{m.month}/{m.day} {m:%H:%M:%S}",
    "chinese": lambda m: f"{m.year}年{m.month}月{m.day}日 {m.hour}时{m:%M}分{m:%S}秒",
    "german": lambda m: f"{m:%d.%m.%Y %H:%M:%S}",
    "compact": lambda m: f"{m:%Y%m%d%H%M%S}",
    "twelve hours": lambda m: f"{m:%Y-%m-%d %I:%M:%S %p}",
    "chinese halves": lambda m: f"{m:%Y-%m-%d} {'上午' if m.hour < 12 else '下午'}{m:%I:%M:%S}",
    "month by name": lambda m: f"{m.day} {m:%b %Y %H:%M:%S}",
    "american month": lambda m: f"{m:%B} {m.day}, {m:%Y %H:%M:%S}",
    "offset": lambda m: m.replace(tzinfo=SHANGHAI).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=4, deadline=None)
@given(st.lists(local_times, min_size=20, max_size=40))
def test_the_moment_is_read_back(shape: str, values: list[datetime]) -> None:
    assert read([SHAPES[shape](v) for v in values]) == [shown(v) for v in values]


@settings(max_examples=4, deadline=None)
@given(st.lists(local_times, min_size=20, max_size=40))
def test_excel_serials_and_epochs_are_read_back(values: list[datetime]) -> None:
    serials = [repr((v - datetime(1899, 12, 30)) / timedelta(days=1)) for v in values]
    recent = [v.replace(year=2003 + v.year % 60, day=min(v.day, 28)) for v in values]
    epochs = [int(v.replace(tzinfo=SHANGHAI).timestamp()) for v in recent]
    assert read(serials) == [shown(v) for v in values]
    assert read([str(epoch) for epoch in epochs]) == [shown(v) for v in recent]
    milliseconds = [str(epoch * 1000) for epoch in epochs]
    assert read(milliseconds) == [shown(v) for v in recent]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2026", "dmy", "2026-04-03 00:00:00"),
        ("03/04/2026", "mdy", "2026-03-04 00:00:00"),
        ("3/4/26 9:05", "dmy", "2026-04-03 09:05:00"),
        ("20260105", None, "2026-01-05 00:00:00"),
        ("2026-01-05 12:15 AM", None, "2026-01-05 00:15:00"),
        ("2026-01-05 中午12:15", None, "2026-01-05 12:15:00"),
        ("2026-02-30", None, None),
        ("2026-13-01", None, None),
        ("9999-01-01", None, None),
        ("昨天", None, None),
        ("2026", None, None),
        ("２０２６－０１－０５", None, "2026-01-05 00:00:00"),
    ],
)
def test_a_single_cell_is_read_or_refused(
    text: str, order: moments.DayOrder | None, expected: str | None
) -> None:
    assert read([text], order) == [expected]
