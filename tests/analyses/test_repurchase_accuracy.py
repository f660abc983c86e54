"""Dates judged on held-back days, against the plain rules."""

from functools import partial

import pytest
from tests.analyses.needs_shop import asked, rows_of

from regulars.errors import NothingToAnalyse


@pytest.fixture
def run(make_tables):
    return partial(asked, make_tables)


def test_accuracy_beats_the_plain_rules_and_expects_what_comes(run):
    answer = run("repurchase_accuracy", rows_of(), held_back_days=60)
    whole = {r["method"]: r for r in answer.rows.to_pylist() if r["dimension"] == "all"}
    model = whole["model"]
    assert model["median_error_days"] <= whole["own_mean_gap"]["median_error_days"]
    assert model["median_error_days"] <= whole["purpose_median_gap"]["median_error_days"]
    assert model["predicted_came_rate"] == pytest.approx(model["came_rate"], abs=0.1)
    assert model["interval_rate"] == pytest.approx(model["interval_expected_rate"], abs=0.12)
    assert answer.model["held_back"]["since"] == "2025-11-02"
    assert {row["came_count"] for row in whole.values()} == {model["came_count"]}


def test_says_that_nobody_came_when_nobody_did(run):
    with pytest.raises(NothingToAnalyse, match=r"judged by 30 needs .* there are 0"):
        run("repurchase_accuracy", rows_of(until=150))
