"""Purchase mix: each channel's, store's and category's share of the money."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import PALETTE, blank, template
from regulars.figures.wording import DIMENSIONS, NOTHING, count, leading, member, money, rate
from regulars.tables.text import Text

SHOWN = 10
OF = Text("{name} ({shown} of {all})", "{name}（{all} 个中的 {shown} 个）")
HOVER = Text(
    "%{y}<br>%{customdata[2]}, %{x:.1%}<br>%{customdata[3]} orders, %{customdata[4]} customers",
    "%{y}<br>%{customdata[2]}，占 %{x:.1%}<br>%{customdata[3]} 单，%{customdata[4]} 位顾客",
)
SENTENCE = Text("Where most money comes from: {parts}.", "销售额最多的：{parts}。")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """One panel a dimension; a point's customdata begins with [dimension, member_id]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    members = rows.sort_by([("dimension", "ascending"), ("member_rank", "ascending")]).to_pylist()
    panels = {d: [m for m in members if m["dimension"] == d] for d in DIMENSIONS}
    panels = {d: panel for d, panel in panels.items() if panel}
    chart = make_subplots(
        rows=len(panels),
        cols=1,
        subplot_titles=[_title(d, panel, language) for d, panel in panels.items()],
        row_heights=[1 + min(len(panel), SHOWN) for panel in panels.values()],
        vertical_spacing=0.1,
        shared_xaxes=True,
    )
    for place, panel in enumerate(panels.values(), start=1):
        bars = _bars(panel[:SHOWN], PALETTE[place - 1], language, currency)
        chart.add_trace(bars, row=place, col=1)
    chart.update_xaxes(tickformat=".0%", rangemode="tozero")
    chart.update_yaxes(autorange="reversed", type="category")
    return chart.update_layout(template=template(), showlegend=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The member of each dimension with the most money."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first = {m["dimension"]: m for m in rows.to_pylist() if m["member_rank"] == 1}
    parts = [
        f"{leading(d, first[d]['member_name'], language)} {rate(first[d]['net_amount_share'])}"
        for d in DIMENSIONS
        if d in first
    ]
    separator = "；" if language.startswith("zh") else "; "
    return SENTENCE.in_language(language).format(parts=separator.join(parts))


def _bars(panel: list[dict[str, Any]], colour: str, language: str, currency: str) -> go.Bar:
    return go.Bar(
        x=[m["net_amount_share"] for m in panel],
        y=[member(m["member_name"], language) for m in panel],
        orientation="h",
        marker_color=colour,
        customdata=[
            [
                m["dimension"],
                m["member_id"],
                money(m["net_amount"], currency),
                count(m["order_count"]),
                count(m["customer_count"]),
            ]
            for m in panel
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )


def _title(dimension: str, panel: list[dict[str, Any]], language: str) -> str:
    name = DIMENSIONS[dimension].in_language(language)
    if len(panel) <= SHOWN:
        return name
    return OF.in_language(language).format(name=name, shown=SHOWN, all=len(panel))
