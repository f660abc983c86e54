"""A question's form: a control for every option of an analysis, offering what the data has."""

import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from regulars.backoffice.behaviour.offers import (
    Offer,
    event_label,
    event_offers,
    property_offers,
    trait_offers,
)
from regulars.backoffice.behaviour.questions import AS_OF, Question, kind_of
from regulars.backoffice.behaviour.wording import HINTS, choice_label, label_of
from regulars.backoffice.charts import language
from regulars.errors import ParameterInvalid
from regulars.tables.analysis import Parameter
from regulars.tables.timeline import Timeline, pattern

# Options that mean events, each written as a pattern; and those that mean a property.
EVENT = frozenset(
    {"from_", "to", "first", "return_", "conversion", "start", "end", "between", "event", "touch"}
)
PROPERTY = frozenset({"hold", "node", "touch_property", "property_name"})
DURATION = frozenset({"window", "idle", "within", "lookback", "half_life", "gap"})
BY = frozenset({"by", "segment_by"})
NAMED = ((EVENT, "event"), (PROPERTY, "property"), (DURATION, "duration"), (BY, "by"))
DURATIONS = ("30m", "1h", "12h", "1d", "3d", "7d", "14d", "30d", "90d")
# What a form shows first; the others are a click away.
FOREMOST = frozenset(
    {
        "steps", "order", "window", "since", "until", "by", "from_", "to", "node", "depth", "top",
        "first", "return_", "period", "mode", "idle", "conversion", "touch_property", "model",
        "store_id", "head",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """One text of an option: as it is written, as parts that can be pointed at, as words."""

    text: str
    parts: str = ""
    label: str = ""


@dataclass(frozen=True)
class Choice:
    """One value of a control."""

    value: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Field:
    """One control. ``widget`` names its look in ``behaviour/field.html``."""

    name: str
    label: str
    hint: str
    widget: str
    values: tuple[Written, ...]
    usual: str = ""
    choices: tuple[Choice, ...] = ()
    more_choices: tuple[Choice, ...] = ()
    error: str = ""
    is_foremost: bool = False

    @property
    def value(self) -> str:
        """The one text of an option that has one; what is usual where none is asked."""
        return self.values[0].text if self.values else self.usual

    @property
    def is_on(self) -> bool:
        return bool(self.values) or bool(self.error)

    @property
    def is_yes(self) -> bool:
        return self.value.lower() in ("yes", "true", "1", "on")

    @property
    def choice_values(self) -> set[str]:
        return {choice.value for choice in (*self.choices, *self.more_choices)}

    @property
    def is_other(self) -> bool:
        """The text is none of the choices: from an address, or no longer in the data."""
        return bool(self.value) and self.value not in self.choice_values


def fields(
    timeline: Timeline, question: Question, errors: Mapping[str, str], shown: Question
) -> list[Field]:
    """A control for each option; ``shown`` also holds what the analysis chose by itself."""
    made = [
        _field(timeline, parameter, shown, errors) for parameter in question.analysis.parameters
    ]
    as_of = Field(
        AS_OF,
        label_of(AS_OF, language()),
        HINTS[AS_OF].in_language(language()),
        "day",
        tuple(Written(text) for text in question.texts.get(AS_OF, ())),
        error=errors.get(AS_OF, ""),
    )
    return [*made, as_of]


def _field(
    timeline: Timeline, parameter: Parameter, shown: Question, errors: Mapping[str, str]
) -> Field:
    widget = widget_of(parameter)
    first, more = _choices(timeline, parameter, widget)
    texts = shown.texts.get(parameter.option, ())
    is_events = widget in ("steps", "events", "event")
    hint = HINTS.get(f"{shown.analysis.name}.{parameter.name}") or HINTS.get(parameter.name)
    return Field(
        parameter.option,
        label_of(parameter.name, language()),
        hint.in_language(language()) if hint else "",
        widget,
        tuple(written(text) if is_events else Written(text) for text in texts),
        _usual(parameter),
        first,
        more,
        errors.get(parameter.option, ""),
        parameter.name in FOREMOST,
    )


def widget_of(parameter: Parameter) -> str:
    """Which control an option gets: by its name where that says more than its type."""
    kind, name = kind_of(parameter), parameter.name
    if parameter.repeated:
        return "steps" if name == "steps" else "events"
    for names, widget in NAMED:
        if name in names and kind is str:
            return widget
    if typing.get_origin(kind) is Literal:
        return "choice"
    return {bool: "flag", int: "number", float: "number", date: "day"}.get(kind, "text")


def written(text: str) -> Written:
    """A pattern with its parts; without them where it cannot be read."""
    try:
        read = pattern(text)
    except ParameterInvalid:
        return Written(text, label=text)
    conditions = [
        {"property": c.property_name, "sign": c.sign, "values": c.values} for c in read.conditions
    ]
    parts = {"events": read.event_names, "conditions": conditions}
    label = " / ".join(event_label(name) for name in read.event_names)
    return Written(text, json.dumps(parts, ensure_ascii=False), label)


def offered_json(timeline: Timeline) -> dict[str, Any]:
    """Everything that the builder's pickers offer, for the page's script."""
    return {
        "events": [offer.as_json for offer in event_offers(timeline)],
        "properties": [
            offer.as_json for offer in property_offers(timeline, "text", "amount", "number")
        ],
    }


def _choices(
    timeline: Timeline, parameter: Parameter, widget: str
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    match widget:
        case "choice":
            options = typing.get_args(kind_of(parameter))
            return tuple(Choice(str(o), choice_label(str(o), language())) for o in options), ()
        case "property":
            return _as_choices(property_offers(timeline)), ()
        case "by":
            text = property_offers(timeline, "text")
            return _as_choices(trait_offers(timeline)), _as_choices(text)
        case "duration":
            return tuple(Choice(text, text) for text in DURATIONS), ()
    return (), ()


def _as_choices(offers: Sequence[Offer]) -> tuple[Choice, ...]:
    return tuple(Choice(o.name, o.label, o.count) for o in offers)


def _usual(parameter: Parameter) -> str:
    default = parameter.default
    if default is None or default == () or default is False:
        return ""
    return "yes" if default is True else str(default)
