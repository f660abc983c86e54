"""Win back: a customer who was worth much has stayed away for longer than is usual for them.

Reads    customer_traits, orders
Returns  one row per customer in the top two monetary fifths, with three orders or more, at
         least 1.5 of their own mean gaps after the last order, and within a year of it
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

HIGH_SCORE = 4
LEAST_ORDERS = 3
OVERDUE = 1.5
LEAST_DAYS, MOST_DAYS = 21, 365
OPEN_DAYS = 14


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Who is slipping, why, and the chance that they come by themselves."""
    orders = tables["orders"]
    habits = behaviour(orders, as_of)
    habits = habits.mutate(overdue_ratio=_overdue_ratio(habits))
    slipping = with_baseline(
        habits, orders, as_of=as_of, window_days=window_days, group=overdue_group
    )
    traits = tables["customer_traits"].select("customer_id", "monetary_score", "total_net_amount")
    valuable = traits.filter(traits.monetary_score >= HIGH_SCORE, traits.total_net_amount > 0)
    rows = slipping.join(valuable, "customer_id")
    figures = (
        "days_since_last_order",
        "mean_gap_days",
        "overdue_ratio",
        "order_count",
        "total_net_amount",
        "response_baseline",
    )
    return rows.select(
        "customer_id",
        "response_baseline",
        why=figures_json({name: rows[name] for name in figures}),
        expires_on=ibis.literal(as_of) + ibis.interval(days=OPEN_DAYS),
    )


def overdue_group(habits: ir.Table) -> ir.IntegerValue:
    """How overdue, in half gaps from 3 (1.5 gaps) to 12 (6 and more); null = not slipping."""
    ratio = _overdue_ratio(habits)
    days = habits.days_since_last_order
    is_slipping = (
        (habits.order_count >= LEAST_ORDERS)
        & (ratio >= OVERDUE)
        & days.between(LEAST_DAYS, MOST_DAYS)
    )
    steps = (2 * ratio).floor().cast("int64")
    return ibis.ifelse(is_slipping, ibis.least(steps, 12), ibis.null("int64"))


def _overdue_ratio(habits: ir.Table) -> ir.FloatingValue:
    """Days since the last order, in the customer's own mean gaps (at least a day)."""
    return habits.days_since_last_order / ibis.greatest(habits.mean_gap_days, 1.0)


FINDER = Finder(
    kind="win_back",
    title=Text("Win back a valuable customer", "挽回高价值顾客"),
    question=Text(
        "Which valuable customers are slipping away, and whom is a message worth?",
        "哪些高价值顾客正在流失，值得发送消息挽回？",
    ),
    why=Text(
        "Spent {total_net_amount} over {order_count} orders, usually one every {mean_gap_days} "
        "days; now {days_since_last_order} days since the last, {overdue_ratio} times as long.",
        "累计消费{total_net_amount}，共{order_count}单，通常每{mean_gap_days}天购买一次；"
        "距上次购买已{days_since_last_order}天，是平时间隔的{overdue_ratio}倍。",
    ),
    message=Text(
        "{name}, it has been a while since {last_order_on}. Your favourites in "
        "{favourite_category} are waiting: {discount} off your next order until {valid_until}.",
        "{name}，自{last_order_on}以来好久不见！您常买的{favourite_category}为您备好，"
        "{valid_until}前下单立减{discount}。",
    ),
    traits=("monetary_score", "total_net_amount"),
    offer=Offer(discount_share=0.1),
    prior=Prior(
        uplift=0.06,
        standard_deviation=0.05,
        source=Text(
            "The makers' assumption for a win-back offer, wide on purpose; it gives way to "
            "the first measured campaigns.",
            "开发者对挽回优惠的假设，有意取较宽范围；一经实测即被修正。",
        ),
    ),
    window_days=28,
    candidates=candidates,
)
