"""A small shop written straight into the canonical tables: what the pages' tests read.

C0001 buys often at S01, C0002 bought once, C0003 only at S02; the rest is random by seed.
"""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.lake import Lake, ShopHome
from regulars.tables import CANONICAL

END = datetime(2026, 9, 30, 12, tzinfo=UTC)
END_ON = date(2026, 9, 30)
STORES = {"S01": "西湖店", "S02": "滨江店", "WEB": "Web shop"}
PRODUCTS = [f"P{n:03}" for n in range(1, 21)]
Row = dict[str, Any]


def fill_small_shop(home: ShopHome, *, customer_count: int = 40, seed: int = 7) -> None:
    """Write every table that a page reads, in one transaction."""
    random = np.random.default_rng(seed)
    customers = [f"C{n:04}" for n in range(1, customer_count + 1)]
    orders, lines = _orders(random, customers)
    tables: dict[str, list[Row]] = {
        "customers": [_customer(n, name) for n, name in enumerate(customers)],
        "identifiers": _identifiers(customers),
        "stores": _stores(),
        "products": _products(),
        "orders": orders,
        "order_lines": lines,
        "returns": [_return(orders[0], lines[0])],
        "events": _events(customers),
        "feedback": [_feedback("C0001", orders[0])],
        "campaigns": [_campaign()],
        "exposures": [_exposure("C0001", "message"), _exposure("C0002", "holdout")],
        "points_entries": [_points("C0001", orders[0])],
    }
    with Lake(home).transaction("a small shop") as transaction:
        for name, rows in tables.items():
            transaction.merge(name, arrow(name, rows))


def arrow(table_name: str, rows: list[Row]) -> pa.Table:
    """Rows as Arrow, with just the columns that they speak of."""
    schema = CANONICAL[table_name].arrow_schema()
    given = [field for field in schema if field.name in rows[0]]
    return pa.Table.from_pylist(rows, schema=pa.schema(given))


def _customer(n: int, customer_id: str) -> Row:
    return {
        "customer_id": customer_id,
        "joined_at": END - timedelta(days=420 - n),
        "birth_on": date(1990, 1, 1) + timedelta(days=97 * n),
        "gender": "female" if n % 2 else "male",
        "city": "杭州",
        "home_store_id": "S02" if customer_id == "C0003" or n % 5 == 4 else "S01",
        "is_member": True,
        "attributes": json.dumps({"name": f"王小{n}"}, ensure_ascii=False),
    }


def _identifiers(customers: list[str]) -> list[Row]:
    rows = []
    for n, customer_id in enumerate(customers):
        known = {
            "phone": f"+8613800{n:06}",
            "email": f"person{n}@example.com",
            "member_no": f"M{n:05}",
        }
        rows += [
            {
                "kind": kind,
                "value": value,
                "customer_id": customer_id,
                "linked_at": END,
                "is_verified": True,
            }
            for kind, value in known.items()
        ]
    return rows


def _stores() -> list[Row]:
    return [
        {"store_id": key, "store_name": name, "channel": "web" if key == "WEB" else "store"}
        for key, name in STORES.items()
    ]


def _products() -> list[Row]:
    return [
        {
            "product_id": key,
            "product_name": f"牛奶 {key}",
            "category": "food/dairy" if n % 2 else "home/clean",
            "list_price": Decimal(10 + n),
            "unit_cost": Decimal(6 + n),
        }
        for n, key in enumerate(PRODUCTS)
    ]


def _orders(random: np.random.Generator, customers: list[str]) -> tuple[list[Row], list[Row]]:
    orders: list[Row] = []
    lines: list[Row] = []
    for n, customer_id in enumerate(customers):
        count = {"C0001": 24, "C0002": 1, "C0003": 6}.get(customer_id, int(random.poisson(4)) + 1)
        days = np.sort(random.integers(1, 400, size=count))
        for day in days:
            order_id = f"O{len(orders) + 1:05}"
            store = "S01" if n % 5 != 4 else "S02"
            store = {"C0001": "S01", "C0003": "S02"}.get(customer_id, store)
            placed = END - timedelta(days=int(day), hours=int(random.integers(0, 9)))
            bought = _lines(random, order_id)
            lines += bought
            gross = sum((line["unit_price"] * line["quantity"] for line in bought), Decimal(0))
            net = sum((line["net_amount"] for line in bought), Decimal(0))
            orders.append(
                {
                    "order_id": order_id,
                    "customer_id": customer_id,
                    "store_id": store,
                    "channel": "store",
                    "ordered_at": placed,
                    "gross_amount": gross,
                    "discount_amount": gross - net,
                    "net_amount": net,
                }
            )
    orders[-1]["ordered_at"] = END - timedelta(hours=3)
    return orders, lines


def _lines(random: np.random.Generator, order_id: str) -> list[Row]:
    chosen = random.choice(len(PRODUCTS), size=int(random.integers(1, 4)), replace=False)
    rows = []
    for line_no, product in enumerate(chosen, start=1):
        price, quantity = Decimal(10 + int(product)), int(random.integers(1, 4))
        discount = Decimal(1) if random.random() < 0.3 else Decimal(0)
        rows.append(
            {
                "order_id": order_id,
                "line_no": line_no,
                "product_id": PRODUCTS[int(product)],
                "quantity": quantity,
                "unit_price": price,
                "discount_amount": discount,
                "net_amount": price * quantity - discount,
                "unit_cost": price - 4,
            }
        )
    return rows


def _return(order: Row, line: Row) -> Row:
    return {
        "return_id": "R1",
        "order_id": order["order_id"],
        "line_no": line["line_no"],
        "customer_id": order["customer_id"],
        "product_id": line["product_id"],
        "returned_at": order["ordered_at"] + timedelta(days=2),
        "quantity": 1,
        "refund_amount": line["unit_price"],
        "reason": "包装破损",
    }


WAY = ("Product Viewed", "Product Added", "Checkout Started", "Order Completed")
REACHED = (10, 10, 6, 4)  # customers that get as far on the way


def _events(customers: list[str]) -> list[Row]:
    """Ten customers on their way to an order, a visitor who only looked, a walk through S01."""
    rows = [
        _event(f"E{n}-{k}", customer_id, name, END - timedelta(days=10 + n, minutes=30 - 5 * k))
        for n, customer_id in enumerate(customers[:10])
        for k, name in enumerate(WAY)
        if n < REACHED[k]
    ]
    looked = _event("E-visitor", None, WAY[0], END - timedelta(days=3))
    return [*rows, {**looked, "anonymous_id": "device-1"}, *_walk(customers[20 % len(customers)])]


def _walk(customer_id: str) -> list[Row]:
    came = END - timedelta(days=4)
    senses = [("Store Entered", None), ("Zone Entered", "food"), ("Zone Left", "food")]
    return [
        {
            **_event(f"E-walk-{k}", customer_id, name, came + timedelta(minutes=k)),
            "channel": "wifi",
            "store_id": "S01",
            "zone": zone,
            "product_id": None,
        }
        for k, (name, zone) in enumerate([*senses, ("Store Left", None)])
    ]


def _event(event_id: str, customer_id: str | None, name: str, at: datetime) -> Row:
    return {
        "event_id": event_id,
        "customer_id": customer_id,
        "anonymous_id": None,
        "event_name": name,
        "occurred_at": at,
        "received_at": END,
        "channel": "web",
        "store_id": None,
        "zone": None,
        "product_id": "P001",
        "value_amount": Decimal(50) if name == "Order Completed" else None,
    }


def _feedback(customer_id: str, order: Row) -> Row:
    return {
        "feedback_id": "F1",
        "customer_id": customer_id,
        "product_id": "P001",
        "order_id": order["order_id"],
        "channel": "review",
        "rating": 4,
        "text": "送货很快 <b>good</b>",
        "created_at": END - timedelta(days=5),
        "language": "zh",
    }


def _campaign() -> Row:
    return {
        "campaign_id": "K1",
        "campaign_name": "Autumn letter",
        "kind": "win_back",
        "started_at": END - timedelta(days=20),
        "ended_at": END - timedelta(days=6),
        "cost_amount": Decimal(100),
    }


def _exposure(customer_id: str, arm: str) -> Row:
    sent = END - timedelta(days=19)
    is_sent = arm != "holdout"
    return {
        "campaign_id": "K1",
        "customer_id": customer_id,
        "arm": arm,
        "assigned_at": END - timedelta(days=20),
        "channel": "sms" if is_sent else None,
        "sent_at": sent if is_sent else None,
        "opened_at": sent + timedelta(hours=2) if is_sent else None,
        "unsubscribed_at": None,
    }


def _points(customer_id: str, order: Row) -> Row:
    return {
        "entry_id": "PT1",
        "customer_id": customer_id,
        "entry_kind": "earn",
        "points": 120,
        "occurred_at": order["ordered_at"],
        "order_id": order["order_id"],
    }
