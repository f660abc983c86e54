"""Time to convert: how long people take from one step of a funnel to another.

Reads    timeline     all that each person did
Returns  one row per (by_value, kind, position)
         kind bin: seconds in (from_seconds, to_seconds], the first from 0 on
         kind quantile: a tenth, quarter, half, ... takes at most to_seconds
         customer_count int, with totals runs | share_rate, cumulative_rate 0-1
Figure   figures/time_to_convert.py
Source   as funnel; quantiles by linear interpolation: Hyndman & Fan (1996) Sample Quantiles
         in Statistical Packages, American Statistician 50(4), definition 7.
"""

from datetime import date
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.errors import ParameterInvalid
from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline

MINUTE, HOUR, DAY = 60, 3600, 86_400
# what people think in: seconds, minutes, hours, days
EDGES = (
    0, 10, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY,
    10 * DAY, 14 * DAY, 21 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 180 * DAY, 365 * DAY,
    730 * DAY, 3660 * DAY,
)  # fmt: skip
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)

RETURNS = Table(
    name="time_to_convert",
    grain="(value split by, bin or quantile)",
    key=("by_value", "kind", "position"),
    columns=(
        Column(
            "by_value", "text", "the value of --by; null without it", "分组", nullable=True
        ),
        Column("kind", "text", "bin or quantile", "类别"),
        Column("position", "integer", "1 = the shortest", "序号"),
        Column("from_step", "integer", "the step from which time is taken", "起始步骤"),
        Column("to_step", "integer", "the step up to which", "到达步骤"),
        Column("quantile", "number", "of a quantile: which", "分位", nullable=True),
        Column(
            "from_seconds",
            "number",
            "of a bin: longer than this (the first: or equal)",
            "时长下限",
            unit="seconds",
            nullable=True,
        ),
        Column(
            "to_seconds", "number", "up to this; of a quantile: its value", "时长", unit="seconds"
        ),
        Column(
            "customer_count",
            "integer",
            "people in the bin; of a quantile all; with --totals, runs",
            "人数",
        ),
        Column("share_rate", "number", "the bin's part of all; null of a quantile", "占比",
               nullable=True),
        Column("cumulative_rate", "number", "who take at most to_seconds, of all", "累计占比"),
    ),
)  # fmt: skip


def time_to_convert(
    timeline: Timeline,
    *,
    as_of: date,
    steps: Annotated[tuple[str, ...], Repeated("step")] = (),
    order: Literal["this", "any", "exact"] = "this",
    window: str = "7d",
    since: date | None = None,
    until: date | None = None,
    by: str | None = None,
    top: int = 10,
    hold: str | None = None,
    exclude: Annotated[tuple[str, ...], Repeated("exclude")] = (),
    totals: bool = False,
    people: Literal["all", "customers", "visitors"] = "all",
    from_step: int = 1,
    to_step: int | None = None,
) -> pa.Table:
    """The seconds from ``from_step`` to ``to_step`` (None: the last) of the funnel's runs.

    The other options are the funnel's. Raises ParameterInvalid.
    """
    from dataclasses import replace

    from regulars.stats.funnels.question import question_of
    from regulars.stats.funnels.runs import runs_of

    question = question_of(
        timeline, as_of=as_of, steps=steps, order=order, window=window, since=since, until=until,
        by=by, top=top, hold=hold, exclude=exclude, totals=totals, people=people,
    )  # fmt: skip
    if not question.steps or (len(question.steps) == 1 and not steps):
        return RETURNS.arrow_schema().empty_table()
    last = _last_step(from_step, to_step, len(question.steps))
    runs = runs_of(timeline, replace(question, marked_step=from_step))
    rows = [
        {"by_value": value, "from_step": from_step, "to_step": last, **row}
        for value, reached in runs.blocks()
        for row in _distribution(reached[last - 1].seconds_from_mark)
    ]
    return pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())


def _last_step(from_step: int, to_step: int | None, step_count: int) -> int:
    if step_count < 2:
        raise ParameterInvalid(
            "Parameter steps: one step takes no time. Give another --step to measure up to."
        )
    last = step_count if to_step is None else to_step
    check_whole("from_step", from_step, 1, step_count)
    check_whole("to_step", last, 1, step_count)
    if from_step >= last:
        raise ParameterInvalid(
            f"--from-step must come before --to-step: {from_step} is not before {last}."
        )
    return last


def _distribution(seconds: npt.NDArray[np.float64]) -> list[dict[str, Any]]:
    """The bins from the first to the last with anybody in them, and the quantiles."""
    if not len(seconds):
        return []
    whole = len(seconds)
    # a time on an edge belongs to the bin that ends there
    place = np.maximum(np.searchsorted(EDGES, seconds, side="left") - 1, 0)
    counts = np.bincount(place, minlength=len(EDGES) - 1)
    first, last = int(place.min()), int(place.max())
    up_to = np.cumsum(counts)
    bins = [
        {
            "kind": "bin",
            "position": number - first + 1,
            "from_seconds": float(EDGES[number]),
            "to_seconds": float(EDGES[number + 1]),
            "customer_count": int(counts[number]),
            "share_rate": counts[number] / whole,
            "cumulative_rate": up_to[number] / whole,
        }
        for number in range(first, last + 1)
    ]
    values = np.quantile(seconds, QUANTILES)
    within = np.searchsorted(np.sort(seconds), values, side="right") / whole
    quantiles = [
        {
            "kind": "quantile",
            "position": number,
            "quantile": quantile,
            "to_seconds": float(value),
            "customer_count": whole,
            "cumulative_rate": float(share),
        }
        for number, (quantile, value, share) in enumerate(
            zip(QUANTILES, values, within, strict=True), start=1
        )
    ]
    return [*bins, *quantiles]


ANALYSIS = Analysis(
    title=Text("Time to convert", "转化耗时"),
    question=Text(
        "How long do people take from the first step to the last?",
        "从第一步走到最后一步，人们要用多久？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=time_to_convert,
    is_kept=False,
)
