"""What customers say: reviews, tickets and surveys whose feelings follow what happened."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags, Floats, Ints, Rng
from regulars.simulator.baskets import Shop
from regulars.simulator.browsing import dearest_products
from regulars.simulator.columns import (
    TextColumn,
    column,
    local_times,
    numbered,
    optional,
    table_of,
    taken,
)
from regulars.simulator.dirt import REVIEW_SPOILS, spoil
from regulars.simulator.experience import Experience
from regulars.simulator.exports import Exports
from regulars.simulator.living import Period
from regulars.simulator.segment import Counter, Events, Moment, Sender, device_texts, track
from regulars.simulator.stores import load_stores
from regulars.simulator.tills import Sold
from regulars.simulator.trips import STORE
from regulars.simulator.words import aspect_number, compose, load_sentences, usual_aspects

REVIEW, TICKET, SURVEY = 0, 1, 2
SURVEY_SHARE = 0.025  # of orders that are asked and answer


@dataclass(frozen=True)
class Said:
    """Pieces of feedback about orders: trip, product, moment, aspect and how it is meant."""

    trip: Ints
    product: Ints
    t: Floats
    aspect: Ints
    sentiment: Ints
    is_complaint: Flags

    def __len__(self) -> int:
        return len(self.trip)


def say(shop: Shop, period: Period, kind: int, rng: Rng, until: float) -> Said:
    """The feedback of one kind on a period's orders, made before ``until``."""
    felt, trips = period.experience, period.trips
    chance = _chance(period, kind)
    trip = np.flatnonzero((rng.random(len(trips)) < chance) & ~trips.walks_in)
    arrival = np.nan_to_num(felt.delivery_days[trip])
    lag = np.array([2.5, 1.0, 4.0])[kind] + 7.0 * felt.is_noisy[trip]
    t = trips.t[trip] + arrival + rng.gamma(1.6, lag / 1.6) + 0.02
    trip, t = trip[t < until], t[t < until]
    sentiment, cause = _sentiment(felt, trip, rng)
    product = dearest_products(period)[trip]
    machine = felt.is_noisy[trip]
    product = np.where(machine, shop.catalogue.noisy_product, product)
    usual = usual_aspects(shop.catalogue.group[product], rng)
    in_shop = period.trips.channel[trip] == STORE
    usual = np.where(
        in_shop & (usual == aspect_number("delivery")), aspect_number("service"), usual
    )
    aspect = np.where(cause >= 0, cause, usual)
    complaint = (sentiment < 0) & (rng.random(len(trip)) < 0.45) & (kind == TICKET)
    return Said(trip, product, t, aspect, sentiment, complaint)


def _chance(period: Period, kind: int) -> Floats:
    felt, online = period.experience, period.trips.channel != STORE
    missed = np.minimum(felt.missed, 2)
    if kind == REVIEW:
        base = np.where(online, 0.075, 0.012)
        return np.asarray(base + 0.05 * felt.is_late + 0.12 * felt.is_faulty + 0.35 * felt.is_noisy)
    if kind == TICKET:
        wrong = 0.08 * felt.is_late + 0.30 * felt.is_faulty + 0.55 * felt.is_noisy
        return np.asarray(0.004 + wrong + 0.03 * missed)
    return np.asarray(np.full(len(online), SURVEY_SHARE))


def _sentiment(felt: Experience, trip: Ints, rng: Rng) -> tuple[Ints, Ints]:
    """-1, 0 or 1 and the aspect that caused it (-1: any), per piece."""
    u = rng.random(len(trip))
    calm = np.where(u < 0.80, 1, np.where(u < 0.93, 0, -1))
    wrong = np.where(u < 0.06, 1, np.where(u < 0.18, 0, -1))
    cause = np.full(len(trip), -1)
    for flag, name in (
        (felt.missed[trip] > 0, "stock"),
        (felt.is_late[trip], "delivery"),
        (felt.is_faulty[trip], "quality"),
        (felt.is_noisy[trip], "noise"),
    ):
        cause = np.where(flag, aspect_number(name), cause)
    told = (cause >= 0) & (rng.random(len(trip)) < 0.88)
    sentiment = np.where(told, wrong, calm)
    return sentiment, np.where(told, cause, -1)


def ratings(sentiment: Ints, rng: Rng) -> Ints:
    """1-5 stars, mostly as the text feels."""
    u = rng.random(len(sentiment))
    good = np.where(u < 0.78, 5, np.where(u < 0.96, 4, 3))
    even = np.where(u < 0.66, 3, np.where(u < 0.86, 4, 2))
    bad = np.where(u < 0.60, 1, np.where(u < 0.92, 2, 3))
    return np.asarray(np.choose(sentiment + 1, [bad, even, good]))


def promoter_scores(satisfaction: Floats, sentiment: Ints, rng: Rng) -> Ints:
    """0-10: would recommend."""
    level = 3.2 + 6.0 * satisfaction + 1.7 * sentiment + rng.normal(0, 1.3, len(sentiment))
    return np.asarray(np.clip(np.rint(level), 0, 10).astype(np.int64))


def write_voice(
    exports: Exports, truth: Exports, shop: Shop, period: Period, sold: Sold, sender: Sender,
    rng: Rng, until: float, tag: str,
) -> list[Events]:  # fmt: skip
    """Append reviews, tickets and surveys; the contacts as events are given back."""
    events = []
    for kind, letter in ((REVIEW, "RV"), (TICKET, "TK"), (SURVEY, "SV")):
        said = say(shop, period, kind, rng, until)
        ids = numbered(f"{letter}{tag}-", np.arange(len(said)), 6)
        english = period.people.speaks_english[period.trips.person[said.trip]]
        group = shop.catalogue.group[said.product]
        text = compose(group, said.aspect, said.sentiment, english, rng)
        columns = _columns(shop, period, sold, said, ids, text, english)
        if kind == REVIEW:
            stars = ratings(said.sentiment, rng)
            channel = taken(["review"], np.zeros(len(said), np.int64))
            table = table_of({**columns, "channel": channel, "rating": stars})
            exports.csv("reviews.csv", table)
            spoil(exports, truth, "reviews.csv", table, REVIEW_SPOILS, rng)
            events.append(_reviewed(period, said, columns, stars, sender))
        elif kind == TICKET:
            exports.csv("tickets.csv", _ticket_table(columns, said))
            events.append(_contacts(period, said, sender))
        else:
            exports.csv("surveys.csv", _survey_table(columns, period, said, rng))
        truth.parquet("feedback.parquet", _truth(period, said, ids))
    return events


def _columns(
    shop: Shop, period: Period, sold: Sold, said: Said, ids: TextColumn, text: TextColumn,
    english: Flags,
) -> dict[str, TextColumn]:  # fmt: skip
    trip = column(said.trip)
    machine = said.product == shop.catalogue.noisy_product
    batch = taken_batches(shop, period, sold, said)
    return {
        "feedback_id": ids,
        "customer_id": sold.customer_id.take(trip),
        "product_id": taken(shop.catalogue.product_id, said.product),
        "order_id": sold.order_id.take(trip),
        "batch_no": optional(batch, machine | (shop.catalogue.has_batch[said.product] == 1)),
        "store_id": taken(load_stores().store_id, period.trips.front[said.trip]),
        "text": text,
        "created_at": local_times(shop.market.calendar.start_on, said.t),
        "language": taken(["zh", "en"], english.astype(np.int64)),
    }


def taken_batches(shop: Shop, period: Period, sold: Sold, said: Said) -> TextColumn:
    """The batch of the product that each piece is about."""
    products = shop.catalogue.product_count
    keys = period.lines.trip * products + period.lines.product
    row = np.searchsorted(keys, said.trip * products + said.product)
    return sold.batch_no.take(column(np.minimum(row, max(len(keys) - 1, 0))))


def _ticket_table(columns: dict[str, TextColumn], said: Said) -> pa.Table:
    labels = {
        "feedback_id": "工单编号", "customer_id": "会员卡号", "product_id": "商品编码",
        "order_id": "订单号", "batch_no": "批次", "store_id": "门店编号", "text": "工单内容",
        "created_at": "创建时间", "language": "语言",
    }  # fmt: skip
    kinds = taken(["客服工单", "投诉"], said.is_complaint.astype(np.int64))
    return table_of({**{labels[k]: v for k, v in columns.items()}, "类型": kinds})


def _survey_table(columns: dict[str, TextColumn], period: Period, said: Said, rng: Rng) -> pa.Table:
    satisfaction = period.people.satisfaction[period.trips.person[said.trip]]
    scores = promoter_scores(satisfaction, said.sentiment, rng)
    text = optional(columns["text"], rng.random(len(said)) < 0.55)
    channel = taken(["survey"], np.zeros(len(said), np.int64))
    kept = {k: v for k, v in columns.items() if k not in ("product_id", "batch_no")}
    return table_of({**kept, "text": text, "channel": channel, "nps": scores})


def _contacts(period: Period, said: Said, sender: Sender) -> Events:
    person = period.trips.person[said.trip]
    device = device_texts(period.people.number[person], np.full(len(said), 4))
    at = Moment(said.t, person, device, "service")
    topic = taken(load_sentences().aspects, said.aspect)
    return track(sender, Counter(), "Service Contacted", at, ['"topic":"', topic, '"'])


def _reviewed(
    period: Period, said: Said, columns: dict[str, TextColumn], stars: Ints, sender: Sender
) -> Events:
    person = period.trips.person[said.trip]
    device = device_texts(period.people.number[person], np.full(len(said), 4))
    at = Moment(said.t, person, device, "web")
    rating = column(stars).cast("string")
    properties = ['"product_id":"', columns["product_id"], '","rating":', rating]
    reviews = Sender(sender.start_on, sender.codes, sender.tag + "r")
    return track(reviews, Counter(), "Product Reviewed", at, properties)


def _truth(period: Period, said: Said, ids: TextColumn) -> pa.Table:
    return table_of(
        {
            "feedback_id": ids,
            "sentiment": said.sentiment,
            "aspect": taken(load_sentences().aspects, said.aspect),
            "is_noisy": period.experience.is_noisy[said.trip],
        }
    )
