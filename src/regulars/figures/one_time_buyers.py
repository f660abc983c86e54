"""One-time buyers: what goes with not coming back, as risk ratios with their intervals."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import BLUE, GREY, ORANGE, blank, template
from regulars.figures.wording import NOTHING, count, member, rate, weekday
from regulars.tables.text import Text

TOP = 24
FACTORS = {
    "category": Text("First basket", "首单品类"),
    "basket_lines": Text("Lines in the basket", "首单商品行数"),
    "order_value": Text("Order value", "首单金额"),
    "discount": Text("Discount", "首单折扣"),
    "coupon": Text("Coupon", "使用优惠券"),
    "channel": Text("Channel", "渠道"),
    "store": Text("Store", "门店"),
    "weekday": Text("Weekday", "星期"),
    "delivery": Text("Delivery", "配送"),
    "return": Text("Returned something", "首单退货"),
    "complaint": Text("Complained", "首单投诉"),
}
LEVELS = {
    "yes": Text("yes", "是"),
    "no": Text("no", "否"),
    "low": Text("lowest third", "最低三分之一"),
    "middle": Text("middle third", "中间三分之一"),
    "high": Text("highest third", "最高三分之一"),
    "none": Text("none", "无"),
    "up to 10%": Text("up to 10%", "10% 以内"),
    "over 30%": Text("over 30%", "30% 以上"),
    "7 or more": Text("7 or more", "7 行及以上"),
    "late": Text("late", "延迟"),
    "in_time": Text("in time", "准时"),
}
RATIO = Text("Risk of not coming back, against the other levels", "未回购风险（与其他取值相比）")
MORE = Text("clearly more often", "显著偏高")
LESS = Text("clearly less often", "显著偏低")
UNCLEAR = Text("may be chance", "可能是偶然")
HOVER = Text(
    "%{y}<br>%{customdata[2]} times the risk (%{customdata[3]})<br>%{customdata[4]} of "
    "%{customdata[5]} did not come back",
    "%{y}<br>风险为 %{customdata[2]} 倍（%{customdata[3]}）<br>"
    "%{customdata[5]} 人中 %{customdata[4]} 未回购",
)
SENTENCE = Text(
    "{share} of {customers} customers did not come back. Not coming back goes most with “{level}”: "
    "{ratio} times as often as with the others ({low} to {high}).",
    "{customers} 位顾客中 {share} 未再回购。与未回购关系最大的是“{level}”：为其他取值的 {ratio} 倍"
    "（{low} 至 {high}）。",
)
NOTHING_CLEAR = Text(
    "{share} of {customers} customers did not come back; their first orders do not clearly differ "
    "from the others'.",
    "{customers} 位顾客中 {share} 未再回购；其首单与其他顾客没有显著差异。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A forest plot. customdata: [factor, level, ratio, interval, rate, customers as text]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    known = rows.filter(pc.is_valid(rows["risk_ratio"]))
    if not known.num_rows:
        return blank(sentence(rows, language=language, currency=currency))
    shown: list[dict[str, Any]] = sorted(
        known.sort_by([("p_value", "ascending"), ("factor", "ascending")]).to_pylist()[:TOP],
        key=lambda row: row["risk_ratio"],
    )
    names = [_name(row, language) for row in shown]
    chart = go.Figure(layout={"template": template()})
    groups = ((MORE, True, 1, ORANGE), (LESS, True, -1, BLUE), (UNCLEAR, False, 0, GREY))
    for words, is_clear, side, colour in groups:
        mine = [
            (name, row)
            for name, row in zip(names, shown, strict=True)
            if row["is_significant"] == is_clear
            and (not side or (row["risk_ratio"] > 1) == (side > 0))
        ]
        if mine:
            _add(chart, mine, words.in_language(language), colour, language)
    chart.add_vline(x=1, line={"dash": "dot", "color": GREY})
    chart.update_xaxes(type="log", title_text=RATIO.in_language(language))
    chart.update_yaxes(type="category", categoryorder="array", categoryarray=names)
    return chart.update_layout(height=140 + 24 * len(shown), showlegend=True)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many did not come back, and what goes with it most."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    every: list[dict[str, Any]] = rows.to_pylist()
    first = [row for row in every if row["factor"] == every[0]["factor"]]
    whole = sum(row["customer_count"] for row in first)
    words = {
        "customers": count(whole),
        "share": rate(sum(row["one_time_count"] for row in first) / whole),
    }
    clear = [row for row in every if row["is_significant"] and (row["risk_ratio"] or 0) > 1]
    if not clear:
        return NOTHING_CLEAR.in_language(language).format(**words)
    most = max(clear, key=lambda row: row["ratio_low"])
    return SENTENCE.in_language(language).format(
        level=_name(most, language), **words, **_ratio(most)
    )


def _add(
    chart: go.Figure,
    mine: list[tuple[str, dict[str, Any]]],
    name: str,
    colour: str,
    language: str,
) -> None:
    ratios = [_ratio(row) for _, row in mine]
    chart.add_scatter(
        mode="markers",
        name=name,
        y=[label for label, _ in mine],
        x=[row["risk_ratio"] for _, row in mine],
        error_x={
            "array": [row["ratio_high"] - row["risk_ratio"] for _, row in mine],
            "arrayminus": [row["risk_ratio"] - row["ratio_low"] for _, row in mine],
        },
        marker={"color": colour, "size": 9},
        customdata=[
            [
                row["factor"],
                row["level"],
                ratio["ratio"],
                f"{ratio['low']} – {ratio['high']}",
                rate(row["one_time_rate"]),
                count(row["customer_count"]),
            ]
            for (_, row), ratio in zip(mine, ratios, strict=True)
        ],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )


def _ratio(row: dict[str, Any]) -> dict[str, str]:
    names = {"ratio": "risk_ratio", "low": "ratio_low", "high": "ratio_high"}
    return {name: f"{row[column]:.2f}" for name, column in names.items()}


def _name(row: dict[str, Any], language: str) -> str:
    factor, level = row["factor"], row["level"]
    named = FACTORS[factor].in_language(language) if factor in FACTORS else factor
    if factor == "weekday" and level in set("1234567"):
        said = weekday(int(level), language)
    else:
        said = LEVELS[level].in_language(language) if level in LEVELS else member(level, language)
    return f"{named}：{said}" if language.startswith("zh") else f"{named}: {said}"
