"""advance: the shop lives on, and everyone answers the messages that were sent to him."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.errors import ParameterInvalid
from regulars.simulator.arrays import stream
from regulars.simulator.assignments import Assignments, read_assignments
from regulars.simulator.baskets import Shop
from regulars.simulator.columns import column
from regulars.simulator.exports import Exports
from regulars.simulator.history import (
    BLOCK_CUSTOMERS,
    BLOCK_NUMBERS,
    LIFE,
    PEOPLE,
    Report,
    make_shop,
    write_market,
)
from regulars.simulator.living import Period, live
from regulars.simulator.members import write_members
from regulars.simulator.needs import Needs, make_needs
from regulars.simulator.people import BASE_SHARE, People, make_people
from regulars.simulator.receipts import receipt_table
from regulars.simulator.truth import ShopState, customer_table, needs_table, read_state
from regulars.simulator.writing import Tally, write_period

ADVANCE_NUMBERS = 10_000_000  # order numbers set aside for each advance within a block
ADVANCE_PATH = 1_000
REPLACED = ("customers.parquet", "needs.parquet")


def advance(
    folder: Path,
    exposures: pa.Table,
    campaigns: pa.Table,
    *,
    days: int,
    report: Report | None = None,
) -> list[Path]:
    """Let the simulated shop in ``folder`` live on for ``days`` days.

    ``exposures`` and ``campaigns`` are rows of the canonical tables. Who is in another arm
    than holdout and was not left out (not_sent_reason) gets the message at sent_at, or on
    the first morning where that lies outside these days. A campaign is answered once: those
    of an earlier advance, and customers whom the simulator does not know, are left aside.

    Writes exports/advance-NN/ and returns its files in the order of their import; the
    exposures come back with delivered_at, opened_at, clicked_at and unsubscribed_at. The
    state and truth/effects.parquet are brought up to date, what else is true of these days
    stands in truth/advance-NN/. Raises FileUnreadable without a simulated shop and
    ParameterInvalid for days outside 1 to 366 or offers that cannot be read.
    """
    if not 1 <= days <= 366:
        raise ParameterInvalid(f"days is {days}; the simulated shop lives on for 1 to 366 days.")
    state = read_state(folder / "truth")
    name = f"advance-{state.advance_count + 1:02d}"
    since, until = state.days, state.days + days
    shop = make_shop(state.first_day, until, state.history_days, state.seed)
    given = read_assignments(folder / "truth", state, exposures, campaigns, since, until)
    blocks = pq.ParquetFile(folder / "truth" / REPLACED[0]).num_row_groups
    newcomers = round(state.customer_count * (1 - BASE_SHARE) * days / state.history_days)
    places = [folder / "exports" / name, folder / "truth" / name]
    for place in places:
        shutil.rmtree(place, ignore_errors=True)
    tally = Tally.empty(shop, since, until)
    total = blocks + -(-newcomers // BLOCK_CUSTOMERS)
    receipts: list[pa.Table] = []
    with Exports(places[0]) as exports, Exports(places[1]) as truth:
        for block in range(total):
            if report is not None:
                report("Living on", block, total)
            left = newcomers - (block - blocks) * BLOCK_CUSTOMERS
            people, needs = _block(folder, shop, state, block, blocks, left, since, until)
            if block >= blocks:
                tally.add_newcomers(people)
                write_members(exports, people, shop.market.calendar, name)
            receipts += _live_on(
                exports, truth, shop, state, tally, people, needs, given, block, until
            )
        write_market(exports, truth, shop, tally, state.seed, since, until)
        if receipts:
            exports.parquet("exposures.parquet", pa.concat_tables(receipts))
    _keep(folder / "truth", name)
    state.moved(days=days, customers=newcomers, blocks=total - blocks).write(folder / "truth")
    if report is not None:
        report("Living on", total, total)
    return exports.paths


def _block(
    folder: Path, shop: Shop, state: ShopState, block: int, blocks: int, left: int, since: int,
    until: int,
) -> tuple[People, Needs]:  # fmt: skip
    """A block as the truth knows it, or one of people who join in these days."""
    if block < blocks:
        tables = [
            pq.ParquetFile(folder / "truth" / file).read_row_group(block) for file in REPLACED
        ]
        return People.from_arrow(tables[0]), Needs.from_arrow(tables[1])
    rng = stream(state.seed, PEOPLE, block, state.advance_count)
    first = state.customer_count + 1 + (block - blocks) * BLOCK_CUSTOMERS
    count = min(left, BLOCK_CUSTOMERS)
    people = make_people(first, count, shop.market.calendar, rng, since=since, until=until)
    return people, make_needs(people, shop.catalogue, rng)


def _live_on(
    exports: Exports, truth: Exports, shop: Shop, state: ShopState, tally: Tally, people: People,
    needs: Needs, given: Assignments, block: int, until: int,
) -> list[pa.Table]:  # fmt: skip
    path = (state.seed, LIFE, block, ADVANCE_PATH + state.advance_count)
    messages, rows = given.of_block(people)
    period: Period = live(
        shop, people, needs, path, since=state.days, until=until, messages=messages,
        noisy_month=state.noisy_month,
    )  # fmt: skip
    arms = [given.exposures["arm"].combine_chunks().take(column(r)) for r in rows]
    number = block * BLOCK_NUMBERS + (state.advance_count + 1) * ADVANCE_NUMBERS
    write_period(
        exports, truth, shop, period, people.codes, path,
        first_number=number, until=until, arms=arms,
    )  # fmt: skip
    tally.add(period)
    truth.parquet(REPLACED[0], customer_table(people, needs, until))
    truth.parquet(REPLACED[1], needs_table(shop, people, needs))
    rng = stream(*path, 30)
    return [
        receipt_table(given.exposures.take(column(r)), m, people, period, n, state.first_day, rng)
        for n, (m, r) in enumerate(zip(messages, rows, strict=True))
    ]


def _keep(truth: Path, name: str) -> None:
    """The new state in place of the old, and the effects behind those that were known."""
    for file in REPLACED:
        (truth / name / file).replace(truth / file)
    new, old = truth / name / "effects.parquet", truth / "effects.parquet"
    if new.exists() and old.exists():
        table = pa.concat_tables([pq.read_table(old), pq.read_table(new)])
        pq.write_table(table, new, compression="zstd")
    if new.exists():
        new.replace(old)
