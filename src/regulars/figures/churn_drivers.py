"""Churn drivers: how much of the risk goes with each feature, and in which direction."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.churn_wording import (
    GOES_WITH,
    direction,
    feature_name,
    feature_value,
    method_name,
)
from regulars.figures.theme import BLUE, GREY, ORANGE, blank, template
from regulars.figures.wording import NOTHING, rate
from regulars.tables.text import Text

TOP = 15
COLOURS = {"leaving": ORANGE, "staying": BLUE, "mixed": GREY}
SHARE = Text("Share of all effects on the risk", "占全部影响的比例")
THIRDS = Text(
    "mean risk: {low_risk} at about {low}, {middle_risk} at about {middle}, {high_risk} at "
    "about {high}",
    "平均风险：约 {low} 时 {low_risk}，约 {middle} 时 {middle_risk}，约 {high} 时 {high_risk}",
)
SENTENCE = Text(
    "The risk goes most with {first} ({share} of all effects): {thirds}. Told by {method}; "
    "what goes with leaving need not be why.",
    "流失风险与“{first}”关系最大（占全部影响的 {share}）：{thirds}。方法：{method}；"
    "相关不等于原因。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars by direction. A point's customdata is [feature, thirds as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    top: list[dict[str, Any]] = rows.sort_by("effect_rank").slice(0, TOP).to_pylist()[::-1]
    names = [feature_name(row["driver"], language) for row in top]
    chart = go.Figure(layout={"template": template()})
    for way, words in GOES_WITH.items():
        mine = [
            (name, row)
            for name, row in zip(names, top, strict=True)
            if direction(row["effect_direction"]) == way
        ]
        if not mine:
            continue
        chart.add_bar(
            orientation="h",
            name=words.in_language(language),
            y=[name for name, _ in mine],
            x=[row["effect_share"] for _, row in mine],
            text=[rate(row["effect_share"]) for _, row in mine],
            marker={"color": COLOURS[way]},
            customdata=[[row["driver"], _thirds(row, language, currency)] for _, row in mine],
            hovertemplate="%{y}: %{text}<br>%{customdata[1]}<extra></extra>",
        )
    chart.update_xaxes(title_text=SHARE.in_language(language), tickformat=".0%")
    chart.update_yaxes(type="category", categoryorder="array", categoryarray=names)
    return chart.update_layout(height=140 + 24 * len(top), showlegend=True)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The feature that moves the risk most, with the risk at its low, middle and high values."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first = rows.sort_by("effect_rank").slice(0, 1).to_pylist()[0]
    return SENTENCE.in_language(language).format(
        first=feature_name(first["driver"], language),
        share=rate(first["effect_share"]),
        thirds=_thirds(first, language, currency),
        method=method_name(first["churn_method"], language),
    )


def _thirds(row: dict[str, Any], language: str, currency: str) -> str:
    words = {
        third: feature_value(row["driver"], row[f"{third}_value"], currency)
        for third in ("low", "middle", "high")
    }
    risks = {f"{third}_risk": rate(row[f"{third}_risk_rate"], 0) for third in words}
    return THIRDS.in_language(language).format(**words, **risks)
