"""Thank and upgrade: a heavy, loyal customer who spends ever more stands just below the next level.

Reads    customer_traits, orders
Returns  one row per customer of the group of heavy spend and loyal brands who ordered within
         their last two mean gaps, spent more in the last half year than in the one before, and
         needs no more than two usual orders to reach the shop's next level of yearly spend
"""

from collections.abc import Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.decisions.baseline import behaviour, with_baseline
from regulars.decisions.expectation import Offer, Prior
from regulars.decisions.figures_json import figures_json
from regulars.decisions.finder import Finder
from regulars.stats.periods import until
from regulars.tables.text import Text

HEAVY_AND_LOYAL = "Heavy, loyal"
YEAR, HALF_YEAR = 365, 182
LEVELS = (0.75, 0.9, 0.97)  # quantiles of yearly spend: what the shop's best come to
WITHIN_ORDERS = 2
LEAST_ORDERS = 3
STILL_CLOSE = 2.0  # of their own mean gaps since the last order
MOST_GROUP = 12
OPEN_DAYS = 28


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Who is near the next level, why, and the chance that they come by themselves."""
    orders = tables["orders"]
    habits = behaviour(orders, as_of)
    active = with_baseline(habits, orders, as_of=as_of, window_days=window_days, group=rhythm_group)
    traits = tables["customer_traits"].select("customer_id", "loyalty_group_en", "total_net_amount")
    best = traits.filter(traits.loyalty_group_en == HEAVY_AND_LOYAL, traits.total_net_amount > 0)
    near = near_next_level(orders, as_of)
    rows = active.join(best, "customer_id").join(near, "customer_id")
    figures = (
        "year_amount", "next_level_amount", "missing_amount", "grown_ratio",
        "days_since_last_order", "order_count", "response_baseline",
    )  # fmt: skip
    return rows.select(
        "customer_id",
        "response_baseline",
        why=figures_json({name: rows[name] for name in figures}),
        expires_on=ibis.literal(as_of) + ibis.interval(days=OPEN_DAYS),
    )


def near_next_level(orders: ir.Table, as_of: date) -> ir.Table:
    """Customers who grew and need at most two usual orders to the next level of yearly spend.

    customer_id | year_amount, next_level_amount, missing_amount | grown_ratio: the last half
    year's spend to that of the half before
    """
    since, half = (as_of - timedelta(days=days - 1) for days in (YEAR, HALF_YEAR))
    year = orders.filter(
        orders.customer_id.notnull(),
        until(orders.ordered_at, as_of),
        orders.ordered_at >= ibis.literal(since),
    )
    is_late = year.ordered_at >= ibis.literal(half)
    spend = year.group_by("customer_id").aggregate(
        year_amount=year.net_amount.sum().cast("float64"),
        late_amount=year.net_amount.sum(where=is_late).fill_null(0).cast("float64"),
        year_count=year.count(),
    )
    levels = spend.aggregate(
        **{f"level_{n}": spend.year_amount.quantile(q) for n, q in enumerate(LEVELS)}
    )
    rows = spend.cross_join(levels)
    steps = [rows[f"level_{n}"] for n in range(len(LEVELS))]
    rows = rows.mutate(
        next_level_amount=ibis.cases(*((rows.year_amount < step, step) for step in steps)),
        early_amount=rows.year_amount - rows.late_amount,
        usual_amount=rows.year_amount / rows.year_count,
    )
    rows = rows.mutate(
        missing_amount=rows.next_level_amount - rows.year_amount,
        grown_ratio=rows.late_amount / rows.early_amount.nullif(0.0),
    )
    near = rows.filter(
        rows.missing_amount <= WITHIN_ORDERS * rows.usual_amount,
        rows.grown_ratio > 1,
    )
    return near.select(
        "customer_id", "year_amount", "next_level_amount", "missing_amount", "grown_ratio"
    )


def rhythm_group(habits: ir.Table) -> ir.IntegerValue:
    """Mean gap in weeks, up to twelve; null = not a regular who is still close."""
    gap = ibis.greatest(habits.mean_gap_days, 1.0)
    is_close = (habits.order_count >= LEAST_ORDERS) & (
        habits.days_since_last_order <= STILL_CLOSE * gap
    )
    weeks = (gap / 7).floor().cast("int64")
    return ibis.ifelse(is_close, ibis.least(weeks, MOST_GROUP), ibis.null("int64"))


FINDER = Finder(
    kind="thank_and_upgrade",
    title=Text("Thank a loyal customer and propose the next level", "感谢忠诚顾客并邀请升级"),
    question=Text(
        "Which heavy and loyal customers stand just below the next level of spend?",
        "哪些高消费且忠诚的顾客，离下一消费档位只差一步？",
    ),
    why=Text(
        "Spent {year_amount} in a year over {order_count} orders in all and is loyal to brands; "
        "{missing_amount} short of the next level ({next_level_amount}), and spent "
        "{grown_ratio} times as much in the last half year as in the one before.",
        "近一年消费{year_amount}（累计{order_count}单），品牌忠诚；距下一档位"
        "（{next_level_amount}）只差{missing_amount}，近半年消费是前半年的{grown_ratio}倍。",
    ),
    message=Text(
        "{name}, thank you for shopping with us so often. As a thank-you: {discount} off your "
        "next order, from {favourite_category} or anything else, until {valid_until}.",
        "{name}，感谢您一直以来的支持！{valid_until}前，您常买的{favourite_category}及全场商品，"
        "下一单立减{discount}，聊表谢意。",
    ),
    traits=("loyalty_group_en", "total_net_amount"),
    offer=Offer(discount_share=0.05),
    prior=Prior(
        uplift=0.03,
        standard_deviation=0.03,
        source=Text(
            "The makers' assumption for those who come anyway, small and wide on purpose; that "
            "nearness to a goal quickens purchases: Kivetz, Urminsky & Zheng (2006), J. Marketing "
            "Research 43(1), 39-58. It gives way to the first measured campaigns.",
            "开发者对本就常来的顾客的假设，有意取小且宽；离目标越近购买越快，见 Kivetz、Urminsky "
            "与 Zheng（2006）《J. Marketing Research》43(1)。一经实测即被修正。",
        ),
    ),
    window_days=28,
    candidates=candidates,
)
