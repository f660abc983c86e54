"""Zone flow: from which zone (down) to which (across), as a heat map of shares."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import blank
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

ENTRY, EXIT = "(entry)", "(exit)"
WORDS = {ENTRY: Text("entry", "进店"), EXIT: Text("exit", "离店")}
SHOWN = 20
SHARE = Text("Share of what leaves", "占流出比例")
FROM, TO = Text("From", "来自"), Text("To", "去往")
HOVER = Text(
    "%{y} → %{x}<br>%{customdata[3]} times, %{customdata[4]} of what leaves there, "
    "%{customdata[5]} of what comes here",
    "%{y} → %{x}<br>%{customdata[3]} 次，占流出的 %{customdata[4]}，占流入的 %{customdata[5]}",
)
SENTENCE = Text(
    "Of {visits} visits, most go from the entry to “{first}” ({first_share}); people leave the "
    "store most often from “{last}” ({last_share}).",
    "到店 {visits} 次中，进店后最先去“{first}”的最多（{first_share}）；"
    "离店前最后停留在“{last}”的最多（{last_share}）。",
)
STRAIGHT = Text("no zone at all", "未经过任何区域")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The steps. A point's customdata begins with [store_id, from_zone, to_zone]."""
    del currency
    steps = _steps(rows)
    if not steps:
        return blank(NOTHING.in_language(language))
    zones = _zones(steps)[:SHOWN]
    cells = {(step["from_zone"], step["to_zone"]): step for step in steps}
    sources, targets = [*reversed(zones), ENTRY], [*zones, EXIT]
    grid = [[cells.get((source, target)) for target in targets] for source in sources]
    chart = heatmap(
        [_name(zone, language) for zone in targets],
        [_name(zone, language) for zone in sources],
        [[step["from_share"] if step else None for step in line] for line in grid],
        [[rate(step["from_share"], 0) if step else "" for step in line] for line in grid],
        [[_carried(step) for step in line] for line in grid],
        HOVER.in_language(language),
    )
    chart.update_xaxes(title_text=TO.in_language(language), side="top")
    chart.update_yaxes(title_text=FROM.in_language(language))
    bar = {"title": {"text": SHARE.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar, margin_t=72)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """Where most visits begin and where they end."""
    del currency
    steps = _steps(rows)
    entries = [step for step in steps if step["from_zone"] == ENTRY]
    exits = [step for step in steps if step["to_zone"] == EXIT]
    if not entries or not exits:
        return NOTHING.in_language(language)
    first = max(entries, key=lambda step: step["flow_count"])
    last = max(exits, key=lambda step: step["flow_count"])
    return SENTENCE.in_language(language).format(
        visits=count(sum(step["flow_count"] for step in entries)),
        first=_place(first["to_zone"], language),
        first_share=rate(first["from_share"]),
        last=_place(last["from_zone"], language),
        last_share=rate(last["to_share"]),
    )


def _steps(rows: pa.Table) -> list[dict[str, Any]]:
    """The steps of all stores together; of the one store where there is no such row."""
    found = rows.to_pylist()
    return [row for row in found if row["store_id"] is None] or found


def _zones(steps: list[dict[str, Any]]) -> list[str]:
    """Zones by how often they were come to."""
    came: dict[str, int] = {}
    for step in steps:
        for zone, times in ((step["to_zone"], step["flow_count"]), (step["from_zone"], 0)):
            if zone not in WORDS:
                came[zone] = came.get(zone, 0) + times
    return sorted(came, key=lambda zone: (-came[zone], zone))


def _name(zone: str, language: str) -> str:
    return WORDS[zone].in_language(language) if zone in WORDS else member(zone, language)


def _place(zone: str, language: str) -> str:
    return (STRAIGHT.in_language(language)) if zone in WORDS else member(zone, language)


def _carried(step: dict[str, Any] | None) -> list[object]:
    if step is None:
        return [None] * 6
    return [
        step["store_id"],
        step["from_zone"],
        step["to_zone"],
        count(step["flow_count"]),
        rate(step["from_share"]),
        rate(step["to_share"]),
    ]
