"""Response curve: the effect in each part by score, and the Qini curve against any order."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import BLUE, GREY, blank, template
from regulars.figures.wording import NOTHING, count, money, points, rate
from regulars.tables.text import Text

BY_PART = Text("What the message added, by uplift score", "按增量得分分组的实际增量")
CURVE = Text(
    "Extra orders per 1,000 when only the first are approached", "只触达前列顾客时每千人的增量订单"
)
PART = Text("Part (1 = highest scores)", "分组（1 = 得分最高）")
APPROACHED = Text("Share approached", "触达占比")
RANDOM = Text("any order", "随机")
SCORED = Text("by score", "按得分")
HOVER = Text(
    "{treated} approached: {told} ordered<br>{held} held out: {untold} ordered<br>"
    "the message added {effect} ({low} to {high})",
    "触达 {treated} 人次：{told} 下单<br>对照 {held} 人次：{untold} 下单<br>"
    "触达增加 {effect}（{low} 至 {high}）",
)
ON_CURVE = Text(
    "first {share} approached: {extra} extra orders per 1,000<br>in any order: {random}<br>"
    "earned per 1,000, less messages: {value} ({low} to {high})",
    "触达前 {share}：每千人增量订单 {extra}<br>随机触达：{random}<br>"
    "每千人净收益：{value}（{low} 至 {high}）",
)
FINDS = Text(
    "The score finds whom a message changes: Qini {qini} ({low} to {high}) on people it had not "
    "seen. Approaching the first {share} brings {extra} extra orders per 1,000, all of them "
    "{whole}.",
    "得分能找出因触达而改变的人：在未参与训练的人上 Qini 为 {qini}（{low} 至 {high}）。"
    "只触达前 {share}，每千人增加 {extra} 单；全部触达为 {whole} 单。",
)
FINDS_NOT = Text(
    "The data does not tell whom a message changes: Qini {qini} ({low} to {high}), which covers 0. "
    "Approaching all brings {whole} extra orders per 1,000.",
    "数据无法说明触达改变了谁：Qini 为 {qini}（{low} 至 {high}），区间包含 0。"
    "全部触达每千人增加 {whole} 单。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Two panels. A point's customdata is [part, the hover's text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    found = rows.sort_by("part").to_pylist()
    titles = [text.in_language(language) for text in (BY_PART, CURVE)]
    chart = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.12)
    chart.update_layout(template=template())
    chart.add_trace(_bars(found, language), row=1, col=1)
    for trace in _curves(found, language, currency):
        chart.add_trace(trace, row=1, col=2)
    chart.update_xaxes(title_text=PART.in_language(language), dtick=1, row=1, col=1)
    chart.update_yaxes(tickformat="+.0%", row=1, col=1)
    chart.update_xaxes(title_text=APPROACHED.in_language(language), tickformat=".0%", row=1, col=2)
    chart.update_layout(margin={"t": 60}, legend={"y": -0.25, "yanchor": "top", "x": 0.56})
    return chart


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Whether the score finds whom a message changes."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    found = rows.sort_by("part").to_pylist()
    first = found[0]
    best = max(found, key=lambda row: (row["extra_orders"] or 0.0, -row["part"]))
    words = {
        "qini": _number(first["qini"]),
        "low": _number(first["qini_low"]),
        "high": _number(first["qini_high"]),
        "share": rate(best["approached_share"], 0),
        "extra": _rounded(best["extra_orders"]),
        "whole": _rounded(found[-1]["extra_orders"]),
    }
    text = FINDS if (first["qini_low"] or 0.0) > 0 else FINDS_NOT
    return text.in_language(language).format(**words)


def _bars(found: list[dict[str, Any]], language: str) -> go.Bar:
    known = [row for row in found if row["effect"] is not None]
    return go.Bar(
        x=[row["part"] for row in known],
        y=[row["effect"] for row in known],
        error_y={
            "array": [row["effect_high"] - row["effect"] for row in known],
            "arrayminus": [row["effect"] - row["effect_low"] for row in known],
            "width": 0,
            "color": GREY,
        },
        marker={"color": BLUE},
        showlegend=False,
        customdata=[[row["part"], _hover(row, language)] for row in known],
        hovertemplate="%{customdata[1]}<extra></extra>",
    )


def _curves(found: list[dict[str, Any]], language: str, currency: str) -> list[go.Scatter]:
    start: dict[str, Any] = {"approached_share": 0.0, "extra_orders": 0.0}
    places = [start | {"random_extra_orders": 0.0, "part": 0}, *found]
    carried = [[row["part"], _on_curve(row, language, currency)] for row in places]
    return [
        go.Scatter(
            x=[row["approached_share"] for row in places],
            y=[row[column] for row in places],
            mode=mode,
            name=name.in_language(language),
            line={"color": colour, "dash": dash},
            customdata=carried,
            hovertemplate="%{customdata[1]}<extra></extra>",
        )
        for column, name, mode, colour, dash in (
            ("extra_orders", SCORED, "lines+markers", BLUE, "solid"),
            ("random_extra_orders", RANDOM, "lines", GREY, "dot"),
        )
    ]


def _hover(row: dict[str, Any], language: str) -> str:
    return HOVER.in_language(language).format(
        treated=count(row["treated_count"]),
        held=count(row["holdout_count"]),
        told=rate(row["treated_rate"]),
        untold=rate(row["holdout_rate"]),
        effect=points(row["effect"], language),
        low=points(row["effect_low"], language),
        high=points(row["effect_high"], language),
    )


def _on_curve(row: dict[str, Any], language: str, currency: str) -> str:
    return ON_CURVE.in_language(language).format(
        share=rate(row["approached_share"], 0),
        extra=_rounded(row["extra_orders"]),
        random=_rounded(row["random_extra_orders"]),
        value=money(row.get("targeting_value"), currency),
        low=money(row.get("targeting_value_low"), currency),
        high=money(row.get("targeting_value_high"), currency),
    )


def _rounded(value: float | None) -> str:
    return count(None if value is None else round(value, 1))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")
