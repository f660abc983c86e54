"""The tables as one person may see them: the whole shop, or one store's part of it.

A store's part: its orders with their lines and returns, what happened in it, and the
customers who belong to it or bought there. What the shop does as a whole (campaigns,
exposures, points) is empty in it.
"""

from dataclasses import dataclass

import ibis.expr.types as ir

from regulars.flow.shop import Shop
from regulars.tables.analysis import TIMELINE
from regulars.tables.timeline import Timeline

BY_STORE = frozenset({"orders", "events", "feedback", "inventory", "prices", "promotions"})
BY_ORDER = frozenset({"order_lines", "returns", "coupon_uses", "adjustments"})
BY_CUSTOMER = frozenset({"customers", "identifiers"})
SHOP_WIDE = frozenset({"products", "stores", "signals", "competitor_prices"})


@dataclass(frozen=True)
class Scope:
    """The tables of ``shop`` within ``store_id`` (None = all of it)."""

    shop: Shop
    store_id: str | None = None

    def __getitem__(self, name: str) -> ir.Table:
        """A canonical table, cut down to what the scope holds."""
        table = self.shop.tables[name]
        if self.store_id is None or name in SHOP_WIDE:
            return table
        if name in BY_STORE:
            return table.filter(table.store_id == self.store_id)
        if name in BY_ORDER:
            return table.semi_join(self["orders"], "order_id")
        if name in BY_CUSTOMER:
            return table.semi_join(self.customer_ids(), "customer_id")
        return table.limit(0)

    def input(self, name: str) -> ir.Table | Timeline:
        """What an analysis reads under that name. The timeline is the whole shop's."""
        return self.shop.timeline if name == TIMELINE else self[name]

    def customer_ids(self) -> ir.Table:
        """One row per customer of the scope: everybody known, or who belongs or bought here."""
        customers = self.shop.tables["customers"]
        if self.store_id is not None:
            customers = customers.filter(customers.home_store_id == self.store_id)
        orders = self["orders"]
        buyers = orders.filter(orders.customer_id.notnull())
        return customers.select("customer_id").union(buyers.select("customer_id"), distinct=True)
