"""People: who they are, how often they come, what moves them, and when they would leave.

One block of people is one record of arrays. It is both the truth (written to
truth/customers.parquet) and the state that the shop lives on from.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, Texts
from regulars.simulator.calendar import Calendar
from regulars.simulator.columns import table_of
from regulars.simulator.stores import load_stores

PERSONAS = (
    "price_sensitive",
    "quality_seeking",
    "novelty_seeking",
    "convenience_seeking",
    "brand_loyal",
)
PERSONA_SHARES = (0.30, 0.18, 0.14, 0.22, 0.16)
ACQUISITIONS = ("store", "wechat", "search", "short_video", "referral", "organic")
BASE_SHARE = 0.31  # of all customers: those who had joined before the first day


@dataclass
class People:
    """Arrays of one length. Times are days since the first day; rates are per day."""

    number: Ints  # 1.. over all blocks
    is_member: Flags
    joined: Floats
    acquisition: Ints
    persona: Ints
    price_sensitivity: Floats  # multiplies every product's elasticity; mean about 1
    quality_taste: Floats
    novelty_taste: Floats
    brand_loyalty: Floats
    favourite_brand: Ints
    is_deliberate: Flags
    deliberation: Floats  # expected sessions before a purchase online
    household_size: Ints
    budget: Ints  # 0 low, 1 middle, 2 high
    baby_born: Floats  # NaN without baby
    has_cat: Flags
    has_dog: Flags
    trip_rate: Floats  # of trips that no need asks for, while active
    need_share: Floats  # how much of what the household needs is bought here
    leave_hazard: Floats
    leave_day: Floats  # from then on only slipping visits
    slip_days: Floats  # how long after it they still come now and then
    satisfaction: Floats  # 0-1
    home_store: Ints
    store_share: Floats  # of their trips
    app_share: Floats  # of their trips online
    is_annoyed_by_messages: Flags
    message_response: Floats  # personal factor on every campaign's effect
    speaks_english: Flags
    is_female: Flags
    born: Floats
    surname: Ints
    given_name: Ints
    consents_sms: Flags
    consents_email: Flags
    order_count: Ints
    net_amount: Ints  # fen
    first_order: Floats  # NaN before it
    last_order: Floats

    def __len__(self) -> int:
        return len(self.number)

    @property
    def codes(self) -> Texts:
        """The person's own id everywhere: M0000123, or U0000123 for web buyers."""
        if not len(self):
            return np.zeros(0, dtype=object)
        letters = np.where(self.is_member, "M", "U")
        return np.char.add(letters, np.char.zfill(self.number.astype(str), 7)).astype(object)

    def take(self, rows: Ints | Flags) -> "People":
        """Those rows, in that order."""
        return People(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def to_arrow(self) -> pa.Table:
        """One column per field."""
        return table_of({f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def from_arrow(cls, table: pa.Table) -> "People":
        """The record that `to_arrow` wrote; other columns are left aside."""
        return cls(
            **{f.name: table[f.name].to_numpy(zero_copy_only=False).copy() for f in fields(cls)}
        )


def make_people(
    first_number: int, count: int, calendar: Calendar, rng: Rng, *, since: int, until: int
) -> People:
    """Newcomers between two days; where ``since`` is 0, also those who had joined before."""
    is_base = (np.arange(count) < round(BASE_SHARE * count)) & (since == 0)
    joined = _join_days(is_base, calendar, rng, since, until)
    order = np.argsort(joined, kind="stable")
    joined, is_base = joined[order], is_base[order]
    persona = np.searchsorted(np.cumsum(PERSONA_SHARES), rng.random(count)).clip(0, 4)
    hazard_shape = np.where(is_base, 4.0, 1.3)  # who stayed so long leaves no sooner than most
    hazard_mean = np.where(is_base, 1 / 460, 1 / 330)
    hazard = rng.gamma(hazard_shape, hazard_mean / hazard_shape) + 1e-5
    is_member = rng.random(count) < 0.86
    taste = _tastes(persona, rng)
    return People(
        number=np.arange(first_number, first_number + count),
        is_member=is_member,
        joined=joined,
        persona=persona,
        trip_rate=rng.gamma(0.8, np.array([0.33, 0.36, 0.46, 0.30, 0.30])[persona] / 0.8) / 30.4,
        need_share=rng.beta(1.1, 2.2, count) * 1.5,
        leave_hazard=hazard,
        leave_day=np.maximum(joined, 0) + rng.exponential(1 / hazard),
        slip_days=rng.uniform(45, 110, count),
        satisfaction=np.clip(rng.normal(0.72, 0.12, count), 0.05, 1),
        order_count=np.zeros(count, dtype=np.int64),
        net_amount=np.zeros(count, dtype=np.int64),
        first_order=np.full(count, np.nan),
        last_order=np.full(count, np.nan),
        **taste,
        **_households(joined, rng),
        **_habits(is_member, persona, rng),
        **_identity(count, rng),
    )


def _join_days(is_base: Flags, calendar: Calendar, rng: Rng, since: int, until: int) -> Floats:
    count = len(is_base)
    weight = np.cumsum(calendar.demand[since:until] ** 0.6)
    position = rng.random(count) * weight[-1]
    day = since + np.interp(position, np.r_[0.0, weight], np.arange(until - since + 1))
    before = -np.minimum(rng.exponential(420, count), 1300) - 1
    return np.where(is_base, before, np.minimum(day, until - 1e-3))


def _tastes(persona: Ints, rng: Rng) -> dict[str, Any]:
    count = len(persona)
    sensitivity = np.array([1.6, 0.6, 0.85, 0.75, 0.9])[persona]
    deliberation = np.array([2.2, 2.6, 1.6, 1.15, 1.4])[persona] * rng.lognormal(0, 0.3, count)
    return {
        "price_sensitivity": sensitivity * rng.lognormal(0, 0.2, count),
        "quality_taste": np.array([0.3, 3.2, 1.2, 1.0, 1.2])[persona] + rng.normal(0, 0.3, count),
        "novelty_taste": np.array([0.0, 0.2, 2.2, 0.1, -0.3])[persona] + rng.normal(0, 0.2, count),
        "brand_loyalty": np.array([0.3, 0.8, 0.0, 0.8, 2.4])[persona] + rng.exponential(0.2, count),
        "favourite_brand": rng.integers(0, 997, count),
        "is_deliberate": deliberation > 1.7,
        "deliberation": deliberation,
        "budget": np.searchsorted([0.35, 0.8], rng.random(count)),
    }


def _households(joined: Floats, rng: Rng) -> dict[str, Any]:
    count = len(joined)
    has_baby = rng.random(count) < 0.17
    baby_born = np.maximum(joined, 0) + rng.uniform(-820, 240, count)
    pet = rng.random(count)
    size = 1 + rng.binomial(4, 0.38, count) + has_baby
    return {
        "household_size": size.astype(np.int64),
        "baby_born": np.where(has_baby, baby_born, np.nan),
        "has_cat": pet < 0.13,
        "has_dog": (pet > 0.11) & (pet < 0.20),
    }


def _habits(is_member: Flags, persona: Ints, rng: Rng) -> dict[str, Any]:
    count = len(persona)
    store_share = np.where(is_member, rng.beta(1.1, 0.75, count), 0.0)
    online = rng.random(count)
    acquired = np.where(
        rng.random(count) < store_share,
        0,
        1 + np.searchsorted([0.3, 0.52, 0.74, 0.88], rng.random(count)),
    )
    response = np.array([1.35, 0.7, 1.15, 0.9, 0.8])[persona] * rng.lognormal(0, 0.25, count)
    weight = np.cumsum(load_stores().weight)
    return {
        "acquisition": acquired.astype(np.int64),
        "home_store": np.searchsorted(weight, rng.random(count)).clip(0, 19).astype(np.int64),
        "store_share": store_share,
        "app_share": np.where(online < 0.3, 0.05, np.where(online < 0.75, 0.9, 0.5)),
        "is_annoyed_by_messages": rng.random(count) < 0.05,
        "message_response": response,
    }


def _identity(count: int, rng: Rng) -> dict[str, Any]:
    age = rng.normal(36, 10, count).clip(18, 78)
    return {
        "speaks_english": rng.random(count) < 0.13,
        "is_female": rng.random(count) < 0.62,
        "born": -age * 365.25,
        "surname": rng.integers(0, 60, count),
        "given_name": rng.integers(0, 6400, count),
        "consents_sms": rng.random(count) < 0.74,
        "consents_email": rng.random(count) < 0.48,
    }


def baby_months(people: People, person: Ints, t: Floats) -> Floats:
    """Age of each person's baby at a moment, in months; NaN without one."""
    return np.asarray((t - people.baby_born[person]) / 30.44)
