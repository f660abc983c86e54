"""Churn comparison: how well each method told who would stay away, on days held back.

Reads    orders, order_lines, products, returns
Returns  one row per (churn_method, measure, tenth)
         measure auc, top_decile_lift, calibration_error, brier, log_loss: tenth 0, with interval
         measure calibration: tenth 1 to 10 by risk; told_rate against the value that came
Figure   figures/churn_comparison.py
Source   stats/churn/judging.py; intervals of tenths by Wilson (1927) J. American Statistical
         Association 22
"""

from collections.abc import Iterator
from datetime import date

import ibis.expr.types as ir

from regulars.stats.churn.asking import TABLES, Leaving, leaving
from regulars.stats.churn.choosing import Chosen
from regulars.stats.churn.judging import told_and_came
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

RETURNS = Table(
    name="churn_comparison",
    grain="(method, measure, tenth)",
    key=("churn_method", "measure", "tenth"),
    columns=(
        Column("churn_method", "text", "the method", "预测方法"),
        Column("measure", "text", "what is measured", "指标"),
        Column("tenth", "integer", "of the customers by risk, 1 to 10; 0 = all", "风险十分位"),
        Column("value", "number", "the measure; of a tenth, who stayed away", "数值"),
        Column("value_low", "number", "95% interval, low", "下限", nullable=True),
        Column("value_high", "number", "95% interval, high", "上限", nullable=True),
        Column("told_rate", "number", "mean risk told to the tenth", "预测风险", nullable=True),
        Column("row_count", "integer", "customers, once for each held-back day", "样本数"),
        Column("is_used", "flag", "the method that churn uses", "是否采用"),
    ),
)


def churn_comparison(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    *,
    as_of: date,
    horizon_days: int = 90,
    customer_sample: int = 8_000,
    seed: int = 7,
) -> Fit:
    """Days since the last order, P(alive), logistic regression and LightGBM, side by side.

    Best is the smallest log loss; a simpler method is used where chance explains the
    difference. Options and errors as in churn.
    """

    def finish(found: Leaving) -> Fitted:
        rows = list(_rows(found.chosen))
        columns = {
            column.name: [row.get(column.name) for row in rows] for column in RETURNS.columns
        }
        return Fitted(arrow_rows(columns, RETURNS), found.chosen.model())

    return leaving(
        (orders, order_lines, products, returns),
        finish,
        as_of=as_of,
        horizon_days=horizon_days,
        customer_sample=customer_sample,
        seed=seed,
    )


def _rows(chosen: Chosen) -> Iterator[dict[str, object]]:
    label = chosen.label
    for name, held in chosen.held.items():
        method = {"churn_method": name, "is_used": name == chosen.used.name}
        for measure, found in held.measures.items():
            yield method | {
                "measure": measure,
                "tenth": 0,
                "value": found.value,
                "value_low": found.low,
                "value_high": found.high,
                "row_count": len(label),
            }
        for number, part in enumerate(told_and_came(held.risk, label), start=1):
            yield method | {
                "measure": "calibration",
                "tenth": number,
                "value": part.came,
                "value_low": part.low,
                "value_high": part.high,
                "told_rate": part.told,
                "row_count": part.row_count,
            }


ANALYSIS = Analysis(
    title=Text("Churn methods compared", "流失预测方法比较"),
    question=Text(
        "Which method tells best who will stay away, and how well?",
        "哪种方法最能预测顾客流失，准确度如何？",
    ),
    reads=TABLES,
    returns=RETURNS,
    compute=churn_comparison,
    is_fitted=True,
)
