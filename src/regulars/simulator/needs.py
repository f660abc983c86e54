"""Needs: what a household uses up and buys here again, each with its own cycle.

A need is a renewal process: the gap after buying q packs is q cycles times a gamma noise
of mean 1 and shape ``regularity``. The process runs on whatever happens to the person;
whether a due need becomes a trip is decided in `trips`.
"""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Floats, Ints, Rng
from regulars.simulator.calendar import Calendar
from regulars.simulator.catalogue import Catalogue
from regulars.simulator.columns import table_of
from regulars.simulator.people import People, baby_months


@dataclass
class Needs:
    """One row per (person of the block, group). ``next_due`` is the state."""

    person: Ints
    group: Ints
    cycle_days: Floats
    regularity: Floats
    next_due: Floats

    def to_arrow(self) -> pa.Table:
        """One column per field."""
        return table_of({f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def from_arrow(cls, table: pa.Table) -> "Needs":
        """The record that `to_arrow` wrote."""
        return cls(
            **{f.name: table[f.name].to_numpy(zero_copy_only=False).copy() for f in fields(cls)}
        )


@dataclass(frozen=True)
class Occasions:
    """Due needs: which need, when, how many packs."""

    need: Ints
    t: Floats
    quantity: Ints


def make_needs(people: People, catalogue: Catalogue, rng: Rng) -> Needs:
    """Which needs each person covers here, with the cycle of each."""
    chance = catalogue.need_share[None, :] * people.need_share[:, None]
    eligible = np.column_stack(
        [
            np.zeros(len(people), dtype=bool),
            np.ones(len(people), dtype=bool),
            ~np.isnan(people.baby_born),
            people.has_cat,
            people.has_dog,
        ]
    )[:, catalogue.needed_by]
    person, group = np.nonzero(eligible & (rng.random(chance.shape) < chance))
    count = len(person)
    size = np.where(catalogue.needed_by[group] == 1, people.household_size[person], 2)
    cycle = catalogue.cycle_days[group] * np.sqrt(2.0 / size) * rng.lognormal(0, 0.25, count)
    begin = np.maximum(people.joined[person], 0.0)
    lag = cycle * rng.random(count)
    at_once = (people.joined[person] >= 0) & (rng.random(count) < 0.5)
    due = begin + np.where(at_once, 0.0, lag)
    is_baby = catalogue.needed_by[group] == 2
    unborn = is_baby & (due < people.baby_born[person])
    due[unborn] = people.baby_born[person[unborn]] + lag[unborn] * 0.3
    return Needs(person, group, cycle, rng.uniform(8, 40, count), due)


def due_occasions(
    needs: Needs, people: People, catalogue: Catalogue, calendar: Calendar, rng: Rng, until: float
) -> Occasions:
    """Every due moment before ``until``, and ``needs.next_due`` moved behind it."""
    found: list[tuple[Ints, Floats, Ints]] = []
    row = np.flatnonzero(needs.next_due < until)
    while len(row):
        t = needs.next_due[row]
        quantity = _packs(people.price_sensitivity[needs.person[row]], t, calendar, rng)
        found.append((row, t, quantity))
        noise = rng.gamma(needs.regularity[row]) / needs.regularity[row]
        needs.next_due[row] = t + quantity * needs.cycle_days[row] * noise
        row = row[needs.next_due[row] < until]
    if not found:
        return Occasions(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))
    need, t, quantity = (np.concatenate(part) for part in zip(*found, strict=True))
    person, group = needs.person[need], needs.group[need]
    outgrown = baby_months(people, person, t) > catalogue.until_months[group]
    keep = ~(outgrown & (catalogue.needed_by[group] == 2)) & (t >= people.joined[person])
    return Occasions(need[keep], t[keep], quantity[keep])


def _packs(sensitivity: Floats, t: Floats, calendar: Calendar, rng: Rng) -> Ints:
    """Most buy one; in the big sales people stock up, the price-sensitive the more."""
    in_sale = calendar.big_sale[t.astype(np.int64)] == 1
    two = np.where(in_sale, 0.30 + 0.15 * sensitivity, 0.07)
    three = np.where(in_sale, 0.12, 0.01)
    u = rng.random(len(t))
    return 1 + (u < two + three).astype(np.int64) + (u < three)
