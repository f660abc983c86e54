"""Visits and returns of a simulated shop, through import and timeline, against what really was.

Source  src/regulars/simulator (truth/sessions.parquet): every visit online with its beginning.
"""

import itertools
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.analyses.retention import ANALYSIS as RETENTION
from regulars.analyses.sessions import ANALYSIS as SESSIONS
from regulars.lake import ShopHome, connect
from regulars.lake.timeline import open_timeline
from regulars.simulator import simulate
from regulars.sources import import_files

LAST_DAY = date(2026, 9, 30)
MINUTE = 1 / (24 * 60)
# a review, or a refund of no channel, is online too, but no visit of the truth
SAID = ("Product Reviewed", "Order Refunded")
LONGEST = 20 * MINUTE  # a dozen products looked at and a full cart take the simulator ten minutes


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> tuple[ShopHome, Path]:
    folder = tmp_path_factory.mktemp("visits")
    files = simulate(folder / "simulator", customer_count=400, months=3, seed=4, end_on=LAST_DAY)
    settings = {"shop.timezone": "Asia/Shanghai", "shop.currency": "CNY"}
    home = ShopHome.create(folder / "home", settings)
    import_files(home, files)
    return home, folder / "simulator" / "truth"


def follow_ups(visits, person, within):
    """How many visits begin so soon after the one before of the same person."""
    starts = sorted((visit[person], visit["started_t"]) for visit in visits)
    return sum(
        one[0] == other[0] and other[1] - one[1] <= within
        for one, other in itertools.pairwise(starts)
    )


def browsed(timeline, **options):
    """Visits made of all that happens online but SAID, all of them first."""
    names = " | ".join(name for name in timeline.event_counts if name not in SAID)
    answer = SESSIONS.compute(timeline, as_of=LAST_DAY, events=names, scene="online", **options)
    return answer.to_pylist()[0]


def test_visits_are_those_of_the_truth_but_for_those_that_follow_within_the_idle_time(shop):
    home, truth = shop
    visits = pq.read_table(truth / "sessions.parquet").to_pylist()
    for visit in visits:
        visit["customer_id"] = visit["customer_id"] or visit["anonymous_id"]
    timeline = open_timeline(home)
    total = browsed(timeline, by="channel")
    # two visits on one device that begin within 30 minutes are surely one of ours; visits of one
    # person that begin further apart than that and the longest visit surely are two
    merged = len(visits) - total["visit_count"]
    assert follow_ups(visits, "anonymous_id", 30 * MINUTE) <= merged
    assert merged <= follow_ups(visits, "customer_id", 30 * MINUTE + LONGEST)
    assert 0 < merged < len(visits) / 50
    bought = sum(visit["kind"] == "buy" for visit in visits)
    assert bought - merged <= total["converted_count"] <= bought


def test_events_and_money_of_the_visits_are_those_of_the_events_table(shop):
    home, _ = shop
    total = browsed(open_timeline(home), by="hour")
    events = connect(home).table("events")
    online = events.filter(events.session_id.notnull())
    assert total["event_count"] == online.count().to_pyarrow().as_py()
    sold = online.filter(online.event_name == "Order Completed").value_amount.sum()
    assert total["conversion_amount"] == sold.to_pyarrow().as_py()


def test_what_is_said_online_makes_at_most_a_visit_each_and_a_parcel_makes_none(shop):
    timeline = open_timeline(shop[0])
    usual = SESSIONS.compute(timeline, as_of=LAST_DAY, by="hour").to_pylist()[0]
    channels = timeline.properties["channel"].texts
    said = 0
    for bucket in timeline.buckets:
        codes = timeline.column(bucket, "channel").tolist()
        for event, code in zip(bucket.events.tolist(), codes, strict=True):
            of = timeline.event_names[event]
            is_online = code == -1 or channels[code] in ("web", "app")
            said += is_online and of.name in SAID and not of.is_further
    visits = browsed(timeline, by="hour")
    assert usual["event_count"] == visits["event_count"] + said
    assert 0 < usual["visit_count"] - visits["visit_count"] <= said


def test_people_of_the_cohorts_are_all_who_ever_bought(shop):
    timeline = open_timeline(shop[0])
    rows = RETENTION.compute(timeline, as_of=LAST_DAY, first="Order Completed", period="month")
    sizes = {r["cohort_on"]: r["customer_count"] for r in rows.to_pylist() if r["cohort_on"]}
    buyers = set()
    for bucket in timeline.buckets:
        codes = timeline.event_codes("Order Completed")
        ids = bucket.person_ids().to_pylist()
        for person, (start, stop) in enumerate(itertools.pairwise(bucket.offsets.tolist())):
            if any(code in codes for code in bucket.events[start:stop].tolist()):
                buyers.add(ids[person])
    assert sum(sizes.values()) == len(buyers) > 100
