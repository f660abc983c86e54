"""Each product's days between its first and its last sale: price, stock, offer, pieces sold.

The price of a day on which a product was sold is the one that most of its pieces went at
without a coupon. Of the other days it is the regular price known last (of the till, or of a list
of prices) less the offer that holds; of a product without declared offers, the price paid last.
Without such days, demand at a price would be counted only where there was some.

Prices are logarithms in hundredths: ``round(100 ln price)``, so that one step is one per cent.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
UNKNOWN = -32_768
LEAST_STOCK = 0.05  # of the shop's sales, in stores that had the product: below it is not offered


@dataclass(frozen=True)
class Sales:
    """Rows by product number and day (both rising): thousandths of a piece, the two prices.

    ``paid`` is UNKNOWN where nothing was sold without a coupon.
    """

    product: Array
    day: Array
    milli: Array
    paid: Array
    regular: Array


@dataclass(frozen=True)
class Known:
    """What was declared, by product number (rising): offers, list prices, days out of stock.

    An offer holds from ``since`` on and no longer on ``until``; ``step`` is its (negative)
    step of the price, ``shown`` 1 where it was on display or in a mailer. ``out_share``: of the
    shop's sales, made in stores that had none on that day.
    """

    offer_product: Array
    since: Array
    until: Array
    step: Array
    shown: Array
    list_product: Array
    list_day: Array
    list_price: Array
    out_product: Array
    out_day: Array
    out_share: Array


@dataclass(frozen=True)
class Shelf:
    """All days of all products, product after product.

    ``starts`` has one more than there are products; day n of product p is row starts[p] + n,
    its number ``first_days[p] + n``. ``weight``: which part of the shop's sales had it in
    stock; 0 where the price is not known.
    """

    starts: Array
    first_days: Array
    price: Array
    weight: Array
    shown: Array

    @property
    def product_count(self) -> int:
        return len(self.first_days)


def shelf_of(sales: Sales, known: Known, product_count: int) -> Shelf:
    """The days of the products 0 .. product_count - 1, each sold on one day at least."""
    numbers = np.arange(product_count + 1)
    bounds = np.searchsorted(sales.product, numbers)
    first = sales.day[bounds[:-1]].astype(np.int64)
    last = sales.day[bounds[1:] - 1].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(last - first + 1)])
    price = np.full(starts[-1], UNKNOWN, dtype=np.int16)
    weight = np.zeros(starts[-1], dtype=np.float32)
    shown = np.zeros(starts[-1], dtype=np.uint8)
    _fill(
        (starts, first, price, weight, shown),
        (bounds, sales.day, sales.paid, sales.regular),
        (np.searchsorted(known.offer_product, numbers), known.since, known.until, known.step,
         known.shown),
        (np.searchsorted(known.list_product, numbers), known.list_day, known.list_price),
        (np.searchsorted(known.out_product, numbers), known.out_day, known.out_share),
    )  # fmt: skip
    return Shelf(starts, first, price, weight, shown)


def pieces_on(shelf: Shelf, sales: Sales) -> Array:
    """Pieces sold, row for row of the shelf."""
    pieces = np.zeros(shelf.starts[-1], dtype=np.float32)
    rows = shelf.starts[sales.product] + sales.day - shelf.first_days[sales.product]
    np.add.at(pieces, rows, (sales.milli / 1000).astype(np.float32))
    return pieces


@numba.njit(nogil=True, cache=True)
def _offer(
    offers: tuple[Array, Array, Array, Array, Array], product: int, today: int
) -> tuple[int, int]:
    """The greatest step down that holds on the day, and whether one is shown."""
    step, shown = 0, 0
    for offer in range(offers[0][product], offers[0][product + 1]):
        if offers[1][offer] <= today < offers[2][offer]:
            step = min(step, offers[3][offer])
            shown = max(shown, offers[4][offer])
    return step, shown


@numba.njit(nogil=True, cache=True)
def _fill(
    out: tuple[Array, Array, Array, Array, Array],
    sales: tuple[Array, Array, Array, Array],
    offers: tuple[Array, Array, Array, Array, Array],
    lists: tuple[Array, Array, Array],
    outs: tuple[Array, Array, Array],
) -> None:
    """Day after day of each product; the rows of each source come in the order of days."""
    starts, first, price, weight, shown = out
    bounds, day, paid, regular = sales
    for product in range(len(first)):
        sold, listed, gone = bounds[product], lists[0][product], outs[0][product]
        has_offers = offers[0][product + 1] > offers[0][product]
        usual, last_paid = UNKNOWN, UNKNOWN
        for row in range(starts[product], starts[product + 1]):
            today = first[product] + row - starts[product]
            while listed < lists[0][product + 1] and lists[1][listed] <= today:
                usual = lists[2][listed]
                listed += 1
            while gone < outs[0][product + 1] and outs[1][gone] < today:
                gone += 1
            is_short = gone < outs[0][product + 1] and outs[1][gone] == today
            share = 1.0 - (outs[2][gone] if is_short else 0.0)
            step, shown[row] = _offer(offers, product, today)
            now = UNKNOWN
            is_sold = sold < bounds[product + 1] and day[sold] == today
            if is_sold:
                usual, now = regular[sold], paid[sold]
                sold += 1
            if now != UNKNOWN:
                last_paid = now
            elif has_offers or last_paid == UNKNOWN:
                now = usual + step if usual != UNKNOWN else UNKNOWN
            else:
                now = last_paid
            if now != UNKNOWN and (share >= LEAST_STOCK or is_sold):
                price[row] = now
                weight[row] = max(share, LEAST_STOCK)
