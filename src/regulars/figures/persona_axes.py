"""Persona axes: where each persona lies on every axis, in standard deviations from the shop."""

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

AXIS_NAMES = {
    "discount": Text("Offers", "优惠"),
    "price": Text("Price level", "价位"),
    "novelty": Text("New products", "尝新"),
    "variety": Text("Variety of brands", "品牌多样"),
}
LEAN = Text(
    "Standard deviations from the shop's average (whiskers: middle 80%)",
    "与全店平均的差距（标准差；须线为中间 80% 的顾客）",
)
HOVER = Text(
    "%{customdata[0]}, %{customdata[1]}<br>index %{customdata[2]} (shop = 100), mean "
    "%{customdata[3]}<br>%{customdata[4]} customers",
    "%{customdata[0]}，%{customdata[1]}<br>指数 %{customdata[2]}（全店 = 100），均值 "
    "%{customdata[3]}<br>%{customdata[4]} 位顾客",
)
SENTENCE = Text(
    "{personas} kinds of customers; a fresh sample finds them again with an agreement of "
    "{stability} (1 = alike). The most pronounced is “{top}” on {axis}: index {index}.",
    "共 {personas} 类画像；换一批样本重新划分，吻合度为 {stability}（1 为完全一致）。"
    "最鲜明的是“{top}”的{axis}：指数 {index}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars by axis, a colour per persona. customdata begins with [persona, axis]."""
    kinds = rows.filter(pc.invert(rows["is_shop"]))
    if not kinds.num_rows:
        return blank(NOTHING.in_language(language))
    name = _name(language)
    chart = go.Figure(layout={"template": template()})
    for place, persona in enumerate(dict.fromkeys(map(str, kinds[name].to_pylist()))):
        mine = kinds.filter(pc.equal(kinds[name], pa.scalar(persona))).to_pylist()
        chart.add_bar(
            x=[_axis(row["axis"], language) for row in mine],
            y=[row["lean"] for row in mine],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [max(row["lean_high"] - row["lean"], 0) for row in mine],
                "arrayminus": [max(row["lean"] - row["lean_low"], 0) for row in mine],
                "thickness": 1,
                "width": 2,
            },
            name=persona,
            marker_color=PALETTE[place % len(PALETTE)],
            customdata=[
                [
                    persona,
                    _axis(row["axis"], language),
                    _index(row["index"]),
                    rate(row["mean_level"]),
                    count(row["customer_count"]),
                ]
                for row in mine
            ],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="group")
    return chart.update_yaxes(title_text=LEAN.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many kinds, how stable, and which is the most pronounced."""
    kinds = rows.filter(pc.invert(rows["is_shop"])).to_pylist()
    if not kinds:
        return NOTHING.in_language(language)
    top = max(kinds, key=lambda row: (abs(row["lean"]), row["persona_en"], row["axis"]))
    return SENTENCE.in_language(language).format(
        personas=count(top["persona_count"]),
        stability=f"{top['stability']:.2f}",
        top=top[_name(language)],
        axis=_axis(top["axis"], language),
        index=_index(top["index"]),
    )


def _name(language: str) -> str:
    return "persona_zh" if language.startswith("zh") else "persona_en"


def _axis(axis: str, language: str) -> str:
    return AXIS_NAMES[axis].in_language(language) if axis in AXIS_NAMES else axis


def _index(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
