"""Path steps: where the visits are at each step, as a matrix of nodes by steps.

Reads    timeline
Returns  one row per (step, node): visit_count int | share 0-1
         the shares of a step add up to 1, with '(end)' for visits that are over, '(start)' for
         those not yet begun (back from --to), and '(other)' for all but the `top` nodes
Figure   figures/path_steps.py
Source   docs/paths.md says every definition; the matrix is retentioneering's step matrix
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
    from regulars.stats.ways import Walks, Ways

RETURNS = Table(
    name="path_steps",
    grain="(step, node)",
    key=("step", "node"),
    columns=(
        Column(
            "step",
            "integer",
            "steps from the start or from --from; below 0: back from --to",
            "步骤",
        ),
        Column("node", "text", "where the visits are; '(end)': over", "节点"),
        Column("visit_count", "integer", "visits that are there at that step", "会话数"),
        Column("share", "number", "of all visits looked at", "会话占比", nullable=True),
        Column("against_count", "integer", "visits of --against", "对比会话数", nullable=True),
        Column("against_share", "number", "their share", "对比会话占比", nullable=True),
        Column("share_difference", "number", "share less against_share", "占比差", nullable=True),
    ),
)


def path_steps(
    timeline: Timeline,
    *,
    as_of: date,
    node: str = EVENT_NAME,
    from_: str | None = None,
    to: str | None = None,
    depth: int = 10,
    top: int = 15,
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
    """The step matrix; options as of paths. With ``from_``, who has come to ``to`` stays there."""
    from regulars.stats import path_counts
    from regulars.stats.ways import ways

    check_whole("depth", depth, 1, 100)
    check_whole("top", top, 1, 5000)
    nodes = nodes_of(timeline, node, from_=from_, to=to, leave_out=leave_out)
    asked = ways(
        nodes, as_of=as_of, scene=scene, visits=visits, idle=idle, since=since, until=until,
        people=people, segment=segment, against=against, collapse=collapse,
    )  # fmt: skip

    def add(made: "Walks", counts: Array) -> None:
        path_counts.count_places(*made[:3], *asked.ends, depth, counts)

    counts = asked.summed((asked.side_count, depth + 1, len(nodes.labels) + 2), add)
    return _table(asked, counts, top)


def _table(asked: "Ways", counts: Array, top: int) -> pa.Table:
    """A row for every node that anybody is at, step by step, the most visited nodes first."""
    from regulars.stats.ways import as_declared, share_columns

    depth = counts.shape[1] - 1
    # the step at which all stand by definition says nothing
    shown = counts[:, :-1] if asked.is_back else counts[:, 1:]
    folded, names = _folded(shown, asked.nodes.labels, top)
    step, place = folded.sum(axis=0).nonzero()
    columns = {
        "step": pa.array(step + (-depth if asked.is_back else 1)),
        "node": pa.array(names, pa.string()).take(pa.array(place)),
        **share_columns(folded[:, step, place], counts[:, 0].sum(axis=-1)),
    }
    return as_declared(columns, RETURNS.arrow_schema())


def _folded(counts: Array, labels: tuple[str, ...], top: int) -> tuple[Array, list[str]]:
    """counts[side, step, node] of the ``top`` most visited nodes, the rest, and the ends."""
    inner = counts[..., :-2]
    passed = inner.sum(axis=(0, 1))
    ranked = np.argsort(-passed, kind="stable")
    kept, rest = ranked[:top], ranked[top:]
    parts = [inner[..., kept], inner[..., rest].sum(axis=-1, keepdims=True), counts[..., -2:]]
    return np.concatenate(parts, axis=-1), [*(labels[node] for node in kept), OTHER, START, END]


ANALYSIS = Analysis(
    title=Text("Path steps", "路径步骤"),
    question=Text(
        "Where in the shop are the visits after each step, and how many are over?",
        "每一步之后，会话停留在哪里，又有多少已经结束？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=path_steps,
    is_kept=False,
)
