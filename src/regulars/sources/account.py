"""The account of an import: what was read, what became of it, and that both add up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from regulars.lake import ShopHome
from regulars.lake.store import Change

ACCOUNT_FILE = "account.json"


@dataclass(frozen=True)
class FileAccount:
    """The rows of one file: read = used + repeated + quarantined.

    A used row stands in one or more canonical tables; a repeated one says exactly what
    another row with its key says.
    """

    file: str
    layout: str
    read_count: int
    used_count: int
    repeated_count: int
    quarantined_count: int
    not_used_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Money:
    """The money of flat sales files, exact: read = orders - refunds + adjustments + quarantined.

    ``orders`` and ``refunds`` are the canonical tables' net and refund amounts of this
    import; an order taken back whole stands in both, and in ``read`` with nothing.
    """

    read: Decimal = Decimal(0)
    orders: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    adjustments: Decimal = Decimal(0)
    quarantined: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.read - (self.orders - self.refunds + self.adjustments + self.quarantined)


@dataclass(frozen=True)
class Reason:
    """Why rows could not be imported: how many, and where one of them stands."""

    reason: str
    count: int
    example: str


@dataclass(frozen=True)
class Account:
    """One import. ``tables``: what it changed in each table; ``adjustment_kinds``: amounts."""

    import_id: str
    imported_at: str
    files: tuple[FileAccount, ...]
    tables: Mapping[str, Change]
    money: Money = field(default_factory=Money)
    adjustment_kinds: Mapping[str, Decimal] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def read_count(self) -> int:
        return sum(file.read_count for file in self.files)

    @property
    def used_count(self) -> int:
        return sum(file.used_count for file in self.files)

    @property
    def repeated_count(self) -> int:
        return sum(file.repeated_count for file in self.files)

    @property
    def quarantined_count(self) -> int:
        return sum(file.quarantined_count for file in self.files)

    @property
    def adds_up(self) -> bool:
        """Whether every row and every cent is accounted for."""
        rows = all(
            f.read_count == f.used_count + f.repeated_count + f.quarantined_count
            for f in self.files
        )
        return rows and self.money.difference == 0


def write_account(folder: Path, account: Account) -> None:
    """Keep an account as JSON, money as text."""
    text = json.dumps(asdict(account), ensure_ascii=False, indent=1, default=str)
    (folder / ACCOUNT_FILE).write_text(text, encoding="utf-8")


def accounts(home: ShopHome) -> list[Account]:
    """The accounts of all imports, the latest first."""
    found = [_read(file) for file in home.quarantine.glob(f"*/{ACCOUNT_FILE}")]
    return sorted(found, key=lambda account: account.import_id, reverse=True)


def _read(file: Path) -> Account:
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return Account(
        document["import_id"],
        document["imported_at"],
        tuple(
            FileAccount(**{**entry, "not_used_columns": tuple(entry["not_used_columns"])})
            for entry in document["files"]
        ),
        {table: Change(**change) for table, change in document["tables"].items()},
        Money(**{name: Decimal(amount) for name, amount in document["money"].items()}),
        {kind: Decimal(amount) for kind, amount in document["adjustment_kinds"].items()},
        tuple(Reason(**reason) for reason in _entries(document["reasons"])),
        tuple(document["notes"]),
    )


def _entries(value: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    return value
