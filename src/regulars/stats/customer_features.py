"""What is known of each customer on a day, as numbers: the one description that models learn from.

Gaps are days between successive days with orders. Trips to a shop and orders on the web weigh
alike. A share, mean or ratio without anything to divide by is null, never 0.

    features = customer_features(orders, order_lines, products, returns, day=date(2026, 3, 31))
    panel = customer_panel(orders, order_lines, products, returns, days=[...])

``FEATURES`` says what each column is called, in which unit, and how it reads in a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import until
from regulars.tables.text import Text

FeatureUnit = Literal["", "days", "orders", "money", "share", "times"]
KEY = ("customer_id", "as_of_on")
WINDOWS = (90, 365)
LATE_HOUR, EARLY_HOUR = 18, 12


@dataclass(frozen=True)
class Feature:
    """One column: its name for people, and the unit of its numbers ('times' is a ratio)."""

    label: Text
    unit: FeatureUnit = ""


FEATURES: dict[str, Feature] = {
    "days_since_last_order": Feature(Text("days since the last order", "距上次下单天数"), "days"),
    "customer_age_days": Feature(Text("days since the first order", "距首次下单天数"), "days"),
    "order_count": Feature(Text("orders so far", "累计订单数"), "orders"),
    "order_day_count": Feature(Text("days with orders", "下单天数"), "days"),
    "order_count_90": Feature(Text("orders in the last 90 days", "近 90 天订单数"), "orders"),
    "order_count_365": Feature(Text("orders in the last 365 days", "近 365 天订单数"), "orders"),
    "mean_gap_days": Feature(Text("mean gap between orders", "平均购买间隔"), "days"),
    "sd_gap_days": Feature(Text("unevenness of the gaps", "购买间隔波动"), "days"),
    "own_gap_quantile_days": Feature(
        Text("long gap for this customer", "本人偏长的购买间隔"), "days"
    ),
    "last_gap_days": Feature(Text("gap before the last order", "最近一次购买间隔"), "days"),
    "days_since_to_mean_gap": Feature(
        Text("days since the last order, against the own mean gap", "距上次下单天数与平均间隔之比"),
        "times",
    ),
    "net_amount_total": Feature(Text("spend so far", "累计消费"), "money"),
    "net_amount_90": Feature(Text("spend in the last 90 days", "近 90 天消费"), "money"),
    "net_amount_365": Feature(Text("spend in the last 365 days", "近 365 天消费"), "money"),
    "spend_trend": Feature(
        Text("spend a day of late, against the year's", "近期日均消费与全年之比"), "times"
    ),
    "average_order_value": Feature(Text("spend per order", "客单价"), "money"),
    "discount_share": Feature(Text("share of discounts", "折扣占比"), "share"),
    "coupon_order_share": Feature(Text("share of orders with a coupon", "用券订单占比"), "share"),
    "return_share": Feature(Text("share of spend refunded", "退款占比"), "share"),
    "product_count": Feature(Text("different products", "购买商品种数")),
    "category_count": Feature(Text("different categories", "购买品类数")),
    "lines_per_order": Feature(Text("order lines per order", "每单商品行数")),
    "online_share": Feature(Text("share of orders outside shops", "线上订单占比"), "share"),
    "store_count": Feature(Text("different shops", "光顾门店数")),
    "morning_share": Feature(Text("share of orders before noon", "中午前订单占比"), "share"),
    "evening_share": Feature(Text("share of orders after six p.m.", "晚间订单占比"), "share"),
    "weekend_share": Feature(Text("share of orders at weekends", "周末订单占比"), "share"),
}


def customer_features(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    day: date,
    gap_quantile: float = 0.9,
) -> ir.Table:
    """customer_id and FEATURES of everybody with an order up to the local ``day``, lazy.

    ``own_gap_quantile_days`` is the ``gap_quantile`` of the customer's own gaps, between two of
    them by straight line; null with one day of orders, and no estimate of anything where there
    are few: `order_day_count` says how many. Later rows do not exist.
    """
    made = customer_panel(
        orders, order_lines, products, returns, days=[day], gap_quantile=gap_quantile
    )
    return made.drop("as_of_on")


def customer_panel(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    days: Sequence[date],
    gap_quantile: float = 0.9,
) -> ir.Table:
    """The same on several days, one row per customer_id and as_of_on of those who had ordered.

    Each day knows what happened up to it and nothing else. The tables are read once; the rows
    between grow with the days: give a sample of customers' orders where there are many.
    """
    bought = _bought(orders, days)
    rows = _summed(bought).inner_join(_gaps(bought, gap_quantile), KEY)
    for more in (_baskets(bought, order_lines, products), _refunds(bought, orders, returns, days)):
        rows = rows.left_join(more, KEY).drop("customer_id_right", "as_of_on_right")
    return _related(rows).select(*KEY, *FEATURES)


def _bought(orders: ir.Table, days: Sequence[date]) -> ir.Table:
    """Each order once for every day that knows it."""
    known = orders.filter(until(orders.ordered_at, max(days)), orders.customer_id.notnull())
    known = known.mutate(ordered_on=known.ordered_at.date(), ordered_hour=known.ordered_at.hour())
    return _for_each(known, days, "ordered_on")


def _for_each(rows: ir.Table, days: Sequence[date], happened_on: str) -> ir.Table:
    """Rows once for every day on or after theirs, as as_of_on."""
    if len(days) == 1:
        return rows.mutate(as_of_on=ibis.literal(days[0]))
    rows = rows.mutate(as_of_on=ibis.array([ibis.literal(day) for day in days]).unnest())
    return rows.filter(rows[happened_on] <= rows.as_of_on)


def _summed(bought: ir.Table) -> ir.Table:
    """Sums and shares of orders."""
    since = bought.as_of_on.delta(bought.ordered_on, unit="day")
    weekday = bought.ordered_on.day_of_week.index()
    count = bought.count()

    def share(where: ir.BooleanValue) -> ir.NumericValue:
        return bought.count(where=where) / count

    windows = {
        **{f"order_count_{w}": bought.count(where=since < w) for w in WINDOWS},
        **{f"net_amount_{w}": _money(bought.net_amount.sum(where=since < w)) for w in WINDOWS},
    }
    return bought.group_by(*KEY).aggregate(
        order_count=count,
        customer_age_days=since.max(),
        days_since_last_order=since.min(),
        net_amount_total=_money(bought.net_amount.sum()),
        gross_amount=_money(bought.gross_amount.sum()),
        discount_amount=_money(bought.discount_amount.sum()),
        coupon_order_share=share(bought.coupon_codes.length() > 0),
        online_share=share(bought.channel != "store"),
        store_count=bought.store_id.nunique(),
        morning_share=share(bought.ordered_hour < EARLY_HOUR),
        evening_share=share(bought.ordered_hour >= LATE_HOUR),
        weekend_share=share(weekday >= 5),
        **windows,
    )


def _money(amount: ir.NumericValue) -> ir.NumericValue:
    # summed as decimals first: a sum of floats depends on the order of the rows
    return amount.fill_null(0).cast("float64")


def _gaps(bought: ir.Table, gap_quantile: float) -> ir.Table:
    """Days with orders, and the gaps between them, from sums of whole days."""
    days = bought.select(*KEY, "ordered_on").distinct()
    window = ibis.window(group_by=KEY, order_by=days.ordered_on)
    days = days.mutate(gap=days.ordered_on.delta(days.ordered_on.lag().over(window), unit="day"))
    sums = days.group_by(*KEY).aggregate(
        order_day_count=days.count(),
        gap_count=days.gap.count(),
        gap_sum=days.gap.sum(),
        gap_squares=(days.gap * days.gap).sum(),
        own_gap_quantile_days=days.gap.cast("float64").quantile(gap_quantile),
        last_gap_days=days.gap.argmax(days.ordered_on),
    )
    n = sums.gap_count
    spread = (n * sums.gap_squares - sums.gap_sum * sums.gap_sum) / (n * (n - 1)).nullif(0)
    return sums.mutate(mean_gap_days=sums.gap_sum / n.nullif(0), sd_gap_days=spread.sqrt())


def _baskets(bought: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    """Lines, different products and categories (the first level of their paths)."""
    whose = bought.select("order_id", *KEY)
    lines = order_lines.select("order_id", "product_id").inner_join(whose, "order_id")
    # a row per customer and product first: counting distinct texts of all lines costs far more
    each = lines.group_by(*KEY, "product_id").aggregate(line_count=lines.count())
    category = products.category.split("/")[0]
    each = each.left_join(products.select("product_id", category=category), "product_id")
    return each.group_by(*KEY).aggregate(
        line_count=each.line_count.sum(),
        product_count=each.product_id.nunique(),
        category_count=each.category.nunique(),
    )


def _refunds(
    bought: ir.Table, orders: ir.Table, returns: ir.Table, days: Sequence[date]
) -> ir.Table:
    """Refunded so far: of who returned it, or whose order it was."""
    known = returns.filter(until(returns.returned_at, max(days)))
    buyer = orders.select("order_id", buyer_id="customer_id")
    known = known.left_join(buyer, "order_id")
    known = known.select(
        "refund_amount",
        customer_id=ibis.coalesce(known.customer_id, known.buyer_id),
        returned_on=known.returned_at.date(),
    )
    known = _for_each(known.filter(known.customer_id.notnull()), days, "returned_on")
    return known.group_by(*KEY).aggregate(refund_amount=_money(known.refund_amount.sum()))


def _related(rows: ir.Table) -> ir.Table:
    """Ratios of what was summed."""
    net, orders = rows.net_amount_total, rows.order_count
    late, year = (ibis.least(rows.customer_age_days + 1, window) for window in WINDOWS)
    return rows.mutate(
        days_since_to_mean_gap=rows.days_since_last_order / rows.mean_gap_days.nullif(0.0),
        average_order_value=net / orders,
        spend_trend=(rows.net_amount_90 / late) / (rows.net_amount_365 / year).nullif(0.0),
        discount_share=rows.discount_amount / rows.gross_amount.nullif(0.0),
        return_share=rows.refund_amount.fill_null(0.0) / net.nullif(0.0),
        lines_per_order=rows.line_count / orders,
    )
