"""What is said of attribution where no touch has any credit, or only the rare ones have."""

from datetime import timedelta

import pytest
from tests.analyses.test_attribution import AS_OF, START, timeline

from regulars.analyses.attribution import ANALYSIS
from regulars.figures.attribution import sentence


def said(rows, language="en", **options) -> str:
    answer = ANALYSIS.compute(timeline(rows), as_of=AS_OF, **options)
    return sentence(answer, language=language, currency="CNY")


UNTOUCHED = [("p", 3, None, 5), ("q", 1, "a", None)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "No touch stood before any conversion within the window (conversions: 1), "
            "so none gets any credit.",
        ),
        ("zh", "窗口期内的 1 次转化之前都没有触点，因此没有触点可以归因。"),
    ],
)
def test_no_touch_wins_when_none_stood_before_a_conversion(language, expected):
    assert said(UNTOUCHED, language) == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_nothing_to_give_credit_for_when_nobody_converts(language):
    rows = [("q", 1, None, 5), ("q", 8, "a", None)]
    text = said(rows, language, since=START.date() + timedelta(days=5))
    assert "0.0%" not in text
    assert ("没有可归因的转化" if language == "zh" else "no conversion to give credit for") in text


def test_the_winner_is_named_when_a_touch_has_credit():
    text = said([*UNTOUCHED, ("q", 2, None, 5)])
    assert text.startswith("“a” goes with the most conversions: 50.0% of 2; 50.0% had no touch.")
