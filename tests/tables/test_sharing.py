"""What is remembered within ``sharing``: the same SQL once, a model once, never too much."""

import ibis
import pyarrow as pa
import pytest

from regulars.tables.sharing import Shared, asked, once, sharing


@pytest.fixture
def backend():
    backend = ibis.duckdb.connect()
    backend.create_table("orders", pa.table({"customer_id": ["ann", "bob", "ann"]}))
    return backend


def counts(backend):
    orders = backend.table("orders")
    return orders.group_by("customer_id").aggregate(n=orders.count()).order_by("customer_id")


def total(counts: pa.Table, *, times: int = 1, made: list[int]) -> list[int]:
    made.append(times)
    return [times * n for n in counts["n"].to_pylist()]


class Made(list):
    """A list that may be a key."""

    __hash__ = object.__hash__


def test_same_question_is_asked_once_within_sharing(backend):
    with sharing():
        first = asked(counts(backend))
        backend.raw_sql("DELETE FROM orders")  # what is remembered does not know of it
        assert asked(counts(backend)) is first
        assert asked(backend.table("orders")).num_rows == 0
    assert asked(counts(backend)).num_rows == 0
    assert first.to_pylist() == [{"customer_id": "ann", "n": 2}, {"customer_id": "bob", "n": 1}]


def test_other_shops_are_asked_when_the_question_reads_alike(backend):
    other = ibis.duckdb.connect()
    other.create_table("orders", pa.table({"customer_id": ["cat"]}))
    with sharing():
        assert asked(counts(backend)).num_rows == 2
        assert asked(counts(other)).to_pylist() == [{"customer_id": "cat", "n": 1}]


def test_model_is_made_once_for_the_same_answers_and_options(backend):
    made = Made()
    with sharing():
        known = {"counts": asked(counts(backend))}
        assert once(total, known, times=2, made=made) == [4, 2]
        assert once(total, known, times=2, made=made) == [4, 2]
        assert once(total, known, times=3, made=made) == [6, 3]
    assert made == [2, 3]
    assert once(total, known, times=3, made=made) == [6, 3]
    assert made == [2, 3, 3]


def longer(totals: list[int], *, made: list[int]) -> list[int]:
    made.append(0)
    return [*totals, 0]


def test_model_of_a_model_is_made_once(backend):
    made = Made()
    with sharing():
        known = {"counts": asked(counts(backend))}
        for _ in range(2):
            totals = once(total, known, times=1, made=made)
            assert once(longer, {"totals": totals}, made=made) == [2, 1, 0]
    assert made == [1, 0]


def test_model_is_made_anew_when_its_rows_are_nobodys_answer():
    made = Made()
    with sharing():
        for _ in range(2):
            once(total, {"counts": pa.table({"n": [1]})}, made=made)
    assert made == [1, 1]


def test_what_was_asked_longest_ago_is_forgotten_when_it_is_too_much(backend):
    orders = backend.table("orders")
    questions = [orders.mutate(number=ibis.literal(n)) for n in range(4)]
    made = Made()
    size = questions[0].to_pyarrow().nbytes
    shared = Shared(most_bytes=2 * size)
    kept = [shared.answer(question) for question in questions[:2]]
    known = {"rows": kept[0]}
    shared.once(rows_of, known, {"made": made})
    assert shared.answer(questions[0]) is kept[0]  # used again: the other is the older now
    shared.answer(questions[2])
    assert shared.answer(questions[0]) is kept[0]
    assert shared.answer(questions[1]) is not kept[1]
    shared.answer(questions[3])
    shared.answer(questions[1])
    assert shared.answer(questions[0]) is not kept[0]
    shared.once(rows_of, known, {"made": made})  # its rows are held no more, nor is it
    assert len(made) == 2


def rows_of(rows: pa.Table, *, made: list[int]) -> int:
    made.append(0)
    return rows.num_rows


def test_nothing_is_kept_when_an_answer_alone_is_too_much(backend):
    shared = Shared(most_bytes=1)
    assert shared.answer(counts(backend)).num_rows == 2
    assert shared.answer(counts(backend)).num_rows == 2
