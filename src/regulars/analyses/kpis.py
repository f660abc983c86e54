"""KPIs: the shop's key figures in the last full period, against the one before and last year.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         returns      one row per return_id
         customers    one row per customer_id
         products     one row per product_id
Returns  one row per (metric, period)
         value | previous_value | last_year_value number in ``unit``
         change_rate | last_year_change_rate, relative, null for rates; for those
         change_points | last_year_change_points, the difference: 0.012 = 1.2 points
         A period that the data does not reach back to has null, never 0.
Figure   figures/kpis.py
Source   metric definitions: Farris, Bendle, Pfeifer & Reibstein (2010) Marketing Metrics,
         2nd ed., ch. 3 (margins), 5 (customers) and 6 (sales); Levy & Weitz, Retailing
         Management, ch. 6 (net sales = sales less returns)
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import Period, comparison, until
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text


@dataclass(frozen=True)
class Metric:
    """One figure: how it follows from the sums of one period, and what it counts in."""

    name: str
    unit: Literal["money", "count", "rate", "number"]
    label: Text


METRICS = (
    Metric("net_sales", "money", Text("Net sales", "净销售额")),
    Metric("order_count", "count", Text("Orders", "订单数")),
    Metric("customer_count", "count", Text("Identified customers", "下单顾客数")),
    Metric("new_customer_count", "count", Text("New customers", "新客数")),
    Metric("average_order_value", "money", Text("Average order value", "客单价")),
    Metric("units_per_order", "number", Text("Units per order", "客单件数")),
    Metric("gross_margin_rate", "rate", Text("Gross margin", "毛利率")),
    Metric("known_cost_share", "rate", Text("Sales with known cost", "成本已知占比")),
    Metric("discount_share", "rate", Text("Discount share", "折扣率")),
    Metric("return_rate", "rate", Text("Return rate", "退货率")),
    Metric("repurchase_rate", "rate", Text("Repurchase rate", "复购率")),
    Metric("active_member_count", "count", Text("Active members", "活跃会员数")),
)

RETURNS = Table(
    name="kpis",
    grain="(metric, period)",
    key=("metric", "period"),
    columns=(
        Column("metric", "text", "net_sales, order_count ...", "指标"),
        Column("metric_order", "integer", "its place in the list, from 1", "序号"),
        Column("label_en", "text", "its English name", "英文名称"),
        Column("label_zh", "text", "its Chinese name", "中文名称"),
        Column("unit", "text", "money, count, rate (0-1) or number", "单位"),
        Column("period", "text", "day, week, month or last_28_days", "周期"),
        Column("started_on", "day", "first day of the period", "开始日期"),
        Column("ended_on", "day", "last day of the period", "结束日期"),
        Column("value", "number", "in the period", "本期", nullable=True),
        Column("previous_value", "number", "in the period before", "上期", nullable=True),
        Column(
            "last_year_value", "number", "in the same period last year", "去年同期", nullable=True
        ),
        Column("change_rate", "number", "against the period before", "环比", nullable=True),
        Column("last_year_change_rate", "number", "against last year", "同比", nullable=True),
        Column(
            "change_points",
            "number",
            "difference of a rate against the period before: 0.012 = 1.2 points",
            "环比（百分点）",
            nullable=True,
        ),
        Column(
            "last_year_change_points",
            "number",
            "difference of a rate against last year: 0.012 = 1.2 points",
            "同比（百分点）",
            nullable=True,
        ),
    ),
)


def kpis(
    orders: ir.Table,
    order_lines: ir.Table,
    returns: ir.Table,
    customers: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    period: Literal["day", "week", "month", "last_28_days"] = "last_28_days",
    repurchase_days: int = 90,
) -> ir.Table:
    """The figures of the last full ``period`` up to as_of (inclusive).

    net_sales: orders' net less refunds booked in the period. average_order_value and
    units_per_order: before refunds. gross_margin_rate: of lines whose cost is known, which
    is known_cost_share of the lines' money. discount_share: discounts of gross.
    return_rate: refunds booked in the period of its orders' net. repurchase_rate: of the
    customers who ordered in the ``repurchase_days`` up to the period's end, those who did
    at least twice. active_member_count: members who ordered in the period.
    Every figure is summed on its own grain before figures meet. Raises ParameterInvalid.
    """
    check_whole("repurchase_days", repurchase_days, 1, 3650)
    periods = comparison(period, as_of)
    grains = (
        _order_sums(orders, periods),
        _line_sums(orders, order_lines, products, periods),
        _return_sums(returns, periods),
        _customer_sums(orders, customers, periods, repurchase_days),
    )
    sums = grains[0]
    for grain in grains[1:]:
        sums = sums.cross_join(grain)
    windows = {p.name: p.ended_on - timedelta(days=repurchase_days - 1) for p in periods}
    values = {
        f"{name}_{p.name}": value
        for p in periods
        for name, value in _values(sums, p, windows[p.name]).items()
    }
    figures = sums.select(**values)
    rows = [_row(n, m, period, periods[0], figures) for n, m in enumerate(METRICS, start=1)]
    return shaped(figures.select(row=ibis.array(rows).unnest()).unpack("row"), RETURNS)


def _order_sums(orders: ir.Table, periods: tuple[Period, ...]) -> ir.Table:
    sums: dict[str, ir.Value] = {"first_order_on": orders.ordered_at.min().date()}
    for period in periods:
        within = period.holds(orders.ordered_at)
        sums |= {
            f"order_count_{period.name}": orders.count(where=within),
            f"order_amount_{period.name}": orders.net_amount.sum(where=within),
            f"gross_amount_{period.name}": orders.gross_amount.sum(where=within),
            f"discount_amount_{period.name}": orders.discount_amount.sum(where=within),
        }
    return orders.aggregate(**sums)


def _line_sums(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, periods: tuple[Period, ...]
) -> ir.Table:
    dated = orders.select("order_id", "ordered_at").filter(
        ibis.or_(*(period.holds(orders.ordered_at) for period in periods))
    )
    costs = products.select("product_id", product_cost="unit_cost")
    lines = order_lines.inner_join(dated, "order_id").left_join(costs, "product_id")
    cost = ibis.coalesce(lines.unit_cost, lines.product_cost).cast("float64") * lines.quantity
    sums: dict[str, ir.Value] = {}
    for period in periods:
        within = period.holds(lines.ordered_at)
        known = within & cost.notnull()
        sums |= {
            f"quantity_{period.name}": lines.quantity.sum(where=within),
            f"line_amount_{period.name}": lines.net_amount.sum(where=within),
            f"costed_amount_{period.name}": lines.net_amount.sum(where=known),
            f"cost_amount_{period.name}": cost.sum(where=known),
        }
    return lines.aggregate(**sums)


def _return_sums(returns: ir.Table, periods: tuple[Period, ...]) -> ir.Table:
    at = returns.returned_at
    return returns.aggregate(
        **{
            f"refund_amount_{period.name}": returns.refund_amount.sum(where=period.holds(at))
            for period in periods
        }
    )


def _customer_sums(
    orders: ir.Table, customers: ir.Table, periods: tuple[Period, ...], repurchase_days: int
) -> ir.Table:
    """Counts of people: one row per customer first, then one row in all."""
    is_past = until(orders.ordered_at, periods[0].ended_on)
    known = orders.filter(orders.customer_id.notnull(), is_past)
    counts: dict[str, ir.Value] = {"first_on": known.ordered_at.min().date()}
    for period in periods:
        opened_on = period.ended_on - timedelta(days=repurchase_days - 1)
        lately = Period("lately", opened_on, period.ended_on)
        counts[f"in_{period.name}"] = known.count(where=period.holds(known.ordered_at))
        counts[f"lately_{period.name}"] = known.count(where=lately.holds(known.ordered_at))
    people = known.group_by("customer_id").aggregate(**counts)
    members = customers.filter(customers.is_member)
    members = members.select("customer_id", "is_member", joined_on=members.joined_at.date())
    people = people.left_join(members, "customer_id")
    sums: dict[str, ir.Value] = {}
    for period in periods:
        bought, lately = people[f"in_{period.name}"] > 0, people[f"lately_{period.name}"]
        joined = people.is_member & (
            people.joined_on.isnull() | (people.joined_on <= period.ended_on)
        )
        sums |= {
            f"customer_count_{period.name}": people.count(where=bought),
            f"new_customer_count_{period.name}": people.count(where=period.holds(people.first_on)),
            f"lately_count_{period.name}": people.count(where=lately >= 1),
            f"again_count_{period.name}": people.count(where=lately >= 2),
            f"active_member_count_{period.name}": people.count(
                where=bought & joined.fill_null(False)
            ),
        }
    return people.aggregate(**sums)


def _values(sums: ir.Table, period: Period, window_opened_on: date) -> dict[str, ir.Value]:
    """Each metric of one period; null where the data does not reach back to its first day."""

    def amount(name: str) -> ir.FloatingValue:
        return sums[f"{name}_{period.name}"].cast("float64").fill_null(0.0)

    def rate(part: ir.FloatingValue, whole: ir.FloatingValue) -> ir.FloatingValue:
        return part / whole.nullif(0.0)

    orders_amount, order_count = amount("order_amount"), amount("order_count")
    costed = amount("costed_amount")
    found = {
        "net_sales": orders_amount - amount("refund_amount"),
        "order_count": order_count,
        "customer_count": amount("customer_count"),
        "new_customer_count": amount("new_customer_count"),
        "average_order_value": rate(orders_amount, order_count),
        "units_per_order": rate(amount("quantity"), order_count),
        "gross_margin_rate": rate(costed - amount("cost_amount"), costed),
        "known_cost_share": rate(costed, amount("line_amount")),
        "discount_share": rate(amount("discount_amount"), amount("gross_amount")),
        "return_rate": rate(amount("refund_amount"), orders_amount),
        "repurchase_rate": rate(amount("again_count"), amount("lately_count")),
        "active_member_count": amount("active_member_count"),
    }
    reached = sums.first_order_on <= _reach(period, period.started_on)
    window_reached = sums.first_order_on <= _reach(period, window_opened_on)
    return {
        name: (window_reached if name == "repurchase_rate" else reached).ifelse(
            value, ibis.null("float64")
        )
        for name, value in found.items()
    }


def _reach(period: Period, opened_on: date) -> date:
    """How far back orders must reach: the current period is shown even where it is not whole."""
    return period.ended_on if period.name == "current" else opened_on


def _row(
    number: int, metric: Metric, period: str, current: Period, figures: ir.Table
) -> ir.StructValue:
    value, previous, last_year = (
        figures[f"{metric.name}_{slot}"] for slot in ("current", "previous", "last_year")
    )
    return ibis.struct(
        {
            "metric": metric.name,
            "metric_order": number,
            "label_en": metric.label.en,
            "label_zh": metric.label.zh,
            "unit": metric.unit,
            "period": period,
            "started_on": ibis.literal(current.started_on),
            "ended_on": ibis.literal(current.ended_on),
            "value": value,
            "previous_value": previous,
            "last_year_value": last_year,
            **_changes(metric, value, previous, last_year),
        }
    )


def _changes(
    metric: Metric, value: ir.Value, previous: ir.Value, last_year: ir.Value
) -> dict[str, ir.Value]:
    """Amounts and counts change by a share of what they were, rates by points."""
    nothing = ibis.null("float64")
    relative = {
        "change_rate": (value - previous) / previous.nullif(0.0).abs(),
        "last_year_change_rate": (value - last_year) / last_year.nullif(0.0).abs(),
    }
    points = {"change_points": value - previous, "last_year_change_points": value - last_year}
    if metric.unit == "rate":
        return dict.fromkeys(relative, nothing) | points
    return relative | dict.fromkeys(points, nothing)


ANALYSIS = Analysis(
    title=Text("Key figures", "关键指标"),
    question=Text(
        "How is the shop doing, against the period before and last year?",
        "店铺经营得怎么样，与上期和去年同期相比如何？",
    ),
    reads=("orders", "order_lines", "returns", "customers", "products"),
    returns=RETURNS,
    compute=kpis,
)
