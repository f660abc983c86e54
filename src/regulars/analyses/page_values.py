"""Page values: which pages (or events) lose the visit, and which lead to a purchase.

Reads    timeline
Returns  one row per node, and '(start)' for all visits
         exit_share 0-1 | conversion_probability 0-1 and expected_amount money from there on,
         by an absorbing Markov chain that is solved, not simulated; beside them what was
         observed. At '(start)' both agree exactly.
Figure   figures/page_values.py
Source   docs/paths.md says every definition; stats/absorbing_chain.py: Grinstead & Snell,
         Introduction to Probability, ch. 11
"""

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis, Repeated
from regulars.tables.parameters import check_whole
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import NO_AMOUNT, Bucket, Timeline
from regulars.tables.timeline.nodes import EVENT_NAME, START, nodes_of
from regulars.tables.timeline.online import Scene
from regulars.tables.timeline.segments import People
from regulars.tables.timeline.structure import AMOUNT_SCALE, Array
from regulars.tables.timeline.usual import purchase_event, quoted

if TYPE_CHECKING:
    from regulars.stats.ways import Walks, Ways

VALUE = "value_amount"
CENT = Decimal("0.0001")

RETURNS = Table(
    name="page_values",
    grain="node",
    key=("node",),
    columns=(
        Column("node", "text", "page, event or other node; '(start)': every visit", "节点"),
        Column("visit_count", "integer", "visits that pass it before a conversion", "会话数"),
        Column("visit_share", "number", "of all visits", "会话占比"),
        Column("entrance_count", "integer", "visits that begin with it", "进入次数"),
        Column("exit_count", "integer", "visits that end with it unconverted", "离开次数"),
        Column("exit_share", "number", "exit_count / visit_count", "离开率"),
        Column("conversion_count", "integer", "visits that pass it and convert", "转化次数"),
        Column("observed_rate", "number", "conversion_count / visit_count", "实际转化率"),
        Column(
            "conversion_probability",
            "number",
            "that a visit now at this node converts, by the chain",
            "转化概率",
        ),
        Column(
            "expected_amount", "money", "conversion value to expect at this node", "期望转化金额"
        ),
        Column(
            "observed_amount",
            "money",
            "mean conversion value of the visits that pass it",
            "实际金额",
        ),
    ),
)


def page_values(
    timeline: Timeline,
    *,
    as_of: date,
    node: str | None = None,
    conversion: str | None = None,
    top: int | None = None,
    scene: Scene | None = None,
    visits: Literal["idle", "session_id"] = "idle",
    idle: str = "30m",
    leave_out: Annotated[tuple[str, ...], Repeated("leave-out")] = (),
    since: date | None = None,
    until: date | None = None,
    people: People = "all",
    segment: str | None = None,
) -> pa.Table:
    """What each node is worth. ``node`` None: pages, where there are any, else events.

    ``conversion``: events (None: the shop's purchase) with which a visit ends; ``top``: only
    the most visited nodes are told (None: all).
    """
    from regulars.stats.ways import ways

    if top is not None:
        check_whole("top", top, 1)
    goal = conversion or purchase_event(timeline)
    to = quoted(goal) if goal and not conversion else goal
    asked = ways(
        nodes_of(timeline, node or _usual_node(timeline), to=to, leave_out=leave_out),
        as_of=as_of, scene=scene, visits=visits, idle=idle, since=since, until=until,
        people=people, segment=segment,
    )  # fmt: skip
    counts, followed = _counted(asked)
    worth = _worth(counts, followed)
    return pa.Table.from_pylist(
        list(_rows(asked, counts, worth, top)), schema=RETURNS.arrow_schema()
    )


def _usual_node(timeline: Timeline) -> str:
    known = timeline.properties.get("page")
    return "page" if known and known.kind == "text" and known.row_count else EVENT_NAME


def _counted(asked: "Ways") -> tuple[Array, Any]:
    """counts[kind, node] (page_counts), and how often each node follows each, sparse."""
    import scipy.sparse as sp

    from regulars.stats.page_counts import count_pages, edges

    size, goal = len(asked.nodes.labels), asked.ends[1]
    followed = sp.csr_array((size, size), dtype=np.int64)
    adding = threading.Lock()

    def add(made: "Walks", counts: Array) -> None:
        nonlocal followed
        count_pages(made.offsets, made.nodes, made.amounts, goal, counts)
        keys, gone = edges(made.offsets, made.nodes, goal, size)
        part = sp.coo_array((gone, np.divmod(keys, max(size, 1))), shape=(size, size)).tocsr()
        with adding:
            followed = followed + part

    def values(bucket: Bucket) -> Array:
        return _values(asked.timeline, bucket)

    counts = asked.summed((7, size + 1), add, stop=goal, values=values)
    return counts, followed


def _values(timeline: Timeline, bucket: Bucket) -> Array:
    known = timeline.properties.get(VALUE)
    if known is None or known.kind != "amount":
        return np.zeros(bucket.row_count, dtype=np.int64)
    amounts = timeline.column(bucket, VALUE)
    return np.where(amounts == NO_AMOUNT, 0, amounts)


def _worth(counts: Array, followed: Any) -> Array:
    """[node, 2]: probability of a conversion, and amount to expect, at each node and the start."""
    from regulars.stats import page_counts as kinds
    from regulars.stats.absorbing_chain import expected_worth

    inner = counts[:, :-1]
    left = followed.sum(axis=1) + inner[kinds.LED] + inner[kinds.EXITS]
    often = np.maximum(left, 1).astype(np.float64)
    ended = inner[[kinds.LED, kinds.LED_AMOUNT]].T / often[:, None]
    solved = expected_worth(followed.multiply(1 / often[:, None]), ended)
    visits = max(int(counts[kinds.VISITS, -1]), 1)
    return np.vstack([solved, inner[kinds.ENTRANCES] @ solved / visits])


def _rows(asked: "Ways", counts: Array, worth: Array, top: int | None) -> Iterator[dict[str, Any]]:
    """The start, then the nodes, the most visited first."""
    from regulars.stats import page_counts as kinds

    visits = counts[kinds.VISITS]
    all_visits = int(visits[-1])
    ranked = np.argsort(-visits[:-1], kind="stable")[:top].tolist()
    for place in [len(visits) - 1, *ranked]:
        count = int(visits[place])
        if not count:
            continue
        of = counts[:, place].tolist()
        yield {
            "node": START if place == len(visits) - 1 else asked.nodes.labels[place],
            "visit_count": count,
            "visit_share": count / all_visits,
            "entrance_count": all_visits if place == len(visits) - 1 else of[kinds.ENTRANCES],
            "exit_count": of[kinds.EXITS],
            "exit_share": of[kinds.EXITS] / count,
            "conversion_count": of[kinds.CONVERTED],
            "observed_rate": of[kinds.CONVERTED] / count,
            "conversion_probability": float(np.clip(worth[place, 0], 0, 1)),
            "expected_amount": _money(worth[place, 1]),
            "observed_amount": _money(of[kinds.CONVERTED_AMOUNT] / count),
        }


def _money(ten_thousandths: float) -> Decimal:
    return (Decimal(float(ten_thousandths)) / AMOUNT_SCALE).quantize(CENT)


ANALYSIS = Analysis(
    title=Text("Page values", "页面价值"),
    question=Text(
        "Which pages lose the visit, and which lead to a purchase?",
        "哪些页面让顾客离开，哪些页面带来购买？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=page_values,
    is_kept=False,
)
