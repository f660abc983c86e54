"""Personas: how many customers are of each kind, and how sure that is."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

SURE = 0.8
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{customdata[0]}<br>%{customdata[1]} customers, %{customdata[2]} of those judged<br>"
    "%{customdata[3]} of them sure (80% or more)",
    "%{customdata[0]}<br>%{customdata[1]} 位顾客，占可判断顾客的 %{customdata[2]}<br>"
    "其中 %{customdata[3]} 较有把握（80% 以上）",
)
SENTENCE = Text(
    "Of {judged} customers with enough purchases, the largest persona is “{top}” ({share}); "
    "{sure} are sure cases, and {unknown} of {all} customers have too few purchases to judge.",
    "购买次数足够的 {judged} 位顾客中，“{top}”最多（{share}）；较有把握的占 {sure}；"
    "另有 {unknown} 位（共 {all} 位）购买次数太少，暂不判断。",
)
NOBODY_JUDGED = Text(
    "None of {all} customers has enough purchases for a persona.",
    "{all} 位顾客的购买次数都还不足以判断画像。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A bar per persona, the sure ones in full colour. customdata begins with the persona."""
    kinds = _kinds(rows, language)
    if not kinds:
        return blank(NOTHING.in_language(language))
    whole = sum(kind["customers"] for kind in kinds)
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        y=[kind["name"] for kind in kinds],
        x=[kind["customers"] for kind in kinds],
        orientation="h",
        marker_color=[PALETTE[place % len(PALETTE)] for place in range(len(kinds))],
        text=[count(kind["customers"]) for kind in kinds],
        customdata=[
            [
                kind["name"],
                count(kind["customers"]),
                rate(kind["customers"] / whole),
                rate(kind["sure"] / kind["customers"]),
            ]
            for kind in kinds
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.update_yaxes(autorange="reversed")
    return chart.update_xaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The largest persona, how many are sure, and how many cannot be judged."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    kinds = _kinds(rows, language)
    if not kinds:
        return NOBODY_JUDGED.in_language(language).format(all=count(rows.num_rows))
    judged = sum(kind["customers"] for kind in kinds)
    return SENTENCE.in_language(language).format(
        judged=count(judged),
        top=kinds[0]["name"],
        share=rate(kinds[0]["customers"] / judged),
        sure=rate(sum(kind["sure"] for kind in kinds) / judged),
        unknown=count(rows.num_rows - judged),
        all=count(rows.num_rows),
    )


def _kinds(rows: pa.Table, language: str) -> list[dict[str, Any]]:
    """The personas, the largest first: name, customers, and how many of them are sure."""
    name = "persona_zh" if language.startswith("zh") else "persona_en"
    judged = rows.filter(pc.is_valid(rows[name]))
    sure = [(chance or 0.0) >= SURE for chance in judged["persona_confidence"].to_pylist()]
    judged = judged.append_column("sure", pa.array(sure, pa.bool_()).cast(pa.int64()))
    counted = judged.group_by(name).aggregate([([], "count_all"), ("sure", "sum")])
    kinds = [
        {"name": row[name], "customers": row["count_all"], "sure": row["sure_sum"]}
        for row in counted.to_pylist()
    ]
    return sorted(kinds, key=lambda kind: (-kind["customers"], kind["name"]))
