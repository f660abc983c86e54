"""Calibration of the lifetime value: expected against actual by tenth, and week by week."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import AMBER, BLUE, GREEN, GREY, blank, template
from regulars.figures.wording import NOTHING, change, count
from regulars.tables.text import Text

KINDS = {
    "tenth": (Text("tenths of the customers", "顾客十分组"), BLUE, "circle"),
    "repeat_order_count": (Text("by repeat orders so far", "按既往复购次数"), GREEN, "diamond"),
}
EXPECTED = Text("Orders expected per customer", "人均预期订单数")
ACTUAL = Text("Orders that came per customer", "人均实际订单数")
WEEK = Text("Week of the held-back days", "留出期第几周")
SO_FAR = Text("Orders so far", "累计订单数")
CAME = Text("what came", "实际")
MODEL = Text("model", "模型预期")
PAST = Text("rate so far (simple)", "按过往频率（简单法）")
PERFECT = Text("as foreseen", "完全相符")
HOVER = Text(
    "%{customdata[1]} %{customdata[0]}, %{customdata[2]} customers<br>expected %{customdata[3]} "
    "orders (%{customdata[4]} – %{customdata[5]}), came %{customdata[6]}",
    "%{customdata[1]} %{customdata[0]}，%{customdata[2]} 位顾客<br>预期 %{customdata[3]} 单"
    "（%{customdata[4]}–%{customdata[5]}），实际 %{customdata[6]} 单",
)
WEEK_HOVER = Text("week %{x}: %{customdata[1]} orders", "第 %{x} 周：累计 %{customdata[1]} 单")
SENTENCE = Text(
    "The model expected {expected} orders of {customers} customers ({low} – {high}) and {came} "
    "came: {off}; going on at the rate so far would have said {past} ({past_off}).",
    "模型预期 {customers} 位顾客下单 {expected} 次（{low}–{high}），实际 {came} 次，偏差 {off}；"
    "若按过往频率推算则为 {past} 次（偏差 {past_off}）。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Two panels. A point's customdata begins with group_number."""
    found = rows.to_pylist()
    if not found:
        return blank(NOTHING.in_language(language))
    chart = make_subplots(rows=1, cols=2, horizontal_spacing=0.12)
    chart.update_layout(template=template())
    most = 0.0
    for kind, (title, colour, symbol) in KINDS.items():
        points = [row for row in found if row["group_kind"] == kind]
        name = title.in_language(language)
        most = max([most, *(_each(row, side) for row in points for side in ("expected", "actual"))])
        chart.add_trace(_points(points, name, colour, symbol, language), row=1, col=1)
    chart.add_scatter(
        x=[0, most],
        y=[0, most],
        mode="lines",
        name=PERFECT.in_language(language),
        line={"color": GREY, "dash": "dot", "width": 1},
        hoverinfo="skip",
        row=1,
        col=1,
    )
    weeks = [row for row in found if row["group_kind"] == "week"]
    for column, text, colour in (
        ("actual_order_count", CAME, GREY),
        ("expected_order_count", MODEL, BLUE),
        ("past_rate_order_count", PAST, AMBER),
    ):
        chart.add_scatter(
            x=[row["group_number"] for row in weeks],
            y=[row[column] for row in weeks],
            mode="lines+markers",
            name=text.in_language(language),
            line={"color": colour},
            customdata=[[row["group_number"], count(round(row[column]))] for row in weeks],
            hovertemplate=f"{WEEK_HOVER.in_language(language)}<extra>%{{fullData.name}}</extra>",
            row=1,
            col=2,
        )
    chart.update_xaxes(title_text=EXPECTED.in_language(language), row=1, col=1)
    chart.update_yaxes(title_text=ACTUAL.in_language(language), row=1, col=1)
    chart.update_xaxes(title_text=WEEK.in_language(language), row=1, col=2)
    return chart.update_yaxes(title_text=SO_FAR.in_language(language), row=1, col=2)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How far off in all, beside the simple rule."""
    whole = [row for row in rows.to_pylist() if row["group_kind"] == "all"]
    if not whole:
        return NOTHING.in_language(language)
    row = whole[0]
    came = row["actual_order_count"]
    return SENTENCE.in_language(language).format(
        customers=count(row["customer_count"]),
        expected=_rounded(row["expected_order_count"]),
        low=_rounded(row["expected_low"]),
        high=_rounded(row["expected_high"]),
        came=count(came),
        off=change(row["expected_order_count"] / came - 1 if came else None),
        past=_rounded(row["past_rate_order_count"]),
        past_off=change(row["past_rate_order_count"] / came - 1 if came else None),
    )


def _points(
    points: list[dict[str, Any]], name: str, colour: str, symbol: str, language: str
) -> go.Scatter:
    expected = [_each(row, "expected") for row in points]
    return go.Scatter(
        x=expected,
        y=[_each(row, "actual") for row in points],
        error_x={
            "array": [_end(row, "expected_high") - _each(row, "expected") for row in points],
            "arrayminus": [_each(row, "expected") - _end(row, "expected_low") for row in points],
            "width": 0,
        },
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 8},
        customdata=[
            [
                row["group_number"],
                name,
                count(row["customer_count"]),
                _rounded(row["expected_order_count"]),
                _rounded(row["expected_low"]),
                _rounded(row["expected_high"]),
                count(row["actual_order_count"]),
            ]
            for row in points
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )


def _each(row: dict[str, Any], side: str) -> float:
    """Per customer."""
    return float(row[f"{side}_order_count"]) / row["customer_count"]


def _end(row: dict[str, Any], name: str) -> float:
    value = row[name]
    return _each(row, "expected") if value is None else float(value) / row["customer_count"]


def _rounded(value: float | None) -> str:
    return count(None if value is None else round(value))
