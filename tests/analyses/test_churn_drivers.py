"""Churn drivers: shares of the whole effect, the greatest first."""

import pytest
from tests.analyses.leavers import AS_OF, SMALL, shop


def test_drivers_share_the_whole_effect_when_listed(ask):
    rows = sorted(ask("churn_drivers", AS_OF, SMALL, **shop()), key=lambda r: r["effect_rank"])
    assert sum(row["effect_share"] for row in rows) == pytest.approx(1)
    assert [row["effect_size"] for row in rows] == sorted(
        (row["effect_size"] for row in rows), reverse=True
    )
    away = next(
        row for row in rows if row["driver"] in ("days_since_last_order", "alive_probability")
    )
    assert away["effect_rank"] <= 6
    assert away["low_risk_rate"] != away["high_risk_rate"]
