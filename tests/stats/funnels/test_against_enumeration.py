"""Funnels against every assignment of events to steps, enumerated straight from the rules."""

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.funnel import funnel
from regulars.analyses.funnel_customers import funnel_customers
from regulars.stats.funnels.question import question_of
from regulars.stats.funnels.runs import runs_of
from regulars.tables.timeline import timeline_of

START = datetime(2026, 3, 8, 2, tzinfo=UTC)  # New York puts its clocks forward at 07:00
HOURS = (0, 1, 2, 3, 4, 6, 25, 26)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
GHOST = datetime(2027, 1, 1, tzinfo=UTC)  # after as_of: only makes every event occur
PATTERNS = {
    "A": lambda e: e.name == "A",
    "B": lambda e: e.name == "B",
    "C": lambda e: e.name == "C",
    "A | B": lambda e: e.name in "AB",
    "A | X": lambda e: e.name in "AX",
    "A [colour = red]": lambda e: e.name == "A" and e.colour == "red",
    "B | C [size >= 2]": lambda e: e.name in "BC" and e.size >= 2,
}
EXCLUDED = {**PATTERNS, "X": lambda e: e.name == "X", "X | C": lambda e: e.name in "XC"}
TWO = {
    "A": {"A"},
    "B": {"B"},
    "C": {"C"},
    "A | B": {"A", "B"},
    "A | X": {"A", "X"},
    "A [colour = red]": {"A"},
}
NAMES = {**TWO, "B | C [size >= 2]": {"B", "C"}, "X": {"X"}, "X | C": {"X", "C"}}


@dataclass(frozen=True)
class Event:
    place: int
    at: datetime
    name: str
    colour: str | None
    size: float


def contradicts(excluded, step):
    same = excluded == step or "[" not in excluded
    return bool(same and NAMES[excluded] & NAMES[step])


@st.composite
def questions(draw, order=None, totals=None, excludes=None, holds=None):
    """Steps that overlap and repeat, or plain ones apart; the rest as told, else anything."""
    overlapping = st.lists(st.sampled_from(sorted(PATTERNS)), min_size=1, max_size=4)
    apart = st.one_of(st.permutations(("A", "B", "C")), st.permutations(("A | X", "B", "C")))
    steps = draw(st.one_of(overlapping, apart))
    excluded = draw(
        st.lists(st.sampled_from(("X", "X", *sorted(EXCLUDED))), min_size=1, max_size=2)
    )
    fits = [x for x in excluded if len(steps) == 1 or not any(contradicts(x, s) for s in steps)]
    days = st.sampled_from((None, None, None, date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 9)))
    since, until = draw(days), draw(days)
    if since and until and since > until:
        since, until = until, since
    return {
        "steps": tuple(steps),
        "order": order or draw(st.sampled_from(("this", "any", "exact"))),
        "window": draw(st.sampled_from(("1h", "2h", "4h", "24h", "7d"))),
        "since": since,
        "until": until,
        "by": draw(st.sampled_from((None, None, "colour", "size", "plan"))),
        "top": draw(st.sampled_from((1, 2, 10))),
        "hold": draw(st.sampled_from(("colour", "session_id")))
        if (draw(st.booleans()) if holds is None else holds)
        else None,
        "exclude": tuple(fits) if (draw(st.booleans()) if excludes is None else excludes) else (),
        "totals": draw(st.booleans()) if totals is None else totals,
        "people": draw(st.sampled_from(("all", "all", "customers", "visitors"))),
    }


events = st.tuples(
    st.sampled_from(HOURS),
    st.sampled_from("ABCABCXA"),
    st.sampled_from((None, "red", "green", "red")),
    st.sampled_from((1.0, 2.0, 3.0)),
)
shops = st.lists(st.lists(events, min_size=2, max_size=6), min_size=1, max_size=3)
zones = st.sampled_from(("UTC", "America/New_York", "Asia/Shanghai"))


def people_of(shop):
    return [
        [
            Event(place, START + timedelta(hours=hour), name, colour, size)
            for place, (hour, name, colour, size) in enumerate(person)
        ]
        for person in shop
    ]


def made(people, zone, bucket_count):
    rows = [
        (f"p{number}", number % 2 == 1, e.at, e.name, e.colour, e.colour, e.size)
        for number, person in enumerate(people)
        for e in person
    ]
    rows += [("ghost", False, GHOST, name, "red", "red", 1.0) for name in "ABCX"]
    names = ("person_id", "is_visitor", "occurred_at", "event_name", "colour", "session_id", "size")
    plans = {f"p{number}": ("gold", "tin", "gold", "other")[number] for number in range(3)}
    return timeline_of(
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))),
        timezone=zone,
        bucket_count=bucket_count,
        traits={"plan": plans},
    )


def is_entry(event, asked, zone):
    day = event.at.astimezone(ZoneInfo(zone)).date()
    return (asked["since"] or day) <= day <= (asked["until"] or day)


def answerable(asked, people, zone):
    """The same question; without its days where nothing happened on them, which is refused."""
    if any(is_entry(event, asked, zone) for person in people for event in person):
        return asked
    return {**asked, "since": None, "until": None}


def span(window):
    return timedelta(hours=int(window[:-1]) * (24 if window.endswith("d") else 1))


def candidates(events, count, asked):
    """Every run of so many steps as its events in order; no window, dates or exclusions yet."""
    steps = asked["steps"]
    if asked["order"] == "any":
        for chosen in itertools.combinations(events, count):
            for some in itertools.permutations(steps_numbered(steps), count):
                if all(PATTERNS[text](e) for (_, text), e in zip(some, chosen, strict=True)):
                    yield sorted(chosen, key=lambda e: e.at)
                    break
    elif asked["order"] == "this":
        for chosen in itertools.permutations(events, count):
            rises = all(a.at <= b.at for a, b in itertools.pairwise(chosen))
            if rises and all(PATTERNS[s](e) for s, e in zip(steps, chosen, strict=False)):
                yield list(chosen)
    else:
        for whole in itertools.permutations(events):
            if all(a.at <= b.at for a, b in itertools.pairwise(whole)):
                for first in range(len(whole) - count + 1):
                    chosen = whole[first : first + count]
                    if all(PATTERNS[s](e) for s, e in zip(steps, chosen, strict=False)):
                        yield list(chosen)


def steps_numbered(steps):
    return list(enumerate(steps))


def is_broken(chosen, events, asked):
    """An excluded event strictly between two steps (any order: between entry and last)."""
    excluded = [e.at for e in events if any(EXCLUDED[x](e) for x in asked["exclude"])]
    gaps = itertools.pairwise(chosen)
    if asked["order"] == "any":
        gaps = [(chosen[0], chosen[-1])]
    return any(a.at < at < b.at for a, b in gaps for at in excluded)


def runs_by_hand(events, count, asked, zone, mark):
    """(entry, finish, events that it can be said to begin with, when the mark was passed)."""
    found = []
    for chosen in candidates(events, count, asked):
        entry, finish = chosen[0].at, chosen[-1].at
        if finish - entry > span(asked["window"]) or not is_entry(chosen[0], asked, zone):
            continue
        if is_broken(chosen, events, asked):
            continue
        begins = chosen[:1]
        if asked["order"] == "any":
            begins = [e for e in chosen if e.at == entry]
        passed = chosen[mark - 1].at if count >= mark else entry
        found.append((entry, finish, begins, passed))
    return found


def groups_of(events, hold):
    if hold is None:
        return [events]
    values = {e.colour for e in events} - {None}
    return [[e for e in events if e.colour == value] for value in sorted(values)]


def best_by_hand(events, asked, zone, rank_of, mark):
    """By step: the run with the latest entry, then the first arrival, rank and mark."""
    best = {}
    for count in range(1, len(asked["steps"]) + 1):
        keys = [
            (-entry.timestamp(), finish, rank_of(begin), passed, entry)
            for group in groups_of(events, asked["hold"])
            for entry, finish, begins, passed in runs_by_hand(group, count, asked, zone, mark)
            for begin in begins
        ]
        if keys:
            _, finish, rank, passed, entry = min(keys)
            best[count] = (entry, passed, finish, rank)
    deepest = best[max(best)][3] if best else None
    return {count: [(*run[:3], deepest)] for count, run in best.items()}


def totals_by_hand(events, asked, zone, rank_of, mark):
    """By step: the runs that do not overlap, by earliest finish; and that none has more."""
    found = {}
    first = asked["steps"] if asked["order"] == "any" else asked["steps"][:1]
    for group in groups_of(events, asked["hold"]):
        for event in group:
            if is_entry(event, asked, zone) and any(PATTERNS[step](event) for step in first):
                single = (event.at, event.at, event.at, rank_of(event))
                found.setdefault(1, []).append(single)
        for count in range(2, len(asked["steps"]) + 1):
            every = runs_by_hand(group, count, asked, zone, mark)
            chosen, after = [], LONG_AGO
            while left := [
                (finish, -entry.timestamp(), rank_of(begin), passed, entry)
                for entry, finish, begins, passed in every
                for begin in begins
                if entry > after
            ]:
                after, _, rank, passed, entry = min(left)
                chosen.append((entry, passed, after, rank))
            assert len(chosen) == most_apart([(run[0], run[1]) for run in every])
            found.setdefault(count, []).extend(chosen)
    return {count: runs for count, runs in found.items() if runs}


def most_apart(spans, after=LONG_AGO):
    later = sorted({s for s in spans if s[0] > after})
    return max((1 + most_apart(later, finish) for _, finish in later), default=0)


def labels_by_hand(people, asked, zone):
    """How each event's value is called and ranked, most frequent first."""
    if asked["by"] not in ("colour", "size"):
        return lambda event: 0, [None]

    def value(event):
        return event.colour if asked["by"] == "colour" else f"{event.size:g}"

    first = asked["steps"] if asked["order"] == "any" else asked["steps"][:1]
    counts = Counter(
        value(event)
        for person in people
        for event in person
        if is_entry(event, asked, zone) and any(PATTERNS[step](event) for step in first)
    )
    counts.pop(None, None)
    top = sorted(counts, key=lambda text: (-counts[text], text))[: asked["top"]]
    labels = [*top, "other", "not known"]

    def rank(event):
        text = value(event)
        return len(top) + 1 if text is None else labels.index(text if text in top else "other")

    return rank, labels


def funnel_by_hand(people, asked, zone, mark):
    """By (label, step): (person, entry, when the mark was passed, arrival) of every run."""
    wanted = {
        number: person
        for number, person in enumerate(people)
        if asked["people"] == "all" or (asked["people"] == "visitors") == (number % 2 == 1)
    }
    rank_of, labels = labels_by_hand(wanted.values(), asked, zone)
    by_hand = totals_by_hand if asked["totals"] else best_by_hand
    runs = [
        (labels[rank], count, (f"p{number}", *run))
        for number, person in wanted.items()
        for count, found in by_hand(person, asked, zone, rank_of, mark).items()
        for *run, rank in found
    ]
    if asked["by"] == "plan":
        runs = by_plan(runs, asked["top"])
    whole = {}
    for label, count, run in runs:
        whole.setdefault((label, count), []).append(run)
    return {key: sorted(found) for key, found in whole.items()}


def by_plan(runs, top):
    plans = {"p0": "gold", "p1": "tin", "p2": "gold"}
    counts = Counter(plans.get(run[0]) for _, count, run in runs if count == 1)
    counts.pop(None, None)
    first = sorted(counts, key=lambda plan: (-counts[plan], plan))[:top]

    def label(person):
        plan = plans.get(person)
        return "not known" if plan is None else plan if plan in first else "other"

    return [(label(run[0]), count, run) for _, count, run in runs]


@pytest.mark.parametrize("holds", [False, True], ids=["", "held"])
@pytest.mark.parametrize("excludes", [False, True], ids=["", "exclusions"])
@pytest.mark.parametrize("totals", [False, True], ids=["people", "totals"])
@pytest.mark.parametrize("order", ["this", "any", "exact"])
@settings(max_examples=15, deadline=None)
@given(
    shop=shops,
    zone=zones,
    buckets=st.sampled_from((1, 3, 64)),
    mark=st.integers(1, 3),
    data=st.data(),
)
def test_runs_are_those_enumerated_when_asked_in_every_way(
    order, totals, excludes, holds, shop, zone, buckets, mark, data
):
    people = people_of(shop)
    asked = answerable(data.draw(questions(order, totals, excludes, holds)), people, zone)
    timeline = made(people, zone, buckets)
    expected = funnel_by_hand(people, asked, zone, mark)
    question = question_of(timeline, as_of=date(2026, 3, 20), **asked)
    marked = type(question)(**{**vars(question), "marked_step": mark})
    ids = timeline.person_ids.to_pylist()
    actual = {}
    for label, steps in runs_of(timeline, marked).blocks():
        for count, runs in enumerate(steps, start=1):
            # before the marked step there is no mark
            passed = runs.marked if count >= mark else runs.entered
            columns = (runs.entered, passed, runs.reached)
            times = zip(*(map(moment_of, column) for column in columns), strict=True)
            found = [(ids[p], *t) for p, t in zip(runs.person, times, strict=True)]
            if found:
                actual[label, count] = sorted(found)
    assert actual == expected


def moment_of(microseconds):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))


@settings(max_examples=40, deadline=None)
@given(shops, questions(), zones, st.sampled_from((1, 3)))
def test_rows_and_customers_agree_with_the_runs_when_anything_is_asked(shop, asked, zone, buckets):
    people = people_of(shop)
    asked = answerable(asked, people, zone)
    timeline = made(people, zone, buckets)
    expected = funnel_by_hand(people, asked, zone, 1)
    rows = funnel(timeline, as_of=date(2026, 3, 20), **asked).to_pylist()
    labels = {row["by_value"] for row in rows}
    assert len(rows) == len(labels) * len(asked["steps"])
    for row in rows:
        runs = expected.get((row["by_value"], row["step"]), [])
        seconds = [(finish - entry).total_seconds() for _, entry, _, finish in runs]
        assert row["customer_count"] == len(runs)
        assert row["median_seconds"] == (pytest.approx(median(seconds)) if runs else None)
        behind = funnel_customers(timeline, as_of=date(2026, 3, 20), at=row["step"], **asked)
        mine = [r for r in behind.to_pylist() if r["by_value"] == row["by_value"]]
        assert sorted((r["customer_id"], r["entered_at"], r["reached_at"]) for r in mine) == [
            (person, entry, finish) for person, entry, _, finish in runs
        ]
        assert {r["is_visitor"] for r in mine} <= {int(r["customer_id"][1]) % 2 == 1 for r in mine}


@settings(max_examples=40, deadline=None)
@given(shops, questions(), zones)
def test_totals_rise_no_step_and_stay_above_people_when_counted(shop, asked, zone):
    timeline = made(people_of(shop), zone, 2)
    plain = {**answerable(asked, people_of(shop), zone), "by": None}
    counts = {}
    for totals in (False, True):
        rows = funnel(timeline, as_of=date(2026, 3, 20), **{**plain, "totals": totals})
        counts[totals] = np.array(rows["customer_count"].to_pylist())
        assert (np.diff(counts[totals]) <= 0).all()
    assert (counts[True] >= counts[False]).all()
