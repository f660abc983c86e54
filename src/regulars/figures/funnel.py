"""Funnel: a bar for each step, what was lost before it above; split, bars side by side."""

import itertools
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.lengths import length, step_name
from regulars.figures.theme import BLUE, GREY, PALETTE, blank, template
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

REACHED = Text("Got here", "到达")
LOST = Text("Lost before", "流失")
PEOPLE = Text("People", "人数")
RUNS = Text("Runs", "次数")
OF_FIRST = Text("Of the first step", "占第一步的比例")
NOT_KNOWN = Text("not known", "未知")
UNNAMED = (None, NOT_KNOWN.en, "other")  # not groups that could be compared
HOVER = Text(
    "%{x}<br>%{customdata[3]}, %{customdata[4]} of the first step"
    "<br>%{customdata[5]} of the step before<br>half within %{customdata[6]}",
    "%{x}<br>%{customdata[3]}，占第一步的 %{customdata[4]}"
    "<br>上一步转化率 %{customdata[5]}<br>耗时中位数 %{customdata[6]}",
)
LOST_HOVER = Text("%{customdata[3]} lost before %{x}", "在到达“%{x}”之前流失 %{customdata[3]}")
SENTENCE = Text(
    "Of {people} {first}, {rate} ({reached}) get to {last}{median}; the largest loss is between "
    "{before} and {after}, {loss} of those there.",
    "从“{first}”开始的共 {people}，其中 {rate}（{reached}）走到“{last}”{median}；"
    "流失最多的一步是从“{before}”到“{after}”，流失 {loss}。",
)
MEDIAN = Text(", half of them within {length}", "，耗时中位数 {length}")
COUNTED = Text("{count} people", "{count} 人")
COUNTED_RUNS = Text("{count} runs", "{count} 次")
BEGIN = Text("{people} who begin with", "{people}")
BEGIN_RUNS = Text("{people} that begin with", "{people}")
SINGLE = Text("{people} did {first}.", "做过“{first}”的共 {people}。")
SPLIT = Text(
    "From {first} to {last}: {best} gets farthest with {best_rate} of {best_count}, "
    "{worst} least far with {worst_rate} of {worst_count}.",
    "从“{first}”到“{last}”：转化率最高的是{best}，{best_count}中有 {best_rate}；"
    "最低的是{worst}，{worst_count}中有 {worst_rate}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars; a point's customdata begins with [by_value, step, outcome].

    The outcome is reached, or lost (after this step); of runs nobody can say which were lost.
    """
    blocks = _blocks(rows)
    if not any(block[0]["customer_count"] for block in blocks):
        return blank(NOTHING.in_language(language))
    what = (RUNS if _counts_runs(rows) else PEOPLE).in_language(language)
    chart = go.Figure(layout={"template": template(), "bargap": 0.25})
    if len(blocks) == 1:
        _whole(chart, blocks[0], "" if _counts_runs(rows) else "lost", language)
        chart.update_layout(barmode="stack", yaxis_title_text=what, legend_traceorder="normal")
        return chart
    for place, block in enumerate(blocks):
        chart.add_trace(_part(block, place, language))
    chart.update_yaxes(
        title_text=OF_FIRST.in_language(language), tickformat=".0%", rangemode="tozero"
    )
    return chart.update_layout(barmode="group")


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many get to the end, and where most are lost; split, who gets farthest."""
    blocks = [block for block in _blocks(rows) if block[0]["customer_count"]]
    if not blocks:
        return NOTHING.in_language(language)
    first, last = blocks[0][0], blocks[0][-1]
    said = {"first": _name(first, language), "last": _name(last, language)}
    counted = COUNTED_RUNS if _counts_runs(rows) else COUNTED
    text = counted.in_language(language)
    if len(blocks) > 1:
        return _compared(blocks, said, text, language)
    people = text.format(count=count(first["customer_count"]))
    if len(blocks[0]) == 1:
        return SINGLE.in_language(language).format(people=people, **said)
    begin = BEGIN_RUNS if counted is COUNTED_RUNS else BEGIN
    worst = min(blocks[0][1:], key=lambda row: _known(row["from_previous_rate"]))
    median = MEDIAN.in_language(language).format(length=length(last["median_seconds"], language))
    return SENTENCE.in_language(language).format(
        people=begin.in_language(language).format(people=people),
        rate=rate(last["conversion_rate"]),
        reached=count(last["customer_count"]),
        median=median if last["customer_count"] else "",
        before=_name(blocks[0][worst["step"] - 2], language),
        after=_name(worst, language),
        loss=rate(1 - _known(worst["from_previous_rate"])),
        **said,
    )


def _compared(
    blocks: list[list[dict[str, Any]]], said: dict[str, str], text: str, language: str
) -> str:
    named = [b for b in blocks if b[0]["by_value"] not in UNNAMED]
    ranked = sorted(
        named if len(named) > 1 else blocks, key=lambda block: _known(block[-1]["conversion_rate"])
    )
    worst, best = ranked[0], ranked[-1]
    return SPLIT.in_language(language).format(
        best=_value(best[0], language),
        best_rate=rate(best[-1]["conversion_rate"]),
        best_count=text.format(count=count(best[0]["customer_count"])),
        worst=_value(worst[0], language),
        worst_rate=rate(worst[-1]["conversion_rate"]),
        worst_count=text.format(count=count(worst[0]["customer_count"])),
        **said,
    )


def _blocks(rows: pa.Table) -> list[list[dict[str, Any]]]:
    """The steps of each value, in the order of the rows."""
    blocks: dict[Any, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        blocks.setdefault(row["by_value"], []).append(row)
    return [sorted(block, key=lambda row: row["step"]) for block in blocks.values()]


def _counts_runs(rows: pa.Table) -> bool:
    """The funnel says in its schema what it counted: the rows of runs look like those of people."""
    return (rows.schema.metadata or {}).get(b"counted") == b"runs"


def _whole(chart: go.Figure, block: list[dict[str, Any]], outcome: str, language: str) -> None:
    names = [_label(row, language) for row in block]
    chart.add_bar(
        x=names,
        y=[row["customer_count"] for row in block],
        name=REACHED.in_language(language),
        marker_color=BLUE,
        text=[f"{count(row['customer_count'])}<br>{rate(row['conversion_rate'])}" for row in block],
        textposition="auto",
        textangle=0,
        customdata=[_carried(row, language) for row in block],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
    )
    steps = list(itertools.pairwise(block))
    lost = [before["customer_count"] - row["customer_count"] for before, row in steps]
    chart.add_bar(
        x=names[1:],
        y=lost,
        name=LOST.in_language(language),
        marker={"color": GREY, "opacity": 0.35, "pattern": {"shape": "/"}},
        customdata=[
            [before["by_value"] or "", before["step"], outcome, count(number)]
            for (before, _), number in zip(steps, lost, strict=True)
        ],
        hovertemplate=f"{LOST_HOVER.in_language(language)}<extra></extra>",
    )
    chart.add_scatter(
        x=names[1:],
        y=[before["customer_count"] for before, _ in steps],
        mode="text",
        text=[
            rate(row["from_previous_rate"] - 1) if before["customer_count"] else ""
            for before, row in steps
        ],
        textposition="top center",
        showlegend=False,
        hoverinfo="skip",
    )


def _part(block: list[dict[str, Any]], place: int, language: str) -> go.Bar:
    return go.Bar(
        x=[_label(row, language) for row in block],
        y=[row["conversion_rate"] for row in block],
        name=f"{_value(block[0], language)} ({count(block[0]['customer_count'])})",
        # more values than colours differ in pattern too
        marker={
            "color": PALETTE[place % len(PALETTE)],
            "pattern": {"shape": ("", "/", "x")[place // len(PALETTE) % 3]},
        },
        customdata=[_carried(row, language) for row in block],
        hovertemplate=f"{HOVER.in_language(language)}",
    )


def _carried(row: dict[str, Any], language: str) -> list[Any]:
    return [
        row["by_value"] or "",
        row["step"],
        "reached",
        count(row["customer_count"]),
        rate(row["conversion_rate"]),
        rate(row["from_previous_rate"]),
        length(row["median_seconds"], language),
    ]


def _label(row: dict[str, Any], language: str) -> str:
    return f"{row['step']}. {_name(row, language)}"


def _name(row: dict[str, Any], language: str) -> str:
    return step_name(row["event_name"], language)


def _value(row: dict[str, Any], language: str) -> str:
    value = row["by_value"]
    if value in (None, NOT_KNOWN.en):
        return NOT_KNOWN.in_language(language)
    return member(value, language)


def _known(number: float | None) -> float:
    return 0.0 if number is None else number
