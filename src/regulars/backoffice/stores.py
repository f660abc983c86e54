"""The stores that somebody may choose among."""

from regulars.backoffice.asked import asked
from regulars.flow.shop import Shop


def store_choices(shop: Shop) -> list[tuple[str, str]]:
    """Stores' ids and names, by name."""
    stores = shop.tables["stores"]
    rows = asked(
        shop,
        "stores by name",
        lambda _none: stores.select("store_id", "store_name").order_by("store_name"),
    )
    return [(row["store_id"], row["store_name"]) for row in rows]
