"""Purchase times: in which hours of which weekdays the shop's orders fall.

Reads    orders       one row per order_id
Returns  one row per (weekday, hour), all 168 of them
         order_count int | customer_count int | net_amount money | order_share sums to 1
         over whole weeks up to as_of, so that each weekday is there equally often
Figure   figures/purchase_times.py
Source   counting; the grid is its own table because its grain is the shop's hour,
         not the customer (purchase_habits)
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import Period
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

RETURNS = Table(
    name="purchase_times",
    grain="(weekday, hour)",
    key=("weekday", "hour"),
    columns=(
        Column("weekday", "integer", "1 = Monday ... 7 = Sunday", "星期"),
        Column("hour", "integer", "local hour, 0 to 23", "小时"),
        Column("order_count", "integer", "orders", "订单数", unit="orders"),
        Column("customer_count", "integer", "identified customers", "顾客数"),
        Column("net_amount", "money", "orders' net", "实付金额"),
        Column("order_share", "number", "of all orders; sums to 1", "订单占比", nullable=True),
    ),
)


def purchase_times(orders: ir.Table, *, as_of: date, week_count: int = 52) -> ir.Table:
    """The grid over the last ``week_count`` weeks. Raises ParameterInvalid."""
    check_whole("week_count", week_count, 1, 1000)
    window = Period("window", as_of - timedelta(days=7 * week_count - 1), as_of)
    orders = orders.filter(window.holds(orders.ordered_at))
    counts = orders.group_by(
        weekday=orders.ordered_at.date().day_of_week.index().cast("int64") + 1,
        hour=orders.ordered_at.hour().cast("int64"),
    ).aggregate(
        order_count=orders.count(),
        customer_count=orders.customer_id.nunique(),
        net_amount=orders.net_amount.sum(),
    )
    total = orders.aggregate(all_orders=orders.count())
    cells = total.mutate(weekday=ibis.range(1, 8).unnest())
    cells = cells.mutate(hour=ibis.range(0, 24).unnest())
    cells = cells.mutate(weekday=cells.weekday.cast("int64"), hour=cells.hour.cast("int64"))
    rows = cells.left_join(counts, ["weekday", "hour"])
    order_count = rows.order_count.fill_null(0)
    rows = rows.mutate(
        order_count=order_count,
        customer_count=rows.customer_count.fill_null(0),
        net_amount=rows.net_amount.fill_null(0),
        order_share=order_count / rows.all_orders.nullif(0),
    )
    return shaped(rows, RETURNS).order_by("weekday", "hour")


ANALYSIS = Analysis(
    title=Text("Purchase times", "购买时段"),
    question=Text(
        "On which weekdays and at which hours do customers buy?", "顾客在星期几、几点购买？"
    ),
    reads=("orders",),
    returns=RETURNS,
    compute=purchase_times,
)
