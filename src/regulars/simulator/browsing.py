"""Visits online: those that lead to an order, those before it, and those that lead nowhere.

Deliberate buyers look several times, at more of the like; impulse buyers once. A session is
a row of arrays; `tracks` turns sessions into events.
"""

from dataclasses import dataclass

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, draw_rows
from regulars.simulator.baskets import Shop, free_weights
from regulars.simulator.living import Period
from regulars.simulator.trips import STORE

BUY, PREPARE, BROWSE, VISITOR = 0, 1, 2, 3
BROWSES_PER_ORDER = 0.5
VISITORS_PER_ORDER = 0.25
CART_WITHOUT_ORDER = 0.22
SECONDS = 86_400.0


@dataclass(frozen=True)
class Sessions:
    """One row per visit. Times in days; ``trip`` is -1 where no order is behind it.

    ``views`` products are looked at, ``adds`` put into the cart (for a buying visit: the
    order's lines). ``known_from_start``: signed in from the first page on.
    """

    person: Ints  # -1 for visitors
    device: Ints  # per person: 1 browser, 2 app; visitors have a number of their own
    start: Floats
    kind: Ints
    trip: Ints
    focus: Ints  # product
    searches: Flags
    lists: Flags
    views: Ints
    adds: Ints
    in_app: Flags
    known_from_start: Flags

    def __len__(self) -> int:
        return len(self.person)


def make_sessions(
    shop: Shop, period: Period, rng: Rng, first_visitor: int, *, since: float, until: float
) -> Sessions:
    """All visits of a period's people, and of visitors who never say who they are."""
    trips, people = period.trips, period.people
    buying = np.flatnonzero((trips.channel != STORE) & ~trips.walks_in)
    focus = dearest_products(period)
    before = np.minimum(rng.poisson(people.deliberation[trips.person[buying]] * 0.45), 6)
    preparing = np.repeat(buying, before)
    likes = rng.integers(0, max(len(buying), 1), int(len(buying) * BROWSES_PER_ORDER))
    browsing = buying[likes] if len(buying) else buying
    visiting = browsing[: int(len(buying) * VISITORS_PER_ORDER)]
    trip = np.concatenate([buying, preparing, browsing, visiting])
    sizes = [len(buying), len(preparing), len(browsing), len(visiting)]
    kind = np.repeat(np.arange(4), sizes)
    person = np.where(kind == VISITOR, -1, trips.person[trip])
    style = people.deliberation[trips.person[trip]]
    views = _view_counts(kind, style, rng)
    lines = np.bincount(period.lines.trip, minlength=len(trips))
    carts = (kind != BUY) & (rng.random(len(kind)) < CART_WITHOUT_ORDER)
    adds = np.where(kind == BUY, lines[trip], carts.astype(np.int64))
    product = np.where(kind <= PREPARE, focus[trip], _idle_focus(shop, period, trip, rng))
    in_app = trips.channel[trip] == 2
    start = _starts(trips.t[trip], kind, style, views, adds, rng)
    signed_up = (kind == VISITOR) | (start >= people.joined[person])
    alive = signed_up & (start >= since) & (start < until) & (kind > BUY) | (kind == BUY)
    keep = np.flatnonzero(alive)
    visitor = first_visitor + np.cumsum(kind == VISITOR)
    return Sessions(
        person=person[keep],
        device=np.where(kind == VISITOR, visitor, 1 + in_app)[keep],
        start=start[keep],
        kind=kind[keep],
        trip=np.where(kind <= PREPARE, trip, -1)[keep],
        focus=product[keep],
        searches=rng.random(len(keep)) < 0.5,
        lists=rng.random(len(keep)) < 0.45,
        views=views[keep],
        adds=adds[keep],
        in_app=in_app[keep],
        known_from_start=(in_app[keep] | (rng.random(len(keep)) < 0.4)) & (kind[keep] != VISITOR),
    )


def dearest_products(period: Period) -> Ints:
    """Per trip, the product of its dearest line."""
    order = np.lexsort((period.lines.unit_price, period.lines.trip))
    focus = np.zeros(len(period.trips), dtype=np.int64)
    focus[period.lines.trip[order]] = period.lines.product[order]
    return focus


def _view_counts(kind: Ints, style: Floats, rng: Rng) -> Ints:
    mean = np.where(kind == BUY, 0.25 + 0.5 * style, 0.4 + 0.7 * style)
    views = np.where(kind == BUY, 1, 0) + rng.poisson(mean)
    return np.asarray(np.minimum(views, 12))


def _idle_focus(shop: Shop, period: Period, trip: Ints, rng: Rng) -> Ints:
    month = shop.market.calendar.month[period.trips.t[trip].astype(np.int64)]
    persona = period.people.persona[period.trips.person[trip]]
    return draw_rows(free_weights(shop.catalogue), persona * 12 + month, rng)


def duration(views: Ints, adds: Ints) -> Floats:
    """Seconds from a visit's first page to its last step."""
    return np.asarray(40.0 + 38.0 * views + 16.0 * adds + 95.0)


def _starts(t: Floats, kind: Ints, style: Floats, views: Ints, adds: Ints, rng: Rng) -> Floats:
    """Buying visits end with the order; preparing ones lie days before, browsing anywhere near."""
    before = rng.exponential(0.35 + 0.9 * style) + 0.03
    near = rng.uniform(-12, 12, len(t))
    whole = np.floor(near) + rng.normal(0, 0.03, len(t))  # about the person's usual hour
    end = np.where(kind == BUY, t, np.where(kind == PREPARE, t - before, t + whole))
    return np.asarray(end - duration(views, adds) / SECONDS)
