"""Visits by group as bars, or by day and hour as a line, with how many of them convert beside."""

from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.theme import BLUE, ORANGE, blank, template
from regulars.figures.wording import NOTHING, UNKNOWN, count, member, money, rate
from regulars.tables.text import Text

VISITS = Text("Visits", "会话数")
CONVERSION = Text("Conversion rate", "转化率")
BOUNCES = Text("Bounce rate", "跳出率")
IN_TIME = ("day", "hour")
HOVER = Text(
    "%{customdata[2]}: %{customdata[3]} visits by %{customdata[4]} people<br>"
    "%{customdata[5]} events a visit, median %{customdata[6]}, %{customdata[7]} bounce<br>"
    "%{customdata[8]} convert, worth %{customdata[9]}",
    "%{customdata[2]}：%{customdata[4]} 人，%{customdata[3]} 次会话<br>"
    "次均 %{customdata[5]} 个事件，停留中位数 %{customdata[6]}，跳出率 %{customdata[7]}<br>"
    "转化率 %{customdata[8]}，转化金额 %{customdata[9]}",
)
SENTENCE = Text(
    "{visits} visits by {people} people, {events} events a visit, half of them longer than "
    "{median}; {bounces} bounce{converted}. Most are of {name}: {share} of visits{most}.",
    "{people} 人共 {visits} 次会话，次均 {events} 个事件，停留中位数 {median}，跳出率 {bounces}"
    "{converted}。占比最高的是“{name}”：占会话的 {share}{most}。",
)
CONVERTED = Text(", {rate} convert", "，转化率 {rate}")
MINUTES = Text("{minutes} min {seconds} s", "{minutes} 分 {seconds} 秒")
SECONDS = Text("{seconds} s", "{seconds} 秒")
HOURS = Text("{hours} h {minutes} min", "{hours} 小时 {minutes} 分")
Row = dict[str, Any]


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """A point's customdata begins with [dimension, member_name]."""
    groups = [row for row in rows.to_pylist() if row["member_name"] is not None]
    if not groups:
        return blank(NOTHING.in_language(language))
    is_known = groups[0]["conversion_rate"] is not None
    part, title = ("conversion_rate", CONVERSION) if is_known else ("bounce_rate", BOUNCES)
    titles = [VISITS.in_language(language), title.in_language(language)]
    if groups[0]["dimension"] in IN_TIME:
        return _in_time(groups, part, titles, language, currency)
    chart = make_subplots(1, 2, shared_yaxes=True, column_widths=[0.65, 0.35], column_titles=titles)
    names = [member(row["member_name"], language) for row in groups]
    more = _hover(groups, language, currency)
    bars = go.Bar(
        x=[row["visit_count"] for row in groups],
        y=names,
        orientation="h",
        marker_color=BLUE,
        **more,
    )
    dots = go.Scatter(
        x=[row[part] for row in groups], y=names, mode="markers",
        marker={"color": ORANGE, "size": 10}, **more,
    )  # fmt: skip
    chart.add_trace(bars, row=1, col=1).add_trace(dots, row=1, col=2)
    chart.update_xaxes(tickformat=".0%", nticks=4, rangemode="tozero", row=1, col=2)
    chart.update_yaxes(type="category", autorange="reversed", showgrid=False)
    height = max(260, 96 + 26 * len(groups))
    return chart.update_layout(template=template(), showlegend=False, height=height)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """All visits, and where most of them come from."""
    known = rows.to_pylist()
    groups = [row for row in known if row["member_name"] is not None]
    if not groups:
        return NOTHING.in_language(language)
    total = next((row for row in known if row["member_name"] is None), groups[0])
    best = max(groups, key=lambda row: row["visit_count"])
    return SENTENCE.in_language(language).format(
        visits=count(total["visit_count"]),
        people=count(total["person_count"]),
        events=count(round(total["events_per_visit"], 1)),
        median=_length(total["median_seconds"], language),
        bounces=rate(total["bounce_rate"]),
        converted=_converted(total, language),
        name=_named(best, language),
        share=rate(best["visit_share"]),
        most=_converted(best, language),
    )


def _in_time(
    groups: list[Row], part: str, titles: list[str], language: str, currency: str
) -> go.Figure:
    """Days or hours from left to right; a day without a visit is a zero, not a bridge."""
    by_name = {row["member_name"]: row for row in groups}
    names = sorted(by_name)
    if groups[0]["dimension"] == "day":
        first, last = date.fromisoformat(names[0]), date.fromisoformat(names[-1])
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        names = [day.isoformat() for day in days]
    nothing = {"dimension": groups[0]["dimension"], "visit_count": 0, "person_count": 0}
    shown = [by_name.get(name, {**nothing, "member_name": name}) for name in names]
    chart = make_subplots(2, 1, shared_xaxes=True, row_heights=[0.65, 0.35], vertical_spacing=0.08)
    more = _hover(shown, language, currency)
    lines = (("visit_count", BLUE), (part, ORANGE))
    for place, (column, colour) in enumerate(lines, start=1):
        values = [row.get(column) for row in shown]
        line = {"color": colour, "width": 2}
        trace = go.Scatter(x=names, y=values, mode="lines+markers", line=line, **more)
        chart.add_trace(trace, row=place, col=1)
        chart.update_yaxes(title_text=titles[place - 1], rangemode="tozero", row=place, col=1)
    chart.update_yaxes(tickformat=".1%", row=2, col=1)
    kind = "date" if groups[0]["dimension"] == "day" else "category"
    chart.update_xaxes(type=kind)
    return chart.update_layout(template=template(), showlegend=False, height=460)


def _hover(groups: list[Row], language: str, currency: str) -> dict[str, Any]:
    return {
        "customdata": [_carried(row, language, currency) for row in groups],
        "hovertemplate": f"{HOVER.in_language(language)}<extra></extra>",
    }


def _named(row: Row, language: str) -> str:
    """An hour of the day as a clock shows it, anything else by its name."""
    if row["dimension"] == "hour":
        return f"{row['member_name']}:00"
    return member(row["member_name"], language)


def _converted(row: Row, language: str) -> str:
    if row["conversion_rate"] is None:
        return ""
    return CONVERTED.in_language(language).format(rate=rate(row["conversion_rate"]))


def _length(seconds: float | None, language: str) -> str:
    """65 -> 1 min 5 s."""
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    text = HOURS if hours else MINUTES if minutes else SECONDS
    given = {"hours": hours, "minutes": left if hours else minutes, "seconds": rest}
    return text.in_language(language).format(**given)


def _carried(row: Row, language: str, currency: str) -> list[Any]:
    events = row.get("events_per_visit")
    return [
        row["dimension"],
        row["member_name"],
        _named(row, language),
        count(row["visit_count"]),
        count(row["person_count"]),
        count(None if events is None else round(events, 1)),
        _length(row.get("median_seconds"), language),
        rate(row.get("bounce_rate")),
        rate(row.get("conversion_rate")),
        money(row.get("conversion_amount"), currency),
    ]
