"""Next need: how many customers need something again on each of the coming days."""

from datetime import date, timedelta

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.purposes import purpose_name
from regulars.figures.theme import BLUE, SKY, blank, template
from regulars.figures.wording import NOTHING, count
from regulars.tables.text import Text

DAYS = 42
KINDS = (
    (True, Text("regular buyers", "规律购买"), BLUE),
    (False, Text("others", "其他"), SKY),
)
EXPECTED = Text("Next need expected on", "下次需求预计日期")
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{customdata[0]}, %{customdata[2]}<br>%{customdata[3]} customers",
    "%{customdata[0]}，%{customdata[2]}<br>%{customdata[3]} 位顾客",
)
SENTENCE = Text(
    "{all} customers buy something here again and again; {soon} of them are expected to need it "
    "within 14 days of {first}, most often “{purpose}”.",
    "{all} 位顾客在本店有反复购买的需求；自 {first} 起 14 天内预计有 {soon} 位再次需要，"
    "最多的是“{purpose}”。",
)
LATER = Text(
    "{all} customers buy something here again and again; of none a date is known.",
    "{all} 位顾客在本店有反复购买的需求；尚无可知日期。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars by day, regular buyers apart; customdata begins with the day and is_regular."""
    known = rows.filter(pc.is_valid(rows["expected_on"]))
    if not known.num_rows:
        return blank(NOTHING.in_language(language))
    first: date = pc.min(known["expected_on"]).as_py()
    known = known.filter(pc.less(known["expected_on"], pa.scalar(first + timedelta(days=DAYS))))
    chart = go.Figure(layout={"template": template()})
    for is_regular, title, colour in KINDS:
        mine = known.filter(pc.equal(known["is_regular"], pa.scalar(is_regular)))
        counted = {
            cell["values"].as_py(): cell["counts"].as_py()
            for cell in pc.value_counts(mine["expected_on"])
        }
        days, label = sorted(counted), title.in_language(language)
        chart.add_bar(
            x=days,
            y=[counted[day] for day in days],
            name=label,
            marker_color=colour,
            customdata=[[str(day), is_regular, label, count(counted[day])] for day in days],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="stack", bargap=0.1)
    chart.update_xaxes(title_text=EXPECTED.in_language(language), tickformat="%m-%d")
    return chart.update_yaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many customers have a need to come, how many soon, and of what most."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    first: date | None = pc.min(rows["expected_on"]).as_py()
    if first is None:
        return LATER.in_language(language).format(all=count(rows.num_rows))
    soon = rows.filter(pc.less(rows["expected_on"], pa.scalar(first + timedelta(days=14))))
    groups = soon.group_by("purpose").aggregate([([], "count_all")])
    top = groups.sort_by([("count_all", "descending"), ("purpose", "ascending")])
    return SENTENCE.in_language(language).format(
        all=count(rows.num_rows),
        soon=count(soon.num_rows),
        first=first.isoformat(),
        purpose=purpose_name(top["purpose"][0].as_py(), language),
    )
