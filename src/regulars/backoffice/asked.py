"""Questions that a page asks again and again: an expression becomes SQL once, then only runs.

Building and compiling an expression costs more than running it over a shop's tables. What
differs from one asking to the next is texts (an id, some ids): the expression is built with
a stand-in for them, and the texts take its place, as quoted literals, when it runs.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from regulars.backoffice.remember import remembered
from regulars.flow.shop import Shop
from regulars.lake.engine import quoted

BATCH_ROWS = 20_000
STAND_IN = "regulars:the texts asked for"


def asked(
    shop: Shop, name: Hashable, build: Callable[[str], ir.Table], texts: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows of ``build(stand_in)`` with ``texts`` in the stand-in's place.

    ``name`` identifies the expression: everything but the texts that shapes it. In the
    expression the stand-in is compared (``column == stand_in``: one text) or looked up
    (``column.isin([stand_in])``: any number of texts).
    """
    sql = remembered(shop, ("sql", name), lambda: str(shop.backend.compile(build(STAND_IN))))
    literals = ", ".join(quoted(text) for text in texts) or "NULL"
    found = shop.backend.con.sql(sql.replace(quoted(STAND_IN), literals))
    rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
    return rows


def batches_of(shop: Shop, rows: ir.Table) -> Iterator[pa.RecordBatch]:
    """All rows of an expression, batch by batch: never the whole of them in memory.

    The connection answers nothing else meanwhile: give it a shop of its own.
    """
    sql = str(shop.backend.compile(rows))
    yield from shop.backend.con.sql(sql).to_arrow_reader(BATCH_ROWS)
