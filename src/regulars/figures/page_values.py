"""Page values: for the most visited nodes, how many visits end there and how many convert."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import AMBER, BLUE, blank, template
from regulars.figures.wording import NOTHING, UNKNOWN, count, event, money, rate
from regulars.tables.text import Text

START = "(start)"
SHOWN = 20
LONGEST_NAME = 36
ENOUGH = 0.01  # of all visits, to be named in the sentence
CONVERTS = Text("Leads to a conversion", "最终转化概率")
EXITS = Text("Visit ends here", "在此离开")
HOVER = Text(
    "%{customdata[1]}<br>%{customdata[2]} visits, begun here %{customdata[3]}, ended here "
    "%{customdata[4]} (%{customdata[5]})<br>converts %{customdata[6]} (observed "
    "%{customdata[7]}), worth %{customdata[8]}",
    "%{customdata[1]}<br>%{customdata[2]} 次会话，由此进入 %{customdata[3]}，在此离开 "
    "%{customdata[4]}（%{customdata[5]}）<br>转化概率 %{customdata[6]}（实际 "
    "%{customdata[7]}），期望金额 %{customdata[8]}",
)
SENTENCE = Text(
    "{rate} of {visits} visits convert, worth {amount} a visit. From {best} a visit converts most "
    "often ({best_rate}); {exits} visits are lost at {worst} ({worst_share} of those there).",
    "{visits} 次会话的转化率为 {rate}，每次会话平均带来 {amount}。{best}之后转化概率最高"
    "（{best_rate}）；在{worst}离开的会话最多，共 {exits} 次（占经过该处的 {worst_share}）。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The most visited nodes. A point's customdata begins with [node, its name]."""
    nodes = [row for row in rows.to_pylist() if row["node"] != START]
    if not nodes:
        return blank(NOTHING.in_language(language))
    nodes = sorted(nodes, key=lambda row: (-row["visit_count"], row["node"]))[:SHOWN]
    carried = [_carried(row, language, currency) for row in nodes]
    places = list(range(len(nodes)))
    chart = go.Figure(layout={"template": template(), "barmode": "group"})
    for column, name, colour in (
        ("conversion_probability", CONVERTS, BLUE),
        ("exit_share", EXITS, AMBER),
    ):
        chart.add_bar(
            x=[row[column] for row in nodes],
            y=places,
            orientation="h",
            name=name.in_language(language),
            marker_color=colour,
            customdata=carried,
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
            text=[rate(row[column], 0) for row in nodes],
            textposition="outside",
            cliponaxis=False,
        )
    names = [_short(point[1]) for point in carried]
    chart.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    chart.update_layout(margin_r=48)  # room for the share beside the longest bar
    return chart.update_xaxes(tickformat=".0%", rangemode="tozero")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many convert, from where most often, and where most are lost."""
    found = rows.to_pylist()
    nodes = [row for row in found if row["node"] != START]
    if not nodes:
        return NOTHING.in_language(language)
    whole = next((row for row in found if row["node"] == START), None)
    often = [row for row in nodes if row["visit_share"] >= ENOUGH] or nodes
    best = max(often, key=lambda row: row["conversion_probability"])
    worst = max(often, key=lambda row: row["exit_count"])
    return SENTENCE.in_language(language).format(
        visits=count(whole["visit_count"]) if whole else UNKNOWN,
        rate=rate(whole["observed_rate"] if whole else None),
        amount=money(whole["observed_amount"] if whole else None, currency),
        best=f"“{event(best['node'], language)}”",
        best_rate=rate(best["conversion_probability"]),
        worst=f"“{event(worst['node'], language)}”",
        exits=count(worst["exit_count"]),
        worst_share=rate(worst["exit_share"]),
    )


def _carried(row: dict[str, Any], language: str, currency: str) -> list[Any]:
    return [
        row["node"],
        event(row["node"], language),
        count(row["visit_count"]),
        count(row["entrance_count"]),
        count(row["exit_count"]),
        rate(row["exit_share"]),
        rate(row["conversion_probability"]),
        rate(row["observed_rate"]),
        money(row["expected_amount"], currency),
    ]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
