"""simulate: the shop's history, block by block, and everything that it exports."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np

from regulars.errors import ParameterInvalid
from regulars.simulator.arrays import stream
from regulars.simulator.baskets import Shop
from regulars.simulator.calendar import Calendar
from regulars.simulator.catalogue import load_catalogue
from regulars.simulator.columns import TextColumn, taken
from regulars.simulator.exports import Exports
from regulars.simulator.goods import (
    write_catalogue,
    write_competitors,
    write_inventory,
    write_prices,
    write_promotions,
)
from regulars.simulator.incidents import incident_table
from regulars.simulator.living import Period, live
from regulars.simulator.market import make_market
from regulars.simulator.marketing import (
    PAST_ARM,
    PAST_CAMPAIGNS,
    campaign_table,
    exposure_table,
    past_audience,
    write_costs,
    write_signals,
)
from regulars.simulator.members import write_members
from regulars.simulator.messages import Message
from regulars.simulator.needs import Needs, make_needs
from regulars.simulator.orders import batch_month
from regulars.simulator.people import People, make_people
from regulars.simulator.stores import load_stores
from regulars.simulator.truth import (
    ShopState,
    customer_table,
    needs_table,
    product_table,
    stockout_table,
)
from regulars.simulator.writing import Tally, write_period

Report: TypeAlias = Callable[[str, int, int], None]
BLOCK_CUSTOMERS = 10_000
PEOPLE, LIFE = 2, 3
WATCHED_DAYS = 28
BLOCK_NUMBERS = 1_000_000_000  # order numbers set aside for each block
NOISY_MADE_BEFORE_END = 118  # days before the end in whose month the noisy batch was made


@dataclass(frozen=True)
class Stretch:
    """Days [since, until) and the past campaign that begins them, -1 for none."""

    since: int
    until: int
    campaign: int


def simulate(
    folder: Path,
    *,
    customer_count: int = 20_000,
    months: int = 18,
    seed: int = 7,
    end_on: date,
    report: Report | None = None,
) -> list[Path]:
    """Write a fictional shop's raw exports and, apart, the truth behind them.

    ``folder/exports`` and ``folder/truth`` are made anew; the same arguments write the same
    bytes. Returns the exports in the order in which they are to be imported. Raises
    ParameterInvalid for counts that make no shop.
    """
    _check(customer_count, months)
    start_on = _months_before(end_on + timedelta(days=1), months)
    end_day = (end_on - start_on).days + 1
    shop = make_shop(start_on, end_day, end_day, seed)
    for name in ("exports", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)
    blocks = -(-customer_count // BLOCK_CUSTOMERS)
    state = _first_state(shop, seed, end_day, customer_count, blocks)
    tally = Tally.empty(shop, 0, end_day)
    with Exports(folder / "exports") as exports, Exports(folder / "truth") as truth:
        write_catalogue(exports, shop)
        exports.csv("campaigns.csv", campaign_table(shop, end_day, WATCHED_DAYS))
        for block in range(blocks):
            if report is not None:
                report("Simulating customers", block * BLOCK_CUSTOMERS, customer_count)
            first = block * BLOCK_CUSTOMERS
            count = min(BLOCK_CUSTOMERS, customer_count - first)
            _write_block(exports, truth, shop, state, tally, block, first + 1, count)
        if report is not None:
            report("Simulating customers", customer_count, customer_count)
        write_market(exports, truth, shop, tally, seed, 0, end_day)
    state.write(folder / "truth")
    return exports.paths


def make_shop(start_on: date, days: int, end_day: int, seed: int) -> Shop:
    """Catalogue and market of ``days`` days; ``end_day`` is where the history ended."""
    catalogue = load_catalogue()
    calendar = Calendar(start_on, days)
    market = make_market(catalogue, load_stores(), calendar, seed=seed, end_day=end_day)
    return Shop(catalogue, market)


def stretches(end_day: int) -> list[Stretch]:
    """The history cut where the campaigns of the past begin and are over."""
    found, day = [], 0
    for number, (_, _, before, _) in enumerate(PAST_CAMPAIGNS):
        begin = end_day - before
        if begin > 60:
            found += [Stretch(day, begin, -1), Stretch(begin, begin + WATCHED_DAYS, number)]
            day = begin + WATCHED_DAYS
    return [*found, Stretch(day, end_day, -1)]


def _write_block(
    exports: Exports, truth: Exports, shop: Shop, state: ShopState, tally: Tally, block: int,
    first: int, count: int,
) -> None:  # fmt: skip
    seed, end_day = state.seed, state.history_days
    calendar = shop.market.calendar
    rng = stream(seed, PEOPLE, block)
    people = make_people(first, count, calendar, rng, since=0, until=end_day)
    needs = make_needs(people, shop.catalogue, rng)
    number = block * BLOCK_NUMBERS
    for place, stretch in enumerate(stretches(end_day)):
        path = (seed, LIFE, block, place)
        period, arms = _live_stretch(exports, shop, state, people, needs, stretch, path)
        write_period(
            exports, truth, shop, period, people.codes, path,
            first_number=number, until=end_day, arms=arms,
        )  # fmt: skip
        number += len(period.trips)
        tally.add(period)
    tally.add_newcomers(people)
    write_members(exports, people, calendar, f"{block + 1:03d}")
    truth.parquet("customers.parquet", customer_table(people, needs, end_day))
    truth.parquet("needs.parquet", needs_table(shop, people, needs))


def _live_stretch(
    exports: Exports, shop: Shop, state: ShopState, people: People, needs: Needs,
    stretch: Stretch, path: tuple[int, ...],
) -> tuple[Period, list[TextColumn]]:  # fmt: skip
    messages: tuple[Message, ...] = ()
    arms: list[TextColumn] = []
    if stretch.campaign >= 0:
        campaign_id, _, _, offer = PAST_CAMPAIGNS[stretch.campaign]
        rng = stream(*path, 10)
        rows, treated = past_audience(people, offer, stretch.since, rng)
        sent = np.full(len(rows), stretch.since + 10 / 24)
        everyone = np.ones(len(rows), dtype=bool)
        message = Message(campaign_id, offer, rows, treated == 1, sent, everyone)
        messages = (message,)
        arms = [taken(["holdout", PAST_ARM], treated)]
        exports.csv("exposures.csv", exposure_table(shop, message, people.codes, rng))
    period = live(
        shop, people, needs, path, since=stretch.since, until=stretch.until,
        messages=messages, noisy_month=state.noisy_month,
    )  # fmt: skip
    return period, arms


def write_market(
    exports: Exports, truth: Exports, shop: Shop, tally: Tally, seed: int, since: int, until: int
) -> None:
    """Everything that is not about one person, for the days [since, until)."""
    write_prices(exports, shop, since, until)
    write_promotions(exports, shop, since, until)
    write_competitors(exports, shop, seed, since, until)
    write_inventory(exports, shop, tally.pieces, seed, since, until)
    write_signals(exports, shop, since, until)
    write_costs(exports, seed, tally.newcomers, shop, since)
    sensitivity = float(np.mean(tally.sensitivity))
    table = product_table(shop, tally.need_pieces, tally.all_pieces, sensitivity)
    truth.parquet("products.parquet", table)
    truth.parquet("stockouts.parquet", stockout_table(shop, since, until))
    if since == 0:
        table = incident_table(shop.market.calendar, load_stores(), until)
        truth.parquet("incidents.parquet", table)


def _first_state(
    shop: Shop, seed: int, end_day: int, customer_count: int, blocks: int
) -> ShopState:
    calendar, catalogue = shop.market.calendar, shop.catalogue
    month = int(batch_month(shop, np.array([max(end_day - NOISY_MADE_BEFORE_END + 35.0, 0)]))[0])
    product_id = str(catalogue.product_id[catalogue.noisy_product])
    year, number = divmod(month, 12)
    return ShopState(
        seed=seed,
        start_on=calendar.start_on.isoformat(),
        history_days=end_day,
        days=end_day,
        customer_count=customer_count,
        block_count=blocks,
        advance_count=0,
        noisy_product_id=product_id,
        noisy_batch_no=f"{product_id}-{year}{number + 1:02d}",
        noisy_month=month,
    )


def _check(customer_count: int, months: int) -> None:
    if not 50 <= customer_count <= 1_000_000:
        raise ParameterInvalid(
            f"customer_count is {customer_count}; the simulator makes 50 to 1,000,000 customers."
        )
    if not 1 <= months <= 60:
        raise ParameterInvalid(f"months is {months}; the simulator makes 1 to 60 months.")


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
