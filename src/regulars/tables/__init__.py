"""The canonical tables: everything a source says is brought into these, once."""

from regulars.tables import catalogue, loyalty, marketing, people, sales, traces
from regulars.tables.schema import Table, by_name

CANONICAL: dict[str, Table] = by_name(
    (
        people.CUSTOMERS,
        people.IDENTIFIERS,
        catalogue.PRODUCTS,
        catalogue.STORES,
        sales.ORDERS,
        sales.ORDER_LINES,
        sales.RETURNS,
        sales.ADJUSTMENTS,
        traces.EVENTS,
        traces.FEEDBACK,
        marketing.CAMPAIGNS,
        marketing.EXPOSURES,
        catalogue.PROMOTIONS,
        sales.COUPON_USES,
        loyalty.POINTS_ENTRIES,
        loyalty.TIER_CHANGES,
        catalogue.INVENTORY,
        catalogue.PRICES,
        catalogue.COMPETITOR_PRICES,
        marketing.SIGNALS,
        marketing.MARKETING_COSTS,
    )
)
