"""Churn, its drivers and its comparison on shops made by numpy: no leaks, the same every time."""

import numpy as np
import pytest
from tests.analyses.leavers import AS_OF, SMALL, shop

from regulars.errors import NothingToAnalyse, ParameterInvalid


@pytest.fixture(scope="module")
def given():
    return shop()


def test_rows_hang_together_when_fitted(ask, given):
    rows = ask("churn", AS_OF, SMALL, **given)
    bought = {o["customer_id"] for o in given["orders"] if o["ordered_at"][:10] <= AS_OF}
    assert {row["customer_id"] for row in rows} == bought
    assert len({row["churn_method"] for row in rows}) == 1
    for row in rows:
        risk = row["churn_risk"]
        assert (risk is None) == (row["churn_tier"] == "lost") == (row["seen_low_rate"] is None)
        assert row["is_early_warning"] == (row["warning_rank"] is not None)
        assert row["expected_spend_amount"] >= 0
        assert row["horizon_days"] <= 60
        if risk is None:
            assert row["driver_1"] is row["value_at_risk_amount"] is None
            continue
        assert 0 < risk < 1
        assert row["is_early_warning"] == (row["churn_tier"] == "high") == (risk >= 0.5)
        assert row["seen_low_rate"] <= row["seen_high_rate"]
        stake = risk * float(row["expected_spend_amount"])
        assert float(row["value_at_risk_amount"]) == pytest.approx(stake, abs=0.001)
    warned = sorted((r for r in rows if r["is_early_warning"]), key=lambda r: r["warning_rank"])
    assert [row["warning_rank"] for row in warned] == list(range(1, len(warned) + 1))
    at_stake = [row["value_at_risk_amount"] for row in warned]
    assert at_stake == sorted(at_stake, reverse=True)
    assert {row["churn_tier"] for row in rows} == {"low", "medium", "high", "lost"}


def test_nothing_changes_when_the_future_or_the_order_of_rows_does(ask, given):
    until = [order for order in given["orders"] if order["ordered_at"][:10] <= AS_OF]
    random = np.random.default_rng(0)
    mixed = {name: list(random.permutation(rows)) for name, rows in given.items()}
    for name in ("churn", "churn_drivers", "churn_comparison"):
        now = ask(name, AS_OF, SMALL, **{**given, "orders": until})
        assert ask(name, AS_OF, SMALL, **given) == now
        assert ask(name, AS_OF, SMALL, **mixed) == now


@pytest.mark.parametrize("people", [0, 1, 10, 60])
def test_one_line_says_what_is_missing_when_the_shop_is_tiny(ask, people):
    for name in ("churn", "churn_drivers", "churn_comparison"):
        with pytest.raises(NothingToAnalyse, match=r"^A model of who leaves needs [^\n]+\.$"):
            ask(name, AS_OF, SMALL, **shop(people=people))


def test_one_line_says_what_is_missing_when_the_history_is_short(ask, given):
    with pytest.raises(NothingToAnalyse, match=r"needs 56 days of orders .* there are 31 up to"):
        ask("churn", "2025-01-31", {}, **given)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"high_risk": 1}, "It is a number from 0.05 to 0.95."),
        ({"horizon_days": 3}, "It is a whole number from 14 to 365."),
        ({"customer_sample": 10}, "It is a whole number from 500"),
        ({"value_days": 0}, "It is a whole number from 7"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(ask, parameters, message):
    with pytest.raises(ParameterInvalid) as refused:
        ask("churn", AS_OF, parameters)
    assert message in str(refused.value)
