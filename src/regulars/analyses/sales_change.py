"""Sales change: which stores, channels and categories the change in net sales comes from.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         returns      one row per return_id
         products     one row per product_id
         stores       one row per store_id
Returns  one row per (dimension, member)
         net_sales | previous_net_sales | change_amount money
         contribution_rate = change_amount / the shop's previous net sales
         Within each dimension the changes add up exactly to the shop's change.
Figure   figures/sales_change.py
Source   additive contribution to change, as in national accounts: OECD (2007) Data and
         Metadata Reporting and Presentation Handbook, section 4.3.3
"""

from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import Period, comparison, period_of
from regulars.tables.analysis import Analysis
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.shape import shaped
from regulars.tables.text import Text

UNKNOWN = "unknown"
NOT_ON_LINES = "not_on_lines"

RETURNS = Table(
    name="sales_change",
    grain="(dimension, member)",
    key=("dimension", "member_id"),
    columns=(
        Column("dimension", "text", "store, channel or category", "维度"),
        Column(
            "member_id", "text", "the store, channel or category; unknown where not said", "成员"
        ),
        Column("member_name", "text", "its name", "名称"),
        Column("period", "text", "the period compared", "周期"),
        Column("started_on", "day", "first day of the period", "开始日期"),
        Column("ended_on", "day", "last day of the period", "结束日期"),
        Column("net_sales", "money", "orders' net less refunds in the period", "本期净销售额"),
        Column("previous_net_sales", "money", "in the period compared with", "对比期净销售额"),
        Column("change_amount", "money", "the difference", "变化金额"),
        Column("change_rate", "number", "against its own past", "变化率", nullable=True),
        Column(
            "contribution_rate", "number", "of the shop's net sales then", "贡献率", nullable=True
        ),
        Column("change_rank", "integer", "1 = largest change either way", "变化排名"),
    ),
)


def sales_change(
    orders: ir.Table,
    order_lines: ir.Table,
    returns: ir.Table,
    products: ir.Table,
    stores: ir.Table,
    *,
    as_of: date,
    period: Literal["day", "week", "month", "last_28_days"] = "last_28_days",
    against: Literal["previous", "last_year"] = "previous",
    category_level: int = 1,
) -> ir.Table:
    """Contributions to the change of net sales between the last full period and another.

    ``category_level`` is how many parts of the category path count. What an order's net
    has beyond its lines (or lines beyond the order) is the category 'not_on_lines'.
    Empty where the data does not reach back to the other period. Raises ParameterInvalid.
    """
    check_choice("against", against, ("previous", "last_year"))
    check_whole("category_level", category_level, 1, 9)
    current, previous, last_year = comparison(period, as_of)
    other = previous if against == "previous" else last_year
    dated = orders.mutate(slot=period_of(orders.ordered_at, (current, other)))
    dated = dated.filter(dated.slot.notnull())
    refunds = returns.mutate(slot=period_of(returns.returned_at, (current, other)))
    refunds = refunds.filter(refunds.slot.notnull())
    known = orders.select("order_id", "store_id", "channel")
    refunds = refunds.select("order_id", "product_id", "slot", "refund_amount")
    refunds = refunds.left_join(known, "order_id")
    amounts = ibis.union(
        _booked(dated, refunds, "store", "store_id"),
        _booked(dated, refunds, "channel", "channel"),
        _by_category(dated, order_lines, refunds, products, category_level),
    )
    named = _named(_changes(amounts, current.name, other.name), stores)
    reached = orders.aggregate(first_order_on=orders.ordered_at.min().date())
    rows = named.cross_join(reached.filter(reached.first_order_on <= other.started_on))
    return shaped(_described(rows, period, current), RETURNS)


def _booked(dated: ir.Table, refunds: ir.Table, dimension: str, column: str) -> ir.Table:
    """Orders' net and, negative, their refunds, by one column of the order."""
    return ibis.union(
        _amounts(dated, dimension, dated[column], dated.net_amount),
        _amounts(refunds, dimension, refunds[column], -refunds.refund_amount),
    )


def _by_category(
    dated: ir.Table, order_lines: ir.Table, refunds: ir.Table, products: ir.Table, level: int
) -> ir.Table:
    parts = products.category.split("/")[:level]
    categories = products.select("product_id", path=parts.join("/"))
    sold = order_lines.inner_join(dated.select("order_id", "slot"), "order_id")
    sold = sold.left_join(categories, "product_id")
    refunds = refunds.left_join(categories, "product_id")
    rest = ibis.literal(NOT_ON_LINES)
    return ibis.union(
        _amounts(sold, "category", sold.path, sold.net_amount),
        _amounts(refunds, "category", refunds.path, -refunds.refund_amount),
        _amounts(dated, "category", rest, dated.net_amount),
        _amounts(sold, "category", rest, -sold.net_amount),
    )


def _amounts(
    rows: ir.Table, dimension: str, member: ir.StringValue, amount: ir.DecimalValue
) -> ir.Table:
    rows = rows.select(
        dimension=ibis.literal(dimension),
        member_id=member.fill_null(UNKNOWN),
        slot=rows.slot,
        amount=amount,
    )
    sums = rows.group_by("dimension", "member_id", "slot").aggregate(amount=rows.amount.sum())
    return sums.mutate(amount=sums.amount.cast("decimal(38, 4)"))


def _changes(amounts: ir.Table, current: str, other: str) -> ir.Table:
    rows = amounts.group_by("dimension", "member_id").aggregate(
        net_sales=amounts.amount.sum(where=amounts.slot == current).fill_null(0),
        previous_net_sales=amounts.amount.sum(where=amounts.slot == other).fill_null(0),
    )
    is_empty_rest = (rows.member_id == NOT_ON_LINES) & (rows.net_sales == 0)
    rows = rows.filter(~(is_empty_rest & (rows.previous_net_sales == 0)))
    rows = rows.mutate(change_amount=rows.net_sales - rows.previous_net_sales)
    before = rows.previous_net_sales.cast("float64")
    total = before.sum().over(ibis.window(group_by=rows.dimension))
    change = rows.change_amount.cast("float64")
    largest_first = ibis.window(
        group_by=rows.dimension, order_by=[rows.change_amount.abs().desc(), rows.member_id]
    )
    return rows.mutate(
        change_rate=change / before.nullif(0.0).abs(),
        contribution_rate=change / total.nullif(0.0).abs(),
        change_rank=ibis.row_number().over(largest_first) + 1,
    )


def _named(rows: ir.Table, stores: ir.Table) -> ir.Table:
    names = stores.select(named_id="store_id", store_name="store_name")
    is_store = rows.dimension == "store"
    rows = rows.left_join(names, is_store & (rows.member_id == names.named_id))
    return rows.mutate(member_name=ibis.coalesce(rows.store_name, rows.member_id))


def _described(rows: ir.Table, period: str, current: Period) -> ir.Table:
    rows = rows.mutate(
        period=ibis.literal(period),
        started_on=ibis.literal(current.started_on),
        ended_on=ibis.literal(current.ended_on),
    )
    return rows.order_by("dimension", "change_rank")


ANALYSIS = Analysis(
    title=Text("What changed", "变化来源"),
    question=Text(
        "Which stores, channels and categories does the change in sales come from?",
        "销售的变化来自哪些门店、渠道和品类？",
    ),
    reads=("orders", "order_lines", "returns", "products", "stores"),
    returns=RETURNS,
    compute=sales_change,
)
