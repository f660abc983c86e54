"""Days on which a customer bought a purpose, and what a model needs to know of them.

A purpose is what the product's ``purpose`` says; where it says nothing, the last level of its
category; where that is unknown too, the product itself. All that a customer buys of a
purpose on one local day is one occasion with one quantity.

The time per piece is gap / quantity^b, with a b that is known only after these sums: so they
are asked for at five values of b (``POWERS``), between which ``stock_up.at_power`` finds any.
"""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import until

POWERS = (0.0, 0.25, 0.5, 0.75, 1.0)
UNKNOWN = "unknown"
_PARTS = 1_000_000  # of all customers, for a sample
_DIGITS = 6  # engines add up in any order: what is beyond differs from time to time
_MOST_PURPOSES = 2**24


@dataclass(frozen=True)
class Occasions:
    """Lazy rows of numbers, because twenty million of them are sorted, and the names to them.

    ``rows``      pair | bought_on | quantity; pair stands for a customer and a purpose
    ``customers`` customer_id | customer_code;  ``purposes`` purpose | purpose_code
    """

    rows: ir.Table
    customers: ir.Table
    purposes: ir.Table

    def named(self, table: ir.Table) -> ir.Table:
        """The rows with customer_id and purpose instead of the pair."""
        codes = table.mutate(
            customer_code=table.pair // _MOST_PURPOSES, purpose_code=table.pair % _MOST_PURPOSES
        )
        rows = codes.join(self.customers, "customer_code").join(self.purposes, "purpose_code")
        return rows.drop("pair", "customer_code", "purpose_code")


def occasions(
    orders: ir.Table, order_lines: ir.Table, products: ir.Table, *, as_of: date
) -> Occasions:
    """Who bought which purpose on which local day, up to ``as_of``."""
    known = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    customers = known.select("customer_id").distinct()
    by_id = ibis.row_number().over(ibis.window(order_by="customer_id"))
    customers = customers.mutate(customer_code=by_id)
    known = known.select("order_id", "customer_id", bought_on=known.ordered_at.date())
    known = known.join(customers, "customer_id").select("order_id", "customer_code", "bought_on")
    goods = _goods(order_lines, products)
    lines = order_lines.filter(order_lines.quantity > 0)
    lines = lines.select("order_id", "product_id", "quantity")
    rows = lines.join(known, "order_id").join(
        goods.select("product_id", "purpose_code"), "product_id"
    )
    rows = rows.mutate(pair=rows.customer_code * _MOST_PURPOSES + rows.purpose_code)
    days = rows.group_by("pair", "bought_on").aggregate(quantity=rows.quantity.sum())
    return Occasions(days, customers, goods.select("purpose", "purpose_code").distinct())


def _goods(order_lines: ir.Table, products: ir.Table) -> ir.Table:
    """product_id | purpose | purpose_code of all that was ever sold."""
    sold = order_lines.select("product_id").distinct()
    goods = sold.left_join(said_purposes(products), "product_id").drop("product_id_right")
    goods = goods.mutate(purpose=goods.purpose.fill_null(goods.product_id))
    code = ibis.dense_rank().over(ibis.window(order_by="purpose"))
    return goods.mutate(purpose_code=code)


def said_purposes(products: ir.Table) -> ir.Table:
    """product_id | purpose, null where neither a purpose nor a category is known."""
    levels = products.category.split("/")
    leaf = levels[levels.length() - 1].strip()
    is_known = (products.category.strip() != UNKNOWN) & (leaf != "")
    said = products.purpose.strip().nullif("")
    return products.select("product_id", purpose=said.fill_null(is_known.ifelse(leaf, None)))


def sampled(orders: ir.Table, *, as_of: date, most: int) -> ir.Table:
    """All orders of so many customers that those up to ``as_of`` are about ``most``.

    Who is among them depends on the customer's id alone, and all are where they are fewer.
    """
    until_then = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    count = until_then.count().cast("float64").as_scalar()
    part = (orders.customer_id.hash() % _PARTS).abs()
    return orders.filter(part < _PARTS * most / ibis.greatest(count, 1.0))


def histories(bought: Occasions, *, as_of: date, least: int = 1) -> ir.Table:
    """One row per customer and purpose with ``least`` occasions or more.

    customer_id | purpose | purchase_count | last_on | open_days: from it to as_of
    last_quantity | log_quantity: sum over occasions | gap_days: from the first to the last
    per gap, g its days, q the quantity before it: log_gap_sum of ln g, log_gap_square of
    (ln g)^2, log_before_sum of ln q, log_before_square, log_product of ln g ln q
    gap_0 ... gap_4: sums of g / q^b for each b of POWERS
    """
    rows = _with_gaps(bought)
    log_gap, log_before = rows.gap.ln(), rows.before.ln()
    sums = {
        "log_gap_sum": log_gap,
        "log_gap_square": log_gap * log_gap,
        "log_before_sum": log_before,
        "log_before_square": log_before * log_before,
        "log_product": log_gap * log_before,
        **{f"gap_{n}": rows.gap * (-b * log_before).exp() for n, b in enumerate(POWERS)},
    }
    found = rows.group_by("pair").aggregate(
        purchase_count=rows.count(),
        first_on=rows.bought_on.min(),
        last_on=rows.bought_on.max(),
        last_quantity=rows.quantity.argmax(rows.bought_on),
        log_quantity=rows.quantity.ln().sum().round(_DIGITS),
        **{name: value.sum().fill_null(0).round(_DIGITS) for name, value in sums.items()},
    )
    found = found.filter(found.purchase_count >= least)
    found = found.mutate(
        open_days=ibis.literal(as_of).delta(found.last_on, unit="day").cast("float64"),
        gap_days=found.last_on.delta(found.first_on, unit="day").cast("float64"),
    )
    return bought.named(found.drop("first_on"))


def next_days(bought: Occasions, *, since: date) -> ir.Table:
    """customer_id | purpose | came_after_days: from ``since`` to the first occasion after it."""
    rows = bought.rows
    later = rows.filter(rows.bought_on > ibis.literal(since))
    first = later.group_by("pair").aggregate(next_on=later.bought_on.min())
    days = first.next_on.delta(ibis.literal(since), unit="day")
    return bought.named(first.select("pair", came_after_days=days))


def median_gaps(bought: Occasions) -> ir.Table:
    """purpose | median_gap_days, over the gaps of all customers."""
    rows = _with_gaps(bought)
    rows = rows.filter(rows.gap.notnull())
    rows = rows.mutate(purpose_code=rows.pair % _MOST_PURPOSES)
    medians = rows.group_by("purpose_code").aggregate(median_gap_days=rows.gap.quantile(0.5))
    return medians.join(bought.purposes, "purpose_code").drop("purpose_code")


def _with_gaps(bought: Occasions) -> ir.Table:
    """The rows, each with the days since the occasion before it and the quantity then."""
    rows = bought.rows
    own = ibis.window(group_by="pair", order_by="bought_on")
    gap = rows.bought_on.delta(rows.bought_on.lag().over(own), unit="day")
    return rows.mutate(gap=gap.cast("float64"), before=rows.quantity.lag().over(own))
