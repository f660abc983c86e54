"""Next need: for each customer, the purpose they will most likely need first.

Reads    orders, order_lines, products
Returns  one row per customer_id with a purpose bought on ``min_purchases`` days or more that
         they still buy with a probability of ``min_still_buying`` or more
         purpose the one expected first | expected_on median, low_on to high_on 80%, if they
         still buy it; null beyond five years | remind_on | within_30_days_probability
         still_buying_probability | usual_quantity | is_regular
         due_purpose_count purposes due or overdue | purpose_count all that qualify
Figure   figures/next_need.py
Source   as analyses/repurchase.py, of which it is the summary
"""

from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.stats.repurchase.states import DUE, OVERDUE, states
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.sharing import once
from regulars.tables.text import Text

RETURNS = Table(
    name="next_need",
    grain="customer with a need to come",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("purpose", "text", "what they will most likely need first", "下次需求"),
        Column("expected_on", "day", "median, if they still buy it", "预计购买日期", nullable=True),
        Column("low_on", "day", "one in ten has come by then", "最早", nullable=True),
        Column("high_on", "day", "nine in ten have come by then", "最晚", nullable=True),
        Column(
            "remind_on", "day", "lead_days before one in four has come", "提醒日期", nullable=True
        ),
        Column("within_30_days_probability", "number", "to buy it in 30 days", "30 天内购买概率"),
        Column("still_buying_probability", "number", "of this purpose, here", "仍在购买概率"),
        Column("usual_quantity", "number", "geometric mean", "通常购买数量", unit="pieces"),
        Column("is_regular", "flag", "they buy it at regular intervals", "是否规律购买"),
        Column("due_purpose_count", "integer", "due within a week, or overdue", "到期需求数"),
        Column("purpose_count", "integer", "that they buy again and again", "需求数"),
    ),
)

SOONEST_FIRST: list[tuple[str, Any]] = [
    ("within_30_days_probability", "descending"),
    ("customer_id", "ascending"),
]


def next_need(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    *,
    as_of: date,
    min_purchases: int = 2,
    min_still_buying: float = 0.5,
    lead_days: int = 3,
) -> Fit:
    """The need of each customer whose median date comes first; of equal ones the surer.

    Options as of repurchase. Raises ParameterInvalid, and NothingToAnalyse.
    """
    check_whole("min_purchases", min_purchases, 1)
    check_number("min_still_buying", min_still_buying, 0, 1)
    check_whole("lead_days", lead_days, 0, 365)
    from regulars.stats.repurchase import learning

    def make(sample: pa.Table, rows: pa.Table) -> Fitted:
        model, found = once(learning.foretold, {"sample": sample, "rows": rows}, as_of=as_of)
        rows, found = learning.kept(rows, found, found.alive >= min_still_buying)
        answer = arrow_rows(_columns(model, rows, found, lead_days), RETURNS)
        scores = deciles(answer["within_30_days_probability"].to_numpy())
        answer = answer.sort_by(SOONEST_FIRST)
        return Fitted(answer, model.card() | {"scores": scores})

    asks = learning.asks(orders, order_lines, products, as_of=as_of, least=min_purchases)
    return Fit(asks, make)


def _columns(model: Any, rows: pa.Table, found: Any, lead_days: int) -> dict[str, Any]:
    from regulars.stats.repurchase import forecast, learning

    people = rows["customer_id"].combine_chunks().dictionary_encode()
    person = np.asarray(people.indices.to_numpy(), dtype=np.int64)
    remind = learning.remind_ahead(found, lead_days)
    state = states(found.alive, found.longer, remind)
    is_now = (state == DUE) | (state == OVERDUE)
    first = _first(person, learning.days_ahead(found), found.within[:, 1], rows["purpose"])
    mask = np.zeros(len(person), dtype=bool)
    mask[first] = True
    (chosen, then), who = learning.kept(rows, found, mask), person[mask]
    count = learning.number(chosen, "purchase_count")
    return {
        "customer_id": chosen["customer_id"],
        "purpose": chosen["purpose"],
        "expected_on": learning.dates(model.as_of, learning.days_ahead(then)),
        "low_on": learning.dates(model.as_of, learning.days_ahead(then, forecast.LOW)),
        "high_on": learning.dates(model.as_of, learning.days_ahead(then, forecast.HIGH)),
        "remind_on": learning.dates(model.as_of, remind[mask]),
        "within_30_days_probability": then.within[:, 1],
        "still_buying_probability": then.alive,
        "usual_quantity": np.exp(learning.number(chosen, "log_quantity") / np.maximum(count, 1)),
        "is_regular": learning.is_regular(then, count),
        "due_purpose_count": np.bincount(person, is_now)[who].astype(np.int64) if len(who) else who,
        "purpose_count": np.bincount(person)[who] if len(who) else who,
    }


def _first(person: Any, ahead: Any, chance: Any, purposes: Any) -> Any:
    """The row of each person's first need."""
    name = pc.rank(purposes, tiebreaker="dense").to_numpy()
    order = np.lexsort((name, -chance, ahead, person))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = person[order][1:] != person[order][:-1]
    return order[begins]


TRAITS = (
    Trait(
        "next_need_purpose",
        "text",
        Text("Next need", "下次需求"),
        Text("what they will most likely need first", "最可能最先再次需要的用途"),
        column="purpose",
    ),
    Trait(
        "next_need_on",
        "day",
        Text("Next need expected on", "下次需求预计日期"),
        Text("as many come before it as after, if they still buy it", "若仍购买，早晚各半的日期"),
        column="expected_on",
    ),
    Trait(
        "next_need_low_on",
        "day",
        Text("Next need, at the earliest", "下次需求最早日期"),
        Text("one in ten has come by then", "十人中有一人会在此日前购买"),
        column="low_on",
    ),
    Trait(
        "next_need_high_on",
        "day",
        Text("Next need, at the latest", "下次需求最晚日期"),
        Text("nine in ten have come by then", "十人中有九人会在此日前购买"),
        column="high_on",
    ),
    Trait(
        "next_need_remind_on",
        "day",
        Text("Remind of the next need on", "下次需求提醒日期"),
        Text(
            "a few days before one in four has come by themselves",
            "在四人中有一人自行购买之前的几天",
        ),
        column="remind_on",
    ),
    Trait(
        "next_need_chance",
        "number",
        Text("Next need within 30 days", "30 天内下次需求概率"),
        Text("probability that they buy it within 30 days", "30 天内购买该用途的概率"),
        column="within_30_days_probability",
    ),
    Trait(
        "next_need_is_regular",
        "flag",
        Text("Buys the next need regularly", "下次需求为规律购买"),
        Text("at regular intervals, with a probability of 0.8 or more", "间隔规律的概率不低于 0.8"),
        column="is_regular",
    ),
    Trait(
        "due_need_count",
        "integer",
        Text("Needs due", "到期需求数"),
        Text("purposes to remind of within a week, or overdue", "一周内应提醒或已逾期的用途数"),
        column="due_purpose_count",
    ),
)

ANALYSIS = Analysis(
    title=Text("Next need of each customer", "每位顾客的下次需求"),
    question=Text(
        "What will each customer need first, and when?", "每位顾客最先需要什么，在什么时候？"
    ),
    reads=("orders", "order_lines", "products"),
    returns=RETURNS,
    compute=next_need,
    traits=TRAITS,
    is_fitted=True,
)
