"""KPI series: net sales, orders and customers step by step, beside the run before and last year.

Reads    orders       one row per order_id
         returns      one row per return_id
Returns  one row per step (day, week or month), the last one ending on or before as_of
         net_sales money less refunds | order_count int | customer_count int
         previous_... the step as many steps before as the series is long
         last_year_... the same step last year (52 weeks before; months: the same month)
         null before the shop's first order, 0 on a step without orders
Figure   figures/kpi_series.py
Source   definitions as in kpis
"""

from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import Period, month_end, month_start, until
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

STEPS = ("day", "week", "month")
MEASURES = ("net_sales", "order_count", "customer_count")

RETURNS = Table(
    name="kpi_series",
    grain="step of time",
    key=("started_on",),
    columns=(
        Column("started_on", "day", "first day of the step", "开始日期"),
        Column("ended_on", "day", "last day of the step", "结束日期"),
        Column("step", "text", "day, week or month", "粒度"),
        Column("net_sales", "money", "orders' net less refunds", "净销售额", nullable=True),
        Column("order_count", "integer", "orders", "订单数", unit="orders", nullable=True),
        Column("customer_count", "integer", "customers who ordered", "顾客数", nullable=True),
        Column("previous_started_on", "day", "first day of the step before", "上期日期"),
        Column("previous_net_sales", "money", "then", "上期净销售额", nullable=True),
        Column("previous_order_count", "integer", "then", "上期订单数", nullable=True),
        Column("previous_customer_count", "integer", "then", "上期顾客数", nullable=True),
        Column("last_year_net_sales", "money", "a year before", "去年净销售额", nullable=True),
        Column("last_year_order_count", "integer", "a year before", "去年订单数", nullable=True),
        Column("last_year_customer_count", "integer", "a year before", "去年顾客数", nullable=True),
    ),
)


def kpi_series(
    orders: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    step: Literal["day", "week", "month"] = "day",
    step_count: int = 28,
) -> ir.Table:
    """The last ``step_count`` full steps up to as_of. Raises ParameterInvalid."""
    check_choice("step", step, STEPS)
    check_whole("step_count", step_count, 2, 1000)
    starts = [_start(as_of, step, back) for back in range(step_count)][::-1]
    year_back = {"day": 364, "week": 52, "month": 12}[step]
    spine = [
        {
            "started_on": started_on,
            "ended_on": _end(started_on, step),
            "previous_started_on": _start(started_on, step, step_count, whole=False),
            "last_year_started_on": _start(started_on, step, year_back, whole=False),
        }
        for started_on in starts
    ]
    shown = Period("shown", min(min(row.values()) for row in spine), as_of)
    sums = _step_sums(orders, returns, shown, step)
    known = orders.filter(until(orders.ordered_at, as_of))
    first = known.aggregate(first_order_on=known.ordered_at.min().date())
    rows = first.mutate(step_row=ibis.array([ibis.struct(_literals(row)) for row in spine]))
    rows = rows.mutate(step_row=rows.step_row.unnest()).unpack("step_row")
    for prefix in ("", "previous_", "last_year_"):
        rows = _beside(rows, sums, prefix)
    return shaped(rows.mutate(step=ibis.literal(step)), RETURNS).order_by("started_on")


def _step_sums(orders: ir.Table, returns: ir.Table, shown: Period, step: str) -> ir.Table:
    """One row per step that had orders or refunds."""
    unit = {"day": "D", "week": "W", "month": "M"}[step]
    orders = orders.filter(shown.holds(orders.ordered_at))
    sold = orders.group_by(at=orders.ordered_at.date().truncate(unit)).aggregate(
        paid_amount=orders.net_amount.sum(),
        order_count=orders.count(),
        customer_count=orders.customer_id.nunique(),
    )
    returns = returns.filter(shown.holds(returns.returned_at))
    refunded = returns.group_by(at=returns.returned_at.date().truncate(unit)).aggregate(
        refund_amount=returns.refund_amount.sum()
    )
    both = sold.outer_join(refunded, "at")
    return both.select(
        at=ibis.coalesce(both.at, both.at_right),
        net_sales=both.paid_amount.fill_null(0) - both.refund_amount.fill_null(0),
        order_count=both.order_count,
        customer_count=both.customer_count,
    )


def _beside(rows: ir.Table, sums: ir.Table, prefix: str) -> ir.Table:
    """Add the sums of the step that ``<prefix>started_on`` names: 0 where nothing was sold."""
    started_on = rows[f"{prefix}started_on"]
    named = sums.select("at", **{f"{prefix}{measure}": sums[measure] for measure in MEASURES})
    joined = rows.left_join(named, started_on == named.at).drop("at")
    # the step in which the shop's data begins counts only if it is there from its first day
    reached = joined.first_order_on <= joined[f"{prefix}started_on"]
    return joined.mutate(
        **{
            f"{prefix}{measure}": ibis.ifelse(
                reached, joined[f"{prefix}{measure}"].fill_null(0), ibis.null()
            )
            for measure in MEASURES
        }
    )


def _literals(row: dict[str, date]) -> dict[str, ir.Scalar]:
    return {name: ibis.literal(day) for name, day in row.items()}


def _start(day: date, step: str, back: int, whole: bool = True) -> date:
    """First day of the step ``back`` steps before the last one that is full at ``day``.

    ``whole=False``: ``day`` is itself the first day of a step to count from.
    """
    if step == "day":
        return day - timedelta(days=back)
    if step == "week":
        ended = day.isoweekday() == 7 or not whole
        monday = day - timedelta(days=day.isoweekday() - 1)
        return monday - timedelta(weeks=back + (0 if ended else 1))
    ended = day == month_end(day) or not whole
    return month_start(day, back + (0 if ended else 1))


def _end(started_on: date, step: str) -> date:
    if step == "month":
        return month_end(started_on)
    return started_on + timedelta(days={"day": 0, "week": 6}[step])


ANALYSIS = Analysis(
    title=Text("Sales over time", "销售走势"),
    question=Text(
        "How did sales run day by day, beside the days before and last year?",
        "每天（周、月）的销售如何变化，与上期和去年相比呢？",
    ),
    reads=("orders", "returns"),
    returns=RETURNS,
    compute=kpi_series,
)
