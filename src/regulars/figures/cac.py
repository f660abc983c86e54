"""Acquisition cost: per new customer by channel, beside what he brought and will bring."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, ORANGE, SKY, blank, template
from regulars.figures.wording import NOTHING, UNKNOWN, count, member, money, sign
from regulars.tables.text import Text

COST = Text("cost per new customer (95%)", "单个新客成本（95% 区间）")
BROUGHT = Text("brought so far", "已贡献")
EXPECTED = Text("expected", "预期贡献")
MONEY = Text("Per new customer", "每位新客")
NOT_STATED = Text("not stated", "未注明")
HOVER = Text(
    "%{y}, %{customdata[1]} new customers<br>spent %{customdata[2]}, per customer "
    "%{customdata[3]}<br>brought %{customdata[4]}, expected %{customdata[5]}<br>"
    "%{customdata[6]}",
    "%{y}，新客 %{customdata[1]} 位<br>花费 %{customdata[2]}，人均 %{customdata[3]}<br>"
    "已贡献 %{customdata[4]}，预期 %{customdata[5]}<br>%{customdata[6]}",
)
STATES = {
    "reached": Text("cost back after {days} days", "{days} 天回本"),
    "not_yet": Text("cost not back yet", "尚未回本"),
    "no_cost": Text("no cost known", "无已知费用"),
    "no_customers": Text("no new customers", "没有新客"),
    "not_stated": Text("costs and customers of no stated member", "未注明归属的费用与顾客"),
}
SENTENCE = Text(
    "{customers} new customers cost {cost}, {cac} each ({low} – {high}); each has brought "
    "{brought} in {kind} and {expected} is expected: {ratio} times the cost. {payback}",
    "新客 {customers} 位，花费 {cost}，人均获客成本 {cac}（{low}–{high}）；"
    "人均已贡献{kind} {brought}，预期 {expected}，合计为成本的 {ratio} 倍。{payback}",
)
NO_CUSTOMERS = Text(
    "{cost} was spent, and {customers} new customers came.", "花费 {cost}，新客 {customers} 位。"
)
BACK = {
    "reached": Text("On average the cost was back {days} days after the first order.",
                    "平均在首单后第 {days} 天回本。"),
    "not_yet": Text("On average the cost is not back yet.",
                    "平均而言尚未回本。"),
}  # fmt: skip
KINDS = {"margin": Text("margin", "毛利"), "net_amount": Text("net sales", "净销售额")}


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars by channel. A point's customdata begins with member_name."""
    found = [row for row in rows.to_pylist() if row["dimension"] == "channel"]
    if not found:
        return blank(NOTHING.in_language(language))
    found.sort(key=lambda row: (-row["new_customer_count"], row["member_name"] or ""))
    names = [_name(row, language) for row in found]
    carried = [_carried(row, language, currency) for row in found]
    hover = f"{HOVER.in_language(language)}<extra></extra>"
    chart = go.Figure(layout={"template": template()})
    for column, title, colour in (
        ("brought_amount", BROUGHT, BLUE),
        ("expected_amount", EXPECTED, SKY),
    ):
        chart.add_bar(
            y=names,
            x=[_number(row[column]) for row in found],
            orientation="h",
            name=title.in_language(language),
            marker_color=colour,
            customdata=carried,
            hovertemplate=hover,
        )
    chart.add_scatter(
        y=names,
        x=[_number(row["cac_amount"]) for row in found],
        error_x={
            "array": [_apart(row["cac_high"], row["cac_amount"]) for row in found],
            "arrayminus": [_apart(row["cac_amount"], row["cac_low"]) for row in found],
            "width": 0,
        },
        mode="markers",
        marker={"symbol": "diamond", "size": 11, "color": ORANGE},
        name=COST.in_language(language),
        customdata=carried,
        hovertemplate=hover,
    )
    chart.update_layout(barmode="stack", height=160 + 36 * len(found))
    chart.update_xaxes(
        title_text=MONEY.in_language(language), tickprefix=sign(currency), tickformat=",.3~s"
    )
    return chart.update_yaxes(autorange="reversed", showgrid=False)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The whole shop's cost, value and payback."""
    whole = [row for row in rows.to_pylist() if row["dimension"] == "all"]
    if not whole:
        return NOTHING.in_language(language)
    row = whole[0]
    words: dict[str, Any] = {
        "customers": count(row["new_customer_count"]),
        "cost": money(row["cost_amount"], currency),
    }
    if row["payback"] not in BACK:
        return NO_CUSTOMERS.in_language(language).format(**words)
    amounts = {"cac": "cac_amount", "low": "cac_low", "high": "cac_high"}
    amounts |= {"brought": "brought_amount", "expected": "expected_amount"}
    ratio = row["clv_to_cac"]
    return SENTENCE.in_language(language).format(
        **words,
        **{word: money(row[name], currency) for word, name in amounts.items()},
        kind=KINDS[row["value_kind"]].in_language(language),
        ratio=UNKNOWN if ratio is None else f"{ratio:.1f}",
        payback=BACK[row["payback"]].in_language(language).format(days=row["payback_days"]),
    )


def _carried(row: dict[str, Any], language: str, currency: str) -> list[Any]:
    state = STATES[row["payback"]].in_language(language).format(days=row["payback_days"])
    money_of = ("cost_amount", "cac_amount", "brought_amount", "expected_amount")
    return [
        row["member_name"],
        count(row["new_customer_count"]),
        *(money(row[name], currency) for name in money_of),
        state,
    ]


def _name(row: dict[str, Any], language: str) -> str:
    name = row["member_name"]
    return NOT_STATED.in_language(language) if name is None else member(name, language)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _apart(high: Any, low: Any) -> float:
    return 0.0 if high is None or low is None else float(high) - float(low)
