"""Funnel customers: on which days those at a step entered the funnel."""

from collections import Counter
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.lengths import length, step_name
from regulars.figures.theme import BLUE, blank, template
from regulars.figures.wording import NOTHING, count
from regulars.tables.text import Text

ENTERED = Text("Entered on (UTC)", "进入日期（UTC）")
PEOPLE = Text("Customers and visitors", "顾客与访客")
HOVER = Text("%{x}<br>%{y} entered", "%{x}<br>进入 %{y}")
SENTENCE = Text(
    "At step {step} ({event}) are {people}, of them {visitors} of whom only a device is known; "
    "the quickest took {quickest}, the slowest {slowest}.",
    "第 {step} 步（{event}）共 {people}，其中 {visitors} 位为仅知设备的访客；"
    "最快用时 {quickest}，最慢 {slowest}。",
)
SHOWN = Text("{people} people", "{people} 人")
RUNS = Text("{runs} runs of {people} people", "{people} 人的 {runs} 次")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars by day of entry; customdata is [the day, the step]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    entered: list[Any] = rows["entered_at"].to_pylist()
    days = Counter(str(moment.date()) for moment in entered)
    step = rows["step"][0].as_py()
    ordered = sorted(days)
    chart = go.Figure(layout={"template": template()})
    chart.add_bar(
        x=ordered,
        y=[days[day] for day in ordered],
        marker_color=BLUE,
        customdata=[[day, step] for day in ordered],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    chart.update_xaxes(title_text=ENTERED.in_language(language), type="date")
    return chart.update_yaxes(title_text=PEOPLE.in_language(language), rangemode="tozero")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many they are, and how long they took."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    seconds: list[Any] = rows["seconds"].to_pylist()
    flags: list[Any] = rows["is_visitor"].to_pylist()
    people = dict(zip(rows["customer_id"].to_pylist(), flags, strict=True))
    text = SHOWN if len(people) == rows.num_rows else RUNS
    return SENTENCE.in_language(language).format(
        step=rows["step"][0].as_py(),
        event=step_name(rows["event_name"][0].as_py(), language),
        people=text.in_language(language).format(
            people=count(len(people)), runs=count(rows.num_rows)
        ),
        visitors=count(sum(people.values())),
        quickest=length(min(seconds), language),
        slowest=length(max(seconds), language),
    )
