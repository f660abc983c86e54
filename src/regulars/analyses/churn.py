"""Churn: who is leaving, what is at stake with each, and what the risk goes with.

Reads    orders       one row per order_id
         order_lines  one row per (order_id, line_no)
         products     one row per product_id
         returns      one row per return_id
Returns  one row per customer_id with at least one order up to as_of
         churn_risk: the chance of no order within the own long gap (horizon_days) after as_of
         seen_low_rate, seen_high_rate: how many with such a risk stayed away when held back
         value_at_risk_amount = risk x what he would spend in value_days if he stayed
         is_early_warning, warning_rank: high risk, not lost yet; the most at stake first
         driver_1 ... 3: features that the risk goes with, and their effects in log-odds
Figure   figures/churn.py
Source   stats/churn/
"""

from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.stats.churn.asking import TABLES, Leaving, leaving
from regulars.stats.churn.choosing import Chosen
from regulars.stats.churn.drivers import TOP, top_drivers
from regulars.stats.churn.features import ALIVE, NAMES, flag, matrix
from regulars.stats.churn.judging import told_and_came
from regulars.tables.analysis import Analysis, Trait
from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

MEDIUM_OF_HIGH = 0.5  # a medium risk begins at half of a high one

RETURNS = Table(
    name="churn",
    grain="customer with at least one order",
    key=("customer_id",),
    columns=(
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column(
            "churn_risk",
            "number",
            "chance of no order within horizon_days; null for those already lost",
            "流失风险",
            nullable=True,
        ),
        Column(
            "seen_low_rate",
            "number",
            "of held-back customers with such a risk this share stayed away: 95% interval, low",
            "实际流失率下限",
            nullable=True,
        ),
        Column("seen_high_rate", "number", "the same, high", "实际流失率上限", nullable=True),
        Column("churn_tier", "text", "high, medium, low, or lost already", "流失风险等级"),
        Column("is_early_warning", "flag", "high risk and not lost yet", "流失预警"),
        Column(
            "warning_rank",
            "integer",
            "place among the warnings, most value at risk first",
            "预警排名",
            nullable=True,
        ),
        Column(
            "value_at_risk_amount",
            "money",
            "risk x spend expected if the customer stays",
            "风险金额",
            nullable=True,
        ),
        Column(
            "expected_spend_amount",
            "money",
            "spend expected in value_days if the customer stays",
            "留存预期消费",
            nullable=True,
        ),
        Column("days_since_last_order", "integer", "to as_of", "距上次下单天数", unit="days"),
        Column(
            "horizon_days",
            "integer",
            "the own long gap, at most the option's",
            "判断期",
            unit="days",
        ),
        Column("alive_probability", "number", "P(alive) of MBG/NBD", "仍活跃概率"),
        *(
            column
            for number in range(1, TOP + 1)
            for column in (
                Column(
                    f"driver_{number}",
                    "text",
                    "a feature that the risk goes with",
                    f"相关因素{number}",
                    nullable=True,
                ),
                Column(
                    f"driver_{number}_effect",
                    "number",
                    "its effect in log-odds; above 0 goes with leaving",
                    f"因素{number}影响",
                    nullable=True,
                ),
            )
        ),
        Column("churn_method", "text", "the method that is used", "预测方法"),
    ),
)


def churn(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    horizon_days: int = 90,
    high_risk: float = 0.5,
    value_days: int = 365,
    customer_sample: int = 8_000,
    seed: int = 7,
) -> Fit:
    """The risk of every customer who is not lost yet.

    Leaving means: no order for longer than nine in ten of the customer's own gaps, counted from
    the day of the question and at most ``horizon_days``. Four methods learn from up to
    ``customer_sample`` customers on past days, are judged on the last two days whose outcome is
    known, and the best is used (`churn_method`; churn_comparison has them all). A risk from
    ``high_risk`` is high, from half of it medium. Raises ParameterInvalid; NothingToAnalyse
    where too little is known to learn from.
    """
    check_number("high_risk", high_risk, 0.05, 0.95)
    check_whole("value_days", value_days, 7, 3650)

    def finish(found: Leaving) -> Fitted:
        columns = _columns(found.chosen, found.everyone, high_risk, value_days)
        risks = columns["churn_risk"]
        return Fitted(
            arrow_rows(columns, RETURNS), {**found.chosen.model(), "scores": deciles(risks)}
        )

    return leaving(
        (orders, order_lines, products, returns),
        finish,
        as_of=as_of,
        horizon_days=horizon_days,
        customer_sample=customer_sample,
        seed=seed,
        with_everyone=True,
    )


def _columns(
    chosen: Chosen, everyone: pa.Table, high_risk: float, value_days: int
) -> dict[str, Any]:
    known = matrix(everyone, chosen.rhythm)
    at_risk = ~flag(everyone, "is_lost")
    risk = np.full(len(known), np.nan)
    risk[at_risk] = chosen.used.risk(known[at_risk])
    expected = _expected_spend(chosen, everyone, value_days)
    value = risk * expected
    is_warning = at_risk & (np.nan_to_num(risk) >= high_risk)
    rank = np.full(len(known), np.nan)
    # the rows are in the order of customer_id, which decides among equals
    order = np.argsort(-np.nan_to_num(value[is_warning]), kind="stable")
    rank[np.flatnonzero(is_warning)[order]] = np.arange(1, len(order) + 1)
    low, high = _seen(chosen, risk)
    return {
        "customer_id": everyone["customer_id"],
        "churn_risk": risk,
        "seen_low_rate": low,
        "seen_high_rate": high,
        "churn_tier": _tiers(risk, high_risk),
        "is_early_warning": is_warning,
        "warning_rank": rank,
        "value_at_risk_amount": value,
        "expected_spend_amount": expected,
        "days_since_last_order": everyone["days_since_last_order"],
        "horizon_days": everyone["horizon_days"],
        "alive_probability": known[:, ALIVE].astype(np.float64),
        "churn_method": pa.repeat(chosen.used.name, len(known)),
        **_drivers(chosen, known, at_risk),
    }


def _expected_spend(chosen: Chosen, everyone: pa.Table, value_days: int) -> Any:
    """Days with orders that MBG/NBD expects of who stays, times what such a day was worth."""
    spent, days = (
        everyone[name].to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("net_amount_total", "order_day_count")
    )
    coming = chosen.rhythm.order_days_if_alive(everyone, float(value_days))
    return np.maximum(spent / days, 0) * coming


def _seen(chosen: Chosen, risk: Any) -> tuple[Any, Any]:
    """The interval of what came of the held-back tenth that a risk falls in."""
    parts = told_and_came(chosen.held[chosen.used.name].risk, chosen.label)
    ends = [part.end for part in parts[:-1]]
    place = np.searchsorted(ends, np.nan_to_num(risk), side="left")
    low, high = (np.array([getattr(p, side) for p in parts])[place] for side in ("low", "high"))
    missing = np.isnan(risk)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def _tiers(risk: Any, high_risk: float) -> Any:
    names = np.array(["low", "medium", "high", "lost"])
    tier = np.digitize(np.nan_to_num(risk), [high_risk * MEDIUM_OF_HIGH, high_risk])
    return names[np.where(np.isnan(risk), 3, tier)]


def _drivers(chosen: Chosen, known: Any, at_risk: Any) -> dict[str, Any]:
    places = np.full((len(known), TOP), -1, dtype=np.int64)
    effects = np.full((len(known), TOP), np.nan)
    places[at_risk], effects[at_risk] = top_drivers(chosen.used, known[at_risk])
    names = np.array([*NAMES, None])  # the last, -1, where there is none
    found: dict[str, Any] = {}
    for number in range(TOP):
        found[f"driver_{number + 1}"] = names[places[:, number]]
        found[f"driver_{number + 1}_effect"] = effects[:, number]
    return found


TRAITS = (
    Trait(
        "churn_risk",
        "number",
        Text("Churn risk", "流失风险"),
        Text(
            "chance of no order within the customer's own long gap; null for those already lost",
            "在本人偏长间隔内不再下单的概率；已流失者为空",
        ),
    ),
    Trait(
        "churn_risk_low",
        "number",
        Text("Churn risk, low", "流失风险下限"),
        Text(
            "of held-back customers with such a risk this share stayed away: 95% interval, low",
            "留出数据中风险相近的顾客实际流失比例：95% 区间下限",
        ),
        column="seen_low_rate",
    ),
    Trait(
        "churn_risk_high",
        "number",
        Text("Churn risk, high", "流失风险上限"),
        Text(
            "of held-back customers with such a risk this share stayed away: 95% interval, high",
            "留出数据中风险相近的顾客实际流失比例：95% 区间上限",
        ),
        column="seen_high_rate",
    ),
    Trait(
        "churn_tier",
        "text",
        Text("Churn tier", "流失风险等级"),
        Text("high, medium or low risk, or lost already", "高、中、低风险，或已流失"),
    ),
    Trait(
        "is_early_warning",
        "flag",
        Text("Early warning", "流失预警"),
        Text("high churn risk and not lost yet", "流失风险高且尚未流失"),
    ),
    Trait(
        "value_at_risk_amount",
        "money",
        Text("Value at risk", "风险金额"),
        Text(
            "churn risk times the spend expected if the customer stays",
            "流失风险乘以顾客留存时的预期消费",
        ),
    ),
    *(
        Trait(
            f"churn_driver_{number}",
            "text",
            Text(f"Churn risk goes with ({number})", f"流失风险相关因素{number}"),
            Text(
                "a feature that the risk goes with; it is not said to be the reason",
                "与流失风险相关的特征，并非原因",
            ),
            column=f"driver_{number}",
        )
        for number in range(1, TOP + 1)
    ),
    Trait(
        "churn_method",
        "text",
        Text("Churn method", "流失预测方法"),
        Text("the method that told the risk", "用于预测流失风险的方法"),
    ),
)

ANALYSIS = Analysis(
    title=Text("Churn", "流失预测"),
    question=Text(
        "Who is leaving, how much is at stake, and what does the risk go with?",
        "谁正在流失，涉及多少金额，风险与什么相关？",
    ),
    reads=TABLES,
    returns=RETURNS,
    compute=churn,
    traits=TRAITS,
    is_fitted=True,
)
