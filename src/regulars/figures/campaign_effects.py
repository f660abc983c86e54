"""What one campaign earned: revenue, margin, and margin after costs, each with its interval.

Rows are CAMPAIGN_EFFECTS of one campaign, one per metric.
"""

from typing import Any, NamedTuple

import plotly.graph_objects as go
import pyarrow as pa

from regulars.effects.unavailable import REASONS
from regulars.figures.theme import BLUE, FALL, GREY, blank, template
from regulars.figures.wording import NOTHING, money, sign
from regulars.tables.text import Text


class Bar(NamedTuple):
    """One line of the figure: which metric's row, and the columns of value and interval."""

    metric: str
    columns: tuple[str, str, str]
    label: Text


TOTAL = ("total_effect", "total_low", "total_high")
NET = ("net_value_amount", "net_value_low_amount", "net_value_high_amount")
BARS = (
    Bar("net_amount", TOTAL, Text("Revenue", "收入")),
    Bar("margin_amount", TOTAL, Text("Margin", "毛利")),
    Bar("margin_amount", NET, Text("Margin after costs", "扣除成本后")),
)
HOVER = Text(
    "%{y}: %{customdata[0]}<br>95% interval %{customdata[1]} to %{customdata[2]}",
    "%{y}：%{customdata[0]}<br>95%区间 %{customdata[1]} 至 %{customdata[2]}",
)
AXIS = Text("more than leaving them alone", "与不打扰相比的增量")
NOT_YET = Text(
    "Nothing is measured yet: the analyses have not been refreshed since the launch.",
    "尚未测量：发布之后还没有刷新过分析。",
)
EARNED = Text(
    "Earned between {low} and {high} more than leaving them alone{after} (95% interval).",
    "与不打扰他们相比，多赚了{low}至{high}{after}，95%区间。",
)
LOST = Text(
    "Lost between {low} and {high} against leaving them alone{after} (95% interval).",
    "与不打扰他们相比，少赚了{low}至{high}{after}，95%区间。",
)
OPEN = Text(
    "Between {low} and {high} against leaving them alone{after} (95% interval): it cannot "
    "be said whether it earned or lost money.",
    "与不打扰他们相比，增量在{low}至{high}之间{after}（95%区间）：还不能断定是赚是亏。",
)
AFTER_COSTS = Text(" after costs", "（已扣除成本）")
IN_REVENUE = Text(" in revenue, costs of goods not known", "（收入口径，商品成本未知）")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """One point with its interval per bar of BARS; zero is a line."""
    by_metric = _by_metric(rows)
    bars = [(bar.label, *found) for bar in BARS if (found := _values(bar, by_metric))]
    if not bars:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template(), "height": 110 + 56 * len(bars)})
    for label, value, low, high in reversed(bars):
        chart.add_scatter(
            x=[value],
            y=[label.in_language(language)],
            mode="markers",
            marker={"size": 11, "color": _colour(low, high)},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - value],
                "arrayminus": [value - low],
                "thickness": 2.5,
                "width": 7,
                "color": _colour(low, high),
            },
            customdata=[[money(amount, currency) for amount in (value, low, high)]],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
            showlegend=False,
        )
    chart.add_vline(x=0, line={"color": GREY, "width": 1})
    title = {"text": AXIS.in_language(language), "font": {"size": 12}}
    return chart.update_xaxes(tickprefix=sign(currency), tickformat=",.3~s", title=title)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """What it earned after costs, with the interval; or the named reason why not yet."""
    by_metric = _by_metric(rows)
    margin = by_metric.get("margin_amount")
    if margin is None:
        return NOT_YET.in_language(language)
    revenue = by_metric.get("net_amount")
    if margin["reason"] == "costs_unknown" and revenue and revenue["total_low"] is not None:
        words = _words(revenue["total_low"], revenue["total_high"], IN_REVENUE, language, currency)
        return _with_reason(words, revenue, language)
    if margin["status"] == "unavailable":
        return REASONS[margin["reason"]].in_language(language)
    low, high = margin["net_value_low_amount"], margin["net_value_high_amount"]
    return _with_reason(_words(low, high, AFTER_COSTS, language, currency), margin, language)


def _words(low: Any, high: Any, after: Text, language: str, currency: str) -> str:
    template_text, ends = OPEN, (low, high)
    if low >= 0:
        template_text = EARNED
    elif high <= 0:
        template_text, ends = LOST, (-high, -low)
    return template_text.in_language(language).format(
        low=money(ends[0], currency),
        high=money(ends[1], currency),
        after=after.in_language(language),
    )


def _with_reason(words: str, row: dict[str, Any], language: str) -> str:
    if row["status"] != "so_far":
        return words
    joint = " " if language == "en" else ""
    return f"{words}{joint}{REASONS['window_open'].in_language(language)}"


def _values(bar: Bar, by_metric: dict[str, dict[str, Any]]) -> tuple[float, float, float] | None:
    """Value, low and high of a bar; None where they could not be measured."""
    row = by_metric.get(bar.metric)
    if row is None or row[bar.columns[0]] is None:
        return None
    value, low, high = (float(row[name]) for name in bar.columns)
    return value, low, high


def _by_metric(rows: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in rows.to_pylist()}


def _colour(low: float, high: float) -> str:
    """Blue above zero, orange below, grey where the interval holds zero."""
    if low > 0:
        return BLUE
    return FALL if high < 0 else GREY
