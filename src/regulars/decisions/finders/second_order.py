"""Second order: a newcomer bought once, and now is when a second order is still likely.

Reads    customer_traits, orders
Returns  one row per customer with one order whose days since it lie between the shop's own
         10% and 90% points of the days from first to second order; uplift_weight: how much
         more than others a message is expected to move them

Who is moved more: as the shop's own experiments say where they tell customers apart (trait
response_uplift). Until then a message is supposed to multiply everybody's odds of a second
order alike, so that it moves most who are most in doubt: with the chance b of coming anyway
the change is near b (1 - b) for any small factor (the derivative of the logistic function).
The mean stays the kind's (expectation.py): this says whom first, not how much in all.
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.decisions.baseline import behaviour, with_baseline
from regulars.decisions.expectation import Offer, Prior
from regulars.decisions.figures_json import figures_json
from regulars.decisions.finder import Finder
from regulars.tables.text import Text

EARLY, LATE = 0.1, 0.9
LEAST_DAYS = 7
GROUP_DAYS, MOST_GROUP = 14, 13
UPLIFT = "response_uplift"  # of the analysis response, where it has been asked


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Who bought once lately enough, why, and the chance that they come by themselves."""
    orders = tables["orders"]
    gaps = second_order_gaps(orders, as_of)
    window = gaps.aggregate(
        from_days=gaps.gap_days.quantile(EARLY),
        until_days=gaps.gap_days.quantile(LATE),
        typical_days=gaps.gap_days.quantile(0.5),
    )
    once = with_baseline(
        behaviour(orders, as_of), orders, as_of=as_of, window_days=window_days, group=age_group
    )
    traits = _known_traits(tables["customer_traits"])
    kept = traits.filter(traits.total_net_amount > 0)
    rows = once.join(kept, "customer_id").cross_join(window)
    days = rows.days_since_last_order
    rows = rows.filter(days >= rows.from_days, days <= rows.until_days)
    figures = (
        "days_since_last_order",
        "typical_days",
        "until_days",
        "total_net_amount",
        "response_baseline",
    )
    left = (rows.until_days - rows.days_since_last_order).floor().cast("int64")
    return rows.select(
        "customer_id",
        "response_baseline",
        why=figures_json({name: rows[name] for name in figures}),
        expires_on=ibis.literal(as_of) + left.as_interval("D"),
        uplift_weight=_weight(rows),
    )


def _known_traits(traits: ir.Table) -> ir.Table:
    """What the finder reads of customers; what an analysis has not said yet is null."""
    is_there = UPLIFT in traits.columns
    learned = traits[UPLIFT].cast("float64") if is_there else ibis.null("float64")
    return traits.select("customer_id", "total_net_amount", **{UPLIFT: learned})


def _weight(rows: ir.Table) -> ir.FloatingValue:
    """How much each answers: learned where experiments said so of all candidates, else supposed."""
    everyone = ibis.window()
    is_learned = rows[UPLIFT].isnull().sum().over(everyone) == 0
    tells_apart = rows[UPLIFT].max().over(everyone) > rows[UPLIFT].min().over(everyone)
    chance = rows.response_baseline
    return ibis.ifelse(is_learned & tells_apart, rows[UPLIFT], chance * (1 - chance))


def second_order_gaps(orders: ir.Table, as_of: date) -> ir.Table:
    """``gap_days`` from the first to the second day with an order, one row per repeat buyer."""
    known = orders.filter(orders.customer_id.notnull(), orders.ordered_at.date() <= as_of)
    days = known.select("customer_id", ordered_on=known.ordered_at.date()).distinct()
    own = ibis.window(group_by="customer_id", order_by="ordered_on")
    days = days.mutate(
        position=ibis.row_number().over(own), before_on=days.ordered_on.lag().over(own)
    )
    second = days.filter(days.position == 1)
    return second.select(gap_days=second.ordered_on.delta(second.before_on, unit="day"))


def age_group(habits: ir.Table) -> ir.IntegerValue:
    """Fortnights since the only order, the last one open; null = not a newcomer to remind."""
    days = habits.days_since_last_order
    is_due = (habits.order_count == 1) & (days >= LEAST_DAYS)
    fortnights = (days / GROUP_DAYS).floor().cast("int64")
    return ibis.ifelse(is_due, ibis.least(fortnights, MOST_GROUP), ibis.null("int64"))


FINDER = Finder(
    kind="second_order",
    title=Text("A second order", "促成第二单"),
    question=Text(
        "Which one-time buyers are still likely to come back, and whom is a message worth?",
        "哪些只买过一次的顾客仍可能复购，值得发送消息？",
    ),
    why=Text(
        "Bought once, {days_since_last_order} days ago, for {total_net_amount}. Half of those "
        "who come back do so within {typical_days} days, nine in ten within {until_days}.",
        "{days_since_last_order}天前首次购买，消费{total_net_amount}。复购顾客中一半在"
        "{typical_days}天内、九成在{until_days}天内再次下单。",
    ),
    message=Text(
        "{name}, thank you for your first order on {last_order_on}. Here is {discount} off "
        "the second, until {valid_until}.",
        "{name}，感谢您{last_order_on}的首次购买！第二单立减{discount}，{valid_until}前有效。",
    ),
    traits=("total_net_amount",),
    offer=Offer(discount_share=0.1),
    prior=Prior(
        uplift=0.05,
        standard_deviation=0.04,
        source=Text(
            "The makers' assumption for a second-order offer, wide on purpose; it gives way "
            "to the first measured campaigns.",
            "开发者对第二单优惠的假设，有意取较宽范围；一经实测即被修正。",
        ),
    ),
    window_days=28,
    candidates=candidates,
)
