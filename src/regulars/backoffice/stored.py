"""Stored results as the pages read them: an analysis' last answer, and its date."""

from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir

from regulars.backoffice.remember import remembered
from regulars.flow.shop import Shop

TRAITS = "customer_traits"


class Stored(NamedTuple):
    """A result of one date, without the date's own column."""

    as_of: date
    rows: ir.Table


def latest(shop: Shop, name: str) -> Stored | None:
    """The newest stored result of that name; None where it was never stored."""
    if name not in shop.results:
        return None
    rows = shop.results[name]
    if "as_of" not in rows.columns:  # stored once, emptied since
        return None
    as_of: date | None = remembered(
        shop, ("last date", name), lambda: rows.as_of.max().to_pyarrow().as_py()
    )
    return Stored(as_of, rows.filter(rows.as_of == as_of).drop("as_of")) if as_of else None
