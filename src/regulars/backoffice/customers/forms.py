"""What the list's address asks for, read with care; and the controls that ask it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.backoffice.asked import asked
from regulars.backoffice.charts import language
from regulars.backoffice.customers.listing_query import (
    EXACT_TYPES,
    KNOWN,
    RANGE_TYPES,
    Bound,
    Request,
    choices,
    trait_columns,
)
from regulars.backoffice.customers.queries import all_lists
from regulars.backoffice.listing import column_label
from regulars.backoffice.scope import Scope
from regulars.backoffice.wording import value_text
from regulars.tables.people import CUSTOMERS
from regulars.tables.schema import Column

LIST = "list"
PRIMARY = frozenset({LIST, "home_store_id", "is_member", "frequency_class"})
LOWEST, HIGHEST = "_min", "_max"


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as the address and as the reader know it."""

    value: str
    label: str


@dataclass(frozen=True)
class Filter:
    """One control: a list of choices, or a lowest and a highest number."""

    name: str
    label: str
    meaning: str
    choices: tuple[Choice, ...] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    is_day: bool = False

    @property
    def is_primary(self) -> bool:
        """Whether it stands beside the search; the others are a click away."""
        return self.name in PRIMARY or self.name == f"rfm_group_{language()}"

    @property
    def is_on(self) -> bool:
        return bool(self.value or self.low or self.high)


def filter_columns(scope: Scope) -> dict[str, Column]:
    """Every column that the list can filter and sort by."""
    known = {name: CUSTOMERS.column(name) for name in KNOWN if name != "joined_at"}
    return known | trait_columns(scope)


def parse(query: QueryDict, columns: Mapping[str, Column]) -> Request:
    """The request behind an address; what makes no sense in it is left out."""
    sort = query.get("sort", "")
    name = sort.removeprefix("-")
    known = name in columns or name == "customer_id"
    exact = {name: str(query[name]) for name in columns if query.get(name)}
    return Request(
        words=query.get("q", "").strip()[:200],
        list_id=_list_id(query),
        equal=exact,
        at_least=_bounds(query, columns, LOWEST),
        at_most=_bounds(query, columns, HIGHEST),
        sort=name if known else "",
        is_descending=known and sort.startswith("-"),
    )


def _list_id(query: QueryDict) -> int | None:
    given = query.get(LIST, "")
    return int(given) if given.isascii() and given.isdigit() else None


def _bounds(query: QueryDict, columns: Mapping[str, Column], end: str) -> dict[str, Bound]:
    bounds: dict[str, Bound] = {}
    for column in columns.values():
        given = query.get(f"{column.name}{end}", "").strip()
        value = _bound(column, given) if given and column.type in RANGE_TYPES else None
        if value is not None:
            bounds[column.name] = value
    return bounds


def _bound(column: Column, given: str) -> Bound | None:
    try:
        if column.type == "day":
            return date.fromisoformat(given)
        value = float(given)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def filters(scope: Scope, query: QueryDict, columns: Mapping[str, Column]) -> list[Filter]:
    """The list's controls; a text column with too many values has none."""
    made = (_filter(scope, query, column) for column in columns.values())
    lists = _list_filter(query) if scope.store_id is None else None
    return [control for control in (lists, *made) if control is not None]


def _list_filter(query: QueryDict) -> Filter | None:
    """The saved lists, which are of the whole shop; no control where nobody saved one."""
    offered = tuple(Choice(str(one.pk), one.name) for one in all_lists())
    value = query.get(LIST, "")
    meaning = _("A saved list of customers")
    return Filter(LIST, _("List"), meaning, offered, value) if offered or value else None


def _filter(scope: Scope, query: QueryDict, column: Column) -> Filter | None:
    label = column_label(column)
    if column.type in EXACT_TYPES:
        offered = _choices(scope, column)
        value = query.get(column.name, "")
        if value and value not in {choice.value for choice in offered}:
            offered += (Choice(value, value),)
        has_choice = len(offered) > 1 or value
        return Filter(column.name, label, column.meaning, offered, value) if has_choice else None
    if column.type in RANGE_TYPES:
        low, high = (query.get(f"{column.name}{end}", "") for end in (LOWEST, HIGHEST))
        return Filter(
            column.name, label, column.meaning, low=low, high=high, is_day=column.type == "day"
        )
    return None


def _choices(scope: Scope, column: Column) -> tuple[Choice, ...]:
    if column.type == "flag":
        return (Choice("true", _("yes")), Choice("false", _("no")))
    names = store_names(scope)
    return tuple(Choice(v, value_text(column, v, names)) for v in choices(scope, column.name))


def store_names(scope: Scope) -> dict[str, str]:
    """Stores' names by id."""
    stores = scope.shop.tables["stores"]
    rows = asked(scope.shop, "stores", lambda _none: stores.select("store_id", "store_name"))
    return {row["store_id"]: row["store_name"] for row in rows}
