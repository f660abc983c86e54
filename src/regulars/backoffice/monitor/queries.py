"""Reads for the quality and system pages; what is dear is kept for as long as the lake rests."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from regulars import sources
from regulars.backoffice.accounts.masking import masked_json
from regulars.backoffice.asked import batches_of
from regulars.backoffice.monitor.models import Progress
from regulars.backoffice.shop import current_home, current_shop, head_number
from regulars.flow.quality import Check, Finding, Freshness, findings, freshness
from regulars.flow.shop import Shop
from regulars.lake.head import read_head
from regulars.lake.home import ShopHome

FREE_COLUMNS = frozenset({"attributes", "properties"})


@dataclass(frozen=True)
class Quality:
    """The state of the data at one head of the lake."""

    tables: tuple[Freshness, ...]
    findings: tuple[Finding, ...]

    @property
    def filled_tables(self) -> list[Freshness]:
        return [table for table in self.tables if table.row_count]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == "warning"]

    @property
    def newest_order(self) -> datetime | date | None:
        return next((table.newest for table in self.tables if table.table == "orders"), None)


@dataclass(frozen=True)
class TableSize:
    """One stored table: its Delta version, rows, files and bytes on disk."""

    name: str
    version: int
    row_count: int
    file_count: int
    byte_count: int


def quality() -> Quality:
    """Rows, freshness and findings of the shop, computed once per state of the lake."""
    return _quality(current_home().path, head_number())


@lru_cache(maxsize=8)
def _quality(path: Path, head: int) -> Quality:
    tables = current_shop().tables.__getitem__
    return Quality(tuple(freshness(tables)), tuple(findings(tables)))


def finding_of(check: Check) -> Finding:
    """What a check found, from the state's findings."""
    return next(finding for finding in quality().findings if finding.check.name == check.name)


def rows_of(check: Check, shop: Shop) -> ir.Table:
    """The rows behind a finding, lazy, in a stable order."""
    rows = check.rows(shop.tables.__getitem__)
    return rows.order_by(rows.columns[: 2 if len(rows.columns) > 1 else 1])


def page_of(check: Check, shop: Shop, start: int, count: int) -> list[dict[str, Any]]:
    """Some rows behind a finding."""
    found = rows_of(check, shop).limit(count, offset=start).to_pyarrow().to_pylist()
    return [{name: _shown(name, value) for name, value in row.items()} for row in found]


def whole(check: Check) -> Iterator[list[Any]]:
    """Every row behind a finding as values, in batches, on a connection of its own."""
    shop = Shop(current_home())
    for batch in batches_of(shop, rows_of(check, shop)):
        names = batch.schema.names
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_shown(name, value) for name, value in zip(names, row, strict=True)]


def _shown(name: str, value: Any) -> Any:
    """A value as everybody may see it: who somebody is stands on the customer's page only."""
    return masked_json(value) if name in FREE_COLUMNS and value else value


def quarantine_by_reason(home: ShopHome) -> list[tuple[str, int]]:
    """How many rows each reason keeps out of the lake, over all imports, most first."""
    counts: Counter[str] = Counter()
    for account in sources.accounts(home):
        counts.update({entry.reason: entry.count for entry in account.reasons})
    return counts.most_common()


def table_sizes(home: ShopHome) -> list[TableSize]:
    """What the lake stores, largest first."""
    head = read_head(home.lake_path)
    sizes = [
        TableSize(
            name,
            state.version,
            state.row_count,
            len(state.files),
            sum(_bytes(home.lake_path / name / file) for file in state.files),
        )
        for name, state in head.tables.items()
    ]
    return sorted(sizes, key=lambda size: size.byte_count, reverse=True)


def recent_progress(count: int = 20) -> list[Progress]:
    """The last background tasks, newest first."""
    return list(Progress.objects.select_related("started_by")[:count])


def running(occupying: Collection[str]) -> Progress | None:
    """The task under way that occupies one of these."""
    return Progress.objects.filter(occupies__in=occupying).first()


def last_failure(next_url: str) -> str:
    """Why the last task that leads to that page ended without result; "" if it did not."""
    last = Progress.objects.filter(next_url=next_url).first()
    return last.error if last and last.state == Progress.State.FAILED else ""


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
