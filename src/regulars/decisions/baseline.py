"""How many such customers would order anyway: read off the shop's own recent past.

Take every customer as known one window ago, put alike ones together (``group``), and count
who has ordered since. Small groups lean towards all customers of the kind, and these
towards the whole shop, as if ten more of the larger circle stood in the smaller.
"""

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

LEANING = 10


def behaviour(orders: ir.Table, day: date) -> ir.Table:
    """One row per customer as known after the local day ``day``.

    customer_id | order_count int | days_since_last_order int | mean_gap_days float, null
    for one order only
    """
    known = orders.filter(orders.customer_id.notnull(), orders.ordered_at.date() <= day)
    days = known.select("customer_id", ordered_on=known.ordered_at.date())
    sums = days.group_by("customer_id").aggregate(
        order_count=days.count(), first_on=days.ordered_on.min(), last_on=days.ordered_on.max()
    )
    span = sums.last_on.delta(sums.first_on, unit="day").cast("float64")
    return sums.select(
        customer_id=sums.customer_id,
        order_count=sums.order_count,
        days_since_last_order=ibis.literal(day).delta(sums.last_on, unit="day"),
        mean_gap_days=span / (sums.order_count - 1).nullif(0),
    )


def with_baseline(
    candidates: ir.Table,
    orders: ir.Table,
    *,
    as_of: date,
    window_days: int,
    group: Callable[[ir.Table], ir.IntegerValue],
) -> ir.Table:
    """The candidates that ``group`` gives a number, with their ``response_baseline`` (0-1).

    ``candidates`` has the columns of ``behaviour``; ``group`` maps them to a whole number,
    null for customers that are not of the kind. Nobody is left where the shop had no
    customer one window ago: there is nothing to go by.
    """
    then = as_of - timedelta(days=window_days)
    past = _past(orders, then, as_of)
    past = past.mutate(customer_group=group(past))
    is_of_kind = past.customer_group.notnull()
    shop_share = past.has_come.mean()
    of_kind = past.has_come.sum(where=is_of_kind).fill_null(0), is_of_kind.sum().fill_null(0)
    overall = past.aggregate(kind_share=_leaning(*of_kind, shop_share))
    seen = past.filter(is_of_kind)
    groups = seen.group_by("customer_group").aggregate(
        come_count=seen.has_come.sum(), seen_count=seen.count()
    )
    rows = candidates.mutate(customer_group=group(candidates))
    rows = rows.filter(rows.customer_group.notnull())
    rows = rows.left_join(groups, "customer_group").cross_join(overall)
    come, count = rows.come_count.fill_null(0), rows.seen_count.fill_null(0)
    rows = rows.mutate(response_baseline=_leaning(come, count, rows.kind_share))
    rows = rows.filter(rows.response_baseline.notnull())
    return rows.select(*candidates.columns, "response_baseline")


def _past(orders: ir.Table, then: date, as_of: date) -> ir.Table:
    """Every customer as known then, and whether they ordered since (``has_come`` 0 or 1)."""
    ordered_on = orders.ordered_at.date()
    since = orders.filter(ordered_on > then, ordered_on <= as_of)
    came = since.select("customer_id").distinct().mutate(came=ibis.literal(1.0))
    past = behaviour(orders, then).left_join(came, "customer_id").drop("customer_id_right")
    return past.mutate(has_come=past.came.fill_null(0.0))


def _leaning(come: ir.Value, count: ir.Value, share: ir.Value) -> ir.Value:
    return (come + LEANING * share) / (count + LEANING)
