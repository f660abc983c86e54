"""Orders: what was paid. Coupons off the basket, shipping, batches.

Money is in fen and adds up exactly: a coupon is spread over the lines in proportion to
their net, the remainder of the rounding on the order's last line.
"""

import numpy as np

from regulars.simulator.arrays import Flags, Floats, Ints, Rng
from regulars.simulator.baskets import Lines, Shop
from regulars.simulator.people import People
from regulars.simulator.trips import STORE, Trips

NO_COUPON, WELCOME, BIG_SALE, CAMPAIGN = 0, 1, 2, 3
COUPON_IDS = ("", "NEW15", "SALE40", "CAMPAIGN")
WELCOME_AMOUNT, WELCOME_FROM = 1500, 9900
SALE_AMOUNT, SALE_FROM = 4000, 29900
SHIPPING, SHIPPING_FREE_FROM = 800, 6900
BATCH_DAYS_BEFORE_SALE = 35


def own_coupons(shop: Shop, people: People, trips: Trips, subtotal: Ints, rng: Rng) -> Ints:
    """Which of the shop's own coupons each trip uses: welcome or big sale."""
    u = rng.random(len(trips))
    sensitivity = people.price_sensitivity[trips.person]
    day = trips.t.astype(np.int64)
    in_sale = shop.market.calendar.big_sale[day] == 1
    known = ~trips.walks_in
    welcome = trips.is_first & known & (subtotal >= WELCOME_FROM) & (u < 0.35)
    sale = in_sale & known & (subtotal >= SALE_FROM) & (u < 0.35 * sensitivity)
    return np.where(sale, BIG_SALE, np.where(welcome, WELCOME, NO_COUPON))


def coupon_amount(kind: Ints) -> Ints:
    """Fen that the shop's own coupon of each kind takes off."""
    return np.array([0, WELCOME_AMOUNT, SALE_AMOUNT, 0])[kind]


def subtotals(lines: Lines, trip_count: int) -> Ints:
    """Per trip, lines at unit price less shelf offers."""
    net = lines.quantity * lines.unit_price - lines.discount
    return np.bincount(lines.trip, net, trip_count).astype(np.int64)


def costs(shop: Shop, lines: Lines, trip_count: int) -> Ints:
    """Per trip, the goods' cost."""
    cost = lines.quantity * shop.catalogue.cost[lines.product]
    return np.bincount(lines.trip, cost, trip_count).astype(np.int64)


def spread(lines: Lines, coupon: Ints) -> Ints:
    """Each line's part of its trip's coupon; lines must be sorted by trip."""
    if not len(lines):
        return np.zeros(0, dtype=np.int64)
    net = lines.quantity * lines.unit_price - lines.discount
    total = np.bincount(lines.trip, net, len(coupon)).astype(np.int64)
    part = coupon[lines.trip] * net // np.maximum(total[lines.trip], 1)
    given = np.bincount(lines.trip, part, len(coupon)).astype(np.int64)
    last = np.r_[lines.trip[1:] != lines.trip[:-1], True]
    part[last] += (coupon - given)[lines.trip[last]]
    return np.asarray(part)


def shipping(trips: Trips, net: Ints) -> Ints:
    """Fen charged for delivery: online below the free limit."""
    return np.where((trips.channel != STORE) & (net < SHIPPING_FREE_FROM), SHIPPING, 0)


def batch_month(shop: Shop, t: Floats) -> Ints:
    """Production month of what is sold at a moment: year x 12 + month - 1."""
    calendar = shop.market.calendar
    start = calendar.start_on
    origin = np.datetime64(start, "D").astype(np.int64)
    day = (origin + t.astype(np.int64) - BATCH_DAYS_BEFORE_SALE).astype("datetime64[D]")
    return np.asarray(day.astype("datetime64[M]").astype(np.int64) + 1970 * 12)


def in_noisy_batch(shop: Shop, lines: Lines, trips: Trips, noisy_month: int) -> Flags:
    """Lines of the washing machine out of its noisy batch."""
    is_machine = lines.product == shop.catalogue.noisy_product
    return np.asarray(is_machine & (batch_month(shop, trips.t[lines.trip]) == noisy_month))
