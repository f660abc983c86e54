"""Attribution: for each touch, the conversions that each model gives it, side by side."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import AMBER, BLUE, GREEN, GREY, ORANGE, PINK, SKY, blank, template
from regulars.figures.wording import NOTHING, count, member, money, rate
from regulars.tables.text import Text

SHOWN = 12
LONGEST_NAME = 28
MODELS = {
    "first": (Text("first touch", "首次触点"), SKY),
    "last": (Text("last touch", "末次触点"), GREY),
    "linear": (Text("linear", "线性平均"), AMBER),
    "time_decay": (Text("time decay", "时间衰减"), PINK),
    "position": (Text("position", "首尾加权"), ORANGE),
    "markov": (Text("Markov", "马尔可夫链"), BLUE),
    "shapley": (Text("Shapley", "沙普利值"), GREEN),
}
NO_TOUCH = Text("(no touch)", "（无触点）")
OTHER = Text("(other)", "（其他）")
SHARE = Text("Share of conversions", "占全部转化")
HOVER = Text(
    "%{customdata[2]}, %{customdata[3]}<br>%{customdata[4]} conversions (%{customdata[5]}), "
    "%{customdata[6]}<br>in the journeys of %{customdata[7]} conversions, and of "
    "%{customdata[8]} journeys that led to none",
    "%{customdata[2]}，%{customdata[3]}<br>归因 %{customdata[4]} 次转化（%{customdata[5]}），"
    "%{customdata[6]}<br>出现在 %{customdata[7]} 次转化的旅程中，"
    "另有 %{customdata[8]} 段旅程未转化",
)
RANGE = Text(
    "“{touch}” goes with the most conversions: {low} to {high} of {all}, depending on the model",
    "“{touch}”伴随的转化最多：视模型不同，占全部 {all} 次转化的 {low} 至 {high}",
)
ONE = Text(
    "“{touch}” goes with the most conversions: {low} of {all}",
    "“{touch}”伴随的转化最多：占全部 {all} 次转化的 {low}",
)
NONE = Text(
    "No touch stood before any conversion within the window (conversions: {all}), so none gets "
    "any credit.",
    "窗口期内的 {all} 次转化之前都没有触点，因此没有触点可以归因。",
)
RARE = Text(
    "Only touches beyond those shown one by one stood before a conversion (conversions: {all})",
    "只有未单列的少见触点出现在转化之前（共 {all} 次转化）",
)
NEVER = Text(
    "There was no conversion to give credit for: nobody who had a touch went on to one.",
    "没有可归因的转化：有触点的人都没有转化。",
)
UNTOUCHED = Text("; {share} had no touch", "；{share} 没有触点")
CAUTION = Text(
    ". It says who was there, not who caused it: that takes a holdout.",
    "。归因只说明谁在场，不说明谁起了作用；要知道增量，需要对照组实验。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Grouped bars. A point's customdata begins with [touch, model]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    found = rows.to_pylist()
    touches = _ranked(found)[:SHOWN]
    chart = go.Figure(layout={"template": template()})
    for model, (title, colour) in MODELS.items():
        mine = {row["touch"]: row for row in found if row["model"] == model}
        shown = [mine[touch] for touch in touches if touch in mine]
        if not shown:
            continue
        chart.add_bar(
            x=[_name(row, language) for row in shown],
            y=[row["conversion_share"] for row in shown],
            name=title.in_language(language),
            marker_color=colour,
            customdata=[_carried(row, language, currency) for row in shown],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_xaxes(type="category", showgrid=False)
    chart.update_yaxes(tickformat=".0%", title_text=SHARE.in_language(language), rangemode="tozero")
    return chart.update_layout(barmode="group", bargap=0.25)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The touch with the most credit and how far the models differ; what it does not say."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    found = rows.to_pylist()
    first = [row for row in found if row["model"] == found[0]["model"]]
    whole = count(round(sum(row["conversion_count"] for row in first)))
    if not any(row["conversion_count"] for row in found):
        return NEVER.in_language(language)
    touched = [row for row in found if row["touch_kind"] != "none" and row["conversion_count"]]
    if not touched:
        return NONE.in_language(language).format(all=whole)
    named = [row for row in found if row["touch_kind"] == "named"]
    if any(row["touch_kind"] == "named" for row in touched):
        top = _ranked(named)[0]
        mine = [row for row in named if row["touch"] == top]
        shares = [row["conversion_share"] for row in mine]
        low, high = rate(min(shares)), rate(max(shares))
        told = (ONE if low == high else RANGE).in_language(language)
        told = told.format(touch=_name(mine[0], language), low=low, high=high, all=whole)
    else:
        told = RARE.in_language(language).format(all=whole)
    untouched = [row["conversion_share"] for row in first if row["touch_kind"] == "none"]
    if untouched:
        told += UNTOUCHED.in_language(language).format(share=rate(untouched[0]))
    return told + CAUTION.in_language(language)


def _ranked(found: list[dict[str, Any]]) -> list[str]:
    """Touches by their credit over all models; conversions without a touch last."""
    credit: dict[str, float] = {}
    for row in found:
        credit[row["touch"]] = credit.get(row["touch"], 0) + row["conversion_share"]
    last = {row["touch"] for row in found if row["touch_kind"] == "none"}
    return sorted(credit, key=lambda touch: (touch in last, -credit[touch], touch))


def _name(row: dict[str, Any], language: str) -> str:
    if row["touch_kind"] != "named":
        return (NO_TOUCH if row["touch_kind"] == "none" else OTHER).in_language(language)
    name = member(str(row["touch"]), language)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _carried(row: dict[str, Any], language: str, currency: str) -> list[object]:
    return [
        row["touch"],
        row["model"],
        _name(row, language),
        MODELS[row["model"]][0].in_language(language),
        count(round(row["conversion_count"], 1)),
        rate(row["conversion_share"]),
        money(row["value_amount"], currency),
        count(row["touched_count"]),
        count(row["lost_count"]),
    ]
