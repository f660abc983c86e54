"""Price sensitivity: a forest of categories with their products, most elastic at the top."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.purposes import category_name
from regulars.figures.theme import BLUE, GREY, PALETTE, SKY, blank, template
from regulars.figures.wording import NOTHING, count, member
from regulars.tables.text import Text

SHOWN = 15  # from either end
AXIS = Text(
    "% more pieces for 1% more price (left: answers price more), with 95% intervals",
    "价格上调 1% 时销量变化的百分比（越左越敏感），及 95% 区间",
)
PRODUCTS = Text("products", "单品")
CATEGORIES = Text("category", "品类")
HOVER = Text(
    "%{y}<br>%{customdata[2]}<br>elasticity %{x:.2f} (%{customdata[3]})<br>%{customdata[4]} pieces",
    "%{y}<br>%{customdata[2]}<br>弹性 %{x:.2f}（%{customdata[3]}）<br>销量 %{customdata[4]}",
)
SENTENCE = Text(
    "{told} of {products} products have enough price variation: demand answers price most in "
    "“{first}” ({first_value}: a price 10% lower goes with {first_more} more pieces) and least in "
    "“{last}” ({last_value}).",
    "{products} 种商品中有 {told} 种价格变动足够：“{first}”对价格反应最大（{first_value}，"
    "降价 10% 时销量约多 {first_more}），“{last}”最小（{last_value}）。",
)
NO_NUMBER = Text(
    "None of {products} products has an elasticity: {reason}.",
    "{products} 种商品均无弹性结果：{reason}。",
)
REASONS = {
    "too few sales": Text("too few sales", "销量太少"),
    "insufficient price variation": Text("insufficient price variation", "价格变动不足"),
}


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Categories with intervals, products as faint points.

    A point's customdata begins with category and product_id.
    """
    del currency
    told = rows.filter(pc.is_valid(rows["elasticity"])).to_pylist()
    if not told:
        return blank(
            NOTHING.in_language(language) if not rows.num_rows else _no_number(rows, language)
        )
    groups = list(dict.fromkeys(row["by_value"] for row in told))
    wholes = [row for row in told if row["product_id"] is None]
    order = _order(wholes or told)
    chart = go.Figure(layout={"template": template()})
    products = [
        row
        for row in told
        if row["product_id"] is not None and row["by_value"] is None and row["category"] in order
    ]
    if products:
        chart.add_scatter(
            x=[row["elasticity"] for row in products],
            y=[category_name(row["category"], language) for row in products],
            mode="markers",
            name=PRODUCTS.in_language(language),
            marker={"size": 5, "color": SKY, "opacity": 0.7},
            customdata=[_carried(row, language) for row in products],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    for place, group in enumerate(groups):
        found = [r for r in wholes if r["by_value"] == group and r["category"] in order]
        colour = BLUE if group is None else PALETTE[1 + (place - 1) % (len(PALETTE) - 1)]
        name = CATEGORIES.in_language(language) if group is None else member(group, language)
        chart.add_scatter(
            x=[row["elasticity"] for row in found],
            y=[category_name(row["category"], language) for row in found],
            error_x={
                "array": [row["elasticity_high"] - row["elasticity"] for row in found],
                "arrayminus": [row["elasticity"] - row["elasticity_low"] for row in found],
                "width": 0,
            },
            mode="markers",
            name=name,
            marker={"size": 9, "color": colour},
            customdata=[_carried(row, language) for row in found],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.add_vline(x=-1, line={"color": GREY, "dash": "dot", "width": 1})
    chart.update_layout(height=160 + 22 * len(order))
    chart.update_xaxes(title_text=AXIS.in_language(language))
    names = [category_name(name, language) for name in order]
    return chart.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The category that answers price most, and the one that does least."""
    del currency
    if not rows.num_rows:
        return NOTHING.in_language(language)
    whole = rows.filter(pc.is_null(rows["by_value"])).to_pylist()
    products = [row for row in whole if row["product_id"] is not None]
    told = [row for row in whole if row["elasticity"] is not None]
    categories = [row for row in told if row["product_id"] is None] or told
    if not categories:
        return _no_number(rows, language)
    order = sorted(categories, key=lambda row: (row["elasticity"], row["category"]))
    words = {
        "told": count(sum(row["elasticity"] is not None for row in products)),
        "products": count(len(products)),
        "first": category_name(order[0]["category"], language),
        "first_value": f"{order[0]['elasticity']:.2f}".replace("-", "−"),
        "first_more": f"{0.9 ** order[0]['elasticity'] - 1:.0%}",
        "last": category_name(order[-1]["category"], language),
        "last_value": f"{order[-1]['elasticity']:.2f}".replace("-", "−"),
    }
    return SENTENCE.in_language(language).format(**words)


def _no_number(rows: pa.Table, language: str) -> str:
    products = [row for row in rows.to_pylist() if row["product_id"] is not None]
    reasons = {row["reason"] for row in products if row["reason"]}
    least = "insufficient price variation"
    reason = least if least in reasons else "too few sales"
    return NO_NUMBER.in_language(language).format(
        products=count(len(products)), reason=REASONS[reason].in_language(language)
    )


def _order(rows: list[dict[str, Any]]) -> list[str]:
    """The categories shown, most elastic first: all, or those at either end."""
    values: dict[str, float] = {}
    for row in rows:
        if row["category"] not in values or row["by_value"] is None:
            values[row["category"]] = row["elasticity"]
    order = sorted(values, key=lambda name: (values[name], name))
    return order if len(order) <= 2 * SHOWN else order[:SHOWN] + order[-SHOWN:]


def _carried(row: dict[str, Any], language: str) -> list[Any]:
    name = row["product_name"] or row["product_id"] or category_name(row["category"], language)
    return [
        row["category"],
        row["product_id"],
        name,
        f"{row['elasticity_low']:.2f} – {row['elasticity_high']:.2f}".replace("-", "−"),
        count(round(row["piece_count"])),
    ]
