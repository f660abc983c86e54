"""A block of people lives through a period: trips, baskets, orders, experience.

What is written to the exports is what really happened; what would have happened without or
with a message stands in `futures`.
"""

from dataclasses import dataclass

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, stream
from regulars.simulator.baskets import EmptyShelves, Lines, Shop, fill_baskets
from regulars.simulator.experience import Experience, leaving_moments, live_through
from regulars.simulator.futures import Basket, Effect, both_futures, effect_of
from regulars.simulator.messages import (
    RETURN_DAYS,
    RETURNS_FOR_GOOD,
    Message,
    answer_moments,
)
from regulars.simulator.needs import Needs, due_occasions
from regulars.simulator.orders import (
    CAMPAIGN,
    NO_COUPON,
    costs,
    in_noisy_batch,
    own_coupons,
    shipping,
    spread,
    subtotals,
)
from regulars.simulator.people import People
from regulars.simulator.trips import Trips, Wanted, make_trips, placed, walk_ins


@dataclass(frozen=True)
class Lost:
    """Sales lost to empty shelves, one row each, of known and anonymous people."""

    front: Ints
    product: Ints
    day: Ints


@dataclass(frozen=True)
class Period:
    """What really happened. Arrays by trip (order) and by line; money in fen."""

    people: People
    needs: Needs
    trips: Trips
    lines: Lines
    line_coupon: Ints
    line_is_noisy: Flags
    lost: Lost
    subtotal: Ints
    coupon: Ints
    coupon_kind: Ints
    used_campaign: Ints  # index of the message whose offer or call the order goes with, -1 none
    net: Ints
    shipping: Ints
    experience: Experience
    effects: list[Effect]


def live(
    shop: Shop,
    people: People,
    needs: Needs,
    path: tuple[int, ...],
    *,
    since: float,
    until: float,
    messages: tuple[Message, ...] = (),
    noisy_month: int = -1,
    with_walk_ins: bool = True,
) -> Period:
    """Simulate [since, until) days; ``path`` is the seed and place of the randomness.

    ``people`` and ``needs`` are brought up to date in place.
    """
    calendar = shop.market.calendar

    def draw(part: int) -> Rng:
        return stream(*path, part)

    occasions = due_occasions(needs, people, shop.catalogue, calendar, draw(1), until)
    trips, wanted = make_trips(
        people, needs, occasions, calendar, draw(2), since=since, until=until
    )
    trips, wanted = _with_answers(people, trips, wanted, messages, draw(3), until)
    if with_walk_ins:
        trips = trips.joined_with(walk_ins(trips, calendar, draw(4)))
    prevented = draw(8).random(len(trips)) < _lost_share(shop, trips)
    lines, shelves = fill_baskets(shop, people, needs, trips, wanted, draw(5))
    noisy = in_noisy_batch(shop, lines, trips, noisy_month)
    missed = np.bincount(shelves.trip, minlength=len(trips))
    experience = live_through(shop, people, trips, lines, missed, noisy, draw(6))
    return _settle(
        shop, people, needs, trips, lines, (noisy, shelves, prevented), experience, messages,
        draw(7),
    )  # fmt: skip


def _lost_share(shop: Shop, trips: Trips) -> Floats:
    return np.asarray(shop.market.lost_share[trips.front, trips.t.astype(np.int64)])


def _with_answers(
    people: People, trips: Trips, wanted: Wanted, messages: tuple[Message, ...], rng: Rng,
    until: float,
) -> tuple[Trips, Wanted]:  # fmt: skip
    """The trips that messages would bring, sorted in among the others."""
    for number, message in enumerate(messages):
        t = answer_moments(people, message, rng, until)
        comes = np.flatnonzero(~np.isnan(t))
        person, t = message.rows[comes], t[comes]
        extra = placed(people, person, t, np.ones(len(t), dtype=bool), rng)
        extra.is_first[:] = False
        extra.t = np.maximum(extra.t, t)
        extra.campaign[:] = number
        trips = trips.joined_with(extra)
    if not messages:
        return trips, wanted
    order = np.lexsort((trips.t, trips.person))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return trips.take(order), Wanted(place[wanted.trip], wanted.need, wanted.quantity)


def _settle(
    shop: Shop, people: People, needs: Needs, trips: Trips, lines: Lines,
    goods: tuple[Flags, EmptyShelves, Flags], experience: Experience, messages: tuple[Message, ...],
    rng: Rng,
) -> Period:  # fmt: skip
    """Money of both futures, the true one of each person, and the people's new state."""
    basket = Basket(
        subtotals(lines, len(trips)),
        costs(shop, lines, len(trips)),
        (np.bincount(lines.trip, minlength=len(trips)) > 0) & ~goods[2],
    )
    own = own_coupons(shop, people, trips, basket.subtotal, rng)
    futures = both_futures(people, trips, basket, own, experience, messages, rng)
    effects = [effect_of(people, message, trips, basket, futures) for message in messages]
    is_real, coupon = futures.is_real, futures.coupon
    kind = np.where(futures.used_campaign >= 0, CAMPAIGN, own)
    kind = np.where(coupon > 0, kind, NO_COUPON)
    _update(people, trips, experience, is_real, basket.subtotal - coupon, rng)
    kept = np.flatnonzero(is_real)
    place = np.full(len(trips), -1)
    place[kept] = np.arange(len(kept))
    rows = place[lines.trip] >= 0
    real_lines, real_trips = lines.take(rows), trips.take(kept)
    real_lines.trip = place[real_lines.trip]
    net = (basket.subtotal - coupon)[kept]
    return Period(
        people=people,
        needs=needs,
        trips=real_trips,
        lines=real_lines,
        line_coupon=spread(real_lines, coupon[kept]),
        line_is_noisy=goods[0][rows],
        lost=_lost(trips, basket, goods[1], is_real),
        subtotal=basket.subtotal[kept],
        coupon=coupon[kept],
        coupon_kind=kind[kept],
        used_campaign=futures.used_campaign[kept],
        net=net,
        shipping=shipping(real_trips, net),
        experience=experience.take(kept),
        effects=effects,
    )


def _update(
    people: People, trips: Trips, experience: Experience, is_real: Flags, net: Ints, rng: Rng
) -> None:
    known = np.flatnonzero(is_real & ~trips.walks_in)
    person, t = trips.person[known], trips.t[known]
    leaving_moments(trips, experience, is_real, people)
    people.order_count += np.bincount(person, minlength=len(people))
    people.net_amount += np.bincount(person, net[known], len(people)).astype(np.int64)
    people.last_order[person] = t  # sorted by time within each person: the last one stays
    newly = person[np.r_[True, person[1:] != person[:-1]][: len(person)]]
    first_t = t[np.r_[True, person[1:] != person[:-1]][: len(person)]]
    empty = np.isnan(people.first_order[newly])
    people.first_order[newly[empty]] = first_t[empty]
    just = newly[empty & (people.joined[newly] >= 0)]
    people.joined[just] = np.minimum(people.joined[just], people.first_order[just] - 0.004)
    back = np.flatnonzero(is_real & (trips.campaign >= 0))
    who = trips.person[back]
    stays = (rng.random(len(who)) < RETURNS_FOR_GOOD) & (people.leave_day[who] < trips.t[back])
    extended = trips.t[back] + rng.exponential(RETURN_DAYS, len(who))
    people.leave_day[who[stays]] = extended[stays]


def _lost(trips: Trips, basket: Basket, shelves: EmptyShelves, is_real: Flags) -> Lost:
    """Of the trips that took place, or would have if anything had been there."""
    rows = (is_real | ~basket.is_filled)[shelves.trip]
    trip = shelves.trip[rows]
    return Lost(trips.front[trip], shelves.product[rows], trips.t[trip].astype(np.int64))
