"""Rows of one instant in any order, people in any number of buckets: the same answers.

Every analysis of the timeline, over rows that lie so close that most of them share their moment
with others which say something else.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import ibis
import pyarrow as pa
import pytest

from regulars.analyses import all_analyses
from regulars.tables.analysis import TIMELINE
from regulars.tables.timeline import timeline_of

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LENGTHS = [timedelta(minutes=day * 1440 + n) for day in range(7) for n in (0, 5, 50)]
EVENTS = (
    "Page Viewed", "Product Viewed", "Products Searched", "Order Completed", "Store Entered",
    "Zone Entered", "Zone Left", "Product Picked Up", "Store Left",
)  # fmt: skip
TEXTS = {
    "channel": ("web", "app", "store", "pos", None),
    "source": ("mail", "ads", "wechat", None),
    "page": ("/", "/cart", "/sale", None),
    "product_id": ("p1", "p2", "p3", None),
    "zone": ("door", "shelf", "till", None),
    "store_id": ("s1", "s1", "s2", None),
    "query": ("red dress", "Red Dress", "dress red", "blue shoe", "shoe", None),
    "results_count": ("0", "3", None),
    "session_id": ("v1", "v2", None),
}
OF_PRODUCT = {"p1": ("clothes", "party"), "p2": ("clothes", None), "p3": ("shoes", "work")}
TRAITS = {"city": {f"c{n}": f"city {n % 3}" for n in range(20)}}
STEPS = ("Page Viewed", "Product Viewed", "Order Completed")
ASKED = {
    "funnel": [
        {"steps": STEPS, "by": "source"}, {"steps": STEPS, "by": "page", "order": "any", "top": 2},
        {"steps": STEPS, "by": "product_id", "totals": True}, {"steps": STEPS, "order": "exact"},
        {"steps": STEPS, "hold": "product_id", "by": "channel"},
    ],
    "funnel_customers": [{"steps": STEPS, "by": "source", "outcome": "lost"}],
    "time_to_convert": [{"steps": STEPS, "by": "source"},
                        {"steps": STEPS, "by": "page", "order": "any", "totals": True}],
    "retention": [
        {"first": "Page Viewed", "by": "page", "mode": "rolling", "period": "day"},
        {"first": "Order Completed", "by": "product_id"}, {"first": "Page Viewed | Product Viewed",
         "return_": "Order Completed", "by": "source", "new_only": True, "top": 1},
    ],
    "sessions": [{"by": by, "scene": "everywhere"} for by in (
        "source", "entry_page", "exit_page", "channel", "zone", "product_id", "hour", "city")]
        + [{"by": "exit_page", "events": "Page Viewed [source = ads, mail]"}],
    "paths": [{}, {"node": "page"}, {"node": "zone", "scene": "everywhere", "depth": 3},
              {"visits": "session_id"}, {"from_": "Page Viewed", "to": "Order Completed"}],
    "path_steps": [{}, {"node": "page", "visits": "session_id"}, {"collapse": False}],
    "page_values": [{}, {"node": "page", "visits": "session_id"}],
    "search_terms": [{"min_searches": 1}, {"min_searches": 1, "by": "city"}],
    "missed_searches": [{"min_searches": 1}],
    "attribution": [{"touch_property": "source"}, {"touch_property": "page", "order": 2,
                     "collapse": False}],
    "decision_style": [{"min_purchases": 1, "sureness": 0.6}],
    "decision_style_by_category": [{"min_purchases": 2}],
}  # fmt: skip
CASES = [
    (name, options)
    for name, analysis in all_analyses().items()
    if TIMELINE in analysis.reads
    for options in ASKED.get(name, [{}])
]


def shop(seed):
    """Rows of twenty people, a fifth of the orders with a further product."""
    random = Random(seed)
    rows = []
    for _ in range(700):
        row = {name: random.choice(texts) for name, texts in TEXTS.items()}
        row |= {
            "person_id": f"c{random.randrange(20)}", "event_name": random.choice(EVENTS),
            "occurred_at": START + random.choice(LENGTHS), "is_further": False,
            "value_amount": random.choice([None, Decimal(5), Decimal("12.5")]),
            "dwell_seconds": random.choice([None, 0.0, 45.0, 300.0]),
        }  # fmt: skip
        row["is_visitor"] = row["person_id"] in ("c18", "c19")
        rows.append(row)
        if row["event_name"] == "Order Completed" and random.random() < 0.2:
            said = {"product_id": random.choice(["p1", "p2", "p3"]), "is_further": True}
            rows.append(row | said | {"value_amount": None, "dwell_seconds": None})
    for row in rows:
        row["category"], row["purpose"] = OF_PRODUCT.get(row["product_id"], (None, None))
    return rows


KINDS = {name: pa.string() for name in (*TEXTS, "person_id", "event_name", "category", "purpose")}
KINDS |= {
    "occurred_at": pa.timestamp("us", "UTC"), "is_further": pa.bool_(), "is_visitor": pa.bool_(),
    "value_amount": pa.decimal128(18, 4), "dwell_seconds": pa.float64(),
}  # fmt: skip


def made(rows, buckets):
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in KINDS.items()}
    return timeline_of(
        pa.table(columns), timezone="Asia/Shanghai", bucket_count=buckets, traits=TRAITS
    )


def answered(name, timeline, options):
    """The rows, in an order of their own where the analysis leaves it open; floats as 9 digits."""
    products = [
        {"product_id": p, "product_name": f"{c} {u}", "brand": None, "category": c, "purpose": u}
        for p, (c, u) in OF_PRODUCT.items()
    ]
    given = {
        "products": lambda: ibis.memtable(
            pa.Table.from_pylist(products, pa.schema([(n, pa.string()) for n in products[0]]))
        ),
        "stores": lambda: None,
        TIMELINE: lambda: timeline,
    }
    analysis = all_analyses()[name]
    tables = [given[of]() for of in analysis.reads]
    table = analysis.compute(*tables, as_of=date(2026, 3, 31), **options)
    rows = [
        tuple(f"{v:.9g}" if isinstance(v, float) else str(v) for v in row.values())
        for row in table.to_pylist()
    ]
    return sorted(rows)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
@pytest.mark.parametrize("seed", [1, 4])
def test_answer_is_the_same_when_rows_of_an_instant_are_stored_in_another_order(
    name, options, seed
):
    rows = shop(seed)
    wanted = answered(name, made(rows, 1), options)
    assert wanted
    others = [rows[::-1], *(Random(n).sample(rows, len(rows)) for n in range(3))]
    for other, buckets in zip(others, (1, 3, 64, 2), strict=True):
        assert answered(name, made(other, buckets), options) == wanted
