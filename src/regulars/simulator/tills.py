"""Sales as the tills and the web shop export them: one row per line of an order."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags, Ints, Rng, Texts, steps_within
from regulars.simulator.baskets import Shop
from regulars.simulator.columns import (
    TextColumn,
    column,
    joined,
    local_times,
    numbered,
    optional,
    table_of,
    taken,
    yuan,
)
from regulars.simulator.dirt import TILL_SPOILS, WEB_SPOILS, spoil
from regulars.simulator.exports import Exports
from regulars.simulator.living import Period
from regulars.simulator.orders import COUPON_IDS, NO_COUPON, batch_month
from regulars.simulator.stores import load_stores
from regulars.simulator.trips import STORE

SEQUENCE_WIDTH = 12
COUPON_NAMES = np.array(["", "NEW15", "SALE40", "MSG"], dtype=object)


@dataclass(frozen=True)
class Sold:
    """A period's orders with their codes: what all exports of it name them by."""

    order_id: TextColumn  # per trip
    customer_id: TextColumn  # per trip, null for walk-ins
    line_no: Ints  # per line, from 1
    batch_no: TextColumn  # per line, null without batches
    quarter: Texts  # per trip, such as 2026Q1
    campaign_id: TextColumn  # per trip, null where none


def name_sales(
    shop: Shop, period: Period, codes: Texts, first_number: int, campaign_ids: list[str]
) -> Sold:
    """Codes of a period's orders, numbered from ``first_number`` on."""
    trips, lines = period.trips, period.lines
    numbers = first_number + np.arange(len(trips))
    letter = taken(["T", "W", "A"], trips.channel)
    person = np.where(trips.walks_in, -1, trips.person)
    counts = np.bincount(lines.trip, minlength=len(trips))
    month = batch_month(shop, trips.t[lines.trip]) - 1970 * 12
    stamp = np.char.replace(month.astype("datetime64[M]").astype(str), "-", "")
    batch = joined(taken(shop.catalogue.product_id, lines.product), "-", column(stamp))
    return Sold(
        order_id=joined(letter, numbered("", numbers, SEQUENCE_WIDTH)),
        customer_id=taken(codes, person),
        line_no=steps_within(counts) + 1,
        batch_no=optional(batch, shop.catalogue.has_batch[lines.product] == 1),
        quarter=quarters(shop.market.calendar.start_on, trips.t.astype(np.int64)),
        campaign_id=taken([*campaign_ids, None], _campaign_rows(period, len(campaign_ids))),
    )


def _campaign_rows(period: Period, none: int) -> Ints:
    return np.where(period.used_campaign >= 0, period.used_campaign, none)


def quarters(start_on: date, day: Ints) -> Texts:
    """'2026Q1' per day number."""
    if not len(day):
        return np.zeros(0, dtype=object)
    dates = [start_on + timedelta(days=int(d)) for d in range(int(day.max()) + 1)]
    names = np.array([f"{d.year}Q{(d.month + 2) // 3}" for d in dates], dtype=object)
    return np.asarray(names[day])


def coupon_codes(period: Period, sold: Sold) -> TextColumn:
    """Per trip: the code of the coupon used, such as NEW15-T000000000012; null for none."""
    code = joined(taken(COUPON_NAMES, period.coupon_kind), "-", sold.order_id)
    return optional(code, (period.coupon_kind != NO_COUPON) & (period.coupon > 0))


def write_sales(
    exports: Exports, truth: Exports, shop: Shop, period: Period, sold: Sold, rng: Rng
) -> None:
    """Append the period's lines to the tills' and the web shop's files, by quarter."""
    trips, lines = period.trips, period.lines
    order = np.argsort(trips.t[lines.trip], kind="stable")
    in_store = trips.channel[lines.trip] == STORE
    quarter = sold.quarter[lines.trip]
    for name in sorted(set(sold.quarter)):
        here = quarter[order] == name
        till_rows = order[here & in_store[order]]
        web_rows = order[here & ~in_store[order]]
        encoding = "gb18030" if name.endswith(("Q1", "Q3")) else "utf-8"
        tills, web = f"tills-{name}.csv", f"web_orders-{name}.csv"
        table = till_table(shop, period, sold, till_rows)
        exports.csv(tills, table, encoding)
        spoil(exports, truth, tills, table, TILL_SPOILS, rng, encoding)
        table = web_table(shop, period, sold, web_rows)
        exports.csv(web, table)
        spoil(exports, truth, web, table, WEB_SPOILS, rng)


def till_table(shop: Shop, period: Period, sold: Sold, rows: Ints) -> pa.Table:
    """The tills' layout, Chinese headers."""
    lines, trip, stores = period.lines, period.lines.trip[rows], load_stores()
    front = period.trips.front[trip]
    product = lines.product[rows]
    discount = lines.discount[rows] + period.line_coupon[rows]
    gross = lines.quantity[rows] * lines.unit_price[rows]
    coupons = coupon_codes(period, sold)
    start_on = shop.market.calendar.start_on
    return table_of(
        {
            "订单号": sold.order_id.take(column(trip)),
            "行号": sold.line_no[rows],
            "会员卡号": sold.customer_id.take(column(trip)),
            "下单时间": local_times(start_on, period.trips.t[trip], "%Y/%m/%d"),
            "门店编号": taken(stores.store_id, front),
            "门店": taken(stores.name, front),
            "商品编码": taken(shop.catalogue.product_id, product),
            "商品名称": taken(shop.catalogue.name, product),
            "数量": lines.quantity[rows],
            "单价": yuan(lines.unit_price[rows]),
            "优惠金额": yuan(discount),
            "实付金额": yuan(gross - discount),
            "优惠券": coupons.take(column(trip)),
            "批次": sold.batch_no.take(column(rows)),
            "成本": yuan(shop.catalogue.cost[product]),
            "活动编号": sold.campaign_id.take(column(trip)),
        }
    )


def web_table(shop: Shop, period: Period, sold: Sold, rows: Ints) -> pa.Table:
    """The web shop's layout, English headers; shipping stands on an order's first line."""
    lines, trip, stores = period.lines, period.lines.trip[rows], load_stores()
    product = lines.product[rows]
    discount = lines.discount[rows] + period.line_coupon[rows]
    gross = lines.quantity[rows] * lines.unit_price[rows]
    is_first: Flags = sold.line_no[rows] == 1
    paid = column(yuan(period.shipping[trip]), mask=~is_first)
    coupons = coupon_codes(period, sold)
    start_on = shop.market.calendar.start_on
    return table_of(
        {
            "order_id": sold.order_id.take(column(trip)),
            "line_no": sold.line_no[rows],
            "customer_id": sold.customer_id.take(column(trip)),
            "ordered_at": local_times(start_on, period.trips.t[trip]),
            "channel": taken(["store", "web", "app"], period.trips.channel[trip]),
            "store_id": taken(stores.store_id, period.trips.front[trip]),
            "product_id": taken(shop.catalogue.product_id, product),
            "product_name": taken(shop.catalogue.name, product),
            "quantity": lines.quantity[rows],
            "unit_price": yuan(lines.unit_price[rows]),
            "discount_amount": yuan(discount),
            "net_amount": yuan(gross - discount),
            "shipping_amount": paid,
            "coupon_code": coupons.take(column(trip)),
            "batch_no": sold.batch_no.take(column(rows)),
            "unit_cost": yuan(shop.catalogue.cost[product]),
            "campaign_id": sold.campaign_id.take(column(trip)),
        }
    )


def coupon_uses(shop: Shop, period: Period, sold: Sold) -> pa.Table:
    """One row per coupon redeemed."""
    rows = np.flatnonzero((period.coupon_kind != NO_COUPON) & (period.coupon > 0))
    chosen = column(rows)
    return table_of(
        {
            "coupon_code": coupon_codes(period, sold).take(chosen),
            "coupon_id": taken(COUPON_IDS, period.coupon_kind[rows]),
            "customer_id": sold.customer_id.take(chosen),
            "order_id": sold.order_id.take(chosen),
            "redeemed_at": local_times(shop.market.calendar.start_on, period.trips.t[rows]),
            "discount_amount": yuan(period.coupon[rows]),
            "campaign_id": sold.campaign_id.take(chosen),
        }
    )
