"""Decision style by category: what is long compared at the top, what is bought at once below."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.decision_style import length
from regulars.figures.theme import BLUE, GREY, blank, template
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

SHOWN = 12  # from either end
SCORE = Text(
    "Deliberation score with 95% interval<br>0.5 = an average purchase",
    "决策投入分及 95% 区间<br>0.5 = 全店平均的一次购买",
)
HOVER = Text(
    "%{y}<br>score %{x:.3f}; %{customdata[1]} of %{customdata[2]} online purchases judged<br>"
    "bought at first sight %{customdata[3]}, half within %{customdata[4]}<br>"
    "%{customdata[5]} other products looked at, %{customdata[6]} visits, %{customdata[7]} searches",
    "%{y}<br>得分 %{x:.3f}；%{customdata[2]} 次线上购买中可判断 %{customdata[1]} 次<br>"
    "即看即买 %{customdata[3]}，半数在 %{customdata[4]}内下单<br>"
    "平均比较 %{customdata[5]} 种商品，经过 %{customdata[6]} 次会话，搜索 %{customdata[7]} 次",
)
SENTENCE = Text(
    "“{first}” is thought over most (half order within {first_hours}, {first_now} at first sight), "
    "“{last}” least (within {last_hours}, {last_now} at first sight); {groups} groups have enough "
    "purchases.",
    "“{first}”考虑得最久（半数在 {first_hours}内下单，即看即买 {first_now}），"
    "“{last}”最干脆（{last_hours}内，即看即买 {last_now}）；共 {groups} 组商品有足够的购买。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Points with intervals. A point's customdata begins with product_group."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    found = rows.to_pylist()
    shown = found if len(found) <= 2 * SHOWN else found[:SHOWN] + found[-SHOWN:]
    chart = go.Figure(layout={"template": template()})
    chart.add_scatter(
        x=[row["deliberation_score"] for row in shown],
        y=[member(row["product_group"], language) for row in shown],
        error_x={
            "array": [row["deliberation_high"] - row["deliberation_score"] for row in shown],
            "arrayminus": [row["deliberation_score"] - row["deliberation_low"] for row in shown],
            "width": 0,
        },
        mode="markers",
        marker={"size": 9, "color": BLUE},
        showlegend=False,
        customdata=[_carried(row, language) for row in shown],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.add_vline(x=0.5, line={"color": GREY, "dash": "dot", "width": 1})
    chart.update_layout(height=140 + 24 * len(shown))
    chart.update_xaxes(title_text=SCORE.in_language(language))
    return chart.update_yaxes(autorange="reversed", showgrid=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The group most and the group least thought over."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    found = rows.to_pylist()
    words: dict[str, str] = {"groups": count(len(found))}
    for name, row in (("first", found[0]), ("last", found[-1])):
        words[name] = member(row["product_group"], language)
        words[f"{name}_hours"] = length(row["median_hours"], language)
        words[f"{name}_now"] = rate(row["immediate_share"])
    return SENTENCE.in_language(language).format(**words)


def _carried(row: dict[str, Any], language: str) -> list[str]:
    return [
        row["product_group"],
        count(row["judged_count"]),
        count(row["purchase_count"]),
        rate(row["immediate_share"]),
        length(row["median_hours"], language),
        *(
            f"{row[name]:.1f}"
            for name in ("mean_similar_count", "mean_session_count", "mean_search_count")
        ),
    ]
