"""Purchase habits: how many customers prefer which hours of which weekday."""

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, rate, weekday
from regulars.tables.text import Text

CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{y}, %{x}<br>%{text} customers order mostly then", "%{y} %{x}<br>%{text} 位顾客多在此时下单"
)
SENTENCE = Text(
    "Of {customers} customers, {one_time} bought once, {occasional} occasionally and {frequent} "
    "frequently; those who come back do so after {gap} days at the median.",
    "共 {customers} 位顾客：一次性 {one_time}，偶尔 {occasional}，高频 {frequent}；"
    "回购顾客的间隔中位数为 {gap} 天。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The grid. A point's customdata is [preferred_weekday, preferred_hour_band]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    counted = rows.group_by(["preferred_weekday", "preferred_hour_band"]).aggregate(
        [([], "count_all")]
    )
    cells = {
        (cell["preferred_weekday"], cell["preferred_hour_band"]): cell["count_all"]
        for cell in counted.to_pylist()
    }
    days = range(7, 0, -1)
    bands = sorted({band for _, band in cells})
    grid = [[cells.get((day, band), 0) for band in bands] for day in days]
    chart = heatmap(
        bands,
        [weekday(day, language) for day in days],
        grid,
        [[count(cell) for cell in row] for row in grid],
        [[[day, band] for band in bands] for day in days],
        HOVER.in_language(language),
    )
    title = {"title": {"text": CUSTOMERS.in_language(language)}, "tickformat": ",.3~s"}
    return chart.update_layout(coloraxis_colorbar=title)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The shares of one-time, occasional and frequent buyers, and the median gap."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    counted = rows.group_by("frequency_class").aggregate([([], "count_all")]).to_pylist()
    shares = {row["frequency_class"]: rate(row["count_all"] / rows.num_rows) for row in counted}
    gap = pc.quantile(rows["mean_gap_days"], q=0.5)[0].as_py()
    return SENTENCE.in_language(language).format(
        customers=count(rows.num_rows),
        gap=count(gap),
        **{name: shares.get(name, rate(0)) for name in ("one_time", "occasional", "frequent")},
    )
