"""A question as an address, as typed options, as a command line and as a line of Python."""

import shlex
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from regulars.analyses import find_analysis
from regulars.backoffice.behaviour.questions import (
    Question,
    asked_question,
    command_line,
    python_line,
    question_of,
)
from regulars.cli.parameters import parse

FUNNEL = (
    "step=Product+Viewed&step=Order+Completed+%5Bvalue_amount+%3E%3D+100%5D&window=3d"
    "&since=2026-03-01&totals=yes&page=4&sort=-step&as-of=2026-05-01"
)


def _asked(address: str, name: str = "funnel") -> Question:
    return asked_question(find_analysis(name), QueryDict(address))


def test_address_is_read_with_types_and_without_what_is_not_of_the_question() -> None:
    asked = _asked(FUNNEL)
    assert asked.parameters == {
        "steps": ("Product Viewed", "Order Completed [value_amount >= 100]"),
        "window": "3d",
        "since": date(2026, 3, 1),
        "totals": True,
    }
    assert asked.as_of == date(2026, 5, 1)
    assert "page" not in asked.query
    assert "sort" not in asked.query


def test_address_written_again_asks_the_same() -> None:
    asked = _asked(FUNNEL)
    assert _asked(asked.query) == asked


def test_what_is_usual_is_no_part_of_the_question() -> None:
    assert _asked("window=7d&order=this&step=&since=&top=10").query == ""


@pytest.mark.parametrize(
    ("address", "option", "says"),
    [
        ("since=yesterday", "since", "It is a day"),
        ("top=many", "top", "whole number"),
        ("order=sideways", "order", "Choices: this, any, exact"),
        ("as-of=2026-02-30", "as-of", "It is a day"),
    ],
)
def test_error_stands_at_its_option(address: str, option: str, says: str) -> None:
    asked = _asked(address)
    assert list(asked.errors) == [option]
    assert says in asked.errors[option]
    assert asked.texts[option]  # what was written stays to be mended


TEXTS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z"), include_characters=" "),
        min_size=1,
        max_size=20,
    )
    .map(str.strip)
    .filter(lambda text: text and not text.startswith("-"))
)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_command_line_means_the_same_as_the_address(steps: list[str]) -> None:
    analysis = find_analysis("funnel")
    asked = question_of(analysis, {"step": steps, "window": ["2d"], "totals": ["yes"]})
    words = shlex.split(command_line(asked))
    assert words[:3] == ["regulars", "analyse", "funnel"]
    assert parse(analysis, words[3:]) == asked.parameters


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_python_line_means_the_same_as_the_address(steps: list[str]) -> None:
    asked = question_of(find_analysis("funnel"), {"step": steps, "since": ["2026-03-01"]})

    class Asked:
        def analyse(self, name: str, **parameters: object) -> tuple[str, object]:
            return name, parameters

    line = python_line(asked)
    assert eval(line, {"shop": Asked(), "date": date}) == ("funnel", asked.parameters)


def test_another_analysis_takes_what_it_can_of_a_question() -> None:
    asked = _asked(FUNNEL + "&by=city").of(find_analysis("sessions"))
    assert set(asked.texts) == {"since", "by", "as-of"}
