"""Paths against plain Python, and in agreement with counts of events and with themselves."""

from collections import Counter
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.paths import RETURNS, paths
from regulars.errors import ParameterInvalid

from . import walked

LAST_DAY = date(2026, 3, 2)
DAYS = (None, date(2026, 3, 1), LAST_DAY)
ENDS = st.sampled_from([(None, None), ("A", None), (None, "B"), ("B", "A"), ("A", "C")])


def known_names(rows):
    return {r["event_name"] for r in rows if not r["is_further"]}


def asked(answer):
    """Counts by (step, from, to, reached)."""
    return Counter(
        {
            (r["step"], r["from_node"], r["to_node"], r["is_reached"]): r["visit_count"]
            for r in answer.to_pylist()
        }
    )


@settings(max_examples=120, deadline=None)
@given(walked.ROWS, ENDS, st.sampled_from([0, 1, 2, 5]), st.sampled_from(["idle", "session_id"]),
       st.booleans(), st.sampled_from([1, 3, 64]), st.data())  # fmt: skip
def test_edges_are_those_of_plain_loops(rows, ends, depth, by, collapse, buckets, data):
    first, last = (end if end in known_names(rows) else None for end in ends)
    if by == "session_id" and not any(r["session_id"] for r in rows):
        by = "idle"
    since, until, as_of = (data.draw(st.sampled_from(DAYS)) for _ in range(3))
    as_of = as_of or LAST_DAY
    if since and ((until and since > until) or since > as_of):
        since = None
    days = {walked.moment(row).date() for row in rows}
    if not any((since or date.min) <= day <= min(until or as_of, as_of) for day in days):
        since = until = None  # nothing happened then: an error
    idle = data.draw(st.sampled_from([10, 30]))
    scene = data.draw(st.sampled_from([None, None, "online", "everywhere"]))
    answer = paths(
        walked.timeline(rows, buckets), as_of=as_of, from_=first, to=last, depth=depth,
        visits=by, idle=f"{idle}m", collapse=collapse, since=since, until=until, top=5000,
        scene=scene,
    )  # fmt: skip
    visits = walked.visits(
        rows, by=by, idle=idle, first=first, last=last, since=since, until=until,
        as_of=as_of, collapse=collapse, scene=scene,
    )  # fmt: skip
    wanted = Counter(edge for visit in visits for edge in walked.edges(visit, first, last, depth))
    assert answer.schema == RETURNS.arrow_schema()
    assert asked(answer) == wanted


@settings(max_examples=60, deadline=None)
@given(walked.ROWS, st.sampled_from([(None, None), ("/a", None), (None, "/b"), ("/a", "/b"),
                                     ("A", "D | C")]))  # fmt: skip
def test_pages_are_nodes_and_an_event_can_be_an_end(rows, ends):
    first, last = ends
    texts = {r["page"] for r in rows if not r["is_further"]}
    if first not in texts:
        first = None
    if last == "D | C" and not known_names(rows) >= {"C", "D"}:
        last = None
    if last == "/b" and last not in texts:
        last = None
    answer = paths(
        walked.timeline(rows, 3), as_of=LAST_DAY, node="page", from_=first, to=last, top=5000
    )
    plain = [  # what is where the way begins is not where it leads
        {**r, "page": last}
        if last == "D | C" and r["event_name"] in ("C", "D") and (not first or r["page"] != first)
        else r
        for r in rows
    ]
    visits = walked.visits(
        plain, node="page", first=first, last=last,
        asked=[{"C", "D"}] if last == "D | C" else [],
    )  # fmt: skip
    assert asked(answer) == Counter(e for v in visits for e in walked.edges(v, first, last))


@settings(max_examples=30, deadline=None)
@given(walked.ROWS)
def test_all_that_happens_is_on_the_way_when_its_nodes_are_no_pages(rows):
    answer = paths(walked.timeline(rows, 3), as_of=LAST_DAY, node="channel", top=5000)
    visits = walked.visits(rows, node="channel")
    assert asked(answer) == Counter(edge for visit in visits for edge in walked.edges(visit))


def test_a_parcel_is_no_visit_but_where_the_way_leads_to_it():
    rows = [walked.row("p", 0, "A"), walked.row("p", 5, "D", channel="service"),
            walked.row("q", 0, "D", channel="service")]  # fmt: skip
    line = walked.timeline(rows)
    assert asked(paths(line, as_of=LAST_DAY)) == {
        (0, "(start)", "A", None): 1, (1, "A", "(end)", None): 1,
    }  # fmt: skip
    to = asked(paths(line, as_of=LAST_DAY, to="D"))
    assert to == {
        (-1, "(start)", "D", None): 1, (-1, "A", "D", None): 1, (-2, "(start)", "A", None): 1,
    }  # fmt: skip
    assert asked(paths(line, as_of=LAST_DAY, to="A | D")) == {
        (-1, "(start)", "A | D", None): 1,
    }  # fmt: skip
    assert paths(line, as_of=LAST_DAY, to="D", scene="online").num_rows == 0


@settings(max_examples=100, deadline=None)
@given(walked.ROWS, st.sampled_from([0, 1, 2, 5]), st.integers(1, 5), ENDS)
def test_folded_edges_are_the_exact_ones_under_fewer_names(rows, depth, top, ends):
    first, last = (end if end in known_names(rows) else None for end in ends)
    answer = paths(
        walked.timeline(rows, 3), as_of=LAST_DAY, from_=first, to=last, depth=depth, top=top
    )
    visits = walked.visits(rows, first=first, last=last)
    exact = [edge for visit in visits for edge in walked.edges(visit, first, last, depth)]
    if last and not first and depth:
        passed = Counter((step, a) for step, a, _, _ in exact)
    else:
        passed = Counter((step + 1 if depth else 0, b) for step, _, b, _ in exact)
    own = {"(start)", "(end)", first, last}
    ranked = sorted((at for at in passed if at[1] not in own),
                    key=lambda at: (-passed[at], at[0], at[1]))[:top]  # fmt: skip
    is_whole = len(known_names(rows)) * max(depth, 1) <= top

    def named(step, node):
        kept = (step if depth else 0, node) in ranked
        return node if is_whole or node in own or kept else "(other)"

    wanted = Counter((s, named(s, a), named(s + 1 if depth else s, b), r) for s, a, b, r in exact)
    assert asked(answer) == wanted


@settings(max_examples=40, deadline=None)
@given(walked.ROWS, ENDS, st.integers(1, 6), st.integers(1, 8))
def test_what_flows_in_flows_out_and_shares_add_up(rows, ends, depth, top):
    first, last = (end if end in known_names(rows) else None for end in ends)
    answer = paths(
        walked.timeline(rows), as_of=LAST_DAY, from_=first, to=last, depth=depth, top=top
    ).to_pylist()
    into, out = Counter(), Counter()
    for r in answer:
        out[r["step"], r["from_node"], r["is_reached"]] += r["visit_count"]
        into[r["step"] + 1, r["to_node"], r["is_reached"]] += r["visit_count"]
    steps = sorted({r["step"] for r in answer})
    for step in steps[1:]:
        for node in {n for s, n, _ in (*into, *out) if s == step} - {"(start)", "(end)", last}:
            for reached in (True, False, None):
                assert into[step, node, reached] == out[step, node, reached]
    at = steps[-1:] if last and not first else steps[:1]
    assert sum(r["share"] for r in answer if r["step"] in at) == pytest.approx(1 if answer else 0)


@settings(max_examples=30, deadline=None)
@given(walked.ROWS)
def test_matrix_agrees_with_counts_of_events_when_nothing_is_collapsed(rows):
    answer = paths(
        walked.timeline(rows, 3), as_of=LAST_DAY, depth=0, top=5000, collapse=False,
        scene="everywhere",
    )  # fmt: skip
    into = Counter()
    for r in answer.to_pylist():
        into[r["to_node"]] += r["visit_count"]
    ended = into.pop("(end)", 0)
    assert into == Counter(r["event_name"] for r in rows if not r["is_further"])
    assert ended == len(walked.visits(rows, scene="everywhere"))


@settings(max_examples=30, deadline=None)
@given(walked.ROWS, st.sampled_from([0, 3]))
def test_answer_is_the_same_however_the_timeline_was_built(rows, depth):
    one = paths(walked.timeline(rows, 1), as_of=LAST_DAY, depth=depth, top=3)
    other = paths(walked.timeline(rows[::-1], 64), as_of=LAST_DAY, depth=depth, top=3)
    assert one.equals(other)


@settings(max_examples=30, deadline=None)
@given(walked.ROWS, st.sampled_from([0, 3]))
def test_segments_stand_side_by_side_as_each_alone(rows, depth):
    line = walked.timeline(rows, 3)
    answer = paths(
        line, as_of=LAST_DAY, depth=depth, top=5000, segment="gender = female",
        against="gender = male",
    ).to_pylist()  # fmt: skip
    for persons, count, share in (("p", "visit_count", "share"),
                                  ("q", "against_count", "against_share")):  # fmt: skip
        visits = walked.visits(rows, persons=persons)
        wanted = Counter(edge for visit in visits for edge in walked.edges(visit, depth=depth))
        of = len(visits) if depth else sum(wanted.values())
        for r in answer:
            edge = (r["step"], r["from_node"], r["to_node"], None)
            assert r[count] == wanted[edge]
            assert r[share] == (pytest.approx(wanted[edge] / of) if of else None)


def test_a_worked_example_is_the_one_in_the_docs():
    # docs/paths.md: A is Home, B is Cart, D is Order Completed
    ways = {"p": "ABD", "q": "AB", "r": "A"}
    rows = [walked.row(p, at, name) for p, way in ways.items() for at, name in enumerate(way)]
    answer = paths(walked.timeline(rows), as_of=LAST_DAY, depth=3).to_pylist()
    names = ("step", "from_node", "to_node", "visit_count", "share", "from_share")
    assert [tuple(r[name] for name in names) for r in answer] == [
        (0, "(start)", "A", 3, 1, 1),
        (1, "A", "B", 2, 2 / 3, 2 / 3),
        (1, "A", "(end)", 1, 1 / 3, 1 / 3),
        (2, "B", "D", 1, 1 / 3, 1 / 2),
        (2, "B", "(end)", 1, 1 / 3, 1 / 2),
    ]


def test_people_can_be_customers_or_visitors_and_events_left_out():
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "C"), walked.row("p", 2, "B"),
            walked.row("r", 0, "B")]  # fmt: skip
    line = walked.timeline(rows)
    customers = paths(line, as_of=LAST_DAY, people="customers", leave_out=("C",))
    assert asked(customers) == {
        (0, "(start)", "A", None): 1, (1, "A", "B", None): 1, (2, "B", "(end)", None): 1,
    }  # fmt: skip
    visitors = paths(line, as_of=LAST_DAY, people="visitors", depth=1)
    assert asked(visitors) == {(0, "(start)", "B", None): 1}


def test_an_order_of_several_products_fits_by_any_of_them():
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "B", category="soap"),
            walked.row("p", 1, "B", category="milk", is_further=True),
            walked.row("p", 2, "B", category="soap")]  # fmt: skip
    table = pa.table(
        {
            "person_id": [r["person_id"] for r in rows],
            "occurred_at": pa.array([walked.moment(r) for r in rows], pa.timestamp("us", "UTC")),
            "event_name": [r["event_name"] for r in rows],
            "is_further": [r["is_further"] for r in rows],
            "category": pa.array([r.get("category") for r in rows], pa.string()),
        }
    )
    answer = paths(walked.timeline_of(table), as_of=LAST_DAY, to="B [category = milk]")
    assert asked(answer) == {
        (-2, "(start)", "A", None): 1, (-1, "A", "B [category = milk]", None): 1,
    }  # fmt: skip


def test_a_node_that_is_called_like_our_words_is_told_apart():
    rows = [walked.row("p", 0, "A", page="(end)")]
    answer = paths(walked.timeline(rows), as_of=LAST_DAY, node="page")
    assert pc.unique(answer["to_node"]).to_pylist() == ['"(end)"', "(end)"]


def test_nothing_is_answered_when_nothing_happened():
    assert paths(walked.timeline([]), as_of=LAST_DAY).num_rows == 0
    assert paths(walked.timeline([]), as_of=LAST_DAY, depth=0).num_rows == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"node": "pgae"}, "cannot be a node. .*Did you mean 'page'"),
        ({"node": "value_amount"}, "has no texts.*Nodes: event_name, channel, page"),
        ({"from_": "a"}, "Event 'a' does not occur. Events: A, B"),
        ({"node": "page", "from_": "/aa"}, "neither a page nor an event.*nearest page is '/a'"),
        ({"from_": "A", "to": "A"}, "--from and --to are both 'A'"),
        ({"leave_out": ("Z",)}, "Event 'Z' does not occur"),
        ({"idle": "0m"}, "above zero"),
        ({"visits": "device"}, "Choices: idle, session_id"),
        ({"scene": "store"}, "Choices: online, everywhere"),
        ({"visits": "session_id"}, "no event names its session"),
        ({"depth": -1}, "whole number from 0 to 100"),
        ({"top": 0}, "whole number from 1"),
        ({"people": "staff"}, "Choices: all, customers, visitors"),
        ({"segment": "sex = female"}, "Trait 'sex' does not exist. Traits: gender"),
        ({"segment": "gender = femal"}, "Did you mean 'female'"),
        ({"against": "gender"}, "is no segment. Write it as"),
        ({"since": LAST_DAY, "until": date(2026, 3, 1)}, "--since is after --until"),
    ],
)
def test_error_says_what_exists_when_an_option_does_not_fit(options, message):
    rows = [walked.row("p", 0, "A", page="/a"), walked.row("q", 0, "B")]
    with pytest.raises(ParameterInvalid, match=message) as raised:
        paths(walked.timeline(rows), as_of=LAST_DAY, **options)
    assert "\n" not in str(raised.value)


def test_counting_is_refused_when_it_would_not_fit_into_memory(monkeypatch):
    monkeypatch.setattr("regulars.stats.ways.MOST_CELLS", 10)
    with pytest.raises(ParameterInvalid, match="Lower --top or --depth"):
        paths(walked.timeline([walked.row("p", 0, "A")]), as_of=LAST_DAY)
