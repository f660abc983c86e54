"""Zone flow: every step of every visit, and what comes in goes out."""

from collections import Counter

from hypothesis import given, settings
from tests.analyses import plain_store_visits as plain
from tests.analyses.sensed_rows import SMALL, ask, days, groups


@given(days)
@settings(max_examples=100, deadline=None)
def test_flow_is_every_step_of_every_visit_when_counted(rows):
    found = plain.visits(rows, 10)
    wanted = Counter()
    for store, numbers in groups(found).items():
        wanted.update((store, *step) for number in numbers for step in plain.steps(found[number]))
    answer = ask("zone_flow", rows, idle="10m")
    counts = {(r["store_id"], r["from_zone"], r["to_zone"]): r["flow_count"] for r in answer}
    assert counts == dict(wanted)


@given(days)
@settings(max_examples=60, deadline=None)
def test_flow_keeps_what_comes_in_and_begins_with_every_visit(rows):
    answer = ask("zone_flow", rows, idle="10m")
    visits = {r["store_id"]: r["visit_count"] for r in ask("store_visits", rows, **SMALL)}
    for store, count in visits.items():
        mine = [r for r in answer if r["store_id"] == store]
        out, into = Counter(), Counter()
        for step in mine:
            out[step["from_zone"]] += step["flow_count"]
            into[step["to_zone"]] += step["flow_count"]
        assert out.pop("(entry)") == into.pop("(exit)") == count
        assert out == into
