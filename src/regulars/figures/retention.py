"""Retention: the overall curve with its 95% band, over a triangle of cohorts or of groups."""

from datetime import date
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
from plotly.subplots import make_subplots

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, member, month, rate
from regulars.tables.text import Text

MOST_COHORTS = 24
CURVE, LINE = 240, 26  # pixels: of the curve, of a line of the triangle
UNITS = {
    "day": Text("Day {number}", "第 {number} 天"),
    "week": Text("Week {number}", "第 {number} 周"),
    "month": Text("Month {number}", "第 {number} 个月"),
}
MODES = {
    "bounded": Text("{unit}", "{unit}"),
    "unbounded": Text("{unit} or later", "{unit}及以后"),
    "rolling": Text(
        "{unit}, counted from each person's own first event", "{unit}（从本人首次起算）"
    ),
}
AXES = {
    "day": Text("Days after the first event", "首次行为后第几天"),
    "week": Text("Weeks after the first event", "首次行为后第几周"),
    "month": Text("Months after the first event", "首次行为后第几个月"),
}
RATE = Text("Retention", "留存率")
EVERYBODY = Text("all cohorts", "全部同期群")
RUNNING = Text(" (still running)", "（尚未结束）")
LATEST = Text("The latest {shown} of {all} cohorts", "最近 {shown} 个同期群（共 {all} 个）")
CURVE_HOVER = Text(
    "%{customdata[2]}<br>%{customdata[3]} of %{customdata[4]} came back, %{customdata[5]}<br>"
    "95% interval %{customdata[6]}",
    "%{customdata[2]}<br>%{customdata[4]} 人中 %{customdata[3]} 人回来，%{customdata[5]}<br>"
    "95% 区间 %{customdata[6]}",
)
CELL_HOVER = Text("%{y}<br>" + CURVE_HOVER.en, "%{y}<br>" + CURVE_HOVER.zh)
SENTENCE = Text(
    "Of {people} people whose {unit} is over, {back} came back in {first}: {rate} (95% interval "
    "{interval}). In {last} it is {last_rate} of {last_people}.",
    "{unit}已结束的 {people} 人中，{back} 人在{first}回来，留存率 {rate}（95% 区间 {interval}）；"
    "{last}为 {last_rate}（{last_people} 人）。",
)
SPLIT = Text(
    "Most come back in {first} of {best}: {rate} of {people} (95% interval {interval}); fewest of "
    "{worst}: {worst_rate} of {worst_people}.",
    "{first}留存最高的是“{best}”：{people} 人中 {rate}（95% 区间 {interval}）；"
    "最低的是“{worst}”：{worst_people} 人中 {worst_rate}。",
)
EARLY = Text(
    "{people} people so far (cohorts: {cohorts}); for none of them is a whole period over.",
    "目前共 {people} 人（{cohorts} 个同期群），还没有一个走完的观察周期。",
)
Row = dict[str, Any]


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Curve and triangle. A point's customdata begins with [cohort_on, period_number]."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    known = rows.to_pylist()
    grid, note = _grid(known, language)
    curves = _curves(known)
    if not curves and not grid.x:  # split, and too early for any group
        return blank(sentence(rows, language=language, currency=currency))
    below = LINE * len(grid.y) + 40
    chart = make_subplots(
        2, 1, row_heights=[CURVE, below], vertical_spacing=50 / (CURVE + below + 50)
    )
    chart.update_layout(template=template(), margin_t=48)
    for place, (name, line) in enumerate(curves.items()):
        for trace in _band(line, name, PALETTE[place % len(PALETTE)], language):
            chart.add_trace(trace, row=1, col=1)
    chart.add_trace(grid, row=2, col=1)
    chart.update_yaxes(rangemode="tozero", tickformat=".0%", row=1, col=1)
    # each period of the curve stands above its column
    if grid.x:
        chart.update_xaxes(range=[int(grid.x[0]) - 0.5, int(grid.x[-1]) + 0.5], row=1, col=1)
    chart.update_xaxes(dtick=1 if len(grid.x) <= 31 else None, row=1, col=1)
    chart.update_xaxes(
        type="category", showgrid=False, title_text=_of(AXES, known, language), row=2, col=1
    )
    chart.update_yaxes(type="category", showgrid=False, title_text=note, row=2, col=1)
    bar = {"title": {"text": RATE.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(
        coloraxis_colorbar=bar, showlegend=len(curves) > 1, height=CURVE + below + 130
    )


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many came back in the first period after, and in the last; split, the best and worst."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    known = rows.to_pylist()
    overall = [row for row in known if row["cohort_on"] is None]
    later = [row for row in overall if row["period_number"] > 0] or overall
    if not later:
        sizes = {(r["by_value"], r["cohort_on"]): r["customer_count"] for r in known}
        return EARLY.in_language(language).format(
            people=count(sum(sizes.values())), cohorts=len({cohort for _, cohort in sizes})
        )
    number = min(row["period_number"] for row in later)
    first = [row for row in later if row["period_number"] == number]
    if len(first) > 1:
        return _compared(first, language)
    last = max(later, key=lambda row: row["period_number"])
    return SENTENCE.in_language(language).format(
        unit=_lowered(_unit(first[0], language)),
        first=_lowered(_period(first[0], language)),
        people=count(first[0]["customer_count"]),
        back=count(first[0]["returned_count"]),
        rate=rate(first[0]["retention_rate"]),
        interval=_interval(first[0]),
        last=_lowered(_period(last, language)),
        last_rate=rate(last["retention_rate"]),
        last_people=count(last["customer_count"]),
    )


def _compared(first: list[Row], language: str) -> str:
    best = max(first, key=lambda row: row["retention_rate"])
    worst = min(first, key=lambda row: row["retention_rate"])
    return SPLIT.in_language(language).format(
        first=_lowered(_period(best, language)),
        best=member(best["by_value"], language),
        rate=rate(best["retention_rate"]),
        people=count(best["customer_count"]),
        interval=_interval(best),
        worst=member(worst["by_value"], language),
        worst_rate=rate(worst["retention_rate"]),
        worst_people=count(worst["customer_count"]),
    )


def _curves(known: list[Row]) -> dict[str | None, list[Row]]:
    """The overall rows of each value of the split, in their order."""
    curves: dict[str | None, list[Row]] = {}
    for row in known:
        if row["cohort_on"] is None:
            curves.setdefault(row["by_value"], []).append(row)
    return curves


def _band(line: list[Row], name: str | None, colour: str, language: str) -> list[go.Scatter]:
    """The interval as a band, and the curve upon it."""
    numbers = [row["period_number"] for row in line]
    title = EVERYBODY.in_language(language) if name is None else member(name, language)
    around = go.Scatter(
        x=numbers + numbers[::-1],
        y=[r["retention_high"] for r in line] + [r["retention_low"] for r in reversed(line)],
        fill="toself", fillcolor=colour, opacity=0.18, line={"width": 0}, mode="lines",
        hoverinfo="skip", showlegend=False, legendgroup=title,
    )  # fmt: skip
    curve = go.Scatter(
        x=numbers,
        y=[row["retention_rate"] for row in line],
        mode="lines+markers",
        name=title,
        legendgroup=title,
        line={"color": colour, "width": 2.5},
        customdata=[_carried(row, language) for row in line],
        hovertemplate=f"{CURVE_HOVER.in_language(language)}<extra>{title}</extra>",
    )
    return [around, curve]


def _grid(known: list[Row], language: str) -> tuple[go.Heatmap, str]:
    """The latest cohorts, or where the answer is split the values, by period; and a note."""
    is_split = any(row["by_value"] is not None for row in known)
    side = "by_value" if is_split else "cohort_on"
    cells = {
        (row[side], row["period_number"]): row
        for row in known
        if (row["cohort_on"] is None) == is_split
    }
    places = list(dict.fromkeys(key for key, _ in cells))
    shown = places[::-1] if is_split else sorted(places, reverse=True)[:MOST_COHORTS]
    numbers = sorted({number for place, number in cells if place in set(shown)})
    grid = [[cells.get((place, number)) for number in numbers] for place in shown]
    chart = heatmap(
        [str(number) for number in numbers],
        [_name(next(filter(None, line)), is_split, language) for line in grid],
        [[cell["retention_rate"] if cell else None for cell in line] for line in grid],
        [[_shown(cell) for cell in line] for line in grid],
        [[_carried(cell, language) for cell in line] for line in grid],
        CELL_HOVER.in_language(language),
    )
    latest = LATEST.in_language(language).format(shown=len(shown), all=len(places))
    return chart.data[0], latest if len(shown) < len(places) else ""


def _shown(cell: Row | None) -> str:
    """The rate; of a period still running, one that may yet rise."""
    if cell is None:
        return ""
    return rate(cell["retention_rate"], 0) + ("" if cell["is_complete"] else "…")


def _name(row: Row, is_split: bool, language: str) -> str:
    """A cohort by its first day, or a value, with how many people it has."""
    on: date = row["cohort_on"]
    name = member(row["by_value"], language) if is_split else on.isoformat()
    if not is_split and row["period"] == "month":
        name = month(on)
    return f"{name} ({count(row['customer_count'])})"


def _of(texts: dict[str, Text], known: list[Row], language: str) -> str:
    return texts[known[0]["period"]].in_language(language)


def _unit(row: Row, language: str) -> str:
    """Week 3."""
    return UNITS[row["period"]].in_language(language).format(number=row["period_number"])


def _period(row: Row, language: str) -> str:
    """Week 3 or later: as the mode has it."""
    return MODES[row["mode"]].in_language(language).format(unit=_unit(row, language))


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _interval(row: Row) -> str:
    return f"{rate(row['retention_low'])} – {rate(row['retention_high'])}"


def _carried(row: Row | None, language: str) -> list[Any]:
    if row is None:
        return [None] * 7
    running = "" if row["is_complete"] else RUNNING.in_language(language)
    return [
        None if row["cohort_on"] is None else str(row["cohort_on"]),
        row["period_number"],
        _period(row, language) + running,
        count(row["returned_count"]),
        count(row["customer_count"]),
        rate(row["retention_rate"]),
        _interval(row),
    ]
