"""Searches: what is looked for most and how often in vain; and which modifiers go with what."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, GREY, ORANGE, SKY, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

SHOWN = 15
PAIRS = 15
LONGEST_NAME = 24
FOUND = Text("searches with a result, or unknown", "有结果（或未记录）")
NOT_FOUND = Text("searches without a result", "无结果")
LIFT = Text("lift of a modifier, with 95% interval", "修饰词提升度及 95% 区间")
UNSURE = Text("not significant", "不显著")
COUNT_AXIS = Text("Searches", "搜索次数")
LIFT_AXIS = Text(
    "Times as often with this head<br>as with all searches (log scale)",
    "搭配频率是全部搜索的几倍<br>（对数刻度）",
)
HOVER = Text(
    "%{customdata[0]}<br>%{customdata[1]} searches by %{customdata[2]} people, %{customdata[3]} of "
    "all<br>no result %{customdata[4]}, no click %{customdata[5]}, bought after "
    "%{customdata[6]}<br>most bought: %{customdata[7]}",
    "%{customdata[0]}<br>%{customdata[2]} 人搜索 %{customdata[1]} 次，占全部 %{customdata[3]}<br>"
    "无结果 %{customdata[4]}，无点击 %{customdata[5]}，搜后购买 %{customdata[6]}<br>"
    "最常购：%{customdata[7]}",
)
PAIR_HOVER = Text(
    "%{y}<br>%{customdata[8]} times as often as in all searches (95%: %{customdata[9]} to "
    "%{customdata[10]})<br>%{customdata[1]} searches by %{customdata[2]} people, %{customdata[3]} "
    "of the head's<br>no result %{customdata[4]}, no click %{customdata[5]}, bought after "
    "%{customdata[6]}",
    "%{y}<br>是全部搜索的 %{customdata[8]} 倍（95% 区间 %{customdata[9]}–%{customdata[10]}）<br>"
    "%{customdata[2]} 人搜索 %{customdata[1]} 次，占该核心词 %{customdata[3]}<br>"
    "无结果 %{customdata[4]}，无点击 %{customdata[5]}，搜后购买 %{customdata[6]}",
)
SENTENCE = Text(
    "People search most for “{head}”: {searches} searches by {people} people, {share} of all",
    "搜得最多的是“{head}”：{people} 人搜索 {searches} 次，占全部的 {share}",
)
IN_SEGMENT = Text("In the group “{segment}”: ", "在“{segment}”人群中：")
WITH = Text(
    "; what they add to a word more than elsewhere is above all “{modifier}” to “{head}” "
    "({lift} times)",
    "；比预期多搜最多的搭配是“{head} + {modifier}”（频率是平均的 {lift} 倍）",
)
MISSED = Text(
    "; of the words shown, {terms} found nothing at least every second time",
    "；所列词中有 {terms} 个过半搜索无结果",
)
END = Text(".", "。")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars of heads above, lifts below. A point's customdata begins with head_term."""
    heads, pairs = _shown(rows)
    if not heads:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    _bars(chart, heads, language)
    _points(chart, pairs, language)
    split = len(pairs) / (len(pairs) + len(heads) + 4)
    chart.update_layout(
        barmode="stack",
        height=150 + 24 * (len(heads) + len(pairs)),
        xaxis={"title_text": COUNT_AXIS.in_language(language), "anchor": "y"},
        yaxis={"domain": [split + 0.12 if pairs else 0, 1], "autorange": "reversed"},
    )
    if pairs:
        title = LIFT_AXIS.in_language(language)
        chart.update_layout(
            xaxis2={"title_text": title, "type": "log", "anchor": "y2", "dtick": "D2"},
            yaxis2={"domain": [0, split], "autorange": "reversed"},
        )
        chart.add_shape(
            type="line", xref="x2", yref="y2 domain", x0=1, x1=1, y0=0, y1=1,
            line={"color": GREY, "dash": "dot", "width": 1},
        )  # fmt: skip
    return chart.update_yaxes(showgrid=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The head searched most, the modifier that stands out, and how many find nothing."""
    heads, pairs = _shown(rows)
    if not heads:
        return NOTHING.in_language(language)
    top = max(heads, key=lambda row: row["search_count"])
    said = SENTENCE.in_language(language).format(
        head=top["head_term"],
        searches=count(top["search_count"]),
        people=count(top["person_count"]),
        share=rate(top["search_share"]),
    )
    if top["by_value"] is not None:
        said = IN_SEGMENT.in_language(language).format(segment=top["by_value"]) + said
    sure = [row for row in pairs if row["is_significant"] and row["lift"] > 1]
    if sure:
        one = max(sure, key=_excess)
        said += WITH.in_language(language).format(
            modifier=one["modifier"], head=one["head_term"], lift=f"{one['lift']:.1f}"
        )
    missed = sum((row["no_result_rate"] or 0) >= 0.5 for row in rows.to_pylist() if _is_head(row))
    if missed:
        said += MISSED.in_language(language).format(terms=count(missed))
    return said + END.in_language(language)


def _shown(rows: pa.Table) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The first heads of the first segment, and the weightiest of their modifiers' lifts."""
    found = rows.to_pylist()
    mine = [row for row in found if row["by_value"] == found[0]["by_value"]]
    heads = [row for row in mine if _is_head(row)][:SHOWN]
    pairs = [row for row in mine if not _is_head(row) and row["lift"] is not None]
    pairs.sort(key=lambda row: (not row["is_significant"], -abs(_excess(row))))
    return heads, sorted(pairs[:PAIRS], key=lambda row: -row["lift"])


def _excess(row: dict[str, Any]) -> float:
    """Searches of a pair beyond those that chance would bring."""
    return float(row["search_count"] * (1 - 1 / row["lift"]))


def _is_head(row: dict[str, Any]) -> bool:
    return row["modifier"] is None


def _bars(chart: go.Figure, heads: list[dict[str, Any]], language: str) -> None:
    names = [_short(row["head_term"]) for row in heads]
    nothing = [row["no_result_count"] or 0 for row in heads]
    others = [row["search_count"] - none for row, none in zip(heads, nothing, strict=True)]
    for title, colour, counts in ((FOUND, BLUE, others), (NOT_FOUND, ORANGE, nothing)):
        chart.add_bar(
            x=counts,
            y=names,
            orientation="h",
            name=title.in_language(language),
            marker_color=colour,
            customdata=[_carried(row) for row in heads],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )


def _points(chart: go.Figure, pairs: list[dict[str, Any]], language: str) -> None:
    for is_sure, title, colour in ((True, LIFT, SKY), (False, UNSURE, GREY)):
        mine = [row for row in pairs if bool(row["is_significant"]) == is_sure]
        if not mine:
            continue
        chart.add_scatter(
            x=[row["lift"] for row in mine],
            y=[_short(f"{row['head_term']} + {row['modifier']}") for row in mine],
            error_x={
                "array": [row["lift_high"] - row["lift"] for row in mine],
                "arrayminus": [row["lift"] - row["lift_low"] for row in mine],
                "width": 0,
            },
            mode="markers",
            marker={"size": 9, "color": colour},
            name=title.in_language(language),
            customdata=[_carried(row) for row in mine],
            hovertemplate=f"{PAIR_HOVER.in_language(language)}<extra></extra>",
            xaxis="x2",
            yaxis="y2",
        )


def _carried(row: dict[str, Any]) -> list[str]:
    lifts = [row[name] for name in ("lift", "lift_low", "lift_high")]
    return [
        row["head_term"],
        count(row["search_count"]),
        count(row["person_count"]),
        rate(row["search_share"]),
        rate(row["no_result_rate"]),
        rate(row["no_click_rate"]),
        rate(row["bought_rate"]),
        row["top_product_name"] or row["top_product_id"] or "–",
        *("–" if lift is None else f"{lift:.2f}" for lift in lifts),
    ]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
