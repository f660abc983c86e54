"""What the prices of a shop's shelves rest on, asked of its tables: small rows by number and day.

Days are numbered from the first day of the window (0), products from 0 in the order of their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.stats.periods import until
from regulars.stats.price_response.shelf import UNKNOWN, Known, Sales

Array = npt.NDArray[Any]
STEPS = 100  # of the logarithm of a price: one is one per cent
MILLI = 1000


@dataclass(frozen=True)
class Window:
    """The days that are looked at, both inclusive."""

    since: date
    last_on: date

    @property
    def day_count(self) -> int:
        return (self.last_on - self.since).days + 1

    def holds(self, when: ir.TimestampValue | ir.DateValue) -> ir.BooleanValue:
        """Whether a moment or a day lies within."""
        return (when >= ibis.literal(self.since)) & until(when, self.last_on)

    def number(self, when: ir.DateValue) -> ir.IntegerValue:
        """A day's number; negative before the window."""
        return when.delta(ibis.literal(self.since), unit="day")


def steps(price: ir.NumericValue) -> ir.IntegerValue:
    """A price as a whole number of hundredths of its logarithm."""
    return (price.cast("float64").ln() * STEPS).round().cast("int64")


def sold_lines(
    orders: ir.Table, order_lines: ir.Table, window: Window, store: str | None = None
) -> ir.Table:
    """Lines within the window with their day, pieces (in thousandths) and prices (in steps).

    ``paid`` is null with a coupon: what it took off is the buyer's, not the shelf's.
    """
    orders = orders.filter(window.holds(orders.ordered_at))
    if store is not None:
        orders = orders.filter(orders.store_id == store)
    placed = orders.select(
        "order_id",
        "customer_id",
        "channel",
        "store_id",
        day=window.number(orders.ordered_at.date()),
        has_coupon=orders.coupon_codes.length() > 0,
    )
    lines = order_lines.filter(
        order_lines.quantity > 0, order_lines.net_amount > 0, order_lines.unit_price > 0
    )
    lines = lines.inner_join(placed, "order_id")
    return lines.select(
        "product_id",
        "customer_id",
        "channel",
        "store_id",
        "day",
        milli=(lines.quantity * MILLI).round().cast("int64"),
        regular=steps(lines.unit_price),
        paid=ibis.ifelse(
            lines.has_coupon, ibis.null("int64"), steps(lines.net_amount / lines.quantity)
        ),
        amount=lines.net_amount,
    )


def product_rows(
    lines: ir.Table, products: ir.Table, least_days: int, least_pieces: int
) -> ir.Table:
    """Every product sold: its pieces, days, range of paid prices, and whether it is enough.

    ``number`` is null where it is not; else it counts from 0.
    """
    sold = lines.group_by("product_id").aggregate(
        milli=lines.milli.sum(),
        sold_day_count=lines.day.nunique(),
        first_day=lines.day.min(),
        amount=lines.amount.sum(),
    )
    sold = sold.left_join(products, "product_id").select(
        sold, "product_name", category=ibis.coalesce(products.category, ibis.literal("unknown"))
    )
    is_enough = (sold.sold_day_count >= least_days) & (sold.milli >= least_pieces * MILLI)
    return sold.mutate(is_enough=is_enough)


def numbered(found: ir.Table) -> ir.Table:
    """The products with enough sales: product_id and number."""
    enough = found.filter(found.is_enough)
    number = ibis.row_number().over(order_by=enough.product_id)
    return enough.select("product_id", number=number)


def day_rows(lines: ir.Table, numbers: ir.Table) -> ir.Table:
    """One row per product and day: pieces, and the two prices.

    Of several prices of a day it is the one most pieces went at; of equally many, the higher.
    """
    lines = lines.inner_join(numbers, "product_id")
    plain = ibis.ifelse(lines.paid.isnull(), 0, lines.milli)
    prices = lines.group_by("number", "day", "paid").aggregate(
        milli=lines.milli.sum(), plain=plain.sum(), regular=lines.regular.max()
    )
    # pieces and price in one number: the greatest holds the price of the most pieces
    code = prices.plain * 10_000 + prices.paid + 5_000
    days = prices.group_by("number", "day").aggregate(
        milli=prices.milli.sum(), code=code.max(), regular=prices.regular.max()
    )
    return days.select(
        number=days.number.cast("int32"),
        day=days.day.cast("int16"),
        milli="milli",
        paid=ibis.coalesce(days.code % 10_000 - 5_000, ibis.literal(UNKNOWN)).cast("int16"),
        regular=days.regular.cast("int16"),
    ).order_by("number", "day")


def group_rows(lines: ir.Table, numbers: ir.Table, groups: ir.Table) -> ir.Table:
    """Pieces by product, day and group of customers; ``groups``: customer_id and group_name."""
    lines = lines.inner_join(numbers, "product_id").left_join(groups, "customer_id")
    name = ibis.coalesce(lines.group_name, ibis.literal("unknown"))
    sums = lines.group_by("number", "day", group_name=name).aggregate(milli=lines.milli.sum())
    return sums.select(
        "group_name",
        number=sums.number.cast("int32"),
        day=sums.day.cast("int16"),
        milli="milli",
    ).order_by("group_name", "number", "day")


def offer_rows(promotions: ir.Table, numbers: ir.Table, window: Window) -> ir.Table:
    """Declared discounts that hold in every store: from which day, until which (excluded)."""
    is_price = (promotions.kind == "discount") & (promotions.value > 0) & (promotions.value < 1)
    held = promotions.filter(
        is_price,
        promotions.store_id.isnull(),
        until(promotions.started_at, window.last_on),
        promotions.ended_at > ibis.literal(window.since),
    ).inner_join(numbers, "product_id")
    is_shown = held.placement.notnull() & (held.placement != "")
    return held.select(
        "number",
        since=window.number(held.started_at.date()),
        until=window.number((held.ended_at - ibis.interval(seconds=1)).date()) + 1,
        step=((1 - held.value).ln() * STEPS).round().cast("int64"),
        shown=is_shown.cast("int64"),
    ).order_by("number", "since", "until", "step", "shown")


def list_rows(prices: ir.Table, numbers: ir.Table, window: Window) -> ir.Table:
    """List prices of every store from the day on which they begin to hold."""
    listed = prices.filter(
        prices.kind == "list",
        prices.store_id.isnull(),
        prices.price > 0,
        until(prices.from_at, window.last_on),
    ).inner_join(numbers, "product_id")
    return listed.select(
        "number", day=window.number(listed.from_at.date()), price=steps(listed.price)
    ).order_by("number", "day", "price")


def out_rows(inventory: ir.Table, lines: ir.Table, numbers: ir.Table, window: Window) -> ir.Table:
    """Of the shop's sales, the share made in stores that had none of a product, by day."""
    of_store = lines.group_by("store_id").aggregate(milli=lines.milli.sum())
    shares = of_store.select("store_id", share=of_store.milli / of_store.milli.sum())
    empty = inventory.filter(
        (inventory.on_hand_quantity <= 0) | ~inventory.is_listed,
        window.holds(inventory.on_date),
    )
    empty = empty.inner_join(numbers, "product_id").inner_join(shares, "store_id")
    # whole thousandths, so that the sum is the same in whatever order it is taken
    share = (empty.share * MILLI).round().cast("int64")
    gone = empty.group_by("number", day=window.number(empty.on_date)).aggregate(milli=share.sum())
    return gone.select("number", "day", share=gone.milli / MILLI).order_by("number", "day")


def sales_of(rows: pa.Table) -> Sales:
    """The answer of ``day_rows`` as arrays."""
    return Sales(
        rows["number"].to_numpy(),
        rows["day"].to_numpy(),
        rows["milli"].to_numpy(),
        rows["paid"].to_numpy(),
        rows["regular"].to_numpy(),
    )


def known_of(offers: pa.Table, lists: pa.Table, outs: pa.Table) -> Known:
    """The answers of ``offer_rows``, ``list_rows`` and ``out_rows`` as arrays."""

    def of(rows: pa.Table, name: str) -> Array:
        return np.asarray(rows[name].to_numpy(), dtype=None)

    return Known(
        *(of(offers, name) for name in ("number", "since", "until", "step", "shown")),
        *(of(lists, name) for name in ("number", "day", "price")),
        *(of(outs, name) for name in ("number", "day", "share")),
    )


def group_pieces(rows: pa.Table, least_pieces: int, most: int) -> Mapping[str, pa.Table]:
    """The rows of each group of customers with enough pieces, those with most pieces first."""
    import pyarrow.compute as pc

    sums = rows.group_by("group_name").aggregate([("milli", "sum")])
    sums = sums.sort_by([("milli_sum", "descending"), ("group_name", "ascending")])
    names = [
        row["group_name"] for row in sums.to_pylist() if row["milli_sum"] >= least_pieces * MILLI
    ]
    return {name: rows.filter(pc.equal(rows["group_name"], name)) for name in names[:most]}
