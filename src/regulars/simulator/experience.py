"""Experience: what went wrong with an order, and who left for it.

Late deliveries, empty shelves, faulty goods and the noisy batch lower satisfaction, and
after each order a person leaves with a probability that grows with what went wrong.
"""

from dataclasses import dataclass, fields

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, running_within
from regulars.simulator.baskets import Lines, Shop
from regulars.simulator.people import People
from regulars.simulator.trips import STORE, Trips

PROMISED_DAYS = 3.0
FIRST_ORDER_LEAVES = 0.24
LATER_ORDER_LEAVES = 0.012
AFTER_LEAVING_SHARE = 0.22
WEIGHTS = {"late": 0.09, "missed": 0.035, "faulty": 0.14, "noisy": 0.30}


@dataclass(frozen=True)
class Experience:
    """Per trip. ``delivery_days`` is NaN in a shop; ``leave_chance`` is the probability."""

    delivery_days: Floats
    is_late: Flags
    missed: Ints
    is_faulty: Flags
    is_noisy: Flags
    leave_chance: Floats
    leave_draw: Floats

    def take(self, rows: Ints) -> "Experience":
        """Those rows, in that order."""
        return Experience(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @property
    def feeling(self) -> Floats:
        """-1 to about 1: how the order went."""
        wrong = 0.9 * self.is_late + 0.35 * np.minimum(self.missed, 3) + 1.3 * self.is_faulty
        return np.asarray(0.75 - wrong - 1.5 * self.is_noisy)


def live_through(
    shop: Shop,
    people: People,
    trips: Trips,
    lines: Lines,
    missed: Ints,
    noisy_lines: Flags,
    rng: Rng,
) -> Experience:
    """What happened on each trip."""
    count = len(trips)
    day = trips.t.astype(np.int64)
    rain = np.zeros(count)
    online = trips.channel != STORE
    home = people.home_store[trips.person]
    rain[online] = shop.market.rain[home[online], day[online]]
    in_sale = shop.market.calendar.big_sale[day]
    delivery = 1.0 + rng.gamma(2.0, 0.5, count) + in_sale * rng.gamma(1.2, 0.8, count)
    delivery += (rain > 15) * rng.exponential(0.9, count)
    delivery[~online] = np.nan
    late = np.nan_to_num(delivery) > PROMISED_DAYS
    faulty_lines = rng.random(len(lines)) < 0.006
    faulty = np.bincount(lines.trip, faulty_lines, count) > 0
    noisy_draw = noisy_lines & (rng.random(len(lines)) < 0.75)
    noisy = np.bincount(lines.trip, noisy_draw, count) > 0
    base = np.where(trips.is_first, FIRST_ORDER_LEAVES, LATER_ORDER_LEAVES)
    base *= np.clip(1.9 - 1.25 * people.satisfaction[trips.person], 0.3, 2.0)
    chance = (
        base
        + WEIGHTS["late"] * late
        + WEIGHTS["missed"] * np.minimum(missed, 3)
        + WEIGHTS["faulty"] * faulty
        + WEIGHTS["noisy"] * noisy
    )
    chance[trips.walks_in] = 0.0
    return Experience(
        delivery, late, missed, faulty, noisy, np.minimum(chance, 0.9), rng.random(count)
    )


def happens(
    trips: Trips, experience: Experience, present: Flags, people: People, survive_draw: Floats
) -> Flags:
    """Which of the ``present`` trips take place once people leave after bad ones.

    Trips must be sorted by person and time, anonymous ones last; after leaving, a trip
    still takes place with probability AFTER_LEAVING_SHARE for ``slip_days``.
    """
    leaves = present & (experience.leave_draw < experience.leave_chance)
    owner = np.where(trips.walks_in, -1, trips.person)
    gone = running_within(leaves.astype(np.int64), owner) > 0
    left = np.full(len(people), np.inf)
    np.minimum.at(left, trips.person[leaves], trips.t[leaves])
    over = trips.t > (left + people.slip_days)[trips.person]
    slipping = ~over & (survive_draw < AFTER_LEAVING_SHARE)
    return np.asarray(present & (trips.walks_in | ~gone | slipping))


def leaving_moments(trips: Trips, experience: Experience, real: Flags, people: People) -> None:
    """Bring ``leave_day`` and ``satisfaction`` of the people up to date with what happened."""
    known = real & ~trips.walks_in
    leaves = known & (experience.leave_draw < experience.leave_chance)
    np.minimum.at(people.leave_day, trips.person[leaves], trips.t[leaves])
    shift = np.bincount(trips.person[known], 0.12 * (experience.feeling[known] - 0.55), len(people))
    people.satisfaction[:] = np.clip(people.satisfaction + np.clip(shift, -0.6, 0.15), 0.02, 1.0)
