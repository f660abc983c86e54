"""Path steps against plain Python, and in agreement with paths."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.path_steps import RETURNS, path_steps
from regulars.analyses.paths import paths
from regulars.errors import ParameterInvalid

from . import walked

LAST_DAY = date(2026, 3, 2)
ENDS = st.sampled_from([(None, None), ("A", None), (None, "B"), ("B", "A")])


def states(visit, first, last, depth):
    """(step, node) of one visit, the step that all stand at left out."""
    if first is not None:
        if first not in visit:
            return []
        visit = visit[visit.index(first) :]
        if last in visit:
            visit = visit[: visit.index(last) + 1] + [last] * depth
        return [(n, visit[n] if n < len(visit) else "(end)") for n in range(1, depth + 1)]
    if last is not None:
        if last not in visit:
            return []
        before = ["(start)"] * depth + visit[: visit.index(last)]
        return [(-n, before[-n]) for n in range(1, depth + 1)]
    return [(n, visit[n - 1] if n <= len(visit) else "(end)") for n in range(1, depth + 1)]


@settings(max_examples=100, deadline=None)
@given(walked.ROWS, ENDS, st.integers(1, 6), st.sampled_from(["idle", "session_id"]),
       st.sampled_from([1, 3, 64]))  # fmt: skip
def test_cells_are_those_of_plain_loops(rows, ends, depth, by, buckets):
    known = {r["event_name"] for r in rows if not r["is_further"]}
    first, last = (end if end in known else None for end in ends)
    if by == "session_id" and not any(r["session_id"] for r in rows):
        by = "idle"
    answer = path_steps(
        walked.timeline(rows, buckets), as_of=LAST_DAY, from_=first, to=last, depth=depth, visits=by
    )
    visits = walked.visits(rows, by=by, first=first, last=last)
    found = [states(visit, first, last, depth) for visit in visits]
    wanted = Counter(cell for cells in found for cell in cells)
    assert answer.schema == RETURNS.arrow_schema()
    whole = sum(map(bool, found))
    assert {(r["step"], r["node"]): (r["visit_count"], r["share"]) for r in answer.to_pylist()} == {
        cell: (count, pytest.approx(count / whole)) for cell, count in wanted.items()
    }


@settings(max_examples=40, deadline=None)
@given(walked.ROWS, st.integers(1, 3), st.integers(1, 5))
def test_shares_of_a_step_add_up_when_nodes_are_folded(rows, top, depth):
    answer = path_steps(walked.timeline(rows, 3), as_of=LAST_DAY, depth=depth, top=top).to_pylist()
    for step in range(1, depth + 1) if answer else ():
        assert sum(r["share"] for r in answer if r["step"] == step) == pytest.approx(1)
    assert len({r["node"] for r in answer} - {"(other)", "(end)"}) <= top


@settings(max_examples=40, deadline=None)
@given(walked.ROWS, st.integers(1, 5))
def test_who_is_at_a_node_is_who_paths_lead_there(rows, depth):
    line = walked.timeline(rows, 3)
    came = Counter()
    for r in paths(line, as_of=LAST_DAY, depth=depth, top=5000).to_pylist():
        came[r["step"] + 1, r["to_node"]] += r["visit_count"]
    for r in path_steps(line, as_of=LAST_DAY, depth=depth).to_pylist():
        if r["node"] == "(end)":
            came[r["step"], "(end)"] += came[r["step"] - 1, "(end)"]
        assert r["visit_count"] == came[r["step"], r["node"]]


def test_two_segments_are_compared_by_their_shares():
    rows = [walked.row("p", 0, "A"), walked.row("p", 100, "B"), walked.row("q", 0, "A")]
    answer = path_steps(
        walked.timeline(rows), as_of=LAST_DAY, depth=1, segment="gender = female",
        against="gender = male",
    ).to_pylist()  # fmt: skip
    assert [(r["node"], r["share"], r["against_share"], r["share_difference"]) for r in answer] == [
        ("A", 0.5, 1.0, -0.5),
        ("B", 0.5, 0.0, 0.5),
    ]


def test_nothing_is_answered_when_nothing_happened():
    assert path_steps(walked.timeline([]), as_of=LAST_DAY).num_rows == 0


def test_error_says_so_when_the_depth_is_zero():
    with pytest.raises(ParameterInvalid, match="depth cannot be '0'"):
        path_steps(walked.timeline([]), as_of=LAST_DAY, depth=0)
