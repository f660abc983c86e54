"""Repurchase accuracy: the median error by what is known of the customer, three methods."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import AMBER, BLUE, GREY, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

METHODS = {
    "model": (Text("the model", "模型"), BLUE),
    "own_mean_gap": (Text("the customer's own mean gap", "顾客自身平均间隔"), AMBER),
    "purpose_median_gap": (Text("the purpose's median gap", "该用途的间隔中位数"), GREY),
}
HISTORY = Text("Purchases of the purpose before the held-back days", "留出期之前该用途的购买次数")
ERROR = Text("Days off, median", "误差中位数（天）")
HOVER = Text(
    "%{customdata[3]}, %{customdata[4]} purchases<br>%{y:.1f} days off in the median<br>"
    "%{customdata[5]} came",
    "%{customdata[3]}，已购 %{customdata[4]} 次<br>误差中位数 %{y:.1f} 天<br>"
    "实际购买 %{customdata[5]} 项",
)
SENTENCE = Text(
    "Of {needs} needs with a history, {came} were bought within the held-back days ({expected} "
    "expected): the model's date was {model} days off in the median, the customer's own mean gap "
    "{own} and the purpose's median gap {purpose}; its 80% interval held {inside} of them, "
    "where {held} were to be expected within those days.",
    "有购买历史的 {needs} 项需求中，{came} 在留出期内购买（预期 {expected}）："
    "模型日期的误差中位数为 {model} 天，顾客自身平均间隔为 {own} 天，"
    "该用途间隔中位数为 {purpose} 天；"
    "80% 区间覆盖其中 {inside}，该期间内的预期覆盖为 {held}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars side by side. A point's customdata begins with dimension, member, method."""
    known = [row for row in rows.to_pylist() if row["dimension"] != "purpose"]
    known = [row for row in known if row["median_error_days"] is not None]
    if not known:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    for method, (title, colour) in METHODS.items():
        label = title.in_language(language)
        mine = [row for row in known if row["method"] == method]
        chart.add_bar(
            x=[_member(row, language) for row in mine],
            y=[row["median_error_days"] for row in mine],
            name=label,
            marker_color=colour,
            customdata=[
                [
                    row["dimension"], row["member"], method, label, _member(row, language),
                    count(row["came_count"]),
                ]
                for row in mine
            ],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )  # fmt: skip
    chart.update_layout(barmode="group")
    chart.update_xaxes(title_text=HISTORY.in_language(language), type="category")
    return chart.update_yaxes(title_text=ERROR.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The three errors over all, and whether chances and interval are as they say."""
    whole = {row["method"]: row for row in rows.to_pylist() if row["dimension"] == "all"}
    if not whole:
        return NOTHING.in_language(language)
    model = whole["model"]
    return SENTENCE.in_language(language).format(
        needs=count(model["need_count"]),
        came=rate(model["came_rate"]),
        expected=rate(model["predicted_came_rate"]),
        model=count(model["median_error_days"]),
        own=count(whole["own_mean_gap"]["median_error_days"]),
        purpose=count(whole["purpose_median_gap"]["median_error_days"]),
        inside=rate(model["interval_rate"]),
        held=rate(model["interval_expected_rate"]),
    )


REPEATED = Text("2 or more", "2 次及以上")


def _member(row: dict[str, Any], language: str) -> str:
    return REPEATED.in_language(language) if row["dimension"] == "all" else str(row["member"])
