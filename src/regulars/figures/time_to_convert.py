"""Time to convert: how many take how long, with the median marked; split, lines of those done."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.lengths import between, length
from regulars.figures.theme import BLUE, ORANGE, PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

COUNT = Text("Converted", "完成人数")
DONE = Text("Converted within this time", "在此时间内完成的比例")
MEDIAN = Text("half within {length}", "中位数 {length}")
SAID = 0.05  # smaller shares are left to the hover
NOT_KNOWN = Text("not known", "未知")
HOVER = Text(
    "%{x}<br>%{customdata[3]}, %{customdata[4]}<br>%{customdata[5]} took no longer",
    "%{x}<br>%{customdata[3]}，占 %{customdata[4]}<br>累计 %{customdata[5]}",
)
SENTENCE = Text(
    "From step {first} to step {last} half of the {count} who got there took at most {median}; "
    "a quarter took at most {quarter}, nine in ten at most {tenth}.",
    "从第 {first} 步到第 {last} 步，共 {count} 完成，耗时中位数 {median}；"
    "最快的四分之一不超过 {quarter}，九成不超过 {tenth}。",
)
SPLIT = Text(
    "From step {first} to step {last}: {fast} is quickest with half within {fast_median}, "
    "{slow} slowest with {slow_median}.",
    "从第 {first} 步到第 {last} 步：最快的是{fast}，中位数 {fast_median}；"
    "最慢的是{slow}，中位数 {slow_median}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A point's customdata begins with [by_value, kind, position] of its bin."""
    blocks = _blocks(rows)
    if not blocks:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template(), "bargap": 0.06})
    edges = sorted({(b["from_seconds"], b["to_seconds"]) for bins, _ in blocks for b in bins})
    chart.update_xaxes(
        type="category",
        categoryorder="array",
        categoryarray=[between(low, high, language) for low, high in edges],
    )
    if len(blocks) > 1:
        for place, (bins, _) in enumerate(blocks):
            chart.add_trace(_line(bins, place, language))
        chart.update_yaxes(tickformat=".0%", range=[0, 1.02])
        return chart.update_yaxes(title_text=DONE.in_language(language))
    bins, quantiles = blocks[0]
    chart.add_bar(
        x=_spans(bins, language),
        y=[b["customer_count"] for b in bins],
        marker_color=BLUE,
        text=[rate(b["share_rate"]) if b["share_rate"] >= SAID else "" for b in bins],
        textposition="outside",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        customdata=[_carried(b) for b in bins],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    _mark_median(chart, bins, quantiles, language)
    return chart.update_yaxes(title_text=COUNT.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How long half of them take; split, who is quickest."""
    blocks = [(bins, quantiles) for bins, quantiles in _blocks(rows) if quantiles]
    if not blocks:
        return NOTHING.in_language(language)
    bins, quantiles = blocks[0]
    said = {"first": bins[0]["from_step"], "last": bins[0]["to_step"]}
    if len(blocks) > 1:
        ranked = sorted(blocks, key=lambda block: _quantile(block[1], 0.5))
        fast, slow = ranked[0], ranked[-1]
        return SPLIT.in_language(language).format(
            fast=_value(fast[0][0], language),
            fast_median=length(_quantile(fast[1], 0.5), language),
            slow=_value(slow[0][0], language),
            slow_median=length(_quantile(slow[1], 0.5), language),
            **said,
        )
    return SENTENCE.in_language(language).format(
        count=count(quantiles[0]["customer_count"]),
        median=length(_quantile(quantiles, 0.5), language),
        quarter=length(_quantile(quantiles, 0.25), language),
        tenth=length(_quantile(quantiles, 0.9), language),
        **said,
    )


def _blocks(rows: pa.Table) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """The bins and the quantiles of each value that has any."""
    blocks: dict[Any, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {}
    for row in rows.to_pylist():
        bins, quantiles = blocks.setdefault(row["by_value"], ([], []))
        (bins if row["kind"] == "bin" else quantiles).append(row)
    return [block for block in blocks.values() if block[0]]


def _mark_median(
    chart: go.Figure, bins: list[dict[str, Any]], quantiles: list[dict[str, Any]], language: str
) -> None:
    """A line at the median's place within its bin."""
    if not quantiles:
        return
    median = _quantile(quantiles, 0.5)
    inside = (n for n, b in enumerate(bins) if median <= b["to_seconds"])
    place = next(inside, len(bins) - 1)
    low, high = bins[place]["from_seconds"], bins[place]["to_seconds"]
    chart.add_vline(
        x=place - 0.5 + (median - low) / (high - low),
        line={"color": ORANGE, "dash": "dash", "width": 2},
        annotation_text=MEDIAN.in_language(language).format(length=length(median, language)),
        annotation_position="top",
    )


def _line(bins: list[dict[str, Any]], place: int, language: str) -> go.Scatter:
    return go.Scatter(
        x=_spans(bins, language),
        y=[b["cumulative_rate"] for b in bins],
        mode="lines+markers",
        name=_value(bins[0], language),
        line={
            "color": PALETTE[place % len(PALETTE)],
            "dash": ("solid", "dot", "dash")[place // len(PALETTE) % 3],
        },
        customdata=[_carried(b) for b in bins],
        hovertemplate=HOVER.in_language(language),
    )


def _spans(bins: list[dict[str, Any]], language: str) -> list[str]:
    return [between(b["from_seconds"], b["to_seconds"], language) for b in bins]


def _carried(row: dict[str, Any]) -> list[Any]:
    return [
        row["by_value"] or "",
        row["kind"],
        row["position"],
        count(row["customer_count"]),
        rate(row["share_rate"]),
        rate(row["cumulative_rate"]),
    ]


def _quantile(quantiles: list[dict[str, Any]], wanted: float) -> float:
    nearest = min(quantiles, key=lambda row: abs(row["quantile"] - wanted))
    return float(nearest["to_seconds"])


def _value(row: dict[str, Any], language: str) -> str:
    value = row["by_value"]
    if value in (None, NOT_KNOWN.en):
        return NOT_KNOWN.in_language(language)
    return member(value, language)
