"""Measures of models in words, by their names; a number in a name stands in its place."""

import re
from collections.abc import Mapping

from regulars.tables.text import Text

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
WORDS: Mapping[str, Text] = {
    "past rate order count error": Text(
        "the same by the rate so far (simple)", "订单数误差（按过往频率，简单法）"
    ),
    "past rate mean absolute error": Text(
        "mean absolute error of the rate so far (simple)", "平均绝对误差（按过往频率，简单法）"
    ),
    "rank correlation": Text("rank correlation", "秩相关"),
    "past rate rank correlation": Text(
        "rank correlation of the rate so far (simple)", "秩相关（按过往频率，简单法）"
    ),
    "amount error": Text("error of the amount", "金额误差"),
    "came rate": Text("bought in the held-back days", "留出期实际购买率"),
    "predicted came rate": Text("foretold to be bought", "留出期预测购买率"),
    "median error days": Text("days off, median", "误差中位数（天）"),
    "mean error days": Text("days off, mean", "平均误差（天）"),
    "interval rate": Text("within the interval", "区间覆盖率"),
    "interval expected rate": Text("expected within the interval", "区间预期覆盖率"),
    "own mean gap median error days": Text(
        "days off by the customer's own mean gap, median", "误差中位数（天，顾客自身平均间隔）"
    ),
    "purpose median gap median error days": Text(
        "days off by the purpose's median gap, median", "误差中位数（天，用途间隔中位数）"
    ),
    "stability of # kinds": Text("stability of # kinds", "# 类划分的稳定性"),
    "held back below the #% point": Text(
        "held-back customers below the #% point", "留出顾客低于 #% 分位点的比例"
    ),
    "recall at #": Text("found among the first # of the ranking", "排名前 # 的召回率"),
    "lift over random at #": Text("times as many as at random, first #", "相对随机的提升（前 #）"),
    "lift over rfm at #": Text("times as many as by RFM, first #", "相对 RFM 的提升（前 #）"),
    "heterogeneity": Text("how much customers differ in effect", "增量差异程度"),
    "average effect": Text("average effect", "平均增量"),
}


def measure_words(name: str, language: str) -> str | None:
    """The measure as a reader says it; None where it has no words here."""
    words = name.replace("_", " ")
    numbers = iter(_NUMBER.findall(words))
    known = WORDS.get(_NUMBER.sub("#", words))
    if known is None:
        return None
    return re.sub("#", lambda _found: next(numbers), known.in_language(language))
