"""Visits to the shops that have sensors: entry, zones with dwell, products in hand, exit.

Wi-Fi recognises the phone of those who have the app (they are known); of others only the
device. Cameras count products picked up in the appliance zone.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, steps_within
from regulars.simulator.baskets import Shop
from regulars.simulator.browsing import SECONDS
from regulars.simulator.columns import column, table_of, taken
from regulars.simulator.living import Period
from regulars.simulator.segment import Counter, Events, Moment, Sender, device_texts, track
from regulars.simulator.stores import load_stores
from regulars.simulator.tills import Sold
from regulars.simulator.trips import STORE, Trips

ZONES = ("home", "food", "baby", "pet", "care", "appliances")
SENSED_SHARE = 0.6
WITHOUT_BUYING = 0.45  # visits that end without a purchase, per sensed one that does


@dataclass(frozen=True)
class _Walks:
    """Visits, and their zones one after the other (``visit`` is the owner of each)."""

    trip: Ints  # -1 where nothing was bought
    person: Ints
    front: Ints
    start: Floats
    length: Floats  # seconds
    visit: Ints
    zone: Ints
    enters: Floats  # seconds after the start
    dwell: Floats


def floor_events(
    shop: Shop, period: Period, sold: Sold, sender: Sender, rng: Rng
) -> tuple[list[Events], pa.Table]:
    """All sensor events of a period, with the people's phones as devices, and their truth."""
    walks = _walks(shop, period, rng)
    people, stores = period.people, load_stores()
    user = np.where(people.number[walks.person] % 2 == 0, walks.person, -1)
    device = device_texts(people.number[walks.person], np.full(len(user), 3))
    store = taken(stores.store_id, walks.front)
    counter = Counter()

    def at(rows: Ints, seconds: Floats) -> Moment:
        moment = walks.start[rows] + seconds / SECONDS
        return Moment(moment, user[rows], device.take(column(rows)), "wifi")

    every = np.arange(len(user))
    zone = taken(ZONES, walks.zone)
    here = store.take(column(walks.visit))
    place = ['"store_id":"', here, '","zone":"', zone, '"']
    dwell = column(np.round(walks.dwell)).cast(pa.string())
    total = column(np.round(walks.length)).cast(pa.string())
    leaves = walks.enters + walks.dwell
    picks = np.flatnonzero((walks.zone == 5) & (rng.random(len(walks.zone)) < 0.5))
    appliances = np.flatnonzero(shop.catalogue.is_appliance[shop.catalogue.group] == 1)
    held = taken(shop.catalogue.product_id, rng.choice(appliances, len(picks)))
    hand = at(walks.visit[picks], walks.enters[picks] + walks.dwell[picks] * 0.6)
    picked = ['"store_id":"', here.take(column(picks)), '","product_id":"', held, '"']
    came = ['"store_id":"', store, '"']
    stayed = ['"store_id":"', store, '","dwell_seconds":', total]
    lingered = [*place, ',"dwell_seconds":', dwell]
    in_hand = Moment(hand.t, hand.user, hand.device, "camera")
    events = [
        track(sender, counter, "Store Entered", at(every, walks.length * 0), came),
        track(sender, counter, "Zone Entered", at(walks.visit, walks.enters), place),
        track(sender, counter, "Zone Left", at(walks.visit, leaves), lingered),
        track(sender, counter, "Product Picked Up", in_hand, picked),
        track(sender, counter, "Store Left", at(every, walks.length), stayed),
    ]
    bought = column(np.maximum(walks.trip, 0), mask=walks.trip < 0)
    visits = table_of(
        {
            "customer_id": taken(people.codes, walks.person),
            "anonymous_id": device,
            "is_recognised": user >= 0,
            "store_id": store,
            "entered_t": walks.start,
            "seconds": walks.length,
            "zone_count": np.bincount(walks.visit, minlength=len(user)),
            "order_id": sold.order_id.take(bought),
        }
    )
    return events, visits


def _walks(shop: Shop, period: Period, rng: Rng) -> _Walks:
    trips = period.trips
    sensors = load_stores().has_sensors
    seen = (trips.channel == STORE) & ~trips.walks_in & sensors[trips.front]
    seen &= period.people.number[trips.person] % 10 < SENSED_SHARE * 10
    buying = np.flatnonzero(seen)
    idle, idle_t = _idle_visits(trips, buying, rng)
    trip = np.concatenate([buying, idle])
    is_buying = np.arange(len(trip)) < len(buying)
    zones = _zones(shop, period, trip, is_buying, rng)
    visit, slot = np.nonzero(zones)
    walk = np.argsort(rng.random(len(visit)) + visit, kind="stable")
    visit, slot = visit[walk], slot[walk]
    stay = np.where(is_buying[visit], 190.0, 120.0) * np.where(slot == 5, 1.7, 1.0)
    dwell = rng.gamma(1.6, stay / 1.6) + 8
    counts = np.bincount(visit, minlength=len(trip))
    before = np.cumsum(dwell) - dwell
    first = np.repeat(before[np.cumsum(counts) - counts], counts)  # every visit has a zone
    enters = 25 + before - first + 20.0 * steps_within(counts)
    length = np.bincount(visit, dwell, len(trip)) + 20.0 * counts + 60 + 110.0 * is_buying
    end = np.concatenate([trips.t[buying] + 40 / SECONDS, idle_t])
    return _Walks(
        np.where(is_buying, trip, -1), trips.person[trip], trips.front[trip],
        end - length / SECONDS, length, visit, slot, enters, dwell,
    )  # fmt: skip


def _idle_visits(trips: Trips, buying: Ints, rng: Rng) -> tuple[Ints, Floats]:
    """Visits without a purchase: like the buying ones, some days before or after them."""
    if not len(buying):
        return buying, np.zeros(0)
    idle = buying[rng.integers(0, len(buying), int(len(buying) * WITHOUT_BUYING))]
    t = trips.t[idle] + rng.integers(1, 10, len(idle)) * rng.choice([-1, 1], len(idle))
    inside = (t > np.ceil(trips.t.min())) & (t < trips.t.max())
    return idle[inside], t[inside]


def _zones(shop: Shop, period: Period, trip: Ints, is_buying: Flags, rng: Rng) -> Flags:
    """Visit x zone: where the purchases lie, and some others in passing."""
    top = np.char.partition(shop.catalogue.category.astype(str), "/")[:, 0]
    zone_of_group = np.array([ZONES.index(t) for t in top])
    bought = np.zeros((len(period.trips), len(ZONES)), dtype=bool)
    bought[period.lines.trip, zone_of_group[shop.catalogue.group[period.lines.product]]] = True
    passing = rng.random((len(trip), len(ZONES))) < np.array([0.2, 0.22, 0.05, 0.04, 0.14, 0.16])
    zones = (bought[trip] & is_buying[:, None]) | passing
    zones[~zones.any(axis=1), 1] = True
    return zones
