"""Store zones: how many visits each zone has, how long they stay, what is taken in hand and bought.

Reads    timeline
         stores       names
Returns  one row per (store, zone); without a store: all stores
         visit_count int | dwell_seconds of each moment once | bought_rate of known customers'
         visits to the zone with its 95% interval, and its index against the store's
Figure   figures/store_zones.py
Source   docs/store-visits.md says every definition; stats/floor/stays.py for dwell; interval
         of Wilson (1927). Who is bound to buy goes to more zones: a zone's rate says what goes
         with it, not what it causes.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.tables.analysis import TIMELINE, Analysis
from regulars.tables.durations import microseconds
from regulars.tables.schema import Column, Table
from regulars.tables.text import Text
from regulars.tables.timeline import Timeline
from regulars.tables.timeline.days import MICROSECONDS, day_end

if TYPE_CHECKING:
    from regulars.stats.floor.reading import Walks

Array = npt.NDArray[Any]

RETURNS = Table(
    name="store_zones",
    grain="(store, zone)",
    key=("store_id", "zone"),
    columns=(
        Column("store_id", "text", "store; null = all stores", "门店", nullable=True),
        Column("store_name", "text", "its name, else its code", "门店名称", nullable=True),
        Column("zone", "text", "part of the store", "区域"),
        Column("visit_count", "integer", "visits that came to the zone", "到访次数"),
        Column("visit_share", "number", "of the store's visits", "到访占比", unit="0-1"),
        Column("dwell_seconds", "number", "time spent in it", "停留总时长", unit="seconds"),
        Column("dwell_share", "number", "of the time in all zones", "停留时长占比", unit="0-1"),
        Column(
            "median_dwell_seconds", "number", "median of the time of a visit that came to it",
            "停留时长中位数", unit="seconds",
        ),
        Column("pick_count", "integer", "products picked up in it", "拿起商品次数"),
        Column("known_count", "integer", "visits of known customers to it", "已识别到访次数"),
        Column("bought_count", "integer", "of them, with an order at the till", "成交次数"),
        Column("bought_rate", "number", "bought_count / known_count", "成交率", nullable=True),
        Column("bought_low", "number", "its 95% interval, low end", "成交率下限", nullable=True),
        Column("bought_high", "number", "its 95% interval, high end", "成交率上限", nullable=True),
        Column(
            "bought_index", "number", "bought_rate / that of all the store's known visits; 1 = the "
            "same", "成交指数", nullable=True,
        ),
        Column(
            "own_bought_count", "integer", "of them, with an order of a category of the zone's "
            "name; null where none is called so", "购买本区品类次数", nullable=True,
        ),
        Column(
            "own_bought_rate", "number", "own_bought_count / known_count", "购买本区品类比例",
            nullable=True,
        ),
        Column(
            "own_bought_low", "number", "its 95% interval, low end", "本区购买下限",
            nullable=True,
        ),
        Column(
            "own_bought_high", "number", "its 95% interval, high end", "本区购买上限",
            nullable=True,
        ),
    ),
)  # fmt: skip


def store_zones(
    timeline: Timeline,
    stores: ir.Table | None = None,
    *,
    as_of: date,
    store_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    idle: str = "2h",
    tolerance: str = "30m",
) -> pa.Table:
    """The zones of each store, in visits that start from ``since`` to ``until``.

    ``idle`` and ``tolerance``: see store_visits.
    """
    from regulars.stats.floor.groups import by_store, store_names
    from regulars.stats.floor.reading import Question, read_walks

    begin, end = timeline.span(since, until, as_of)
    asked = Question(
        begin, end, day_end(as_of, timeline.timezone), microseconds("idle", idle),
        1, microseconds("tolerance", tolerance), store_id,
    )  # fmt: skip
    walks = read_walks(timeline, asked)
    zones = _Zones(walks, _zone_of_category(timeline, walks.zones))
    names = store_names(stores)
    rows: list[dict[str, object]] = []
    for name, visits in by_store(walks.store, walks.stores, with_all=store_id is None):
        store = {"store_id": name, "store_name": names.get(name, name)}
        rows += [{**store, **row} for row in zones.rows(visits, is_all=name is None)]
    return pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())


def _zone_of_category(timeline: Timeline, zones: list[str]) -> Array:
    """By the category's code, the place of the zone called as one of its levels; -1 for none."""
    known = timeline.properties.get("category")
    texts = known.texts if known is not None and known.kind == "text" else []
    place = {zone.casefold(): number for number, zone in enumerate(zones)}
    found = [
        next((place[p] for p in map(str.strip, text.casefold().split("/")) if p in place), -1)
        for text in texts
    ]
    return np.array([*found, -1], dtype=np.int64)


class _Zones:
    """Visits to zones: one place per (visit, zone), by (zone, visit)."""

    def __init__(self, walks: "Walks", zone_of_category: Array) -> None:
        from regulars.stats.floor.groups import distinct, found_in

        self.walks = walks
        self.zone, self.visit = distinct(walks.stay_zone, walks.stay_visit)
        pairs = walks.stay_zone * len(walks.store) + walks.stay_visit
        place = np.searchsorted(self.zone * len(walks.store) + self.visit, pairs)
        time = np.zeros(len(self.zone), np.int64)
        np.add.at(time, place, walks.stay_time)
        self.seconds = time / MICROSECONDS
        own = (walks.line_visit, zone_of_category[walks.line_category] + 1)
        self.bought_own = found_in((self.visit, self.zone + 1), own)
        self.has_category = np.isin(np.arange(len(walks.zones)), zone_of_category)

    def rows(self, visits: Array, *, is_all: bool) -> list[dict[str, object]]:
        """The rows of one store's visits, the zone with most time first."""
        walks = self.walks
        chosen = np.zeros(len(walks.store), bool)
        chosen[visits] = True
        its = np.arange(len(self.zone)) if is_all else np.flatnonzero(chosen[self.visit])
        known = visits[walks.is_known[visits]]
        bought = int((walks.order_count[known] > 0).sum())
        rate = bought / len(known) if len(known) else None
        whole = float(self.seconds[its].sum())
        picks = walks.pick_zone[chosen[walks.pick_visit]]
        pick_counts = np.bincount(picks + 1, minlength=len(walks.zones) + 1)[1:]
        edges = np.searchsorted(self.zone[its], np.arange(len(walks.zones) + 1))
        rows = []
        for zone in range(len(walks.zones)):
            mine = its[edges[zone] : edges[zone + 1]]
            if len(mine):
                row = self._row(mine, zone, len(visits), whole, rate)
                rows.append({**row, "pick_count": int(pick_counts[zone])})
        return sorted(rows, key=lambda row: (-float(str(row["dwell_seconds"])), str(row["zone"])))

    def _row(
        self, mine: Array, zone: int, visit_count: int, whole: float, rate: float | None
    ) -> dict[str, object]:
        from regulars.stats.floor.groups import rate_with_interval

        walks, seconds = self.walks, self.seconds[mine]
        known = mine[walks.is_known[self.visit[mine]]]
        bought = int((walks.order_count[self.visit[known]] > 0).sum())
        own = int(self.bought_own[known].sum()) if self.has_category[zone] else None
        its_rate = rate_with_interval("bought", bought, len(known))
        index = its_rate["bought_rate"]
        return {
            "zone": walks.zones[zone],
            "visit_count": len(mine),
            "visit_share": len(mine) / visit_count,
            "dwell_seconds": float(seconds.sum()),
            "dwell_share": float(seconds.sum()) / whole if whole else 0.0,
            "median_dwell_seconds": float(np.median(seconds)),
            "known_count": len(known),
            "bought_count": bought,
            **its_rate,
            "bought_index": index / rate if index is not None and rate else None,
            "own_bought_count": own,
            **rate_with_interval("own_bought", own or 0, 0 if own is None else len(known)),
        }


ANALYSIS = Analysis(
    title=Text("Store zones", "门店区域"),
    question=Text(
        "Which zones of a store draw people, hold them, and go with a purchase?",
        "门店哪些区域吸引人、留得住人，并伴随成交？",
    ),
    reads=(TIMELINE, "stores"),
    returns=RETURNS,
    compute=store_zones,
)
