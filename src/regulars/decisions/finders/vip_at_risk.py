"""VIP at risk: one of the customers who spend most is likely to leave, and is not lost yet.

Reads    customer_traits (of rfm and churn), orders
Returns  one row per customer among the fifth who spent most, with a churn risk of at least a
         half; who is lost already has no risk, and is not in it
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

TOP_QUANTILE = 0.8
HIGH_RISK = 0.5
GROUP_DAYS, MOST_GROUP = 14, 13
OPEN_DAYS = 14


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Who is worth much and likely to leave, why, and the chance that they come by themselves."""
    orders = tables["orders"]
    traits = tables["customer_traits"].select(
        "customer_id", "total_net_amount", "churn_risk", "value_at_risk_amount"
    )
    spent = traits.total_net_amount.cast("float64")
    spenders = traits.filter(spent > 0)
    cut = spenders.aggregate(
        vip_amount=spenders.total_net_amount.cast("float64").quantile(TOP_QUANTILE)
    )
    vips = spenders.filter(spenders.churn_risk >= HIGH_RISK).cross_join(cut)
    vips = vips.filter(vips.total_net_amount.cast("float64") >= vips.vip_amount)
    habits = with_baseline(
        behaviour(orders, as_of), orders, as_of=as_of, window_days=window_days, group=away_group
    )
    rows = habits.join(vips, "customer_id")
    rows = rows.mutate(churn_percent=(100 * rows.churn_risk).round())
    figures = (
        "total_net_amount",
        "order_count",
        "days_since_last_order",
        "churn_percent",
        "value_at_risk_amount",
        "response_baseline",
    )
    return rows.select(
        "customer_id",
        "response_baseline",
        why=figures_json({name: rows[name] for name in figures}),
        expires_on=ibis.literal(as_of) + ibis.interval(days=OPEN_DAYS),
    )


def away_group(habits: ir.Table) -> ir.IntegerValue:
    """How long away, in fortnights up to half a year."""
    return ibis.least(habits.days_since_last_order // GROUP_DAYS, MOST_GROUP)


FINDER = Finder(
    kind="vip_at_risk",
    title=Text("Keep a VIP who may leave", "挽留可能流失的高价值顾客"),
    question=Text(
        "Which of the customers who spend most are likely to leave, and whom is a message worth?",
        "消费最高的顾客中，谁很可能流失，值得发送消息挽留？",
    ),
    why=Text(
        "Among the fifth who spend most: {total_net_amount} over {order_count} orders. The chance "
        "of leaving is put at {churn_percent}%, {days_since_last_order} days after the last order; "
        "{value_at_risk_amount} of a year's spend is at stake.",
        "消费最高的五分之一顾客：共{order_count}单，{total_net_amount}。距上次下单"
        "{days_since_last_order}天，预计流失概率{churn_percent}%，涉及一年预期消费"
        "{value_at_risk_amount}。",
    ),
    message=Text(
        "{name}, thank you for being with us. Something for you from {favourite_category}: "
        "{discount} off your next order until {valid_until}.",
        "{name}，感谢一路相伴！为您精选{favourite_category}好物，{valid_until}前下单立减{discount}。",
    ),
    traits=("total_net_amount", "churn_risk", "value_at_risk_amount"),
    offer=Offer(discount_share=0.1),
    prior=Prior(
        uplift=0.04,
        standard_deviation=0.04,
        source=Text(
            "The makers' assumption for an offer to customers who have not left yet, below that "
            "for winning back, wide on purpose; it gives way to the first measured campaigns.",
            "开发者对尚未流失顾客优惠的假设，低于挽回优惠，有意取较宽范围；一经实测即被修正。",
        ),
    ),
    window_days=28,
    candidates=candidates,
)
