"""Rows of sensors, tills and online, any and by hand, and an analysis asked about them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pyarrow as pa
import pytest
from hypothesis import strategies as st
from tests.analyses.plain_store_visits import ENTER, INTO, LEAVE, OUT, PICK

from regulars.analyses import store_visits, store_zones, zone_flow
from regulars.errors import NothingToAnalyse
from regulars.tables.timeline import timeline_of

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
NAMES = {
    ENTER: "Store Entered", INTO: "Zone Entered", PICK: "Product Picked Up", OUT: "Zone Left",
    LEAVE: "Store Left", "sold": "Order Completed", "seen": "Product Viewed",
    "ordered": "Order Completed",
}  # fmt: skip
CHANNELS = {"sold": "store", "seen": "web", "ordered": "app", PICK: "camera"}
CATEGORY = {"milk": "food/dairy", "soap": "care/bath", "lamp": "home"}
UNSENSED = ("sold", "seen", "ordered")
SMALL = {"idle": "10m", "tolerance": "5m"}
ANALYSES = {m.ANALYSIS.name: m.ANALYSIS for m in (store_visits, store_zones, zone_flow)}
PEOPLE = ("ann", "bob", "device")


def row(person, minute, event, zone=None, told=None, product=None, store="s"):
    return (person, minute, store, event, zone, told, product)


def timeline(rows, bucket_count=2):
    empty = {"person_id": pa.string(), "event_name": pa.string()}
    moments = [START + timedelta(minutes=r[1]) for r in rows]
    online = ("seen", "ordered")
    columns = {
        "person_id": pa.array([r[0] for r in rows], empty["person_id"]),
        "is_visitor": pa.array([r[0] == "device" for r in rows], pa.bool_()),
        "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
        "event_name": pa.array([NAMES[r[3]] for r in rows], empty["event_name"]),
        "channel": pa.array([CHANNELS.get(r[3], "wifi") for r in rows], pa.string()),
        "store_id": pa.array([None if r[3] in online else r[2] for r in rows], pa.string()),
        "zone": pa.array([r[4] for r in rows], pa.string()),
        "dwell_seconds": pa.array(
            [None if r[5] is None else r[5] * 60 for r in rows], pa.float64()
        ),
        "product_id": pa.array([r[6] for r in rows], pa.string()),
        "category": pa.array([CATEGORY.get(r[6]) for r in rows], pa.string()),
        "value_amount": pa.array(
            [Decimal(5) if r[3] == "sold" else None for r in rows], pa.decimal128(18, 4)
        ),
    }
    return timeline_of(pa.table(columns), bucket_count=bucket_count)


def ask(name, rows, bucket_count=2, **options):
    """The rows; none where the analysis says that no sensor saw anybody, and none did."""
    analysis = ANALYSES[name]
    line = timeline(rows, bucket_count) if isinstance(rows, list) else rows
    compute = partial(analysis.compute, line, as_of=date(2026, 12, 31), **options)
    if isinstance(rows, list) and all(r[3] in UNSENSED for r in rows):
        with pytest.raises(NothingToAnalyse, match=r"Nobody was seen in a store.* regulars import"):
            compute()
        return []
    answer = compute()
    assert answer.schema == analysis.returns.arrow_schema()
    return answer.to_pylist()


told = st.one_of(st.none(), st.integers(0, 12))
zones = st.sampled_from(["food", "home", "care"])
products = st.sampled_from(["milk", "soap", "lamp", None])
events = st.one_of(
    st.tuples(st.sampled_from([ENTER, LEAVE]), st.none(), st.none(), st.none()),
    st.tuples(st.just(LEAVE), st.none(), told, st.none()),
    st.tuples(st.just(INTO), zones, st.none(), st.none()),
    st.tuples(st.just(OUT), st.one_of(zones, zones, st.none()), told, st.none()),
    st.tuples(st.just(PICK), st.one_of(st.none(), zones), st.none(), products),
    st.tuples(st.sampled_from(["sold", "seen", "ordered"]), st.none(), st.none(), products),
)
days = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(0, 40), st.sampled_from("st"), events).map(
        lambda made: (*made[:3], *made[3])
    ),
    max_size=24,
)


def groups(found):
    """Each store with the numbers of its visits, and all of them as None."""
    by_store = {v.store: [n for n, w in enumerate(found) if w.store == v.store] for v in found}
    return {**by_store, **({None: list(range(len(found)))} if found else {})}


WALK = [
    row("ann", 0, ENTER), row("ann", 1, INTO, "food"), row("ann", 4, OUT, "food", 3),
    row("ann", 5, "sold", product="milk"), row("ann", 6, LEAVE),
]  # fmt: skip
