"""Household evidence: limits of what is shown. Its rows' meaning: test_household_traits.py."""

import pytest
from tests.analyses.test_household_traits import shop

from regulars.errors import ParameterInvalid


def test_rows_below_the_least_score_are_left_out(ask):
    every = ask("household_evidence", "2026-03-31", {"least_score": 0.0}, **shop())
    sure = ask("household_evidence", "2026-03-31", {"least_score": 0.8}, **shop())
    assert len(sure) < len(every) or all(row["score"] >= 0.8 for row in every)
    assert all(row["score"] >= 0.8 for row in sure)
    assert all(0 <= row["score"] <= 1 for row in every)


def test_error_names_the_file_when_rules_cannot_be_read(ask):
    with pytest.raises(ParameterInvalid, match=r"nowhere\.toml cannot be read"):
        ask("household_evidence", "2026-03-31", {"rules": "nowhere.toml"})
