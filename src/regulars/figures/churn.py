"""Churn: the early warnings with the most at stake, and what their risk goes with."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.churn_wording import feature_name, method_name
from regulars.figures.theme import ORANGE, blank, template
from regulars.figures.wording import NOTHING, count, money, rate, sign
from regulars.tables.text import Text

TOP = 20
AT_RISK = Text("Value at risk", "风险金额")
HOVER = Text(
    "%{y}<br>risk %{customdata[1]}, at stake %{customdata[2]}<br>goes with: %{customdata[3]}",
    "%{y}<br>风险 %{customdata[1]}，涉及 %{customdata[2]}<br>相关因素：%{customdata[3]}",
)
NO_WARNINGS = Text("Nobody is at high risk.", "目前没有高风险顾客。")
SENTENCE = Text(
    "{warnings} of {customers} customers who are not lost are at high risk of leaving; {amount} "
    "is at stake with them. Told by {method}, the best on the months held back.",
    "尚未流失的 {customers} 位顾客中，{warnings} 位流失风险高，涉及预期消费 {amount}。"
    "采用留出月份中表现最好的方法：{method}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars. A point's customdata is [customer_id, risk, value at risk and drivers as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    warned = rows.filter(rows["is_early_warning"]).sort_by("warning_rank").slice(0, TOP)
    if not warned.num_rows:
        return blank(NO_WARNINGS.in_language(language))
    people = warned.to_pylist()[::-1]  # drawn from below
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        orientation="h",
        y=[row["customer_id"] for row in people],
        x=[float(row["value_at_risk_amount"] or 0) for row in people],
        text=[rate(row["churn_risk"], 0) for row in people],
        marker={"color": ORANGE},
        customdata=[
            [
                row["customer_id"],
                rate(row["churn_risk"], 0),
                money(row["value_at_risk_amount"], currency),
                _drivers(row, language),
            ]
            for row in people
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.update_xaxes(
        title_text=AT_RISK.in_language(language), tickprefix=sign(currency), tickformat=",.3~s"
    )
    chart.update_yaxes(type="category")
    return chart.update_layout(height=120 + 24 * len(people))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many are warned of, how much is at stake, and by which method."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    warned = rows.filter(rows["is_early_warning"])
    return SENTENCE.in_language(language).format(
        warnings=count(warned.num_rows),
        customers=count(rows.num_rows - rows["churn_risk"].null_count),
        amount=money(pc.sum(warned["value_at_risk_amount"]).as_py() or 0, currency),
        method=method_name(rows["churn_method"][0].as_py(), language),
    )


def _drivers(row: dict[str, Any], language: str) -> str:
    """The features that raise a customer's risk most."""
    names = [
        feature_name(row[f"driver_{number}"], language)
        for number in (1, 2, 3)
        if row[f"driver_{number}"] and (row[f"driver_{number}_effect"] or 0) > 0
    ]
    return ("、" if language.startswith("zh") else ", ").join(names) or "–"
