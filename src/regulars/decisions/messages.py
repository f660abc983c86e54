"""The text of a message: declared merge fields, filled per customer, unknown ones refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.errors import MessageInvalid, among
from regulars.tables.text import Text

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class MergeField:
    """One thing a text may name: what it is, an example, and what stands in where unknown."""

    label: Text
    example: Text
    fallback: Text


MERGE_FIELDS: dict[str, MergeField] = {
    "name": MergeField(
        Text("Name", "姓名"), Text("Li Na", "李娜"), Text("Dear customer", "亲爱的顾客")
    ),
    "favourite_category": MergeField(
        Text("Category bought most", "最常买的品类"),
        Text("dairy", "乳品"),
        Text("our range", "好物"),
    ),
    "needed_purpose": MergeField(
        Text("What they will need next", "下次需求"),
        Text("tissues", "纸巾"),
        Text("what you use every day", "日常所需"),
    ),
    "last_order_on": MergeField(
        Text("Day of the last order", "最近下单日期"),
        Text("2026-05-03", "2026年5月3日"),
        Text("your last visit", "上次光临"),
    ),
    "store_name": MergeField(
        Text("Home store", "归属门店"),
        Text("People's Square", "人民广场店"),
        Text("our shop", "本店"),
    ),
    "discount": MergeField(
        Text("Size of the offer", "优惠力度"), Text("10%", "10%"), Text("a little", "优惠")
    ),
    "valid_until": MergeField(
        Text("Last day of the offer", "优惠截止日"),
        Text("2026-06-30", "2026年6月30日"),
        Text("further notice", "活动结束"),
    ),
}


def merge_fields(template: str) -> tuple[str, ...]:
    """The names of the fields that a text uses, each once, in order.

    MessageInvalid where a field does not exist or a brace stands alone.
    """
    names = list(dict.fromkeys(_FIELD.findall(template)))
    for name in names:
        if name not in MERGE_FIELDS:
            raise MessageInvalid(
                f"The message names a field '{{{name}}}' that does not exist. "
                f"{among(name, MERGE_FIELDS, 'Fields')}"
            )
    if re.search(r"[{}]", _FIELD.sub("", template)):
        raise MessageInvalid(
            "The message holds a brace that stands alone. Write fields as {name}, and no "
            "other braces."
        )
    return tuple(names)


def render(template: str, values: Mapping[str, object], *, language: str) -> str:
    """The text with each field's value; where that is missing, empty or None, its fallback.

    MessageInvalid as in ``merge_fields``, or where the text comes out empty.
    """
    merge_fields(template)

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        if found is None or found == "":
            return MERGE_FIELDS[match[1]].fallback.in_language(language)
        return str(found)

    text = _FIELD.sub(value, template).strip()
    if not text:
        raise MessageInvalid("The message is empty. Write what the customer is to read.")
    return text


def example(template: str, *, language: str) -> str:
    """The text as an imagined customer would read it."""
    values = {name: field.example.in_language(language) for name, field in MERGE_FIELDS.items()}
    return render(template, values, language=language)


def fill_figures(template: str, figures: Mapping[str, object]) -> str:
    """A finder's ``why`` with its figures; whole numbers and shares without false precision."""
    return _FIELD.sub(lambda match: _figure(figures.get(match[1])), template)


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str("-" if value is None else value)
