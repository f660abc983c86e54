"""What comes back: returns, with the reason that the customer gives."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Floats, Ints, Rng
from regulars.simulator.baskets import Shop
from regulars.simulator.columns import column, joined, local_times, numbered, table_of, taken, yuan
from regulars.simulator.living import Period
from regulars.simulator.tills import Sold
from regulars.simulator.trips import STORE

REASONS = (
    "七天无理由退货",
    "不喜欢 / changed my mind",
    "质量问题",
    "商品破损 / arrived damaged",
    "送达太晚 / came too late",
    "噪音大 / too noisy",
)


@dataclass(frozen=True)
class Returned:
    """Returned lines: line row, moment, reason, pieces, refund in fen."""

    line: Ints
    t: Floats
    reason: Ints
    quantity: Ints
    refund: Ints


def draw_returns(shop: Shop, period: Period, rng: Rng, until: float) -> Returned:
    """Which lines come back before ``until``; anonymous and known alike."""
    lines, trips, felt = period.lines, period.trips, period.experience
    trip, count = lines.trip, len(lines)
    online = trips.channel[trip] != STORE
    appliance = shop.catalogue.is_appliance[shop.catalogue.group[lines.product]] == 1
    chance = np.where(online, 0.018, 0.005) + 0.025 * appliance
    chance += 0.30 * felt.is_faulty[trip] + 0.02 * felt.is_late[trip]
    machine = felt.is_noisy[trip] & period.line_is_noisy
    chance = np.where(machine, 0.42, chance)
    t = trips.t[trip] + np.where(online, 1.5, 0.2) + rng.gamma(2.0, 2.5, count)
    rows = np.flatnonzero((rng.random(count) < chance) & (t < until))
    u = rng.random(len(rows))
    plain = np.where(u < 0.55, 0, np.where(u < 0.9, 1, 3))
    reason = np.where(felt.is_faulty[trip[rows]], 2, plain)
    reason = np.where(felt.is_late[trip[rows]] & (u < 0.5), 4, reason)
    reason = np.where(machine[rows], 5, reason)
    paid = lines.quantity * lines.unit_price - lines.discount - period.line_coupon
    return Returned(rows, t[rows], reason, lines.quantity[rows], paid[rows])


def returns_table(shop: Shop, period: Period, sold: Sold, returned: Returned) -> pa.Table:
    """One row per returned line."""
    trip = period.lines.trip[returned.line]
    order_id = sold.order_id.take(column(trip))
    line_no = sold.line_no[returned.line]
    return table_of(
        {
            "return_id": joined("R", order_id, numbered("-", line_no, 1)),
            "order_id": order_id,
            "line_no": line_no,
            "customer_id": sold.customer_id.take(column(trip)),
            "product_id": taken(shop.catalogue.product_id, period.lines.product[returned.line]),
            "returned_at": local_times(shop.market.calendar.start_on, returned.t),
            "quantity": returned.quantity,
            "refund_amount": yuan(returned.refund),
            "reason": taken(REASONS, returned.reason),
            "batch_no": sold.batch_no.take(column(returned.line)),
        }
    )
