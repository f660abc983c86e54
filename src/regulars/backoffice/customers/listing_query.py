"""Which customers, in which order: search, filters and sorting as one lazy table."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.backoffice.customers.queries import members
from regulars.backoffice.engine_rows import engine_rows
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.backoffice.stored import TRAITS, latest
from regulars.flow.traits import traits_table
from regulars.tables.schema import Column

KNOWN = ("city", "home_store_id", "is_member", "joined_at", "acquisition_channel")
EXACT_TYPES = ("text", "flag")
RANGE_TYPES = ("integer", "number", "money", "day")
MAX_CHOICES = 30
Bound = float | date


@dataclass(frozen=True)
class Among:
    """The customers that something else found: ``ids`` has their customer_id."""

    key: Hashable
    ids: pa.Table = field(compare=False)


@dataclass(frozen=True)
class Request:
    """What was asked for: words to find, a saved list, exact values, ranges, the sorting."""

    words: str = ""
    list_id: int | None = None
    among: Among | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, Bound] = field(default_factory=dict)
    at_most: Mapping[str, Bound] = field(default_factory=dict)
    sort: str = ""
    is_descending: bool = False

    @property
    def shape(self) -> Hashable:
        """Everything but the words, as a key."""
        parts = (self.equal, self.at_least, self.at_most)
        bounds = tuple(tuple(sorted(part.items())) for part in parts)
        return (bool(self.words), bounds, self.sort, self.is_descending)


def trait_columns(scope: Scope) -> dict[str, Column]:
    """The traits that the stored result holds, in declared order."""
    stored = latest(scope.shop, TRAITS)
    if stored is None:
        return {}
    there = set(stored.rows.columns) - {"customer_id"}
    return {c.name: c for c in traits_table().columns if c.name in there}


def everyone(scope: Scope) -> ir.Table:
    """One row per customer of the scope: what is known, and every trait (null before a refresh)."""
    people = scope.shop.tables["customers"].select("customer_id", *KNOWN, "attributes")
    stored = latest(scope.shop, TRAITS)
    if stored is None:
        rows = scope.customer_ids()
    else:
        rows = stored.rows
        if scope.store_id is not None:
            rows = rows.semi_join(scope.customer_ids(), "customer_id")
    return rows.left_join(people, "customer_id").drop("customer_id_right")


def matching(scope: Scope, request: Request, words: str = "") -> ir.Table:
    """The rows of ``everyone`` that the request asks for, in its order.

    ``words`` stands in for the request's own, where the expression is asked many times.
    """
    rows = everyone(scope)
    if request.words:
        rows = rows.semi_join(_found(scope, words or request.words, rows), "customer_id")
    for ids in _held(scope, request):
        rows = rows.semi_join(ids, "customer_id")
    for name, value in request.equal.items():
        rows = rows.filter(_equals(rows[name], value))
    for name, low in request.at_least.items():
        rows = rows.filter(rows[name] >= low)
    for name, high in request.at_most.items():
        rows = rows.filter(rows[name] <= high)
    return rows.order_by(*_order(rows, request))


def _held(scope: Scope, request: Request) -> list[ir.Table]:
    """Who may be among the matches, each a table of this shop's engine."""
    among = [request.among] if request.among else []
    if request.list_id is not None:
        among.append(Among(*members(scope.shop, request.list_id)))
    return [engine_rows(scope.shop, one.key, one.ids) for one in among]


def shape_here(scope: Scope, request: Request) -> Hashable:
    """The request's shape as this thread's engine knows it: held tables bear names of its own."""
    return (request.shape, tuple(ids.get_name() for ids in _held(scope, request)))


def choices(scope: Scope, column: str) -> list[str]:
    """The values that a text column takes, most frequent first; none if there are too many."""

    def work_out() -> list[str]:
        rows = everyone(scope)
        counted = rows.filter(rows[column].notnull()).group_by(column).aggregate(n=ibis._.count())
        top = counted.order_by(ibis.desc("n"), column).limit(MAX_CHOICES + 1).to_pyarrow()
        return [str(v) for v in top[column].to_pylist()] if len(top) <= MAX_CHOICES else []

    return remembered(scope.shop, ("choices", scope.store_id, column), work_out)


def _found(scope: Scope, words: str, rows: ir.Table) -> ir.Table:
    """Ids of ``rows`` that begin with the words, or whose whole identifier or name they are.

    Whole only: who may not see a number must not find it out digit by digit.
    """
    sought = ibis.literal(words)
    people, known = scope.shop.tables["customers"], scope.shop.tables["identifiers"]
    value = known.value
    is_known = (value == sought) | (value == sought.lower()) | (value == "+86" + sought)
    ids = rows.select("customer_id")
    by_id = ids.filter(ids.customer_id.lower().startswith(sought.lower()))
    by_name = people.filter(customer_name(people).lower() == sought.lower())
    by_identifier = known.filter(is_known)
    return by_identifier.select("customer_id").union(
        by_id, by_name.select("customer_id"), distinct=True
    )


def customer_name(people: ir.Table) -> ir.StringValue:
    """The name that a source gave, from the attributes; null where none did."""
    attributes = people.attributes.cast("json")
    names = [attributes[key].str for key in ("name", "姓名", "customer_name", "会员姓名")]
    full = attributes["first_name"].str + " " + attributes["last_name"].str
    return ibis.coalesce(*names, full)


def _equals(column: ir.Column, value: str) -> ir.BooleanValue:
    if column.type().is_boolean():
        return column == (value == "true")
    if column.type().is_numeric():
        try:
            return column == float(value)
        except ValueError:
            return ibis.literal(False)
    return column.isnull() if value == "-" else column == value


def _order(rows: ir.Table, request: Request) -> list[ir.Value]:
    tie = rows.customer_id.asc()
    if request.sort not in rows.columns or request.sort == "customer_id":
        return [rows.customer_id.desc() if request.is_descending else tie]
    column = rows[request.sort]
    first = column.desc(nulls_first=False) if request.is_descending else column.asc()
    return [first, tie]
