"""A corrected file replaces its rows: what an earlier import said of its documents, and it no
longer says, is removed."""

from pathlib import Path

from regulars.lake.engine import name, quoted
from regulars.lake.store import Change, Transaction
from regulars.sources.outputs import Sales, Stored
from regulars.tables import CANONICAL

PREFIX = r"regexp_extract({0}, '^(.*)-\d+$', 1)"
"""SQL: the id of a return or an adjustment without its line."""


def remove_stale(
    sales: Sales, transaction: Transaction, stored: Stored, folder: Path
) -> dict[str, Change]:
    """Remove stored rows of the import's documents that are not among its rows."""
    orders, prefixes = sales.replaced_orders(), sales.prefixes()
    given = {
        "orders": (sales.orders(), f"order_id IN ({orders})"),
        "order_lines": (sales.order_lines(), f"order_id IN ({orders})"),
        "returns": (
            sales.returns(stored("orders")),
            f"{PREFIX.format('return_id')} IN ({prefixes})",
        ),
        "adjustments": (
            sales.adjustments(),
            f"{PREFIX.format('adjustment_id')} IN ({prefixes})",
        ),
    }
    changes: dict[str, Change] = {}
    for table, (select, spoken_of) in given.items():
        if table not in transaction.tables:
            continue
        keys = CANONICAL[table].key
        same = " AND ".join(f"g.{name(key)} = s.{name(key)}" for key in keys)
        gone = sales.space.table(
            "stale",
            f"SELECT {', '.join(map(name, keys))} FROM {stored(table)} s "
            f"WHERE {spoken_of} "
            f"AND NOT EXISTS (SELECT 1 FROM ({select}) g WHERE {same})",
        )
        if sales.space.number(f"SELECT count(*) FROM {gone}"):
            changes[table] = _remove(sales, transaction, table, gone, folder)
    return changes


def _remove(sales: Sales, transaction: Transaction, table: str, gone: str, folder: Path) -> Change:
    """Take rows out of a table; their keys cross to the lake's connection as a file."""
    file = folder / f"stale-{table}.parquet"
    sales.space.connection.execute(f"COPY {gone} TO {quoted(str(file))} (FORMAT parquet)")
    declared = CANONICAL[table]
    keys = ", ".join(map(name, declared.key))
    before = transaction.tables[table].row_count
    transaction.replace(
        table,
        declared,
        declared.arrow_schema().empty_table(),
        where=f"({keys}) IN (SELECT ({keys}) FROM read_parquet({quoted(str(file))}))",
    )
    file.unlink()
    return Change(0, removed_count=before - transaction.tables[table].row_count)
