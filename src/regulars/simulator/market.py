"""The market by day: list and offer prices, promotions, stock-outs, launches, weather.

Made in chunks of 30 days, each with its own generator, so that a longer horizon never
changes what was already there: the shop can live on for any time.
"""

from dataclasses import dataclass, field

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng, stream
from regulars.simulator.calendar import Calendar
from regulars.simulator.catalogue import Catalogue
from regulars.simulator.incidents import lost_shares
from regulars.simulator.stores import WEB, Stores

CHUNK_DAYS = 30
STREAM = 1
LAUNCHED_SHARE = 0.08
CHANGE_PROBABILITY = 0.07  # of a list price, per product and chunk
OUT_EVENTS = 0.16  # stock-outs per listed (store, product) and chunk
NOISY_SALE_BEFORE_END = (88, 57)  # days before end_on between which its batch is sold


@dataclass(frozen=True)
class Promotion:
    """Offers: one row per promotion x product; day numbers, ``until`` excluded."""

    product: Ints
    since: Ints
    until: Ints
    share: Floats
    wave: Ints


@dataclass(frozen=True)
class Market:
    """Arrays by product P, day D and store 22. Prices in fen."""

    calendar: Calendar
    list_price: Ints
    offer_price: Ints
    promotions: Promotion
    listed: Flags
    out: Flags
    launched: Ints
    temperature: Floats
    rain: Floats
    lost_share: Floats


@dataclass
class _Promotions:
    parts: list[tuple[Ints, int, int, Floats]] = field(default_factory=list)

    def add(self, products: Ints, since: int, until: int, share: Floats) -> None:
        if until > since and len(products):
            self.parts.append((products, since, until, share))

    def table(self, days: int) -> Promotion:
        parts = [p for p in self.parts if p[1] < days]
        sizes = [len(p[0]) for p in parts]
        return Promotion(
            product=np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, np.int64),
            since=np.repeat([p[1] for p in parts], sizes).astype(np.int64),
            until=np.repeat([p[2] for p in parts], sizes).astype(np.int64),
            share=np.concatenate([p[3] for p in parts]) if parts else np.zeros(0),
            wave=np.repeat(np.arange(len(parts)), sizes).astype(np.int64),
        )


def make_market(
    catalogue: Catalogue, stores: Stores, calendar: Calendar, *, seed: int, end_day: int
) -> Market:
    """The market of every day of ``calendar``; ``end_day`` is where history ends."""
    products, days = catalogue.product_count, calendar.days
    base = stream(seed, STREAM)
    launched = _launches(catalogue, end_day, base)
    listed = _assortment(catalogue, stores, base)
    factor = np.ones((products, days))
    out = np.zeros((len(stores.store_id), products, days), dtype=bool)
    weather = np.zeros((2, stores.shop_count, days))
    promotions = _Promotions()
    for chunk in range(-(-days // CHUNK_DAYS)):
        rng = stream(seed, STREAM, chunk)
        first = chunk * CHUNK_DAYS
        _change_prices(factor, first, rng)
        _promote(promotions, products, first, rng)
        _run_out(out, listed, first, rng)
        _weather(weather, stores, calendar, first, rng)
    _big_sales(promotions, products, calendar, seed)
    noisy = np.array([catalogue.noisy_product])
    since, until = (end_day - before for before in NOISY_SALE_BEFORE_END)
    promotions.add(noisy, max(since, 0), max(until, 0), np.array([0.25]))
    list_price = np.rint(catalogue.price[:, None] * factor / 10).astype(np.int64) * 10
    table = promotions.table(days)
    out[:, catalogue.noisy_product] = False
    return Market(
        calendar, list_price, _offers(list_price, table), table, listed, out & listed[:, :, None],
        launched, weather[0], weather[1], lost_shares(calendar, stores, end_day),
    )  # fmt: skip


def _launches(catalogue: Catalogue, end_day: int, rng: Rng) -> Ints:
    chance = rng.random(catalogue.product_count)
    day = rng.integers(30, max(end_day - 20, 31), catalogue.product_count)
    is_new = (chance < LAUNCHED_SHARE) & (catalogue.stage < 0)
    is_new[catalogue.noisy_product] = False
    return np.where(is_new, day, -rng.integers(100, 1500, catalogue.product_count))


def _assortment(catalogue: Catalogue, stores: Stores, rng: Rng) -> Flags:
    area = np.nan_to_num(stores.area_m2, nan=5000.0)
    chance = np.clip(0.50 + area / 2200.0, 0, 1)
    listed = rng.random((len(area), catalogue.product_count)) < chance[:, None]
    listed[:, (catalogue.stage >= 0) | (catalogue.attraction > 1.3)] = True
    listed[WEB:] = True
    return listed


def _change_prices(factor: Floats, first: int, rng: Rng) -> None:
    products, days = factor.shape
    changes = rng.random(products) < CHANGE_PROBABILITY
    step = np.where(changes, np.exp(rng.normal(0.008, 0.06, products)), 1.0)
    day = first + np.asarray(rng.integers(0, CHUNK_DAYS, products))
    factor *= np.where(np.arange(days)[None, :] >= day[:, None], step[:, None], 1.0)


def _promote(promotions: _Promotions, products: int, first: int, rng: Rng) -> None:
    for start in (0, 15):
        chosen = np.flatnonzero(rng.random(products) < 0.09)
        share = rng.choice([0.1, 0.15, 0.2, 0.25, 0.3], len(chosen))
        length = int(rng.integers(7, 13))
        promotions.add(chosen, first + start, first + start + length, share)


def _big_sales(promotions: _Promotions, products: int, calendar: Calendar, seed: int) -> None:
    for year, month, since, until in sorted(
        (year, month, since, until)
        for year in {d.year for d in calendar.dates}
        for month, since, until in ((6, 6, 19), (11, 1, 12))
    ):
        rng = stream(seed, STREAM, year, month)
        chosen = np.flatnonzero(rng.random(products) < 0.35)
        share = rng.choice([0.15, 0.2, 0.25, 0.3, 0.35], len(chosen))
        day = calendar.day_of(calendar.start_on.replace(year=year, month=month, day=since))
        promotions.add(chosen, max(day, 0), max(day + until - since, 0), share)


def _offers(list_price: Ints, promotions: Promotion) -> Ints:
    offer = list_price.copy()
    for product, since, until, share in zip(
        promotions.product, promotions.since, promotions.until, promotions.share, strict=True
    ):
        price = np.rint(list_price[product, since:until] * (1 - share) / 10).astype(np.int64) * 10
        offer[product, since:until] = np.minimum(offer[product, since:until], price)
    return offer


def _run_out(out: Flags, listed: Flags, first: int, rng: Rng) -> None:
    fronts, products, days = out.shape
    rate = np.full((fronts, products), OUT_EVENTS)
    rate[WEB:] = OUT_EVENTS / 4
    count = rng.poisson(rate) * listed
    store, product = np.nonzero(count)
    begin = first + rng.integers(0, CHUNK_DAYS, len(store))
    length = rng.integers(2, 8, len(store))
    for step in range(7):
        day = begin + step
        rows = (step < length) & (day < days)
        out[store[rows], product[rows], day[rows]] = True


def _weather(weather: Floats, stores: Stores, calendar: Calendar, first: int, rng: Rng) -> None:
    shops = stores.shop_count
    noise = rng.normal(0, 2.6, (shops, CHUNK_DAYS))
    wet = rng.random((shops, CHUNK_DAYS)) < 0.28
    amount = rng.gamma(0.9, 9.0, (shops, CHUNK_DAYS))
    last = min(first + CHUNK_DAYS, calendar.days)
    n = last - first
    of_year = np.array([d.timetuple().tm_yday for d in calendar.dates[first:last]])
    wave = -np.cos((of_year - 20) / 365.25 * 2 * np.pi)
    mean = stores.mean_temperature[:shops, None] + stores.temperature_swing[:shops, None] * wave
    weather[0, :, first:last] = np.round(mean + noise[:, :n], 1)
    weather[1, :, first:last] = np.round(wet[:, :n] * amount[:, :n], 1)
