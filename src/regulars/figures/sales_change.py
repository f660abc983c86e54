"""What changed: how much each store, channel and category added to or took from net sales."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import FALL, RISE, blank, template
from regulars.figures.wording import (
    DIMENSIONS,
    NOTHING,
    change,
    leading,
    member,
    money,
    sign,
    span,
)
from regulars.tables.text import Text

SHOWN = 8
OF = Text("{name} ({shown} of {all})", "{name}（{all} 个中的 {shown} 个）")
HOVER = Text(
    "%{y}<br>change %{customdata[2]} (%{customdata[3]})<br>%{customdata[4]} after %{customdata[5]}",
    "%{y}<br>变化 %{customdata[2]}（%{customdata[3]}）<br>"
    "本期 %{customdata[4]}，对比期 %{customdata[5]}",
)
SENTENCE = Text(
    "{days}: the largest changes in net sales by dimension: {parts}.",
    "{days}：净销售额变化最大的：{parts}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The largest changes of each dimension; customdata begins with [dimension, member_id]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    members = rows.sort_by([("dimension", "ascending"), ("change_rank", "ascending")]).to_pylist()
    present = [d for d in DIMENSIONS if any(m["dimension"] == d for m in members)]
    panels = {d: [m for m in members if m["dimension"] == d] for d in present}
    chart = make_subplots(
        rows=len(panels),
        cols=1,
        subplot_titles=[_title(d, panel, language) for d, panel in panels.items()],
        row_heights=[1 + min(len(panel), SHOWN) for panel in panels.values()],
        vertical_spacing=0.1,
        shared_xaxes=True,
    )
    for place, panel in enumerate(panels.values(), start=1):
        chart.add_trace(_bars(panel[:SHOWN], language, currency), row=place, col=1)
    # a sign before the number would stand before its minus
    chart.update_xaxes(tickformat=",.3~s")
    chart.update_xaxes(title_text=sign(currency).strip(), row=len(panels), col=1)
    chart.update_yaxes(autorange="reversed", type="category")
    return chart.update_layout(template=template(), showlegend=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The largest change of each dimension."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first = {m["dimension"]: m for m in rows.to_pylist() if m["change_rank"] == 1}
    parts = [
        f"{leading(d, first[d]['member_name'], language)} {_signed(first[d], currency)}"
        for d in DIMENSIONS
        if d in first
    ]
    period = rows.slice(0, 1).to_pylist()[0]
    return SENTENCE.in_language(language).format(
        days=span(period["started_on"], period["ended_on"]),
        parts=("；" if language.startswith("zh") else "; ").join(parts),
    )


def _bars(panel: list[dict[str, Any]], language: str, currency: str) -> go.Bar:
    return go.Bar(
        x=[float(m["change_amount"]) for m in panel],
        y=[member(m["member_name"], language) for m in panel],
        orientation="h",
        marker_color=[FALL if m["change_amount"] < 0 else RISE for m in panel],
        customdata=[
            [
                m["dimension"],
                m["member_id"],
                _signed(m, currency),
                change(m["change_rate"]),
                money(m["net_sales"], currency),
                money(m["previous_net_sales"], currency),
            ]
            for m in panel
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )


def _signed(row: dict[str, Any], currency: str) -> str:
    plus = "+" if row["change_amount"] > 0 else ""
    return plus + money(row["change_amount"], currency)


def _title(dimension: str, panel: list[dict[str, Any]], language: str) -> str:
    name = DIMENSIONS[dimension].in_language(language)
    if len(panel) <= SHOWN:
        return name
    return OF.in_language(language).format(name=name, shown=SHOWN, all=len(panel))
