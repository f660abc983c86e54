"""The next need: by purpose, how many customers are due, late, or have time yet."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.purposes import purpose_name
from regulars.figures.theme import BLUE, GREY, ORANGE, SKY, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

SHOWN = 15
STATES = {
    "overdue": (Text("overdue", "已逾期"), ORANGE),
    "due": (Text("to remind within a week", "一周内应提醒"), BLUE),
    "not_due": (Text("later", "尚未到期"), SKY),
    "probably_left": (Text("probably buy it elsewhere", "可能已不再购买"), GREY),
}
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{customdata[2]}, %{customdata[3]}<br>%{customdata[4]} customers",
    "%{customdata[2]}，%{customdata[3]}<br>%{customdata[4]} 位顾客",
)
SENTENCE = Text(
    "{due} needs are to be reminded of within a week and {overdue} are overdue, most of them "
    "“{purpose}”; of {all} needs with a history {regular} are bought at regular intervals.",
    "一周内应提醒的需求有 {due} 项，另有 {overdue} 项已逾期，以“{purpose}”最多；"
    "有购买历史的 {all} 项需求中，{regular} 为规律购买。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Stacked bars of the purposes with most to do; customdata begins with purpose, state."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    counted = _counted(rows)
    first = _first(counted)
    places = list(range(len(first)))
    names = [purpose_name(purpose, language) for purpose in first]
    chart = go.Figure(layout={"template": template()})
    for state, (title, colour) in STATES.items():
        sizes = [counted[purpose].get(state, 0) for purpose in first]
        label = title.in_language(language)
        chart.add_bar(
            x=sizes,
            y=places,
            orientation="h",
            name=label,
            marker_color=colour,
            customdata=[
                [purpose, state, name, label, count(size)]
                for purpose, name, size in zip(first, names, sizes, strict=True)
            ],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="stack", bargap=0.25)
    chart.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    return chart.update_xaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How much is due and late, of which purpose most, and how many are regular."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    counted = _counted(rows)
    regular = pc.sum(rows["is_regular"].cast(pa.int64())).as_py()
    return SENTENCE.in_language(language).format(
        due=count(sum(states.get("due", 0) for states in counted.values())),
        overdue=count(sum(states.get("overdue", 0) for states in counted.values())),
        purpose=purpose_name(_first(counted)[0], language),
        all=count(rows.num_rows),
        regular=rate(regular / rows.num_rows),
    )


def _counted(rows: pa.Table) -> dict[str, dict[str, int]]:
    """Needs by purpose and state."""
    groups = rows.group_by(["purpose", "need_state"]).aggregate([([], "count_all")])
    found: dict[str, dict[str, Any]] = {}
    for group in groups.to_pylist():
        found.setdefault(group["purpose"], {})[group["need_state"]] = group["count_all"]
    return found


def _first(counted: dict[str, dict[str, int]]) -> list[str]:
    """The purposes with most to do now, then with most needs."""

    def rank(purpose: str) -> tuple[int, int, str]:
        states = counted[purpose]
        now = states.get("due", 0) + states.get("overdue", 0)
        return -now, -sum(states.values()), purpose

    return sorted(counted, key=rank)[:SHOWN]
