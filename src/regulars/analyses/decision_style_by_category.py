"""Decision style by category: what is bought at first sight, and what is long compared.

Reads    timeline     views, searches and purchases with their products
Returns  one row per product_group (purpose, else category) with an online purchase
         purchase_count online | judged_count, _share: a product of the group was looked at
         deliberation_score 0-1, the shop's average purchase is 0.5; _low, _high (95%)
         immediate_share in the visit of the first look and without a look at another product
         median_hours, mean_similar_count, mean_search_count, mean_session_count,
         mean_return_count of the judged purchases
Figure   figures/decision_style_by_category.py
Source   as decision_style; median_hours is read off a histogram, right to 7%
"""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.durations import microseconds
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline

RETURNS = Table(
    name="decision_style_by_category",
    grain="group of products with an online purchase",
    key=("product_group",),
    columns=(
        Column("product_group", "text", "purpose, else category, of the products", "商品组"),
        Column("purchase_count", "integer", "bought online so often", "线上购买数"),
        Column("judged_count", "integer", "of them, looked at before", "可判断购买数"),
        Column("judged_share", "number", "of the purchases", "可判断占比"),
        Column(
            "deliberation_score",
            "number",
            "0-1, the shop's average purchase is 0.5",
            "决策投入分",
        ),
        Column("deliberation_low", "number", "lower end of its 95% interval", "下限"),
        Column("deliberation_high", "number", "upper end of it", "上限"),
        Column(
            "immediate_share",
            "number",
            "bought in the visit of the first look, with no look at another product",
            "即看即买占比",
        ),
        Column("median_hours", "number", "first look to order", "决策时长中位数", unit="hours"),
        Column("mean_similar_count", "number", "other products looked at", "比较商品数"),
        Column("mean_search_count", "number", "searches in the visits on the way", "搜索次数"),
        Column("mean_session_count", "number", "visits on the way", "会话数"),
        Column("mean_return_count", "number", "times they came back to it", "回看次数"),
    ),
)


def decision_style_by_category(
    timeline: Timeline,
    *,
    as_of: date,
    since: date | None = None,
    until: date | None = None,
    look_back: str = "30d",
    idle: str = "30m",
    min_purchases: int = 10,
    view: str | None = None,
    purchase: str | None = None,
) -> pa.Table:
    """The groups with at least ``min_purchases`` judged, the most deliberated first.

    Options as in decision_style. Raises ParameterInvalid.
    """
    check_whole("min_purchases", min_purchases, 2)
    first, end = timeline.span(since, until, as_of)
    lengths = {
        "look_back": microseconds("look_back", look_back),
        "idle": microseconds("idle", idle),
    }
    from regulars.stats.deliberation import judged, ways_of

    ways = ways_of(timeline, first=first, end=end, view=view, purchase=purchase, **lengths)
    if ways is None:
        return RETURNS.arrow_schema().empty_table()
    found = judged(timeline, ways)
    columns = _columns(found.groups, found.by_bin, ways.groups.names)
    rows = pa.table(columns, schema=RETURNS.arrow_schema())
    enough = rows.filter(pa.array(np.asarray(rows["judged_count"]) >= min_purchases))
    return enough.sort_by([("deliberation_score", "descending"), ("product_group", "ascending")])


def _columns(groups: Any, by_bin: Any, names: tuple[str, ...]) -> dict[str, Any]:
    from regulars.stats.deliberation import ways as kernels

    purchases, counts, immediate, sums, squares = groups.T[:5]
    n = np.maximum(counts, 1)
    score = sums / n
    variance = np.maximum(squares - sums * score, 0) / np.maximum(n - 1, 1)
    width = 1.96 * np.sqrt(variance / n)
    means = groups[:, 5:] / n[:, None]
    return {
        "product_group": pa.array(names, pa.string()),
        "purchase_count": purchases.astype(np.int64),
        "judged_count": counts.astype(np.int64),
        "judged_share": counts / np.maximum(purchases, 1),
        "deliberation_score": score,
        "deliberation_low": np.clip(score - width, 0, 1),
        "deliberation_high": np.clip(score + width, 0, 1),
        "immediate_share": immediate / n,
        "median_hours": _median_seconds(by_bin[:, kernels.ELAPSED]) / 3600,
        "mean_similar_count": means[:, kernels.SIMILAR],
        "mean_search_count": means[:, kernels.SEARCHES],
        "mean_session_count": means[:, kernels.SESSIONS],
        "mean_return_count": means[:, kernels.RETURNS],
    }


def _median_seconds(by_bin: Any) -> Any:
    """The middle of the bin, on the scale of doublings, in which the median lies."""
    from regulars.stats.deliberation.ways import PER_DOUBLING

    half = by_bin.sum(axis=1, keepdims=True) / 2
    place = np.argmax(np.cumsum(by_bin, axis=1) >= half, axis=1)
    middle = np.where(place > 0, place + 0.5, 0)
    return np.exp2(middle / PER_DOUBLING) - 1


ANALYSIS = Analysis(
    title=Text("Decision style by category", "各品类的决策方式"),
    question=Text(
        "What is bought at first sight, and what is long compared?",
        "哪些商品一看就买，哪些要比了又比？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=decision_style_by_category,
)
