"""How people answer a message with an offer: the known effect of every campaign.

Whoever is assigned to a campaign gets the same draws whether he is treated or not, so that
both of his futures are known. A message can bring one trip more, make a planned trip
cheaper (the offer is used by people who would have come anyway), or annoy.
"""

from dataclasses import dataclass

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng
from regulars.simulator.people import People

REACH = {"sms": 0.93, "wechat": 0.85, "push": 0.6, "email": 0.5, "call": 0.8}
OTHER_REACH = 0.7
USES_OFFER_ANYWAY = 0.55
ANNOYED_STAYS_AWAY = 0.6
ANNOYED_DAYS = 21.0
RETURNS_FOR_GOOD = 0.55
RETURN_DAYS = 150.0


@dataclass(frozen=True)
class Offer:
    """What a message gives. ``share`` of the basket or ``amount`` fen off from ``minimum``."""

    kind: str = "win_back"
    channel: str = "sms"
    share: float = 0.0
    amount: int = 0
    minimum: int = 0
    valid_days: float = 14.0

    def discount(self, subtotal: Ints) -> Ints:
        """Fen off each basket."""
        off = np.rint(subtotal * self.share).astype(np.int64) + self.amount
        return np.where(subtotal >= self.minimum, np.minimum(off, subtotal), 0)

    @property
    def depth(self) -> float:
        """The offer as a share of a basket of 150 CNY."""
        return min(self.share + self.amount / 15_000, 0.6)


@dataclass(frozen=True)
class Message:
    """One campaign within a block: rows of `People` assigned, who is treated, and when.

    ``acts`` is false where another campaign of the same time has the person's attention.
    """

    campaign_id: str
    offer: Offer
    rows: Ints
    is_treated: Flags
    sent: Floats
    acts: Flags


def answer_chance(people: People, message: Message) -> Floats:
    """Probability of one trip more, per assigned row, at the moment of sending."""
    p = people.take(message.rows)
    quiet = message.sent - np.nan_to_num(p.last_order, nan=-400.0)
    has_left = p.leave_day < message.sent
    valued = np.clip(p.net_amount / np.maximum(p.order_count, 1) / 15_000, 0.5, 1.6)
    once = p.order_count == 1
    often = p.order_count >= 3
    gap = (p.last_order - p.first_order) / np.maximum(p.order_count - 1, 1)
    overdue = quiet > np.maximum(1.5 * np.nan_to_num(gap), 14)
    slipping = often & overdue & (quiet < 300)
    chance = np.full(len(p), 0.03)  # nothing to tell of them
    chance = np.where(often & ~overdue, 0.012, chance)  # they come anyway
    chance = np.where(once, np.where(quiet < 120, 0.085, 0.03), chance)
    chance = np.where(slipping, np.where(has_left, 0.21, 0.07) * valued, chance)
    fits = {"win_back": slipping, "second_order": once, "replenish": often}
    chance = chance * np.where(fits.get(message.offer.kind, True), 1.15, 0.7)
    pull = 0.5 + 5.0 * message.offer.depth * np.clip(p.price_sensitivity, 0.3, 2.2)
    reach = REACH.get(message.offer.channel, OTHER_REACH)
    mood = 0.5 + 0.7 * p.satisfaction
    chance *= pull * reach * mood * p.message_response * ~p.is_annoyed_by_messages
    return np.clip(chance, 0.0, 0.6)


def answer_moments(people: People, message: Message, rng: Rng, until: float) -> Floats:
    """When each assigned row would make its trip more; NaN for no such trip."""
    count = len(message.rows)
    comes = rng.random(count) < answer_chance(people, message)
    t = message.sent + 0.05 + rng.exponential(4.0, count)
    in_time = t < np.minimum(message.sent + message.offer.valid_days, until)
    return np.where(comes & in_time & message.acts, t, np.nan)
