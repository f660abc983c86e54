"""The customers of a list as rows of a file: every match, every trait, masked unless logged."""

from collections.abc import Iterator, Sequence
from typing import Any

import ibis.expr.types as ir

from regulars.backoffice.asked import batches_of
from regulars.backoffice.customers.listing_query import KNOWN, trait_columns
from regulars.backoffice.customers.personal import identities
from regulars.backoffice.listing import column_label
from regulars.backoffice.scope import Scope
from regulars.flow.shop import Shop
from regulars.tables.people import CUSTOMERS
from regulars.tables.schema import Column

PERSONAL = ("name", "phone", "email")


def export_columns(scope: Scope) -> list[Column]:
    """The declared columns of the file, after the id and the personal ones."""
    return [*(CUSTOMERS.column(name) for name in KNOWN), *trait_columns(scope).values()]


def export_heads(scope: Scope, personal_labels: Sequence[str]) -> list[str]:
    """The file's headings in the reader's language."""
    first = column_label(CUSTOMERS.column("customer_id"))
    return [first, *personal_labels, *(column_label(c) for c in export_columns(scope))]


def export_rows(scope: Scope, matches: ir.Table, *, in_full: bool) -> Iterator[list[Any]]:
    """Every matching customer, batch by batch."""
    names = [column.name for column in export_columns(scope)]
    wanted = matches.select("customer_id", *names)
    lookup = Scope(Shop(scope.shop.home), scope.store_id)  # the first one is being read
    for found in batches_of(scope.shop, wanted):
        batch = found.to_pylist()
        known = identities(lookup, [row["customer_id"] for row in batch])
        for row in batch:
            identity = known[row["customer_id"]]
            personal = [identity.shown(kind, in_full) for kind in PERSONAL]
            yield [row["customer_id"], *personal, *(row[name] for name in names)]
