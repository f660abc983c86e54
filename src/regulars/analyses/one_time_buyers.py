"""One-time buyers: how the first orders of those who did not come back differ from the others'.

Reads    orders, order_lines, products, returns
         events       Order Delivered, for late deliveries
         feedback     complaints and tickets
Returns  one row per (factor, level) of first orders at least horizon_days ago
         one_time_rate: no further day with an order within horizon_days; Wilson's interval
         risk_ratio against the factor's other levels, Katz' interval; p_value, and q_value
         after Benjamini and Hochberg over all levels; is_significant: q up to 0.05
Figure   figures/one_time_buyers.py
Source   stats/risk_ratios.py, stats/proportions.py
"""

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.errors import NothingToAnalyse
from regulars.stats.first_orders import FACTORS, first_orders
from regulars.stats.proportions import wilson_intervals
from regulars.stats.risk_ratios import adjusted, risk_ratios
from regulars.tables.analysis import Analysis
from regulars.tables.fit import Fit, Fitted, arrow_rows
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text

READS = ("orders", "order_lines", "products", "returns", "events", "feedback")
UNKNOWN, OTHER = "unknown", "other"
SIGNIFICANT = 0.05

RETURNS = Table(
    name="one_time_buyers",
    grain="(factor, level) of first orders",
    key=("factor", "level"),
    columns=(
        Column("factor", "text", "what is compared", "因素"),
        Column("level", "text", "its value; unknown, or other for the rare ones", "取值"),
        Column("customer_count", "integer", "customers", "顾客数", unit="customers"),
        Column("one_time_count", "integer", "who did not come back", "未回购人数"),
        Column("one_time_rate", "number", "of the customers", "未回购率"),
        Column("rate_low", "number", "95% interval, low", "未回购率下限"),
        Column("rate_high", "number", "95% interval, high", "未回购率上限"),
        Column("risk_ratio", "number", "against the other levels", "风险比", nullable=True),
        Column("ratio_low", "number", "95% interval, low", "风险比下限", nullable=True),
        Column("ratio_high", "number", "95% interval, high", "风险比上限", nullable=True),
        Column("p_value", "number", "of no difference", "p 值", nullable=True),
        Column("q_value", "number", "after Benjamini and Hochberg", "校正 p 值", nullable=True),
        Column("is_significant", "flag", "q up to 0.05", "是否显著"),
    ),
)


def one_time_buyers(
    orders: ir.Table,
    order_lines: ir.Table,
    products: ir.Table,
    returns: ir.Table,
    events: ir.Table,
    feedback: ir.Table,
    *,
    as_of: date,
    horizon_days: int = 180,
    after_days: int = 30,
    least_count: int = 30,
    top: int = 12,
) -> Fit:
    """What first orders without a second go with, one factor at a time.

    Only customers whose first order is at least ``horizon_days`` ago: the others have not had
    their time. Deliveries, returns and complaints count up to ``after_days`` after the order.
    Levels under ``least_count`` customers, or beyond the ``top`` most frequent, are one: other.
    Unknown levels are counted, not compared. Raises ParameterInvalid; NothingToAnalyse.
    """
    check_whole("horizon_days", horizon_days, 7, 3650)
    check_whole("after_days", after_days, 1, 365)
    check_whole("least_count", least_count, 1)
    check_whole("top", top, 2, 100)
    given = (orders, order_lines, products, returns, events, feedback)
    people = first_orders(
        dict(zip(READS, given, strict=True)),
        as_of=as_of,
        horizon_days=horizon_days,
        after_days=after_days,
    )
    pairs = ibis.array(
        [ibis.struct({"factor": ibis.literal(f), "level": people[f]}) for f in FACTORS]
    )
    each = people.select("is_one_time", pair=pairs.unnest()).unpack("pair")
    counts = each.group_by("factor", "level").aggregate(
        customer_count=each.count(), one_time_count=each.is_one_time.sum()
    )

    def compared(counts: pa.Table) -> Fitted:
        rows = _levels(counts.to_pylist(), least_count, top)
        if not rows:
            raise NothingToAnalyse(
                f"One-time buyers are told from customers who first ordered {horizon_days} days "
                f"ago or earlier; there are none up to {as_of}. Shorten horizon_days."
            )
        return Fitted(arrow_rows(_compared(rows), RETURNS))

    return Fit({"counts": counts}, compared)


def _levels(rows: list[dict[str, Any]], least: int, top: int) -> list[tuple[str, str, int, int]]:
    """(factor, level, customers, one-time buyers), rare levels put together, in a fixed order."""
    found: list[tuple[str, str, int, int]] = []
    for factor in FACTORS:
        mine = [row for row in rows if row["factor"] == factor]
        known = [row for row in mine if row["level"] is not None]
        known.sort(key=lambda row: (-row["customer_count"], row["level"]))
        kept = [row for row in known[:top] if row["customer_count"] >= least]
        sums: dict[str, list[int]] = {}
        for row in mine:
            level = row["level"] if row in kept else OTHER if row in known else UNKNOWN
            one = sums.setdefault(level, [0, 0])
            one[0] += row["customer_count"]
            one[1] += row["one_time_count"]
        found += [(factor, level, sums[level][0], sums[level][1]) for level in sorted(sums)]
    return found


def _compared(rows: list[tuple[str, str, int, int]]) -> dict[str, Any]:
    factors = [row[0] for row in rows]
    count, fell = (np.array([row[place] for row in rows], dtype=np.int64) for place in (2, 3))
    is_known = np.array([row[1] != UNKNOWN for row in rows])
    _, place = np.unique(factors, return_inverse=True)
    others, others_fell = (
        np.bincount(place, column * is_known)[place] - column for column in (count, fell)
    )
    # unknown levels have no others, and stay without a ratio
    ratios = risk_ratios(
        fell, count, np.where(is_known, others_fell, 0), np.where(is_known, others, 0)
    )
    low, high = wilson_intervals(fell, count)
    q = adjusted(ratios.p_value)
    return {
        "factor": factors,
        "level": [row[1] for row in rows],
        "customer_count": count,
        "one_time_count": fell,
        "one_time_rate": fell / count,
        "rate_low": low,
        "rate_high": high,
        "risk_ratio": ratios.ratio,
        "ratio_low": ratios.low,
        "ratio_high": ratios.high,
        "p_value": ratios.p_value,
        "q_value": q,
        "is_significant": np.nan_to_num(q, nan=1.0) <= SIGNIFICANT,
    }


ANALYSIS = Analysis(
    title=Text("One-time buyers", "一次性顾客"),
    question=Text(
        "How do the first orders of those who never came back differ from the others'?",
        "未再回购的顾客，首单与其他顾客有何不同？",
    ),
    reads=READS,
    returns=RETURNS,
    compute=one_time_buyers,
    is_fitted=True,
)
