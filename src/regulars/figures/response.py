"""Response: what a message adds, by how likely customers are to order anyway."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import BLUE, GREY, blank, template
from regulars.figures.wording import NOTHING, count, points, rate
from regulars.tables.text import Text

PARTS = 10
ANYWAY = Text("Chance to order when left alone", "不触达时的下单概率")
UPLIFT = Text("Uplift of a message", "触达增量")
HOVER = Text(
    "{customers} customers<br>order anyway: {anyway}<br>a message adds {uplift} ({low} to {high})",
    "{customers} 位顾客<br>不触达下单：{anyway}<br>触达增加 {uplift}（{low} 至 {high}）",
)
UNTESTED = Text(
    "None of the {count} customers is like anybody who was ever assigned to a campaign.",
    "{count} 位顾客中，没有人与曾经参与活动实验的顾客相似。",
)
APART = Text(
    "Of {comparable} customers like those once assigned, {approach} are surely worth a message "
    "and {leave} surely not; it adds {low} to {high} to the chance to order.",
    "在 {comparable} 位与实验对象相似的顾客中，{approach} 位确定值得触达，{leave} 位确定不值得；"
    "触达使下单概率变化 {low} 至 {high}。",
)
ALIKE = Text(
    "A message adds {uplift} to the chance to order ({low} to {high}); the data does not tell "
    "whom of {comparable} customers it changes more than others.",
    "触达使下单概率平均变化 {uplift}（{low} 至 {high}）；"
    "数据无法说明 {comparable} 位顾客中谁受影响更大。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A point per tenth of customers. Its customdata is [customers, the hover's text]."""
    known = rows.filter(pc.is_valid(rows["response_uplift"]))
    if not known.num_rows:
        note = UNTESTED.in_language(language).format(count=count(rows.num_rows))
        return blank(note if rows.num_rows else NOTHING.in_language(language))
    parts = _parts(known)
    chart = go.Figure(layout={"template": template()})
    chart.add_scatter(
        x=[part["anyway"] for part in parts],
        y=[part["uplift"] for part in parts],
        error_y={
            "array": [part["high"] - part["uplift"] for part in parts],
            "arrayminus": [part["uplift"] - part["low"] for part in parts],
            "width": 0,
        },
        mode="markers",
        marker={"size": 10, "color": BLUE},
        showlegend=False,
        customdata=[[part["customers"], _hover(part, language)] for part in parts],
        hovertemplate="%{customdata[1]}<extra></extra>",
    )
    chart.add_hline(y=0, line={"color": GREY, "dash": "dot", "width": 1})
    chart.update_xaxes(title_text=ANYWAY.in_language(language), tickformat=".0%")
    return chart.update_yaxes(title_text=UPLIFT.in_language(language), tickformat="+.0%")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Whom a message changes, or that the data does not tell."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    known = rows.filter(pc.is_valid(rows["response_uplift"]))
    if not known.num_rows:
        return UNTESTED.in_language(language).format(count=count(rows.num_rows))
    uplift = known["response_uplift"].to_numpy()
    arms = known["recommended_arm"].to_pylist()
    words = {
        "comparable": count(known.num_rows),
        "approach": count(arms.count("approach")),
        "leave": count(arms.count("leave")),
    }
    if pc.all(pc.is_null(known["uplift_rank"])).as_py():
        ends = (known["uplift_low"][0].as_py(), known["uplift_high"][0].as_py())
        words |= {
            "uplift": points(float(uplift[0]), language),
            "low": points(ends[0], language),
            "high": points(ends[1], language),
        }
        return ALIKE.in_language(language).format(**words)
    words |= {
        "low": points(float(uplift.min()), language),
        "high": points(float(uplift.max()), language),
    }
    return APART.in_language(language).format(**words)


def _parts(known: pa.Table) -> list[dict[str, Any]]:
    """Means by tenths of the chance to order anyway."""
    columns = ("order_probability_anyway", "response_uplift", "uplift_low", "uplift_high")
    values = np.column_stack([known[name].to_numpy() for name in columns])
    values = values[np.argsort(values[:, 0], kind="stable")]
    names = ("anyway", "uplift", "low", "high")
    return [
        {"customers": len(part), **dict(zip(names, map(float, part.mean(axis=0)), strict=True))}
        for part in np.array_split(values, min(PARTS, len(values)))
    ]


def _hover(part: dict[str, Any], language: str) -> str:
    return HOVER.in_language(language).format(
        customers=count(part["customers"]),
        anyway=rate(part["anyway"]),
        **{name: points(part[name], language) for name in ("uplift", "low", "high")},
    )
