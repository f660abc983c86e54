"""This project's answers, for a process of its own.

python -m benchmarks.ours HOME
"""

import shutil
import sys
import time
from functools import cache
from typing import Any

import pyarrow as pa
from benchmarks.answering import Question, answer
from benchmarks.generated_events import (
    FUNNEL,
    NAME_COUNTS,
    add_events,
    increment_sql,
    kept_or_not,
    shop_with_events,
)

from regulars import open_shop
from regulars.flow.shop import Shop

ANY_EVENT = " | ".join(NAME_COUNTS)
HOME = sys.argv[1]


@cache
def shop() -> Shop:
    """Opened by the first question; the timeline is made then, if there is none."""
    return open_shop(HOME)


def warm_up() -> int:
    """Modules and kernels loaded, by a small timeline that is built and brought up to date."""
    with kept_or_not(None, 1000) as folder:
        small = shop_with_events(folder, 1000)
        rows = open_shop(small.path).timeline.row_count
        add_events(small, increment_sql(1000), "more")
        return open_shop(small.path).timeline.row_count - rows


def build() -> tuple[int, float]:
    """The timeline made anew; see ``update``."""
    shutil.rmtree(shop().home.path / "timeline", ignore_errors=True)
    return update()


def update() -> tuple[int, float]:
    """The timeline brought up to date; its rows, and the processors' seconds it took."""
    begun = time.process_time()
    return open_shop(HOME).timeline.row_count, time.process_time() - begun


def rows(name: str, **parameters: Any) -> pa.Table:
    """An analysis asked of the whole timeline."""
    return shop().analyse(name, **parameters).to_arrow()


def edges(found: pa.Table) -> list[list[Any]]:
    """From page, to page, how often; without where visits begin and end."""
    columns = (found[name].to_pylist() for name in ("from_node", "to_node", "visit_count"))
    return [
        [left, come, count]
        for left, come, count in zip(*columns, strict=True)
        if left != "(start)" and come != "(end)"
    ]


def returned(found: pa.Table) -> list[list[Any]]:
    """First day, days after it, how many were there; of the days after the first."""
    names = ("cohort_on", "period_number", "returned_count")
    columns = (found[name].to_pylist() for name in names)
    return [
        [str(cohort), number, count]
        for cohort, number, count in zip(*columns, strict=True)
        if cohort is not None and number and count
    ]


def by_channel(found: pa.Table) -> list[list[Any]]:
    """Of each channel, and of all ("") visits: counts, and the median in milliseconds."""
    counts = ("visit_count", "person_count", "event_count", "bounce_count", "converted_count")
    return [
        [
            row["member_name"] or "",
            *(row[name] for name in counts),
            round(row["conversion_amount"] * 100),
            round(row["median_seconds"] * 1000),
        ]
        for row in found.to_pylist()
    ]


def as_it_is(found: Any) -> Any:
    return found


QUESTIONS: dict[str, Question] = {
    "warm_up": (warm_up, as_it_is),
    "build": (build, as_it_is),
    "update": (update, as_it_is),
    "funnel": (
        lambda: rows("funnel", steps=FUNNEL, window="7d"),
        lambda found: found["customer_count"].to_pylist(),
    ),
    "transitions": (
        lambda: rows("paths", node="page", depth=0, top=5000, collapse=False),
        edges,
    ),
    "retention": (lambda: rows("retention", first=ANY_EVENT, period="day", periods=90), returned),
    "sessions": (lambda: rows("sessions", by="channel"), by_channel),
    "visits": (
        lambda: rows("sessions", by="channel"),
        lambda found: found["visit_count"].to_pylist()[:1],
    ),
}

if __name__ == "__main__":
    answer(QUESTIONS)
