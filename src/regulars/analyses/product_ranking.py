"""Product ranking: best and worst sellers, and which of them rise or fall.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         returns      one row per return_id
         products     one row per product_id
Returns  one row per product_id, or per (store_id, product_id) with by_store, that sold or
         came back in the period, the one before or the same last year
         net_sales money less refunds | unit_count | gross_margin_rate, of costed lines
         return_rate = pieces returned / pieces sold in the period
         product_rank from the top, worst_rank from the bottom; trend of net sales
Figure   figures/product_ranking.py
Source   counting; margins as in Farris et al. (2010) Marketing Metrics, 2nd ed., ch. 3
"""

from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import Period, comparison, period_of, until
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_choice, check_number
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

RANKED_BY = ("net_sales", "unit_count", "gross_margin_amount", "return_rate", "change_amount")

RETURNS = Table(
    name="product_ranking",
    grain="product (by_store: store and product)",
    key=("store_id", "product_id"),
    columns=(
        Column("store_id", "text", "store; null = all stores together", "门店编号", nullable=True),
        Column("product_id", "text", "the product", "商品编码"),
        Column("product_name", "text", "its name", "商品名称"),
        Column("category", "text", "its category", "品类"),
        Column("started_on", "day", "first day of the period", "开始日期"),
        Column("ended_on", "day", "last day of the period", "结束日期"),
        Column("product_rank", "integer", "1 = largest of the figure ranked by", "排名"),
        Column("worst_rank", "integer", "1 = smallest of it", "倒数排名"),
        Column("unit_count", "number", "pieces sold", "销量", unit="pieces"),
        Column("net_sales", "money", "lines' net less refunds", "净销售额"),
        Column("net_sales_share", "number", "of all products", "销售占比", nullable=True),
        Column("gross_margin_amount", "money", "of lines with known cost", "毛利额", nullable=True),
        Column("gross_margin_rate", "number", "of lines with known cost", "毛利率", nullable=True),
        Column("return_rate", "number", "pieces returned / sold", "退货率", nullable=True),
        Column("previous_net_sales", "money", "the period before", "上期净销售额", nullable=True),
        Column("last_year_net_sales", "money", "last year", "去年同期净销售额", nullable=True),
        Column("change_amount", "money", "against the period before", "变化金额", nullable=True),
        Column("change_rate", "number", "against the period before", "环比", nullable=True),
        Column("last_year_change_rate", "number", "against last year", "同比", nullable=True),
        Column("trend", "text", "new, rising, steady, falling, stopped or unknown", "趋势"),
    ),
)


def product_ranking(
    orders: ir.Table,
    order_lines: ir.Table,
    returns: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    period: Literal["day", "week", "month", "last_28_days"] = "last_28_days",
    by: Literal[
        "net_sales", "unit_count", "gross_margin_amount", "return_rate", "change_amount"
    ] = "net_sales",
    by_store: bool = False,
    trend_threshold: float = 0.2,
) -> ir.Table:
    """Every product of the last full ``period``, ranked ``by`` a figure, largest first.

    trend: rising or falling where net sales changed by at least ``trend_threshold`` of the
    period before; new where the product never sold before the period; stopped where it
    sold in the period before and not in this one. Ranks of equals go by product_id.
    Raises ParameterInvalid.
    """
    check_choice("by", by, RANKED_BY)
    check_number("trend_threshold", trend_threshold, 0, 100)
    periods = comparison(period, as_of)
    dated = orders.select(
        "order_id", "ordered_at", store_id=orders.store_id if by_store else ibis.null("string")
    )
    dated = dated.filter(until(dated.ordered_at, periods[0].ended_on))
    sold = _sold(dated, order_lines, products, periods)
    rows = _with_refunds(sold, _refunded(dated, returns, periods))
    first = dated.aggregate(first_order_on=dated.ordered_at.min().date())
    rows = _measured(rows.cross_join(first), periods, trend_threshold)
    names = products.select("product_id", "product_name", "category")
    rows = rows.left_join(names, "product_id")
    rows = rows.mutate(
        product_name=ibis.coalesce(rows.product_name, rows.product_id),
        category=ibis.coalesce(rows.category, "unknown"),
        started_on=ibis.literal(periods[0].started_on),
        ended_on=ibis.literal(periods[0].ended_on),
    )
    return shaped(_ranked(rows, by), RETURNS).order_by("store_id", "product_rank")


def _sold(
    dated: ir.Table, order_lines: ir.Table, products: ir.Table, periods: tuple[Period, ...]
) -> ir.Table:
    """What each product sold in each period, and the day it first sold."""
    lines = order_lines.inner_join(dated, "order_id")
    lines = lines.left_join(products.select("product_id", product_cost="unit_cost"), "product_id")
    cost = ibis.coalesce(lines.unit_cost, lines.product_cost).cast("float64") * lines.quantity
    lines = lines.mutate(slot=period_of(lines.ordered_at, periods), cost=cost)
    now = lines.slot == "current"
    sums = lines.group_by("store_id", "product_id").aggregate(
        first_sold_on=lines.ordered_at.min().date(),
        line_count=lines.slot.count(),
        unit_count=lines.quantity.sum(where=now).fill_null(0.0),
        costed_amount=lines.net_amount.sum(where=now & lines.cost.notnull()).cast("float64"),
        cost_amount=lines.cost.sum(where=now),
        **{
            f"sold_{p.name}": lines.net_amount.sum(where=lines.slot == p.name).fill_null(0)
            for p in periods
        },
    )
    return sums.filter(sums.line_count > 0)


def _refunded(dated: ir.Table, returns: ir.Table, periods: tuple[Period, ...]) -> ir.Table:
    """What was refunded for each product in each period."""
    booked = returns.mutate(slot=period_of(returns.returned_at, periods))
    booked = booked.filter(booked.slot.notnull())
    booked = booked.select("order_id", "product_id", "quantity", "refund_amount", "slot")
    booked = booked.left_join(dated.select("order_id", "store_id"), "order_id")
    now = booked.slot == "current"
    return booked.group_by("store_id", "product_id").aggregate(
        returned_count=booked.quantity.sum(where=now),
        **{
            f"refunded_{p.name}": booked.refund_amount.sum(where=booked.slot == p.name)
            for p in periods
        },
    )


def _with_refunds(sold: ir.Table, refunded: ir.Table) -> ir.Table:
    """Sales and refunds side by side; a product that only came back is a row too."""
    refunded = refunded.rename(refund_store="store_id", refund_product="product_id")
    same_store = sold.store_id.identical_to(refunded.refund_store)
    rows = sold.outer_join(refunded, [sold.product_id == refunded.refund_product, same_store])
    return rows.mutate(
        store_id=ibis.coalesce(rows.store_id, rows.refund_store),
        product_id=ibis.coalesce(rows.product_id, rows.refund_product),
        unit_count=rows.unit_count.fill_null(0.0),
    )


def _measured(rows: ir.Table, periods: tuple[Period, ...], threshold: float) -> ir.Table:
    net = {
        p.name: rows[f"sold_{p.name}"].fill_null(0) - rows[f"refunded_{p.name}"].fill_null(0)
        for p in periods
    }
    reached = {p.name: rows.first_order_on <= p.started_on for p in periods}
    costed = rows.costed_amount.nullif(0.0)
    rows = rows.mutate(
        net_sales=net["current"],
        previous_net_sales=reached["previous"].ifelse(net["previous"], ibis.null()),
        last_year_net_sales=reached["last_year"].ifelse(net["last_year"], ibis.null()),
        gross_margin_amount=costed - rows.cost_amount,
        gross_margin_rate=(costed - rows.cost_amount) / costed,
        return_rate=rows.returned_count.fill_null(0.0) / rows.unit_count.nullif(0.0),
    )
    now, before, year = (
        rows[name].cast("float64")
        for name in ("net_sales", "previous_net_sales", "last_year_net_sales")
    )
    rows = rows.mutate(
        change_amount=rows.net_sales - rows.previous_net_sales,
        change_rate=(now - before) / before.nullif(0.0).abs(),
        last_year_change_rate=(now - year) / year.nullif(0.0).abs(),
    )
    return rows.mutate(trend=_trend(rows, periods[0], threshold))


def _trend(rows: ir.Table, current: Period, threshold: float) -> ir.StringValue:
    change = rows.change_amount.cast("float64")
    least = rows.previous_net_sales.cast("float64").abs() * threshold
    return ibis.cases(
        (rows.previous_net_sales.isnull(), "unknown"),
        (rows.first_sold_on >= current.started_on, "new"),
        ((rows.unit_count == 0) & (rows.previous_net_sales > 0), "stopped"),
        ((change > 0) & (change >= least), "rising"),
        ((change < 0) & (change <= -least), "falling"),
        else_="steady",
    )


def _ranked(rows: ir.Table, by: str) -> ir.Table:
    figure = rows[by].cast("float64")
    unknown_last = figure.isnull()
    best = ibis.window(
        group_by=rows.store_id, order_by=[unknown_last, figure.desc(), rows.product_id]
    )
    worst = ibis.window(
        group_by=rows.store_id, order_by=[unknown_last, figure.asc(), rows.product_id]
    )
    sales = rows.net_sales.cast("float64")
    whole = sales.sum().over(ibis.window(group_by=rows.store_id))
    return rows.mutate(
        product_rank=ibis.row_number().over(best) + 1,
        worst_rank=ibis.row_number().over(worst) + 1,
        net_sales_share=sales / whole.nullif(0.0),
    )


ANALYSIS = Analysis(
    title=Text("Product ranking", "商品排行"),
    question=Text(
        "Which products sell best and worst, and which rise or fall?",
        "哪些商品卖得最好、最差，哪些在上升或下滑？",
    ),
    reads=("orders", "order_lines", "returns", "products"),
    returns=RETURNS,
    compute=product_ranking,
)
