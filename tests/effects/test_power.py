"""Power beforehand: against simulation, the classical formula, and when nothing can be said."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import ibis.expr.types as ir
import numpy as np
import pytest
from scipy import stats

from regulars.effects.movements import movements
from regulars.effects.power import Power, detectable_effect, past_spending, power
from regulars.effects.unavailable import Unavailable

MakeTables = Callable[..., dict[str, ir.Table]]
AS_OF = date(2026, 3, 31)


def planned(expected: float | None = None, count: int = 5000, share: float = 0.1) -> Power:
    found = power(
        customer_count=count,
        mean=3.0,
        variance=100.0,
        holdout_share=share,
        expected_effect=expected,
    )
    assert isinstance(found, Power)
    return found


@pytest.mark.parametrize(("count", "share"), [(2000, 0.5), (10_000, 0.1), (600, 0.2)])
def test_detectable_effect_follows_the_classical_formula(count: int, share: float) -> None:
    error = (100 / (count * share) + 100 / (count * (1 - share))) ** 0.5
    wanted = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * error
    assert detectable_effect(count, 100.0, share) == pytest.approx(wanted, rel=0.01)


def test_detectable_effect_is_found_in_four_of_five_campaigns() -> None:
    rng = np.random.default_rng(4)
    effect = detectable_effect(1000, 100.0, 0.1)
    p_values = [
        stats.ttest_ind(rng.normal(effect, 10, 900), rng.normal(0, 10, 100), equal_var=False).pvalue
        for _ in range(1000)
    ]
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.8, abs=0.04)


def test_is_enough_when_more_is_expected_than_could_just_be_seen() -> None:
    plan = planned(expected=2.0)
    assert plan.detectable_effect == pytest.approx(1.32, abs=0.01)
    assert plan.is_enough
    assert plan.sentence().en.endswith("Expected: 2.00. That is enough.")
    assert plan.sentence().zh.endswith("预期2.00，足以测出。")
    assert plan.recommended_holdout_share == 0.05


def test_amounts_carry_the_currency_sign_when_it_is_given() -> None:
    text = planned(expected=1234.5).sentence("¥")
    assert "a margin effect of ¥1.32 per customer" in text.en
    assert "Expected: ¥1,234.50." in text.en
    assert "预期¥1,234.50" in text.zh


def test_recommends_a_larger_holdout_when_that_would_show_what_is_expected() -> None:
    plan = planned(expected=1.0)
    assert not plan.is_enough
    assert plan.recommended_holdout_share == 0.2
    assert "Hold out 20% to see it" in plan.sentence().en
    assert "20%" in plan.sentence().zh


@pytest.mark.parametrize("expected", [0.1, 0.0, -1.0])
def test_says_that_the_audience_is_too_small_when_no_holdout_would_do(expected: float) -> None:
    plan = planned(expected=expected)
    assert plan.recommended_holdout_share is None
    assert "too small" in plan.sentence().en
    assert "受众过少" in plan.sentence().zh


def test_says_only_what_can_be_seen_when_nothing_is_expected() -> None:
    plan = planned()
    assert not plan.is_enough
    assert "Expected" not in plan.sentence().en
    assert plan.sentence().en.startswith("With 5,000 customers and 10% held out")


def test_recommends_no_holdout_under_thirty_people_when_the_audience_is_small() -> None:
    assert planned(expected=1000.0, count=150, share=0.5).recommended_holdout_share == 0.2


@pytest.mark.parametrize(
    ("count", "mean", "variance", "share", "reason"),
    [
        (5000, 1.0, 1.0, 0.0, "no_holdout"),
        (5000, 1.0, 1.0, 1.0, "no_holdout"),
        (299, 1.0, 1.0, 0.1, "too_few_customers"),
        (299, 1.0, 1.0, 0.9, "too_few_customers"),
        (5000, None, None, 0.1, "zero_variance"),
        (5000, 1.0, None, 0.1, "zero_variance"),
        (5000, 1.0, 0.0, 0.1, "zero_variance"),
    ],
)
def test_is_withheld_by_name_when_nothing_can_be_said(
    count: int, mean: float | None, variance: float | None, share: float, reason: str
) -> None:
    found = power(customer_count=count, mean=mean, variance=variance, holdout_share=share)
    assert found == Unavailable(reason)


def test_past_spending_counts_every_window_when_most_are_empty(make_tables: MakeTables) -> None:
    """13 windows of 28 days: 364 days up to and with as_of; li buys in two of them, wang never."""
    last = datetime(2026, 3, 31, 4, tzinfo=UTC)
    days_ago_and_net = [(0, 10), (27, 20), (28, 5), (363, 40), (364, 1000)]
    orders = [
        {
            "order_id": f"o{days}", "customer_id": "li", "net_amount": net,
            "ordered_at": last - timedelta(days=days),
        }
        for days, net in days_ago_and_net
    ]  # fmt: skip
    stranger = {"order_id": "s", "customer_id": "zhao", "net_amount": 999, "ordered_at": last}
    tables = make_tables(
        orders=[*orders, stranger], customers=[{"customer_id": "li"}, {"customer_id": "wang"}]
    )
    moved = movements(
        tables["orders"], tables["order_lines"], tables["products"], tables["returns"], as_of=AS_OF
    )
    (row,) = (
        past_spending(
            tables["customers"].select("customer_id"),
            moved, as_of=AS_OF, window_days=28, metric="net_amount",
        ).to_pyarrow().to_pylist()
    )  # fmt: skip
    spent = [30, 5, 40, *[0] * 23]
    assert row["customer_count"] == 2
    assert row["mean"] == pytest.approx(np.mean(spent))
    assert row["variance"] == pytest.approx(np.var(spent))


def test_past_spending_has_no_mean_when_there_are_no_candidates(make_tables: MakeTables) -> None:
    tables = make_tables()
    moved = movements(
        tables["orders"], tables["order_lines"], tables["products"], tables["returns"], as_of=AS_OF
    )
    people = tables["customers"].select("customer_id")
    (row,) = past_spending(people, moved, as_of=AS_OF, window_days=28).to_pyarrow().to_pylist()
    assert row == {"customer_count": 0, "mean": None, "variance": None}
    assert power(**row, holdout_share=0.1) == Unavailable("too_few_customers")
