"""Churn methods compared: one is used, and intervals and tenths hang together."""

import pytest
from tests.analyses.leavers import AS_OF, SMALL, shop


def test_one_method_is_used_and_simpler_ones_are_beaten_when_compared(ask):
    given = shop()
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
