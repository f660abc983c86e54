"""Two things that went wrong, for the watch to find: a shop closed, and an app that failed."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Floats
from regulars.simulator.calendar import Calendar
from regulars.simulator.columns import column, day_texts, table_of, taken
from regulars.simulator.stores import APP, Stores

FEWEST_DAYS = 90  # a shorter history has no incident


@dataclass(frozen=True)
class Incident:
    """A front loses a share of its sales on the days from ``first`` to ``last`` before the end."""

    kind: str
    front: int
    first: int
    last: int
    lost_share: float


INCIDENTS = (
    Incident("shop_closed_after_storm", 4, 46, 38, 1.0),
    Incident("app_payment_failed", APP, 24, 22, 0.85),
)


def lost_shares(calendar: Calendar, stores: Stores, end_day: int) -> Floats:
    """Front x day: the share of sales that does not come about."""
    share = np.zeros((len(stores.store_id), calendar.days))
    if end_day >= FEWEST_DAYS:
        for incident in INCIDENTS:
            days = slice(end_day - incident.first, end_day - incident.last + 1)
            share[incident.front, days] = incident.lost_share
    return share


def incident_table(calendar: Calendar, stores: Stores, end_day: int) -> pa.Table:
    """What happened where, from when to when."""
    rows = INCIDENTS if end_day >= FEWEST_DAYS else ()
    first = np.array([end_day - i.first for i in rows], dtype=np.int64)
    last = np.array([end_day - i.last for i in rows], dtype=np.int64)
    return table_of(
        {
            "kind": column([i.kind for i in rows], pa.string()),
            "store_id": taken(stores.store_id, np.array([i.front for i in rows], dtype=np.int64)),
            "first_on": day_texts(calendar.start_on, first),
            "last_on": day_texts(calendar.start_on, last),
            "lost_share": np.array([i.lost_share for i in rows]),
        }
    )
