"""Customer lifetime value: what each tenth of the customers is expected to bring, best first."""

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import AMBER, BLUE, blank, template
from regulars.figures.wording import NOTHING, count, money, rate, sign
from regulars.tables.text import Text

PARTS = 10
TENTH = Text(
    "Customers by what is expected of them, a tenth each (left: most)",
    "按预期金额排列的顾客，每组十分之一（左侧最高）",
)
MODEL = Text("expected by the model", "模型预期")
SIMPLE = Text("simple: order value × rate × lifetime", "简单法：客单价×复购率×生命周期")
MONEY = Text("Amount", "金额")
HOVER = Text(
    "Tenth %{customdata[0]}, %{customdata[1]} customers<br>%{customdata[2]}<br>"
    "mean probability of still buying %{customdata[3]}",
    "第 %{customdata[0]} 组，%{customdata[1]} 位顾客<br>%{customdata[2]}<br>"
    "平均活跃概率 %{customdata[3]}",
)
SENTENCE = Text(
    "Of {customers} customers about {alive} still buy here; they are expected to order {orders} "
    "times for {amount} in the time looked ahead, {share} of it by the best tenth. {once} ordered "
    "once only, of whom about {once_alive} are still customers.",
    "{customers} 位顾客中约 {alive} 位仍在本店购买，预计在预测期内下单 {orders} 次、消费 {amount}，"
    "其中前 10% 的顾客占 {share}。只买过一次的有 {once} 位，其中约 {once_alive} 位仍是顾客。",
)
ORDERS_ONLY = Text(
    "Of {customers} customers about {alive} still buy here; they are expected to order {orders} "
    "times in the time looked ahead. What an order will be worth cannot be told yet.",
    "{customers} 位顾客中约 {alive} 位仍在本店购买，预计在预测期内下单 {orders} 次；"
    "单笔金额暂时无法预测。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars of both values. A point's customdata begins with the number of its tenth."""
    valued = rows.filter(pc.is_valid(rows["expected_amount"]))
    if not valued.num_rows:
        return blank(NOTHING.in_language(language))
    order = np.argsort(-_numbers(valued, "expected_amount"), kind="stable")
    parts = [part for part in np.array_split(order, PARTS) if len(part)]
    alive = _numbers(valued, "alive_probability")
    chart = go.Figure(layout={"template": template()})
    for column, title, colour in (
        ("expected_amount", MODEL, BLUE),
        ("simple_clv_amount", SIMPLE, AMBER),
    ):
        amounts = _numbers(valued, column)
        sums = [float(amounts[part].sum()) for part in parts]
        chart.add_bar(
            x=list(range(1, len(parts) + 1)),
            y=sums,
            name=title.in_language(language),
            marker_color=colour,
            customdata=[
                [place, count(len(part)), money(value, currency), rate(float(alive[part].mean()))]
                for place, (part, value) in enumerate(zip(parts, sums, strict=True), 1)
            ],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_xaxes(title_text=TENTH.in_language(language), dtick=1)
    return chart.update_yaxes(
        title_text=MONEY.in_language(language), tickprefix=sign(currency), tickformat=",.3~s"
    )


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many are still there, what they bring, and how much of it the best tenth."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    alive = _numbers(rows, "alive_probability")
    once = np.asarray(rows["is_one_time"].to_numpy(zero_copy_only=False), dtype=bool)
    words = {
        "customers": count(rows.num_rows),
        "alive": count(round(float(alive.sum()))),
        "orders": count(round(float(_numbers(rows, "expected_order_count").sum()))),
        "once": count(int(once.sum())),
        "once_alive": count(round(float(alive[once].sum()))),
    }
    amounts = _numbers(rows, "expected_amount")
    whole = float(np.nansum(amounts))
    if not whole:
        return ORDERS_ONLY.in_language(language).format(**words)
    best = np.sort(np.nan_to_num(amounts))[::-1][: -(-len(amounts) // PARTS)]
    words |= {"amount": money(whole, currency), "share": rate(float(best.sum()) / whole)}
    return SENTENCE.in_language(language).format(**words)


def _numbers(rows: pa.Table, name: str) -> np.ndarray:
    """A column as floats, null as NaN."""
    return np.asarray(rows[name].cast(pa.float64()).to_numpy(), dtype=np.float64)
