"""First orders: what each was like, and whether a second day with an order followed.

One row per customer whose first order is at least so many days ago, texts that name a level of
each of FACTORS; null where it is not known. What comes after the order (delivery, complaint,
return) counts for ``after_days`` after it.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.stats.periods import until

FACTORS = (
    "category",
    "basket_lines",
    "order_value",
    "discount",
    "coupon",
    "channel",
    "store",
    "weekday",
    "delivery",
    "return",
    "complaint",
)
COMPLAINTS = ("complaint", "ticket")


def first_orders(
    tables: dict[str, ir.Table], *, as_of: date, horizon_days: int, after_days: int
) -> ir.Table:
    """customer_id, is_one_time and FACTORS; ``tables`` holds orders, order_lines, products,
    returns, events and feedback."""
    orders = tables["orders"]
    known = orders.filter(until(orders.ordered_at, as_of), orders.customer_id.notnull())
    order = ibis.window(group_by=known.customer_id, order_by=[known.ordered_at, known.order_id])
    on = known.ordered_at.date()
    known = known.mutate(place=ibis.row_number().over(order), ordered_on=on)
    first = known.filter(known.place == 0)
    first = first.filter(first.ordered_on <= as_of - timedelta(days=horizon_days))
    first = _with_second(first, known, horizon_days)
    first = _with_basket(first, tables["order_lines"], tables["products"])
    for told in (_delivered, _returned, _complained):
        first = told(first, tables, as_of, after_days)
    share = first.discount_amount / first.gross_amount.nullif(0)
    low, high = (first.net_amount.cast("float64").quantile(part) for part in (1 / 3, 2 / 3))
    first = first.cross_join(first.aggregate(low=low, high=high))
    return first.select(
        "customer_id",
        "is_one_time",
        "category",
        "basket_lines",
        "delivery",
        "return",
        "complaint",
        order_value=_band(first.net_amount, ((first.low, "low"), (first.high, "middle")), "high"),
        discount=_band(share, ((0.0, "none"), (0.1, "up to 10%"), (0.3, "10-30%")), "over 30%"),
        coupon=_yes(first.coupon_codes.length() > 0),
        channel=first.channel,
        store=first.store_id,
        weekday=(first.ordered_on.day_of_week.index() + 1).cast("string"),
    )


def _band(value: ir.Value, bands: tuple[tuple[ir.Value | float, str], ...], rest: str) -> ir.Value:
    return ibis.cases(
        (value.isnull(), ibis.null("string")),
        *((value <= end, name) for end, name in bands),
        else_=rest,
    )


def _yes(flag: ir.BooleanValue) -> ir.StringValue:
    return flag.ifelse("yes", "no")


def _with_second(first: ir.Table, known: ir.Table, horizon_days: int) -> ir.Table:
    later = known.select("customer_id", later_on=known.ordered_on)
    later = later.inner_join(first.select("customer_id", "ordered_on"), "customer_id")
    ends = later.ordered_on + ibis.interval(days=horizon_days)
    later = later.filter(later.later_on > later.ordered_on, later.later_on <= ends)
    first = first.left_join(later.select("customer_id").distinct(), "customer_id")
    return first.mutate(is_one_time=first.customer_id_right.isnull()).drop("customer_id_right")


def _with_basket(first: ir.Table, order_lines: ir.Table, products: ir.Table) -> ir.Table:
    """How many lines, and the category (first level) of most money; the first by name of equals."""
    lines = order_lines.select("order_id", "product_id", "net_amount")
    lines = lines.semi_join(first, "order_id")
    named = products.select("product_id", category=products.category.split("/")[0])
    lines = lines.left_join(named, "product_id")
    by = lines.group_by("order_id", "category").aggregate(
        line_count=lines.count(), amount=lines.net_amount.sum()
    )
    most = ibis.window(group_by=by.order_id, order_by=[by.amount.desc(), by.category])
    by = by.mutate(
        place=ibis.row_number().over(most), lines=by.line_count.sum().over(group_by=by.order_id)
    )
    top = by.filter(by.place == 0).select("order_id", "category", "lines")
    first = first.left_join(top, "order_id").drop("order_id_right")
    bands = ((1, "1"), (3, "2-3"), (6, "4-6"))
    return first.mutate(basket_lines=_band(first.lines, bands, "7 or more"))


def _delivered(
    first: ir.Table, tables: dict[str, ir.Table], as_of: date, after_days: int
) -> ir.Table:
    """late or in_time, where both days are told with the event Order Delivered."""
    events = tables["events"]
    found = events.filter(until(events.occurred_at, as_of), events.event_name == "Order Delivered")
    told = found.properties.cast("json")
    found = found.select(
        order_id=told["order_id"].str,
        taken=told["delivery_days"].cast("string").try_cast("float64"),
        promised=told["promised_days"].cast("string").try_cast("float64"),
    )
    found = found.filter(found.order_id.notnull())
    each = found.group_by("order_id").aggregate(is_late=(found.taken > found.promised).any())
    first = first.left_join(each, "order_id").drop("order_id_right")
    words = ibis.cases((first.is_late, "late"), (~first.is_late, "in_time"))
    return first.mutate(delivery=words)


def _returned(
    first: ir.Table, tables: dict[str, ir.Table], as_of: date, after_days: int
) -> ir.Table:
    returns = tables["returns"]
    found = returns.filter(until(returns.returned_at, as_of), returns.order_id.notnull())
    found = found.select("order_id", on=found.returned_at.date())
    return _soon(first, found, "return", after_days)


def _complained(
    first: ir.Table, tables: dict[str, ir.Table], as_of: date, after_days: int
) -> ir.Table:
    """A complaint or ticket about the order itself, without stars or with at most two.

    By the order, not the customer: who comes back has more orders to complain of.
    """
    feedback = tables["feedback"]
    found = feedback.filter(
        until(feedback.created_at, as_of),
        feedback.order_id.notnull(),
        feedback.channel.isin(COMPLAINTS),
        feedback.rating.isnull() | (feedback.rating <= 2),
    )
    found = found.select("order_id", on=found.created_at.date())
    return _soon(first, found, "complaint", after_days)


def _soon(first: ir.Table, found: ir.Table, named: str, after_days: int) -> ir.Table:
    """yes where something was booked within the days after the first order; null if nothing ever.

    A shop that keeps no such table has not heard "no" from its customers.
    """
    then = found.inner_join(first.select("order_id", "ordered_on"), "order_id")
    ends = then.ordered_on + ibis.interval(days=after_days)
    then = then.filter(then.on >= then.ordered_on, then.on <= ends)
    mine = then.select("order_id").distinct().mutate(was=ibis.literal(True))
    first = first.left_join(mine, "order_id").drop("order_id_right")
    first = first.cross_join(found.aggregate(booked=found.count()))
    words = ibis.cases(
        (first.booked == 0, ibis.null("string")), (first.was.notnull(), "yes"), else_="no"
    )
    return first.mutate(**{named: words}).drop("was", "booked")
