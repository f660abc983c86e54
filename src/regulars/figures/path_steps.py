"""Path steps: a heat map of nodes by steps; the colour is the share of the visits."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, event, points, rate
from regulars.tables.text import Text

START, END, OTHER = OURS = ("(start)", "(end)", "(other)")
WORDS = {
    START: Text("not yet begun", "尚未开始"),
    END: Text("over", "已结束"),
    OTHER: Text("others", "其他"),
}
FORWARD, BACK = Text("Step", "第几步"), Text("Steps before the goal", "距目标的步数")
SHARE, DIFFERENCE = Text("Visits", "会话占比"), Text("Difference", "占比差")
HOVER = Text(
    "Step %{x}: %{y}<br>%{customdata[2]} visits, %{customdata[3]} of all%{customdata[4]}",
    "第 %{x} 步：%{y}<br>%{customdata[2]} 次会话，占全部 %{customdata[3]}%{customdata[4]}",
)
AGAINST = Text("<br>{difference} against the other segment", "<br>与对比人群相差 {difference}")
AHEAD = Text(
    "At step {step} most visits are at {node} ({share}); by step {last} {over} are over.",
    "第 {step} 步时会话最多停留在{node}（{share}）；到第 {last} 步，{over} 的会话已结束。",
)
BEHIND = Text(
    "One step before the goal most visits are at {node} ({share}); {last} steps before, {over} "
    "had not begun.",
    "距目标一步时会话最多停留在{node}（{share}）；距目标 {last} 步时，{over} 的会话尚未开始。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The matrix. A point's customdata begins with [step, node]."""
    del currency
    cells = {(row["step"], row["node"]): row for row in rows.to_pylist()}
    if not cells:
        return blank(NOTHING.in_language(language))
    steps = sorted({step for step, _ in cells})
    nodes = _ordered(list(cells.values()))
    grid = [[cells.get((step, node)) for step in steps] for node in nodes]
    is_compared = any(cell["share_difference"] is not None for cell in cells.values())
    shown = "share_difference" if is_compared else "share"
    chart = heatmap(
        [str(step) for step in steps],
        [_word(node, language) for node in nodes],
        [[cell[shown] if cell else None for cell in row] for row in grid],
        [[_text(cell, shown) for cell in row] for row in grid],
        [[_carried(cell, language) for cell in row] for row in grid],
        HOVER.in_language(language),
    )
    axis = BACK if steps[0] < 0 else FORWARD
    chart.update_xaxes(title_text=axis.in_language(language), side="top")
    chart.update_yaxes(autorange="reversed")
    title = (DIFFERENCE if is_compared else SHARE).in_language(language)
    bar = {"title": {"text": title}, "tickformat": ".1%" if is_compared else ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar, margin_t=64)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Where most visits are next to where all stand, and how many are over."""
    del currency
    cells = rows.to_pylist()
    if not cells:
        return NOTHING.in_language(language)
    steps = sorted({cell["step"] for cell in cells})
    is_back = steps[0] < 0
    near, far, ended = (steps[-1], steps[0], START) if is_back else (steps[0], steps[-1], END)
    first = max((c for c in cells if c["step"] == near), key=lambda c: c["visit_count"])
    over = next((c["share"] for c in cells if (c["step"], c["node"]) == (far, ended)), 0.0)
    return (
        (BEHIND if is_back else AHEAD)
        .in_language(language)
        .format(
            step=abs(near),
            node=f"“{_word(first['node'], language)}”",
            share=rate(first["share"]),
            last=abs(far),
            over=rate(over),
        )
    )


def _ordered(cells: list[dict[str, Any]]) -> list[str]:
    """The nodes, the most visited on top, then what is none of them."""
    visits: dict[str, int] = {}
    for cell in cells:
        visits[cell["node"]] = visits.get(cell["node"], 0) + cell["visit_count"]
    place = {OTHER: 1, START: 2, END: 2}
    return sorted(visits, key=lambda node: (place.get(node, 0), -visits[node], node))


def _text(cell: dict[str, Any] | None, shown: str) -> str:
    if cell is None or cell[shown] is None:
        return ""
    if shown == "share":
        return rate(cell["share"], 0)
    return f"{100 * cell[shown]:+.1f}".replace("-", "−")


def _carried(cell: dict[str, Any] | None, language: str) -> list[Any]:
    if cell is None:
        return [None] * 5
    difference = cell["share_difference"]
    against = AGAINST.in_language(language).format(difference=points(difference, language))
    return [
        cell["step"],
        cell["node"],
        count(cell["visit_count"]),
        rate(cell["share"]),
        "" if difference is None else against,
    ]


def _word(name: str, language: str) -> str:
    return WORDS[name].in_language(language) if name in WORDS else event(name, language)
