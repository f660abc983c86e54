"""What every campaign earned: the result table campaign_effects, from the arms' statistics.

Reads    arm_statistics (effects/outcomes.py), executed
Returns  one row per (campaign_id, metric): CAMPAIGN_EFFECTS

``status`` is ``measured`` (the window is over), ``so_far`` (it is not; figures are not
final) or ``unavailable`` (no figures; ``reason`` names why, see effects/unavailable.py).
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from regulars.effects.lift import LEAST_ARM, Arm, Lift, lift
from regulars.effects.outcomes import METRICS
from regulars.effects.sample_ratio import SampleRatio, check_sample_ratio
from regulars.effects.unavailable import Unavailable
from regulars.stats.moments import Moments
from regulars.tables.schema import Column, Table

MOST_UNCOSTED_SHARE = 0.05

CAMPAIGN_EFFECTS = Table(
    name="campaign_effects",
    grain="(campaign, metric)",
    key=("campaign_id", "metric"),
    columns=(
        Column("campaign_id", "text", "the campaign", "活动编号"),
        Column("campaign_name", "text", "name", "活动名称", nullable=True),
        Column("kind", "text", "what it is for", "活动类型", nullable=True),
        Column("metric", "text", "buyer_rate, order_count, net_amount or margin_amount", "指标"),
        Column("status", "text", "measured, so_far or unavailable", "状态"),
        Column("reason", "text", "why so_far or unavailable", "原因", nullable=True),
        Column("from_on", "day", "first day of the measured window", "观察开始"),
        Column("until_on", "day", "last day of the measured window", "观察结束"),
        Column("treated_count", "integer", "customers assigned to be treated", "实验组人数"),
        Column("holdout_count", "integer", "customers held out", "对照组人数"),
        Column("sent_count", "integer", "customers who were sent a message", "已发送人数"),
        Column(
            "sample_ratio_p_value",
            "number",
            "chance of arms this far from the plan; null = the plan is not known",
            "分组比例检验p值",
            nullable=True,
        ),
        Column("treated_mean", "number", "mean per treated customer", "实验组均值", nullable=True),
        Column("holdout_mean", "number", "mean per held-out customer", "对照组均值", nullable=True),
        Column("effect", "number", "treated less holdout, per customer", "人均增量", nullable=True),
        Column("effect_low", "number", "95% interval, low end", "人均增量下限", nullable=True),
        Column("effect_high", "number", "95% interval, high end", "人均增量上限", nullable=True),
        Column("standard_error", "number", "of the effect", "标准误", nullable=True),
        Column("relative_lift", "number", "effect over holdout mean", "相对提升", nullable=True),
        Column("relative_low", "number", "95% interval, low end", "相对提升下限", nullable=True),
        Column("relative_high", "number", "95% interval, high end", "相对提升上限", nullable=True),
        Column("p_value", "number", "two-sided, of no effect", "p值", nullable=True),
        Column(
            "method",
            "text",
            "welch, or pooled where the holdout is small; +cuped with earlier behaviour",
            "方法",
            nullable=True,
        ),
        Column(
            "variance_reduction",
            "number",
            "variance taken out by CUPED, up to 1",
            "方差缩减",
            nullable=True,
        ),
        Column("total_effect", "number", "effect x treated customers", "总增量", nullable=True),
        Column("total_low", "number", "95% interval, low end", "总增量下限", nullable=True),
        Column("total_high", "number", "95% interval, high end", "总增量上限", nullable=True),
        Column("cost_amount", "money", "messages sent and fixed cost", "成本"),
        Column(
            "net_value_amount",
            "money",
            "margin only: total effect less cost",
            "净收益",
            nullable=True,
        ),
        Column(
            "net_value_low_amount", "money", "95% interval, low end", "净收益下限", nullable=True
        ),
        Column(
            "net_value_high_amount", "money", "95% interval, high end", "净收益上限", nullable=True
        ),
    ),
)


def campaign_effects(statistics: pa.Table, *, as_of: date) -> pa.Table:
    """CAMPAIGN_EFFECTS of all campaigns in ``statistics``, as known after the day ``as_of``."""
    campaigns: dict[str, dict[bool, dict[str, Any]]] = defaultdict(dict)
    for row in statistics.to_pylist():
        campaigns[row["campaign_id"]][row["is_treated"]] = row
    rows = [
        _row(metric, arms, as_of) for _, arms in sorted(campaigns.items()) for metric in METRICS
    ]
    return pa.Table.from_pylist(rows, schema=CAMPAIGN_EFFECTS.arrow_schema())


def _row(metric: str, arms: Mapping[bool, Mapping[str, Any]], as_of: date) -> dict[str, Any]:
    described = next(iter(arms.values()))
    ratio = _sample_ratio(arms)
    found = _effect(metric, arms, ratio, as_of)
    until_on = max(arm["until_on"] for arm in arms.values())
    cost = (described["fixed_cost"] or 0.0) + sum(arm["message_cost"] for arm in arms.values())
    row = {
        "campaign_id": described["campaign_id"],
        "campaign_name": described["campaign_name"],
        "kind": described["kind"],
        "metric": metric,
        "from_on": min(arm["from_on"] for arm in arms.values()),
        "until_on": until_on,
        "treated_count": _count(arms, True),
        "holdout_count": _count(arms, False),
        "sent_count": sum(arm["sent_count"] for arm in arms.values()),
        "sample_ratio_p_value": ratio.p_value if ratio else None,
        "cost_amount": _money(cost),
    }
    if isinstance(found, Unavailable):
        return row | {"status": "unavailable", "reason": found.reason}
    is_final = until_on <= as_of
    row |= {
        "status": "measured" if is_final else "so_far",
        "reason": None if is_final else "window_open",
    }
    return row | _figures(found, row["treated_count"]) | _net_value(metric, found, row)


def _effect(
    metric: str,
    arms: Mapping[bool, Mapping[str, Any]],
    ratio: SampleRatio | None,
    as_of: date,
) -> Lift | Unavailable:
    """The lift, or the first reason that stands against it."""
    is_costless = metric == "margin_amount" and _uncosted_share(arms) > MOST_UNCOSTED_SHARE
    against = {
        "not_started": min(arm["from_on"] for arm in arms.values()) > as_of,
        "no_holdout": False not in arms,
        "nobody_sent": not sum(arm["sent_count"] for arm in arms.values()),
        "sample_ratio_mismatch": ratio is not None and not ratio.is_as_planned,
        "costs_unknown": is_costless,
        "too_few_customers": min(_count(arms, True), _count(arms, False)) < LEAST_ARM,
    }
    for reason, holds in against.items():
        if holds:
            return Unavailable(reason)
    return lift(_arm(arms[False], metric), _arm(arms[True], metric))


def _sample_ratio(arms: Mapping[bool, Mapping[str, Any]]) -> SampleRatio | None:
    share = next(iter(arms.values()))["holdout_share"]
    if share is None or not 0 < share < 1:
        return None
    return check_sample_ratio(_count(arms, True), _count(arms, False), share)


def _count(arms: Mapping[bool, Mapping[str, Any]], is_treated: bool) -> int:
    return int(arms[is_treated]["customer_count"]) if is_treated in arms else 0


def _uncosted_share(arms: Mapping[bool, Mapping[str, Any]]) -> float:
    net = sum(abs(arm["net_total"]) for arm in arms.values())
    uncosted = sum(abs(arm["uncosted_total"]) for arm in arms.values())
    return uncosted / net if net else 0.0


def _arm(row: Mapping[str, Any], metric: str) -> Arm:
    count = int(row["customer_count"])
    return Arm(
        Moments(count, row[f"{metric}_mean"], row[f"{metric}_variance"]),
        Moments(count, row[f"{metric}_prior_mean"], row[f"{metric}_prior_variance"]),
        row[f"{metric}_covariance"],
    )


def _figures(found: Lift, treated_count: int) -> dict[str, Any]:
    relative = found.relative
    return {
        "treated_mean": found.treated_mean,
        "holdout_mean": found.holdout_mean,
        "effect": found.effect,
        "effect_low": found.low,
        "effect_high": found.high,
        "standard_error": found.standard_error,
        "relative_lift": relative.lift if relative else None,
        "relative_low": relative.low if relative else None,
        "relative_high": relative.high if relative else None,
        "p_value": found.p_value,
        "method": found.method,
        "variance_reduction": found.variance_reduction,
        "total_effect": found.effect * treated_count,
        "total_low": found.low * treated_count,
        "total_high": found.high * treated_count,
    }


def _net_value(metric: str, found: Lift, row: Mapping[str, Any]) -> dict[str, Any]:
    if metric != "margin_amount":
        return {}
    count, cost = row["treated_count"], float(row["cost_amount"])
    return {
        "net_value_amount": _money(found.effect * count - cost),
        "net_value_low_amount": _money(found.low * count - cost),
        "net_value_high_amount": _money(found.high * count - cost),
    }


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.4f}")
