"""Trips: the moments at which a person buys, in a shop or online.

Due needs and trips that no need asks for (a seasonal Poisson process) are two streams; what
falls within a day and a half of each other is one trip. Who has left comes only now and
then, and after ``slip_days`` no more.
"""

from dataclasses import dataclass, fields

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng
from regulars.simulator.calendar import Calendar, draw_hours
from regulars.simulator.needs import Needs, Occasions
from regulars.simulator.people import People
from regulars.simulator.stores import APP, WEB, load_stores

MERGE_DAYS = 1.5
SLIPPING_SHARE = 0.22  # of trips that still happen after the person has left
WALK_INS_PER_TRIP = 0.72  # anonymous sales at the tills per sale with a card
STORE, ONLINE_WEB, ONLINE_APP = 0, 1, 2


@dataclass
class Trips:
    """One row per trip, by person and time. ``front`` is the store's index.

    ``is_free`` marks trips with purchases that no need asks for. ``campaign`` is the index
    of the campaign that brought it, -1 for none. ``walks_in`` are anonymous: ``person`` is
    then only whom they are like.
    """

    person: Ints
    t: Floats
    channel: Ints
    front: Ints
    is_free: Flags
    is_first: Flags
    walks_in: Flags
    campaign: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Ints | Flags) -> "Trips":
        """Those rows, in that order."""
        return Trips(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def joined_with(self, other: "Trips") -> "Trips":
        """These rows, then the other's."""
        return Trips(
            **{
                f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)])
                for f in fields(self)
            }
        )


@dataclass(frozen=True)
class Wanted:
    """What needs ask for on a trip: trip row, need row, packs."""

    trip: Ints
    need: Ints
    quantity: Ints


def make_trips(
    people: People,
    needs: Needs,
    occasions: Occasions,
    calendar: Calendar,
    rng: Rng,
    *,
    since: float,
    until: float,
) -> tuple[Trips, Wanted]:
    """All trips of a block in a period, with what the needs ask for on each."""
    free_person, free_t = free_moments(people, calendar, rng, since, until)
    newcomers = np.flatnonzero((people.joined >= since) & (people.joined < until))
    person = np.concatenate([needs.person[occasions.need], free_person, newcomers])
    due = _at_weekends(people, needs, occasions, calendar, rng, until)
    t = np.concatenate([due, free_t, people.joined[newcomers]])
    row = np.r_[np.arange(len(occasions.t)), np.full(len(free_t) + len(newcomers), -1)]
    still = _still_comes(people, person, t, rng) | (t <= people.joined[person] + 1e-9)
    person, t, row = person[still], t[still], row[still]
    order = np.lexsort((t, person))
    person, t, row = person[order], t[order], row[order]
    starts = np.r_[True, (person[1:] != person[:-1]) | (np.diff(t) > MERGE_DAYS)][: len(t)]
    trip = np.cumsum(starts) - 1
    free = np.zeros(int(starts.sum()), dtype=bool)
    free[trip[row < 0]] = True
    trips = placed(people, person[starts], t[starts], free, rng)
    wanted = np.flatnonzero(row >= 0)
    source = row[wanted]
    return trips, Wanted(trip[wanted], occasions.need[source], occasions.quantity[source])


def free_moments(
    people: People, calendar: Calendar, rng: Rng, since: float, until: float
) -> tuple[Ints, Floats]:
    """A Poisson process whose rate follows the season: uniform in cumulative season."""
    season = np.r_[0.0, np.cumsum(calendar.demand)]
    days = np.arange(len(season))
    begin = np.interp(np.maximum(people.joined, since), days, season)
    end = np.interp(until, days, season)
    count = rng.poisson(people.trip_rate * np.maximum(end - begin, 0.0))
    person = np.repeat(np.arange(len(people)), count)
    place = begin[person] + rng.random(len(person)) * (end - begin[person])
    return person, np.interp(place, season, days)


def _at_weekends(
    people: People, needs: Needs, occasions: Occasions, calendar: Calendar, rng: Rng, until: float
) -> Floats:
    """Who shops in person lets many a need of mid-week wait for the weekend."""
    weekday = (calendar.start_on.weekday() + np.floor(occasions.t).astype(np.int64)) % 7
    waits = (weekday >= 1) & (weekday <= 4)
    waits &= rng.random(len(weekday)) < 0.32 * people.store_share[needs.person[occasions.need]]
    later = occasions.t + np.where(waits, 5 - weekday + (rng.random(len(weekday)) < 0.4), 0)
    return np.where(later < until, later, occasions.t)


def _still_comes(people: People, person: Ints, t: Floats, rng: Rng) -> Flags:
    left = people.leave_day[person]
    slips = (t < left + people.slip_days[person]) & (rng.random(len(t)) < SLIPPING_SHARE)
    return np.asarray((t < left) | slips)


def placed(people: People, person: Ints, t: Floats, free: Flags, rng: Rng) -> Trips:
    """Where and at what hour of its day each trip happens."""
    count = len(person)
    in_store = rng.random(count) < people.store_share[person]
    by_app = rng.random(count) < people.app_share[person]
    channel = np.where(in_store, STORE, np.where(by_app, ONLINE_APP, ONLINE_WEB))
    elsewhere = rng.random(count) < 0.1
    other = np.searchsorted(np.cumsum(load_stores().weight), rng.random(count)).clip(0, 19)
    front = np.where(elsewhere, other, people.home_store[person])
    front = np.where(channel == STORE, front, np.where(channel == ONLINE_APP, APP, WEB))
    hour = draw_hours((channel != STORE).astype(np.int64), rng)
    is_first = np.r_[True, person[1:] != person[:-1]][:count] & np.isnan(people.first_order[person])
    return Trips(
        person, np.floor(t) + hour, channel, front, free, is_first,
        np.zeros(count, dtype=bool), np.full(count, -1),
    )  # fmt: skip


def walk_ins(trips: Trips, calendar: Calendar, rng: Rng) -> Trips:
    """Anonymous sales at the tills: like the members' ones, on days near them."""
    rows = np.flatnonzero((trips.channel == STORE) & ~trips.walks_in)
    count = int(rng.poisson(len(rows) * WALK_INS_PER_TRIP)) if len(rows) else 0
    chosen = np.sort(rng.choice(rows, count)) if count else np.zeros(0, np.int64)
    found = trips.take(chosen)
    first, last = (np.floor(trips.t.min()), np.floor(trips.t.max())) if len(trips) else (0, 0)
    day = np.floor(found.t) + 7 * rng.integers(-2, 3, count)
    day = np.where((day < first) | (day > last), np.floor(found.t), day)
    found.t = day + draw_hours(np.zeros(count, np.int64), rng)
    found.walks_in[:] = True
    found.campaign[:] = -1
    found.is_free[:] = True
    found.is_first[:] = False
    return found
