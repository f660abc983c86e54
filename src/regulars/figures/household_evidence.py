"""Household evidence: for every trait of the rules, how sure it is of how many customers."""

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import PALETTE, blank, template
from regulars.figures.wording import NOTHING, count
from regulars.tables.text import Text

STEPS = 10
AXIS = Text("How sure", "把握程度")
CUSTOMERS = Text("Customers", "顾客数")
SAID = Text("said", "本人说过")
HOVER = Text("%{y}<br>%{x}: %{customdata[2]} customers", "%{y}<br>%{x}：%{customdata[2]} 位顾客")
SENTENCE = Text(
    "{rows} traits of {customers} customers are told by a purchase or said; “{name}” of the most "
    "({most}), each resting on {orders} orders on average.",
    "{customers} 位顾客共有 {rows} 项特征有据可依或本人说过，其中“{name}”最多（{most} 位），"
    "平均每项依据 {orders} 笔订单。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A grid of traits by tenths of the score. A point's customdata is [trait, step, count]."""
    del currency
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    label = "trait_zh" if language.startswith("zh") else "trait_en"
    steps = pc.min_element_wise(pc.floor(pc.multiply(rows["score"], STEPS)), STEPS - 1)
    cells = rows.append_column("step", steps.cast(pa.int64())).group_by([label, "trait", "step"])
    counted = cells.aggregate([([], "count_all")]).to_pylist()
    totals: dict[str, int] = {}
    for cell in counted:
        totals[cell[label]] = totals.get(cell[label], 0) + cell["count_all"]
    names = sorted(totals, key=lambda name: (totals[name], name))
    chart = go.Figure(layout={"template": template()})
    top = max(cell["count_all"] for cell in counted)
    chart.add_scatter(
        x=[_span(cell["step"]) for cell in counted],
        y=[cell[label] for cell in counted],
        mode="markers",
        marker={
            "size": [6 + 34 * (cell["count_all"] / top) ** 0.5 for cell in counted],
            "color": PALETTE[0],
            "opacity": 0.75,
        },
        customdata=[[cell["trait"], cell["step"], count(cell["count_all"])] for cell in counted],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.update_layout(height=150 + 44 * len(names))
    chart.update_yaxes(categoryorder="array", categoryarray=names)
    return chart.update_xaxes(
        title_text=AXIS.in_language(language),
        categoryorder="array",
        categoryarray=[_span(step) for step in range(STEPS)],
    )


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The trait told of most customers."""
    del currency
    if not rows.num_rows:
        return NOTHING.in_language(language)
    label = "trait_zh" if language.startswith("zh") else "trait_en"
    groups = rows.group_by(label).aggregate([([], "count_all")])
    top = groups.sort_by([("count_all", "descending"), (label, "ascending")]).to_pylist()[0]
    words = {
        "rows": count(rows.num_rows),
        "customers": count(pc.count_distinct(rows["customer_id"]).as_py()),
        "name": top[label],
        "most": count(top["count_all"]),
        "orders": f"{pc.mean(rows['evidence_count']).as_py():.1f}",
    }
    return SENTENCE.in_language(language).format(**words)


def _span(step: int) -> str:
    return f"{10 * step}–{10 * step + 10}%"
