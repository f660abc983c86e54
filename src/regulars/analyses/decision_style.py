"""Decision style: who buys on impulse and who deliberates, as far as their purchases tell.

Reads    timeline     views, searches and purchases with their products
Returns  one row per customer_id with an order
         order_count | judged_order_count, _share: online, and a product like it was looked at
         judged_count purchases judged (an order's products of one purpose, else category)
         deliberation_score 0-1, the shop's average purchase is 0.5; _low, _high (95%)
         style impulse, deliberate, mixed or not_enough_purchases
         typical_hours from the first look to the order | mean_similar_count other products of
         the group looked at | mean_search_count | mean_session_count | mean_return_count
Figure   figures/decision_style.py
Source   effort before a choice: Payne, Bettman & Johnson (1993) The Adaptive Decision Maker,
         chapter 2; Moe (2003) Buying, searching, or browsing, J. Consumer Psychology 13(1-2).
         Score and ranks: stats/deliberation; shrinkage: stats/credibility.py
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Trait
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline

STYLES = ("impulse", "mixed", "deliberate", "not_enough_purchases")
APART = 0.5  # standard deviations between customers: who is nearer the mean is mixed

RETURNS = Table(
    name="decision_style",
    grain="customer with an order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("order_count", "integer", "orders", "订单数", unit="orders"),
        Column(
            "judged_order_count",
            "integer",
            "online orders of something that was looked at before",
            "可判断订单数",
            unit="orders",
        ),
        Column("judged_order_share", "number", "of the orders", "可判断订单占比"),
        Column(
            "judged_count",
            "integer",
            "purchases that the style rests on",
            "可判断购买数",
            unit="purchases",
        ),
        Column(
            "deliberation_score",
            "number",
            "0-1, the shop's average purchase is 0.5; drawn to it where purchases are few",
            "决策投入分",
            nullable=True,
        ),
        Column(
            "deliberation_low", "number", "lower end of its 95% interval", "下限", nullable=True
        ),
        Column("deliberation_high", "number", "upper end of it", "上限", nullable=True),
        Column(
            "decision_style",
            "text",
            "impulse, deliberate, mixed or not_enough_purchases",
            "决策风格",
        ),
        Column(
            "typical_hours",
            "number",
            "first look to order, geometric mean",
            "决策时长",
            unit="hours",
            nullable=True,
        ),
        Column(
            "mean_similar_count",
            "number",
            "other products of the group looked at",
            "比较商品数",
            nullable=True,
        ),
        Column(
            "mean_search_count",
            "number",
            "searches in the visits on the way",
            "搜索次数",
            nullable=True,
        ),
        Column("mean_session_count", "number", "visits on the way", "会话数", nullable=True),
        Column(
            "mean_return_count",
            "number",
            "times they came back to what they bought",
            "回看次数",
            nullable=True,
        ),
    ),
)


def decision_style(
    timeline: Timeline,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    look_back: str = "30d",
    idle: str = "30m",
    min_purchases: int = 3,
    sureness: float = 0.8,
    view: str | None = None,
    purchase: str | None = None,
) -> pa.Table:
    """The style of every customer, from purchases between the days.

    The way to a purchase begins no earlier than ``look_back`` before it. impulse or
    deliberate: with a probability of ``sureness`` the customer's own score lies below or above
    the shop's mean, given what they buy, and by at least half of how customers differ
    (standard deviation); mixed: all others; not_enough_purchases: fewer than ``min_purchases``
    judged. ``view``, ``purchase``: the events that mean it. Raises ParameterInvalid.
    """
    check_whole("min_purchases", min_purchases, 1)
    check_number("sureness", sureness, 0.5, 1)
    first, end = timeline.span(since, until, as_of)
    lengths = {
        "look_back": microseconds("look_back", look_back),
        "idle": microseconds("idle", idle),
    }
    from regulars.stats.deliberation import judged, people_of, ways_of

    ways = ways_of(timeline, first=first, end=end, view=view, purchase=purchase, **lengths)
    if ways is None:
        return RETURNS.arrow_schema().empty_table()
    people = people_of(timeline, judged(timeline, ways).people)
    ids = timeline.person_ids.take(pa.array(people.numbers)).combine_chunks()
    columns = _columns(people.fields, min_purchases, sureness)
    return pa.table({"customer_id": ids, **columns}, schema=RETURNS.arrow_schema())


def _columns(fields: Any, fewest: int, sureness: float) -> dict[str, Any]:
    """The columns after the customer's id."""
    from regulars.stats.credibility import credibility
    from regulars.stats.deliberation import ways as kernels

    orders, judged_orders, counts, sums, squares = fields.T[:5]
    shop = credibility(counts, sums, squares)
    score, error = shop.estimates(counts, sums)
    has = counts > 0
    means = fields[:, 5:] / np.maximum(counts, 1)[:, None]
    hours = np.expm1(means[:, kernels.ELAPSED]) / 3600

    def known(values: Any) -> Any:
        return pa.array(values, mask=~has)

    return {
        "order_count": orders.astype(np.int64),
        "judged_order_count": judged_orders.astype(np.int64),
        "judged_order_share": judged_orders / np.maximum(orders, 1),
        "judged_count": counts.astype(np.int64),
        "deliberation_score": known(np.clip(score, 0, 1)),
        "deliberation_low": known(np.clip(score - 1.96 * error, 0, 1)),
        "deliberation_high": known(np.clip(score + 1.96 * error, 0, 1)),
        "decision_style": _styles(
            score - shop.mean, error, shop.between**0.5, counts >= fewest, sureness
        ),
        "typical_hours": known(hours),
        "mean_similar_count": known(means[:, kernels.SIMILAR]),
        "mean_search_count": known(means[:, kernels.SEARCHES]),
        "mean_session_count": known(means[:, kernels.SESSIONS]),
        "mean_return_count": known(means[:, kernels.RETURNS]),
    }


def _styles(distance: Any, error: Any, spread: float, is_enough: Any, sureness: float) -> Any:
    """The style by how surely, and how far, a score lies on one side of the shop's mean."""
    from scipy.stats import norm

    sure = norm.cdf(np.abs(distance) / np.maximum(error, 1e-12)) >= sureness
    far = np.abs(distance) > APART * spread
    side = np.where(sure & far, np.sign(distance), 0).astype(np.int64) + 1
    codes = np.where(is_enough, side, 3).astype(np.int32)
    return pa.array(STYLES).take(pa.array(codes, pa.int32()))


ANALYSIS = Analysis(
    title=Text("Decision style", "决策风格"),
    question=Text(
        "Who buys on impulse, and who compares and comes back before they buy?",
        "谁一看就买，谁货比三家、反复斟酌？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=decision_style,
    traits=(
        Trait(
            "decision_style",
            "text",
            Text("Decision style", "决策风格"),
            Text(
                "impulse, deliberate or mixed, for what they buy; needs three judged purchases",
                "在同类商品中属冲动型、斟酌型还是混合型；至少需 3 次可判断的购买",
            ),
        ),
        Trait(
            "deliberation_score",
            "number",
            Text("Deliberation", "决策投入分"),
            Text(
                "0-1: how much they look, compare and return before buying; the shop's mean is 0.5",
                "0–1：购买前浏览、比较、回看的程度，全店平均为 0.5",
            ),
        ),
        Trait(
            "decision_purchase_count",
            "integer",
            Text("Purchases judged for the decision style", "决策风格依据的购买次数"),
            Text(
                "online purchases of something looked at before", "购买前看过同类商品的线上购买次数"
            ),
            unit="purchases",
            column="judged_count",
        ),
    ),
)
