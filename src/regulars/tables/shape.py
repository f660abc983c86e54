"""Lazy rows brought into exactly the columns that a declaration names."""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from regulars.tables.schema import Table

IBIS_TYPES: dict[str, dt.DataType] = {
    "text": dt.string,
    "texts": dt.Array(dt.string),
    "json": dt.string,
    "integer": dt.int64,
    "number": dt.float64,
    "money": dt.Decimal(18, 4),
    "flag": dt.boolean,
    "moment": dt.Timestamp(timezone="UTC", scale=6),
    "day": dt.date,
}


def ibis_schema(table: Table) -> ibis.Schema:
    """The declaration as an Ibis schema, columns in declared order."""
    return ibis.schema({column.name: IBIS_TYPES[column.type] for column in table.columns})


def shaped(rows: ir.Table, table: Table) -> ir.Table:
    """The declared columns of ``rows``, in declared order and type; others are left out."""
    return rows.select(
        **{column.name: rows[column.name].cast(IBIS_TYPES[column.type]) for column in table.columns}
    )
