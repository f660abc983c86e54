"""The page of customers that a list shows: cells formatted, identities mwanted."""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.backoffice.asked import asked
from regulars.backoffice.charts import language
from regulars.backoffice.customers.forms import store_names
from regulars.backoffice.customers.listing_query import (
    Request,
    matching,
    shape_here,
    trait_columns,
)
from regulars.backoffice.customers.personal import Identity, identities
from regulars.backoffice.formats import NUMBER_TYPES
from regulars.backoffice.listing import (
    PAGE_SIZE,
    Cell,
    Head,
    Listing,
    column_label,
    page_number,
)
from regulars.backoffice.scope import Scope
from regulars.backoffice.wording import value_text
from regulars.tables.people import CUSTOMERS
from regulars.tables.schema import Column

# Shown first where the shop has them; others are in the export and on the customer's page.
LISTED_KNOWN = ("home_store_id", "city")
LISTED = (
    "rfm_group_{language}",
    "frequency_class",
    "order_count",
    "total_net_amount",
    "last_order_on",
    "days_since_last_order",
)


def customer_listing(scope: Scope, wanted: Request, query: QueryDict) -> Listing:
    """One page of the customers that match."""
    columns = _columns(scope)
    names = [column.name for column in columns]
    found, page = _page(scope, wanted, 1, names), 1
    count = len(found)
    if count == PAGE_SIZE:  # else the first page holds them all, and need not be counted
        count = _count(scope, wanted)
        page = page_number(query.get("page"), count)
        found = _page(scope, wanted, page, names) if page > 1 else found
    known = identities(scope, [row["customer_id"] for row in found])
    stores = store_names(scope)
    cells = [_cells(row, known[row["customer_id"]], stores, columns) for row in found]
    return Listing(_heads(columns, wanted, query), cells, count, page)


def _count(scope: Scope, wanted: Request) -> int:
    rows = asked(
        scope.shop,
        ("customers counted", scope.store_id, shape_here(scope, wanted)),
        lambda words: matching(scope, wanted, words).aggregate(count=ibis._.count()),
        [wanted.words],
    )
    return int(rows[0]["count"])


def _page(scope: Scope, wanted: Request, page: int, names: Sequence[str]) -> list[dict[str, Any]]:
    def rows(words: str) -> ir.Table:
        shown = matching(scope, wanted, words).select("customer_id", *LISTED_KNOWN, *names)
        return shown.limit(PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)

    shape = shape_here(scope, wanted)
    name = ("customers listed", scope.store_id, shape, page, tuple(names))
    return asked(scope.shop, name, rows, [wanted.words])


def _columns(scope: Scope) -> list[Column]:
    held = trait_columns(scope)
    names = [name.format(language=language()) for name in LISTED]
    return [held[name] for name in names if name in held]


def _heads(columns: Sequence[Column], wanted: Request, query: QueryDict) -> list[Head]:
    known = [CUSTOMERS.column(name) for name in LISTED_KNOWN]
    first = _head(CUSTOMERS.column("customer_id"), wanted, query)
    rest = [_head(column, wanted, query) for column in (*known, *columns)]
    return [first, Head(_("Name")), Head(_("Phone")), *rest]


def _head(column: Column, wanted: Request, query: QueryDict) -> Head:
    is_sorted = wanted.sort == column.name
    address = query.copy()
    address.pop("page", None)
    # First click: numbers and days from the top, texts from A; the next one turns it round.
    from_top = not wanted.is_descending if is_sorted else column.type in (*NUMBER_TYPES, "day")
    address["sort"] = f"{'-' if from_top else ''}{column.name}"
    sort = ("descending" if wanted.is_descending else "ascending") if is_sorted else ""
    return Head(
        column_label(column),
        column.type in NUMBER_TYPES,
        column.meaning,
        f"?{address.urlencode()}",
        sort,
    )


def _cells(
    row: dict[str, Any], identity: Identity, stores: dict[str, str], columns: Sequence[Column]
) -> list[Cell]:
    customer_id = row["customer_id"]
    store = row["home_store_id"]
    return [
        Cell(customer_id, url=reverse("customer", args=[customer_id])),
        Cell(identity.shown("name") or "–"),
        Cell(identity.shown("phone") or "–"),
        Cell(stores.get(store, store) or "–"),
        Cell(row["city"] or "–"),
        *(Cell(value_text(c, row[c.name], stores), c.type in NUMBER_TYPES) for c in columns),
    ]
