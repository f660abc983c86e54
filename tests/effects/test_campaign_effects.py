"""The result table: figures where they can be known, the first reason where they cannot."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.effects.campaign_effects import CAMPAIGN_EFFECTS, campaign_effects
from regulars.effects.outcomes import METRICS
from regulars.effects.unavailable import REASONS

FROM_ON, UNTIL_ON = date(2026, 3, 1), date(2026, 3, 29)
Row = dict[str, Any]


def arm(is_treated: bool, count: int, **more: Any) -> Row:
    """One arm's statistics; treated customers brought 2 more of everything than 10."""
    mean = 12.0 if is_treated else 10.0
    row: Row = {
        "campaign_id": "k", "campaign_name": "Spring", "kind": "win_back", "fixed_cost": 50.0,
        "holdout_share": 0.1, "is_treated": is_treated, "customer_count": count,
        "sent_count": count if is_treated else 0, "message_cost": 0.05 * count * is_treated,
        "from_on": FROM_ON, "until_on": UNTIL_ON, "net_total": mean * count, "uncosted_total": 0.0,
    }  # fmt: skip
    for metric in METRICS:
        row |= {
            f"{metric}_mean": mean, f"{metric}_variance": 9.0, f"{metric}_prior_mean": 5.0,
            f"{metric}_prior_variance": 4.0, f"{metric}_covariance": 3.0,
        }  # fmt: skip
    return row | more


def effects(*arms: Row, as_of: date = date(2026, 4, 30)) -> dict[str, Row]:
    rows = campaign_effects(pa.Table.from_pylist(list(arms)), as_of=as_of)
    assert rows.schema == CAMPAIGN_EFFECTS.arrow_schema()
    return {row["metric"]: row for row in rows.to_pylist()}


def test_gives_every_metric_with_its_money_when_the_window_is_over() -> None:
    found = effects(arm(True, 900), arm(False, 100))
    assert list(found) == list(METRICS)
    margin = found["margin_amount"]
    assert (margin["status"], margin["reason"], margin["method"]) == (
        "measured",
        None,
        "pooled+cuped",
    )
    assert margin["effect"] == pytest.approx(2.0)
    # adjusted variance 9 - 3 x 3 / 4 in either arm (slope from both arms together)
    assert margin["standard_error"] == pytest.approx((6.75 / 900 + 6.75 / 100) ** 0.5, rel=1e-3)
    assert margin["variance_reduction"] == pytest.approx(0.25, abs=1e-3)
    assert margin["total_effect"] == pytest.approx(1800)
    assert margin["total_low"] == pytest.approx(900 * margin["effect_low"])
    assert margin["relative_lift"] == pytest.approx(0.2)
    assert float(margin["cost_amount"]) == 50 + 45
    assert float(margin["net_value_amount"]) == pytest.approx(1800 - 95)
    assert float(margin["net_value_low_amount"]) == pytest.approx(
        margin["total_low"] - 95, abs=1e-3
    )
    assert float(margin["net_value_high_amount"]) == pytest.approx(
        margin["total_high"] - 95, abs=1e-3
    )
    assert found["net_amount"]["net_value_amount"] is None


def test_is_so_far_when_the_window_is_still_open() -> None:
    found = effects(arm(True, 900), arm(False, 100), as_of=date(2026, 3, 28))
    assert {(row["status"], row["reason"]) for row in found.values()} == {("so_far", "window_open")}
    assert found["net_amount"]["effect"] == pytest.approx(2.0)


def test_relative_lift_is_absent_when_the_holdout_brought_nothing() -> None:
    nothing = {f"{metric}_mean": 0.0 for metric in METRICS}
    found = effects(arm(True, 900), arm(False, 100, **nothing))["margin_amount"]
    assert (found["relative_lift"], found["relative_low"], found["relative_high"]) == (None,) * 3
    assert found["effect"] == pytest.approx(12.0)


@pytest.mark.parametrize(
    ("arms", "as_of", "reason"),
    [
        ([arm(True, 900), arm(False, 100)], date(2026, 2, 28), "not_started"),
        ([arm(True, 900)], UNTIL_ON, "no_holdout"),
        ([arm(False, 900)], UNTIL_ON, "nobody_sent"),
        ([arm(True, 900, sent_count=0), arm(False, 100)], UNTIL_ON, "nobody_sent"),
        ([arm(True, 900), arm(False, 200)], UNTIL_ON, "sample_ratio_mismatch"),
        ([arm(True, 200), arm(False, 22)], UNTIL_ON, "too_few_customers"),
    ],
)
def test_every_metric_is_withheld_by_name_when_the_campaign_shows_nothing(
    arms: list[Row], as_of: date, reason: str
) -> None:
    for row in effects(*arms, as_of=as_of).values():
        assert (row["status"], row["reason"]) == ("unavailable", reason)
        assert row["effect"] is row["p_value"] is row["net_value_amount"] is None
        assert row["reason"] in REASONS


def test_only_margin_is_withheld_when_costs_are_unknown() -> None:
    found = effects(arm(True, 900), arm(False, 100, uncosted_total=800.0))
    assert {m: row["reason"] for m, row in found.items()} == {
        "buyer_rate": None,
        "order_count": None,
        "net_amount": None,
        "margin_amount": "costs_unknown",
    }


def test_zero_variance_is_named_when_nobody_bought() -> None:
    still = {f"{m}_{what}": 0.0 for m in METRICS for what in ("mean", "variance", "covariance")}
    arms = [arm(treated, count, **still, net_total=0.0) for treated, count in ((1, 900), (0, 100))]
    assert {row["reason"] for row in effects(*arms).values()} == {"zero_variance"}


@pytest.mark.parametrize("share", [None, 0.0, 1.0])
def test_sample_ratio_is_not_checked_when_the_plan_is_not_known(share: float | None) -> None:
    arms = [arm(t, n, holdout_share=share) for t, n in ((True, 500), (False, 500))]
    found = effects(*arms)["net_amount"]
    assert (found["status"], found["sample_ratio_p_value"]) == ("measured", None)


def test_fixed_cost_is_nothing_when_the_campaign_is_not_described() -> None:
    unknown = {"fixed_cost": None, "holdout_share": None, "kind": None, "campaign_name": None}
    found = effects(arm(True, 900, **unknown), arm(False, 100, **unknown))["net_amount"]
    assert float(found["cost_amount"]) == 45.0


def test_has_no_rows_when_there_are_no_campaigns() -> None:
    empty = pa.Table.from_pylist([], schema=pa.Table.from_pylist([arm(True, 1)]).schema)
    assert campaign_effects(empty, as_of=UNTIL_ON).num_rows == 0


@given(
    treated=st.integers(1, 3000),
    held=st.integers(0, 3000),
    sent=st.booleans(),
    variance=st.sampled_from([0.0, 9.0]),
    day=st.dates(date(2026, 2, 20), date(2026, 4, 10)),
)
@settings(deadline=None)
def test_a_row_has_figures_or_a_reason_and_never_both_when_anything_is_amiss(
    treated: int, held: int, sent: bool, variance: float, day: date
) -> None:
    spread = {f"{m}_variance": variance for m in METRICS}
    spread |= {f"{m}_covariance": 0.0 for m in METRICS}
    arms = [arm(True, treated, sent_count=treated * sent, **spread)]
    if held:
        arms.append(arm(False, held, **spread))
    for row in effects(*arms, as_of=day).values():
        if row["status"] == "unavailable":
            assert row["effect"] is None
            assert row["reason"] in REASONS
        else:
            assert row["effect_low"] <= row["effect"] <= row["effect_high"]
            assert sent and held and variance and row["sample_ratio_p_value"] >= 0.001
            assert row["status"] == ("measured" if day >= UNTIL_ON else "so_far")
