"""Expected money, worked by hand, and how a measurement changes it."""

import json
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.decisions.expectation import Offer, Prior, basis_sentence, expect
from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.effects.measured import Measured
from regulars.stats.precision import Estimate, updated
from regulars.tables.text import Text

AS_OF, UNTIL = date(2026, 3, 31), date(2026, 4, 14)
PRIOR = Prior(0.06, 0.05, Text("The makers' guess.", "开发者估计。"))
OFFER = Offer(discount_share=0.1, message_cost=0.05)
Candidate = tuple[str, float, float, float]


def expected(
    *candidates: Candidate, offer: Offer = OFFER, measured: Measured | None = None
) -> dict[str, dict[str, Any]]:
    """Opportunities by customer, of (customer, baseline, amount, margin)."""
    rows = [
        {
            "customer_id": who, "why": "{}", "response_baseline": baseline, "expires_on": UNTIL,
            "average_order_amount": amount, "average_order_margin": margin,
        }
        for who, baseline, amount, margin in candidates
    ]  # fmt: skip
    lazy = expect(
        ibis.memtable(pa.Table.from_pylist(rows)),
        kind="win_back", as_of=AS_OF, offer=offer, prior=PRIOR, measured=measured,
    )  # fmt: skip
    found = ibis.duckdb.connect().to_pyarrow(lazy)
    assert found.schema == OPPORTUNITIES.arrow_schema()
    return {row["customer_id"]: row for row in found.to_pylist()}


def money(row: dict[str, Any]) -> float:
    return float(row["expected_incremental_margin_amount"])


@pytest.mark.parametrize(
    ("baseline", "amount", "margin", "offer", "wanted"),
    [
        # 0.06 x (60 - 20) - 0.05 x 20 - 0.05
        (0.05, 200.0, 60.0, OFFER, 1.35),
        # nobody comes anyway: nothing is given away
        (0.0, 200.0, 60.0, OFFER, 2.35),
        # no discount: 0.06 x 60 - 0.05, whoever comes anyway
        (0.9, 200.0, 60.0, Offer(0.0, 0.05), 3.55),
        # a dearer message
        (0.0, 200.0, 60.0, Offer(0.1, 2.0), 0.4),
    ],
)
def test_is_uplift_times_gain_less_giveaway_and_message(
    baseline: float, amount: float, margin: float, offer: Offer, wanted: float
) -> None:
    row = expected(("li", baseline, amount, margin), offer=offer)["li"]
    assert money(row) == pytest.approx(wanted, abs=1e-4)
    assert (row["expected_basis"], row["expected_uplift"]) == ("assumed", 0.06)
    assert (row["recommended_on"], row["expires_on"]) == (AS_OF, UNTIL)


@pytest.mark.parametrize(
    "candidate",
    [
        ("gives more away than the margin", 0.0, 200.0, 15.0),
        ("comes anyway", 0.5, 200.0, 60.0),
        ("buys too little for a message", 0.0, 3.0, 0.9),
    ],
)
def test_is_not_proposed_when_no_money_is_expected(candidate: Candidate) -> None:
    assert list(expected(candidate, ("li", 0.0, 200.0, 60.0))) == ["li"]


@pytest.mark.parametrize(
    ("effect", "error", "uplift"),
    [
        # one customer of gain 40, giveaway 1: an effect of 3 is an uplift of 4 / 40 = 0.1
        (3.0, 1e-6, 0.1),
        # an error of 2 is one of 0.05 in uplift, the prior's own: the middle of 0.06 and 0.1
        (3.0, 2.0, 0.08),
        # half the error, four times the weight
        (3.0, 1.0, (0.06 + 4 * 0.1) / 5),
        # a measurement that says nothing leaves the prior
        (300.0, 1e6, 0.06),
        # a measured effect below what was assumed brings the expectation down
        (0.5, 2.0, (0.06 + 0.0375) / 2),
    ],
)
def test_measured_and_assumed_are_weighted_by_precision(
    effect: float, error: float, uplift: float
) -> None:
    measured = Measured("win_back", effect, error, 2, 5000)
    row = expected(("li", 0.05, 200.0, 60.0), measured=measured)["li"]
    assert row["expected_uplift"] == pytest.approx(uplift, rel=1e-4)
    assert money(row) == pytest.approx(uplift * 40 - 1 - 0.05, abs=1e-3)
    assert row["expected_basis"] == "measured"


def test_nobody_is_proposed_when_the_kind_was_measured_to_lose_money() -> None:
    assert expected(("li", 0.05, 200.0, 60.0), measured=Measured("win_back", -2, 0.1, 1, 999)) == {}


@given(st.floats(-3, 12), st.floats(0.05, 30))
@settings(max_examples=40, deadline=None)
def test_mean_expectation_is_the_normal_posterior_and_differences_stay(
    effect: float, error: float
) -> None:
    """Over the audience, the mean effect is the normal-normal posterior of the mean effect."""
    people: list[Candidate] = [("li", 0.0, 200.0, 60.0), ("wang", 0.02, 500.0, 170.0)]
    gain, giveaway = (40 + 120) / 2, (0.0 + 1.0) / 2
    prior = Estimate(PRIOR.uplift * gain - giveaway, PRIOR.standard_deviation * gain)
    posterior = updated(prior, Estimate(effect, error))
    found = expected(
        *people, offer=Offer(0.1, 0.0), measured=Measured("win_back", effect, error, 1, 100)
    )
    if len(found) == 2:
        assert sum(map(money, found.values())) / 2 == pytest.approx(posterior.value, abs=1e-3)
        uplift = found["li"]["expected_uplift"]
        assert money(found["wang"]) - money(found["li"]) == pytest.approx(80 * uplift - 1, abs=1e-3)


def test_basis_says_what_was_assumed_when_nothing_was_measured() -> None:
    detail = expected(("li", 0.0, 200.0, 60.0))["li"]["basis_detail"]
    assert basis_sentence(detail) == Text(
        "Assumed: 6.0 more orders per 100 customers. The makers' guess.",
        "假设：每100位顾客多带来6.0笔订单。开发者估计。",
    )


def test_basis_says_campaigns_and_interval_when_measured() -> None:
    measured = Measured("win_back", 3.0, 1.0, 2, 5000)
    detail = expected(("li", 0.0, 200.0, 60.0), measured=measured)["li"]["basis_detail"]
    assert json.loads(detail)["effect_low"] == pytest.approx(1.04, abs=1e-3)
    text = basis_sentence(detail, "¥")
    assert "¥3.00 margin per customer (95% interval ¥1.04 to ¥4.96)" in text.en
    assert "over 2 campaigns with 5,000 customers" in text.en
    assert "2个活动、5,000位顾客，人均增量毛利¥3.00" in text.zh


def test_basis_counts_one_campaign_in_the_singular() -> None:
    measured = Measured("win_back", 3.0, 1.0, 1, 1)
    detail = expected(("li", 0.0, 200.0, 60.0), measured=measured)["li"]["basis_detail"]
    assert "over 1 campaign with 1 customer, weighed" in basis_sentence(detail).en
