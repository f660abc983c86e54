"""Funnel: of those who take the first step, how many take the next ones, and how soon.

Reads    timeline     all that each person did
Returns  one row per (by_value, step); every step is a row
         customer_count int, with totals runs | conversion_rate, from_previous_rate 0-1
         median_seconds from the entry until the step is reached
         docs/funnel.md says every rule with a worked example.
Figure   figures/funnel.py
Source   latest start in a sliding window: Mannila, Toivonen & Verkamo (1997) Discovery of
         Frequent Episodes in Event Sequences, Data Mining and Knowledge Discovery 1.
         Totals are the greatest number of runs that do not overlap in time. In Mixpanel's a
         person enters again after a conversion or the window, counted from the first event of
         step 1 (Conversion Details in Funnels); Amplitude's are all paths (FAQ Funnel Analysis).
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Pattern, Timeline

if TYPE_CHECKING:
    from regulars.stats.funnels.runs import StepRuns

RETURNS = Table(
    name="funnel",
    grain="(value split by, step)",
    key=("by_value", "step"),
    columns=(
        Column(
            "by_value",
            "text",
            "the value of --by; 'other' for those beyond the most frequent; null without --by",
            "分组",
            nullable=True,
        ),
        Column("step", "integer", "1 = the first step", "步骤"),
        Column("event_name", "text", "the step as it was asked", "事件"),
        Column(
            "customer_count",
            "integer",
            "people who reached the step; with --totals, runs that did",
            "人数",
        ),
        Column("conversion_rate", "number", "of the first step", "总转化率", nullable=True),
        Column("from_previous_rate", "number", "of the step before", "上一步转化率", nullable=True),
        Column(
            "median_seconds",
            "number",
            "median time from the entry until the step is reached",
            "耗时中位数",
            unit="seconds",
            nullable=True,
        ),
    ),
)


def funnel(
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
) -> pa.Table:
    """How many reach each step within ``window`` of an entry from ``since`` to ``until``.

    ``steps`` and ``exclude`` as ``pattern`` reads them; ``hold`` asks within each value of a
    property; ``by`` splits by a trait or by a property of the first step's event, its ``top``
    most frequent values. Raises ParameterInvalid, whose message names the parameter.
    """
    from regulars.stats.funnels.question import question_of
    from regulars.stats.funnels.runs import runs_of

    question = question_of(
        timeline, as_of=as_of, steps=steps, order=order, window=window, since=since, until=until,
        by=by, top=top, hold=hold, exclude=exclude, totals=totals, people=people,
    )  # fmt: skip
    rows = [
        row
        for value, reached in runs_of(timeline, question).blocks()
        for row in _block(value, question.steps, reached)
    ]
    table = pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())
    # rows of runs look like those of people: a figure reads here which they are
    return table.replace_schema_metadata({"counted": "runs"}) if totals else table


def _block(
    value: str | None, steps: tuple[Pattern, ...], reached: "tuple[StepRuns, ...]"
) -> list[dict[str, Any]]:
    counts = [len(runs) for runs in reached]
    return [
        {
            "by_value": value,
            "step": number + 1,
            "event_name": step.text,
            "customer_count": counts[number],
            "conversion_rate": _rate(counts[number], counts[0]),
            "from_previous_rate": _rate(counts[number], counts[number - 1]) if number else None,
            "median_seconds": runs.median_seconds,
        }
        for number, (step, runs) in enumerate(zip(steps, reached, strict=True))
    ]


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


ANALYSIS = Analysis(
    title=Text("Funnel", "转化漏斗"),
    question=Text(
        "Of those who take the first step, how many get to the last, and where are they lost?",
        "走出第一步的人，有多少走到最后一步？在哪一步流失最多？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=funnel,
    is_kept=False,
)
