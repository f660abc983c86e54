"""Baskets: which products a trip brings home.

Needs choose within their purpose (a logit over price, quality, novelty and brand). Free
purchases are candidates at four times the wanted rate, each kept with probability
(price / base price) ^ (elasticity x sensitivity) / 4: their demand has exactly the known
elasticity. Companions come along with their known probabilities.
"""

from dataclasses import dataclass, fields

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, draw_rows
from regulars.simulator.catalogue import Catalogue
from regulars.simulator.market import Market
from regulars.simulator.needs import Needs
from regulars.simulator.people import PERSONAS, People, baby_months
from regulars.simulator.trips import Trips, Wanted

FREE_LINES = 2.3  # expected free lines of a free trip at base prices and full shelves
MAX_RESPONSE = 4.0
NEW_FOR_DAYS = 120
PERSONA_QUALITY = np.array([0.3, 3.2, 1.2, 1.0, 1.2])


@dataclass
class Lines:
    """One row per (trip, product). Money in fen; ``discount`` is the shelf offer's."""

    trip: Ints
    product: Ints
    quantity: Ints
    unit_price: Ints
    discount: Ints
    is_need: Flags

    def __len__(self) -> int:
        return len(self.trip)

    def take(self, rows: Ints | Flags) -> "Lines":
        """Those rows, in that order."""
        return Lines(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class EmptyShelves:
    """What was wanted and not there: one row per (trip, product) of a stock-out."""

    trip: Ints
    product: Ints


@dataclass(frozen=True)
class Shop:
    """What is the same for everybody: the catalogue and the market."""

    catalogue: Catalogue
    market: Market


def fill_baskets(
    shop: Shop, people: People, needs: Needs, trips: Trips, wanted: Wanted, rng: Rng
) -> tuple[Lines, EmptyShelves]:
    """Lines by trip and product, and what was wanted but out of stock."""
    (need_trip, need_product, need_quantity), missed = _choose_for_needs(
        shop, people, needs, trips, wanted, rng
    )
    free_trip, free_product, more_missed = choose_freely(shop, people, trips, rng)
    missed = EmptyShelves(
        np.concatenate([missed.trip, more_missed.trip]),
        np.concatenate([missed.product, more_missed.product]),
    )
    trip = np.concatenate([need_trip, free_trip])
    product = np.concatenate([need_product, free_product])
    quantity = np.concatenate([need_quantity, 1 + (rng.random(len(free_trip)) < 0.1)])
    more_trip, more_product = _companions(shop, trips, trip, product, rng)
    is_need = np.arange(len(trip) + len(more_trip)) < len(need_trip)
    lines = _merged(
        shop,
        trips,
        np.concatenate([trip, more_trip]),
        np.concatenate([product, more_product]),
        np.concatenate([quantity, np.ones(len(more_trip), dtype=np.int64)]),
        is_need,
    )
    return lines, missed


def price_response(shop: Shop, product: Ints, day: Ints, sensitivity: Floats) -> Floats:
    """Demand relative to that at the catalogue's base price, at most MAX_RESPONSE."""
    ratio = shop.market.offer_price[product, day] / shop.catalogue.price[product]
    return np.minimum(ratio ** (shop.catalogue.elasticity[product] * sensitivity), MAX_RESPONSE)


def on_sale(shop: Shop, front: Ints, product: Ints, day: Ints) -> Flags:
    """Listed there and launched by then."""
    listed = shop.market.listed[front, product]
    return np.asarray(listed & (shop.market.launched[product] <= day))


def _choose_for_needs(
    shop: Shop, people: People, needs: Needs, trips: Trips, wanted: Wanted, rng: Rng
) -> tuple[tuple[Ints, Ints, Ints], EmptyShelves]:
    catalogue = shop.catalogue
    group = needs.group[wanted.need]
    person = needs.person[wanted.need]
    day = trips.t[wanted.trip].astype(np.int64)
    options = catalogue.alternatives[group]
    product = np.maximum(options, 0)
    utility = _utility(shop, people, person, product, day)
    front = trips.front[wanted.trip]
    fits = (options >= 0) & on_sale(shop, front[:, None], product, day[:, None])
    stage = _baby_stage(catalogue, people, person, group, trips.t[wanted.trip])
    staged = catalogue.stage[product]
    fits &= (staged < 0) | (staged == stage[:, None])
    noisy = utility + rng.gumbel(size=utility.shape)
    noisy[~fits] = -np.inf
    rows = np.arange(len(group))
    best = noisy.argmax(axis=1)
    empty = shop.market.out[front, product[rows, best], day]
    missed = EmptyShelves(wanted.trip[empty], product[rows, best][empty])
    noisy[shop.market.out[front[:, None], product, day[:, None]]] = -np.inf
    best = noisy.argmax(axis=1)
    gives_up = empty & (rng.random(len(group)) < 0.4)
    bought = np.isfinite(noisy[rows, best]) & ~gives_up
    chosen = wanted.trip[bought], product[rows, best][bought], wanted.quantity[bought]
    return chosen, missed


def _utility(shop: Shop, people: People, person: Ints, product: Ints, day: Ints) -> Floats:
    """Logit utility of each option (rows x options), without the noise."""
    catalogue = shop.catalogue
    sensitivity = people.price_sensitivity[person][:, None]
    ratio = shop.market.offer_price[product, day[:, None]] / catalogue.price[product]
    newness = day[:, None] - shop.market.launched[product]
    is_new = (newness >= 0) & (newness < NEW_FOR_DAYS)
    likes = (people.favourite_brand[person][:, None] + catalogue.group[product] * 7) % 3
    position = catalogue.brand_index[product] % 3 == likes
    return np.asarray(
        np.log(catalogue.attraction[product])
        + catalogue.elasticity[product] * sensitivity * np.log(ratio)
        + people.quality_taste[person][:, None] * (catalogue.quality[product] - 0.6)
        + people.novelty_taste[person][:, None] * is_new
        + people.brand_loyalty[person][:, None] * position
    )


def _baby_stage(catalogue: Catalogue, people: People, person: Ints, group: Ints, t: Floats) -> Ints:
    months = np.nan_to_num(baby_months(people, person, t), nan=0.0)
    return (months[:, None] >= catalogue.stage_from[group]).sum(axis=1) - 1


def choose_freely(
    shop: Shop, people: People, trips: Trips, rng: Rng
) -> tuple[Ints, Ints, EmptyShelves]:
    catalogue, market = shop.catalogue, shop.market
    free = np.flatnonzero(trips.is_free)
    trip = np.repeat(free, rng.poisson(FREE_LINES * MAX_RESPONSE, len(free)))
    person, front = trips.person[trip], trips.front[trip]
    day = trips.t[trip].astype(np.int64)
    table = free_weights(catalogue)
    product = draw_rows(table, people.persona[person] * 12 + market.calendar.month[day], rng)
    keep = price_response(shop, product, day, people.price_sensitivity[person])
    newness = day - market.launched[product]
    is_new = (newness >= 0) & (newness < NEW_FOR_DAYS)
    keep *= np.where(is_new, np.exp(0.5 * people.novelty_taste[person]), 1.0)
    appliance = catalogue.is_appliance[catalogue.group[product]] == 1
    keep *= np.where(appliance, np.array([0.6, 1.0, 1.6])[people.budget[person]], 1.0)
    keep *= np.where(
        appliance & (trips.campaign[trip] >= 0), 0.1, 1.0
    )  # offers are for daily goods
    wants = rng.random(len(trip)) * MAX_RESPONSE < keep
    wants &= on_sale(shop, front, product, day)
    empty = market.out[front, product, day]
    missed = EmptyShelves(trip[wants & empty], product[wants & empty])
    wants &= ~empty
    return trip[wants], product[wants], missed


def free_weights(catalogue: Catalogue) -> Floats:
    """Cumulative product weights by persona x month: 60 rows."""
    total = np.bincount(catalogue.group, catalogue.attraction)
    base = catalogue.popularity[catalogue.group] * catalogue.attraction / total[catalogue.group]
    quality = np.exp(PERSONA_QUALITY[:, None] * (catalogue.quality - 0.6)[None, :])
    season = catalogue.season[catalogue.group].T
    weight = (base * quality)[:, None, :] * season[None, :, :]
    weight = weight.reshape(len(PERSONAS) * 12, -1)
    cumulative = np.cumsum(weight, axis=1)
    return np.asarray(cumulative / cumulative[:, -1:])


def _companions(shop: Shop, trips: Trips, trip: Ints, product: Ints, rng: Rng) -> tuple[Ints, Ints]:
    catalogue = shop.catalogue
    group = catalogue.group[product]
    trips_found, products_found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for source, target, probability in zip(
        catalogue.companion_of, catalogue.companion, catalogue.companion_probability, strict=True
    ):
        rows = np.flatnonzero(group == source)
        rows = rows[rng.random(len(rows)) < probability]
        options = catalogue.alternatives[target][catalogue.alternatives[target] >= 0]
        weight = catalogue.attraction[options] / catalogue.attraction[options].sum()
        chosen = rng.choice(options, len(rows), p=weight)
        day = trips.t[trip[rows]].astype(np.int64)
        front = trips.front[trip[rows]]
        there = on_sale(shop, front, chosen, day) & ~shop.market.out[front, chosen, day]
        trips_found.append(trip[rows][there])
        products_found.append(chosen[there])
    return np.concatenate(trips_found), np.concatenate(products_found)


def _merged(
    shop: Shop, trips: Trips, trip: Ints, product: Ints, quantity: Ints, is_need: Flags
) -> Lines:
    """One line per trip and product, at the day's list price and offer."""
    key = trip * shop.catalogue.product_count + product
    unique, place = np.unique(key, return_inverse=True)
    pieces = np.bincount(place, quantity, len(unique)).astype(np.int64)
    needed = np.bincount(place, is_need, len(unique)) > 0
    trip, product = np.divmod(unique, shop.catalogue.product_count)
    day = trips.t[trip].astype(np.int64)
    price = shop.market.list_price[product, day]
    offer = shop.market.offer_price[product, day]
    return Lines(trip, product, pieces, price, pieces * (price - offer), needed)
