"""How an analysis' answer is kept: with its date, in the lake's results, replaced by date."""

from dataclasses import replace
from datetime import date
from typing import cast

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from regulars.lake.store import Change, Transaction
from regulars.tables.fit import no_rows
from regulars.tables.schema import ARROW_TYPES, Column, Table

AS_OF = Column("as_of", "day", "what happened after this day was not considered", "截至日期")
BATCH_ROWS = 250_000


def dated(table: Table) -> Table:
    """The declaration under which a result is stored: the same, with its date in front."""
    return replace(table, key=("as_of", *table.key), columns=(AS_OF, *table.columns))


def store(
    transaction: Transaction, table: Table, answer: ir.Table | pa.Table, as_of: date
) -> Change:
    """Keep an answer in ``results/<name>``, in the place of an earlier one of the same date."""
    return transaction.replace(
        f"results/{table.name}",
        dated(table),
        _with_date(answer, as_of) if isinstance(answer, pa.Table) else _stream(answer, as_of),
        where=f"as_of = DATE '{as_of.isoformat()}'",
    )


def clear(transaction: Transaction, table: Table, as_of: date) -> None:
    """Keep nothing of that date: an earlier answer, where there is one, is no longer true."""
    if f"results/{table.name}" in transaction.tables:
        store(transaction, table, no_rows(table), as_of)


def _with_date(answer: pa.Table, as_of: date) -> pa.Table:
    days = pa.array([as_of] * answer.num_rows, ARROW_TYPES["day"])
    return answer.add_column(0, AS_OF.name, days)


def _stream(answer: ir.Table, as_of: date) -> pa.RecordBatchReader:
    """The answer batch by batch, never held whole.

    (Ibis' own ``to_pyarrow_batches`` calls a method that DuckDB 2 no longer has.)
    """
    dated_rows = answer.select(as_of=ibis.literal(as_of), **{c: answer[c] for c in answer.columns})
    backend = cast(Backend, answer.get_backend())
    return backend.con.sql(backend.compile(dated_rows)).to_arrow_reader(BATCH_ROWS)
