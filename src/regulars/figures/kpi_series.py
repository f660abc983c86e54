"""Sales over time: the period as a full line, the one before as a thin one, last year dotted."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, GREY, SKY, blank, template
from regulars.figures.wording import NOTHING, count, money, sign, span
from regulars.tables.text import Text

NOW = Text("Net sales", "净销售额")
BEFORE = Text("the period before", "上期")
LAST_YEAR = Text("last year", "去年同期")
ORDERS = Text("orders", "单")
SENTENCE = Text(
    "{days}: the best {step} was {best} with net sales of {most} from {orders} orders, "
    "the weakest {worst} with {least}.",
    "{days}：净销售额最高的一{step}是 {best}，{most}（{orders} 单）；最低的是 {worst}，{least}。",
)
STEPS = {
    "day": Text("day", "天"),
    "week": Text("week", "周"),
    "month": Text("month", "个月"),
}


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Lines over the period's days, weeks or months; customdata is [started_on, ended_on, ...]."""
    steps = rows.sort_by("started_on").to_pylist()
    if not _known(steps):
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template(), "hovermode": "x unified"})
    lines = (
        ("last_year_", LAST_YEAR, {"color": GREY, "width": 1, "dash": "dot"}),
        ("previous_", BEFORE, {"color": SKY, "width": 1.2}),
        ("", NOW, {"color": BLUE, "width": 2.5}),
    )
    for prefix, name, line in lines:
        if any(step[f"{prefix}net_sales"] is not None for step in steps):
            chart.add_scatter(
                x=[step["started_on"] for step in steps],
                y=[_plain(step[f"{prefix}net_sales"]) for step in steps],
                mode="lines",
                name=name.in_language(language),
                line=line,
                customdata=[_carried(step, prefix, language, currency) for step in steps],
                hovertemplate="%{customdata[2]} · %{customdata[3]}",
            )
    return chart.update_yaxes(tickprefix=sign(currency), tickformat=",.3~s", rangemode="tozero")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The best and the weakest step of the period."""
    steps = _known(rows.sort_by("started_on").to_pylist())
    if not steps:
        return NOTHING.in_language(language)
    best = max(steps, key=lambda step: step["net_sales"])
    worst = min(steps, key=lambda step: step["net_sales"])
    return SENTENCE.in_language(language).format(
        days=span(steps[0]["started_on"], steps[-1]["ended_on"]),
        step=STEPS[best["step"]].in_language(language),
        best=best["started_on"],
        most=money(best["net_sales"], currency),
        orders=count(best["order_count"]),
        worst=worst["started_on"],
        least=money(worst["net_sales"], currency),
    )


def _known(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for step in steps if step["net_sales"] is not None]


def _plain(amount: Any) -> float | None:
    return None if amount is None else float(amount)


def _carried(step: dict[str, Any], prefix: str, language: str, currency: str) -> list[str]:
    return [
        str(step["started_on"]),
        str(step["ended_on"]),
        money(step[f"{prefix}net_sales"], currency),
        f"{count(step[f'{prefix}order_count'])} {ORDERS.in_language(language)}",
    ]
