"""Weather and other signals, what marketing cost, and the two campaigns of the past."""

import json

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Floats, Ints, Rng, Texts, stream
from regulars.simulator.baskets import Shop
from regulars.simulator.columns import (
    TextColumn,
    column,
    day_texts,
    joined,
    local_times,
    optional,
    table_of,
    taken,
    yuan,
)
from regulars.simulator.exports import Exports
from regulars.simulator.messages import Message, Offer
from regulars.simulator.people import ACQUISITIONS, People
from regulars.simulator.stores import load_stores

STREAM = 6
COST_PER_NEWCOMER = np.array([12.0, 28.0, 46.0, 38.0, 20.0, 0.0])  # CNY, by acquisition
SMS_COST = 6  # fen
PAST_HOLDOUT = 0.15
PAST_ARM = "offer"
# (campaign, days before the end, days that it is watched, offer)
PAST_CAMPAIGNS = (
    ("C-PAST-1", "老客召回 / Win back", 210, Offer("win_back", "sms", share=0.10)),
    (
        "C-PAST-2",
        "第二单 / Second order",
        120,
        Offer("second_order", "sms", amount=1500, minimum=8900),
    ),
)


def past_audience(people: People, offer: Offer, day: float, rng: Rng) -> tuple[Ints, Ints]:
    """Rows addressed by a past campaign, and 1 where treated (else held out)."""
    quiet = day - people.last_order
    if offer.kind == "win_back":
        chosen = (people.order_count >= 3) & (quiet > 45) & (quiet < 240)
    else:
        chosen = (people.order_count == 1) & (quiet > 21) & (quiet < 200)
    rows = np.flatnonzero(chosen & people.consents_sms & people.is_member)
    return rows, (rng.random(len(rows)) >= PAST_HOLDOUT).astype(np.int64)


def campaign_table(shop: Shop, end_day: int, watched_days: int = 28) -> pa.Table:
    """campaigns.csv: the two campaigns of the past."""
    start_on = shop.market.calendar.start_on
    rows = [c for c in PAST_CAMPAIGNS if end_day - c[2] > 60]
    began = np.array([end_day - c[2] + 10 / 24 for c in rows])
    return table_of(
        {
            "campaign_id": column([c[0] for c in rows], pa.string()),
            "campaign_name": column([c[1] for c in rows], pa.string()),
            "kind": column([c[3].kind for c in rows], pa.string()),
            "started_at": local_times(start_on, began),
            "ended_at": local_times(start_on, began + watched_days),
            "cost_amount": np.full(len(rows), 300.0),
            "offer": column([offer_text(c[3]) for c in rows], pa.string()),
        }
    )


def offer_text(offer: Offer) -> str:
    """The offer as campaigns carry it."""
    terms: dict[str, float | str] = {"channel": offer.channel, "valid_days": offer.valid_days}
    if offer.share:
        terms["discount_share"] = offer.share
    if offer.amount:
        terms["discount_amount"] = offer.amount / 100
        terms["minimum_amount"] = offer.minimum / 100
    return json.dumps(terms)


def exposure_table(shop: Shop, message: Message, codes: Texts, rng: Rng) -> pa.Table:
    """exposures: whom a campaign was assigned, and what became of the message."""
    start_on = shop.market.calendar.start_on
    treated, sent = message.is_treated, message.sent
    count = len(sent)
    delivered = treated & (rng.random(count) < 0.97)
    clicked = delivered & (rng.random(count) < 0.07)
    moment = sent + rng.uniform(0.0001, 0.002, count)
    click = moment + rng.exponential(0.3, count)
    return table_of(
        {
            "campaign_id": column([message.campaign_id] * count, pa.string()),
            "customer_id": taken(codes, message.rows),
            "arm": taken(["holdout", PAST_ARM], treated.astype(np.int64)),
            "assigned_at": local_times(start_on, sent - 0.04),
            "message_id": optional(
                joined(message.campaign_id, "-", taken(codes, message.rows)), treated
            ),
            "channel": optional(column([message.offer.channel] * count, pa.string()), treated),
            "sent_at": optional(local_times(start_on, sent), treated),
            "delivered_at": optional(local_times(start_on, moment), delivered),
            "clicked_at": optional(local_times(start_on, click), clicked),
            "cost_amount": column(np.full(count, yuan(np.array(SMS_COST))), mask=~treated),
        }
    )


def write_costs(exports: Exports, seed: int, newcomers: Ints, shop: Shop, since: int) -> None:
    """marketing_costs.csv; ``newcomers`` counts joiners by channel x day from ``since``."""
    channels, days = newcomers.shape
    week = np.cumsum(np.pad(newcomers, ((0, 0), (7, 0))), axis=1)
    smooth = (week[:, 7:] - week[:, :-7]) / 7.0
    noise = stream(seed, STREAM, since).lognormal(0, 0.15, (channels, days))
    paid = np.flatnonzero(COST_PER_NEWCOMER > 0)
    amount = np.round((smooth + 0.05) * COST_PER_NEWCOMER[:, None] * noise, 2)[paid]
    row, day = np.nonzero(amount > 0)
    exports.csv(
        "marketing_costs.csv",
        table_of(
            {
                "channel": taken(ACQUISITIONS, paid[row]),
                "on_date": day_texts(shop.market.calendar.start_on, day + since),
                "cost_amount": amount[row, day],
            }
        ),
    )


def write_signals(exports: Exports, shop: Shop, since: int, until: int) -> None:
    """signals.csv: temperature and rain by province, holidays, and interest in a topic."""
    market, stores = shop.market, load_stores()
    _, first_shop = np.unique(stores.region[:20].astype(str), return_index=True)
    first_shop = np.sort(first_shop)
    day = np.tile(np.arange(since, until), len(first_shop))
    shop_row = np.repeat(first_shop, until - since)
    start_on = market.calendar.start_on
    region = taken(stores.region, shop_row)
    parts = [
        _signal("temperature", region, day_texts(start_on, day), market.temperature[shop_row, day]),
        _signal("rain", region, day_texts(start_on, day), market.rain[shop_row, day]),
    ]
    days = np.arange(since, until)
    everywhere = pa.nulls(len(days), pa.string())
    month = market.calendar.month[days]
    holiday = market.calendar.is_holiday[days].astype(float)
    parts.append(_signal("holiday", everywhere, day_texts(start_on, days), holiday))
    for purpose, topic in (("sunscreen", "防晒"), ("coffee", "咖啡"), ("heater", "取暖")):
        group = int(np.flatnonzero(shop.catalogue.purpose == purpose)[0])
        interest = np.round(
            50 * shop.catalogue.season[group, month] * market.calendar.demand[days] ** 0.3
        )
        parts.append(_signal(f"trend:{topic}", everywhere, day_texts(start_on, days), interest))
    exports.csv("signals.csv", pa.concat_tables(parts))


def _signal(name: str, region: TextColumn, on_date: TextColumn, value: Floats) -> pa.Table:
    return table_of(
        {
            "signal_name": column([name] * len(value), pa.string()),
            "region": region,
            "on_date": on_date,
            "value": value,
        }
    )
