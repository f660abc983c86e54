"""Churn, its drivers and its comparison on shops made by numpy: no leaks, the same every time."""

from datetime import date, timedelta

import numpy as np
import pytest

from regulars.errors import NothingToAnalyse, ParameterInvalid

START = date(2025, 1, 1)
AS_OF = "2026-03-31"
SMALL = {"horizon_days": 60}


def shop(seed=1, people=350, days=520):
    """Customers of gamma gaps, half of whom stop on a day of their own; leavers take discounts."""
    random = np.random.default_rng(seed)
    orders, lines = [], []
    for person in range(people):
        day = float(random.integers(0, 250))
        mean = random.choice([6, 14, 30])
        leaves = day + random.exponential(220) if random.random() < 0.6 else days
        while day < min(days, leaves):
            number = f"{person}-{len(orders)}"
            off = int(random.integers(0, 9)) if leaves - day < 60 else 0
            orders.append(
                {
                    "order_id": number,
                    "customer_id": f"c{person:03d}",
                    "ordered_at": f"{START + timedelta(int(day))} {random.integers(24):02d}:15",
                    "channel": str(random.choice(["store", "web"])),
                    "gross_amount": 40,
                    "discount_amount": off,
                    "net_amount": 40 - off,
                }
            )
            product = str(random.choice(["milk", "tea"]))
            lines.append({"order_id": number, "line_no": 1, "product_id": product})
            day += 1 + random.gamma(2, mean / 2)
    products = [{"product_id": name, "category": name} for name in ("milk", "tea")]
    return {"orders": orders, "order_lines": lines, "products": products}


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


def test_one_method_is_used_and_simpler_ones_are_beaten_when_compared(ask, given):
    rows = ask("churn_comparison", AS_OF, SMALL, **given)
    whole = {(r["churn_method"], r["measure"]): r for r in rows if r["tenth"] == 0}
    methods = {method for method, _ in whole}
    assert len(methods) == 4
    (used,) = {row["churn_method"] for row in rows if row["is_used"]}
    assert used == ask("churn", AS_OF, SMALL, **given)[0]["churn_method"]
    for method in methods:
        auc = whole[method, "auc"]
        assert 0.5 < auc["value_low"] < auc["value"] < auc["value_high"] <= 1
        tenths = [r for r in rows if r["churn_method"] == method and r["tenth"]]
        assert sum(row["row_count"] for row in tenths) == auc["row_count"]
        told = [row["told_rate"] for row in sorted(tenths, key=lambda r: r["tenth"])]
        assert told == sorted(told)
        off = sum(abs(r["value"] - r["told_rate"]) * r["row_count"] for r in tenths)
        error = whole[method, "calibration_error"]["value"]
        assert off / auc["row_count"] == pytest.approx(error, abs=1e-9)


def test_drivers_share_the_whole_effect_when_listed(ask, given):
    rows = sorted(ask("churn_drivers", AS_OF, SMALL, **given), key=lambda r: r["effect_rank"])
    assert sum(row["effect_share"] for row in rows) == pytest.approx(1)
    assert [row["effect_size"] for row in rows] == sorted(
        (row["effect_size"] for row in rows), reverse=True
    )
    away = next(
        row for row in rows if row["driver"] in ("days_since_last_order", "alive_probability")
    )
    assert away["effect_rank"] <= 6
    assert away["low_risk_rate"] != away["high_risk_rate"]


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
