"""Funnel, sessions, paths and page values tell the same of the same events."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.funnel import funnel
from regulars.analyses.page_values import page_values
from regulars.analyses.path_steps import path_steps
from regulars.analyses.paths import paths
from regulars.analyses.sessions import sessions

from . import walked

LAST_DAY = date(2026, 3, 2)
SCENES = st.sampled_from([None, "online", "everywhere"])
# an hour of events: each person makes one visit at most
ONE_VISIT = walked.ROWS.map(lambda rows: [{**r, "minute": r["minute"] // 5} for r in rows])


@settings(max_examples=40, deadline=None)
@given(ONE_VISIT)
def test_visits_from_one_event_to_another_are_the_people_of_a_funnel(rows):
    rows = [*rows, walked.row("p", 0, "A"), walked.row("r", 0, "B")]
    line = walked.timeline(rows, 3)
    edges = paths(
        line, as_of=LAST_DAY, from_="A", to="B", depth=1, top=100, scene="everywhere"
    ).to_pylist()
    first, second = funnel(line, as_of=LAST_DAY, steps=("A", "B"), window="7d").to_pylist()
    assert first["customer_count"] == sum(e["visit_count"] for e in edges)
    assert second["customer_count"] == sum(e["visit_count"] for e in edges if e["is_reached"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.permutations(walked.NAMES).map(lambda names: names[:3]), max_size=6))
def test_next_steps_are_a_funnel_in_exact_order_when_events_happen_once(ways):
    rows = [
        walked.row(f"p{number}", minute, name)
        for number, way in enumerate([["A", "B", "C", "D"], *ways])
        for minute, name in enumerate(way)
    ]
    line = walked.timeline(rows, 3)
    edges = paths(line, as_of=LAST_DAY, from_="A", depth=1, top=100).to_pylist()
    steps = funnel(line, as_of=LAST_DAY, steps=("A", "B"), order="exact", window="7d").to_pylist()
    assert steps[0]["customer_count"] == sum(e["visit_count"] for e in edges)
    assert steps[1]["customer_count"] == sum(e["visit_count"] for e in edges if e["to_node"] == "B")


@settings(max_examples=40, deadline=None)
@given(walked.ROWS, st.sampled_from(["10m", "30m"]), SCENES)
def test_visits_are_those_of_sessions(rows, idle, scene):
    line = walked.timeline(rows, 3)
    whole = sessions(line, as_of=LAST_DAY, idle=idle, by="day", scene=scene).to_pylist()
    visit_count = sum(r["visit_count"] for r in whole if r["member_name"] is None)
    asked = {"as_of": LAST_DAY, "idle": idle, "scene": scene}
    edges = paths(line, depth=1, top=100, **asked).to_pylist()
    assert sum(e["visit_count"] for e in edges) == visit_count
    first = [r for r in path_steps(line, depth=1, **asked).to_pylist() if r["step"] == 1]
    assert sum(r["visit_count"] for r in first) == visit_count


@settings(max_examples=40, deadline=None)
@given(walked.ROWS, st.sampled_from(["10m", "30m"]))
def test_conversions_are_those_of_sessions_when_they_are_part_of_visits(rows, idle):
    rows = [*rows, *(walked.row("p", 200, name) for name in walked.NAMES)]
    line = walked.timeline(rows, 3)
    asked = {"as_of": LAST_DAY, "idle": idle, "scene": "everywhere"}
    whole = sessions(line, by="day", conversion="D", **asked)
    (visits,) = [r for r in whole.to_pylist() if r["member_name"] is None]
    edges = paths(line, depth=1, top=100, **asked).to_pylist()
    reach = paths(line, to="D", depth=1, top=100, **asked).to_pylist()
    assert sum(e["visit_count"] for e in reach) == visits["converted_count"]
    start = page_values(line, conversion="D", node="event_name", **asked).to_pylist()[0]
    direct = sum(e["visit_count"] for e in edges if e["to_node"] == "D")
    assert start["visit_count"] == visits["visit_count"] - direct
