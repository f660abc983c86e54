"""Calibration of the lifetime value: what the model said of held-back days, and what came.

Reads    orders       one row per order_id
         returns      one row per return_id
Returns  one row per (group_kind, group_number)
         all: 0, every customer | tenth: 1 (least expected) to 10 | repeat_order_count: 0 to 7,
         which is 7 or more | week: 1, 2, ... of the held-back days, orders added up so far
         customer_count | expected_order_count; _low, _high: 95% | actual_order_count
         past_rate_order_count: everybody goes on as before, the simple rule beside it
         expected_amount, actual_amount (not of weeks)
Figure   figures/clv_calibration.py
Source   stats/buying/held_back.py: Fader, Hardie & Lee (2005), section 5, figures 2 to 4
"""

from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import ParameterInvalid
from regulars.stats.buying.purchase_days import DAYS, Buyers, Window, buyers, purchase_days
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_choice, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

WEEK = 7

RETURNS = Table(
    name="clv_calibration",
    grain="group of customers, or week of the held-back days",
    key=("group_kind", "group_number"),
    columns=(
        Column("group_kind", "text", "all, tenth, repeat_order_count or week", "分组方式"),
        Column("group_number", "integer", "which group, week or number of repeat orders", "组号"),
        Column("customer_count", "integer", "customers", "顾客数", unit="customers"),
        Column("expected_order_count", "number", "orders that the model expected", "预期订单数"),
        Column("expected_low", "number", "lower end of its 95% interval", "下限", nullable=True),
        Column("expected_high", "number", "upper end of it", "上限", nullable=True),
        Column("actual_order_count", "integer", "orders that came", "实际订单数", unit="orders"),
        Column(
            "past_rate_order_count",
            "number",
            "simple: everybody goes on at the rate so far",
            "按过往频率推算（简单法）",
        ),
        Column(
            "expected_amount",
            "money",
            "spend that the model expected, less refunds",
            "预期金额",
            nullable=True,
        ),
        Column(
            "actual_amount", "money", "spend that came, less refunds", "实际金额", nullable=True
        ),
    ),
)


def clv_calibration(
    orders: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    model: Literal["mbg_nbd", "bg_nbd", "pareto_nbd"] = "mbg_nbd",
    unit: Literal["day", "week"] = "day",
    since: date | None = None,
    until: date | None = None,
    held_back_days: int = 91,
) -> Fit:
    """The model of ``clv`` fitted without the last ``held_back_days`` up to ``until`` (as_of),
    against what happened on them. Of customers whose first order lies before them.

    Refunds count where they are known: those booked on held-back days do not lessen what the
    model is fitted on. Raises ParameterInvalid, NothingToAnalyse as ``clv`` does.
    """
    check_choice("model", model, ("mbg_nbd", "bg_nbd", "pareto_nbd"))
    check_choice("unit", unit, DAYS)
    check_whole("held_back_days", held_back_days, WEEK, 3650)
    window = Window.given(since, until, as_of)
    cut = window.until - timedelta(days=held_back_days)
    if since is not None and since > cut:
        raise ParameterInvalid(
            f"Parameter held_back_days cannot be {held_back_days}: nobody is left who first "
            f"ordered between {since} and {cut}."
        )
    days = purchase_days(orders, returns, window.until, cut)
    people = buyers(days, window, cut)
    later = days.join(people.select("customer_id"), "customer_id")
    later = later.filter(later.bought_on > ibis.literal(cut))
    ahead = later.bought_on.delta(ibis.literal(cut), unit="day") - 1
    weeks = later.group_by(week=(ahead / WEEK).floor().cast("int64")).aggregate(
        order_count=later.count()
    )

    def make(customers: pa.Table, weeks: pa.Table) -> Fitted:
        return _compared(customers, weeks, (model, unit, cut, window))

    return Fit({"customers": people, "weeks": weeks}, make)


def _compared(customers: pa.Table, weeks: pa.Table, asked: tuple[str, str, date, Window]) -> Fitted:
    from regulars.stats.buying.held_back import MOST_REPEATS, PARTS, held_back, parts_of
    from regulars.stats.buying.valuing import ordering, spend

    model, unit, cut, window = asked
    people = Buyers.of(customers, unit)
    orders = ordering(model, people, cut)
    amounts = spend(people)
    length = DAYS[unit]
    day_count = (window.until - cut).days
    kept = held_back(orders, amounts, day_count / length)
    nobody = np.zeros_like(people.number)
    repeats = np.minimum(people.repeat_count, MOST_REPEATS).astype(np.int64)
    tables = [
        _group("all", 0, kept.sums(nobody, 1)),
        _group("tenth", 1, kept.sums(parts_of(kept.expected), PARTS)),
        _group("repeat_order_count", 0, kept.sums(repeats, MOST_REPEATS + 1)),
        _by_week(orders, weeks, day_count, length, float(kept.past_rate.sum())),
    ]
    columns = {
        column.name: np.concatenate([table[column.name] for table in tables])
        for column in RETURNS.columns
    }
    there = columns["customer_count"] > 0
    rows = arrow_rows({name: values[there] for name, values in columns.items()}, RETURNS)
    said = orders.described() | {
        "window": {"since": window.since, "until": cut},
        "unit": unit,
        "spend": amounts.described(),
        "held_back": {
            "since": cut + timedelta(days=1),
            "until": window.until,
            "row_count": len(people.number),
        },
        "measures": kept.measures(),
    }
    return Fitted(rows, said)


def _group(kind: str, first: int, sums: dict[str, Any]) -> dict[str, Any]:
    size = len(sums["customer_count"])
    return {
        "group_kind": np.full(size, kind),
        "group_number": np.arange(first, first + size),
        **sums,
    }


def _by_week(
    orders: Any, weeks: pa.Table, day_count: int, length: int, past_rate: float
) -> dict[str, Any]:
    """Orders added up from the first held-back day to the end of each week."""
    size = -(-day_count // WEEK)
    came = np.zeros(size, np.int64)
    came[weeks["week"].to_numpy()] = weeks["order_count"].to_numpy()
    ends = np.minimum(np.arange(1, size + 1) * WEEK, day_count)
    weight = orders.buyers.known.weight
    expected = np.array([float((orders.expected(end / length) * weight).sum()) for end in ends])
    unknown = np.full(size, np.nan)
    return {
        "group_kind": np.full(size, "week"),
        "group_number": np.arange(1, size + 1),
        "customer_count": np.full(size, orders.buyers.known.customer_count),
        "expected_order_count": expected,
        "expected_low": unknown,
        "expected_high": unknown,
        "actual_order_count": came.cumsum(),
        "past_rate_order_count": past_rate * ends / day_count,
        "expected_amount": unknown,
        "actual_amount": unknown,
    }


ANALYSIS = Analysis(
    title=Text("Calibration of the lifetime value", "生命周期价值校准"),
    question=Text(
        "How well did the model foresee what has come since?",
        "模型的预测与随后实际发生的相符吗？",
    ),
    reads=("orders", "returns"),
    returns=RETURNS,
    compute=clv_calibration,
    is_fitted=True,
)
