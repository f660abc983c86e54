"""Paths: a Sankey of the ways, step by step; all steps together as a matrix of transitions.

A node's and a link's customdata begins with [step, node], so that a click can start there.
"""

from collections import defaultdict
from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import GREY, PALETTE, blank, template
from regulars.figures.wording import NOTHING, UNKNOWN, count, event, points, rate
from regulars.tables.text import Text

Place = tuple[int, str]  # (step, node)
START, END, OTHER = OURS = ("(start)", "(end)", "(other)")
WORDS = {
    START: Text("Start", "开始"),
    END: Text("Left", "离开"),
    OTHER: Text("Others", "其他"),
}
LONGEST_LABEL = 26
GAP = 16  # pixels between two nodes
WIDTH = 0.82  # of the figure, from the first step to the last: its labels stand behind it
ROW = 30  # pixels for each node of the fullest step
AROUND = 52  # pixels of margin above and below
SHOWN = 30  # nodes of the matrix
NODE_HOVER = Text(
    "%{customdata[2]}<br>%{customdata[3]} visits, %{customdata[4]} of all",
    "%{customdata[2]}<br>%{customdata[3]} 次会话，占全部 %{customdata[4]}",
)
LINK_HOVER = Text(
    "%{customdata[2]}<br>%{customdata[3]} visits, %{customdata[4]} of all, "
    "%{customdata[5]} of those who were there%{customdata[6]}",
    "%{customdata[2]}<br>%{customdata[3]} 次会话，占全部 %{customdata[4]}，"
    "占当时在此的 %{customdata[5]}%{customdata[6]}",
)
AGAINST = Text("<br>{difference} against the other segment", "<br>与对比人群相差 {difference}")
FROM, TO = Text("from", "来自"), Text("to", "去往")
MATRIX_HOVER = Text(
    "%{y} → %{x}<br>%{customdata[2]} times, %{text} of what leaves %{y}",
    "%{y} → %{x}<br>%{customdata[2]} 次，占离开 %{y} 的 %{text}",
)
FORWARD = Text(
    "Of {visits} visits that pass {from_node}, most go on to {to_node} ({share}); {ended} "
    "({rate}) have ended by step {depth}.",
    "经过{from_node}的 {visits} 次会话中，下一步去往{to_node}的最多（{share}）；{depth} 步之内"
    "有 {ended} 次（{rate}）已经结束。",
)
BEGUN = Text(
    "Of {visits} visits, most begin with {to_node} ({share}); {ended} ({rate}) have ended by "
    "step {depth}.",
    "{visits} 次会话中，以{to_node}开始的最多（{share}）；{depth} 步之内有 {ended} 次（{rate}）"
    "已经结束。",
)
BACK = Text(
    "{visits} visits come to {to_node}; the step before is most often {from_node} ({share}).",
    "{visits} 次会话到达{to_node}，前一步最多的是{from_node}（{share}）。",
)
BETWEEN = Text(
    "Of {visits} visits that pass {from_node}, {reached} ({rate}) reach the goal; the next "
    "step of the others is most often {lost} ({lost_share} of all).",
    "经过{from_node}的 {visits} 次会话中，{reached} 次（{rate}）到达目标；其余会话最多的下一步是"
    "{lost}（占全部 {lost_share}）。",
)
ALL = Text(
    "{moves} moves from node to node; the most frequent leads from {from_node} to {to_node} "
    "({share} of what leaves there).",
    "节点间共 {moves} 次移动，最多的是从{from_node}到{to_node}（占离开该处的 {share}）。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """The ways as flows, drop-off in grey; as a matrix where all steps are together."""
    del currency
    edges = rows.to_pylist()
    if not edges:
        return blank(NOTHING.in_language(language))
    if edges[0]["step"] is None:
        return _matrix(edges, language)
    return _sankey(edges, language)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The most frequent way, and how many leave or arrive."""
    del currency
    edges = rows.to_pylist()
    if not edges:
        return NOTHING.in_language(language)
    if edges[0]["step"] is None:
        moves = [e for e in edges if e["from_node"] != START and e["to_node"] != END] or edges
        first = max(moves, key=lambda e: e["visit_count"])
        words = {"moves": count(sum(e["visit_count"] for e in moves)), "share": first["from_share"]}
        return _said(ALL, first, words, language)
    is_back = edges[0]["step"] < 0
    at = max(e["step"] for e in edges) if is_back else 0
    here = [e for e in edges if e["step"] == at]
    visits = sum(e["visit_count"] for e in here)
    first = max(here, key=lambda e: e["visit_count"])
    words = {"visits": count(visits), "share": first["share"]}
    if is_back:
        return _said(BACK, first, words, language)
    if first["is_reached"] is not None:
        return _between(here, visits, language)
    ended = sum(e["visit_count"] for e in edges if e["to_node"] == END)
    words |= {"ended": count(ended), "rate": ended / visits if visits else None}
    depth = 1 + max(e["step"] for e in edges)
    text = BEGUN if first["from_node"] == START else FORWARD
    return _said(text, first, words | {"depth": depth}, language)


def _between(here: list[dict[str, Any]], visits: int, language: str) -> str:
    lost = max(
        (e for e in here if not e["is_reached"]), key=lambda e: e["visit_count"], default=None
    )
    reached = sum(e["visit_count"] for e in here if e["is_reached"])
    words = {
        "visits": count(visits),
        "reached": count(reached),
        "rate": reached / visits if visits else None,
        "lost": f"“{_word(lost['to_node'], language)}”" if lost else UNKNOWN,
        "lost_share": rate(lost["share"] if lost else None),
    }
    return _said(BETWEEN, here[0], words, language)


def _said(text: Text, edge: dict[str, Any], words: dict[str, Any], language: str) -> str:
    shares = {k: rate(v) for k, v in words.items() if isinstance(v, float | None)}
    ends = {end: _quoted(edge[end], language) for end in ("from_node", "to_node")}
    return text.in_language(language).format(**(words | shares | ends))


def _sankey(edges: list[dict[str, Any]], language: str) -> go.Figure:
    sizes = _sizes(edges)
    places = sorted(sizes, key=lambda p: (p[0], p[1] in OURS, p[1] == END, -sizes[p], p[1]))
    colours = _colours(sizes)
    height, middles = _heights(places, sizes)
    chart = go.Figure(layout={"template": template(), "height": height})
    node = _nodes(places, sizes, language)
    labels = [_label(point[1], point[4], language) for point in node["customdata"]]
    own = [
        label if step < places[-1][0] else ""
        for label, (step, _) in zip(labels, places, strict=True)
    ]
    chart.add_sankey(
        arrangement="fixed",
        customdata=node["customdata"],
        textfont_size=12,
        node={
            **node,
            "label": own,
            "y": middles,
            "color": [colours.get(name, GREY) for _, name in places],
        },
        link={
            "source": [places.index((e["step"], e["from_node"])) for e in edges],
            "target": [places.index((e["step"] + 1, e["to_node"])) for e in edges],
            "value": [e["visit_count"] for e in edges],
            "color": [_faint(_link_colour(e, colours)) for e in edges],
            "customdata": [_carried(e, language) for e in edges],
            "hovertemplate": f"{LINK_HOVER.in_language(language)}<extra></extra>",
        },
    )
    # Plotly would write the last step's labels over the one before
    for at, (step, _) in enumerate(places):
        if step == places[-1][0]:
            chart.add_annotation(
                text=labels[at], x=node["x"][at], y=1 - middles[at], xref="paper", yref="paper",
                xanchor="left",
                yanchor="middle", xshift=8, showarrow=False, font_size=12,
            )  # fmt: skip
    return chart


def _sizes(edges: list[dict[str, Any]]) -> dict[Place, int]:
    """The visits at each (step, node): what flows in, or where nothing does, out."""
    into: dict[Place, int] = defaultdict(int)
    out: dict[Place, int] = defaultdict(int)
    for edge in edges:
        out[edge["step"], edge["from_node"]] += edge["visit_count"]
        into[edge["step"] + 1, edge["to_node"]] += edge["visit_count"]
    return {place: max(into.get(place, 0), out.get(place, 0)) for place in {*into, *out}}


def _nodes(places: list[Place], sizes: dict[Place, int], language: str) -> dict[str, Any]:
    first, last = places[0][0], places[-1][0]
    # all visits are there at the step that is counted from
    at = last if first < 0 else first
    visits = sum(size for (step, _), size in sizes.items() if step == at)
    carried: list[list[Any]] = []
    for step, name in places:
        size = sizes[step, name]
        share = rate(size / visits if visits else None)
        carried.append([step, name, _word(name, language), count(size), share])
    return {
        "x": [0.001 + WIDTH * (step - first) / max(last - first, 1) for step, _ in places],
        "customdata": carried,
        "hovertemplate": f"{NODE_HOVER.in_language(language)}<extra></extra>",
        # columns are steps, also where a way ends early (or begins late)
        "align": "right" if first < 0 else "left",
        "pad": GAP,
        "thickness": 12,
        "line": {"width": 0},
    }


def _colours(sizes: dict[Place, int]) -> dict[str, str]:
    """A colour for each node, the same at every step; the most visited first."""
    whole: dict[str, int] = defaultdict(int)
    for (_, name), size in sizes.items():
        if name not in OURS:
            whole[name] += size
    ranked = sorted(whole, key=lambda name: (-whole[name], name))
    return {name: PALETTE[at % (len(PALETTE) - 1)] for at, name in enumerate(ranked)}


def _heights(places: list[Place], sizes: dict[Place, int]) -> tuple[int, list[float]]:
    """The figure's height, and where the middle of each node lies from 0 (top) to 1."""
    columns: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        columns[place[0]].append(place)
    fullest = max(map(len, columns.values()))
    height = max(420, ROW * fullest + AROUND)
    gap = GAP / (height - AROUND)
    scale = min(
        (1 - gap * (len(column) - 1)) / max(sum(sizes[place] for place in column), 1)
        for column in columns.values()
    )
    middles = []
    for column in columns.values():
        at = 0.0
        for place in column:
            middles.append(min(max(at + scale * sizes[place] / 2, 0.001), 0.999))
            at += scale * sizes[place] + gap
    return height, middles


def _link_colour(edge: dict[str, Any], colours: dict[str, str]) -> str:
    """A way's colour is that of where it comes from; what leaves, or never arrives, is grey."""
    if edge["to_node"] == END or edge["is_reached"] is False:
        return GREY
    from_start = edge["from_node"] == START
    return colours.get(edge["to_node"] if from_start else edge["from_node"], GREY)


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.32)"


def _carried(edge: dict[str, Any], language: str) -> list[Any]:
    ends = [_word(edge[end], language) for end in ("from_node", "to_node")]
    difference = edge["share_difference"]
    against = AGAINST.in_language(language).format(difference=points(difference, language))
    return [
        edge["step"],
        edge["from_node"],
        " → ".join(ends),
        count(edge["visit_count"]),
        rate(edge["share"]),
        rate(edge["from_share"]),
        "" if difference is None else against,
    ]


def _matrix(edges: list[dict[str, Any]], language: str) -> go.Figure:
    """From (rows) and to (columns) the most frequent nodes; the colour is the share of a row."""
    passed: dict[str, int] = defaultdict(int)
    cells: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for edge in edges:
        passed[edge["from_node"]] += edge["visit_count"]
        passed[edge["to_node"]] += edge["visit_count"]
        cells[edge["from_node"], edge["to_node"]][0] += edge["visit_count"]
        cells[edge["from_node"], ""][0] += edge["visit_count"]
    ranked = sorted(passed, key=lambda n: (n in OURS, -passed[n], n))
    own = [name for name in ranked if name not in OURS][:SHOWN]
    froms = [name for name in (START, *own, OTHER) if (name, "") in cells]
    tos = [name for name in (*own, OTHER, END) if name in passed]
    grid = [[cells.get((left, come), [0])[0] for come in tos] for left in froms]
    shares = [
        [n / cells[left, ""][0] if n else None for n in row]
        for left, row in zip(froms, grid, strict=True)
    ]
    chart = heatmap(
        [_label(name, "", language) for name in tos],
        [_label(name, "", language) for name in froms],
        shares,
        [[rate(share, 0) if share else "" for share in row] for row in shares],
        [[[None, left, count(n)] for n in row] for left, row in zip(froms, grid, strict=True)],
        MATRIX_HOVER.in_language(language),
    )
    chart.update_xaxes(title_text=TO.in_language(language), side="top")
    chart.update_yaxes(title_text=FROM.in_language(language), autorange="reversed")
    return chart.update_layout(coloraxis_showscale=False, margin_t=64)


def _word(name: str, language: str) -> str:
    return WORDS[name].in_language(language) if name in WORDS else event(name, language)


def _quoted(name: str, language: str) -> str:
    if name in WORDS:
        return _word(name, language) if language.startswith("zh") else _word(name, language).lower()
    return f"“{event(name, language)}”"


def _label(name: str, share: str, language: str) -> str:
    word = _word(name, language)
    short = word if len(word) <= LONGEST_LABEL else word[: LONGEST_LABEL - 1] + "…"
    return f"{short} {share}".strip()
