"""Customers' price sensitivity: how far each answers price beyond the average buyer."""

from collections import Counter

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import AMBER, BLUE, GREY, SKY, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

CLASSES = {
    "insensitive": (Text("insensitive", "不敏感"), SKY),
    "average": (Text("average", "一般"), BLUE),
    "sensitive": (Text("sensitive", "敏感"), AMBER),
    "not_sure": (Text("not sure", "不确定"), GREY),
}
BINS = 24
AXIS = Text(
    "Elasticity beyond the average buyer's (right: answers price more)",
    "超出平均买家的价格弹性（越右越看重价格）",
)
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text("around %{x:.2f}: %{y:,} customers, {name}", "%{x:.2f} 附近：%{y:,} 位顾客，{name}")
SENTENCE = Text(
    "{sensitive} of {customers} customers ({share}) surely answer prices more than the average "
    "buyer and {insensitive} less; what the other {unsure} bought says too little to tell.",
    "{customers} 位顾客中，{sensitive} 位（{share}）比平均买家更看重价格，"
    "{insensitive} 位更不看重，"
    "其余 {unsure} 位购买信息不足以判断。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A histogram, stacked by kind. A point's customdata is [kind, from, to]."""
    del currency
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    values = rows["extra_elasticity"].to_numpy()
    reach = max(float(np.abs(values).max()), 0.1)
    edges = np.linspace(-reach, reach, BINS + 1)
    kinds = np.asarray(rows["price_sensitivity"].to_pylist(), dtype=object)
    chart = go.Figure(layout={"template": template(), "barmode": "stack"})
    for kind, (name, colour) in CLASSES.items():
        found = np.histogram(values[kinds == kind], edges)[0]
        words = name.in_language(language)
        chart.add_bar(
            x=((edges[:-1] + edges[1:]) / 2).tolist(),
            y=found.tolist(),
            name=words,
            marker={"color": colour},
            customdata=[
                [kind, low, high]
                for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
            ],
            hovertemplate=HOVER.in_language(language).replace("{name}", words) + "<extra></extra>",
        )
    chart.update_layout(bargap=0.03)
    chart.update_xaxes(title_text=AXIS.in_language(language))
    return chart.update_yaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many are surely on either side."""
    del currency
    if not rows.num_rows:
        return NOTHING.in_language(language)
    counts = dict.fromkeys(CLASSES, 0)
    counts |= Counter(str(kind) for kind in rows["price_sensitivity"].to_pylist())
    words = {
        "sensitive": count(counts["sensitive"]),
        "insensitive": count(counts["insensitive"]),
        "customers": count(rows.num_rows),
        "unsure": count(counts["not_sure"]),
        "share": rate(counts["sensitive"] / rows.num_rows),
    }
    return SENTENCE.in_language(language).format(**words)
