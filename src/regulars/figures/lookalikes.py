"""Lookalikes: how many customers are how much like the list, and in what the first are."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

BINS = 20
SCORE = Text(
    "Likeness: share of the list's own people who are less typical of it",
    "相似度：名单中有多大比例的人还不如此人典型",
)
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "likeness {low} to {high}<br>{customers} customers",
    "相似度 {low} 至 {high}<br>{customers} 位顾客",
)
SENTENCE = Text(
    "{alike} of {all} customers are as typical of the list as half of those on it; the first "
    "stand out most often by: {what}.",
    "{all} 位顾客中，有 {alike} 位达到名单上半数顾客的典型程度；最相似者最常见的共同点：{what}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars of equal width. A bar's customdata is [from, to, the hover's text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    counts, edges = np.histogram(rows["lookalike_score"].to_numpy(), bins=BINS, range=(0, 1))
    bars = list(zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        x=[(low + high) / 2 for _, low, high in bars],
        y=[number for number, _, _ in bars],
        width=0.9 / BINS,
        marker={"color": BLUE},
        customdata=[[low, high, _hover(bar, language)] for bar in bars for _, low, high in [bar]],
        hovertemplate="%{customdata[2]}<extra></extra>",
    )
    chart.update_xaxes(title_text=SCORE.in_language(language), tickformat=".0%", range=[0, 1])
    return chart.update_yaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many are alike, and in what."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    is_zh = language.startswith("zh")
    first = rows.sort_by("lookalike_rank").slice(0, 1000)
    said = first["alike_in_zh" if is_zh else "alike_in_en"].to_pylist()
    tally: dict[str, int] = {}
    for text in said:
        for word in (text or "").split("、" if is_zh else ", "):
            tally[word] = tally.get(word, 0) + 1
    tally.pop("", None)
    top = sorted(tally, key=lambda word: (-tally[word], word))[:3]
    return SENTENCE.in_language(language).format(
        alike=count(int((rows["lookalike_score"].to_numpy() >= 0.5).sum())),
        all=count(rows.num_rows),
        what=("、" if is_zh else "; ").join(top) or "–",
    )


def _hover(bar: tuple[Any, float, float], language: str) -> str:
    number, low, high = bar
    return HOVER.in_language(language).format(
        low=rate(low, 0), high=rate(high, 0), customers=count(number)
    )
