"""What campaigns taught, by kind."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from regulars.effects.campaign_effects import CAMPAIGN_EFFECTS
from regulars.effects.measured import measured_by_kind

DAY = date(2026, 3, 1)


def row(
    campaign_id: str, kind: str | None, effect: float, error: float, **more: Any
) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id, "kind": kind, "metric": "margin_amount", "status": "measured",
        "from_on": DAY, "until_on": DAY, "treated_count": 900, "holdout_count": 100,
        "sent_count": 900, "effect": effect, "standard_error": error, "cost_amount": 0,
    } | more  # fmt: skip


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=CAMPAIGN_EFFECTS.arrow_schema())


def test_pools_by_inverse_variance_when_a_kind_has_several_campaigns() -> None:
    found = measured_by_kind(
        table(
            row("a", "win_back", 2.0, 1.0),
            row("b", "win_back", 4.0, 0.5),
            row("c", "second_order", 1.5, 0.2),
        )
    )
    assert list(found) == ["second_order", "win_back"]
    pooled = found["win_back"]
    assert pooled.effect_per_customer == pytest.approx((2 + 4 * 4) / 5)
    assert pooled.standard_error == pytest.approx(5**-0.5)
    assert (pooled.campaign_count, pooled.customer_count) == (2, 2000)


def test_learns_nothing_when_a_row_is_not_final_or_not_margin_or_of_no_kind() -> None:
    found = measured_by_kind(
        table(
            row("a", "win_back", 2.0, 1.0, status="so_far"),
            row("b", "win_back", None, None, status="unavailable"),
            row("c", "win_back", 2.0, 1.0, metric="net_amount"),
            row("d", None, 2.0, 1.0),
        )
    )
    assert found == {}
