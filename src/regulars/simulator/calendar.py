"""Days, seasons and hours of the shop.

Inside the simulator a moment is a float: days since the local midnight of ``start_on`` in
Asia/Shanghai, which has no daylight saving, so that local and UTC differ by 8 h always.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from regulars.simulator.arrays import Floats, Ints, Rng

# Spring Festival (first day of the lunar year), Hong Kong Observatory's conversion tables
SPRING_FESTIVALS = tuple(
    date.fromisoformat(text)
    for text in (
        "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
        "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23",
    )
)  # fmt: skip
FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5))
WEEKDAY_FACTOR = np.array([0.92, 0.90, 0.92, 0.95, 1.03, 1.18, 1.12])

# share of a day's orders by local hour
STORE_HOURS = np.array(
    [0, 0, 0, 0, 0, 0, 0, 0.5, 2, 5, 8, 9, 7, 5, 5, 6, 7, 9, 11, 11, 8, 4, 0.5, 0], dtype=float
)
ONLINE_HOURS = np.array(
    [3, 1.5, 0.7, 0.4, 0.3, 0.4, 1, 2, 3.5, 4.5, 6, 5.5, 6.5, 5.5, 4.5, 4.5, 4.5, 4.5, 5, 6.5, 8.5,
     10, 9, 6]
)  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """``days`` days from ``start_on`` on."""

    start_on: date
    days: int

    @cached_property
    def dates(self) -> list[date]:
        return [self.start_on + timedelta(days=i) for i in range(self.days)]

    @cached_property
    def month(self) -> Ints:
        """Month of each day, 0 = January."""
        return np.array([d.month - 1 for d in self.dates], dtype=np.int64)

    @cached_property
    def is_holiday(self) -> Ints:
        """1 on public holidays."""
        feasts = {f + timedelta(days=i) for f in SPRING_FESTIVALS for i in range(-1, 6)}
        return np.array(
            [d in feasts or (d.month, d.day) in FIXED_HOLIDAYS for d in self.dates], dtype=np.int64
        )

    @cached_property
    def big_sale(self) -> Ints:
        """1 in the two weeks of 11.11 and 6.18: November 1-11, June 6-18."""
        return np.array(
            [(d.month == 11 and d.day <= 11) or (d.month == 6 and 6 <= d.day <= 18)
             for d in self.dates], dtype=np.int64
        )  # fmt: skip

    @cached_property
    def demand(self) -> Floats:
        """Season factor of trips that no need asks for, around 1."""
        return np.array([_demand(d) for d in self.dates])

    def day_of(self, on: date) -> int:
        return (on - self.start_on).days


def _demand(on: date) -> float:
    factor = float(WEEKDAY_FACTOR[on.weekday()])
    if on.month == 11 and on.day <= 11:
        factor *= 3.2 if on.day in {1, 11} else 1.35
    if on.month == 6 and 6 <= on.day <= 18:
        factor *= 2.6 if on.day in {16, 17, 18} else 1.25
    if on.month == 12 and on.day == 12:
        factor *= 1.7
    to_feast = min(SPRING_FESTIVALS, key=lambda f: abs((f - on).days))
    ahead = (to_feast - on).days
    if 2 <= ahead <= 16:
        factor *= 1.55  # new year's goods
    elif -6 <= ahead <= 1:
        factor *= 0.5  # away with the family
    return factor


def draw_hours(online: Ints, rng: Rng) -> Floats:
    """Fractions of a day, by the hours at which shops and fronts sell."""
    result = np.empty(len(online))
    for kind, shares in ((0, STORE_HOURS), (1, ONLINE_HOURS)):
        rows = np.flatnonzero(online == kind)
        hour = np.searchsorted(np.cumsum(shares) / shares.sum(), rng.random(len(rows)), "right")
        result[rows] = (hour + rng.random(len(rows))) / 24.0
    return result
