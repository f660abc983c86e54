"""Attribution: every model against plain Python, the sums, the edges of a journey."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analyses import plain_attribution as plain

from regulars.analyses.attribution import ANALYSIS
from regulars.errors import ParameterInvalid
from regulars.tables.timeline import timeline_of

START = datetime(2026, 1, 1, tzinfo=UTC)
AS_OF = date(2026, 12, 31)
MODELS = ("first", "last", "linear", "time_decay", "position", "markov", "shapley")

touches = st.tuples(
    st.sampled_from("pq"),
    st.integers(0, 12),
    st.sampled_from(["a", "b", "c", "d", None]),
    st.none(),
)
sales = st.tuples(st.sampled_from("pq"), st.integers(0, 12), st.none(), st.integers(0, 9))
histories = st.lists(st.one_of(touches, touches, sales), max_size=24)


def timeline(rows, bucket_count=2):
    """Rows of (person, day, touch or None, amount or None): an amount makes a purchase."""
    moments = [START + timedelta(days=day) for _, day, _, _ in rows]
    return timeline_of(
        pa.table(
            {
                "person_id": pa.array([row[0] for row in rows], pa.string()),
                "occurred_at": pa.array(moments, pa.timestamp("us", "UTC")),
                "event_name": pa.array(
                    ["Page Viewed" if row[3] is None else "Order Completed" for row in rows],
                    pa.string(),
                ),
                "source": pa.array([row[2] for row in rows], pa.string()),
                "value_amount": pa.array(
                    [None if row[3] is None else Decimal(row[3]) for row in rows],
                    pa.decimal128(18, 4),
                ),
            }
        ),
        bucket_count=bucket_count,
    )


def ask(rows, bucket_count=2, **options):
    line = rows if not isinstance(rows, list) else timeline(rows, bucket_count)
    answer = ANALYSIS.compute(line, as_of=AS_OF, **options)
    assert answer.schema == ANALYSIS.returns.arrow_schema()
    return answer.to_pylist()


def credit(rows, column="conversion_count", **options):
    """model -> touch -> credit, where there is any."""
    found = {}
    for row in ask(rows, **options):
        found.setdefault(row["model"], {})[row["touch"]] = float(row[column])
    return found


def same(found, wanted, accuracy=1e-7):
    names = set(found) | set(wanted)
    assert {n: found.get(n, 0.0) for n in names} == pytest.approx(
        {n: float(wanted.get(n, 0.0)) for n in names}, abs=accuracy
    )


def expected(rows, place, window, order, **how):
    """model -> touch -> conversions (place 1) or amount (place 2) by plain Python."""
    minutes = [(p, day * plain.DAY, touch, amount) for p, day, touch, amount in rows]
    found = plain.journeys(minutes, window * plain.DAY, **how)
    kept = {m: plain.counted(found, m, 7 * plain.DAY) for m in MODELS[:5]}
    wanted = {m: {t: pair[place - 1] for t, pair in c.items()} for m, c in kept.items()}
    untouched = {t: v for t, v in wanted["first"].items() if t == "(no touch)"}
    wanted["markov"] = {**plain.markov(found, order, place), **untouched}
    wanted["shapley"] = {**plain.shapley(found, place), **untouched}
    return wanted


@given(histories, st.integers(1, 6), st.booleans(), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_every_model_is_as_plain_python_has_it_when_histories_are_any(
    rows, window, collapse, order
):
    if not rows or not any(row[3] is not None for row in rows):
        return
    options = {"window": f"{window}d", "collapse": collapse, "order": order}
    options |= {"touch_property": "source"}
    for place, column, accuracy in (
        (1, "conversion_count", 1e-7),
        (2, "value_amount", 5e-3),
    ):
        wanted = expected(rows, place, window, order, collapse=collapse)
        found = credit(rows, column, **options)
        for model in MODELS:
            same(found.get(model, {}), wanted[model], accuracy)


@given(histories)
@settings(max_examples=40, deadline=None)
def test_every_model_adds_up_to_all_conversions_and_their_money(rows):
    if not any(row[3] is not None for row in rows):
        return
    conversions = sum(row[3] is not None for row in rows)
    for options in ({}, {"top": 2}, {"order": 2}):
        answer = ask(rows, **options)
        for model in MODELS:
            mine = [row for row in answer if row["model"] == model]
            assert sum(row["conversion_count"] for row in mine) == pytest.approx(conversions)
            assert sum(row["conversion_share"] for row in mine) == pytest.approx(1)
            assert sum(row["value_amount"] for row in mine) == sum(r[3] or 0 for r in rows)


@given(histories)
@settings(max_examples=25, deadline=None)
def test_answer_is_the_same_when_people_are_in_other_buckets_or_rows_in_another_order(rows):
    if not any(row[3] is not None for row in rows):
        return
    once = ask(rows, 1)
    assert ask(rows, 3) == once
    assert ask(rows[::-1], 64) == once


@given(histories)
@settings(max_examples=40, deadline=None)
def test_shapley_is_efficient_symmetric_and_gives_nothing_to_who_is_never_there(rows):
    if not any(row[3] is not None for row in rows):
        return
    ours = credit([*rows, ("z", 1, "never", None)], model="shapley")["shapley"]
    assert ours["never"] == 0
    swap = {"a": "b", "b": "a"}
    swapped = [(p, day, swap.get(t, t), amount) for p, day, t, amount in rows]
    theirs = credit(swapped, model="shapley")["shapley"]
    same({swap.get(t, t): value for t, value in ours.items() if t != "never"}, theirs)


def test_only_journeys_that_end_inside_the_dates_count_when_asked():
    rows = [
        ("p", 0, "a", None), ("p", 1, None, 5), ("p", 2, "b", None), ("p", 3, None, 7),
        ("p", 4, "c", None), ("q", 1, "d", None), ("q", 6, None, 9),
    ]  # fmt: skip
    days = {"since": date(2026, 1, 3), "until": date(2026, 1, 5)}
    answer = ask(rows, model="last", **days)
    assert {(r["touch"], r["conversion_count"], r["lost_count"]) for r in answer} == {
        ("a", 0, 0), ("b", 1, 0), ("c", 0, 1), ("d", 0, 0)
    }  # fmt: skip


def test_touch_counts_when_exactly_a_window_before_the_conversion():
    rows = [("p", 0, "a", None), ("p", 2, None, 5), ("q", 0, "b", None), ("q", 3, None, 5)]
    answer = ask(rows, model="last", window="2d")
    assert {r["touch"]: r["conversion_count"] for r in answer} == {"a": 1, "b": 0, "(no touch)": 1}
    assert {r["touch"]: r["lost_count"] for r in answer} == {"a": 0, "b": 1, "(no touch)": 0}


def test_conversions_of_one_instant_share_their_journey():
    rows = [("p", 0, "a", None), ("p", 1, "b", None), ("p", 1, None, 4), ("p", 1, None, 6)]
    found = credit(rows, "value_amount")
    assert found["linear"] == {"a": 5, "b": 5}
    assert found["first"] == {"a": 10, "b": 0}


def test_rarer_touches_are_one_when_there_are_more_than_asked_for():
    rows = [("p", day, touch, None) for day, touch in enumerate("abac")] + [("p", 5, None, 8)]
    answer = ask(rows, model="linear", top=1)
    assert [(r["touch"], r["touch_kind"], r["conversion_count"]) for r in answer] == [
        ("(other)", "other", 0.5), ("a", "named", 0.5)
    ]  # fmt: skip


def test_markov_does_without_lost_journeys_when_told_to():
    rows = [
        ("p", 0, "a", None), ("p", 1, "b", None), ("p", 2, None, 1), ("q", 0, "a", None),
    ]  # fmt: skip
    kept = {r["touch"]: r["lost_count"] for r in ask(rows, model="markov")}
    left = {
        r["touch"]: r["lost_count"]
        for r in ask(rows, model="markov", paths_without_conversion=False)
    }
    assert kept == {"a": 1, "b": 0}
    assert left == {"a": 0, "b": 0}


def test_conversions_are_without_touch_when_nothing_else_is_known():
    answer = ask([("p", 0, None, 5)])
    assert {(r["touch"], r["model"], r["conversion_count"]) for r in answer} == {
        ("(no touch)", model, 1) for model in MODELS
    }


def named(names):
    """One person's events by name, a day apart; those that begin with 'sold' have a value."""
    return timeline_of(
        pa.table(
            {
                "person_id": ["p"] * len(names),
                "occurred_at": pa.array(
                    [START + timedelta(days=day) for day in range(len(names))],
                    pa.timestamp("us", "UTC"),
                ),
                "event_name": names,
                "channel": ["web"] * len(names),
                "value_amount": pa.array(
                    [Decimal(3) if name.startswith("sold") else None for name in names],
                    pa.decimal128(18, 4),
                ),
            }
        )
    )


def test_conversion_is_what_has_a_value_when_no_event_is_called_a_purchase():
    answer = ask(named(["look", "sold here", "look", "sold here", "sold there"]), model="last")
    assert [(r["touch_property"], r["touch"], r["conversion_count"]) for r in answer] == [
        ("channel", "web", 2)
    ]


def test_error_asks_for_the_conversion_when_nothing_is_like_one():
    with pytest.raises(ParameterInvalid, match="Name the conversion by --conversion"):
        ask(named(["look", "read"]))


def test_answer_is_empty_when_nobody_did_anything():
    assert ask([]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"conversion": "Order Complete"}, "Did you mean 'Order Completed'"),
        ({"touch_property": "sorce"}, "Did you mean 'source'"),
        ({"touch_property": "value_amount"}, "is no text: .* Texts: source"),
        ({"model": "lats"}, "Did you mean 'last'"),
        ({"window": "0d"}, "Parameter window"),
        ({"first_weight": 0.7}, "above 1 together"),
        ({"order": 4}, "from 1 to 3"),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "after --until"),
    ],
)
def test_error_says_what_exists_when_an_option_is_wrong(options, message):
    with pytest.raises(ParameterInvalid, match=message):
        ask([("p", 0, "a", None), ("p", 1, None, 5)], **options)
