"""Cohort retention: of those who first bought in a month, how many bought again in each later one.

Reads    orders       one row per order_id
         returns      one row per return_id
Returns  one row per (cohort_on, months_since)
         customer_count int   | active_count int | retention_rate 0-1
         net_amount money less refunds booked in that month
         Only full months, unless with_incomplete_month asks for the running one, flagged.
Figure   figures/cohort_retention.py
Source   Fader & Hardie (2009) Probability models for customer-base analysis, J. Interactive
         Marketing 23(1), section 2, for cohorts by first purchase. Customers of the data's
         first months may have bought before the data begins.
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import month_end, month_start, until
from regulars.tables.analysis import Analysis
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

RETURNS = Table(
    name="cohort_retention",
    grain="(cohort, months since)",
    key=("cohort_on", "months_since"),
    columns=(
        Column("cohort_on", "day", "first day of the month of the first order", "首购月份"),
        Column(
            "months_since", "integer", "months after it; 0 = that month", "第几个月", unit="months"
        ),
        Column("month_on", "day", "first day of the month looked at", "观察月份"),
        Column("customer_count", "integer", "customers of the cohort", "新客人数"),
        Column("active_count", "integer", "of them, those who ordered in the month", "活跃人数"),
        Column("retention_rate", "number", "active_count / customer_count", "留存率"),
        Column("net_amount", "money", "their orders' net less refunds, in the month", "净销售额"),
        Column(
            "is_complete", "flag", "false where the month was still running at as_of", "是否完整月"
        ),
    ),
)


def cohort_retention(
    orders: ir.Table, returns: ir.Table, *, as_of: date, with_incomplete_month: bool = False
) -> ir.Table:
    """The cohort table up to the last full month, or up to as_of ``with_incomplete_month``."""
    is_full = as_of == month_end(as_of)
    last = month_start(as_of, 0 if is_full or with_incomplete_month else 1)
    ended_on = min(month_end(last), as_of)
    known = orders.filter(orders.customer_id.notnull(), until(orders.ordered_at, ended_on))
    months = known.group_by(
        customer_id=known.customer_id, month_on=known.ordered_at.date().truncate("M")
    ).aggregate(paid_amount=known.net_amount.sum())
    first = months.group_by("customer_id").aggregate(cohort_on=months.month_on.min())
    active = months.inner_join(first, "customer_id")
    active = active.group_by("cohort_on", "month_on").aggregate(
        active_count=active.count(), paid_amount=active.paid_amount.sum()
    )
    refunds = _refunds(orders, returns, first, ended_on)
    rows = _cells(first, last).left_join(active, ["cohort_on", "month_on"])
    rows = rows.drop("cohort_on_right", "month_on_right")
    rows = rows.left_join(refunds, ["cohort_on", "month_on"])
    active_count = rows.active_count.fill_null(0)
    rows = rows.mutate(
        active_count=active_count,
        retention_rate=active_count / rows.customer_count,
        net_amount=rows.paid_amount.fill_null(0) - rows.refund_amount.fill_null(0),
        is_complete=ibis.literal(is_full) | (rows.month_on < month_start(as_of)),
    )
    return shaped(rows, RETURNS).order_by("cohort_on", "months_since")


def _cells(first: ir.Table, last: date) -> ir.Table:
    """Every (cohort, month) up to the last month: one where nobody came is a row too."""
    cohorts = first.group_by("cohort_on").aggregate(customer_count=first.count())
    age = (last.year - cohorts.cohort_on.year()) * 12 + last.month - cohorts.cohort_on.month()
    cells = cohorts.mutate(months_since=ibis.range(0, age.cast("int64") + 1).unnest())
    number = cells.cohort_on.year() * 12 + cells.cohort_on.month() - 1 + cells.months_since
    return cells.mutate(
        months_since=cells.months_since.cast("int64"),
        month_on=ibis.date((number // 12).cast("int32"), (number % 12 + 1).cast("int32"), 1),
    )


def _refunds(orders: ir.Table, returns: ir.Table, first: ir.Table, ended_on: date) -> ir.Table:
    """Refunds by the cohort of who returned (else of who ordered) and the month booked."""
    booked = returns.filter(until(returns.returned_at, ended_on))
    booked = booked.left_join(orders.select("order_id", buyer_id="customer_id"), "order_id")
    booked = booked.select(
        customer_id=ibis.coalesce(booked.customer_id, booked.buyer_id),
        month_on=booked.returned_at.date().truncate("M"),
        refund_amount=booked.refund_amount,
    )
    booked = booked.filter(booked.customer_id.notnull()).inner_join(first, "customer_id")
    return booked.group_by("cohort_on", "month_on").aggregate(
        refund_amount=booked.refund_amount.sum()
    )


ANALYSIS = Analysis(
    title=Text("Cohort retention", "同期群留存"),
    question=Text(
        "Of each month's newcomers, how many buy again in the months after?",
        "每个月的新客，在之后各月还有多少人回来购买？",
    ),
    reads=("orders", "returns"),
    returns=RETURNS,
    compute=cohort_retention,
)
