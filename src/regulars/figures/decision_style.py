"""Decision style: how many customers decide how, from the impulsive to the deliberate."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import BLUE, GREY, ORANGE, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

STEPS = 40  # bars between 0 and 1
STYLES = {
    "impulse": (Text("impulse buyers", "冲动型"), ORANGE),
    "mixed": (Text("mixed", "混合型"), GREY),
    "deliberate": (Text("deliberate buyers", "斟酌型"), BLUE),
}
SCORE = Text(
    "Deliberation score<br>0.5 = an average purchase of the shop",
    "决策投入分<br>0.5 = 全店平均的一次购买",
)
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{customdata[1]}, score %{x:.2f}<br>%{customdata[2]} customers",
    "%{customdata[1]}，得分约 %{x:.2f}<br>%{customdata[2]} 位顾客",
)
SENTENCE = Text(
    "Of {judged} customers with enough purchases to judge, {impulse} buy on impulse{impulse_time} "
    "and {deliberate} deliberate{deliberate_time}; {unknown} of {all} customers cannot be judged "
    "yet.",
    "可判断的 {judged} 位顾客中，冲动型占 {impulse}{impulse_time}，"
    "斟酌型占 {deliberate}{deliberate_time}；另有 {unknown} 位（共 {all} 位）"
    "购买次数不足，暂不判断。",
)
NOBODY_JUDGED = Text(
    "None of {all} customers can be judged yet: of each, too few purchases have a way that was "
    "seen, from the first look to the order.",
    "{all} 位顾客都还无法判断：从首次浏览到下单的过程完整可见的购买次数太少。",
)
TIMES = {
    "impulse": Text(
        " (about {hours} from the first look to the order)", "（从首次浏览到下单约 {hours}）"
    ),
    "deliberate": Text(" (about {hours})", "（约 {hours}）"),
}
MINUTES, HOURS, DAYS = (
    Text("{} minutes", "{} 分钟"),
    Text("{} hours", "{} 小时"),
    Text("{} days", "{} 天"),
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Stacked bars over the score. A point's customdata begins with decision_style."""
    enough = _enough(rows)
    if not enough.num_rows:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    for style, (title, colour) in STYLES.items():
        mine = enough.filter(pc.equal(enough["decision_style"], pa.scalar(style)))
        step = pc.floor(pc.multiply(mine["deliberation_score"], pa.scalar(float(STEPS))))
        counted = {cell["values"].as_py(): cell["counts"].as_py() for cell in pc.value_counts(step)}
        places = sorted(counted)
        name = title.in_language(language)
        chart.add_bar(
            x=[(place + 0.5) / STEPS for place in places],
            y=[counted[place] for place in places],
            width=1 / STEPS,
            name=name,
            marker_color=colour,
            customdata=[[style, name, count(counted[place])] for place in places],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="stack", bargap=0.05)
    chart.update_xaxes(title_text=SCORE.in_language(language))
    return chart.update_yaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The shares of the styles, how long they take, and how many are not judged."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    enough = _enough(rows)
    if not enough.num_rows:
        return NOBODY_JUDGED.in_language(language).format(all=count(rows.num_rows))
    words: dict[str, Any] = {}
    for style in ("impulse", "deliberate"):
        mine = enough.filter(pc.equal(enough["decision_style"], pa.scalar(style)))
        words[style] = rate(mine.num_rows / enough.num_rows)
        middle = pc.quantile(mine["typical_hours"], q=0.5)[0].as_py()
        time = TIMES[style].in_language(language).format(hours=length(middle, language))
        words[f"{style}_time"] = time if mine.num_rows else ""
    return SENTENCE.in_language(language).format(
        judged=count(enough.num_rows),
        unknown=count(rows.num_rows - enough.num_rows),
        all=count(rows.num_rows),
        **words,
    )


def length(hours: float | None, language: str) -> str:
    """A length of time in the unit that people would say it in."""
    if hours is None:
        return "–"
    if hours < 1:
        return MINUTES.in_language(language).format(round(hours * 60))
    if hours < 48:
        return HOURS.in_language(language).format(f"{hours:.1f}")
    return DAYS.in_language(language).format(f"{hours / 24:.1f}")


def _enough(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.not_equal(rows["decision_style"], pa.scalar("not_enough_purchases")))
