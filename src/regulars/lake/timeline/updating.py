"""The timeline's folder brought to the state of the lake: built, or what changed put in.

New files are written beside the old ones; one rename of the manifest makes them the present
ones, so that a reader sees a whole state and a killed builder leaves the last one.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from regulars.lake.engine import open_engine
from regulars.lake.head import Head, TableHead, read_head
from regulars.lake.home import ShopHome
from regulars.lake.lock import writer_lock
from regulars.lake.timeline.bucket_files import EVENT
from regulars.lake.timeline.changes import (
    NOW,
    THEN,
    BuildAnew,
    Changes,
    RowsMissing,
    is_too_much,
)
from regulars.lake.timeline.coding import NONE, Coding
from regulars.lake.timeline.manifest import (
    Manifest,
    delete_unneeded,
    read_manifest,
    write_manifest,
)
from regulars.lake.timeline.patching import kept_files
from regulars.lake.timeline.people import SameHash, gather_people
from regulars.lake.timeline.product_groups import write_products
from regulars.lake.timeline.rows import READS, ROW, Rows
from regulars.lake.timeline.spill import Spill
from regulars.tables.timeline import GONE

Array = npt.NDArray[Any]
Report = Callable[[str, int, int], None]
BUCKET_COUNT = 64
ROWS_PER_BUCKET = 3_200_000  # what a bucket may hold before there are more of them
BATCH_ROWS = 500_000
BUCKETS_AT_ONCE = 8  # some of them wait for the disk; each holds up to some 150 MB
WAIT_SECONDS = 6 * 3600.0
READ_PERCENT = 60  # of the whole work
READING, SORTING = "Timeline: reading", "Timeline: sorting"


def timeline_folder(home: ShopHome) -> Path:
    """Where the timeline is kept. Deleting it loses nothing."""
    return home.path / "timeline"


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def is_present(manifest: Manifest | None, head: Head) -> bool:
    """Whether a state of the folder is that of the lake's head."""
    return (
        manifest is not None
        and manifest.bucket_count == wanted_buckets(head)
        and manifest.lake == lake_state(head)
    )


def lake_state(head: Head) -> dict[str, TableHead]:
    """What the timeline is made from."""
    return {table: head.tables[table] for table in READS if table in head.tables}


def wanted_buckets(head: Head) -> int:
    """How many buckets a timeline of that lake has."""
    tables = (head.tables.get(table) for table in ("events", "order_lines"))
    rows = sum(state.row_count for state in tables if state)
    count = BUCKET_COUNT
    while rows > count * ROWS_PER_BUCKET:
        count *= 2
    return count


def bring_up_to_date(
    home: ShopHome, report: Report = silent, wait_seconds: float = WAIT_SECONDS
) -> Manifest:
    """The folder at the lake's present state. One process at a time works; others wait.

    LakeBusy where one still works after ``wait_seconds``.
    """
    folder = timeline_folder(home)
    folder.mkdir(exist_ok=True)
    with writer_lock(folder, wait_seconds):
        head = read_head(home.lake_path)
        manifest = read_manifest(folder)
        if manifest is not None and is_present(manifest, head):
            return manifest
        delete_unneeded(folder, manifest)
        update = Update(home, folder, lake_state(head), report)
        return update.run(manifest, wanted_buckets(head))


class Update:
    """One update of the folder, under its lock."""

    def __init__(
        self, home: ShopHome, folder: Path, lake: Mapping[str, TableHead], report: Report
    ) -> None:
        self.home = home
        self.folder = folder
        self.lake = dict(lake)
        self.report = report

    def run(self, present: Manifest | None, bucket_count: int) -> Manifest:
        """Put in what changed, or build; a salt more where two people have one number."""
        salt = 0
        if present is not None:
            if present.bucket_count == bucket_count:
                with contextlib.suppress(BuildAnew, RowsMissing, SameHash):
                    return self._change(present)
            salt = present.salt
        generation = present.generation if present else 0
        while True:
            try:
                return self._build(Manifest(bucket_count, salt, generation))
            except SameHash:
                salt += 1

    def _build(self, manifest: Manifest) -> Manifest:
        with self._generation(manifest) as work:
            rows = Rows(work.connection, self.home, NOW, self.lake)
            documents = rows.settle_documents(rows.name("events"))
            work.connection.execute(f"CREATE TEMP TABLE document_rows AS {documents}")
            work.coding.learn([rows.name("events"), "document_rows"])
            plain, settled = rows.plain(rows.name("events")), "SELECT * FROM document_rows"
            told = ("events", "orders", "order_lines", "returns", "feedback")
            total = sum(self.lake[table].row_count for table in told if table in self.lake)
            for select in (plain, settled):
                work.read(select, work.inserts, 1, total, self.report)
            work.merge(f"{plain} UNION ALL {settled}", self.report)
            return work.finish(self.lake, rows.name("products"))

    def _change(self, present: Manifest) -> Manifest:
        manifest = deepcopy(present)
        if all(_same_files(present.lake, self.lake, table) for table in READS):
            manifest.lake = self.lake
            write_manifest(self.folder, manifest)
            return manifest
        with self._generation(manifest) as work:
            changes = Changes(work.connection, self.home, present.lake, self.lake)
            counts = {side: changes.count(side) for side in (THEN, NOW)}
            total = sum(counts.values())
            if is_too_much(max(counts.values()), present.row_count):
                raise BuildAnew
            if counts[THEN]:
                work.read(f"SELECT {ROW} FROM then_rows", work.deletes, -1, total, self.report)
            if counts[NOW]:
                work.coding.learn(["now_rows"])
                work.read(f"SELECT {ROW} FROM now_rows", work.inserts, 1, total, self.report)
            work.merge("SELECT * FROM now_rows", self.report)
            return work.finish(self.lake, changes.rows[NOW].name("products"))

    @contextlib.contextmanager
    def _generation(self, manifest: Manifest) -> Iterator["Work"]:
        """A new generation's folder; it goes when the work fails."""
        manifest.generation += 1
        target = self.folder / str(manifest.generation)
        shutil.rmtree(target, ignore_errors=True)
        (target / "work").mkdir(parents=True)
        try:
            with contextlib.closing(open_engine(self.home)) as connection:
                yield Work(self.folder, manifest, connection)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise


class Work:
    """The files of one generation while they are made."""

    def __init__(
        self, folder: Path, manifest: Manifest, connection: duckdb.DuckDBPyConnection
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.connection = connection
        self.coding = Coding(connection, folder, manifest)
        self.aside = folder / str(manifest.generation) / "work"
        self.inserts = Spill(self.aside / "inserts", manifest.bucket_count)
        self.deletes = Spill(self.aside / "deletes", manifest.bucket_count)
        self.read_count = 0
        self.product_counts = np.zeros(0, np.int64)

    def read(self, rows: str, into: Spill, sign: int, total: int, report: Report) -> None:
        """Scatter rows (SQL) over the buckets; count what they hold."""
        reader = self.connection.sql(self.coding.select(rows)).to_arrow_reader(BATCH_ROWS)
        for batch in reader:
            columns = {name: batch.column(name).to_numpy() for name in batch.schema.names}
            columns[EVENT] = self._event_codes(columns[EVENT], sign)
            self._count(columns, sign)
            into.add(columns)
            self.read_count += batch.num_rows
            share = min(self.read_count / max(total, 1), 1.0)
            report(READING, round(READ_PERCENT * share), 100)

    def merge(self, rows: str, report: Report) -> None:
        """Write every bucket that rows come into or go out of."""
        manifest, folder = self.manifest, self.folder
        self.inserts.close()
        self.deletes.close()
        people = gather_people(
            self.connection, rows, manifest.salt, self.aside / "people", manifest.bucket_count
        )
        kinds = {meaning.name: meaning.kind for meaning in manifest.properties}
        from regulars.lake.timeline.merging import Merge

        merge = Merge(folder, manifest.generation, self.inserts, self.deletes, people, kinds)
        touched = np.flatnonzero(self.inserts.row_counts + self.deletes.row_counts).tolist()
        numbers = touched if manifest.buckets else list(range(manifest.bucket_count))
        old = manifest.buckets or [[] for _ in numbers]
        with ThreadPoolExecutor(BUCKETS_AT_ONCE) as pool:
            found = pool.map(lambda number: merge.touched(number, old[number]), numbers)
            kept = kept_files(dict(zip(numbers, found, strict=True)), manifest.row_count)
            written = pool.map(lambda n: merge.bucket(n, old[n], kept[n]), numbers)
            for done, (number, files) in enumerate(zip(numbers, written, strict=True), 1):
                old[number] = files
                sorted_percent = (100 - READ_PERCENT) * done // len(numbers)
                report(SORTING, READ_PERCENT + sorted_percent, 100)
        manifest.buckets = old

    def finish(self, lake: Mapping[str, TableHead], products: str) -> Manifest:
        """Write the texts and what is known of products; make this the present state."""
        self.coding.write(self.folder, self.manifest.generation)
        texts = self.coding.texts.get("product_id")
        self.manifest.products = write_products(
            self.connection, self.folder, self.manifest, products, texts, self.product_counts
        )
        shutil.rmtree(self.aside)
        self.manifest.lake = dict(lake)
        write_manifest(self.folder, self.manifest)
        return self.manifest

    def _event_codes(self, pairs: Array, sign: int) -> Array:
        """Codes of (event name, is_further); a pair that is new gets the next one."""
        names = self.coding.texts[EVENT].to_pylist()
        codes = self.manifest.event_codes
        known = {(n, f): code for code, (n, f, _) in enumerate(codes) if code != GONE}
        lookup = np.zeros(2 * len(names), np.uint16)
        counts = np.bincount(pairs, minlength=len(lookup))
        for pair in np.flatnonzero(counts).tolist():
            meaning = (names[pair // 2], bool(pair % 2))
            if meaning not in known:
                known[meaning] = len(codes)
                codes.append((*meaning, 0))
            code = lookup[pair] = known[meaning]
            codes[code] = (*meaning, codes[code][2] + sign * int(counts[pair]))
        return lookup[pairs]

    def _count(self, columns: Mapping[str, Array], sign: int) -> None:
        for meaning in self.manifest.properties:
            if meaning.name in columns:
                column = columns[meaning.name]
                meaning.row_count += sign * value_count(column, meaning.kind)
                if meaning.name == "product_id":
                    self._count_products(column, sign)

    def _count_products(self, codes: Array, sign: int) -> None:
        counts = np.bincount(codes[codes >= 0])
        if len(counts) > len(self.product_counts):
            grown = np.zeros(len(counts), np.int64)
            grown[: len(self.product_counts)] = self.product_counts
            self.product_counts = grown
        self.product_counts[: len(counts)] += sign * counts


def value_count(column: Array, kind: str) -> int:
    """How many rows have a value."""
    missing = np.isnan(column) if kind == "number" else column == NONE[kind][1]
    return len(column) - int(np.count_nonzero(missing))


def _same_files(then: Mapping[str, TableHead], now: Mapping[str, TableHead], table: str) -> bool:
    files = (lake[table].files if table in lake else () for lake in (then, now))
    return len(set(files)) == 1
