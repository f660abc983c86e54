"""Visits against a worked example, and against plain Python that reads their definition."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses import deviations
from regulars.analyses.sessions import ANALYSIS
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

KINDS = {
    "person_id": pa.string(), "occurred_at": pa.timestamp("us", "UTC"), "event_name": pa.string(),
    "is_visitor": pa.bool_(), "is_further": pa.bool_(), "session_id": pa.string(),
    "page": pa.string(), "source": pa.string(), "channel": pa.string(),
    "value_amount": pa.decimal128(18, 4),
}  # fmt: skip


def made(rows, *, leave_out=(), zone="Asia/Shanghai", buckets=2, traits=None):
    """A timeline of dicts; what a row leaves out is null."""
    columns = {name: kind for name, kind in KINDS.items() if name not in leave_out}
    table = pa.table(
        {name: pa.array([r.get(name) for r in rows], columns[name]) for name in columns}
    )
    return timeline_of(table, timezone=zone, bucket_count=buckets, traits=traits)


def asked(timeline, as_of=date(2026, 3, 31), **options):
    answer = ANALYSIS.compute(timeline, as_of=as_of, **options)
    assert deviations(ANALYSIS, answer) == []
    return {row.pop("member_name"): row for row in answer.to_pylist()}


def row(person, text, event, **more):
    moment = datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return {"person_id": person, "occurred_at": moment, "event_name": event, **more}


# the example of docs/retention-and-sessions.md
EXAMPLE = [
    row("ann", "02 23:50", "Page Viewed", page="/", source="wechat"),
    row("ann", "03 00:10", "Product Viewed", page="/p/1"),
    row("ann", "03 00:40", "Order Completed", page="/done", value_amount=Decimal("120.5")),
    row("ann", "03 01:10:01", "Page Viewed", page="/"),
    row("bob", "03 09:00", "Page Viewed", page="/sale", source="search"),
    row("bob", "03 09:20", "Order Completed", value_amount=Decimal(30), channel="pos"),
    row("bob", "03 12:00", "Order Completed", value_amount=Decimal(99), channel="pos"),  # no visit
]


def test_visits_are_as_worked_by_hand_when_one_runs_over_midnight():
    found = asked(made(EXAMPLE))
    assert list(found) == [None, "search", "wechat", "unknown"]
    assert found["wechat"] == {
        "dimension": "source", "visit_count": 1, "person_count": 1, "visit_share": 1 / 3,
        "event_count": 3, "events_per_visit": 3, "bounce_count": 0, "bounce_rate": 0,
        "median_seconds": 3000, "mean_seconds": 3000,
        "converted_count": 1, "conversion_rate": 1, "conversion_amount": Decimal("120.5"),
    }  # fmt: skip
    assert found["search"]["conversion_amount"] == 30
    total = found[None]
    assert (total["visit_count"], total["person_count"], total["bounce_count"]) == (3, 2, 2)
    assert (total["median_seconds"], total["mean_seconds"]) == (0, 1000)


def test_a_visit_belongs_to_the_day_on_which_it_begins():
    days = asked(made(EXAMPLE), by="day")
    assert {day: found["visit_count"] for day, found in days.items()} == {
        None: 3, "2026-03-02": 1, "2026-03-03": 2,
    }  # fmt: skip
    third = asked(made(EXAMPLE), since=date(2026, 3, 3), by="entry_page")
    assert {page: found["visit_count"] for page, found in third.items()} == {
        None: 2, "/": 1, "/sale": 1,
    }  # fmt: skip
    second = asked(made(EXAMPLE), until=date(2026, 3, 2), by="exit_page")
    assert second["/done"]["event_count"] == 3
    cut = asked(made(EXAMPLE), as_of=date(2026, 3, 2), by="exit_page")
    assert cut["/"]["event_count"] == 1  # the rest of it does not exist yet


@pytest.mark.parametrize(("when", "converted"), [("03 09:30", 1), ("03 09:30:00.000001", 0)])
def test_conversion_from_the_till_belongs_to_the_visit_until_the_idle_time_is_over(when, converted):
    rows = [EXAMPLE[4], row("bob", when, "Order Completed", channel="pos")]
    assert asked(made(rows))[None]["converted_count"] == converted


def test_first_instant_of_the_next_day_does_not_exist_when_as_of_is_before_it():
    rows = [
        row("ann", "02 23:59:59.999999", "Page Viewed", page="/"),
        row("ann", "03 00:00", "Page Viewed", page="/"),
    ]
    assert asked(made(rows), as_of=date(2026, 3, 2))[None]["event_count"] == 1
    assert asked(made(rows), as_of=date(2026, 3, 3))[None]["event_count"] == 2


def test_events_make_visits_when_only_some_of_them_have_a_page():
    bare = [{**r, "page": None} if n % 2 else r for n, r in enumerate(EXAMPLE)]
    assert asked(made(bare), by="day") == asked(made(EXAMPLE), by="day")


def test_orders_of_the_till_are_visits_when_asked_for_or_when_there_is_nothing_else():
    total = asked(made(EXAMPLE), scene="everywhere")[None]
    assert (total["visit_count"], total["event_count"]) == (4, 7)
    till = [r for r in EXAMPLE if r.get("channel")]
    assert asked(made(till), by="day")[None]["visit_count"] == 2
    assert asked(made(till), by="day", scene="online") == {}


def test_named_events_are_visits_wherever_they_happen_but_where_the_scene_is_asked_for():
    orders = asked(made(EXAMPLE), events="Order Completed")[None]
    assert orders["visit_count"] == 3
    assert asked(made(EXAMPLE), events="Order Completed", scene="online")[None]["visit_count"] == 1


def test_further_products_of_an_order_are_no_events_of_a_visit():
    more = [{**EXAMPLE[2], "is_further": True}] * 2
    assert asked(made([*EXAMPLE, *more])) == asked(made(EXAMPLE))


def test_conversion_is_unknown_when_the_shop_has_no_purchase():
    looks = [r for r in EXAMPLE if r["event_name"] != "Order Completed"]
    total = asked(made(looks))[None]
    assert total["converted_count"] is None
    assert total["conversion_amount"] is None
    chosen = asked(made(looks), conversion="Product Viewed")[None]
    assert (chosen["converted_count"], chosen["conversion_amount"]) == (1, 0)


def test_groups_are_whatever_the_events_can_say_when_none_is_asked():
    assert asked(made(EXAMPLE, leave_out=("source",)))[None]["dimension"] == "entry_page"
    bare = asked(made(EXAMPLE, leave_out=("source", "page", "channel")))
    assert bare[None]["dimension"] == "day"


def test_values_beyond_the_top_are_counted_together_when_there_are_many():
    rows = [
        row(
            "ann" if n < 4 else "bob",
            f"0{n + 1} 10:00",
            "Page Viewed",
            page="/",
            source=f"s{n // 2}",
        )
        for n in range(7)
    ]
    found = asked(made(rows), top=2)
    assert {name: found[name]["visit_count"] for name in found} == {
        None: 7, "s0": 2, "s1": 2, "other": 3,
    }  # fmt: skip
    assert found["other"]["person_count"] == 1


def test_nothing_is_said_when_nothing_happened():
    assert asked(made([])) == {}
    assert asked(made(EXAMPLE), as_of=date(2026, 3, 1)) == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"idle": "0m"}, "length of time above zero"),
        ({"by": "sorce"}, "Did you mean 'source'"),
        ({"by": "value_amount"}, "numbers or keys"),
        ({"conversion": "Order Complete"}, "Did you mean 'Order Completed'"),
        ({"events": "Page Viewed[pge = /]"}, "Did you mean 'page'"),
        ({"top": 0}, "whole number from 1"),
        ({"scene": "onlin"}, "Did you mean 'online'"),
        ({"since": date(2026, 4, 1)}, "the last day that is known"),
    ],
)
def test_error_says_what_exists_when_an_option_is_wrong(options, said):
    with pytest.raises(ParameterInvalid, match=said):
        asked(made(EXAMPLE), **options)


def test_error_says_what_an_event_would_have_to_bear_when_no_source_is_known():
    with pytest.raises(ParameterInvalid, match="utm_source"):
        asked(made(EXAMPLE, leave_out=("source",)), by="source")


# --- plain Python -----------------------------------------------------------------------------

ZONES = {
    "Europe/Berlin": ("2026-03-28", "2026-10-24"),
    "America/Sao_Paulo": ("2018-11-03", "2018-02-17"),
    "Pacific/Kiritimati": ("2026-02-26",),
}
GAPS = [timedelta(seconds=s) for s in (1, 600, 1799, 1800, 1801, 5000, 40_000)] + [
    *[timedelta(0)] * 6, timedelta(seconds=1800, microseconds=1), timedelta(microseconds=1500),
]  # fmt: skip
AMOUNTS = (None, Decimal("10.5"), Decimal("0.0001"))
PAGES = ("/", "/Z", "/p/10", "/p/9", "/é", None, None)
PLACES = ("source", "entry_page", "exit_page")
CHANNELS = st.sampled_from([None, "web", "kiosk", "", "pos", "store", "service", "POS"])


@st.composite
def shops(draw):
    """Rows of three people in the order of time; those of one instant may say different things."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    first = date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    midnight = datetime.combine(first, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    rows = []
    for person in ("ann", "bob", "visitor"):
        moment = midnight + draw(st.sampled_from([timedelta(0), timedelta(hours=23, minutes=45)]))
        for gap, event, page, source, channel in draw(
            st.lists(
                st.tuples(st.sampled_from(GAPS), st.sampled_from(["look", "purchase", "ping"]),
                          st.sampled_from(PAGES), st.sampled_from(["a", "b", None]), CHANNELS),
                max_size=8,
            )
        ):  # fmt: skip
            moment += gap
            of = moment.second + moment.minute
            rows.append({
                "person_id": person, "occurred_at": moment, "event_name": event,
                "is_visitor": person == "visitor", "page": page, "source": source,
                "value_amount": AMOUNTS[of % 3], "channel": channel,
            })  # fmt: skip
    return zone, first, rows


@st.composite
def questions(draw, first):
    day = st.integers(0, 3).map(lambda number: first + timedelta(days=number))
    as_of, since, until = draw(day), draw(st.none() | day), draw(st.none() | day)
    if since and (since > as_of or (until and since > until)):
        since = None
    return as_of, {
        "since": since,
        "until": until,
        "idle": draw(st.sampled_from(["30m", "30m", "10m", "1d"])),
        "by": draw(st.sampled_from([*PLACES, *PLACES, "day", "hour", "town"])),
        "people": draw(st.sampled_from(["all", "all", "customers", "visitors"])),
        "events": draw(st.sampled_from([None, None, "look | ping", "look[source = a]"])),
        "scene": draw(st.sampled_from([None, None, "online", "everywhere"])),
        "conversion": draw(st.sampled_from(["purchase", "look[source = a]"])),
    }


TOWNS = {"ann": "Wuhan"}
IDLE = {"30m": timedelta(minutes=30), "10m": timedelta(minutes=10), "1d": timedelta(days=1)}


def online(r):
    return r["channel"] not in ("pos", "POS", "store", "service")


def plain_visits(rows, zone, as_of, given, nothing_is_online):
    """Every visit asked for, as (person, its events, the conversions that belong to it)."""

    def day_of(moment):
        return moment.astimezone(ZoneInfo(zone)).date()

    def is_part(r):
        if given["events"] == "look | ping" and r["event_name"] not in ("look", "ping"):
            return False
        if given["events"] == "look[source = a]" and not (
            r["event_name"] == "look" and r["source"] == "a"
        ):
            return False
        if given["scene"] == "everywhere":
            return True
        if given["scene"] is None and (given["events"] or nothing_is_online):
            return True
        return online(r)

    def converts(r):
        if given["conversion"] == "purchase":
            return r["event_name"] == "purchase"
        return r["event_name"] == "look" and r["source"] == "a"

    until = min(given["until"] or as_of, as_of)
    for person in ("ann", "bob", "visitor"):
        if given["people"] != "all" and (person == "visitor") != (given["people"] == "visitors"):
            continue
        mine = [r for r in rows if r["person_id"] == person and day_of(r["occurred_at"]) <= as_of]
        visits = []
        for r in filter(is_part, mine):
            gap = r["occurred_at"] - visits[-1][-1]["occurred_at"] if visits else None
            if gap is not None and gap <= IDLE[given["idle"]]:
                visits[-1].append(r)
            else:
                visits.append([r])
        for visit in visits:
            if not (given["since"] or date.min) <= day_of(visit[0]["occurred_at"]) <= until:
                continue
            start, last = visit[0]["occurred_at"], visit[-1]["occurred_at"]
            end = last + IDLE[given["idle"]]
            yield (
                person,
                visit,
                [r for r in mine if converts(r) and start <= r["occurred_at"] <= end],
            )


def group_of(person, visit, zone, by):
    start = visit[0]["occurred_at"].astimezone(ZoneInfo(zone))
    if by == "town":
        return TOWNS.get(person, "unknown")
    if by in ("day", "hour"):
        return start.date().isoformat() if by == "day" else f"{start.hour:02d}"
    name = "source" if by == "source" else "page"
    known = [(r["occurred_at"], r[name]) for r in visit if r[name] is not None]
    if not known:
        return "unknown"
    return max(known)[1] if by == "exit_page" else min(known)[1]


def plain(rows, zone, as_of, nothing_is_online, **given):
    """The definitions, said in Python."""
    visits = list(plain_visits(rows, zone, as_of, given, nothing_is_online))
    groups = {None: visits} if visits else {}
    for visit in visits:
        groups.setdefault(group_of(visit[0], visit[1], zone, given["by"]), []).append(visit)
    return {name: described(mine, len(visits), given["by"]) for name, mine in groups.items()}


def described(visits, of_all, by):
    number = len(visits)
    lengths = [
        (events[-1]["occurred_at"] - events[0]["occurred_at"]) // timedelta(microseconds=1)
        for _, events, _ in visits
    ]
    event_count = sum(len(events) for _, events, _ in visits)
    bounces = sum(len(events) == 1 for _, events, _ in visits)
    converted = sum(bool(conversions) for *_, conversions in visits)
    return {
        "dimension": by, "visit_count": number,
        "person_count": len({person for person, *_ in visits}), "visit_share": number / of_all,
        "event_count": event_count, "events_per_visit": event_count / number,
        "bounce_count": bounces, "bounce_rate": bounces / number,
        "median_seconds": median(length // 1000 for length in lengths) / 1000,
        "mean_seconds": sum(lengths) / number / 1_000_000,
        "converted_count": converted, "conversion_rate": converted / number,
        "conversion_amount": sum(
            (r["value_amount"] or Decimal(0) for *_, found in visits for r in found), Decimal(0)
        ),
    }  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_every_visit_agrees_with_plain_python_when_split_in_any_number_of_buckets(data):
    zone, first, rows = data.draw(shops())
    as_of, given_options = data.draw(questions(first))
    # every event and value occurs, but after as_of, where nothing exists
    late = {"person_id": "zoe", "occurred_at": datetime(2027, 1, 1, tzinfo=UTC), "source": "a",
            "channel": data.draw(st.sampled_from([None, "pos"]))}  # fmt: skip
    known = [*rows, *({**late, "event_name": e, "page": "/"} for e in ("look", "purchase", "ping"))]
    last = min(given_options["until"] or as_of, as_of)
    days = [r["occurred_at"].astimezone(ZoneInfo(zone)).date() for r in rows]
    if not any((given_options["since"] or date.min) <= day <= last for day in days):
        given_options |= {"since": None, "until": None}  # nothing happened then: an error
    wanted = plain(rows, zone, as_of, not any(map(online, known)), **given_options)
    shuffled = data.draw(st.randoms(use_true_random=False)).sample(known, len(known))
    for buckets, stored in ((1, known), (3, known[::-1]), (64, shuffled)):
        timeline = made(stored, leave_out=("session_id",), zone=zone, buckets=buckets,
                        traits={"town": TOWNS})  # fmt: skip
        assert asked(timeline, as_of, **given_options) == wanted


def test_visits_hold_every_event_when_they_are_all_counted():
    rows = [
        row(f"p{n % 7}", f"{1 + n % 28:02d} {n % 24:02d}:{n % 60:02d}", "Page Viewed", page="/")
        for n in range(3000)
    ]
    found = asked(made(rows), by="hour")
    total = found.pop(None)
    assert total["event_count"] == 3000 == made(rows).event_counts["Page Viewed"]
    for column in ("visit_count", "event_count", "bounce_count"):
        assert sum(hour[column] for hour in found.values()) == total[column]
