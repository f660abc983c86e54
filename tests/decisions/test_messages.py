"""Merge fields: filled, fallen back on, refused."""

import pytest

from regulars.decisions.finders import all_finders
from regulars.decisions.messages import (
    MERGE_FIELDS,
    example,
    fill_figures,
    merge_fields,
    render,
)
from regulars.errors import MessageInvalid


def test_fills_fields_when_values_are_known() -> None:
    text = render(
        " {name}, {discount} off {favourite_category}! ",
        {"name": "李娜", "discount": "10%", "favourite_category": "tea"},
        language="en",
    )
    assert text == "李娜, 10% off tea!"


@pytest.mark.parametrize("values", [{}, {"name": None}, {"name": ""}])
@pytest.mark.parametrize(
    ("language", "text"), [("en", "Dear customer, hello"), ("zh-hans", "亲爱的顾客, hello")]
)
def test_falls_back_when_a_value_is_not_known(
    values: dict[str, object], language: str, text: str
) -> None:
    assert render("{name}, hello", values, language=language) == text


def test_a_value_is_never_read_as_a_field_when_it_holds_braces() -> None:
    assert render("{name}", {"name": "{discount}"}, language="en") == "{discount}"


def test_names_fields_once_in_order_when_asked() -> None:
    assert merge_fields("{discount} {name} {discount}") == ("discount", "name")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("Hi {nam}", "'{nam}' that does not exist. Fields: name.* Did you mean 'name'?"),
        ("Hi {name.__class__}", "does not exist"),
        ("Hi {name!r}", "does not exist"),
        ("Hi {}", "does not exist"),
        ("Hi { name }", "does not exist"),
        ("Hi {{name}}", "stands alone"),
        ("Hi {name", "stands alone"),
        ("50% off :-}", "stands alone"),
    ],
)
def test_refuses_when_a_field_or_brace_is_wrong(template: str, says: str) -> None:
    with pytest.raises(MessageInvalid, match=says):
        merge_fields(template)


@pytest.mark.parametrize("template", ["", "  \n"])
def test_refuses_when_nothing_would_be_read(template: str) -> None:
    with pytest.raises(MessageInvalid, match="empty"):
        render(template, {}, language="en")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(all_finders()))
def test_suggested_messages_render_when_shown_as_example(kind: str, language: str) -> None:
    text = example(all_finders()[kind].message.in_language(language), language=language)
    assert "{" not in text
    assert MERGE_FIELDS["name"].example.in_language(language) in text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3, "3"), (12_345, "12,345"), (1.0, "1"), (2.345, "2.3"), (1234.5, "1,234"), (None, "-"),
     ("2026-05-03", "2026-05-03")],
)  # fmt: skip
def test_figures_are_shown_without_false_precision(value: object, shown: str) -> None:
    assert fill_figures("{x} days", {"x": value}) == f"{shown} days"
