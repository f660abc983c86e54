"""Why an effect or a power figure is not there: named reasons with a sentence for people.

A figure that cannot be computed is never replaced by a plausible one.
"""

from dataclasses import dataclass

from regulars.tables.text import Text

REASONS: dict[str, Text] = {
    "not_started": Text(
        "The campaign has not begun by this date.",
        "截至该日期，活动尚未开始。",
    ),
    "nobody_sent": Text(
        "No message was sent to anyone in the treated arm.",
        "实验组中没有任何人收到消息。",
    ),
    "no_holdout": Text(
        "Nobody was held out, so there is nothing to compare with.",
        "没有保留对照组，无从比较。",
    ),
    "too_few_customers": Text(
        "An arm has too few customers for a trustworthy figure.",
        "某一组人数过少，结果不可信。",
    ),
    "sample_ratio_mismatch": Text(
        "The arms' sizes differ from the plan by more than chance explains: "
        "assignment or data went wrong, and no effect is shown.",
        "各组人数与计划比例的偏差超出偶然范围：分组或数据有误，不展示效果。",
    ),
    "zero_variance": Text(
        "Every customer has the same value, so no difference can be judged.",
        "所有顾客的数值相同，无法判断差异。",
    ),
    "costs_unknown": Text(
        "Too much of the revenue has no known product cost to speak of margin.",
        "太多收入缺少商品成本，无法计算毛利。",
    ),
    "window_open": Text(
        "So far, not final: the measured window is not over yet.",
        "截至目前，非最终结果：观察期尚未结束。",
    ),
}


@dataclass(frozen=True)
class Unavailable:
    """No figure, and why. ``reason`` is a key of REASONS."""

    reason: str

    @property
    def text(self) -> Text:
        return REASONS[self.reason]
