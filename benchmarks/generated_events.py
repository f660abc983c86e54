"""A shop with any number of generated events in its lake; the same number, the same events.

Visits in the order of time, as a shop receives them, over 180 days; each by one of
``events / 50`` customers, some of whom come far more often than others. A visit is 1 to 21
events, half a minute to a quarter of an hour apart, on 200 pages, under 12 names, about
20,000 products. No two events of a customer have the same moment, so that tools which treat
ties differently must count the same.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from regulars.lake import Lake, ShopHome
from regulars.lake.head import read_head

EVENTS_PER_CUSTOMER = 50
FIRST_DAY, LAST_DAY, DAY_COUNT = date(2026, 4, 1), date(2026, 9, 27), 180
BYTES_PER_EVENT = 300  # the lake, the timeline, DuckDB's sorted copy, and what is spilled
LATE_VISITS = 10  # one in so many visits of an increment happened some time before
# events of twenty visits that follow each other: many short ones, a few long ones, 7 on average
VISIT_LENGTHS = (1, 5, 2, 13, 3, 1, 8, 4, 21, 2, 6, 1, 15, 3, 7, 5, 11, 6, 17, 9)
# of sixty-four events
NAME_COUNTS = {
    "Page Viewed": 15,
    "Product Viewed": 16,
    "Product List Viewed": 10,
    "Products Searched": 6,
    "Product Added": 5,
    "Product Removed": 1,
    "Cart Viewed": 3,
    "Checkout Started": 2,
    "Coupon Entered": 1,
    "Coupon Applied": 1,
    "Order Completed": 2,
    "Product Reviewed": 2,
}
FUNNEL = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
ABOUT_PRODUCTS = ("Product Viewed", "Product Added", "Product Removed", "Product Reviewed")


def customers_of(event_count: int) -> int:
    """How many customers a shop of so many events has."""
    return max(event_count // EVENTS_PER_CUSTOMER, 1)


@contextlib.contextmanager
def kept_or_not(keep: Path | None, event_count: int) -> Iterator[Path]:
    """The folder for generated shops: ``keep``, else one that is gone afterwards.

    The program ends with a word where the disk has too little room for so many events.
    """
    with contextlib.ExitStack() as stack:
        if keep is None:
            made = tempfile.TemporaryDirectory(prefix="bench-events-")
            keep = Path(stack.enter_context(made))
        keep.mkdir(parents=True, exist_ok=True)
        needed, free = event_count * BYTES_PER_EVENT, shutil.disk_usage(keep).free
        if free < needed:
            raise SystemExit(
                f"{event_count:,} events need {needed / 1e9:.0f} GB meanwhile; {keep} has "
                f"{free / 1e9:.0f} GB. Ask for fewer --events, or name another disk by --keep."
            )
        yield keep.resolve()


def shop_with_events(folder: Path, event_count: int) -> ShopHome:
    """The shop at ``folder``/events-N: made there, or as an earlier run left it."""
    path = folder / f"events-{event_count}"
    if (path / "generated").exists():
        return ShopHome.find(path)
    shutil.rmtree(path, ignore_errors=True)
    home = ShopHome.create(path, {"shop.timezone": "UTC", "shop.currency": "EUR"})
    add_events(home, events_sql(0, event_count, customers_of(event_count)), "generated")
    (path / "generated").touch()
    return home


def copied(home: ShopHome, folder: Path) -> ShopHome:
    """The same shop at another place, its files linked: an increment leaves the first as it is."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(home.path, folder, copy_function=_linked)
    return ShopHome.find(folder)


def add_events(home: ShopHome, query: str, cause: str) -> None:
    """Bring the rows of ``query`` into the lake as an import does."""
    with Lake(home).transaction(cause) as transaction:
        transaction.merge("events", transaction.connection.sql(query))


def event_files(home: ShopHome) -> list[str]:
    """The Parquet files of the lake that hold the events."""
    table = read_head(home.lake_path).tables["events"]
    return [str(home.lake_path / "events" / file) for file in table.files]


def increment_size(event_count: int) -> int:
    """How many events one increment brings."""
    return max(event_count // 100, 140)


def increment_sql(event_count: int, number: int = 0) -> str:
    """1% more events, on a day after the last (the next for the next number), one visit in ten
    some time before."""
    added = increment_size(event_count)
    first, day = event_count + number * added, DAY_COUNT + number
    return events_sql(first, added, customers_of(event_count), increment_day=day)


def events_sql(
    first: int, event_count: int, customer_count: int, *, increment_day: int | None = None
) -> str:
    """SELECT of the events numbered from ``first``: every value is a hash of its number."""
    visits_before = first // sum(VISIT_LENGTHS) * len(VISIT_LENGTHS)
    visit_count = event_count * len(VISIT_LENGTHS) // sum(VISIT_LENGTHS) + 1
    day = f"(visit - {visits_before}) * {DAY_COUNT} // {visit_count}"
    if increment_day is not None:
        some = f"(h % {DAY_COUNT})::BIGINT"
        day = f"CASE WHEN visit % {LATE_VISITS} = 0 THEN {some} ELSE {increment_day} END"
    visit_of = [v for v, length in enumerate(VISIT_LENGTHS) for _ in range(length)]
    number_of = [number for length in VISIT_LENGTHS for number in range(length)]
    names = [name for name, count in NAME_COUNTS.items() for _ in range(count)]
    block = sum(VISIT_LENGTHS)
    return f"""
    WITH numbered AS (
        SELECT i, (i // {block}) * {len(VISIT_LENGTHS)} + {visit_of}[i % {block} + 1] AS visit,
            {number_of}[i % {block} + 1] AS number, hash(i, 7) AS e
        FROM range({first}, {first + event_count}) events(i)
    ), drawn AS (
        SELECT *, hash(visit, 11) AS h,
            {names}[((e >> 3) % {len(names)})::BIGINT + 1] AS event_name,
            (e >> 11) / 9007199254740992 AS even
        FROM numbered
    ), placed AS (
        SELECT *, ((h >> 20) % 86400 + number * (30 + (h >> 40) % 20 * 35) + (e >> 9) % 20)::BIGINT
            AS second, {day} AS day FROM drawn
    )
    SELECT 'e' || i AS event_id,
        'c' || floor({customer_count} * pow((h >> 11) / 9007199254740992, 1.3))::BIGINT
            AS customer_id,
        's' || visit AS session_id, event_name,
        TIMESTAMPTZ '{FIRST_DAY} 00:00:00+00' + to_days(day::INTEGER) + to_seconds(second)
            + to_microseconds((visit * 32 + number) % 1000000) AS occurred_at,
        occurred_at + to_seconds((1 + e % 5)::BIGINT) AS received_at,
        CASE WHEN h % 3 = 0 THEN 'app' ELSE 'web' END AS channel,
        CASE WHEN event_name IN {ABOUT_PRODUCTS}
            THEN 'p' || floor(20000 * even * even)::BIGINT END AS product_id,
        CASE WHEN event_name = 'Products Searched'
            THEN 'query ' || floor(2000 * even * even)::BIGINT END AS query,
        '/page/' || floor(200 * pow(((e >> 25) % 65536) / 65536, 1.5))::BIGINT AS page,
        CASE WHEN event_name = 'Order Completed'
            THEN (5 + e % 30000 / 100)::DECIMAL(18, 4) END AS value_amount,
        CASE WHEN number = 0 AND h % 20 = 0 THEN 'campaign ' || (h >> 8) % 40 END AS campaign_id,
        CASE WHEN number = 0 THEN '{{"source": "source ' || (h >> 5) % 8 || '"}}'
            WHEN event_name = 'Products Searched' THEN '{{"results_count": ' || e % 40 || '}}'
            ELSE '{{}}' END AS properties
    FROM placed"""


def _linked(source: str, target: str) -> str:
    """Rows in files are never changed in place, and so may have two names; all else is copied."""
    file = Path(source)
    if file.suffix in (".parquet", ".arrow") or file.name.startswith("bucket-"):
        Path(target).hardlink_to(file)
        return target
    return str(shutil.copy2(source, target))
