"""Churn methods compared: what each told customers of like risk against what came of them."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.churn_wording import METHODS, method_name
from regulars.figures.theme import GREY, PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

TOLD = Text("Risk told", "预测风险")
CAME = Text("Share that stayed away", "实际流失比例")
USED = Text("{method}, used", "{method}（采用）")
PERFECT = Text("told = came", "预测 = 实际")
HOVER = Text(
    "told %{x:.0%}, came %{y:.0%} (%{customdata[2]})",
    "预测 %{x:.0%}，实际 %{y:.0%}（%{customdata[2]}）",
)
SENTENCE = Text(
    "{method} is used: on the held-back days it ranks {auc} of pairs rightly (days since the last "
    "order alone: {plain}), its riskiest tenth leaves {lift} times as often as all, and its risks "
    "are off by {error} on average.",
    "采用{method}：在留出日期上，{auc} 的顾客对排序正确（仅用距上次下单天数：{plain}）；"
    "风险最高的十分之一，流失比例是整体的 {lift} 倍；风险平均偏差 {error}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Curves. A point's customdata is [method, tenth, interval as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    chart.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"dash": "dot", "color": GREY},
        name=PERFECT.in_language(language),
        hoverinfo="skip",
    )
    parts: list[dict[str, Any]] = rows.filter(pc.field("tenth") > 0).to_pylist()
    for method, colour in zip(METHODS, PALETTE, strict=False):
        mine = sorted(
            (row for row in parts if row["churn_method"] == method), key=lambda row: row["tenth"]
        )
        if mine:
            _add_curve(chart, method, mine, colour, language)
    for axes, title in ((chart.update_xaxes, TOLD), (chart.update_yaxes, CAME)):
        axes(title_text=title.in_language(language), tickformat=".0%", range=[0, 1])
    return chart.update_layout(height=460)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The method that is used, how well it told, and the plain one beside it."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    whole: list[dict[str, Any]] = rows.filter(pc.field("tenth") == 0).to_pylist()
    used = {row["measure"]: row for row in whole if row["is_used"]}
    plain = next(iter(METHODS))
    alone = {row["measure"]: row["value"] for row in whole if row["churn_method"] == plain}
    method = method_name(next(iter(used.values()))["churn_method"], language) if used else "–"
    value = {name: row["value"] for name, row in used.items()}
    return SENTENCE.in_language(language).format(
        method=method[:1].upper() + method[1:],
        auc=rate(value.get("auc")),
        plain=rate(alone.get("auc")),
        lift=count(round(value["top_decile_lift"], 1) if "top_decile_lift" in value else None),
        error=rate(value.get("calibration_error")),
    )


def _add_curve(
    chart: go.Figure, method: str, mine: list[dict[str, Any]], colour: str, language: str
) -> None:
    name, is_used = method_name(method, language), mine[0]["is_used"]
    chart.add_scatter(
        x=[row["told_rate"] for row in mine],
        y=[row["value"] for row in mine],
        error_y={
            "array": [row["value_high"] - row["value"] for row in mine],
            "arrayminus": [row["value"] - row["value_low"] for row in mine],
            "visible": is_used,
            "thickness": 1,
        },
        mode="lines+markers",
        name=USED.in_language(language).format(method=name) if is_used else name,
        line={"color": colour, "width": 3 if is_used else 1.5},
        customdata=[
            [method, row["tenth"], f"{rate(row['value_low'], 0)} – {rate(row['value_high'], 0)}"]
            for row in mine
        ],
        hovertemplate=f"{name}<br>{HOVER.in_language(language)}<extra></extra>",
    )
