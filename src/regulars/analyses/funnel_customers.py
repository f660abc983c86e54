"""Funnel customers: who reached a step of a funnel, or was lost after it.

Reads    timeline     all that each person did
Returns  one row per (customer_id, run_number): a person once; with totals, every run
         entered_at, reached_at moments | seconds between them
         As many as the funnel with the same options counts.
Figure   figures/funnel_customers.py
Source   as funnel
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.errors import ParameterInvalid, among
from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline

if TYPE_CHECKING:
    from regulars.stats.funnels.runs import Runs, StepRuns

RETURNS = Table(
    name="funnel_customers",
    grain="(customer, run)",
    key=("customer_id", "run_number"),
    columns=(
        Column("customer_id", "text", "the customer; of a visitor, the device", "顾客"),
        Column("is_visitor", "flag", "only a device is known", "是否访客"),
        Column("run_number", "integer", "1, or with --totals the run of this person", "第几次"),
        Column("by_value", "text", "the value of --by; null without it", "分组", nullable=True),
        Column("step", "integer", "the step asked for", "步骤"),
        Column("event_name", "text", "the step as it was asked", "事件"),
        Column("entered_at", "moment", "when the run began", "进入时间"),
        Column("reached_at", "moment", "when it got to the step", "到达时间"),
        Column("seconds", "number", "from the one to the other", "耗时", unit="seconds"),
    ),
)


def funnel_customers(
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
    at: int | None = None,
    outcome: Literal["reached", "lost"] = "reached",
    value: str | None = None,
) -> pa.Table:
    """Those behind step ``at`` of the funnel with the same options.

    ``outcome`` lost: reached this step and not the next. Without ``at`` the last step that
    has such people. ``value``: only this one of --by. Raises ParameterInvalid.
    """
    from regulars.stats.funnels.question import question_of
    from regulars.stats.funnels.runs import runs_of

    check_choice("outcome", outcome, ("reached", "lost"))
    if totals and outcome == "lost":
        raise ParameterInvalid(
            "Parameter outcome cannot be 'lost' with --totals, which counts runs: the runs up to "
            "a step are not those up to the next. Ask without --totals."
        )
    question = question_of(
        timeline, as_of=as_of, steps=steps, order=order, window=window, since=since, until=until,
        by=by, top=top, hold=hold, exclude=exclude, totals=totals, people=people,
    )  # fmt: skip
    if not question.steps:
        return RETURNS.arrow_schema().empty_table()
    step = _step(at, outcome, len(question.steps))
    runs = runs_of(timeline, question)
    chosen = _chosen(runs, step, outcome, value)
    return _rows(timeline, chosen, runs.labels, step, question.steps[step - 1].text)


def _step(at: int | None, outcome: str, step_count: int) -> int:
    last = step_count if outcome == "reached" else step_count - 1
    if last == 0:
        raise ParameterInvalid(
            "Parameter outcome cannot be 'lost' in a funnel of one step: nobody is lost after "
            "the last. Add a --step."
        )
    if at is not None:
        if at == step_count and outcome == "lost":
            raise ParameterInvalid(
                f"Parameter at cannot be {at} with outcome lost: nobody is lost after the last "
                f"of {step_count} steps. Ask for an earlier one, or for outcome reached."
            )
        check_whole("at", at, 1, last)
    return last if at is None else at


def _chosen(runs: "Runs", step: int, outcome: str, value: str | None) -> "StepRuns":
    chosen = runs.steps[step - 1]
    if outcome == "lost":
        chosen = chosen.where(~np.isin(chosen.person, runs.steps[step].person))
    if value is None:
        return chosen
    known = [label for label, _ in runs.blocks() if label is not None]
    if value not in known:
        hint = among(value, known, "Values") if known else "Give --by too."
        raise ParameterInvalid(f"Parameter value cannot be '{value}'. {hint}")
    return chosen.where(chosen.block == runs.labels.index(value))


def _rows(
    timeline: Timeline,
    chosen: "StepRuns",
    labels: tuple[str | None, ...],
    step: int,
    event_name: str,
) -> pa.Table:
    order = np.lexsort((chosen.reached, chosen.entered, chosen.person))
    chosen = chosen.where(order)
    count = len(chosen)
    is_first = np.ones(count, dtype=bool)
    is_first[1:] = chosen.person[1:] != chosen.person[:-1]
    first = np.flatnonzero(is_first)
    number = np.arange(count) - np.repeat(first, np.diff(np.append(first, count))) + 1
    values: Any = pa.nulls(count, pa.string())
    if labels != (None,):
        values = pc.take(pa.array(labels, pa.string()), pa.array(chosen.block, pa.int64()))
    moment = RETURNS.arrow_schema().field("entered_at").type
    columns = {
        "customer_id": pc.take(timeline.person_ids, pa.array(chosen.person, pa.int64())),
        "is_visitor": timeline.visitors[chosen.person],
        "run_number": number,
        "by_value": values,
        "step": np.full(count, step),
        "event_name": pa.repeat(event_name, count),
        "entered_at": pa.array(chosen.entered).cast(moment),
        "reached_at": pa.array(chosen.reached).cast(moment),
        "seconds": chosen.seconds,
    }
    return pa.table(columns, schema=RETURNS.arrow_schema())


ANALYSIS = Analysis(
    title=Text("Customers of a funnel", "漏斗中的顾客"),
    question=Text(
        "Who got as far as this step, and who was lost after it?",
        "哪些顾客走到了这一步，哪些在这一步之后流失了？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=funnel_customers,
    is_kept=False,
)
