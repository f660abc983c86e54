"""Small things that people do beside shopping: deliveries, reviews, refunds, posts.

These are told by servers and the app, with the person always known.
"""

import numpy as np

from regulars.simulator.afterwards import Returned
from regulars.simulator.arrays import Floats, Ints, Rng
from regulars.simulator.columns import column, taken
from regulars.simulator.experience import PROMISED_DAYS
from regulars.simulator.living import Period
from regulars.simulator.segment import Counter, Events, Moment, Sender, device_texts, track
from regulars.simulator.tills import Sold
from regulars.simulator.trips import ONLINE_APP, STORE

POSTS = ("Post Liked", "Post Shared", "Post Commented", "Activity Joined")
POST_SHARES = (0.62, 0.14, 0.14, 0.10)
POSTS_PER_APP_ORDER = 0.16
TOPICS = ("双十一晒单", "育儿心得", "猫狗日常", "厨房好物", "家居收纳")
SERVER_DEVICE = 5


def other_events(
    period: Period, sold: Sold, returned: Returned, sender: Sender, rng: Rng, until: float
) -> list[Events]:
    """Deliveries and refunds of known customers, and what they do on the app's wall."""
    counter = Counter()
    return [
        _deliveries(period, sold, sender, counter, until),
        _refunds(period, sold, returned, sender, counter),
        *_posts(period, sender, counter, rng, until),
    ]


def _moment(period: Period, trip: Ints, t: Floats, channel: str) -> Moment:
    person = period.trips.person[trip]
    device = device_texts(period.people.number[person], np.full(len(trip), SERVER_DEVICE))
    return Moment(t, person, device, channel)


def _deliveries(
    period: Period, sold: Sold, sender: Sender, counter: Counter, until: float
) -> Events:
    felt, trips = period.experience, period.trips
    t = trips.t + np.nan_to_num(felt.delivery_days)
    trip = np.flatnonzero((trips.channel != STORE) & ~trips.walks_in & (t < until))
    days = column(np.round(felt.delivery_days[trip], 2)).cast("string")
    properties = [
        '"order_id":"', sold.order_id.take(column(trip)), '","delivery_days":', days,
        f',"promised_days":{PROMISED_DAYS:g}',
    ]  # fmt: skip
    return track(
        sender, counter, "Order Delivered", _moment(period, trip, t[trip], "service"), properties
    )


def _refunds(
    period: Period, sold: Sold, returned: Returned, sender: Sender, counter: Counter
) -> Events:
    trip = period.lines.trip[returned.line]
    known = np.flatnonzero(~period.trips.walks_in[trip])
    amount = column(returned.refund[known] / 100).cast("string")
    properties = [
        '"order_id":"', sold.order_id.take(column(trip[known])), '","value":', amount,
    ]  # fmt: skip
    at = _moment(period, trip[known], returned.t[known], "service")
    return track(sender, counter, "Order Refunded", at, properties)


def _posts(
    period: Period, sender: Sender, counter: Counter, rng: Rng, until: float
) -> list[Events]:
    trips = period.trips
    app = np.flatnonzero((trips.channel == ONLINE_APP) & ~trips.walks_in)
    trip = np.repeat(app, rng.poisson(POSTS_PER_APP_ORDER, len(app)))
    t = trips.t[trip] + rng.exponential(3.0, len(trip))
    kind = rng.choice(len(POSTS), len(trip), p=POST_SHARES)
    topic = rng.integers(0, len(TOPICS), len(trip))
    events = []
    for number, name in enumerate(POSTS):
        rows = np.flatnonzero((kind == number) & (t < until))
        at = _moment(period, trip[rows], t[rows], "social")
        events.append(
            track(sender, counter, name, at, ['"topic":"', taken(TOPICS, topic[rows]), '"'])
        )
    return events
