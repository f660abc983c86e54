"""Replenish: a customer will soon need again what they buy here, and has not bought it yet.

Reads    customer_traits, orders
Returns  one row per customer with two orders or more whose day to be reminded of the next need
         lies within a week, and who is not expected to have met it before then
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

AHEAD_DAYS = 7
LEAST_CHANCE = 0.3  # of needing it within 30 days: below it the reminder is a guess
LEAST_OPEN_DAYS = 7
MOST_GROUP = 8


def candidates(tables: Mapping[str, ir.Table], *, as_of: date, window_days: int) -> ir.Table:
    """Who is to be reminded, why, and the chance that they come by themselves.

    An overdue need is still open, and its reminder is for tomorrow: next_need says what has
    not happened until as_of. The offer stands until the day by which nine in ten have come.
    """
    orders = tables["orders"]
    repeat = with_baseline(
        behaviour(orders, as_of), orders, as_of=as_of, window_days=window_days, group=rhythm_group
    )
    traits = tables["customer_traits"]
    traits = traits.select("customer_id", *TRAITS)
    today = ibis.literal(as_of)
    due = traits.filter(
        traits.next_need_remind_on <= today + ibis.interval(days=AHEAD_DAYS),
        traits.next_need_on.notnull(),
        traits.next_need_chance >= LEAST_CHANCE,
        traits.total_net_amount > 0,
    )
    rows = repeat.join(due, "customer_id")
    figures: dict[str, ir.Value] = {
        "purpose": rows.next_need_purpose.replace("_", " "),
        "expected_on": rows.next_need_on,
        "low_on": rows.next_need_low_on,
        "high_on": rows.next_need_high_on,
        "chance_percent": (100 * rows.next_need_chance).round().cast("int64"),
        "remind_on": rows.next_need_remind_on,
        "days_since_last_order": rows.days_since_last_order,
        "response_baseline": rows.response_baseline,
    }
    latest = today + ibis.interval(days=window_days)
    soonest = today + ibis.interval(days=LEAST_OPEN_DAYS)
    ends = ibis.greatest(ibis.least(rows.next_need_high_on.fill_null(latest), latest), soonest)
    return rows.select(
        "customer_id", "response_baseline", why=figures_json(figures), expires_on=ends.cast("date")
    )


def rhythm_group(habits: ir.Table) -> ir.IntegerValue:
    """How far into their own mean gap between orders, in quarters, the last one open (two gaps
    and more); null = one order only."""
    share = habits.days_since_last_order / ibis.greatest(habits.mean_gap_days, 1.0)
    quarters = (4 * share).floor().cast("int64")
    is_repeat = habits.mean_gap_days.notnull()
    return ibis.ifelse(is_repeat, ibis.least(quarters, MOST_GROUP), ibis.null("int64"))


TRAITS = (
    "next_need_purpose",
    "next_need_on",
    "next_need_low_on",
    "next_need_high_on",
    "next_need_remind_on",
    "next_need_chance",
    "total_net_amount",
)

FINDER = Finder(
    kind="replenish",
    title=Text("Replenish before the need", "在需要之前提醒补货"),
    question=Text(
        "Who will soon need again what they buy here, and whom is a reminder worth?",
        "哪些顾客即将再次需要常购商品，值得发送提醒？",
    ),
    why=Text(
        "Will need “{purpose}” again about {expected_on} (80% of such needs from {low_on} on, by "
        "{high_on}); {chance_percent}% are likely to buy it within 30 days. Last order "
        "{days_since_last_order} days ago.",
        "预计{expected_on}前后再次需要“{purpose}”（80%区间：{low_on}至{high_on}），"
        "30天内购买的概率为{chance_percent}%；距上次下单{days_since_last_order}天。",
    ),
    message=Text(
        "{name}, running low on {needed_purpose}? Order before you run out: {discount} off "
        "until {valid_until}.",
        "{name}，您的{needed_purpose}快用完了吧？趁早补货，{valid_until}前下单立减{discount}。",
    ),
    traits=TRAITS,
    offer=Offer(discount_share=0.05),
    prior=Prior(
        uplift=0.04,
        standard_deviation=0.03,
        source=Text(
            "The makers' assumption for a reminder with a small offer, wide on purpose; many "
            "would come by themselves. It gives way to the first measured campaigns.",
            "开发者对小额优惠提醒的假设，有意取较宽范围，因为许多人本来就会购买；一经实测即被修正。",
        ),
    ),
    window_days=28,
    candidates=candidates,
)
