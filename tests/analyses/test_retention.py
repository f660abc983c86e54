"""Retention against a worked example, and against plain Python that reads its definitions."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses import deviations
from regulars.analyses.retention import ANALYSIS
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

SHANGHAI = "Asia/Shanghai"
DAYS = {"day": 1, "week": 7, "month": 30}


def made(rows, timezone=SHANGHAI, buckets=2, traits=None):
    """A timeline of (person, moment, event, channel) rows."""
    people, moments, events, channels = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pa.table(
        {
            "person_id": pa.array(people, pa.string()),
            "is_visitor": pa.array([person.startswith("visitor") for person in people], pa.bool_()),
            "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
            "event_name": pa.array(events, pa.string()),
            "channel": pa.array(channels, pa.string()),
        }
    )
    return timeline_of(table, timezone=timezone, bucket_count=buckets, traits=traits)


def asked(timeline, as_of, **options):
    answer = ANALYSIS.compute(timeline, as_of=as_of, **options)
    assert deviations(ANALYSIS, answer) == []
    return answer.to_pylist()


def cells(rows):
    """(value, cohort, number) -> (people, returned, over)."""
    return {
        (row["by_value"], row["cohort_on"], row["period_number"]): (
            row["customer_count"],
            row["returned_count"],
            row["is_complete"],
        )
        for row in rows
    }


def at(text, timezone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))


# the example of docs/retention-and-sessions.md
EXAMPLE = [
    ("ann", at("2026-03-02 10:00"), "buy", "web"),
    ("ann", at("2026-03-03 09:00"), "buy", "web"),
    ("ann", at("2026-03-05 08:00"), "buy", "app"),
    ("bob", at("2026-03-02 23:30"), "buy", "app"),
    ("bob", at("2026-03-02 23:30"), "buy", "app"),
    ("cat", at("2026-03-03 12:00"), "buy", "web"),
    ("cat", at("2026-03-04 12:00"), "buy", "web"),
]
SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 3)


@pytest.mark.parametrize(
    ("mode", "second", "third", "overall"),
    [
        ("bounded", [1, 1, 0, 1], [0, 1, 0], [(3, 1), (3, 2), (3, 0), (2, 1)]),
        ("unbounded", [2, 1, 1, 1], [1, 1, 0], [(3, 3), (3, 2), (3, 1), (2, 1)]),
        # ann's second is 23 hours after her first, cat's exactly 24: her first full day
        ("rolling", [2, 0, 1, 0], [0, 1, 0], [(3, 2), (3, 1), (2, 1)]),
    ],
)
def test_modes_differ_as_worked_by_hand_when_the_days_are_the_same(mode, second, third, overall):
    rows = asked(made(EXAMPLE), date(2026, 3, 5), period="day", mode=mode, first="buy", periods=3)
    back = {key: counted[1] for key, counted in cells(rows).items()}
    assert [back[None, SECOND, number] for number in range(4)] == second
    assert [back[None, THIRD, number] for number in range(3)] == third
    found = [(row["customer_count"], row["returned_count"]) for row in rows if not row["cohort_on"]]
    assert found == overall


def test_period_still_running_is_flagged_and_not_in_the_overall_rate():
    rows = asked(made(EXAMPLE), date(2026, 3, 5), period="week", first="buy")
    assert cells(rows) == {(None, SECOND, 0): (3, 3, False)}


def test_first_instant_of_the_next_day_does_not_exist_when_as_of_is_before_it():
    rows = [("ann", at("2026-03-02 10:00"), "buy", None), ("ann", at("2026-03-03"), "buy", None)]
    options = {"period": "day", "first": "buy", "mode": "rolling"}
    before = asked(made(rows), SECOND, **options)
    assert [row["returned_count"] for row in before] == [0]
    after = asked(made(rows), THIRD, **options)
    assert [row["returned_count"] for row in after if row["cohort_on"]] == [1, 0]


def test_period_zero_needs_another_event_when_both_patterns_hold_one():
    rows = [
        ("ann", at("2026-03-02 10:00"), "buy", None),
        ("ann", at("2026-03-02 11:00"), "x", None),
    ]
    alone = asked(made(rows), SECOND, period="day", first="buy", return_="buy")
    assert cells(alone)[None, SECOND, 0] == (1, 0, True)
    other = asked(made(rows), SECOND, period="day", first="buy", return_="x")
    assert cells(other)[None, SECOND, 0] == (1, 1, True)


def test_cohort_is_the_first_within_the_dates_or_ever_when_only_the_new_are_asked():
    options = {"period": "day", "first": "buy", "since": THIRD}
    everybody = cells(asked(made(EXAMPLE), date(2026, 3, 5), **options))
    assert everybody[None, THIRD, 0] == (2, 0, True)  # ann's second purchase is her first here
    new = cells(asked(made(EXAMPLE), date(2026, 3, 5), new_only=True, **options))
    assert new[None, THIRD, 0] == (1, 0, True)


def test_day_of_23_hours_is_a_day_when_clocks_are_put_forward():
    berlin = "Europe/Berlin"
    rows = [("ann", at("2026-03-28 12:00", berlin), "buy", None),
            ("ann", at("2026-03-30 00:00", berlin), "buy", None)]  # fmt: skip
    calendar = asked(made(rows, berlin), date(2026, 3, 31), period="day", first="buy", periods=2)
    assert [r["returned_count"] for r in calendar if r["cohort_on"]] == [0, 0, 1]
    own = asked(
        made(rows, berlin), date(2026, 3, 31), period="day", first="buy", periods=2, mode="rolling"
    )
    assert [r["returned_count"] for r in own if r["cohort_on"]] == [0, 1, 0]  # 35 hours later


def test_split_is_by_a_trait_or_by_the_first_event_when_asked():
    timeline = made(EXAMPLE, traits={"town": {"ann": "Xi'an", "cat": "Wuhan"}})
    options = {"period": "day", "first": "buy", "periods": 1}
    by_town = cells(asked(timeline, date(2026, 3, 5), by="town", **options))
    assert by_town["Xi'an", None, 1] == (1, 1, True)
    assert by_town["unknown", None, 1] == (1, 0, True)
    by_channel = cells(asked(timeline, date(2026, 3, 5), by="channel", top=1, **options))
    assert by_channel["web", None, 1] == (2, 2, True)
    assert by_channel["other", None, 1] == (1, 0, True)


def test_a_purchase_is_meant_when_no_event_is_named():
    rows = [(p, moment, {"buy": "purchase"}.get(e, e), c) for p, moment, e, c in EXAMPLE]
    looks = [("dan", at(f"2026-03-0{day} 10:00"), "look", None) for day in range(2, 9)] * 2
    assert asked(made([*rows, *looks]), date(2026, 3, 8)) == asked(
        made([*rows, *looks]), date(2026, 3, 8), first="purchase", return_="purchase"
    )
    (row, *_) = asked(made(looks), date(2026, 3, 8))
    assert row["customer_count"] == 1


def test_nothing_is_said_when_nothing_happened():
    assert asked(made([]), SECOND) == []
    assert asked(made(EXAMPLE), date(2026, 3, 1), first="buy") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"first": "bui"}, "Did you mean 'buy'"),
        ({"return_": "buy[chanel = x]"}, "Did you mean 'channel'"),
        ({"period": "year"}, "Choices: day, week, month"),
        ({"mode": "n-day"}, "bounded, unbounded, rolling"),
        ({"periods": 0}, "whole number from 1"),
        ({"by": "chanel"}, "Did you mean 'channel'"),
        ({"people": "members"}, "customers"),
        ({"since": THIRD, "until": SECOND}, "is after --until"),
    ],
)
def test_error_says_what_exists_when_an_option_is_wrong(options, said):
    with pytest.raises(ParameterInvalid, match=said):
        asked(made(EXAMPLE), date(2026, 3, 5), **{"first": "buy", **options})


# --- plain Python -----------------------------------------------------------------------------

# zones in which the clock moves by night, at midnight, early, or never; both ways of each
ZONES = {
    "Europe/Berlin": ("2026-03-27", "2026-10-23"),
    "America/New_York": ("2026-03-06", "2026-10-30"),
    "America/Sao_Paulo": ("2018-11-02", "2018-02-16"),
    "Pacific/Kiritimati": ("2026-02-26", "2026-02-26"),
}
LEAPS = [timedelta(microseconds=m) for m in (0, 1, -1)] + [
    timedelta(hours=1), timedelta(hours=23), timedelta(hours=12, microseconds=7),
]  # fmt: skip


@st.composite
def shops(draw):
    zone = draw(st.sampled_from(sorted(ZONES)))
    first = date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    midnight = datetime.combine(first, datetime.min.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    moments = st.builds(
        lambda day, leap: midnight + timedelta(days=day) + leap,
        st.one_of(st.integers(0, 5), st.integers(0, 70)),
        st.sampled_from(LEAPS),
    )
    row = st.tuples(
        st.sampled_from(["ann", "bob", "visitor"]), moments, st.sampled_from(["a", "b", "c"])
    )
    rows = draw(st.lists(row, min_size=1, max_size=10))
    twins = draw(st.lists(st.tuples(st.sampled_from(rows), st.sampled_from("abc")), max_size=8))
    rows += [(person, moment, event) for (person, moment, _), event in twins]
    channels = st.lists(
        st.sampled_from(["web", "app", None]), min_size=len(rows), max_size=len(rows)
    )
    return zone, first, [(*row, channel) for row, channel in zip(rows, draw(channels), strict=True)]


@st.composite
def questions(draw, first):
    day = st.integers(-1, 60).map(lambda number: first + timedelta(days=number))
    as_of = draw(st.integers(0, 75).map(lambda number: first + timedelta(days=number)))
    since, until = draw(st.none() | day), draw(st.none() | day)
    if since and (since > as_of or (until and since > until)):
        since = None
    return as_of, {
        "first": draw(st.sampled_from(["a", "b", "b | c", "a [channel = web]"])),
        "return_": draw(st.sampled_from(["a", "b", "b | c", "c [channel = app]"])),
        "period": draw(st.sampled_from(["day", "week", "month"])),
        "mode": draw(st.sampled_from(["bounded", "unbounded", "rolling"])),
        "periods": draw(st.integers(1, 5)),
        "since": since,
        "until": until,
        "new_only": draw(st.booleans()),
        "people": draw(st.sampled_from(["all", "all", "customers", "visitors"])),
        "by": draw(st.sampled_from([None, "channel", "channel"])),
    }


def holds(row, text):
    names, _, condition = text.partition("[")
    named = row[2] in [name.strip() for name in names.split("|")]
    return named and (not condition or row[3] == condition.rstrip("]").split("=")[1].strip())


def start_of(day, period):
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def later(start, period, count):
    for _ in range(count):
        start = start_of(start + timedelta(days={"day": 1, "week": 7, "month": 31}[period]), period)
    return start


def number_of(day, start, period):
    number = 0
    while later(start, period, number + 1) <= day:
        number += 1
    return number


def members(rows, zone, as_of, asked_for):
    """(value, cohort) -> for each of its people the numbers of the periods of all returns."""
    until = min(asked_for["until"] or as_of, as_of)
    since = asked_for["since"] or date.min
    period, cohorts = asked_for["period"], {}

    def day_of(moment):
        return moment.astimezone(ZoneInfo(zone)).date()

    known = [row for row in rows if day_of(row[1]) <= as_of]
    if asked_for["people"] != "all":
        wanted = asked_for["people"] == "visitors"
        known = [row for row in known if (row[0] == "visitor") == wanted]
    for person in {row[0] for row in known}:
        mine = [row for row in known if row[0] == person]
        firsts = [row for row in mine if holds(row, asked_for["first"])]
        if not asked_for["new_only"]:
            firsts = [row for row in firsts if day_of(row[1]) >= since]
        begun = min((row[1] for row in firsts), default=None)
        if begun is None or not since <= day_of(begun) <= until:
            continue
        firsts = [row for row in firsts if row[1] == begun]
        start = start_of(day_of(begun), period)
        numbers = {
            (row[1] - begun) // timedelta(days=DAYS[period])
            if asked_for["mode"] == "rolling"
            else number_of(day_of(row[1]), start, period)
            for one in firsts
            for row in mine
            if row is not one and row[1] >= begun and holds(row, asked_for["return_"])
        }
        said = min((row[3] for row in firsts if row[3]), default="unknown")
        value = said if asked_for["by"] else None
        cohorts.setdefault((value, start), []).append(numbers)
    return cohorts


def state(zone, as_of, start, number, asked_for):
    """Whether the period has begun for somebody of the cohort, and is over for everybody."""
    period, tomorrow = asked_for["period"], as_of + timedelta(days=1)
    if asked_for["mode"] != "rolling":
        return later(start, period, number) <= as_of, later(start, period, number + 1) <= tomorrow

    def midnight(day):
        return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)

    until = min(asked_for["until"] or as_of, as_of)
    earliest = midnight(max(start, asked_for["since"] or start))
    latest = midnight(min(later(start, period, 1), until + timedelta(days=1)))
    length = timedelta(days=DAYS[period])
    end = midnight(tomorrow)
    return earliest + number * length < end, latest + (number + 1) * length <= end


def plain(rows, zone, as_of, **asked_for):
    """The definitions, said in Python."""
    found, overall = {}, {}
    for (value, start), came in members(rows, zone, as_of, asked_for).items():
        for number in range(asked_for["periods"] + 1):
            has_begun, is_over = state(zone, as_of, start, number, asked_for)
            if asked_for["mode"] == "unbounded":
                back = sum(any(n >= number for n in numbers) for numbers in came)
            else:
                back = sum(number in numbers for numbers in came)
            if has_begun:
                found[value, start, number] = (len(came), back, is_over)
            if has_begun and is_over:
                people, returned, _ = overall.get((value, None, number), (0, 0, True))
                overall[value, None, number] = (people + len(came), returned + back, True)
    return found | overall


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_mode_agrees_with_plain_python_when_split_in_any_number_of_buckets(data):
    zone, first, rows = data.draw(shops())
    as_of, options = data.draw(questions(first))
    # every event and channel occurs, but after as_of, where nothing exists
    late = datetime(2027, 1, 1, tzinfo=UTC)
    rows = [
        *rows,
        *(("zoe", late, event, channel) for event in "abc" for channel in ("web", "app")),
    ]
    last = min(options["until"] or as_of, as_of)
    days = [moment.astimezone(ZoneInfo(zone)).date() for _, moment, *_ in rows]
    if not any((options["since"] or date.min) <= day <= last for day in days):
        options |= {"since": None, "until": None}  # nothing happened then: an error
    wanted = plain(rows, zone, as_of, **options)
    shuffled = data.draw(st.randoms(use_true_random=False)).sample(rows, len(rows))
    for buckets, stored in ((1, rows), (3, rows[::-1]), (64, shuffled)):
        found = cells(asked(made(stored, zone, buckets), as_of, **options))
        assert found == wanted
