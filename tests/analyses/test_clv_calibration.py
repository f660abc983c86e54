"""Calibration: what was held back is what came, and the model saw nothing of it."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
from tests.analyses.generated_shop import generated_orders

from regulars.errors import NothingToAnalyse, ParameterInvalid

AS_OF = "2026-03-01"
CUT = "2025-11-30"
ORDERS = generated_orders(customers=800, seed=8)


def groups(rows, kind):
    return {row["group_number"]: row for row in rows if row["group_kind"] == kind}


def test_actual_orders_are_those_of_the_held_back_days_when_counted_by_hand(ask):
    rows = ask("clv_calibration", AS_OF, orders=ORDERS)
    before, after, days = {}, {}, {}
    for order in ORDERS:
        day = order["ordered_at"][:10]
        if day <= CUT:
            before.setdefault(order["customer_id"], set()).add(day)
        elif day <= AS_OF:
            after.setdefault(order["customer_id"], set()).add(day)
    for name, bought in before.items():
        repeats = min(len(bought) - 1, 7)
        days.setdefault(repeats, []).append(len(after.get(name, ())))
    found = groups(rows, "repeat_order_count")
    assert {n: row["actual_order_count"] for n, row in found.items()} == {
        n: sum(counts) for n, counts in days.items()
    }
    assert {n: row["customer_count"] for n, row in found.items()} == {
        n: len(counts) for n, counts in days.items()
    }
    whole = groups(rows, "all")[0]
    assert whole["customer_count"] == len(before)
    known = {day for name in before for day in [(name, d) for d in after.get(name, ())]}
    assert whole["actual_order_count"] == len(known)
    first = date(2025, 12, 1)
    ends = [str(first + timedelta(days=7 * n - 1)) for n in range(1, 14)]
    weeks = groups(rows, "week")
    assert [weeks[n]["actual_order_count"] for n in range(1, 14)] == [
        sum(day <= end for _, day in known) for end in ends
    ]


def test_groups_add_up_to_everybody(ask):
    rows = ask("clv_calibration", AS_OF, orders=ORDERS)
    whole = groups(rows, "all")[0]
    for kind in ("tenth", "repeat_order_count"):
        for name in ("customer_count", "expected_order_count", "actual_order_count"):
            total = sum(row[name] for row in groups(rows, kind).values())
            assert total == pytest.approx(whole[name])
    last = groups(rows, "week")[13]
    assert last["expected_order_count"] == pytest.approx(whole["expected_order_count"])
    assert last["actual_order_count"] == whole["actual_order_count"]
    tenths = [row["expected_order_count"] for row in groups(rows, "tenth").values()]
    assert tenths == sorted(tenths)


def test_intervals_hold_what_comes_of_a_shop_that_is_as_the_model_says(ask):
    """Shops drawn from the MBG/NBD: 95% of the whole, most of the tenths."""
    inside, tenths = [], []
    for seed in range(12):
        rows = ask("clv_calibration", AS_OF, orders=generated_orders(400, seed=100 + seed))
        held = [r["expected_low"] <= r["actual_order_count"] <= r["expected_high"] for r in rows
                if r["group_kind"] == "tenth"]  # fmt: skip
        tenths += held
        row = groups(rows, "all")[0]
        inside.append(row["expected_low"] <= row["actual_order_count"] <= row["expected_high"])
    assert sum(inside) >= 10  # of 12: fewer has a chance of 2% where 95% hold
    assert np.mean(tenths) > 0.85


def test_result_sees_nothing_after_until(fit_of):
    past = [order for order in ORDERS if order["ordered_at"][:10] <= AS_OF]
    now, later = (fit_of("clv_calibration", AS_OF, orders=o) for o in (past, ORDERS))
    assert later.rows.equals(now.rows)
    assert later.model == now.model


def test_model_saw_nothing_of_the_held_back_days(fit_of):
    """What happens on them changes what came, not what was expected."""
    more = [
        {**order, "order_id": f"x{place}", "ordered_at": "2026-01-15 09:00"}
        for place, order in enumerate(ORDERS)
        if order["ordered_at"][:10] <= CUT
    ]
    back = [
        {
            "return_id": order["order_id"],
            "order_id": order["order_id"],
            "returned_at": "2026-01-20 10:00",
            "refund_amount": order["net_amount"],
        }
        for order in ORDERS
        if order["ordered_at"][:10] <= CUT
    ]
    was = fit_of("clv_calibration", AS_OF, orders=ORDERS)
    now = fit_of("clv_calibration", AS_OF, orders=ORDERS + more, returns=back)
    assert now.model["parameters"] == was.model["parameters"]
    assert now.model["spend"] == was.model["spend"]
    assert now.rows["expected_order_count"].equals(was.rows["expected_order_count"])
    assert not now.rows["actual_order_count"].equals(was.rows["actual_order_count"])


def test_result_is_the_same_when_rows_are_shuffled(fit_of):
    shuffled = random.Random(2).sample(ORDERS, len(ORDERS))
    first, second = (fit_of("clv_calibration", AS_OF, orders=o) for o in (ORDERS, shuffled))
    assert second.rows.equals(first.rows)
    assert second.model == first.model


def test_too_few_are_told(ask):
    with pytest.raises(NothingToAnalyse, match="up to 2025-11-30"):
        ask("clv_calibration", AS_OF, orders=ORDERS[:20])


def test_parameter_is_refused_when_nobody_is_left(ask):
    with pytest.raises(ParameterInvalid, match="nobody is left"):
        ask("clv_calibration", AS_OF, {"since": date(2026, 1, 1)}, orders=ORDERS)
