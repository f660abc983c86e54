"""Page values against plain Python: counting, and the chain followed step by step."""

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.analyses.page_values import RETURNS, page_values
from regulars.errors import ParameterInvalid

from . import walked

LAST_DAY = date(2026, 3, 2)
GOAL = "D"
LAST_VISIT = [
    walked.row("p", 200, "A", session_id="u"),
    walked.row("p", 201, GOAL, session_id="u", value_amount=9),
]


def ended(rows, by, scene=None):
    """Each visit's nodes before its conversion, and what it was worth (None: unconverted)."""
    found = []
    rows = walked.counted(rows, asked=[{GOAL}], scene=scene)
    for person in "pqr":
        own = [r for r in rows if r["person_id"] == person and not r["is_further"]]
        for visit in walked.split(own, by, 30):
            goals = [r for r in visit if r["event_name"] == GOAL]
            at = goals[0]["minute"] if goals else None
            worth = sum(r["value_amount"] or 0 for r in goals if r["minute"] == at)
            before = [r for r in visit if at is None or r["minute"] <= at]
            pairs = sorted((r["minute"], r["event_name"]) for r in before)
            names = [name for _, name in pairs if name != GOAL]
            names = [n for n, earlier in zip(names, [None, *names], strict=False) if n != earlier]
            if names:
                found.append((names, worth if goals else None))
    return found


def followed(visits):
    """Probability and value of a conversion from each node, by 3,000 steps of the chain."""
    moves = defaultdict(Counter)
    worth = Counter()
    for names, value in visits:
        way = ["(start)", *names]
        for here, there in zip(way, [*way[1:], "won" if value is not None else "lost"],
                               strict=True):  # fmt: skip
            moves[here][there] += 1
        worth[way[-1]] += value or 0
    chance, amount = defaultdict(float, won=1.0), defaultdict(float)
    for _ in range(3000):
        of = {here: sum(there.values()) for here, there in moves.items()}
        chance |= {h: sum(n * chance[t] for t, n in m.items()) / of[h] for h, m in moves.items()}
        amount |= {
            h: (worth[h] + sum(n * amount[t] for t, n in m.items())) / of[h]
            for h, m in moves.items()
        }
    return chance, amount


@settings(max_examples=60, deadline=None)
@given(walked.ROWS, st.sampled_from(["idle", "session_id"]), st.sampled_from([1, 3, 64]),
       st.sampled_from([None, None, "online", "everywhere"]), st.booleans())  # fmt: skip
def test_nodes_are_those_of_plain_loops(rows, by, buckets, scene, is_at_till):
    rows = [*rows, *LAST_VISIT]
    if is_at_till:
        rows = [{**r, "channel": "pos"} if r["event_name"] == GOAL else r for r in rows]
    answer = page_values(
        walked.timeline(rows, buckets),
        as_of=LAST_DAY,
        conversion=GOAL,
        node="event_name",
        visits=by,
        scene=scene,
    )
    assert answer.schema == RETURNS.arrow_schema()
    visits = ended(rows, by, scene)
    chance, amount = followed(visits)
    found = {r["node"]: r for r in answer.to_pylist()}
    assert set(found) == {"(start)"} | {name for names, _ in visits for name in names}
    for node, r in found.items():
        passing = [v for v in visits if node in ("(start)", *v[0])]
        won = [v for v in passing if v[1] is not None]
        assert r["visit_count"] == len(passing)
        assert r["conversion_count"] == len(won)
        assert r["observed_rate"] == pytest.approx(len(won) / len(passing))
        assert r["observed_amount"] == pytest.approx(
            Decimal(sum(v[1] for v in won)) / len(passing), abs=Decimal("0.0001")
        )
        assert r["exit_count"] == sum(v[1] is None and v[0][-1] == node for v in passing)
        if node != "(start)":
            assert r["entrance_count"] == sum(v[0][0] == node for v in passing)
        assert r["conversion_probability"] == pytest.approx(chance[node], abs=1e-9)
        assert float(r["expected_amount"]) == pytest.approx(amount[node], abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(walked.ROWS)
def test_chain_from_the_start_is_exactly_what_was_observed(rows):
    """Each node is left as often as it is come to, so the start's chances are its shares."""
    rows = [*rows, *LAST_VISIT]
    answer = page_values(
        walked.timeline(rows, 3), as_of=LAST_DAY, conversion=GOAL, node="event_name"
    )
    start = answer.to_pylist()[0]
    assert start["node"] == "(start)"
    assert start["conversion_probability"] == pytest.approx(start["observed_rate"], abs=1e-12)
    assert abs(start["expected_amount"] - start["observed_amount"]) <= Decimal("0.0001")


@settings(max_examples=30, deadline=None)
@given(walked.ROWS)
def test_answer_is_the_same_however_the_timeline_was_built(rows):
    rows = [*rows, *LAST_VISIT]
    one = page_values(
        walked.timeline(rows, 1), as_of=LAST_DAY, conversion=GOAL, node="event_name"
    ).to_pylist()
    other = page_values(
        walked.timeline(rows[::-1], 64), as_of=LAST_DAY, conversion=GOAL, node="event_name"
    )
    assert [row["node"] for row in one] == other["node"].to_pylist()
    for a, b in zip(one, other.to_pylist(), strict=True):
        assert {k: float(v) for k, v in a.items() if k != "node"} == pytest.approx(
            {k: float(v) for k, v in b.items() if k != "node"}
        )


def test_a_worked_example_is_the_one_in_the_docs():
    # docs/paths.md: three visits A B D, A B, A
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "B"), walked.row("p", 2, "D",
            value_amount=60), walked.row("q", 0, "A"), walked.row("q", 1, "B"),
            walked.row("r", 0, "A")]  # fmt: skip
    answer = page_values(walked.timeline(rows), as_of=LAST_DAY, conversion="D").to_pylist()
    told = {r["node"]: (r["conversion_probability"], r["expected_amount"]) for r in answer}
    assert told == {
        "(start)": (pytest.approx(1 / 3), Decimal("20.0000")),
        "A": (pytest.approx(1 / 3), Decimal("20.0000")),
        "B": (pytest.approx(1 / 2), Decimal("30.0000")),
    }


def test_purchase_is_the_conversion_when_none_is_named():
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "Order Completed", value_amount=5)]
    (start, first) = page_values(walked.timeline(rows), as_of=LAST_DAY).to_pylist()
    assert (start["conversion_count"], first["conversion_probability"]) == (1, 1)


def test_visits_that_pass_no_page_are_not_looked_at_when_pages_are_the_nodes():
    rows = [walked.row("p", 0, "A", page="/a"), walked.row("p", 1, GOAL, value_amount=5),
            walked.row("q", 0, GOAL, value_amount=70)]  # fmt: skip
    (start, page) = page_values(
        walked.timeline(rows), as_of=LAST_DAY, conversion=GOAL
    ).to_pylist()  # fmt: skip
    assert (start["visit_count"], start["observed_amount"]) == (1, 5)
    assert (page["node"], page["conversion_probability"]) == ("/a", 1)


def test_only_exits_are_told_when_nothing_is_a_conversion():
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "B")]
    answer = page_values(walked.timeline(rows), as_of=LAST_DAY).to_pylist()
    assert [(r["node"], r["exit_share"], r["conversion_probability"]) for r in answer] == [
        ("(start)", 0, 0), ("A", 0, 0), ("B", 1, 0),
    ]  # fmt: skip


def test_the_most_visited_are_told_when_only_so_many_are_asked_for():
    rows = [walked.row("p", 0, "A"), walked.row("p", 1, "B"), walked.row("q", 1, "B")]
    answer = page_values(walked.timeline(rows), as_of=LAST_DAY, top=1)
    assert answer["node"].to_pylist() == ["(start)", "B"]


def test_nothing_is_answered_when_nothing_happened():
    assert page_values(walked.timeline([]), as_of=LAST_DAY).num_rows == 0


def test_error_says_what_exists_when_the_conversion_does_not_occur():
    with pytest.raises(ParameterInvalid, match=r"Event 'Order' does not occur\. Events: A"):
        page_values(walked.timeline([walked.row("p", 0, "A")]), as_of=LAST_DAY, conversion="Order")
