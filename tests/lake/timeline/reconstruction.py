"""The timeline's rows made of the tables' rows in plain Python, and read back from a timeline."""

import json
import math
from collections import Counter, defaultdict
from decimal import Decimal

EVENT_OF = {
    "review": "Product Reviewed",
    "survey": "Survey Answered",
    "ticket": "Ticket Opened",
    "complaint": "Complaint Made",
    "social": "Social Mention",
}
COLUMNS = ("session_id", "channel", "store_id", "product_id", "query", "page", "zone",
           "campaign_id", "dwell_seconds", "value_amount")  # fmt: skip


def expected(tables):
    """Counter of rows, each (person, is_visitor, moment, name, is_further, properties)."""
    links = {}
    for row in sorted(tables["identifiers"], key=lambda r: r["kind"], reverse=True):
        if row["kind"] in ("anonymous", "device"):
            links[row["value"]] = row["customer_id"]
    documents = _documents(tables)
    told, rows = defaultdict(list), []
    for event in tables["events"]:
        customer = event["customer_id"] or links.get(event["anonymous_id"])
        person = customer or event["anonymous_id"]
        if person is None:
            continue
        said = {**{c: event[c] for c in COLUMNS}, **_said(event)}
        row = [person, customer is None, event["occurred_at"], event["event_name"], said]
        document = _document_of(event["event_name"], row, documents)
        if document is None:
            rows.append((*row[:4], False, said))
        else:
            told[document].append((event["occurred_at"], event["event_id"], row))
    for key, document in documents.items():
        rows += _of_document(document, sorted(told[key], key=lambda t: t[:2])[:1])
    return Counter(_hashable(row) for row in rows)


def _documents(tables):
    """By key: name, other key, customer, moment, what is said, products."""
    found = {}
    lines = defaultdict(list)
    for line in sorted(tables["order_lines"], key=lambda r: r["line_no"]):
        lines[line["order_id"]].append(line["product_id"])
    for order in tables["orders"]:
        said = {c: order[c] for c in ("channel", "store_id", "campaign_id", "order_id")}
        said["value_amount"] = order["net_amount"]
        found["Order Completed", order["order_id"]] = _document(
            "Order Completed", order["customer_id"], order["ordered_at"], said,
            lines[order["order_id"]],
        )  # fmt: skip
    for row in sorted(tables["returns"], key=lambda r: r["return_id"]):
        key = ("Order Refunded", row["order_id"], row["returned_at"].replace(microsecond=0))
        one = found.setdefault(
            key,
            _document("Order Refunded", row["customer_id"], row["returned_at"],
                      {"order_id": row["order_id"], "value_amount": Decimal(0)}, []),
        )  # fmt: skip
        one["said"]["value_amount"] += row["refund_amount"]
        one["products"].append(row["product_id"])
    for row in tables["feedback"]:
        channel = {
            "survey": "service",
            "ticket": "service",
            "complaint": "service",
            "social": "social",
        }
        said = {"channel": channel.get(row["channel"]), "store_id": row["store_id"],
                "order_id": row["order_id"]}  # fmt: skip
        name = EVENT_OF[row["channel"]]
        products = [row["product_id"]] if row["product_id"] else []
        one = _document(name, row["customer_id"], row["created_at"], said, products)
        one["other"] = (name, row["customer_id"], row["product_id"],
                        row["created_at"].replace(microsecond=0))  # fmt: skip
        found[name, row["feedback_id"]] = one
    return found


def _document(name, customer, moment, said, products):
    return {"name": name, "customer": customer, "moment": moment, "said": said,
            "products": products, "other": None}  # fmt: skip


def _document_of(name, row, documents):
    person, _, moment, _, said = row
    second = moment.replace(microsecond=0)
    if name == "Order Completed":
        key = (name, said.get("order_id"))
    elif name == "Order Refunded":
        key = (name, said.get("order_id"), second)
    elif name in EVENT_OF.values():
        named = said.get("feedback_id") or said.get("review_id")
        if named is None:
            other = (name, person, said.get("product_id"), second)
            same = [k for k, d in documents.items() if d["other"] == other and other[2]]
            return min(same, default=None)
        key = (name, named)
    else:
        return None
    return key if key in documents else None


def _of_document(document, told):
    row = told[0][2] if told else None
    person = document["customer"] or (row and row[0])
    if not person:
        return
    is_visitor = document["customer"] is None and row[1]
    moment = row[2] if row else document["moment"]
    said = dict(row[4]) if row else {}
    given = document["said"] | {"product_id": next(iter(document["products"]), None)}
    said |= {name: value for name, value in given.items() if said.get(name) is None}
    yield person, is_visitor, moment, document["name"], False, said
    first = {**said, "dwell_seconds": None, "value_amount": None}
    # a piece of feedback is about one product: where the event names another, the event's
    others = (
        set(document["products"])
        if document["name"] in ("Order Completed", "Order Refunded")
        else set()
    )
    for product in sorted(others - {said["product_id"]}):
        yield person, is_visitor, moment, document["name"], True, {**first, "product_id": product}


def _said(event):
    """The scalars of an event's properties as texts."""
    found = {}
    for key, value in json.loads(event["properties"] or "{}").items():
        if key in COLUMNS or value is None or isinstance(value, dict | list):
            continue
        name = "event_category" if key == "category" else key
        found[name] = value if isinstance(value, str) else json.dumps(value)
    return found


def _hashable(row):
    *of_row, said = row
    return *of_row, frozenset((k, v) for k, v in said.items() if v is not None)


def found(timeline):
    """The same of a timeline; keys are told as texts of ``key_texts`` by what they stand for."""
    import numpy as np

    from regulars.tables.timeline import GONE

    rows = Counter()
    names = [(event.name, event.is_further) for event in timeline.event_names]
    direct = [p for p in timeline.properties.values() if not p.through]
    for bucket in timeline.buckets:
        ids, visitors = bucket.person_ids().to_pylist(), bucket.is_visitor().tolist()
        people = np.repeat(np.arange(bucket.person_count), np.diff(bucket.offsets))
        columns = {p.name: _values(p, timeline.column(bucket, p.name)) for p in direct}
        assert (np.diff(bucket.moments)[np.diff(people) == 0] >= 0).all()
        for number, person in enumerate(people.tolist()):
            if bucket.gone_count and bucket.events[number] == GONE:
                continue
            said = {name: values[number] for name, values in columns.items()}
            has = frozenset((name, value) for name, value in said.items() if value is not None)
            name, is_further = names[int(bucket.events[number])]
            moment = int(bucket.moments[number])
            rows[ids[person], visitors[person], moment, name, is_further, has] += 1
    return rows


def _values(known, column):
    if known.kind == "text":
        return [None if code < 0 else known.texts[code] for code in column.tolist()]
    if known.kind == "key":
        return [key or None for key in column.tolist()]
    if known.kind == "amount":
        return [None if v == -(2**63) else Decimal(v) / 10_000 for v in column.tolist()]
    return [None if math.isnan(number) else number for number in column.tolist()]
