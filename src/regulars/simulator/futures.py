"""Both futures of everyone who is assigned to a campaign: without and with the message.

Both come from the same draws. The one of the person's arm is real; both together are the
truth of the campaign's effect.
"""

from dataclasses import dataclass

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng
from regulars.simulator.experience import Experience, happens
from regulars.simulator.messages import (
    ANNOYED_DAYS,
    ANNOYED_STAYS_AWAY,
    USES_OFFER_ANYWAY,
    Message,
)
from regulars.simulator.orders import coupon_amount
from regulars.simulator.people import People
from regulars.simulator.trips import Trips


@dataclass(frozen=True)
class Basket:
    """Per trip: lines less shelf offers and goods' cost, in fen, and whether anything is in it."""

    subtotal: Ints
    cost: Ints
    is_filled: Flags


@dataclass(frozen=True)
class Futures:
    """Per trip: whether it takes place and the coupon in fen, without, with, and really."""

    without: Flags
    with_message: Flags
    coupon_without: Ints
    coupon_with: Ints
    is_real: Flags
    coupon: Ints
    used_campaign: Ints  # the message that a real order goes with, -1 for none


@dataclass(frozen=True)
class Effect:
    """Both futures of everyone assigned to a campaign, in fen, until the period's end."""

    message: Message
    net_without: Ints
    net_with: Ints
    margin_without: Ints
    margin_with: Ints


def both_futures(
    people: People, trips: Trips, basket: Basket, own_coupon: Ints, experience: Experience,
    messages: tuple[Message, ...], rng: Rng,
) -> Futures:  # fmt: skip
    """What takes place and what is taken off, in both futures and in the real one."""
    count = len(trips)
    survives, uses, stays_away = rng.random((3, count))
    offered, answers = np.zeros(count, dtype=np.int64), trips.campaign.copy()
    present, treated = basket.is_filled.copy(), np.zeros(len(people), dtype=bool)
    for number, message in enumerate(messages):
        since = _since_sending(people, message, trips)
        takes = (since >= 0) & (since < message.offer.valid_days)
        takes &= (trips.campaign == number) | (uses < USES_OFFER_ANYWAY)
        offered[takes] = message.offer.discount(basket.subtotal[takes])
        answers[takes & (offered > 0)] = number
        annoyed = (since >= 0) & (since < ANNOYED_DAYS)
        annoyed &= people.is_annoyed_by_messages[trips.person]
        present &= ~(annoyed & (stays_away < ANNOYED_STAYS_AWAY))
        treated[message.rows[message.is_treated & message.acts]] = True
    unasked = basket.is_filled & (trips.campaign < 0)
    without = happens(trips, experience, unasked, people, survives)
    with_message = happens(trips, experience, present, people, survives)
    told = treated[trips.person] & ~trips.walks_in
    coupon_without = coupon_amount(own_coupon)
    coupon_with = np.where(offered > 0, offered, coupon_without)
    return Futures(
        without,
        with_message,
        coupon_without,
        coupon_with,
        np.where(told, with_message, without),
        np.where(told, coupon_with, coupon_without),
        np.where(told, answers, -1),
    )


def _since_sending(people: People, message: Message, trips: Trips) -> Floats:
    """Days since the message that acts on the trip's person; -inf before it or without one."""
    sent = np.full(len(people), np.inf)
    sent[message.rows[message.acts]] = message.sent[message.acts]
    since = np.where(trips.walks_in, -np.inf, trips.t - sent[trips.person])
    return np.where(since >= 0, since, -np.inf)


def effect_of(
    people: People, message: Message, trips: Trips, basket: Basket, futures: Futures
) -> Effect:
    """Sums of both futures from the sending on.

    Where another campaign has the person's attention, both are what really happened.
    """
    sent = np.full(len(people), np.inf)
    sent[message.rows] = message.sent
    after = ~trips.walks_in & (trips.t >= sent[trips.person])
    acting = np.zeros(len(people), dtype=bool)
    acting[message.rows[message.acts]] = True
    acts = acting[trips.person]

    def total(flags: Flags, coupon: Ints, cost: Ints) -> Ints:
        takes_place = np.where(acts, flags, futures.is_real) & after
        off = np.where(acts, coupon, futures.coupon)
        value = np.where(takes_place, basket.subtotal - off - cost, 0)
        return np.bincount(trips.person, value, len(people)).astype(np.int64)[message.rows]

    free = np.zeros_like(basket.cost)
    return Effect(
        message,
        total(futures.without, futures.coupon_without, free),
        total(futures.with_message, futures.coupon_with, free),
        total(futures.without, futures.coupon_without, basket.cost),
        total(futures.with_message, futures.coupon_with, basket.cost),
    )
