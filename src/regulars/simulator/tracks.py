"""Sessions online as events: pages, searches, products looked at, cart, checkout, order.

A session's clock: first page, search, list, one product every 38 s, what goes into the
cart every 16 s, then cart, checkout and order, the order exactly at its own time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, Texts, steps_within
from regulars.simulator.baskets import Shop
from regulars.simulator.browsing import BUY, PREPARE, SECONDS, VISITOR, Sessions, duration
from regulars.simulator.columns import (
    TextColumn,
    column,
    numbered,
    optional,
    or_empty,
    table_of,
    taken,
    yuan,
)
from regulars.simulator.living import Period
from regulars.simulator.searches import Searches, draw_queries, load_queries
from regulars.simulator.segment import (
    Counter,
    Events,
    Moment,
    Sender,
    device_texts,
    identify,
    track,
)
from regulars.simulator.tills import Sold, coupon_codes

CHECKOUT_ANYWAY = 0.3  # of carts that are left, those left only at the checkout


@dataclass(frozen=True)
class _Visits:
    """Sessions with what every event of them needs."""

    sessions: Sessions
    device: TextColumn
    channel: TextColumn
    session: TextColumn
    sign_in: Floats  # seconds into the session from which on the person is known

    def at(self, row: Ints, second: Any) -> Moment:
        """Moments within sessions."""
        s = self.sessions
        seconds = np.broadcast_to(second, row.shape)
        known = seconds >= self.sign_in[row]
        rows = column(row)
        return Moment(
            s.start[row] + seconds / SECONDS,
            np.where(known, s.person[row], -1),
            self.device.take(rows),
            self.channel.take(rows),
            self.session.take(rows),
        )


def online_events(
    shop: Shop, period: Period, sold: Sold, sessions: Sessions, sender: Sender, rng: Rng
) -> tuple[list[Events], pa.Table]:
    """All events of the sessions, kind by kind, and the truth of the searches."""
    visits = _visits(period, sessions, sender)
    counter = Counter()
    rows, searches = _drawn_searches(shop, period, sessions, rng)
    found = sessions.searches.copy()
    found[rows[searches.is_missing]] = False
    events = [
        _entries(visits, sold, period, sender, counter, rng),
        _searches(shop, visits, rows, searches, sender, counter),
        _lists(shop, visits, sender, counter, found),
        _views(shop, visits, sender, counter, rng),
        *_carts(shop, period, visits, sender, counter, rng),
        *_orders(period, sold, visits, sender, counter),
    ]
    return events, _search_truth(shop, visits, rows, searches)


def _visits(period: Period, sessions: Sessions, sender: Sender) -> _Visits:
    number = np.where(
        sessions.kind == VISITOR, sessions.device, period.people.number[sessions.person]
    )
    device = np.where(sessions.kind == VISITOR, 7, sessions.device)
    late = np.where(sessions.kind == BUY, checkout_second(sessions), np.inf)
    return _Visits(
        sessions,
        device_texts(number, device),
        taken(["web", "app"], sessions.in_app.astype(np.int64)),
        numbered(f"{sender.tag}-s", np.arange(len(sessions)), 7),
        np.where(sessions.known_from_start, 0.0, late),
    )


def checkout_second(sessions: Sessions) -> Floats:
    """Seconds from a session's start to its checkout."""
    return np.asarray(duration(sessions.views, sessions.adds) - 55.0)


def _entries(
    visits: _Visits, sold: Sold, period: Period, sender: Sender, counter: Counter, rng: Rng
) -> Events:
    """The first page, with the campaign where a message brought the visit."""
    s = visits.sessions
    rows = np.arange(len(s))
    source = rng.choice(5, len(s), p=[0.44, 0.24, 0.16, 0.1, 0.06])
    campaign = taken_or_null(sold.campaign_id, np.where(s.kind == BUY, s.trip, -1))
    mention = pc.binary_join_element_wise(',"campaign_id":"', campaign, '"', "")
    sources = taken(["direct", "search", "wechat", "short_video", "referral"], source)
    return track(
        sender, counter, "Page Viewed", visits.at(rows, 0.0),
        ['"source":"', sources, '"', or_empty(mention)],
        page="/",
    )  # fmt: skip


def taken_or_null(texts: TextColumn, rows: Ints) -> TextColumn:
    """``texts[rows]``; null where the row is -1."""
    return texts.take(column(np.maximum(rows, 0), mask=rows < 0))


def _drawn_searches(
    shop: Shop, period: Period, sessions: Sessions, rng: Rng
) -> tuple[Ints, Searches]:
    """The sessions that search, and what each types."""
    people = period.people
    rows = np.flatnonzero(sessions.searches)
    person = np.maximum(sessions.person[rows], 0)
    group = shop.catalogue.group[sessions.focus[rows]]
    return rows, draw_queries(group, people.persona[person], people.speaks_english[person], rng)


def _searches(
    shop: Shop, visits: _Visits, rows: Ints, searches: Searches, sender: Sender, counter: Counter
) -> Events:
    group = shop.catalogue.group[visits.sessions.focus[rows]]
    options = (shop.catalogue.alternatives[group] >= 0).sum(axis=1)
    results = column(np.where(searches.is_missing, 0, options)).cast(pa.string())
    query = taken(load_queries().texts, searches.text)
    return track(
        sender, counter, "Products Searched", visits.at(rows, 14.0),
        ['"query":"', query, '","results_count":', results],
        page="/search",
    )  # fmt: skip


def _search_truth(shop: Shop, visits: _Visits, rows: Ints, searches: Searches) -> pa.Table:
    group = shop.catalogue.group[visits.sessions.focus[rows]]
    purpose = taken(shop.catalogue.purpose, group)
    return table_of(
        {
            "session_id": visits.session.take(column(rows)),
            "purpose": optional(purpose, ~searches.is_missing),
            "modifier": taken(load_queries().modifiers, searches.modifier - 1),
            "is_missing": searches.is_missing,
        }
    )


def _lists(
    shop: Shop, visits: _Visits, sender: Sender, counter: Counter, searched: Flags
) -> Events:
    s = visits.sessions
    rows = np.flatnonzero(s.lists | searched)
    category = taken(shop.catalogue.category, shop.catalogue.group[s.focus[rows]])
    return track(
        sender, counter, "Product List Viewed", visits.at(rows, 24.0),
        ['"category":"', category, '"'],
        page=pc.binary_join_element_wise("/c/", category, ""),
    )  # fmt: skip


def _views(shop: Shop, visits: _Visits, sender: Sender, counter: Counter, rng: Rng) -> Events:
    """Products looked at: others of the purpose first, the one in mind last."""
    s, catalogue = visits.sessions, shop.catalogue
    row = np.repeat(np.arange(len(s)), s.views)
    step = steps_within(s.views)
    group = catalogue.group[s.focus[row]]
    count = (catalogue.alternatives[group] >= 0).sum(axis=1)
    other = catalogue.alternatives[group, (rng.random(len(row)) * count).astype(np.int64)]
    in_mind = (step == s.views[row] - 1) & (s.kind[row] <= PREPARE)
    product = np.where(in_mind | (rng.random(len(row)) < 0.3), s.focus[row], other)
    code = taken(catalogue.product_id, product)
    return track(
        sender, counter, "Product Viewed", visits.at(row, 40.0 + 38.0 * step),
        ['"product_id":"', code, '"'],
        page=pc.binary_join_element_wise("/p/", code, ""),
    )  # fmt: skip


def _carts(
    shop: Shop, period: Period, visits: _Visits, sender: Sender, counter: Counter, rng: Rng
) -> list[Events]:
    """What goes into the cart, what goes out again, the cart and the checkout."""
    s = visits.sessions
    row = np.repeat(np.arange(len(s)), s.adds)
    step = steps_within(s.adds)
    first_line = np.searchsorted(period.lines.trip, np.arange(len(period.trips)))
    line = np.where(s.kind[row] == BUY, first_line[np.maximum(s.trip[row], 0)] + step, 0)
    product = np.where(s.kind[row] == BUY, period.lines.product[line], s.focus[row])
    quantity = np.where(s.kind[row] == BUY, period.lines.quantity[line], 1)
    second = 40.0 + 38.0 * s.views[row] + 16.0 * step
    at = visits.at(row, second)
    price = shop.market.offer_price[product, s.start[row].astype(np.int64)]
    properties = [
        '"product_id":"', taken(shop.catalogue.product_id, product),
        '","quantity":', column(quantity).cast(pa.string()),
        ',"price":', column(yuan(price)).cast(pa.string()),
    ]  # fmt: skip
    added = track(sender, counter, "Product Added", at, properties)
    out = np.flatnonzero((s.kind[row] != BUY) & (rng.random(len(row)) < 0.2))
    code = taken(shop.catalogue.product_id, product[out])
    removed = track(
        sender, counter, "Product Removed", visits.at(row[out], second[out] + 10.0),
        ['"product_id":"', code, '"'],
    )  # fmt: skip
    cart = np.flatnonzero(s.adds > 0)
    goes_on = (s.kind[cart] == BUY) | (rng.random(len(cart)) < CHECKOUT_ANYWAY)
    pays = cart[goes_on]
    ends = checkout_second(s)
    return [
        added,
        removed,
        track(sender, counter, "Cart Viewed", visits.at(cart, ends[cart] - 25.0), [], "/cart"),
        track(sender, counter, "Checkout Started", visits.at(pays, ends[pays]), [], "/checkout"),
    ]


def _orders(
    period: Period, sold: Sold, visits: _Visits, sender: Sender, counter: Counter
) -> list[Events]:
    """Sign-ins, coupons and orders of the buying sessions."""
    s = visits.sessions
    rows = np.flatnonzero(s.kind == BUY)
    trip = s.trip[rows]
    end = duration(s.views, s.adds)
    bought = visits.at(rows, end[rows])
    bought = Moment(
        period.trips.t[trip], s.person[rows], bought.device, bought.channel, bought.session
    )
    order_id = sold.order_id.take(column(trip))
    campaign = sold.campaign_id.take(column(trip))
    mention = pc.binary_join_element_wise(',"campaign_id":"', campaign, '"', "")
    completed = track(
        sender, counter, "Order Completed", bought,
        ['"order_id":"', order_id, '","total":', column(yuan(period.net[trip])).cast(pa.string()),
         or_empty(mention)],
        page="/order/done",
    )  # fmt: skip
    coupons = coupon_codes(period, sold).take(column(trip))
    used = np.flatnonzero(~pc.is_null(coupons).to_numpy(zero_copy_only=False))
    code = coupons.take(column(used))
    at = visits.at(rows[used], end[rows[used]] - 30.0)
    properties = ['"coupon_id":"', code, '","order_id":"', order_id.take(column(used)), '"']
    entered = track(sender, counter, "Coupon Entered", at, properties)
    applied = Moment(at.t + 2 / SECONDS, at.user, at.device, at.channel, at.session)
    late = rows[~s.known_from_start[rows]]
    signed = identify(sender, counter, visits.at(late, checkout_second(s)[late]))
    return [
        completed,
        entered,
        track(sender, counter, "Coupon Applied", applied, properties),
        signed,
    ]


def session_truth(period: Period, sessions: Sessions, sender: Sender, codes: Texts) -> pa.Table:
    """Truth of the visits: who it was, what kind, and where known the device's person."""
    visits = _visits(period, sessions, sender)
    is_known = sessions.person >= 0
    return table_of(
        {
            "session_id": visits.session,
            "anonymous_id": visits.device,
            "customer_id": optional(taken(codes, np.maximum(sessions.person, 0)), is_known),
            "kind": taken(["buy", "prepare", "browse", "visitor"], sessions.kind),
            "started_t": sessions.start,
            "view_count": sessions.views,
        }
    )
