"""What one order of a customer is worth: amount and margin, net of what came back.

Reads    orders, order_lines, products, returns
Returns  one row per customer_id with an order
         average_order_amount, average_order_margin float | margin_basis text

The margin share is the customer's own where the costs of the goods are known, else the
shop's, else an assumed 30% of revenue; ``margin_basis`` says which (own, shop, assumed).
"""

from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.effects.movements import movements

ASSUMED_MARGIN_SHARE = 0.3


def order_values(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
) -> ir.Table:
    """Average order amount and margin per customer up to the local day ``as_of``."""
    moved = movements(orders, order_lines, products, returns, as_of=as_of)
    sums = moved.group_by("customer_id").aggregate(
        order_count=moved.order_count.sum(),
        net=moved.net_amount.sum(),
        margin=moved.margin_amount.sum(),
        costed=(moved.net_amount - moved.uncosted_amount).sum(),
    )
    sums = sums.filter(sums.order_count > 0)
    everyone = ibis.window()
    shop_margin, shop_costed = sums.margin.sum().over(everyone), sums.costed.sum().over(everyone)
    has_own, has_shop = sums.costed > 0, shop_costed > 0
    share = ibis.cases(
        (has_own, sums.margin / sums.costed.nullif(0)),
        (has_shop, shop_margin / shop_costed.nullif(0)),
        else_=ASSUMED_MARGIN_SHARE,
    )
    amount = sums.net / sums.order_count
    return sums.select(
        customer_id=sums.customer_id,
        average_order_amount=amount,
        average_order_margin=amount * share,
        margin_basis=ibis.cases((has_own, "own"), (has_shop, "shop"), else_="assumed"),
    )
