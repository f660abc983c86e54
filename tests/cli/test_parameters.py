"""Text in, typed values out, for every kind of option that an analysis may declare."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest

from regulars.cli.parameters import bare, describe, parse, value_of
from regulars.errors import ParameterInvalid
from regulars.tables.analysis import Analysis, Parameter, Repeated
from regulars.tables.schema import Table
from regulars.tables.text import Text


class Colour(StrEnum):
    red = "red"
    blue = "blue"


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        (str, "a b", "a b"),
        (int, "5", 5),
        (float, "0.25", 0.25),
        (Decimal, "9.90", Decimal("9.90")),
        (date, "2026-09-30", date(2026, 9, 30)),
        (bool, "false", False),
        (Literal["zh", "en"], "zh", "zh"),
        (Literal[4, 5], "5", 5),
        (Colour, "blue", Colour.blue),
        (list[int], "1,2, 3", [1, 2, 3]),
        (tuple[float, ...], "1,2.5", (1.0, 2.5)),
        (Sequence[float] | str, "30,60", (30.0, 60.0)),
        (Sequence[str] | None, "a,b", ("a", "b")),
        (int | None, "7", 7),
        (Annotated[int, "how many"], "7", 7),
        (Mapping[str, float], '{"a": 1.5}', {"a": 1.5}),
    ],
)
def test_text_becomes_a_value_when(annotation: Any, text: str, value: Any) -> None:
    found = value_of(Parameter("x", annotation, None), text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "five"),
        (int, "1.5"),
        (Decimal, "much"),
        (date, "yesterday"),
        (Literal["zh", "en"], "fr"),
        (Colour, "green"),
        (list[int], "1,,2"),
        (Mapping[str, float], "{"),
        (bytes, "x"),
    ],
)
def test_error_says_what_fits_when_a_text_does_not(annotation: Any, text: str) -> None:
    parameter = Parameter("some_option", annotation, None)
    with pytest.raises(ParameterInvalid, match="--some-option"):
        value_of(parameter, text)


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        (Parameter("naming", Literal["zh", "en"], "zh"), "--naming zh|en (default zh)"),
        (Parameter("edges", Sequence[float] | str, (1, 2)), "--edges NUMBER,... (default 1,2)"),
        (Parameter("by_store", bool, False), "--by-store | --no-by-store (default off)"),
        (Parameter("rules_file", str | None, None), "--rules-file TEXT"),
        (Parameter("rule", bytes, b""), "--rule (from Python only)"),
    ],
)
def test_option_is_described_as_one_types_it(parameter: Parameter, text: str) -> None:
    assert describe(parameter) == text


def test_union_is_kept_when_no_part_of_it_fits_a_text() -> None:
    assert bare(bytes | bytearray) == bytes | bytearray


def asked_twice(
    *, step: Annotated[tuple[str, ...], Repeated("step")] = (), from_: str = ""
) -> None:
    """A question with an option that is given again for each value, and one named by a keyword."""


TWICE = Analysis(
    Text("q", "问"), Text("q", "问"), (), Table("q", "row", (), ()), compute=asked_twice
)


def test_option_is_gathered_when_it_is_given_again() -> None:
    given = ["--step", "Product Viewed, seen", "--from=a b", "--step", "Order Completed"]
    assert parse(TWICE, given) == {
        "step": ("Product Viewed, seen", "Order Completed"),
        "from_": "a b",
    }


def test_option_that_may_be_given_again_says_so() -> None:
    again, once = TWICE.parameters
    assert describe(again) == "--step TEXT [--step ...]"
    assert describe(once) == "--from TEXT"
