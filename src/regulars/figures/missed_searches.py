"""Missed searches: the queries most often in vain, by why."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import AMBER, ORANGE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

SHOWN = 20
LONGEST_NAME = 24
NO_RESULT = Text("without a result", "无结果")
NO_CLICK = Text("with a result that nobody clicked", "有结果但无点击")
AXIS = Text("Searches in vain", "落空次数")
HOVER = Text(
    "%{customdata[0]} (%{customdata[1]})<br>%{customdata[2]} of %{customdata[3]} searches in vain, "
    "%{customdata[4]}<br>%{customdata[5]} people; no result %{customdata[6]}, no click "
    "%{customdata[7]}<br>bought after: %{customdata[8]}, most often %{customdata[9]}",
    "%{customdata[0]}（%{customdata[1]}）<br>%{customdata[3]} 次搜索中 %{customdata[2]} 次落空，"
    "%{customdata[4]}<br>%{customdata[5]} 人；无结果 %{customdata[6]}，无点击 %{customdata[7]}<br>"
    "搜后购买 %{customdata[8]}，最常购 %{customdata[9]}",
)
NOT_SOLD = Text("nothing of the name in the catalogue", "商品库中没有对应商品")
SENTENCE = Text(
    "“{query}” is missed most: {missed} of {searches} searches by {people} people found nothing "
    "or led to no click; of the {all} queries listed, {unsold} name nothing that the catalogue "
    "has.",
    "落空最多的是“{query}”：{people} 人搜索 {searches} 次，{missed} 次无结果或无点击；"
    "所列 {all} 个搜索词中，{unsold} 个在商品库中没有对应商品。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Stacked bars. A point's customdata begins with the query."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    shown = rows.slice(0, SHOWN).to_pylist()
    chart = go.Figure(layout={"template": template()})
    nothing = [row["no_result_count"] or 0 for row in shown]
    unclicked = [row["missed_count"] - none for row, none in zip(shown, nothing, strict=True)]
    for title, colour, counts in ((NO_RESULT, ORANGE, nothing), (NO_CLICK, AMBER, unclicked)):
        chart.add_bar(
            x=counts,
            y=[_short(row["query"]) for row in shown],
            orientation="h",
            name=title.in_language(language),
            marker_color=colour,
            customdata=[_carried(row, language) for row in shown],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="stack", height=140 + 24 * len(shown))
    chart.update_xaxes(title_text=AXIS.in_language(language))
    return chart.update_yaxes(autorange="reversed", showgrid=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The query missed most, and how many ask for what is not sold."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    found = rows.to_pylist()
    top = found[0]
    return SENTENCE.in_language(language).format(
        query=top["query"],
        missed=count(top["missed_count"]),
        searches=count(top["search_count"]),
        people=count(top["person_count"]),
        all=count(len(found)),
        unsold=count(sum(row["head_kind"] == "other" for row in found)),
    )


def _carried(row: dict[str, Any], language: str) -> list[str]:
    return [
        row["query"],
        row["product_group"] or NOT_SOLD.in_language(language),
        count(row["missed_count"]),
        count(row["search_count"]),
        rate(row["missed_rate"]),
        count(row["person_count"]),
        rate(row["no_result_rate"]),
        rate(row["no_click_rate"]),
        rate(row["bought_rate"]),
        row["top_product_name"] or row["top_product_id"] or "–",
    ]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
