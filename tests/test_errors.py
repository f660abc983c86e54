"""How an error says what exists instead, and repeats what was given."""

import pytest

from regulars.errors import ParameterInvalid, among, shortened
from regulars.tables.durations import microseconds
from regulars.tables.timeline import pattern

FEW = [f"trait_{number}" for number in range(12)]


def test_all_names_are_listed_as_they_come_when_there_are_few():
    assert among("trait_99", FEW, "Traits").startswith(f"Traits: {', '.join(FEW)}. Did you mean")


def test_nearest_names_come_first_when_there_are_many():
    many = [f"segment of kind {number}" for number in range(40)]
    said = among("city tire", [*many, "city", "city_tier"], "Traits")
    assert said.startswith("Traits: city_tier, city, ")
    assert said.endswith(" and 30 more. Did you mean 'city_tier'?")
    assert said.count(",") == 11


def test_capitals_do_not_matter_when_names_are_sorted_by_nearness():
    many = [f"trait {number}" for number in range(40)]
    assert among("ORDER COMPLETED", [*many, "Order Completed"], "Events").startswith(
        "Events: Order Completed, "
    )


def test_given_text_is_cut_when_it_is_long():
    assert shortened("x" * 60) == "x" * 60
    assert shortened("x" * 61) == "x" * 60 + "…"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: microseconds("window", "7" * 5000),
        lambda: pattern("|" * 5000),
        lambda: pattern("A [" + "x" * 5000 + "]"),
    ],
)
def test_error_is_short_when_what_was_given_is_long(ask):
    with pytest.raises(ParameterInvalid) as refused:
        ask()
    assert len(str(refused.value)) < 300
