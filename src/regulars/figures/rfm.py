"""RFM: recency against frequency; a cell says how many customers, its colour their money."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, money, rate, sign
from regulars.tables.text import Text

RECENCY = Text("Recency score (right: bought lately)", "近度得分（越右越近期）")
FREQUENCY = Text("Frequency score (up: many orders)", "频度得分（越上越频繁）")
MONEY = Text("Net spend", "净消费")
HOVER = Text(
    "Recency %{x}, frequency %{y}<br>%{text} customers<br>net spend %{customdata[2]}",
    "近度 %{x}，频度 %{y}<br>%{text} 位顾客<br>净消费 %{customdata[2]}",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The grid. A point's customdata is [recency_score, frequency_score, money as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    cells = _cells(rows)
    sides = [max(scores) for scores in zip(*cells, strict=True)]
    recency, frequency = range(1, sides[0] + 1), range(1, sides[1] + 1)
    grid = [[cells.get((r, f)) for r in recency] for f in frequency]
    chart = heatmap(
        [str(r) for r in recency],
        [str(f) for f in frequency],
        [[cell and float(cell[1]) for cell in row] for row in grid],
        [[count(cell[0]) if cell else "" for cell in row] for row in grid],
        [
            [
                [r, f, money(cell[1] if cell else None, currency)]
                for r, cell in zip(recency, row, strict=True)
            ]
            for f, row in zip(frequency, grid, strict=True)
        ],
        HOVER.in_language(language),
    )
    chart.update_xaxes(title_text=RECENCY.in_language(language))
    chart.update_yaxes(title_text=FREQUENCY.in_language(language))
    colorbar = {
        "title": {"text": MONEY.in_language(language)},
        "tickprefix": sign(currency),
        "tickformat": ",.3~s",
    }
    return chart.update_layout(coloraxis_colorbar=colorbar)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Which group brings the most money, and how many customers it has."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    name = "group_zh" if language.startswith("zh") else "group_en"
    groups = rows.group_by(name).aggregate([("net_amount", "sum"), ([], "count_all")])
    top = groups.sort_by([("net_amount_sum", "descending"), (name, "ascending")]).slice(0, 1)
    group: dict[str, Any] = top.to_pylist()[0]
    whole = pc.sum(rows["net_amount"]).as_py()
    share = group["net_amount_sum"] / whole if whole else None
    words = {
        "customers": count(rows.num_rows),
        "group": group[name],
        "members": count(group["count_all"]),
        "amount": money(group["net_amount_sum"], currency),
        "share": rate(share),
    }
    text = Text(
        "Of {customers} customers, the {members} in “{group}” bring the most: {amount}, "
        "{share} of all net spend.",
        "共 {customers} 位顾客，其中“{group}”{members} 位贡献最多：{amount}，占净消费的 {share}。",
    )
    return text.in_language(language).format(**words)


def _cells(rows: pa.Table) -> dict[tuple[int, int], tuple[int, Any]]:
    """Customers and money by (recency_score, frequency_score)."""
    counted = rows.group_by(["recency_score", "frequency_score"]).aggregate(
        [([], "count_all"), ("net_amount", "sum")]
    )
    return {
        (cell["recency_score"], cell["frequency_score"]): (
            cell["count_all"],
            cell["net_amount_sum"],
        )
        for cell in counted.to_pylist()
    }
