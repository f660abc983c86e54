"""Lengths of time as people write them."""

from datetime import timedelta

import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.durations import microseconds

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("45s", 45),
        ("30m", 1800),
        ("12h", 43_200),
        ("7d", 604_800),
        ("2w", 1_209_600),
        (" 1.5 h ", 5400),
        (timedelta(minutes=3), 180),
    ],
)
def test_length_is_read(given, seconds):
    assert microseconds("window", given) == seconds * SECOND


@pytest.mark.parametrize("given", ["0d", "7", "d", "-1d", "1y", "", "4000d", timedelta(0)])
def test_error_names_the_option_when_it_is_no_length(given):
    with pytest.raises(ParameterInvalid, match=r"Parameter window cannot be .* such as 45s"):
        microseconds("window", given)
