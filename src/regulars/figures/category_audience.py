"""Category audience: where a category's main buyers differ most from the shop, with intervals."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, GREY, ORANGE, blank, template
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

SHOWN = 14
FACTS = {
    "gender": Text("gender", "性别"),
    "age_band": Text("age", "年龄"),
    "city": Text("city", "城市"),
    "region": Text("region", "省份"),
    "income_band": Text("income", "收入"),
    "occupation": Text("occupation", "职业"),
    "acquisition_channel": Text("came by", "获客渠道"),
    "is_member": Text("member", "会员"),
    "main_channel": Text("buys mostly by", "主要渠道"),
    "spend_third": Text("spend, third", "消费三分位"),
}
YES_NO = {"yes": Text("yes", "是"), "no": Text("no", "否")}
THIRDS = {
    "1": Text("lowest", "低"),
    "2": Text("middle", "中"),
    "3": Text("highest", "高"),
}
INDEX = Text("Index (shop = 100)", "指数（全店 = 100）")
NAMES = (
    (True, Text("clear difference", "差异显著")),
    (False, Text("may be chance", "可能只是偶然")),
)
HOVER = Text(
    "%{customdata[0]} · %{customdata[1]}<br>index %{x:.0f} (95%: %{customdata[2]})<br>"
    "%{customdata[3]} of the category, %{customdata[4]} of the shop<br>%{customdata[5]} customers",
    "%{customdata[0]} · %{customdata[1]}<br>指数 %{x:.0f}（95%：%{customdata[2]}）<br>"
    "品类 %{customdata[3]}，全店 %{customdata[4]}<br>%{customdata[5]} 位顾客",
)
SENTENCE = Text(
    "{levels} of {all} comparisons differ clearly from the shop. The most: {fact} “{level}” among "
    "the {buyers} main buyers of {category}, index {index} ({low}–{high}).",
    "{all} 项比较中有 {levels} 项与全店差异显著。最突出的是“{category}”的 {buyers} 位主力顾客中"
    "{fact}为“{level}”者：指数 {index}（{low}–{high}）。",
)
NONE_CLEAR = Text(
    "None of {all} comparisons differs from the shop by more than chance.",
    "{all} 项比较与全店的差异均未超出偶然。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Points with intervals, the furthest from 100 first. customdata: category, fact and level."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    shown = sorted(rows.to_pylist(), key=_order)[:SHOWN]
    chart = go.Figure(layout={"template": template()})
    for is_clear, title in NAMES:
        mine = [row for row in shown if row["is_significant"] == is_clear]
        if not mine:
            continue
        colours = [BLUE if row["index"] >= 100 else ORANGE for row in mine]
        chart.add_scatter(
            x=[row["index"] for row in mine],
            y=[f"{_category(row, language)} · {_trait(row, language)}" for row in mine],
            mode="markers",
            name=title.in_language(language),
            marker={"size": 9, "color": colours if is_clear else GREY},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [row["index_high"] - row["index"] for row in mine],
                "arrayminus": [row["index"] - row["index_low"] for row in mine],
                "color": GREY,
                "thickness": 1,
            },
            customdata=[_told(row, language) for row in mine],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.add_vline(x=100, line_width=1, line_dash="dot", line_color=GREY)
    names = [f"{_category(row, language)} · {_trait(row, language)}" for row in shown]
    chart.update_yaxes(categoryorder="array", categoryarray=list(reversed(names)), showgrid=False)
    chart.update_layout(height=120 + 28 * len(shown))
    return chart.update_xaxes(title_text=INDEX.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The clearest difference, and how many there are."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    found = sorted(rows.to_pylist(), key=_order)
    clear = [row for row in found if row["is_significant"]]
    if not clear:
        return NONE_CLEAR.in_language(language).format(all=count(len(found)))
    top = clear[0]
    return SENTENCE.in_language(language).format(
        all=count(len(found)),
        levels=count(len(clear)),
        category=_category(top, language),
        buyers=count(top["buyer_count"]),
        fact=_fact(top, language),
        level=_level(top, language),
        index=f"{top['index']:.0f}",
        low=f"{top['index_low']:.0f}",
        high=f"{top['index_high']:.0f}",
    )


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """Clear ones first; then by how far the interval's nearer end lies from 100."""
    nearer = max(row["index_low"] - 100, 100 - row["index_high"])
    return not row["is_significant"], -nearer, row["category"], row["fact"], row["level"]


def _told(row: dict[str, Any], language: str) -> list[str]:
    return [
        _category(row, language),
        _trait(row, language),
        f"{row['index_low']:.0f}–{row['index_high']:.0f}",
        rate(row["category_share"]),
        rate(row["shop_share"]),
        count(row["customer_count"]),
    ]


def _category(row: dict[str, Any], language: str) -> str:
    return member(row["category"], language)


def _fact(row: dict[str, Any], language: str) -> str:
    return FACTS[row["fact"]].in_language(language) if row["fact"] in FACTS else row["fact"]


def _level(row: dict[str, Any], language: str) -> str:
    own = {"is_member": YES_NO, "spend_third": THIRDS}.get(row["fact"], {})
    if row["level"] in own:
        return own[row["level"]].in_language(language)
    return member(row["level"], language)


def _trait(row: dict[str, Any], language: str) -> str:
    return f"{_fact(row, language)}: {_level(row, language)}"
