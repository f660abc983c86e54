"""A campaign's two futures in memory, for statistics over many seeds: no files, no exports."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from regulars.simulator.arrays import Flags, Floats, stream
from regulars.simulator.baskets import Shop
from regulars.simulator.history import LIFE, PEOPLE, make_shop
from regulars.simulator.living import live
from regulars.simulator.messages import Message, Offer
from regulars.simulator.needs import make_needs
from regulars.simulator.people import People, make_people

TRIAL_START = date(2025, 9, 1)
AUDIENCES = ("win_back", "second_order", "everyone")


@dataclass(frozen=True)
class Trial:
    """One row per member of the audience, in CNY. The true effect is with less without.

    ``quiet_days``: since the last order, at the start of both futures.
    """

    spend_before: Floats
    net_without: Floats
    net_with: Floats
    margin_without: Floats
    margin_with: Floats
    quiet_days: Floats

    def observed(self, is_treated: Flags) -> Floats:
        """The net amounts that a shop would see under an assignment."""
        return np.where(is_treated, self.net_with, self.net_without)


def trial(
    *,
    seed: int,
    audience: str = "win_back",
    offer: Offer | None = None,
    customer_count: int = 2_000,
    history_days: int = 240,
    days: int = 28,
) -> Trial:
    """Simulate ``customer_count`` people for ``history_days``, then both futures of ``days``.

    ``audience`` is one of AUDIENCES: slipping buyers, one-time buyers, or all who bought.
    """
    shop = _shop(history_days + days, history_days)
    rng = stream(seed, PEOPLE, 0)
    calendar = shop.market.calendar
    people = make_people(1, customer_count, calendar, rng, since=0, until=history_days)
    needs = make_needs(people, shop.catalogue, rng)
    live(shop, people, needs, (seed, LIFE, 0, 0), since=0, until=history_days, with_walk_ins=False)
    rows = np.flatnonzero(_chosen(people, audience, history_days))
    everyone = np.ones(len(rows), dtype=bool)
    sent = np.full(len(rows), history_days + 10 / 24)
    offer = offer or Offer("win_back" if audience == "everyone" else audience, share=0.1)
    message = Message("trial", offer, rows, everyone, sent, everyone)
    spend = people.net_amount[rows] / 100
    quiet = history_days - people.last_order[rows]
    until = history_days + days
    period = live(
        shop, people, needs, (seed, LIFE, 0, 1), since=history_days, until=until,
        messages=(message,), with_walk_ins=False,
    )  # fmt: skip
    effect = period.effects[0]
    return Trial(
        spend,
        effect.net_without / 100,
        effect.net_with / 100,
        effect.margin_without / 100,
        effect.margin_with / 100,
        quiet,
    )


@lru_cache(maxsize=4)
def _shop(days: int, end_day: int) -> Shop:
    return make_shop(TRIAL_START, days, end_day, 1)


def _chosen(people: People, audience: str, day: float) -> Flags:
    quiet = day - np.nan_to_num(people.last_order, nan=-1e4)
    if audience == "win_back":
        return np.asarray((people.order_count >= 3) & (quiet > 35) & (quiet < 200))
    if audience == "second_order":
        return np.asarray((people.order_count == 1) & (quiet > 14) & (quiet < 200))
    return np.asarray(people.order_count > 0)
