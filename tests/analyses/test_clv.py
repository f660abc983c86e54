"""Lifetime value: its columns by hand, what it says where it cannot, and that it sees no future."""

import random
from datetime import date

import numpy as np
import pytest
from tests.analyses.generated_shop import generated_orders

from regulars.analyses import find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.stats.buying.geometric import MBG_NBD
from regulars.stats.buying.histories import histories

AS_OF = "2026-03-01"
ORDERS = generated_orders()
KNOWN = [order for order in ORDERS if order["ordered_at"][:10] <= AS_OF]


def test_histories_are_days_with_an_order_when_worked_by_hand(ask):
    twice_a_day = [{**ORDERS[0], "order_id": "again", "ordered_at": ORDERS[0]["ordered_at"]}]
    rows = {row["customer_id"]: row for row in ask("clv", AS_OF, orders=ORDERS + twice_a_day)}
    for name in ("c000", "c001", "c002"):
        days = sorted({o["ordered_at"][:10] for o in KNOWN if o["customer_id"] == name})
        first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
        row = rows[name]
        assert row["first_order_on"] == first
        assert row["repeat_order_count"] == len(days) - 1
        assert row["purchase_span"] == (last - first).days
        assert row["customer_age"] == (date(2026, 3, 1) - first).days
        assert row["is_one_time"] == (len(days) == 1)


def test_answers_are_the_models_when_fitted_beside(ask):
    rows = ask("clv", AS_OF, {"horizon": 90}, orders=ORDERS)
    x, span, age = (
        np.array([row[name] for row in rows], dtype=float)
        for name in ("repeat_order_count", "purchase_span", "customer_age")
    )
    known, number = histories(x, span, age)
    found = MBG_NBD.fit(known)
    alive = MBG_NBD.alive(found.parameters, known)[number]
    assert [row["alive_probability"] for row in rows] == pytest.approx(alive)
    expected = MBG_NBD.expected_orders(found.parameters, known, 90)[number]
    assert [row["expected_order_count"] for row in rows] == pytest.approx(expected)
    for row in rows:
        assert 0 <= row["alive_low"] <= row["alive_probability"] <= row["alive_high"] <= 1
        assert row["order_count_low"] <= row["expected_order_count"] <= row["order_count_high"] + 1
        product = row["expected_order_count"] * float(row["expected_order_amount"])
        assert float(row["expected_amount"]) == pytest.approx(product, abs=1e-3)
        assert row["amount_low"] <= row["amount_high"]


def test_simple_value_is_order_value_by_rate_by_lifetime_when_worked_by_hand(ask):
    rows = ask("clv", AS_OF, orders=ORDERS)
    spans = [row["purchase_span"] / 365 for row in rows if row["repeat_order_count"]]
    lifetime = sum(spans) / len(spans)
    for row in rows:
        mine = [o["net_amount"] for o in KNOWN if o["customer_id"] == row["customer_id"]]
        value = sum(mine) / len(mine)
        rate = row["repeat_order_count"] / max(row["customer_age"] / 365, 1)
        assert float(row["average_order_value"]) == pytest.approx(value, abs=1e-3)
        assert row["simple_repurchase_rate"] == pytest.approx(rate)
        assert row["simple_lifetime_years"] == pytest.approx(lifetime)
        assert float(row["simple_clv_amount"]) == pytest.approx(value * rate * lifetime, abs=1e-3)


def test_refunds_lessen_the_money_when_booked_on_the_order(ask):
    order = next(o for o in ORDERS if o["customer_id"] == "c000")
    back = [
        {
            "return_id": "r",
            "order_id": order["order_id"],
            "returned_at": "2026-02-01 10:00",
            "refund_amount": order["net_amount"],
        }
    ]
    late = [{**back[0], "returned_at": "2026-03-02 10:00"}]
    whole, less, later = (
        ask("clv", AS_OF, orders=ORDERS, returns=returns)[0] for returns in ([], back, late)
    )
    count = sum(o["customer_id"] == "c000" for o in KNOWN)
    apart = float(whole["average_order_value"] - less["average_order_value"])
    assert apart == pytest.approx(order["net_amount"] / count, abs=1e-3)
    assert later == whole


def test_one_time_buyers_are_alive_for_certain_in_bg_nbd_only(ask):
    for model, certain in (("bg_nbd", True), ("mbg_nbd", False), ("pareto_nbd", False)):
        rows = ask("clv", AS_OF, {"model": model}, orders=ORDERS)
        once = [row["alive_probability"] for row in rows if row["is_one_time"]]
        assert once
        assert all(value == 1 for value in once) == certain


def test_model_says_what_it_is_and_how_it_did_on_held_back_days(fit_of):
    model = fit_of("clv", AS_OF, orders=ORDERS).model
    assert model["name"] == "mbg_nbd"
    assert set(model["parameters"]) == {"r", "alpha", "a", "b"} == set(model["standard_errors"])
    assert all(error > 0 for error in model["standard_errors"].values())
    assert model["customer_count"] == 300
    assert model["window"] == {"since": None, "until": AS_OF}
    assert model["held_back"]["since"] == "2025-12-01"
    measures = model["measures"]
    error = measures["order_count_error"]
    assert error["low"] < error["value"] < error["high"]
    assert measures["mean_absolute_error"] < measures["past_rate_mean_absolute_error"]
    assert measures["rank_correlation"] > 0.3
    assert len(model["scores"]) == 11


def test_bg_nbd_says_what_it_takes_of_one_time_buyers(fit_of):
    assert (
        "alive for certain"
        in fit_of("clv", AS_OF, {"model": "bg_nbd"}, orders=ORDERS).model["one_time_remark"]
    )


def test_result_is_the_same_when_the_future_is_not_there_yet(fit_of):
    day = "2025-10-31"
    past = [order for order in ORDERS if order["ordered_at"][:10] <= day]
    assert len(past) < len(ORDERS)
    now, later = (fit_of("clv", day, orders=orders) for orders in (past, ORDERS))
    assert later.rows.equals(now.rows)
    assert later.model == now.model


def test_result_is_the_same_to_the_last_digit_when_rows_are_shuffled(fit_of):
    shuffled = random.Random(5).sample(ORDERS, len(ORDERS))
    first, second = (fit_of("clv", AS_OF, orders=orders) for orders in (ORDERS, shuffled))
    assert second.rows.equals(first.rows)
    assert second.model == first.model


def test_until_is_as_of_when_both_are_given(fit_of):
    cut = fit_of("clv", AS_OF, {"until": date(2025, 11, 30)}, orders=ORDERS)
    assert cut.rows.equals(fit_of("clv", "2025-11-30", orders=ORDERS).rows)


def test_customers_from_before_since_are_left_out(ask):
    rows = ask("clv", AS_OF, {"since": date(2025, 3, 1)}, orders=ORDERS)
    assert 0 < len(rows) < 300
    assert min(row["first_order_on"] for row in rows) >= date(2025, 3, 1)


def test_weeks_and_days_say_the_same_when_the_horizon_is(ask):
    days = ask("clv", AS_OF, {"horizon": 364}, orders=ORDERS)
    weeks = ask("clv", AS_OF, {"horizon": 52, "unit": "week"}, orders=ORDERS)
    for day, week in zip(days, weeks, strict=True):
        assert week["customer_age"] == pytest.approx(day["customer_age"] / 7)
        assert week["expected_order_count"] == pytest.approx(day["expected_order_count"], rel=1e-3)


def test_later_money_is_worth_less_when_discounted(ask):
    whole, less = (
        ask("clv", AS_OF, {"discount_rate": rate}, orders=ORDERS) for rate in (0.0, 0.21)
    )
    for row, other in zip(whole, less, strict=True):
        if row["expected_amount"] > 1:
            ratio = float(other["expected_amount"]) / float(row["expected_amount"])
            assert 1 / 1.21 < ratio < 1  # between the end of the year and now
        assert other["expected_order_count"] == row["expected_order_count"]


def test_too_few_who_came_back_are_told_in_one_line(ask):
    few = [order for order in ORDERS if order["customer_id"] < "c020"]
    with pytest.raises(NothingToAnalyse, match=r"needs 30 customers .* there are \d+ up to 2026"):
        ask("clv", AS_OF, orders=few)


def test_spend_is_left_out_and_told_when_everybody_pays_the_same(fit_of):
    same = [{**order, "net_amount": 10} for order in ORDERS]
    found = fit_of("clv", AS_OF, orders=same)
    assert found.rows["expected_amount"].null_count == found.rows.num_rows
    assert found.rows["expected_order_count"].null_count == 0
    assert "nothing to fit a spend on" in found.model["spend"]["remark"]


def test_spend_says_so_when_it_goes_with_the_number_of_orders(fit_of):
    counts = {}
    for order in ORDERS:
        counts[order["customer_id"]] = counts.get(order["customer_id"], 0) + 1
    tied = [
        {
            **order,
            "net_amount": round(order["net_amount"] / 20 + counts[order["customer_id"]] ** 2, 2),
        }
        for order in ORDERS
    ]
    spend = fit_of("clv", AS_OF, orders=tied).model["spend"]
    assert not spend["is_assumption_met"]
    assert "goes with the number of orders" in spend["remark"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"model": "bgnbd"}, "Choices: mbg_nbd, bg_nbd, pareto_nbd."),
        ({"unit": "month"}, "Choices: day, week."),
        ({"horizon": 0}, "whole number from 1 to 3650"),
        ({"horizon": 600, "unit": "week"}, "whole number from 1 to 521"),
        ({"discount_rate": 2.0}, "a number from 0 to 1"),
        ({"until": date(2026, 3, 2)}, "nothing is known after 2026-03-01"),
        ({"since": date(2026, 3, 2)}, "it lies after 2026-03-01"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    with pytest.raises(ParameterInvalid) as refused:
        ask("clv", AS_OF, parameters, orders=ORDERS)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_traits_are_of_the_default_model():
    names = {trait.name for trait in find_analysis("clv").traits}
    assert {"alive_probability", "clv_amount", "clv_amount_low", "clv_amount_high"} <= names
