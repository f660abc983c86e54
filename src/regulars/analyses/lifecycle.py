"""Lifecycle: in which stage each customer is, measured by his own gaps between orders.

Reads    orders     one row per order_id
Returns  one row per customer_id with at least one order up to as_of
         stage new, active, loyal, slipping, lost or won_back; stage_since_on
         slipping_days, lost_days: how long he may stay away before he slips and is lost
         next_stage, next_stage_on, days_until_next_stage, if he stays away
Figure   figures/lifecycle.py
Source   stats/lifecycle_stages.py
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.stats.lifecycle_stages import (
    check_stages,
    order_days,
    stage_after,
    with_bought_stage,
    with_limits,
)
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

RETURNS = Table(
    name="lifecycle",
    grain="customer with at least one order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column(
            "stage",
            "text",
            "new, active, loyal, slipping, lost or won_back; null where nobody ever came back",
            "生命周期阶段",
            nullable=True,
        ),
        Column("stage_since_on", "day", "first day in the stage", "进入阶段日期", nullable=True),
        Column("first_order_on", "day", "day of the first order", "首次下单日期"),
        Column("last_order_on", "day", "day of the last order", "最近下单日期"),
        Column("order_day_count", "integer", "days with orders", "下单天数", unit="days"),
        Column("days_since_last_order", "integer", "to as_of", "距上次下单天数", unit="days"),
        Column(
            "slipping_days",
            "integer",
            "he slips when away for longer",
            "流失预警天数",
            unit="days",
            nullable=True,
        ),
        Column(
            "lost_days",
            "integer",
            "he is lost when away for longer",
            "判定流失天数",
            unit="days",
            nullable=True,
        ),
        Column("next_stage", "text", "if he stays away", "下一阶段", nullable=True),
        Column("next_stage_on", "day", "first day in it", "进入下一阶段日期", nullable=True),
        Column(
            "days_until_next_stage",
            "integer",
            "from as_of to that day",
            "距下一阶段天数",
            unit="days",
            nullable=True,
        ),
    ),
)


def lifecycle(
    orders: ir.Table,
    *,
    as_of: date,
    slipping_quantile: float = 0.9,
    lost_quantile: float = 0.98,
    loyal_order_count: int = 6,
) -> ir.Table:
    """The stage of every customer.

    A customer slips when he stays away longer than the ``slipping_quantile`` of his gaps, and
    is lost when longer than the ``lost_quantile``; where he has few gaps, those of the shop
    weigh in. Else he is new (one day with orders), active, or loyal (at least
    ``loyal_order_count`` days with orders). won_back: his last order ended an absence that
    had him lost; with the next one he is active or loyal again. Raises ParameterInvalid.
    """
    check_stages(slipping_quantile, lost_quantile, loyal_order_count)
    days = with_limits(order_days(orders, as_of), slipping_quantile, lost_quantile)
    people = _last_days(with_bought_stage(days, loyal_order_count), as_of)
    return shaped(_next_stages(people, as_of), RETURNS).order_by("customer_id")


def _last_days(rows: ir.Table, as_of: date) -> ir.Table:
    """One row per customer: the last order day, and since when he has been as it left him."""
    of_customer = ibis.window(group_by="customer_id", order_by="ordered_on")
    before = rows.bought_stage.lag().over(of_customer)
    is_entered = before.isnull() | (rows.bought_stage != before)
    rows = rows.mutate(is_entered=is_entered | (rows.gap_days > rows.longest_days))
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="ordered_on")
    rows = rows.mutate(
        first_order_on=rows.ordered_on.min().over(so_far),
        bought_since_on=rows.is_entered.ifelse(rows.ordered_on, ibis.null("date"))
        .max()
        .over(so_far),
    )
    last = rows.filter(rows.next_on.isnull())
    away = ibis.literal(as_of).delta(last.ordered_on, unit="day")
    return last.mutate(days_since_last_order=away, stage=stage_after(last, away))


def _next_stages(people: ir.Table, as_of: date) -> ir.Table:
    slips_on = people.ordered_on + (people.slipping_days + 1).as_interval("D")
    lost_on = people.ordered_on + (people.lost_days + 1).as_interval("D")
    is_lost, is_slipping = people.stage == "lost", people.stage == "slipping"
    has_stage = people.stage.notnull()
    people = people.mutate(
        last_order_on=people.ordered_on,
        order_day_count=people.gap_count + 1,
        stage_since_on=ibis.cases(
            (~has_stage, ibis.null("date")),
            (is_lost, lost_on.cast("date")),
            (is_slipping, slips_on.cast("date")),
            else_=people.bought_since_on,
        ),
        next_stage=ibis.cases(
            (~has_stage | is_lost, ibis.null("string")), (is_slipping, "lost"), else_="slipping"
        ),
        next_stage_on=ibis.cases(
            (~has_stage | is_lost, ibis.null("date")),
            (is_slipping, lost_on.cast("date")),
            else_=slips_on.cast("date"),
        ),
    )
    until_next = people.next_stage_on.delta(ibis.literal(as_of), unit="day")
    return people.mutate(days_until_next_stage=until_next)


TRAITS = (
    Trait(
        "lifecycle_stage",
        "text",
        Text("Lifecycle stage", "生命周期阶段"),
        Text(
            "new, active, loyal, slipping, lost or won_back, by the customer's own gaps",
            "新客、活跃、忠诚、下滑、流失或召回，按本人购买间隔判断",
        ),
        column="stage",
    ),
    Trait(
        "lifecycle_since_on",
        "day",
        Text("In the stage since", "进入阶段日期"),
        Text("first day in the lifecycle stage", "进入当前生命周期阶段的第一天"),
        column="stage_since_on",
    ),
    Trait(
        "slipping_after_days",
        "integer",
        Text("Slips after", "流失预警天数"),
        Text("the customer slips when away for longer", "超过此天数未下单即视为下滑"),
        unit="days",
        column="slipping_days",
    ),
    Trait(
        "lost_after_days",
        "integer",
        Text("Lost after", "判定流失天数"),
        Text("the customer is lost when away for longer", "超过此天数未下单即视为流失"),
        unit="days",
        column="lost_days",
    ),
    Trait(
        "next_lifecycle_stage_on",
        "day",
        Text("Next stage on", "进入下一阶段日期"),
        Text(
            "slipping or lost from this day if the customer stays away",
            "若一直不下单，从这天起进入下滑或流失",
        ),
        column="next_stage_on",
    ),
)

ANALYSIS = Analysis(
    title=Text("Lifecycle", "客户生命周期"),
    question=Text(
        "Who is new, active, loyal, slipping, lost or won back, by the customer's own rhythm?",
        "按顾客自己的购买节奏，谁是新客、活跃、忠诚、下滑、流失或被召回？",
    ),
    reads=("orders",),
    returns=RETURNS,
    compute=lifecycle,
    traits=TRAITS,
)
