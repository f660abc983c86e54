"""Lifecycle: how many customers are in each stage."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.lifecycle_stages import in_order, stage_name
from regulars.figures.theme import blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{x}: %{y:,} customers, %{customdata[1]}<br>slip when away for more than %{customdata[2]} "
    "days (median)",
    "%{x}：%{y:,} 位顾客，%{customdata[1]}<br>超过 %{customdata[2]} 天未下单即下滑（中位数）",
)
SENTENCE = Text(
    "Of {customers} customers, {active} still buy in their own rhythm, {slipping} have been away "
    "for unusually long and so are slipping, and {lost} are lost.",
    "共 {customers} 位顾客：{active} 仍按自己的节奏购买，{slipping} 未购时间已明显偏长（下滑），"
    "{lost} 已流失。",
)
NO_STAGES = Text(
    "Of {customers} customers nobody has come back yet: there is no rhythm to judge by.",
    "共 {customers} 位顾客，尚无人再次购买，无法判断购买节奏。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars. A point's customdata is [stage, its share as text, median limit as text]."""
    counted = _counted(rows)
    if not counted:
        return blank(NOTHING.in_language(language))
    whole = sum(number for number, _ in counted.values())
    stages = in_order(set(counted))
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        x=[stage_name(stage, language) for stage in stages],
        y=[counted[stage][0] for stage in stages],
        text=[rate(counted[stage][0] / whole) for stage in stages],
        textposition="auto",
        customdata=[
            [stage, rate(counted[stage][0] / whole), count(counted[stage][1])] for stage in stages
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.update_yaxes(title_text=CUSTOMERS.in_language(language), rangemode="tozero")
    return chart.update_xaxes(type="category")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many still buy in their rhythm, slip, are lost."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    counted = _counted(rows)
    whole = sum(number for number, _ in counted.values())
    if not whole:
        return NO_STAGES.in_language(language).format(customers=count(rows.num_rows))
    away = {stage: counted.get(stage, (0, 0))[0] for stage in ("slipping", "lost")}
    return SENTENCE.in_language(language).format(
        customers=count(whole),
        active=rate((whole - sum(away.values())) / whole),
        **{stage: rate(number / whole) for stage, number in away.items()},
    )


def _counted(rows: pa.Table) -> dict[str, tuple[int, float | None]]:
    """Customers and their median limit by stage."""
    counted: dict[str, tuple[int, float | None]] = {}
    names: list[Any] = pc.unique(rows["stage"]).to_pylist()
    for stage in filter(None, names):
        limits = rows.filter(pc.equal(rows["stage"], stage))["slipping_days"]
        counted[stage] = (len(limits), pc.quantile(limits, 0.5)[0].as_py())
    return counted
