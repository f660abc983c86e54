"""Checks of parameters: what fits passes, what does not is told in one line."""

import math

import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.parameters import check_choice, check_number, check_whole, rising_numbers


def test_values_pass_when_they_fit():
    check_choice("by", "units", ("sales", "units"))
    check_whole("days", 1, 1, 9)
    check_number("share", 0, 0, 1)
    assert rising_numbers("edges", "1, 2.5,3", 3) == (1, 2.5, 3)
    assert rising_numbers("edges", [1, 2], 2) == (1, 2)


@pytest.mark.parametrize("value", [0, 10, 1.0, "3", True, None])
def test_whole_number_is_refused_when_out_of_range_or_kind(value):
    with pytest.raises(ParameterInvalid, match="whole number from 1 to 9"):
        check_whole("days", value, 1, 9)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, "0.5", None, True])
def test_number_is_refused_when_out_of_range_or_kind(value):
    with pytest.raises(ParameterInvalid, match="a number from 0 to 1"):
        check_number("share", value, 0, 1)


@pytest.mark.parametrize("value", ["1", "2,1", "1,1", "1,x", "1,inf", [], "1,nan"])
def test_edges_are_refused_when_not_rising_or_not_enough(value):
    with pytest.raises(ParameterInvalid, match="2 rising numbers, such as '30,60'"):
        rising_numbers("edges", value, 2)
