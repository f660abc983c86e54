"""What each customer spends on the shop's largest categories, as shares of all spent; lazy."""

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import until

MOST_CATEGORIES = 12
PREFIX = "share_of_"


def largest_categories(products: ir.Table) -> ir.Table:
    """The first level of category paths, with how many products it has."""
    category = products.category.split("/")[0]
    named = products.select("product_id", category=category)
    named = named.filter(named.category.notnull(), named.category != "")
    counted = named.group_by("category").aggregate(product_count=named.count())
    return counted.order_by(counted.product_count.desc(), "category").limit(MOST_CATEGORIES)


def category_shares(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    categories: Sequence[str],
) -> ir.Table:
    """customer_id and share_of_0, share_of_1 ... of ``categories``, of what was paid for goods."""
    known = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    whose = known.select("order_id", "customer_id")
    lines = order_lines.select("order_id", "product_id", "net_amount")
    lines = lines.inner_join(whose, "order_id")
    # by customer and product first: categories are then looked up for far fewer rows
    each = lines.group_by("customer_id", "product_id").aggregate(net=lines.net_amount.sum())
    named = products.select("product_id", category=products.category.split("/")[0])
    each = each.left_join(named, "product_id")
    sums = {
        f"{PREFIX}{place}": each.net.sum(where=each.category == name).cast("float64")
        for place, name in enumerate(categories)
    }
    rows = each.group_by("customer_id").aggregate(whole=each.net.sum().cast("float64"), **sums)
    return rows.select(
        "customer_id",
        **{name: rows[name].fill_null(0.0) / ibis.greatest(rows.whole, 0.01) for name in sums},
    )
