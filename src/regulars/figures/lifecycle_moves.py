"""Lifecycle moves: where the customers of each stage were a month later, in the last month."""

from datetime import date

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.heatmap import heatmap
from regulars.figures.lifecycle_stages import STAGES, in_order, stage_name
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, month
from regulars.tables.text import Text

FROM = Text("At the end of the month before", "上月末")
TO = Text("At the end of {month}", "{month} 月末")
SHARE = Text("Of the row", "占该行")
HOVER = Text("%{y} to %{x}: %{customdata[3]} customers", "%{y} → %{x}：%{customdata[3]} 位顾客")
SENTENCE = Text(
    "In {month}, {slipped} customers began to slip, {lost} were lost and {back} came back after "
    "having been lost; {first} ordered for the first time.",
    "{month}，{slipped} 位顾客开始下滑，{lost} 位流失，{back} 位流失后被召回；{first} 位首次下单。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The grid. A point's customdata is [month_on, from_stage, to_stage, customers as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    last_on, cells = _last_month(rows)
    whole = {
        stage: sum(number for (before, _), number in cells.items() if before == stage)
        for stage, _ in cells
    }
    # drawn from below: what comes first in life stands on top
    befores = in_order({before for before, _ in cells})[::-1]
    afters = in_order({after for _, after in cells})
    grid = [[cells.get((before, after)) for after in afters] for before in befores]
    chart = heatmap(
        [stage_name(stage, language) for stage in afters],
        [stage_name(stage, language) for stage in befores],
        [
            [number and number / whole[before] for number in row]
            for before, row in zip(befores, grid, strict=True)
        ],
        [[count(number) if number else "" for number in row] for row in grid],
        [
            [
                [last_on.isoformat(), before, after, count(number or 0)]
                for after, number in zip(afters, row, strict=True)
            ]
            for before, row in zip(befores, grid, strict=True)
        ],
        HOVER.in_language(language),
    )
    chart.update_xaxes(title_text=TO.in_language(language).format(month=month(last_on)))
    chart.update_yaxes(title_text=FROM.in_language(language))
    bar = {"title": {"text": SHARE.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many slipped, were lost, came back and came new in the last month."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    last_on, cells = _last_month(rows)

    def moved(to: str) -> str:
        return count(sum(n for (before, after), n in cells.items() if after == to != before))

    return SENTENCE.in_language(language).format(
        month=month(last_on),
        slipped=moved("slipping"),
        lost=moved("lost"),
        back=moved("won_back"),
        first=count(sum(n for (before, _), n in cells.items() if before == next(iter(STAGES)))),
    )


def _last_month(rows: pa.Table) -> tuple[date, dict[tuple[str, str], int]]:
    """The last month, and its customers by (stage before, stage after)."""
    last_on = pc.max(rows["month_on"]).as_py()
    last = rows.filter(pc.equal(rows["month_on"], last_on)).to_pylist()
    return last_on, {(row["from_stage"], row["to_stage"]): row["customer_count"] for row in last}
