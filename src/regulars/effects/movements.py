"""Orders, returns and points as money: what moved, for whom, when.

Reads    orders, order_lines, products, returns, points_entries
Returns  one row per order, returned line or points entry of a known customer
         customer_id | happened_at moment | net_amount, margin_amount, uncosted_amount,
         order_count float

A return counts at the moment of the order it takes back, where that is known, and takes
back the revenue less what the goods cost (they go back into stock). A line without a known
cost counts as bringing no margin, never a guessed one; how much revenue that concerns is
carried along as ``uncosted_amount`` so that a reader can refuse.
"""

from datetime import date

import ibis
import ibis.expr.types as ir


def movements(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    points_entries: ir.Table | None = None,
    *,
    as_of: date,
    point_value: float = 0.0,
) -> ir.Table:
    """All that moved money up to and with the local day ``as_of``, one lazy table.

    ``point_value``: money that one point costs the shop when it is spent; 0 leaves points out.
    """
    orders = orders.filter(orders.ordered_at.date() <= as_of)
    returns = returns.filter(returns.returned_at.date() <= as_of)
    parts = [
        _sales(orders, order_lines, products),
        _refunds(orders, order_lines, products, returns),
    ]
    if points_entries is not None and point_value > 0:
        known = points_entries.filter(points_entries.occurred_at.date() <= as_of)
        parts.append(_points(known, point_value))
    return ibis.union(*parts)


def _sales(orders: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    costs = _costed(order_lines, products)
    sums = costs.group_by("order_id").aggregate(
        cost=costs.cost.sum(), uncosted=costs.uncosted.sum()
    )
    joined = orders.filter(orders.customer_id.notnull()).left_join(sums, "order_id")
    net = joined.net_amount.cast("float64")
    # an order without lines has no known cost at all
    return joined.select(
        customer_id=joined.customer_id,
        happened_at=joined.ordered_at,
        net_amount=net,
        margin_amount=net - joined.cost.fill_null(net),
        uncosted_amount=joined.uncosted.fill_null(net),
        order_count=ibis.literal(1.0),
    )


def _costed(order_lines: ir.Table, products: ir.Table) -> ir.Table:
    lines = order_lines.left_join(
        products.select("product_id", product_cost=products.unit_cost), "product_id"
    )
    unit_cost = ibis.coalesce(lines.unit_cost, lines.product_cost).cast("float64")
    net = lines.net_amount.cast("float64")
    return lines.select(
        "order_id",
        "line_no",
        cost=ibis.coalesce(unit_cost * lines.quantity, net),
        uncosted=ibis.ifelse(unit_cost.isnull(), net, 0.0),
        one_cost=unit_cost,
    )


def _refunds(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, returns: ir.Table
) -> ir.Table:
    bought = orders.select("order_id", buyer=orders.customer_id, ordered_at=orders.ordered_at)
    sold = _costed(order_lines, products).select("order_id", "line_no", "one_cost")
    joined = (
        returns.left_join(bought, "order_id")
        .drop("order_id_right")
        .left_join(sold, ["order_id", "line_no"])
        .drop("order_id_right", "line_no_right")
        .left_join(products.select("product_id", now_cost=products.unit_cost), "product_id")
    )
    refund = joined.refund_amount.cast("float64")
    cost = ibis.coalesce(joined.one_cost, joined.now_cost.cast("float64")) * joined.quantity
    rows = joined.select(
        customer_id=ibis.coalesce(joined.customer_id, joined.buyer),
        happened_at=ibis.coalesce(joined.ordered_at, joined.returned_at),
        net_amount=-refund,
        margin_amount=ibis.coalesce(cost, refund) - refund,
        uncosted_amount=ibis.ifelse(cost.isnull(), -refund, 0.0),
        order_count=ibis.literal(0.0),
    )
    return rows.filter(rows.customer_id.notnull())


def _points(points_entries: ir.Table, point_value: float) -> ir.Table:
    return points_entries.select(
        customer_id=points_entries.customer_id,
        happened_at=points_entries.occurred_at,
        net_amount=ibis.literal(0.0),
        margin_amount=-points_entries.points.cast("float64") * point_value,
        uncosted_amount=ibis.literal(0.0),
        order_count=ibis.literal(0.0),
    )
