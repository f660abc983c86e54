"""Store visits: from entry to exit, what was bought at the till, and what was done online beside.

Reads    timeline
         stores       names
Returns  one row per store, and one without a store for all where none was asked for
         visit_count int | median_seconds | bought_rate of the visits of known customers with its
         95% interval | shares of visits with online browsing before and an online order after
Figure   figures/store_visits.py
Source   docs/store-visits.md says every definition; stats/floor holds them; interval of
         Wilson (1927). A visit of a device alone cannot be joined with tills: it is counted,
         and is in no rate.
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

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
    name="store_visits",
    grain="store",
    key=("store_id",),
    columns=(
        Column("store_id", "text", "store; null = all stores", "门店", nullable=True),
        Column("store_name", "text", "its name, else its code", "门店名称", nullable=True),
        Column("visit_count", "integer", "visits that sensors saw", "到店次数"),
        Column("person_count", "integer", "people or devices that made them", "到店人数"),
        Column("known_count", "integer", "visits of known customers", "已识别到店次数"),
        Column("device_count", "integer", "visits of a device alone", "仅识别设备次数"),
        Column("missed_entry_count", "integer", "visits whose entry nothing saw", "未感应到进店"),
        Column("missed_exit_count", "integer", "visits whose exit nothing saw", "未感应到离店"),
        Column(
            "median_seconds", "number", "median length of visits seen from entry to exit",
            "停留时长中位数", unit="seconds", nullable=True,
        ),
        Column("zones_per_visit", "number", "distinct zones per visit, mean", "平均经过区域数"),
        Column("bought_count", "integer", "known visits with an order at the till", "成交到店次数"),
        Column("bought_rate", "number", "bought_count / known_count", "到店成交率", nullable=True),
        Column("bought_low", "number", "its 95% interval, low end", "成交率下限", nullable=True),
        Column("bought_high", "number", "its 95% interval, high end", "成交率上限", nullable=True),
        Column("order_count", "integer", "orders joined with visits", "匹配到的订单数"),
        Column("order_amount", "money", "their value", "匹配到的订单金额"),
        Column(
            "picked_count", "integer", "products picked up in known visits, each once a visit",
            "拿起商品次数",
        ),
        Column("picked_bought_count", "integer", "of them, bought in that visit", "拿起后购买次数"),
        Column(
            "picked_bought_rate", "number", "picked_bought_count / picked_count",
            "拿起后购买率", nullable=True,
        ),
        Column(
            "picked_bought_low", "number", "its 95% interval, low end", "拿起后购买率下限",
            nullable=True,
        ),
        Column(
            "picked_bought_high", "number", "its 95% interval, high end", "拿起后购买率上限",
            nullable=True,
        ),
        Column(
            "browsed_before_count", "integer", "known visits with something done online within "
            "the window before", "到店前线上浏览次数",
        ),
        Column(
            "browsed_before_share", "number", "browsed_before_count / known_count",
            "到店前线上浏览占比", nullable=True,
        ),
        Column(
            "followed_count", "integer", "known visits whose window after is over", "可追踪到店次数"
        ),
        Column(
            "online_after_count", "integer", "of them, with an online order within it",
            "到店后线上下单次数",
        ),
        Column(
            "online_after_share", "number", "online_after_count / followed_count",
            "到店后线上下单占比", nullable=True,
        ),
        Column(
            "showroom_count", "integer", "of them, without an order at the till: seen here, bought "
            "online", "店内看线上买次数",
        ),
        Column(
            "showroom_share", "number", "showroom_count / followed_count", "店内看线上买占比",
            nullable=True,
        ),
    ),
)  # fmt: skip


def store_visits(
    timeline: Timeline,
    stores: ir.Table | None = None,
    *,
    as_of: date,
    store_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    idle: str = "2h",
    window: str = "7d",
    tolerance: str = "30m",
) -> pa.Table:
    """Each store's visits that start from ``since`` to ``until``.

    ``idle``: a visit without a seen exit ends where nothing is sensed for so long.
    ``tolerance``: an order at the till belongs to the visit up to so long after it.
    ``window``: before and after a visit, for what was done online.
    """
    from regulars.stats.floor.groups import by_store, store_names
    from regulars.stats.floor.reading import Question, read_walks

    begin, end = timeline.span(since, until, as_of)
    asked = Question(
        begin, end, day_end(as_of, timeline.timezone), microseconds("idle", idle),
        microseconds("window", window), microseconds("tolerance", tolerance), store_id,
    )  # fmt: skip
    walks = read_walks(timeline, asked)
    parts = _Parts(*_picked(walks), _zone_counts(walks))
    names = store_names(stores)
    rows = [
        {"store_id": name, "store_name": names.get(name, name), **_row(walks, parts, visits)}
        for name, visits in by_store(walks.store, walks.stores, with_all=store_id is None)
    ]
    return pa.Table.from_pylist(rows, schema=RETURNS.arrow_schema())


class _Parts(NamedTuple):
    """Of every visit: products picked up, each once; those of them bought; distinct zones."""

    picks: Array
    picks_bought: Array
    zones: Array


def _zone_counts(walks: "Walks") -> Array:
    from regulars.stats.floor.groups import distinct

    visit, _ = distinct(walks.stay_visit, walks.stay_zone)
    return np.bincount(visit, minlength=len(walks.store))


def _picked(walks: "Walks") -> tuple[Array, Array]:
    from regulars.stats.floor.groups import distinct, found_in

    has = walks.pick_product >= 0
    visit, product = distinct(walks.pick_visit[has], walks.pick_product[has])
    sold = found_in((visit, product), (walks.line_visit, walks.line_product))
    count = len(walks.store)
    return np.bincount(visit, minlength=count), np.bincount(visit[sold], minlength=count)


def _row(walks: "Walks", parts: _Parts, visits: Array) -> dict[str, object]:
    from regulars.stats.floor.groups import rate_with_interval

    known = visits[walks.is_known[visits]]
    followed = known[walks.is_followed[known]]
    seen_whole = visits[walks.has_entry[visits] & walks.has_exit[visits]]
    lengths = (walks.end - walks.start)[seen_whole] / MICROSECONDS
    bought = walks.order_count > 0
    after, before = followed[walks.bought_after[followed]], walks.browsed_before[known]
    showroom = int((~bought[after]).sum())
    picks, picks_bought = (int(c[known].sum()) for c in (parts.picks, parts.picks_bought))
    return {
        "visit_count": len(visits),
        "person_count": len(np.unique(walks.person[visits])),
        "known_count": len(known),
        "device_count": len(visits) - len(known),
        "missed_entry_count": int((~walks.has_entry[visits]).sum()),
        "missed_exit_count": int((~walks.has_exit[visits]).sum()),
        "median_seconds": float(np.median(lengths)) if len(lengths) else None,
        "zones_per_visit": float(parts.zones[visits].sum() / len(visits)),
        "bought_count": int(bought[known].sum()),
        **rate_with_interval("bought", int(bought[known].sum()), len(known)),
        "order_count": int(walks.order_count[known].sum()),
        "order_amount": Decimal(int(walks.amount[known].sum())).scaleb(-4),
        "picked_count": picks,
        "picked_bought_count": picks_bought,
        **rate_with_interval("picked_bought", picks_bought, picks),
        "browsed_before_count": int(before.sum()),
        "browsed_before_share": _share(int(before.sum()), len(known)),
        "followed_count": len(followed),
        "online_after_count": len(after),
        "online_after_share": _share(len(after), len(followed)),
        "showroom_count": showroom,
        "showroom_share": _share(showroom, len(followed)),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


ANALYSIS = Analysis(
    title=Text("Store visits", "到店分析"),
    question=Text(
        "How do people walk through the stores, who buys, and what do they do online beside?",
        "顾客到店停留多久、多少人成交，到店前后在线上做了什么？",
    ),
    reads=(TIMELINE, "stores"),
    returns=RETURNS,
    compute=store_visits,
)
