"""Which events a question means: one or several names, with conditions on their properties.

    Product Viewed
    Product Viewed | Product List Viewed
    Product Viewed [channel = web, app; value_amount >= 100]
    Product Viewed | Product List Viewed [channel = web]

In brackets, conditions by ``;``, each a property, one of = != >= <= > < ~ (holds the text),
and for = and != one value of several by ``,``. They stand once, at the end, and hold for all
events of the step: the last line means both events, each only on the web. An event name
or a value that itself holds one of these signs is put in double quotes.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from regulars.errors import ParameterInvalid, shortened
from regulars.tables.timeline.structure import (
    ABOUT_PRODUCTS,
    AMOUNT_SCALE,
    NO_AMOUNT,
    Array,
    Bucket,
    Property,
    Timeline,
)

HOW = "Write it as EVENT, EVENT | EVENT, or EVENT [property = value; property >= number]."
_COMPARE: Mapping[str, Callable[[Array, float], Array]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_SIGNS = ("!=", ">=", "<=", "=", ">", "<", "~")
_AFTER_CONDITIONS = re.compile(r"\[[^\[\]]*\]\s*[^\s\]]")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Condition:
    """What a property of the event must be. ``sign`` is one of = != >= <= > < ~."""

    property_name: str
    sign: str
    values: tuple[str, ...]

    def check(self, timeline: Timeline) -> None:
        """ParameterInvalid where the property does not occur, or cannot be compared so."""
        known = timeline.property_named(self.property_name)
        name = known.name
        if known.kind == "key":
            raise ParameterInvalid(
                f"Property '{name}' cannot be compared by '{self.sign}'. "
                "It can be held, not compared."
            )
        if known.kind != "text":
            if self.sign == "~":
                raise ParameterInvalid(
                    f"Property '{name}' cannot be compared by '~'. It is a number."
                )
            for value in self.values:
                _number(value, name)
        elif self.sign in _COMPARE:
            _number(self.values[0], name)
            if np.isnan(_numbers_of(timeline, known)).all():
                raise ParameterInvalid(
                    f"Property '{name}' cannot be compared by '{self.sign}': it is a text, and "
                    "none of its values is a number. Compare it by = != or ~."
                )

    def holds(self, timeline: Timeline, bucket: Bucket) -> Array:
        """bool per row of the bucket."""
        known = timeline.property_named(self.property_name)
        column = timeline.column(bucket, self.property_name)
        if known.kind == "text":
            # decided once per text; the last place is that of no text at all
            by_code = np.append(self._of_texts(timeline, known), False)
            return np.asarray(by_code[column])
        return self._of_numbers(known, column)

    def _of_texts(self, timeline: Timeline, known: Property) -> Array:
        texts = np.array(known.texts, dtype=object)
        if self.sign in ("=", "!="):
            equal = np.isin(texts.astype(str), self.values) if len(texts) else np.zeros(0, bool)
            return equal if self.sign == "=" else ~equal
        if self.sign == "~":
            wanted = self.values[0].casefold()
            return np.array([wanted in text.casefold() for text in known.texts], dtype=bool)
        return np.asarray(_COMPARE[self.sign](_numbers_of(timeline, known), self._number()))

    def _of_numbers(self, known: Property, column: Array) -> Array:
        is_amount = known.kind == "amount"
        missing = column == NO_AMOUNT if is_amount else np.isnan(column)
        numbers = column / AMOUNT_SCALE if is_amount else column
        if self.sign in ("=", "!="):
            equal = np.isin(numbers, [_number(value, known.name) for value in self.values])
            return np.asarray((equal if self.sign == "=" else ~equal) & ~missing)
        return np.asarray(_COMPARE[self.sign](numbers, self._number()) & ~missing)

    def _number(self) -> float:
        return _number(self.values[0], self.property_name)


@dataclass(frozen=True)
class Pattern:
    """Events of any of these names, all conditions of which hold. ``text``: as it was asked."""

    text: str
    event_names: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()

    @property
    def about_products(self) -> bool:
        """A condition looks at products: every product of an event must be looked at."""
        return any(c.property_name in ABOUT_PRODUCTS for c in self.conditions)

    def codes(self, timeline: Timeline, *, with_further: bool | None = None) -> Array:
        """bool per event code. ``with_further``: None = where a condition is about products.

        ParameterInvalid where an event or a property does not occur, or a condition cannot be.
        """
        wanted = self.about_products if with_further is None else with_further
        lookup = np.zeros(max(len(timeline.event_names), 1), dtype=bool)
        for name in self.event_names:
            lookup[timeline.event_codes(name, with_further=wanted)] = True
        for condition in self.conditions:
            condition.check(timeline)
        return lookup

    def rows(
        self, timeline: Timeline, bucket: Bucket, *, with_further: bool | None = None
    ) -> Array:
        """bool per row of the bucket."""
        found = self.codes(timeline, with_further=with_further)[bucket.events]
        for condition in self.conditions:
            found &= condition.holds(timeline, bucket)
        return np.asarray(found)


def pattern(text: str) -> Pattern:
    """The events that a text means; ParameterInvalid says how to write it."""
    quotes: list[str] = []

    def kept(found: re.Match[str]) -> str:
        quotes.append(found[1])
        return f"\0{len(quotes) - 1}\0"

    bare = _QUOTED.sub(kept, text)
    fits = re.fullmatch(r"([^\[\]]+)(?:\[([^\[\]]*)\])?\s*", bare)
    names = [_unquoted(name, quotes) for name in fits[1].split("|")] if fits else []
    if fits is None or not all(names):
        raise ParameterInvalid(f"'{shortened(text)}' {_wrong(bare)}")
    parts = [part for part in (fits[2] or "").split(";") if part.strip()]
    conditions = tuple(_condition(part, quotes, text) for part in parts)
    return Pattern(text.strip(), tuple(dict.fromkeys(names)), conditions)


def patterns(texts: Iterable[str]) -> tuple[Pattern, ...]:
    """Several of them."""
    return tuple(pattern(text) for text in texts)


def _wrong(bare: str) -> str:
    if _AFTER_CONDITIONS.search(bare):
        return (
            "has something after its conditions. Conditions stand once, at the end, and hold for "
            "all events of the step: EVENT | EVENT [property = value; property >= number]."
        )
    return f"names no event. {HOW}"


def _condition(part: str, quotes: list[str], whole: str) -> Condition:
    found = re.fullmatch(r"([^!=<>~]+?)\s*(" + "|".join(_SIGNS) + r")\s*(.+)", part.strip())
    if found is None:
        raise ParameterInvalid(
            f"'{shortened(_unquoted(part, quotes))}' in '{shortened(whole)}' is no condition. {HOW}"
        )
    values = found[3].split(",") if found[2] in ("=", "!=") else [found[3]]
    return Condition(
        _unquoted(found[1], quotes), found[2], tuple(_unquoted(value, quotes) for value in values)
    )


def _unquoted(text: str, quotes: list[str]) -> str:
    return re.sub(r"\0(\d+)\0", lambda found: quotes[int(found[1])], text.strip())


def _numbers_of(timeline: Timeline, known: Property) -> Array:
    """A text property's values as numbers by code; NaN, which no comparison holds for, of others.

    Worked out once, for there may be many of them.
    """
    return timeline.once(
        ("numbers", known.name),
        lambda: np.array([_finite(text) for text in known.texts], dtype=np.float64),
    )


def _number(text: str, property_name: str) -> float:
    number = _finite(text)
    if math.isnan(number):
        raise ParameterInvalid(
            f"Property '{property_name}' is compared with a number, not with '{shortened(text)}'."
        )
    return number


def _finite(text: str) -> float:
    """The number that a text says; NaN where it says none."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
