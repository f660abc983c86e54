"""Cohort retention: a triangle of months since the first order, one row per cohort."""

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, money, month, rate
from regulars.tables.text import Text

MONTHS = Text("Months since the first order", "首购后第几个月")
RATE = Text("Retention", "留存率")
RUNNING = Text(" (month still running)", "（当月未满）")
HOVER = Text(
    "First order in %{y}, %{x} months later<br>%{customdata[2]} of %{customdata[3]} ordered, "
    "%{customdata[4]}<br>net sales %{customdata[5]}",
    "首购于 %{y}，第 %{x} 个月<br>%{customdata[3]} 人中 %{customdata[2]} 人下单，"
    "%{customdata[4]}<br>净销售额 %{customdata[5]}",
)
SENTENCE = Text(
    "Of {customers} newcomers (monthly cohorts: {cohorts}), {rate} ordered again in the month "
    "after their first ({returned} of {followed} whose next month is over).",
    "{cohorts} 个月度同期群共 {customers} 位新客，首购后次月有 {rate} 再次下单"
    "（次月已结束的 {followed} 人中 {returned} 人）。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The triangle. A point's customdata begins with [cohort_on, months_since]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    cells = {(row["cohort_on"], row["months_since"]): row for row in rows.to_pylist()}
    cohorts = sorted({cohort for cohort, _ in cells}, reverse=True)
    oldest = max(age for _, age in cells)
    # month 0 is 100% by definition: coloured, it would drown the rest
    ages = range(1 if oldest else 0, oldest + 1)
    grid = [[cells.get((cohort, age)) for age in ages] for cohort in cohorts]
    chart = heatmap(
        [str(age) for age in ages],
        [f"{month(c)} ({count(cells[c, 0]['customer_count'])})" for c in cohorts],
        [[cell["retention_rate"] if cell else None for cell in row] for row in grid],
        [[rate(cell["retention_rate"], 0) if cell else "" for cell in row] for row in grid],
        [[_carried(cell, language, currency) for cell in row] for row in grid],
        HOVER.in_language(language),
    )
    chart.update_xaxes(title_text=MONTHS.in_language(language), side="top")
    bar = {"title": {"text": RATE.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar, margin_t=64)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many newcomers came back in the month after."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first = rows.filter(pc.equal(rows["months_since"], pa.scalar(0)))
    over = pc.and_(pc.equal(rows["months_since"], pa.scalar(1)), rows["is_complete"])
    second = rows.filter(over)
    followed = pc.sum(second["customer_count"]).as_py() or 0
    returned = pc.sum(second["active_count"]).as_py() or 0
    return SENTENCE.in_language(language).format(
        customers=count(pc.sum(first["customer_count"]).as_py()),
        cohorts=first.num_rows,
        rate=rate(returned / followed if followed else None),
        returned=count(returned),
        followed=count(followed),
    )


def _carried(cell: dict[str, object] | None, language: str, currency: str) -> list[object]:
    if cell is None:
        return [None] * 6
    running = "" if cell["is_complete"] else RUNNING.in_language(language)
    return [
        str(cell["cohort_on"]),
        cell["months_since"],
        count(cell["active_count"]),  # type: ignore[arg-type]
        count(cell["customer_count"]),  # type: ignore[arg-type]
        rate(cell["retention_rate"]) + running,  # type: ignore[arg-type]
        money(cell["net_amount"], currency),  # type: ignore[arg-type]
    ]
