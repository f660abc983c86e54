"""Key figures: how each changed against the period before and against last year."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import BLUE, GREY, blank, template
from regulars.figures.wording import NOTHING, amount_of, change, points, span
from regulars.tables.text import Text

BAR = {"orientation": "h", "marker": {"color": BLUE}}
DOT = {"mode": "markers", "marker": {"color": GREY, "size": 9, "symbol": "diamond"}}
AGAINST_PREVIOUS = Text("against the period before", "环比")
AGAINST_LAST_YEAR = Text("against last year", "同比")
IN_SHARE = Text("Change in %", "变化（%）")
IN_POINTS = Text("Change in points", "变化（百分点）")
HOVER = Text(
    "%{y}: %{customdata[1]}<br>%{customdata[3]} against %{customdata[2]}",
    "%{y}：%{customdata[1]}<br>对比 %{customdata[2]}：%{customdata[3]}",
)
SENTENCE = Text(
    "{days}: net sales {sales} ({previous} against the period before, {year} against last year) "
    "from {orders} orders of {customers} identified customers.",
    "{days}：净销售额 {sales}（环比 {previous}，同比 {year}），{customers} 位已识别顾客，"
    "{orders} 单。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars against the period before, dots against last year: amounts and counts above in per
    cent, rates below in points; customdata begins with metric."""
    metrics = rows.sort_by("metric_order").to_pylist()[::-1]
    relative = [metric for metric in metrics if metric["unit"] != "rate"]
    rates = [metric for metric in metrics if metric["unit"] == "rate"]
    if all(m["change_rate"] is None and m["change_points"] is None for m in metrics):
        return blank(NOTHING.in_language(language))
    chart = make_subplots(
        rows=2,
        row_heights=[max(len(relative), 1), max(len(rates), 1)],
        subplot_titles=[IN_SHARE.in_language(language), IN_POINTS.in_language(language)],
        vertical_spacing=0.14,
    )
    chart.update_layout(template=template())
    _add(chart, 1, relative, "change_rate", language, currency)
    _add(chart, 2, rates, "change_points", language, currency)
    return chart.update_xaxes(tickformat="+.0%", zeroline=True, row=1)


def _add(
    chart: go.Figure,
    row: int,
    metrics: list[dict[str, Any]],
    column: str,
    language: str,
    currency: str,
) -> None:
    """One panel: a metric's ``column`` as a bar, its ``last_year_`` column as a dot."""
    factor = 100 if column == "change_points" else 1
    names = [metric[f"label_{'zh' if language.startswith('zh') else 'en'}"] for metric in metrics]
    marks = (
        (go.Bar, column, "previous_value", AGAINST_PREVIOUS, BAR),
        (go.Scatter, f"last_year_{column}", "last_year_value", AGAINST_LAST_YEAR, DOT),
    )
    for mark, change_column, compared, name, look in marks:
        values = [metric[change_column] for metric in metrics]
        chart.add_trace(
            mark(
                x=[None if value is None else factor * value for value in values],
                y=names,
                name=name.in_language(language),
                legendgroup=name.en,
                showlegend=row == 1,
                customdata=[
                    _carried(m, change_column, compared, language, currency) for m in metrics
                ],
                hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
                **look,
            ),
            row=row,
            col=1,
        )


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Net sales of the period with both changes, orders and customers."""
    metrics = {row["metric"]: row for row in rows.to_pylist()}
    if not metrics or metrics["net_sales"]["value"] is None:
        return NOTHING.in_language(language)
    sales = metrics["net_sales"]
    return SENTENCE.in_language(language).format(
        days=span(sales["started_on"], sales["ended_on"]),
        sales=amount_of(sales["value"], "money", currency),
        previous=change(sales["change_rate"]),
        year=change(sales["last_year_change_rate"]),
        orders=amount_of(metrics["order_count"]["value"], "count", currency),
        customers=amount_of(metrics["customer_count"]["value"], "count", currency),
    )


def _carried(
    metric: dict[str, Any], column: str, compared: str, language: str, currency: str
) -> list[str]:
    unit, value = metric["unit"], metric[column]
    changed = points(value, language) if unit == "rate" else change(value)
    shown = [amount_of(metric[name], unit, currency) for name in ("value", compared)]
    return [metric["metric"], *shown, changed]
