"""Purchase times: orders by weekday and hour."""

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, money, rate, weekday
from regulars.tables.text import Text

ORDERS = Text("Orders", "订单数")
HOVER = Text(
    "%{y} %{x}:00<br>%{z:,} orders<br>%{customdata[2]} customers<br>%{customdata[3]}",
    "%{y} %{x}：00<br>%{z:,} 单<br>%{customdata[2]} 位顾客<br>%{customdata[3]}",
)
SENTENCE = Text(
    "Most orders fall on {weekday} from {hour}:00 to {end}:00: {orders} of {all}, {share}.",
    "下单最多的是{weekday} {hour}：00 至 {end}：00：{all} 单中的 {orders} 单，占 {share}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The grid. A point's customdata begins with [weekday, hour]."""
    if not _any_orders(rows):
        return blank(NOTHING.in_language(language))
    cells = {(row["weekday"], row["hour"]): row for row in rows.to_pylist()}
    days, hours = range(7, 0, -1), range(24)
    chart = heatmap(
        [str(hour) for hour in hours],
        [weekday(day, language) for day in days],
        [[cells[day, hour]["order_count"] for hour in hours] for day in days],
        [["" for _ in hours] for _ in days],
        [[_carried(cells[day, hour], currency) for hour in hours] for day in days],
        HOVER.in_language(language),
    )
    title = {"title": {"text": ORDERS.in_language(language)}, "tickformat": ",.3~s"}
    return chart.update_layout(coloraxis_colorbar=title)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The busiest hour of the week."""
    if not _any_orders(rows):
        return NOTHING.in_language(language)
    top = max(rows.to_pylist(), key=lambda row: row["order_count"])
    return SENTENCE.in_language(language).format(
        weekday=weekday(top["weekday"], language),
        hour=top["hour"],
        end=top["hour"] + 1,
        orders=count(top["order_count"]),
        all=count(pc.sum(rows["order_count"]).as_py()),
        share=rate(top["order_share"]),
    )


def _any_orders(rows: pa.Table) -> bool:
    return bool(rows.num_rows and pc.sum(rows["order_count"]).as_py())


def _carried(cell: dict[str, object], currency: str) -> list[object]:
    return [
        cell["weekday"],
        cell["hour"],
        count(cell["customer_count"]),  # type: ignore[arg-type]
        money(cell["net_amount"], currency),  # type: ignore[arg-type]
    ]
