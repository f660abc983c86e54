"""Random imports into a small shop: few people, devices, orders and moments, so that much meets."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
from hypothesis import strategies as st

from regulars.lake import Lake, connect
from regulars.tables import CANONICAL

START = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 6).map(lambda minute: START + timedelta(minutes=minute))
customers = st.sampled_from(["anna", "bo", "chen", "dev-1"])
devices = st.sampled_from(["dev-1", "dev-2", "dev-3"])
products = st.sampled_from(["p1", "p2", "p3"])
orders = st.sampled_from(["o1", "o2", "o3"])
maybe = st.none
names = st.sampled_from(
    ["Product Viewed", "Order Completed", "Order Refunded", "Product Reviewed", "Ticket Opened"]
)
properties = st.sampled_from([
    "{}", '{"order_id": "o1"}', '{"order_id": "o2", "source": "search"}', '{"order_id": "o3"}',
    '{"review_id": "f1"}', '{"feedback_id": "f2", "rating": 4}', '{"tags": ["a"], "ok": true}',
    '{"source": "mail", "category": "food", "note": null, "deep": {"a": 1}}',
])  # fmt: skip
money = st.sampled_from([Decimal(10), Decimal("0.5"), Decimal("99.99")])

event = st.fixed_dictionaries({
    "event_id": st.integers(0, 14).map("e{}".format), "customer_id": maybe() | customers,
    "anonymous_id": maybe() | devices, "session_id": maybe() | st.sampled_from(["s1", "s2"]),
    "event_name": names, "occurred_at": moments, "channel": st.sampled_from(["web", "app"]),
    "product_id": maybe() | products, "page": maybe() | st.sampled_from(["/", "/cart"]),
    "dwell_seconds": maybe() | st.sampled_from([1.5, 60.0]), "value_amount": maybe() | money,
    "properties": properties,
})  # fmt: skip
order = st.fixed_dictionaries({
    "order_id": orders, "customer_id": maybe() | customers, "store_id": maybe() | st.just("S1"),
    "ordered_at": moments, "channel": st.sampled_from(["store", "web"]), "net_amount": money,
})  # fmt: skip
line = st.fixed_dictionaries(
    {"order_id": orders, "line_no": st.integers(1, 3), "product_id": products}
)
returned = st.fixed_dictionaries({
    "return_id": st.integers(0, 3).map("r{}".format), "order_id": orders,
    "customer_id": st.just("anna"), "product_id": products, "returned_at": moments,
    "refund_amount": money,
})  # fmt: skip
said = st.fixed_dictionaries({
    "feedback_id": st.sampled_from(["f1", "f2", "f3"]), "customer_id": maybe() | customers,
    "product_id": maybe() | products, "channel": st.sampled_from(["review", "survey", "ticket"]),
    "created_at": moments,
})  # fmt: skip
link = st.fixed_dictionaries({
    "kind": st.sampled_from(["anonymous", "device", "phone"]), "value": devices,
    "customer_id": customers,
})  # fmt: skip
imports = st.fixed_dictionaries({
    "events": st.lists(event, max_size=8, unique_by=lambda r: r["event_id"]),
    "orders": st.lists(order, max_size=2, unique_by=lambda r: r["order_id"]),
    "order_lines": st.lists(line, max_size=4, unique_by=lambda r: (r["order_id"], r["line_no"])),
    "returns": st.lists(returned, max_size=2, unique_by=lambda r: r["return_id"]),
    "feedback": st.lists(said, max_size=2, unique_by=lambda r: r["feedback_id"]),
    "identifiers": st.lists(link, max_size=2, unique_by=lambda r: (r["kind"], r["value"])),
})  # fmt: skip
BLANK = {"integer": 0, "money": Decimal(0), "number": 1.0, "text": "web", "moment": START,
         "flag": False, "json": "{}", "texts": []}  # fmt: skip


def bring_in(home, tables):
    """One import: what a row does not say is null, or blank where it may not be."""
    with Lake(home).transaction("import") as transaction:
        for name, rows in tables.items():
            if rows:
                group = ["order_id"] if name == "order_lines" else []
                transaction.merge(name, _table(CANONICAL[name], rows), replace_within=group)


def _table(declared, rows):
    whole = [
        {c.name: row.get(c.name, None if c.nullable else BLANK[c.type]) for c in declared.columns}
        for row in rows
    ]
    return pa.Table.from_pylist(whole, schema=declared.arrow_schema())


def stored(home):
    """Every table's rows as dictionaries."""
    backend = connect(home)
    return {
        name: backend.table(name).to_pyarrow().to_pylist()
        for name in ("events", "orders", "order_lines", "returns", "feedback", "identifiers")
    }
