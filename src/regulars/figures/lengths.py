"""Lengths of time and steps of a funnel as people read them: 38 s, 2.5 min, 3 days."""

import re

from regulars.figures.wording import UNKNOWN, event, property_name
from regulars.tables.text import Text

MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = (
    (DAY, Text("{} d", "{} 天")),
    (HOUR, Text("{} h", "{} 小时")),
    (MINUTE, Text("{} min", "{} 分钟")),
    (1, Text("{} s", "{} 秒")),
)
CONDITION = re.compile(r"(^|;\s*)(\w+)")  # the property that begins it
BETWEEN = Text("{low} – {high}", "{low}–{high}")


def length(seconds: float | None, language: str) -> str:
    """90 -> 1.5 min; the largest unit that it has one of, to one place."""
    if seconds is None:
        return UNKNOWN
    size, unit = next((pair for pair in UNITS if seconds >= pair[0]), UNITS[-1])
    return unit.in_language(language).format(f"{seconds / size:.1f}".removesuffix(".0"))


def between(low: float, high: float, language: str) -> str:
    """The span of a bin: 1 min – 2 min."""
    return BETWEEN.in_language(language).format(
        low=length(low, language), high=length(high, language)
    )


def step_name(text: str, language: str) -> str:
    """A step as it was asked, standard events and properties by the reader's name for them."""
    names, bracket, conditions = text.partition("[")
    said = " | ".join(event(name.strip().strip('"'), language) for name in names.split("|"))
    if not bracket:
        return said
    where = CONDITION.sub(lambda m: m[1] + property_name(m[2], language), conditions)
    return f"{said} [{where}" if language.startswith("zh") else f"{said} {bracket}{conditions}"
