"""The truth, apart from the exports: what the shop cannot know, as Parquet under truth/.

shop.json           seed, dates, counters; the noisy batch (product_id, batch_no)
customers.parquet   one row per person, one row group per block: the fields of `People`
                    (times are days since start_on, rates per day) and customer_id,
                    persona_name, state (active, slipping, lost), order_rate (expected
                    orders per day while active)
needs.parquet       one row per customer x purpose: customer_id, purpose, cycle_days (mean
                    days that one pack lasts), regularity (gamma shape), next_due
products.parquet    elasticity (own price, at average sensitivity), expected_elasticity
                    (what a regression of its quantity on its price should find), unit_cost
orders.parquet      one row per order: customer_id (null for walk-ins), ordered_t, net_amount
                    (fen), delivery_days, is_late, missed_count (empty shelves), is_faulty,
                    is_noisy, feeling, leaves (the person left for it)
sessions.parquet    one row per visit online: session_id, anonymous_id, customer_id (null for
                    visitors), kind (buy, prepare, browse, visitor), started_t, view_count
searches.parquet    one row per search online: session_id, purpose, modifier (see queries.toml),
                    is_missing (nothing like it is sold)
floor_visits.parquet  one row per sensed visit to a shop: customer_id (also where the sensors did
                    not recognise the phone), anonymous_id, store_id, entered_t, seconds,
                    zone_count, order_id (null where nothing was bought)
feedback.parquet    feedback_id, sentiment (-1, 0, 1), aspect, is_noisy
stockouts.parquet   store_id, product_id, first_on and last_on without stock
lost_sales.parquet  store_id, product_id, on_date: one row per line wanted while out of stock
incidents.parquet   kind, store_id, first_on, last_on, lost_share (of the front's sales)
dirt.parquet        file, kind, key, fate: rows that no system should write, and what an import
                    should do with each (see `dirt`)
effects.parquet     campaign_id, customer_id, arm and both futures of every assigned customer
                    in CNY: net_amount_without / _with, margin_without / _with (margin is net
                    less the goods' cost, before returns and message costs)

An advance keeps customers, needs, effects and shop.json up to date and puts the other tables
of its days into truth/advance-NN/.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from regulars.errors import FileUnreadable
from regulars.simulator.arrays import Floats, Ints, Texts
from regulars.simulator.baskets import FREE_LINES, Shop
from regulars.simulator.columns import (
    TextColumn,
    column,
    day_texts,
    optional,
    table_of,
    taken,
    yuan,
)
from regulars.simulator.futures import Effect
from regulars.simulator.living import Period
from regulars.simulator.needs import Needs
from regulars.simulator.people import PERSONAS, People
from regulars.simulator.stores import load_stores
from regulars.simulator.tills import Sold
from regulars.simulator.trips import MERGE_DAYS

STATES = ("active", "slipping", "lost")


@dataclass(frozen=True)
class ShopState:
    """truth/shop.json: where the simulated shop stands."""

    seed: int
    start_on: str
    history_days: int
    days: int
    customer_count: int
    block_count: int
    advance_count: int
    noisy_product_id: str
    noisy_batch_no: str
    noisy_month: int

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.start_on)

    def moved(self, *, days: int, customers: int, blocks: int) -> "ShopState":
        """The state after living on."""
        return replace(
            self,
            days=self.days + days,
            customer_count=self.customer_count + customers,
            block_count=self.block_count + blocks,
            advance_count=self.advance_count + 1,
        )

    def write(self, folder: Path) -> None:
        """Write truth/shop.json, all or nothing."""
        draft = folder / "shop.json.new"
        draft.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        draft.replace(folder / "shop.json")


def read_state(folder: Path) -> ShopState:
    """The state of a simulated shop; FileUnreadable where there is none."""
    path = folder / "shop.json"
    if not path.exists():
        raise FileUnreadable(
            f"No simulated shop in {folder.parent}: {path} does not exist. Run simulate() first."
        )
    return ShopState(**json.loads(path.read_text(encoding="utf-8")))


def customer_table(people: People, needs: Needs, day: float) -> pa.Table:
    """Everybody's latents and state on a day."""
    left = people.leave_day < day
    lost = day >= people.leave_day + people.slip_days
    table = people.to_arrow()
    extra = {
        "customer_id": column(people.codes, pa.string()),
        "persona_name": taken(PERSONAS, people.persona),
        "state": taken(STATES, left.astype(np.int64) + (left & lost)),
        "order_rate": order_rate(people, needs),
    }
    for name, values in extra.items():
        table = table.append_column(name, column(values))
    return table


def order_rate(people: People, needs: Needs) -> Floats:
    """Expected orders per day while active, at average season and prices.

    Two Poisson-like streams, needs and free trips (of which exp(-lines) bring nothing),
    merged where a trip begins within MERGE_DAYS of the one before.
    """
    from_needs = np.bincount(needs.person, 1 / (1.1 * needs.cycle_days), len(people))
    total = people.trip_rate * (1 - np.exp(-FREE_LINES * 0.9)) + from_needs
    return np.asarray(total * np.exp(-total * MERGE_DAYS))


def needs_table(shop: Shop, people: People, needs: Needs) -> pa.Table:
    """Needs with their customer and purpose."""
    table = needs.to_arrow()
    table = table.append_column("customer_id", taken(people.codes, needs.person))
    return table.append_column("purpose", taken(shop.catalogue.purpose, needs.group))


def order_table(period: Period, sold: Sold) -> pa.Table:
    """What happened with each order."""
    felt = period.experience
    leaves = ~period.trips.walks_in & (felt.leave_draw < felt.leave_chance)
    return table_of(
        {
            "order_id": sold.order_id,
            "customer_id": sold.customer_id,
            "ordered_t": period.trips.t,
            "net_amount": period.net,
            "delivery_days": felt.delivery_days,
            "is_late": felt.is_late,
            "missed_count": felt.missed,
            "is_faulty": felt.is_faulty,
            "is_noisy": felt.is_noisy,
            "feeling": felt.feeling,
            "leaves": leaves,
        }
    )


def effect_table(effect: Effect, codes: Texts, arms: TextColumn) -> pa.Table:
    """Both futures of everyone assigned, in CNY."""
    count = len(effect.message.rows)
    return table_of(
        {
            "campaign_id": column([effect.message.campaign_id] * count, pa.string()),
            "customer_id": taken(codes, effect.message.rows),
            "arm": arms,
            "net_amount_without": yuan(effect.net_without),
            "net_amount_with": yuan(effect.net_with),
            "margin_without": yuan(effect.margin_without),
            "margin_with": yuan(effect.margin_with),
        }
    )


def stockout_table(shop: Shop, since: int, until: int) -> pa.Table:
    """Runs of days without stock, of listed products, that begin within the days."""
    out = shop.market.out[:, :, since:until]
    before = np.zeros_like(out)
    before[:, :, 1:] = out[:, :, :-1]
    after = np.zeros_like(out)
    after[:, :, :-1] = out[:, :, 1:]
    store, product, first = np.nonzero(out & ~before)
    last = np.nonzero(out & ~after)[2]
    start_on = shop.market.calendar.start_on
    return table_of(
        {
            "store_id": taken(load_stores().store_id, store),
            "product_id": taken(shop.catalogue.product_id, product),
            "first_on": day_texts(start_on, first + since),
            "last_on": day_texts(start_on, last + since),
        }
    )


def product_table(shop: Shop, need_pieces: Ints, pieces: Ints, sensitivity: float) -> pa.Table:
    """Elasticities and costs; ``need_pieces`` of all ``pieces`` were bought for needs.

    A choice within a purpose answers its own price with e x (1 - share); free purchases
    with e. Both scale with the buyers' mean price sensitivity.
    """
    catalogue = shop.catalogue
    group = catalogue.group
    total = np.bincount(group, pieces, catalogue.group_count)
    share = pieces / np.maximum(total[group], 1)
    for_needs = need_pieces / np.maximum(pieces, 1)
    expected = catalogue.elasticity * sensitivity * (1 - for_needs * share)
    return table_of(
        {
            "product_id": column(catalogue.product_id, pa.string()),
            "elasticity": catalogue.elasticity,
            "expected_elasticity": expected,
            "need_share": for_needs,
            "unit_cost": yuan(catalogue.cost),
            "launched_t": shop.market.launched,
            "has_known_launch": optional(
                taken(["yes"], np.zeros(len(group), np.int64)), shop.market.launched >= 0
            ),
        }
    )


def lost_table(shop: Shop, period: Period) -> pa.Table:
    """Sales lost to empty shelves."""
    lost, start_on = period.lost, shop.market.calendar.start_on
    return table_of(
        {
            "store_id": taken(load_stores().store_id, lost.front),
            "product_id": taken(shop.catalogue.product_id, lost.product),
            "on_date": day_texts(start_on, lost.day),
        }
    )
