"""The import itself: propose, preview, run; all of it or nothing."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path

import pyarrow as pa

from regulars.errors import LayoutUnclear
from regulars.lake import Lake, ShopHome
from regulars.lake.connect import empty, scan
from regulars.lake.head import TableHead, read_head
from regulars.lake.store import Change, Transaction
from regulars.sources import quarantine
from regulars.sources.account import Account, FileAccount, Money, Reason, write_account
from regulars.sources.batch import Batch, Output, background
from regulars.sources.outputs import Stored
from regulars.sources.planning import make_plan
from regulars.sources.proposal import Proposal, Request
from regulars.sources.stale import remove_stale
from regulars.sources.workspace import Workspace, open_workspace
from regulars.tables import CANONICAL

Report = Callable[[str, int, int], None]
Paths = Sequence[str | PathLike[str]]


@dataclass(frozen=True)
class Preview:
    """What an import would do: rows read, canonical rows by table, what would be left out."""

    read_count: int
    tables: Mapping[str, int]
    quarantined_count: int
    repeated_count: int
    reasons: tuple[Reason, ...]
    files: tuple[FileAccount, ...] = ()
    money: Money = field(default_factory=Money)
    notes: tuple[str, ...] = ()


def propose(
    home: ShopHome,
    paths: Paths,
    *,
    table: str | None = None,
    preset: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Proposal:
    """How each column of each file would be used; writes nothing.

    ``table`` names the canonical table that the files hold (or ``sales``), ``preset`` a whole
    layout, ``mapping`` is target -> source column (with ``:dmy``, ``:mdy``, ``:comma`` ... if
    that must be said). Raises FileUnreadable, MappingInvalid, PresetUnknown, TableUnknown;
    what the files leave open becomes ``unclear`` questions.
    """
    request = _request(paths, table, preset, mapping)
    with open_workspace(home, request.paths) as space:
        return make_plan(space, request).proposal()


def preview(home: ShopHome, proposal: Proposal) -> Preview:
    """What running a proposal would do; writes nothing. LayoutUnclear if it cannot run."""
    with open_workspace(home, proposal.request.paths) as space:
        batch = _staged(space, proposal.request, lambda text: None)
        tables = read_head(home.lake_path).tables
        stored = _stored(home, lambda: tables)
        batch.settle(stored)
        counts: dict[str, int] = {}
        for output in batch.outputs():
            count = space.number(f"SELECT count(*) FROM ({output.select(stored)})")
            is_new = not output.is_background or output.table not in counts
            counts[output.table] = counts.get(output.table, 0) + (count if is_new else 0)
        left = quarantine.collect(space, space.tables, list(batch.unusable()))
        files = _file_accounts(batch)
        return Preview(
            sum(file.read_count for file in files),
            {table: count for table, count in counts.items() if count},
            sum(file.quarantined_count for file in files),
            sum(file.repeated_count for file in files),
            quarantine.reasons(space, left),
            files,
            _money(batch, stored),
            batch.notes(),
        )


def run(home: ShopHome, proposal: Proposal, *, report: Report | None = None) -> Account:
    """Import what was proposed: every table together, or nothing at all.

    ``report`` is told (what is being done, steps done, steps in all). Raises LayoutUnclear
    where questions are open, LakeBusy where another process keeps writing.
    """
    return _import(home, proposal.request, report)


def import_files(
    home: ShopHome,
    paths: Paths,
    *,
    table: str | None = None,
    preset: str | None = None,
    mapping: Mapping[str, str] | None = None,
    report: Report | None = None,
) -> Account:
    """Propose and run in one go; LayoutUnclear where a person would have been asked."""
    return _import(home, _request(paths, table, preset, mapping), report)


def ingest(home: ShopHome, table_name: str, rows: pa.Table, cause: str) -> Change:
    """Bring rows that are canonical already (the back office's own) into their table.

    Raises RowsInvalid where they break the table's declaration.
    """
    with Lake(home).transaction(cause) as transaction:
        return transaction.merge(table_name, rows)


def _import(home: ShopHome, request: Request, report: Report | None) -> Account:
    progress = _Progress(report or (lambda text, done, total: None))
    progress.step(f"Opening {_shown(request)}")
    with open_workspace(home, request.paths) as space:
        batch = _staged(space, request, progress.step)
        import_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        with _aside(home, import_id) as folder:
            with Lake(home).transaction(f"import {_shown(request)}") as transaction:
                account = _write(batch, transaction, import_id, folder, progress)
            folder.rename(home.quarantine / import_id)
    progress.finish()
    return account


def _staged(space: Workspace, request: Request, progress: Callable[[str], None]) -> Batch:
    plan = make_plan(space, request)
    if plan.questions:
        more = len(plan.questions) - 1
        raise LayoutUnclear(plan.questions[0] + (f" ({more} more questions.)" if more else ""))
    batch = Batch(space, plan)
    batch.stage(progress)
    return batch


def _write(
    batch: Batch, transaction: Transaction, import_id: str, folder: Path, progress: "_Progress"
) -> Account:
    space, home = batch.space, batch.space.home
    stored = _stored(home, lambda: transaction.tables)
    progress.step("Finding out who and where")
    batch.settle(stored)
    money = _money(batch, stored)
    outputs = list(batch.outputs())
    progress.expect(len(outputs) + 1)
    changes: dict[str, Change] = {}
    if batch.sales is not None:
        changes |= remove_stale(batch.sales, transaction, stored, folder)
    for output in outputs:
        progress.step(f"Writing {output.table}")
        change = _merge(space, transaction, output, stored)
        changes[output.table] = _added(changes.get(output.table), change)
    progress.step("Keeping the account")
    left = quarantine.collect(space, space.tables, list(batch.unusable()))
    quarantine.write(space, left, folder)
    account = Account(
        import_id,
        datetime.now(UTC).isoformat(timespec="seconds"),
        _file_accounts(batch),
        {table: change for table, change in changes.items() if change != Change(0)},
        money,
        _adjustment_kinds(batch),
        quarantine.reasons(space, left),
        batch.notes(),
    )
    write_account(folder, account)
    return account


def _merge(space: Workspace, transaction: Transaction, output: Output, stored: Stored) -> Change:
    select = output.select(stored)
    table = CANONICAL[output.table]
    if output.is_background:
        given = space.connection.sql(select).columns
        kept = space.table("news", background(table, select, given, stored(output.table)))
        select = f"SELECT * FROM {kept}"
        if not space.number(f"SELECT count(*) FROM {kept}"):
            return Change(0)
    return transaction.merge(output.table, space.connection.sql(select))


def _money(batch: Batch, stored: Stored) -> Money:
    """The money as read, and as it stands in the tables' rows: two separate sums."""
    if batch.sales is None:
        return Money()
    sales = batch.sales
    sums = (
        "(SELECT coalesce(sum(amount) FILTER (kind <> 'taken_back'), 0) FROM {rows})",
        "(SELECT coalesce(sum(net_amount), 0) FROM ({orders}))",
        "(SELECT coalesce(sum(refund_amount), 0) FROM ({returns}))",
        "(SELECT coalesce(sum(amount), 0) FROM ({adjustments}))",
        "(SELECT coalesce(sum(amount) FILTER (kind = 'quarantine'), 0) FROM {rows})",
    )
    query = "SELECT " + ", ".join(sums).format(
        rows=sales.rows,
        orders=sales.orders(),
        returns=sales.returns(stored("orders")),
        adjustments=sales.adjustments(),
    )
    return Money(*(Decimal(str(value)) for value in batch.space.rows(query)[0]))


def _adjustment_kinds(batch: Batch) -> dict[str, Decimal]:
    if batch.sales is None:
        return {}
    rows = batch.space.rows(
        f"SELECT kind, sum(amount) FROM ({batch.sales.adjustments()}) GROUP BY kind ORDER BY kind"
    )
    return {str(kind): Decimal(str(amount)) for kind, amount in rows}


def _file_accounts(batch: Batch) -> tuple[FileAccount, ...]:
    counts = batch.row_counts()
    found = []
    for raw in batch.space.tables:
        own = [file for file in batch.plan.files if file.raw is raw]
        used, repeated, left = (
            sum(counts.get(file.number, (0, 0, 0))[place] for file in own) for place in range(3)
        )
        unused = [u.source for file in own[:1] for u in file.uses if u.target is None]
        layout = "segment" if len(own) > 1 else own[0].layout.name
        found.append(
            FileAccount(
                raw.file,
                layout,
                raw.row_count + raw.reject_count,
                used,
                repeated,
                left + raw.reject_count,
                tuple(unused),
            )
        )
    return tuple(found)


def _stored(home: ShopHome, tables: Callable[[], Mapping[str, TableHead]]) -> Stored:
    def source(table: str) -> str:
        state = tables().get(table)
        if state is None or not state.files:
            return f"({empty(CANONICAL[table])})"
        return scan(home, table, state)

    return source


def _added(before: Change | None, change: Change) -> Change:
    if before is None:
        return change
    return Change(
        before.added_count + change.added_count,
        before.replaced_count + change.replaced_count,
        before.unchanged_count + change.unchanged_count,
        before.removed_count + change.removed_count,
    )


@contextmanager
def _aside(home: ShopHome, import_id: str) -> Iterator[Path]:
    """A folder for the account while the import may still fail; gone if it does."""
    folder = home.scratch / f"account-{import_id}"
    folder.mkdir(parents=True)
    home.quarantine.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _request(
    paths: Paths, table: str | None, preset: str | None, mapping: Mapping[str, str] | None
) -> Request:
    return Request(tuple(Path(path) for path in paths), table, preset, dict(mapping or {}))


def _shown(request: Request) -> str:
    names = [path.name or str(path) for path in request.paths]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


@dataclass
class _Progress:
    """Counts the steps of an import for whoever watches it."""

    report: Report
    done: int = 0
    total: int = 12

    def expect(self, steps: int) -> None:
        self.total = self.done + steps

    def step(self, text: str) -> None:
        self.report(text, self.done, max(self.total, self.done + 1))
        self.done += 1

    def finish(self) -> None:
        self.report("Done", self.done, self.done)
