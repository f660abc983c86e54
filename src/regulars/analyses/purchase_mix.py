"""Purchase mix: how orders and money divide among channels, stores and categories.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         products     one row per product_id
         stores       one row per store_id
Returns  one row per (dimension, member)
         order_count int | customer_count int | net_amount money, before refunds
         net_amount_share of the dimension, sums to 1; an order counts in each category it holds
Figure   figures/purchase_mix.py
Source   counting; its own table because its grain is the member of a dimension
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

UNKNOWN = "unknown"

RETURNS = Table(
    name="purchase_mix",
    grain="(dimension, member)",
    key=("dimension", "member_id"),
    columns=(
        Column("dimension", "text", "channel, store or category", "维度"),
        Column("member_id", "text", "the channel, store or category", "成员"),
        Column("member_name", "text", "its name", "名称"),
        Column("order_count", "integer", "orders", "订单数", unit="orders"),
        Column("customer_count", "integer", "identified customers", "顾客数"),
        Column("net_amount", "money", "paid for goods, before refunds", "实付金额"),
        Column("net_amount_share", "number", "of the dimension", "金额占比", nullable=True),
        Column("member_rank", "integer", "1 = most money", "排名"),
    ),
)


def purchase_mix(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    stores: ir.Table,
    *,
    as_of: date,
    window_days: int = 364,
    category_level: int = 1,
) -> ir.Table:
    """The mix over the last ``window_days``; ``category_level`` parts of the category path."""
    check_whole("window_days", window_days, 1, 3650)
    check_whole("category_level", category_level, 1, 9)
    window = Period("window", as_of - timedelta(days=window_days - 1), as_of)
    orders = orders.filter(window.holds(orders.ordered_at))
    path = products.category.split("/")[:category_level].join("/")
    lines = order_lines.inner_join(orders.select("order_id", "customer_id"), "order_id")
    lines = lines.left_join(products.select("product_id", path=path), "product_id")
    rows = ibis.union(
        _mix(orders, "channel", orders.channel),
        _mix(orders, "store", orders.store_id),
        _mix(lines, "category", lines.path),
    )
    names = stores.select(named_id="store_id", store_name="store_name")
    rows = rows.left_join(names, (rows.dimension == "store") & (rows.member_id == names.named_id))
    amount = rows.net_amount.cast("float64")
    whole = amount.sum().over(ibis.window(group_by=rows.dimension))
    most_first = ibis.window(
        group_by=rows.dimension, order_by=[rows.net_amount.desc(), rows.member_id]
    )
    rows = rows.mutate(
        member_name=ibis.coalesce(rows.store_name, rows.member_id),
        net_amount_share=amount / whole.nullif(0.0),
        member_rank=ibis.row_number().over(most_first) + 1,
    )
    return shaped(rows, RETURNS).order_by("dimension", "member_rank")


def _mix(rows: ir.Table, dimension: str, member: ir.StringValue) -> ir.Table:
    rows = rows.select("order_id", "customer_id", "net_amount", member_id=member.fill_null(UNKNOWN))
    # one row per order first: counting distinct orders over all lines would not spill
    per_order = rows.group_by("member_id", "order_id").aggregate(
        customer_id=rows.customer_id.max(), net_amount=rows.net_amount.sum()
    )
    counted = per_order.group_by("member_id").aggregate(
        order_count=per_order.count(),
        customer_count=per_order.customer_id.nunique(),
        net_amount=per_order.net_amount.sum().cast("decimal(38, 4)"),
    )
    return counted.mutate(dimension=ibis.literal(dimension))


ANALYSIS = Analysis(
    title=Text("Purchase mix", "购买构成"),
    question=Text(
        "Through which channels, in which stores and in which categories do customers buy?",
        "顾客通过哪些渠道、在哪些门店、购买哪些品类？",
    ),
    reads=("orders", "order_lines", "products", "stores"),
    returns=RETURNS,
    compute=purchase_mix,
)
