"""Repurchase: when each customer will need each purpose again, and when to remind them.

Reads    orders, order_lines, products
Returns  one row per (customer_id, purpose) bought on ``min_purchases`` days or more that is
         still bought with a probability of ``min_still_buying`` or more
         purchase_count days | last_purchase_on, last_quantity | usual_quantity, geometric mean
         days_per_piece that one lasts them | usual_gap_days at the usual quantity
         own_history_share 0-1 of that figure's weight that is their own, not the purpose's
         regular_probability, is_regular (0.8 or more, of 3 days or more) | still_buying_probability
         within_14_days_probability, within_30_days_probability
         expected_on median, low_on to high_on 80%, if they still buy; null beyond five years
         remind_on | need_state overdue, due, not_due, probably_left
Figure   figures/repurchase.py
Source   stats/repurchase: MBG/CNBD-k by Reutterer, Platzer & Schroeder (2021), two kinds of
         buyers a purpose; stock-up by within-customer elasticity
"""

from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.stats.repurchase.states import STATES, states
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

RETURNS = Table(
    name="repurchase",
    grain="(customer, purpose)",
    key=("customer_id", "purpose"),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("purpose", "text", "the products' purpose, else last level of category", "用途"),
        Column("purchase_count", "integer", "days on which it was bought", "购买天数", unit="days"),
        Column("last_purchase_on", "day", "the last of them", "最近购买日期"),
        Column("last_quantity", "number", "bought then", "最近购买数量", unit="pieces"),
        Column("usual_quantity", "number", "geometric mean", "通常购买数量", unit="pieces"),
        Column(
            "days_per_piece", "number", "that one piece lasts them", "每件可用天数", unit="days"
        ),
        Column("usual_gap_days", "number", "at the usual quantity", "通常购买间隔", unit="days"),
        Column(
            "own_history_share",
            "number",
            "0-1 of its weight that is their own purchases, not the purpose's",
            "自身历史权重",
        ),
        Column("regular_probability", "number", "to be a regular buyer", "规律购买概率"),
        Column(
            "is_regular", "flag", "that is 0.8 or more, and three purchases are", "是否规律购买"
        ),
        Column("still_buying_probability", "number", "of this purpose, here", "仍在购买概率"),
        Column("within_14_days_probability", "number", "to buy in 14 days", "14 天内购买概率"),
        Column("within_30_days_probability", "number", "to buy in 30 days", "30 天内购买概率"),
        Column("expected_on", "day", "median, if they still buy", "预计购买日期", nullable=True),
        Column("low_on", "day", "one in ten has come by then", "最早", nullable=True),
        Column("high_on", "day", "nine in ten have come by then", "最晚", nullable=True),
        Column(
            "remind_on",
            "day",
            "lead_days before one in four has come",
            "提醒日期",
            nullable=True,
        ),
        Column("need_state", "text", f"one of {', '.join(STATES)}", "需求状态"),
    ),
)

SOONEST_FIRST: list[tuple[str, Any]] = [
    ("within_14_days_probability", "descending"),
    ("customer_id", "ascending"),
    ("purpose", "ascending"),
]


def repurchase(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    min_purchases: int = 2,
    min_still_buying: float = 0.1,
    lead_days: int = 3,
) -> Fit:
    """The next purchase of every customer and purpose.

    ``min_purchases``: with 1, those who bought it once are rows too, and theirs is the
    purpose's date. ``remind_on`` is the day by which one in four of those alike has bought
    again, less ``lead_days``, and tomorrow at the earliest: three of four needs are then still
    open. need_state: probably_left where still_buying_probability is below a half; overdue
    where three in four gaps of theirs are shorter than what has passed; due where
    remind_on is within a week. Raises ParameterInvalid, and NothingToAnalyse.
    """
    check_whole("min_purchases", min_purchases, 1)
    check_number("min_still_buying", min_still_buying, 0, 1)
    check_whole("lead_days", lead_days, 0, 365)
    from regulars.stats.repurchase import learning

    def make(sample: pa.Table, rows: pa.Table) -> Fitted:
        model, found = once(learning.foretold, {"sample": sample, "rows": rows}, as_of=as_of)
        rows, found = learning.kept(rows, found, found.alive >= min_still_buying)
        answer = arrow_rows(_columns(model, rows, found, lead_days), RETURNS)
        scores = deciles(found.within[:, 1])
        return Fitted(answer.sort_by(SOONEST_FIRST), model.card() | {"scores": scores})

    asks = learning.asks(orders, order_lines, products, as_of=as_of, least=min_purchases)
    return Fit(asks, make)


def _columns(model: Any, rows: pa.Table, found: Any, lead_days: int) -> dict[str, Any]:
    from regulars.stats.repurchase import forecast, learning

    as_of = model.as_of
    count = learning.number(rows, "purchase_count")
    usual = np.exp(learning.number(rows, "log_quantity") / np.maximum(count, 1))
    power = model.needs.elasticity[model.numbers(rows["purpose"])]
    remind = learning.remind_ahead(found, lead_days)
    return {
        "customer_id": rows["customer_id"],
        "purpose": rows["purpose"],
        "purchase_count": rows["purchase_count"],
        "last_purchase_on": rows["last_on"],
        "last_quantity": rows["last_quantity"],
        "usual_quantity": usual,
        "days_per_piece": found.gap,
        "usual_gap_days": found.gap * usual**power,
        "own_history_share": found.own_share,
        "regular_probability": found.regular,
        "is_regular": learning.is_regular(found, count),
        "still_buying_probability": found.alive,
        "within_14_days_probability": found.within[:, 0],
        "within_30_days_probability": found.within[:, 1],
        "expected_on": learning.dates(as_of, learning.days_ahead(found)),
        "low_on": learning.dates(as_of, learning.days_ahead(found, forecast.LOW)),
        "high_on": learning.dates(as_of, learning.days_ahead(found, forecast.HIGH)),
        "remind_on": learning.dates(as_of, remind),
        "need_state": learning.named(states(found.alive, found.longer, remind)),
    }


ANALYSIS = Analysis(
    title=Text("The next need", "下次需求"),
    question=Text(
        "When will this customer need this again, and when should we remind them?",
        "这位顾客何时会再需要它？应在哪天提醒？",
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=repurchase,
    is_fitted=True,
)
