"""Which events are searches, clicks and purchases, what is searched for, and in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from regulars.errors import NothingToAnalyse
from regulars.stats.search_words import (
    AMBIGUOUS,
    CatalogueWords,
    Described,
    QueryWords,
    catalogue_words,
    query_words,
)
from regulars.stats.searches.outcomes import (
    BOUGHT_AFTER,
    COUNTED,
    PEOPLE,
    RESULTLESS,
    SEARCHES,
    UNCLICKED,
)
from regulars.tables.timeline import NO_CODE, Bucket, Timeline
from regulars.tables.timeline.usual import purchase_event

Array = npt.NDArray[Any]
SEARCH_EVENT = "Products Searched"
CLICK_EVENTS = ("Product Clicked", "Product Viewed", "Product Added")


@dataclass(frozen=True)
class Plan:
    """What a count of searches needs to know of events, queries and products.

    ``roles``     uint8 by event code; ``has_clicks``, ``has_purchases``: such events occur
    ``group_of``  int32 by product code, ``wanted_of`` by query code: groups of the catalogue
    ``any_product``  no purchase says what was bought; ``times`` by text, how often ever
    """

    catalogue: CatalogueWords
    words: QueryWords
    roles: Array
    has_clicks: bool
    has_purchases: bool
    group_of: Array
    wanted_of: Array
    any_product: bool
    times: Array
    names: Mapping[str, str | None]

    def product(self, timeline: Timeline, code: int) -> tuple[str, str | None]:
        """The id and the name of a product of the timeline."""
        product_id = timeline.property_named("product_id").texts[code]
        return product_id, self.names.get(product_id)


def planned(
    timeline: Timeline,
    products: Mapping[str, Described],
    *,
    event: str | None,
    clicks: tuple[str, ...],
    purchase: str | None,
) -> Plan:
    """The plan. ParameterInvalid for unknown events, NothingToAnalyse where nobody searched."""
    if event is not None:
        timeline.event_codes(event)
    search = event or _search_event(timeline)
    if search is None or "query" not in timeline.properties:
        _nobody_searched(event)
    purchase = purchase or purchase_event(timeline)
    purchases = (purchase,) if purchase else ()
    clicks = clicks or _click_events(timeline, {search, *purchases})
    roles = np.zeros(max(len(timeline.event_names), 1), np.uint8)
    roles[timeline.event_codes(search)] |= 1
    for name in clicks:
        roles[timeline.event_codes(name)] |= 2
    for name in purchases:
        roles[timeline.event_codes(name, with_further=True)] |= 4
    catalogue = catalogue_words(list(products.values()))
    queries = timeline.property_named("query").texts
    counts, known = _looked_through(timeline, roles, len(queries))
    if not counts.any():
        _nobody_searched(event)
    words = query_words(queries, counts, catalogue)
    return Plan(
        catalogue=catalogue,
        words=words,
        roles=roles,
        has_clicks=bool(clicks),
        has_purchases=bool(purchases),
        group_of=_groups(timeline, products, catalogue),
        wanted_of=np.append(words.groups[words.head_of[words.text_of]], AMBIGUOUS),
        any_product=not known,
        times=np.bincount(words.text_of, counts, len(words.texts)).astype(np.int64),
        names={product_id: product.name for product_id, product in products.items()},
    )


def _nobody_searched(event: str | None) -> NoReturn:
    name = event or SEARCH_EVENT
    raise NothingToAnalyse(
        f"Nobody searched: no event '{name}' with a query. Import searches as events that "
        "have the column query: regulars import FILE --table events"
    )


def codes_of(timeline: Timeline, bucket: Bucket, name: str) -> Array:
    """A text property's codes; none at all where the timeline does not have it."""
    if name not in timeline.properties:
        return np.full(bucket.row_count, NO_CODE, np.int32)
    return timeline.column(bucket, name)


def _search_event(timeline: Timeline) -> str | None:
    """The event that bears queries: the standard's own, else the one that has most."""
    if SEARCH_EVENT in timeline.event_counts:
        return SEARCH_EVENT
    bearing = _events_with(timeline, "query")
    return max(bearing, key=lambda name: (bearing[name], name), default=None)


def _click_events(timeline: Timeline, besides: set[str]) -> tuple[str, ...]:
    """The standard's events of somebody who looks at a product, else all that name one."""
    usual = tuple(name for name in CLICK_EVENTS if name in timeline.event_counts)
    return usual or tuple(sorted(set(_events_with(timeline, "product_id")) - besides))


def _events_with(timeline: Timeline, name: str) -> dict[str, int]:
    """How often each event has a text property."""
    if name not in timeline.properties:
        return {}
    size = len(timeline.event_names)

    def work(bucket: Bucket) -> Array:
        has = timeline.column(bucket, name) != NO_CODE
        return np.bincount(bucket.events[has], minlength=size)

    times = np.sum(timeline.over_buckets(work), axis=0)
    events = zip(timeline.event_names, times.tolist(), strict=True)
    return {event.name: count for event, count in events if count and not event.is_further}


def _looked_through(timeline: Timeline, roles: Array, query_count: int) -> tuple[Array, bool]:
    """How often each query was searched, and whether any purchase says what was bought."""

    is_search = roles & 1 > 0
    is_purchase = roles & 4 > 0

    def work(bucket: Bucket) -> tuple[Array, bool]:
        queries = timeline.column(bucket, "query")[is_search[bucket.events]]
        times = np.bincount(queries[queries != NO_CODE], minlength=query_count)
        products = codes_of(timeline, bucket, "product_id")
        return times, bool((products[is_purchase[bucket.events]] != NO_CODE).any())

    total, known = np.zeros(query_count, np.int64), False
    for times, says in timeline.over_buckets(work):
        total += times
        known |= says
    return total, known


def _groups(
    timeline: Timeline, products: Mapping[str, Described], catalogue: CatalogueWords
) -> Array:
    """int32 by product code, and one more for no product: the group of the catalogue."""
    number = {name: place for place, name in enumerate(catalogue.groups)}
    has = "product_id" in timeline.properties
    ids = timeline.property_named("product_id").texts if has else []
    known = (products.get(product_id) for product_id in ids)
    found = [number.get(one.group or "", AMBIGUOUS) if one else AMBIGUOUS for one in known]
    return np.array([*found, AMBIGUOUS], np.int32)


def described(products: ir.Table) -> dict[str, Described]:
    """What the catalogue says, by product_id."""
    rows = products.select("product_id", "product_name", "brand", "category", "purpose")
    return {row[0]: Described(*row[1:]) for row in zip(*_columns(rows), strict=True)}


def measures(
    timeline: Timeline, plan: Plan, head: int, sums: list[int], bought: tuple[int, int] | None
) -> dict[str, Any]:
    """The figures of searches for a head; null where nothing in the data could say it."""
    searches, has_counts = sums[SEARCHES], sums[COUNTED] > 0
    product_id, name = plan.product(timeline, bought[0]) if bought else (None, None)
    group = int(plan.words.groups[head])
    clicked, sold = plan.has_clicks, plan.has_purchases
    return {
        "search_count": searches,
        "person_count": sums[PEOPLE],
        "counted_search_count": sums[COUNTED],
        "no_result_count": sums[RESULTLESS] if has_counts else None,
        "no_result_rate": sums[RESULTLESS] / sums[COUNTED] if has_counts else None,
        "no_click_count": sums[UNCLICKED] if clicked else None,
        "no_click_rate": sums[UNCLICKED] / searches if clicked else None,
        "bought_count": sums[BOUGHT_AFTER] if sold else None,
        "bought_rate": sums[BOUGHT_AFTER] / searches if sold else None,
        "bought_what": "anything" if plan.any_product or group < 0 else "product_group",
        "product_group": plan.catalogue.groups[group] if group >= 0 else None,
        "top_product_id": product_id,
        "top_product_name": name,
    }


def _columns(rows: ir.Table) -> list[list[Any]]:
    table = rows.to_pyarrow()
    return [table[name].to_pylist() for name in table.column_names]
