"""Lifecycle moves: from which stage to which customers went, month by month.

Reads    orders     one row per order_id
Returns  one row per (month_on, from_stage, to_stage) with a customer
         from_stage at the end of the month before; not_yet: the first order came in the month
         customer_count | move_rate of those who were in from_stage; null for not_yet
Figure   figures/lifecycle_moves.py
Source   stats/lifecycle_stages.py
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.stats.lifecycle_stages import (
    check_stages,
    order_days,
    stage_after,
    with_bought_stage,
    with_limits,
)
from regulars.stats.periods import month_end, month_start
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

NOT_YET = "not_yet"

RETURNS = Table(
    name="lifecycle_moves",
    grain="(month, stage before, stage after)",
    key=("month_on", "from_stage", "to_stage"),
    columns=(
        Column("month_on", "day", "first day of the month", "月份"),
        Column("from_stage", "text", "at the end of the month before; or not_yet", "原阶段"),
        Column("to_stage", "text", "at the end of the month", "现阶段"),
        Column("customer_count", "integer", "customers", "顾客数", unit="customers"),
        Column("move_rate", "number", "of those in from_stage", "转移率", nullable=True),
    ),
)


def lifecycle_moves(
    orders: ir.Table,
    *,
    as_of: date,
    month_count: int = 12,
    slipping_quantile: float = 0.9,
    lost_quantile: float = 0.98,
    loyal_order_count: int = 6,
) -> ir.Table:
    """Moves over the last ``month_count`` full months up to as_of, by the stages of lifecycle.

    Who stays is a row too (from_stage = to_stage), so that the counts of a month add up to all
    customers at its end. Every month is measured by the shop's gaps as they are known at
    as_of, each customer's by his own up to then. A shop where nobody ever came back has no
    stages, and no rows. Raises ParameterInvalid.
    """
    check_whole("month_count", month_count, 1, 120)
    check_stages(slipping_quantile, lost_quantile, loyal_order_count)
    last_on = as_of if as_of == month_end(as_of) else month_start(as_of) - timedelta(days=1)
    firsts = [month_start(last_on, back) for back in range(month_count, -1, -1)]
    days = with_limits(order_days(orders, last_on), slipping_quantile, lost_quantile)
    states = _states(with_bought_stage(days, loyal_order_count), firsts)
    states = states.filter(states.month > 0)
    moves = states.group_by("month", "from_stage", "to_stage").aggregate(
        customer_count=states.count()
    )
    whole = moves.customer_count.sum().over(group_by=["month", "from_stage"])
    is_new = moves.from_stage == NOT_YET
    moves = moves.mutate(
        month_on=ibis.array([ibis.literal(first) for first in firsts])[moves.month],
        move_rate=is_new.ifelse(ibis.null("float64"), moves.customer_count / whole),
    )
    return shaped(moves, RETURNS)


def _states(rows: ir.Table, firsts: list[date]) -> ir.Table:
    """One row per customer and month (its number in ``firsts``): his stage, and the one before."""

    def month(day: ir.DateValue) -> ir.NumericValue:
        return day.year() * 12 + day.month() - (firsts[0].year * 12 + firsts[0].month)

    begun = ibis.greatest(month(rows.ordered_on), 0)
    ended = rows.next_on.isnull().ifelse(len(firsts), month(rows.next_on))
    rows = rows.filter(begun < ended, rows.slipping_days.notnull())
    rows = rows.mutate(month=ibis.range(begun, ended).unnest())
    ends = ibis.array([ibis.literal(month_end(first)) for first in firsts])
    away = ends[rows.month].delta(rows.ordered_on, unit="day")
    rows = rows.select("customer_id", "month", to_stage=stage_after(rows, away))
    before = rows.to_stage.lag().over(ibis.window(group_by="customer_id", order_by="month"))
    return rows.mutate(from_stage=before.fill_null(NOT_YET))


ANALYSIS = Analysis(
    title=Text("Lifecycle moves", "生命周期转移"),
    question=Text(
        "From which stage to which did customers go, month by month?",
        "每个月顾客从哪个阶段转到了哪个阶段？",
    ),
    reads=("orders",),
    returns=RETURNS,
    compute=lifecycle_moves,
)
