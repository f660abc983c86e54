"""Zone flow: how visits go from zone to zone, from the entry to the exit.

Reads    timeline
Returns  one row per (store, from zone, to zone); without a store: all stores
         flow_count int | from_share 0-1 | to_share 0-1
         '(entry)' goes to the first zone, the last zone to '(exit)': what comes into a zone
         goes out of it, and what leaves the entry is the number of visits.
Figure   figures/zone_flow.py
Source   docs/store-visits.md; stats/floor/stays.py. Zones in the order in which they were
         entered; the same zone twice in a row is one step.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.durations import microseconds
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline
from regulars.tables.timeline.days import day_end

if TYPE_CHECKING:
    from regulars.stats.floor.reading import Walks

Array = npt.NDArray[Any]
ENTRY, EXIT = "(entry)", "(exit)"

RETURNS = Table(
    name="zone_flow",
    grain="(store, from zone, to zone)",
    key=("store_id", "from_zone", "to_zone"),
    columns=(
        Column("store_id", "text", "store; null = all stores", "门店", nullable=True),
        Column("from_zone", "text", "zone, or '(entry)'", "来自区域"),
        Column("to_zone", "text", "zone entered next, or '(exit)'", "去往区域"),
        Column("flow_count", "integer", "how often", "次数"),
        Column("from_share", "number", "of all that leave from_zone", "占流出", unit="0-1"),
        Column("to_share", "number", "of all that come to to_zone", "占流入", unit="0-1"),
    ),
)


def zone_flow(
    timeline: Timeline,
    *,
    as_of: date,
    store_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    idle: str = "2h",
) -> pa.Table:
    """The steps of all visits that start from ``since`` to ``until``.

    ``idle``: see store_visits.
    """
    from regulars.stats.floor.groups import by_store
    from regulars.stats.floor.reading import Question, read_walks

    begin, end = timeline.span(since, until, as_of)
    known_end = day_end(as_of, timeline.timezone)
    asked = Question(begin, end, known_end, microseconds("idle", idle), 1, 1, store_id)
    walks = read_walks(timeline, asked)
    visit, source, target = _steps(walks)
    rows: list[dict[str, object]] = []
    for name, its in by_store(walks.store[visit], walks.stores, with_all=store_id is None):
        rows += [{"store_id": name, **row} for row in _rows(source[its], target[its], walks.zones)]
    return pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())


def _steps(walks: "Walks") -> tuple[Array, Array, Array]:
    """Visit, from and to of each step; the place after the last zone is the entry or the exit."""
    visit, zone = walks.stay_visit, walks.stay_zone
    is_new = np.ones(len(visit), bool)
    is_new[1:] = (np.diff(visit) != 0) | (np.diff(zone) != 0)
    visit, zone = visit[is_new], zone[is_new]
    outside = len(walks.zones)
    is_first = np.ones(len(visit), bool)
    is_first[1:] = np.diff(visit) != 0
    came_from = np.where(is_first, outside, np.roll(zone, 1))
    is_last = np.ones(len(visit), bool)
    is_last[:-1] = is_first[1:]
    is_somewhere = np.zeros(len(walks.store), bool)
    is_somewhere[visit] = True
    nowhere = np.flatnonzero(~is_somewhere)  # in and out without a zone
    straight = np.full(len(nowhere), outside)
    return (
        np.concatenate([visit, visit[is_last], nowhere]),
        np.concatenate([came_from, zone[is_last], straight]),
        np.concatenate([zone, np.full(int(is_last.sum()), outside), straight]),
    )


def _rows(source: Array, target: Array, zones: list[str]) -> list[dict[str, object]]:
    size = len(zones) + 1
    counts = np.bincount(source * size + target)
    pairs = np.flatnonzero(counts)
    left = np.bincount(source, minlength=size)
    came = np.bincount(target, minlength=size)
    rows = [
        {
            "from_zone": [*zones, ENTRY][pair // size],
            "to_zone": [*zones, EXIT][pair % size],
            "flow_count": count,
            "from_share": count / int(left[pair // size]),
            "to_share": count / int(came[pair % size]),
        }
        for pair, count in zip(pairs.tolist(), counts[pairs].tolist(), strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["flow_count"], row["from_zone"], row["to_zone"]))


ANALYSIS = Analysis(
    title=Text("Zone flow", "区域动线"),
    question=Text(
        "Which way do people take through a store, zone by zone?",
        "顾客在门店里按什么动线走，从哪个区域到哪个区域？",
    ),
    reads=(TIMELINE,),
    returns=RETURNS,
    compute=zone_flow,
)
