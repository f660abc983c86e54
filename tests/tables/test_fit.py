"""A fitted analysis: rounds of lazy questions, then rows as declared and a model in plain JSON."""

import json
from datetime import date
from decimal import Decimal

import ibis
import numpy as np
import pyarrow as pa
import pytest

from regulars.tables.fit import Fit, Fitted, arrow_rows, deciles, fitted, no_rows
from regulars.tables.schema import Column, Table

RETURNS = Table(
    "worth",
    "customer",
    ("customer_id",),
    (
        Column("customer_id", "text", "the customer", "顾客"),
        Column("amount", "money", "worth", "价值", nullable=True),
        Column("alive", "number", "chance", "概率", nullable=True),
        Column("order_count", "integer", "orders", "订单"),
        Column("last_on", "day", "last", "最近", nullable=True),
    ),
)


def test_second_round_is_asked_when_the_first_says_so():
    orders = ibis.memtable({"customer_id": ["ann", "bob", "ann"]})

    def first(counts: pa.Table) -> Fit:
        most = counts.sort_by([("n", "descending")])["customer_id"][0].as_py()
        return Fit({"own": orders.filter(orders.customer_id == most)}, second)

    def second(own: pa.Table) -> Fitted:
        return Fitted(own, {"count": own.num_rows})

    step = Fit({"counts": orders.group_by("customer_id").aggregate(n=orders.count())}, first)
    answer = fitted(step)
    assert answer.rows.to_pylist() == [{"customer_id": "ann"}] * 2
    assert answer.model == {"count": 2}


def test_asking_ends_when_an_analysis_never_answers():
    def again() -> Fit:
        return Fit({}, again)

    with pytest.raises(RuntimeError, match="no answer after 10 rounds"):
        fitted(again())


def test_rows_are_as_declared_when_made_of_numpy_lists_and_arrow():
    rows = arrow_rows(
        {
            "customer_id": pa.chunked_array([["ann"], ["bob", "cat"]]),
            "amount": np.array([1.00005, np.nan, 2.5]),
            "alive": np.array([0.5, np.nan, np.inf]),
            "order_count": np.array([1, 2, 3], np.int32),
            "last_on": [date(2026, 1, 1), None, date(2026, 1, 3)],
            "more": [1, 2, 3],
        },
        RETURNS,
    )
    assert rows.schema == RETURNS.arrow_schema()
    assert rows["amount"].to_pylist()[1:] == [None, Decimal("2.5000")]
    assert rows["alive"].to_pylist() == [0.5, None, None]
    assert no_rows(RETURNS).schema == rows.schema


def test_money_is_rounded_half_even_when_given_as_decimals():
    table = Table("m", "m", (), (Column("amount", "money", "m", "m", nullable=True),))
    rows = arrow_rows({"amount": [Decimal("1.00005"), None, Decimal("1.00015")]}, table)
    assert rows["amount"].to_pylist() == [Decimal("1.0000"), None, Decimal("1.0002")]


def test_model_is_json_when_it_holds_numpy_days_and_nan():
    model = {
        "window": {"since": date(2026, 1, 2)},
        "scores": np.array([1.0, np.nan]),
        "n": np.int64(3),
    }
    answer = Fitted(no_rows(RETURNS), model)
    assert json.loads(json.dumps(answer.model, allow_nan=False)) == {
        "window": {"since": "2026-01-02"}, "scores": [1.0, None], "n": 3,
    }  # fmt: skip


def test_deciles_are_of_what_is_finite():
    assert deciles([np.nan]) == []
    assert deciles([*range(11), np.inf]) == pytest.approx(range(11))
