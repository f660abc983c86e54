"""What became of the messages: delivered, opened, clicked, unsubscribed."""

from datetime import date

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags, Floats, Rng
from regulars.simulator.columns import UTC_OFFSET_SECONDS, TextColumn, column
from regulars.simulator.living import Period
from regulars.simulator.messages import OTHER_REACH, REACH, Message
from regulars.simulator.people import People

OPENABLE = ("email", "push", "wechat")


def receipt_table(
    exposures: pa.Table, message: Message, people: People, period: Period, number: int,
    start_on: date, rng: Rng,
) -> pa.Table:  # fmt: skip
    """The exposures again, with what came back; the treated alone have receipts."""
    count = len(message.rows)
    answered = np.zeros(len(people), dtype=bool)
    answered[period.trips.person[period.trips.campaign == number]] = True
    came = answered[message.rows]
    reach = REACH.get(message.offer.channel, OTHER_REACH)
    u = rng.random((4, count))
    delivered = message.is_treated & ((u[0] < 0.97) | came)
    opened = delivered & ((u[1] < 0.45 * reach) | came)
    clicked = opened & ((u[2] < 0.14) | (came & (u[2] < 0.75)))
    annoyed = people.is_annoyed_by_messages[message.rows]
    leaves = delivered & (u[3] < np.where(annoyed, 0.35, 0.004))
    delivered_t = message.sent + rng.uniform(0.0001, 0.004, count)
    opened_t = delivered_t + rng.exponential(0.15, count)
    clicked_t = opened_t + rng.uniform(0.0002, 0.002, count)
    can_open = message.offer.channel in OPENABLE
    columns = {
        "delivered_at": _moments(delivered_t, delivered, start_on),
        "opened_at": _moments(opened_t, opened & can_open, start_on),
        "clicked_at": _moments(clicked_t, clicked, start_on),
        "unsubscribed_at": _moments(opened_t + 0.001, leaves, start_on),
    }
    for name, values in columns.items():
        exposures = exposures.set_column(exposures.schema.get_field_index(name), name, values)
    return exposures


def _moments(t: Floats, keep: Flags, start_on: date) -> TextColumn:
    origin = int(np.datetime64(start_on, "us").astype(np.int64)) - UTC_OFFSET_SECONDS * 1_000_000
    micros = origin + np.floor(t * 86_400).astype(np.int64) * 1_000_000
    return column(micros, mask=~keep).cast(pa.timestamp("us", tz="UTC"))
