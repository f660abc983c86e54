"""A shop brought in by several imports: visitors become customers, events change and go."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa
from tests.analyses.test_stored_order import EVENTS, OF_PRODUCT, START, TEXTS, TRAITS
from tests.lake.timeline.shops import bring_in

ROUNDS = 6
OF_PROPERTIES = ("source", "results_count")
EARLY, LATE = START - timedelta(days=3), START + timedelta(days=15)


def fill(home, seed, after_each):
    """Six imports; ``after_each`` is called after every one of them."""
    random = Random(seed)
    for number in range(ROUNDS):
        tables = {"events": _events(random, number)} | _orders(random, number)
        if number == 0:
            tables["products"] = [
                {"product_id": p, "product_name": f"{c} {u}", "category": c, "purpose": u}
                for p, (c, u) in OF_PRODUCT.items()
            ]
        bring_in(home, tables)
        after_each()


def _events(random, number):
    """Of the events named e0 to e699 some again, with other values; every tenth of nobody now."""
    events = [_event(random, place) for place in random.sample(range(700), 120 + 40 * number)]
    for place, event in enumerate(events):
        if number and place % 10 == 0:
            event |= {"customer_id": None, "anonymous_id": None}
    return [*events, *_of_one_round(number)]


def _of_one_round(number):
    """Who is there for a while: the first and the last moment, a channel, a value of their own."""
    person = {"customer_id": "c0" if number < ROUNDS - 2 else None}
    rows = [
        {"event_name": "Seldom Done", "occurred_at": EARLY, "channel": "sms", "page": "/rare"},
        {"event_name": "Seldom Done", "occurred_at": LATE, "channel": "sms",
         "value_amount": Decimal(9)},
    ]  # fmt: skip
    return [{"event_id": f"rare{place}"} | person | row for place, row in enumerate(rows)]


def _event(random, place):
    values = {name: random.choice(texts) for name, texts in TEXTS.items()}
    said = {name: values.pop(name) for name in OF_PROPERTIES}
    inside = ", ".join(f'"{name}": "{value}"' for name, value in said.items() if value)
    who = random.randrange(24)
    person = {"customer_id": f"c{who}"} if who < 18 else {"anonymous_id": f"device{who}"}
    return values | person | {
        "event_id": f"e{place}", "event_name": random.choice(EVENTS),
        "channel": values["channel"] or "unknown",
        "occurred_at": START + timedelta(random.randrange(7), 60 * random.choice([0, 5, 50])),
        "value_amount": random.choice([None, Decimal(5), Decimal("12.5")]),
        "dwell_seconds": random.choice([None, 0.0, 45.0, 300.0]),
        "properties": f"{{{inside}}}",
    }  # fmt: skip


def _orders(random, number):
    """Orders of several products, and a device that turns out to be a customer's."""
    orders = [
        {
            "order_id": f"o{place}-{number % 3}",
            "customer_id": f"c{random.randrange(18)}",
            "ordered_at": START + timedelta(random.randrange(7)),
            "channel": "web",
            "net_amount": Decimal(30),
        }
        for place in random.sample(range(12), 6)
    ]
    lines = [
        {"order_id": order["order_id"], "line_no": line, "product_id": f"p{random.randint(1, 3)}"}
        for order in orders
        for line in (1, 2, 3)
    ]
    links = [{"kind": "anonymous", "value": f"device{17 + number}", "customer_id": f"c{number}"}]
    return {"orders": orders, "order_lines": lines, "identifiers": links}


def read_trait(name):
    values = TRAITS[name]
    return pa.table({"customer_id": list(values), "value": list(values.values())})
