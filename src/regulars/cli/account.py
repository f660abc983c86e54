"""An import as people read it: the mapping before, the account after."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

if TYPE_CHECKING:
    from regulars.sources import Account, Preview, Proposal
    from regulars.sources.account import Reason

REASONS_SHOWN = 8


def proposal_tables(proposal: "Proposal") -> Iterator[RichTable]:
    """One table a file: its columns, what each becomes and by what it was recognised."""
    for part in proposal.files:
        title = f"{part.file}: {part.row_count:,} rows, {part.layout}"
        drawn = _table(title, "column", "becomes", "by", "for example")
        for use in part.columns:
            target = (use.target or "-") + (f" ({use.form})" if use.form else "")
            drawn.add_row(use.source, target, use.how, ", ".join(use.samples[:2])[:60])
        yield drawn
        for note in part.notes:
            yield _table(f"note: {note}")


def preview_table(preview: "Preview") -> RichTable:
    """What an import would add, and what it would put aside."""
    drawn = _table("What would be imported", "table", "rows")
    for table, count in preview.tables.items():
        drawn.add_row(table, f"{count:,}")
    drawn.add_row("quarantined", f"{preview.quarantined_count:,}")
    _add_reasons(drawn, preview.reasons)
    return drawn


def print_account(account: "Account", currency: str) -> None:
    """Rows and money, in and out, on stdout."""
    console = Console(highlight=False, markup=False)
    console.print(_rows(account))
    console.print(_changes(account))
    if account.money.read:
        console.print(_money(account, currency))
    for note in account.notes:
        console.print(f"note: {note}")
    if account.quarantined_count:
        console.print(f"Put aside in quarantine/{account.import_id}/, with file, line and reason.")


def _rows(account: "Account") -> RichTable:
    names = ("read", "= used", "+ repeated", "+ quarantined")
    drawn = _table(f"Import {account.import_id}", "rows", *names)
    for file in account.files:
        counts = (file.read_count, file.used_count, file.repeated_count, file.quarantined_count)
        drawn.add_row(file.file, *(f"{count:,}" for count in counts))
    if len(account.files) > 1:
        totals = (
            account.read_count,
            account.used_count,
            account.repeated_count,
            account.quarantined_count,
        )
        drawn.add_row("all", *(f"{count:,}" for count in totals))
    _add_reasons(drawn, account.reasons)
    return drawn


def _changes(account: "Account") -> RichTable:
    drawn = _table("", "table", "added", "replaced", "unchanged", "removed")
    for table, change in account.tables.items():
        counts = (
            change.added_count,
            change.replaced_count,
            change.unchanged_count,
            change.removed_count,
        )
        drawn.add_row(table, *(f"{count:,}" for count in counts))
    return drawn


def _money(account: "Account", currency: str) -> RichTable:
    """The file's money is orders less refunds, plus adjustments and what was put aside."""
    money = account.money
    drawn = _table("", "money", currency)
    drawn.add_row("read", f"{money.read:,.2f}")
    drawn.add_row("= orders", f"{money.orders:,.2f}")
    drawn.add_row("- refunds", f"{money.refunds:,.2f}")
    drawn.add_row("+ adjustments", f"{money.adjustments:,.2f}")
    for kind, amount in account.adjustment_kinds.items():
        drawn.add_row(f"    {kind}", f"{amount:,.2f}")
    drawn.add_row("+ quarantined", f"{money.quarantined:,.2f}")
    drawn.add_row("difference", f"{money.difference:,.2f}")
    return drawn


def _table(title: str, *heads: str) -> RichTable:
    drawn = RichTable(title=title or None, title_justify="left", box=box.SIMPLE_HEAD)
    for index, head in enumerate(heads):
        is_number = index > 0 and heads[0] != "column"
        drawn.add_column(head, justify="right" if is_number else "left")
    return drawn


def _add_reasons(drawn: RichTable, reasons: "Iterable[Reason]") -> None:
    """The most frequent reasons for quarantine, each with one example."""
    for reason in sorted(reasons, key=lambda reason: -reason.count)[:REASONS_SHOWN]:
        drawn.add_row(f"  {reason.count:,}x {reason.reason} ({reason.example})")
