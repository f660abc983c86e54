"""Churn drivers: what the risk of leaving goes with, over all customers who are not lost.

Reads    orders, order_lines, products, returns
Returns  one row per feature that moves anybody's risk
         effect_size: mean size of its effects in log-odds | effect_share of all features'
         direction_rate -1 to 1: above 0, a higher number goes with leaving
         low, middle, high: customers by thirds of the feature, their middle value, mean risk
Figure   figures/churn_drivers.py
Source   Lundberg et al. (2020) From local explanations to global understanding with explainable
         AI for trees, Nature Machine Intelligence 2, 56-67; stats/churn/
"""

from datetime import date

import ibis.expr.types as ir

from regulars.stats.churn.asking import TABLES, Leaving, leaving
from regulars.stats.churn.drivers import overall
from regulars.stats.churn.features import SEEN, matrix
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

THIRDS = ("low", "middle", "high")
THIRDS_ZH = ("低值", "中值", "高值")

RETURNS = Table(
    name="churn_drivers",
    grain="feature",
    key=("driver",),
    columns=(
        Column("driver", "text", "the feature", "相关因素"),
        Column("driver_unit", "text", "of its numbers: days, orders, money, share ...", "因素单位"),
        Column("effect_rank", "integer", "1 = moves the risk most", "影响排名"),
        Column("effect_size", "number", "mean size of its effects, in log-odds", "影响大小"),
        Column("effect_share", "number", "of all features' effects", "影响占比"),
        Column(
            "effect_direction",
            "number",
            "-1 to 1: above 0, a higher number goes with leaving",
            "影响方向",
            nullable=True,
        ),
        *(
            column
            for third, zh in zip(THIRDS, THIRDS_ZH, strict=True)
            for column in (
                Column(f"{third}_count", "integer", f"customers, {third} third", f"{zh}顾客数"),
                Column(f"{third}_value", "number", "their median", f"{zh}中位数", nullable=True),
                Column(
                    f"{third}_risk_rate",
                    "number",
                    "their mean risk",
                    f"{zh}平均风险",
                    nullable=True,
                ),
            )
        ),
        Column("unknown_count", "integer", "customers without a value", "无值顾客数"),
        Column("unknown_risk_rate", "number", "their mean risk", "无值平均风险", nullable=True),
        Column("churn_method", "text", "the method that is used", "预测方法"),
    ),
)


def churn_drivers(
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
    """The features of the method that churn uses, on sampled customers who are not lost.

    Mean risks by thirds are of whole customers, not of one feature with the others held still.
    Options and errors as in churn.
    """

    def finish(found: Leaving) -> Fitted:
        chosen = found.chosen
        drivers = overall(chosen.used, matrix(found.today, chosen.rhythm))
        columns: dict[str, list[object]] = {column.name: [] for column in RETURNS.columns}
        for rank, driver in enumerate(drivers, start=1):
            row: dict[str, object] = {
                "driver": driver.name,
                "driver_unit": SEEN[driver.name].unit,
                "effect_rank": rank,
                "effect_size": driver.effect,
                "effect_share": driver.share,
                "effect_direction": driver.direction,
                "unknown_count": driver.unknown[0],
                "unknown_risk_rate": driver.unknown[1],
                "churn_method": chosen.used.name,
            }
            for third, (count, middle, risk) in zip(THIRDS, driver.thirds, strict=True):
                row |= {
                    f"{third}_count": count,
                    f"{third}_value": middle,
                    f"{third}_risk_rate": risk,
                }
            for name, value in row.items():
                columns[name].append(value)
        return Fitted(arrow_rows(columns, RETURNS), chosen.model())

    return leaving(
        (orders, order_lines, products, returns),
        finish,
        as_of=as_of,
        horizon_days=horizon_days,
        customer_sample=customer_sample,
        seed=seed,
    )


ANALYSIS = Analysis(
    title=Text("Churn drivers", "流失相关因素"),
    question=Text("What does the risk of leaving go with?", "流失风险与哪些因素相关？"),
    reads=TABLES,
    returns=RETURNS,
    compute=churn_drivers,
    is_fitted=True,
)
