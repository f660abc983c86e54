"""Product ranking: the first and the last products, each with its change."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import BLUE, FALL, GREY, RISE, blank, template
from regulars.figures.wording import NOTHING, change, count, money, rate, sign, span
from regulars.tables.text import Text

SHOWN = 15
LONGEST_NAME = 32
NOW = Text("Net sales, first {shown} of {all} products", "净销售额：{all} 种商品中的前 {shown} 名")
BEFORE = Text("the period before", "上期")
TRENDS = {
    "new": Text("new", "新上架"),
    "rising": Text("rising", "上升"),
    "steady": Text("steady", "平稳"),
    "falling": Text("falling", "下滑"),
    "stopped": Text("stopped", "停售"),
    "unknown": Text("no earlier figures", "无往期数据"),
}
HOVER = Text(
    "%{customdata[1]}<br>net sales %{customdata[2]} (%{customdata[3]}, %{customdata[4]})<br>"
    "%{customdata[5]} pieces, margin %{customdata[6]}, returned %{customdata[7]}",
    "%{customdata[1]}<br>净销售额 %{customdata[2]}（%{customdata[3]}，%{customdata[4]}）<br>"
    "销量 %{customdata[5]}，毛利率 %{customdata[6]}，退货率 %{customdata[7]}",
)
SENTENCE = Text(
    "{days}: “{name}” leads with net sales of {sales} ({change}); of {all} products "
    "{rising} rise, {falling} fall and {new} are new.",
    "{days}：“{name}”居首，净销售额 {sales}（{change}）；{all} 种商品中 {rising} 种上升、"
    "{falling} 种下滑、{new} 种为新品。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The first products by rank; a point's customdata begins with product_id."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    first = rows.sort_by([("product_rank", "ascending"), ("product_id", "ascending")])
    products = first.slice(0, SHOWN).to_pylist()
    places = list(range(len(products)))
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        x=[float(product["net_sales"]) for product in products],
        y=places,
        orientation="h",
        name=NOW.in_language(language).format(shown=len(products), all=count(rows.num_rows)),
        marker_color=BLUE,
        customdata=[_carried(product, language, currency) for product in products],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        text=[change(product["change_rate"]) for product in products],
        textfont_color=[_colour(product) for product in products],
        textposition="outside",
        cliponaxis=False,
    )
    chart.add_scatter(
        x=[_plain(product["previous_net_sales"]) for product in products],
        y=places,
        mode="markers",
        name=BEFORE.in_language(language),
        marker={"symbol": "line-ns-open", "size": 14, "color": GREY, "line_width": 2},
        hoverinfo="skip",
    )
    names = [_short(product["product_name"]) for product in products]
    chart.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    chart.update_layout(margin_r=64)  # room for the change beside the longest bar
    return chart.update_xaxes(tickprefix=sign(currency), tickformat=",.3~s")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The first product, and how many rise, fall and are new."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first = rows.filter(pc.equal(rows["product_rank"], pa.scalar(1))).slice(0, 1).to_pylist()[0]
    counted = rows.group_by("trend").aggregate([([], "count_all")]).to_pylist()
    trends = {row["trend"]: row["count_all"] for row in counted}
    return SENTENCE.in_language(language).format(
        days=span(first["started_on"], first["ended_on"]),
        name=first["product_name"],
        sales=money(first["net_sales"], currency),
        change=change(first["change_rate"]),
        all=count(rows.num_rows),
        **{trend: count(trends.get(trend, 0)) for trend in ("rising", "falling", "new")},
    )


def _carried(product: dict[str, Any], language: str, currency: str) -> list[str]:
    return [
        product["product_id"],
        product["product_name"],
        money(product["net_sales"], currency),
        change(product["change_rate"]),
        TRENDS[product["trend"]].in_language(language),
        count(product["unit_count"]),
        rate(product["gross_margin_rate"]),
        rate(product["return_rate"]),
    ]


def _colour(product: dict[str, Any]) -> str:
    return FALL if (product["change_rate"] or 0) < 0 else RISE


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _plain(amount: Any) -> float | None:
    return None if amount is None else float(amount)
