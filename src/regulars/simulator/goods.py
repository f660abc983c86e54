"""Exports about goods and places: products, stores, prices, promotions, competitors, stock.

Stock rows are kept few by a rule: each listed (shop, product) every second Monday, and every
day on which a product stood at zero.
"""

from datetime import date

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Ints, stream
from regulars.simulator.baskets import Shop
from regulars.simulator.columns import (
    TextColumn,
    column,
    day_texts,
    joined,
    local_times,
    numbered,
    table_of,
    taken,
    yuan,
)
from regulars.simulator.exports import Exports
from regulars.simulator.stores import load_stores

STREAM = 5
COMPETITORS = ("优多多", "FreshLane", "万家超市")
COMPETITOR_LEVEL = np.array([0.97, 1.04, 0.99])
WATCHED_PRODUCTS = 70
COUNT_WEEKS = 2  # between two counts of the whole stock


def write_catalogue(exports: Exports, shop: Shop) -> None:
    """products.csv and stores.csv."""
    catalogue, stores, market = shop.catalogue, load_stores(), shop.market
    start_on = market.calendar.start_on
    exports.csv(
        "products.csv",
        table_of(
            {
                "product_id": column(catalogue.product_id),
                "product_name": column(catalogue.name),
                "brand": column(catalogue.brand),
                "category": taken(catalogue.category, catalogue.group),
                "purpose": taken(catalogue.purpose, catalogue.group),
                "list_price": yuan(catalogue.price),
                "unit_cost": yuan(catalogue.cost),
                "launched_on": day_texts(start_on, market.launched),
            }
        ),
    )
    count = len(stores.store_id)
    opened = np.arange(count) * -97 - 900
    exports.csv(
        "stores.csv",
        table_of(
            {
                "store_id": column(stores.store_id),
                "store_name": column(stores.name),
                "channel": column(stores.channel),
                "city": column(stores.city),
                "region": column(stores.region),
                "opened_on": day_texts(start_on, opened),
                "area_m2": column(stores.area_m2, mask=np.isnan(stores.area_m2)),
            }
        ),
    )


def write_prices(exports: Exports, shop: Shop, since: int, until: int) -> None:
    """prices.csv: each list price from when it holds, within the days; offers apart."""
    market, catalogue = shop.market, shop.catalogue
    window = market.list_price[:, since:until]
    changed = np.ones_like(window, dtype=bool)
    changed[:, 1:] = window[:, 1:] != window[:, :-1]
    if since > 0:
        changed[:, 0] = window[:, 0] != market.list_price[:, since - 1]
    product, day = np.nonzero(changed)
    from_day = np.where(day == 0, since if since else -365, day + since).astype(float)
    exports.csv(
        "prices.csv",
        table_of(
            {
                "product_id": taken(catalogue.product_id, product),
                "from_at": local_times(market.calendar.start_on, from_day),
                "price": yuan(window[product, day]),
                "kind": taken(["list"], np.zeros(len(product), np.int64)),
            }
        ),
    )


def write_promotions(exports: Exports, shop: Shop, since: int, until: int) -> None:
    """promotions.csv: offers that begin within the days, in every shop and front."""
    table, start_on = shop.market.promotions, shop.market.calendar.start_on
    rows = np.flatnonzero((table.since >= since) & (table.since < until))
    placement = np.where(table.share[rows] >= 0.25, 0, np.where(table.share[rows] >= 0.2, 1, 2))
    exports.csv(
        "promotions.csv",
        table_of(
            {
                "promotion_id": promotion_ids(shop, rows),
                "product_id": taken(shop.catalogue.product_id, table.product[rows]),
                "started_at": local_times(start_on, table.since[rows].astype(float)),
                "ended_at": local_times(start_on, table.until[rows].astype(float)),
                "kind": taken(["discount"], np.zeros(len(rows), np.int64)),
                "value": table.share[rows],
                "placement": taken(["display", "mailer", ""], placement),
            }
        ),
    )


def promotion_ids(shop: Shop, rows: Ints) -> TextColumn:
    """PR- + the wave's first day + its number of products, the same in every run."""
    table = shop.market.promotions
    days = day_texts(shop.market.calendar.start_on, table.since[rows], "%Y%m%d")
    length = (table.until - table.since)[rows]
    return joined("PR", days, numbered("-", length, 2))


def write_competitors(exports: Exports, shop: Shop, seed: int, since: int, until: int) -> None:
    """competitor_prices.csv: weekly, of the products that the shop watches."""
    market = shop.market
    watched = np.linspace(0, shop.catalogue.product_count - 1, WATCHED_PRODUCTS).astype(np.int64)
    mondays = _mondays(market.calendar.start_on, since, until)
    parts = []
    for rival, name in enumerate(COMPETITORS):
        for day in mondays:
            rng = stream(seed, STREAM, rival, int(day))
            seen = watched[rng.random(len(watched)) < 0.8]
            level = COMPETITOR_LEVEL[rival] * (1 - 0.2 * (rng.random(len(seen)) < 0.12))
            price = market.list_price[seen, day] * level * np.exp(rng.normal(0, 0.02, len(seen)))
            moment = np.full(len(seen), day + 9.5)
            parts.append(
                table_of(
                    {
                        "competitor": column([name] * len(seen), pa.string()),
                        "product_id": taken(shop.catalogue.product_id, seen),
                        "observed_at": local_times(market.calendar.start_on, moment),
                        "price": np.round(price / 100, 1),
                        "source": column(["price watch"] * len(seen), pa.string()),
                    }
                )
            )
    if parts:
        exports.csv("competitor_prices.csv", pa.concat_tables(parts))


def _mondays(start_on: date, since: int, until: int, weeks: int = 1) -> Ints:
    """Every (second, ...) Monday of the days; counted from the start, whatever ``since`` is."""
    every = np.arange(-start_on.weekday() % 7, until, 7 * weeks)
    return every[every >= since]


def write_inventory(
    exports: Exports, shop: Shop, sold: Ints, seed: int, since: int, until: int
) -> None:
    """inventory.parquet; ``sold`` is pieces by shop x product x day of the window."""
    market, stores = shop.market, load_stores()
    shops, products, days = sold.shape
    daily = sold.mean(axis=2) + 0.05
    target = np.ceil(daily * 12 + 4)
    stock = np.ceil(target * stream(seed, STREAM, 999, since).uniform(0.4, 1.0, target.shape))
    on_hand = np.zeros((shops, products, days), dtype=np.float64)
    received = np.zeros((shops, products, days), dtype=np.float64)
    for today in range(days):
        out, gone = market.out[:shops, :, since + today], sold[:, :, today]
        order = np.where(stock - gone < target * 0.35, np.maximum(target, gone - stock + 1), 0)
        received[:, :, today] = np.where(out, 0, np.ceil(order))
        stock = np.where(out, 0, np.maximum(stock + received[:, :, today] - gone, 1))
        on_hand[:, :, today] = stock
    rows = np.zeros((shops, products, days), dtype=bool)
    counted = _mondays(market.calendar.start_on, since, until, COUNT_WEEKS) - since
    rows[:, :, counted] = True
    live = market.listed[:shops, :, None] & (
        market.launched[None, :, None] <= np.arange(since, until)[None, None, :]
    )
    shop_row, product, day = np.nonzero((rows | (on_hand == 0)) & live)
    exports.parquet(
        "inventory.parquet",
        table_of(
            {
                "store_id": taken(stores.store_id, shop_row),
                "product_id": taken(shop.catalogue.product_id, product),
                "on_date": column(
                    np.datetime64(market.calendar.start_on, "D") + (day + since), pa.date32()
                ),
                "on_hand_quantity": on_hand[shop_row, product, day],
                "received_quantity": received[shop_row, product, day],
                "is_listed": np.ones(len(day), dtype=bool),
            }
        ),
    )
