"""Paths: which ways people take through their visits, step by step, and where they leave off.

Reads    timeline
Returns  one row per (step, from node, to node): visit_count int | share 0-1
         exact counts, then the `top` most visited (step, node) keep their name and the others
         of a step are '(other)'; with '(start)' and '(end)' what flows into a node at a step
         flows out of it
Figure   figures/paths.py
Source   docs/paths.md says every definition, with a worked example
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline
from regulars.tables.timeline.nodes import END, EVENT_NAME, OTHER, START, nodes_of
from regulars.tables.timeline.online import Scene
from regulars.tables.timeline.segments import People
from regulars.tables.timeline.structure import Array

if TYPE_CHECKING:
    from regulars.stats.folding import Folding
    from regulars.stats.ways import Walks, Ways

RETURNS = Table(
    name="paths",
    grain="(step, from node, to node)",
    key=("step", "is_reached", "from_node", "to_node"),
    columns=(
        Column(
            "step",
            "integer",
            "steps from --from (else the start) to from_node; below 0: back from --to; "
            "null: all steps together (--depth 0)",
            "步骤",
            nullable=True,
        ),
        Column("from_node", "text", "node that is left", "来源节点"),
        Column("to_node", "text", "node that comes next", "去向节点"),
        Column(
            "is_reached",
            "flag",
            "with --from and --to: whether the visit reaches --to",
            "是否到达终点",
            nullable=True,
        ),
        Column("visit_count", "integer", "visits that go so at that step", "会话数"),
        Column("share", "number", "of all visits looked at", "会话占比", nullable=True),
        Column(
            "from_share", "number", "of those that leave from_node there", "转移率", nullable=True
        ),
        Column("against_count", "integer", "visits of --against", "对比会话数", nullable=True),
        Column("against_share", "number", "their share", "对比会话占比", nullable=True),
        Column("share_difference", "number", "share less against_share", "占比差", nullable=True),
    ),
)


def paths(
    timeline: Timeline,
    *,
    as_of: date,
    node: str = EVENT_NAME,
    from_: str | None = None,
    to: str | None = None,
    depth: int = 5,
    top: int = 30,
    scene: Scene | None = None,
    visits: Literal["idle", "session_id"] = "idle",
    idle: str = "30m",
    collapse: bool = True,
    leave_out: Annotated[tuple[str, ...], Repeated("leave-out")] = (),
    since: date | None = None,
    until: date | None = None,
    people: People = "all",
    segment: str | None = None,
    against: str | None = None,
) -> pa.Table:
    """The edges of the ways. docs/paths.md defines every option; ``depth`` 0: all steps."""
    from regulars.stats.ways import ways

    check_whole("depth", depth, 0, 100)
    check_whole("top", top, 1, 5000)
    nodes = nodes_of(timeline, node, from_=from_, to=to, leave_out=leave_out)
    asked = ways(
        nodes, as_of=as_of, scene=scene, visits=visits, idle=idle, since=since, until=until,
        people=people, segment=segment, against=against, collapse=collapse,
    )  # fmt: skip
    fold = _fold(asked, depth, top)
    return _table(asked, fold, _counted(asked, fold, depth), depth)


def _fold(asked: "Ways", depth: int, top: int) -> "Folding":
    """Which nodes keep their name at which step: first of all how often each is passed."""
    from regulars.stats import path_counts
    from regulars.stats.folding import folding, unfolded

    nodes, step_count = asked.nodes, depth + 1 if depth else 1
    count = len(nodes.labels)
    if count * max(depth, 1) <= top:
        return unfolded(step_count, count)

    def add(made: "Walks", counts: Array) -> None:
        if depth:
            path_counts.count_places(*made[:3], *asked.ends, depth, counts)
        else:
            path_counts.count_nodes(*made[:3], *asked.ends, counts)

    passed = asked.summed((asked.side_count, step_count, count + 2), add).sum(axis=0)
    always = {end for end in (nodes.from_, nodes.to) if end is not None}
    return folding(passed[:, :count], top, always)


def _counted(asked: "Ways", fold: "Folding", depth: int) -> Array:
    """int64 [side, reaches --to, step, place left, place come to]."""
    from regulars.stats import path_counts

    nodes = asked.nodes
    kinds = 2 if nodes.from_ is not None and nodes.to is not None else 1
    size = fold.place_count
    shape = (asked.side_count, kinds, max(depth, 1), size, size)

    def add(made: "Walks", counts: Array) -> None:
        count = path_counts.count_steps if depth else path_counts.count_all
        count(*made[:3], *asked.ends, fold.places, counts)

    return asked.summed(shape, add)


def _table(asked: "Ways", fold: "Folding", counts: Array, depth: int) -> pa.Table:
    """A row for every edge that anybody goes, step by step, the most frequent first."""
    from regulars.stats.ways import as_declared, share_columns

    found = counts.sum(axis=0)
    reaches, step, left, come = at = found.nonzero()
    numbers = fold.numbers()
    froms, tos = numbers[step, left], numbers[step + 1 if depth else step, come]
    order = np.lexsort((tos, froms, -found[at], -reaches, step))
    reaches, step, left, come = at = tuple(place[order] for place in at)
    labels = pa.array([*asked.nodes.labels, START, END, OTHER])
    here = counts[:, *at]
    # every visit goes one edge at its first step, or, seen from the end, at its last
    visits = counts[:, :, -1 if asked.is_back else 0].sum(axis=(1, 2, 3))
    leaving = counts.sum(axis=(1, 4))[:, step, left]
    columns = {
        "from_node": labels.take(pa.array(froms[order])),
        "to_node": labels.take(pa.array(tos[order])),
        "from_share": share_columns(here[:1], leaving[:1])["share"],
        **share_columns(here, visits),
    }
    if depth:
        columns["step"] = pa.array(step - depth if asked.is_back else step)
    if counts.shape[1] == 2:
        columns["is_reached"] = pa.array(reaches.astype(bool))
    return as_declared(columns, RETURNS.arrow_schema())


ANALYSIS = Analysis(
    title=Text("Paths", "访问路径"),
    question=Text(
        "Which ways do people take through the shop, and where do they leave?",
        "顾客在店里怎么走，又在哪一步离开？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=paths,
    is_kept=False,
)
