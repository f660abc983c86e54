"""A question's form: a control for every option of an analysis, offering what the data has."""

import json
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from regulars.backoffice.behaviour.offers import (
    Offer,
    built_in_offers,
    event_label,
    event_offers,
    property_label,
    property_offers,
    trait_offers,
    value_offers,
)
from regulars.backoffice.behaviour.questions import AS_OF, Question, kind_of
from regulars.backoffice.behaviour.wording import (
    AS_USUAL,
    EMPTY,
    OF_FIRST_STEP,
    OF_WHAT,
    choice_label,
    hint_of,
    label_of,
)
from regulars.backoffice.charts import language
from regulars.backoffice.scope import Scope
from regulars.backoffice.stores import store_choices
from regulars.errors import ParameterInvalid
from regulars.tables.analysis import Parameter
from regulars.tables.timeline import Timeline, pattern
from regulars.tables.timeline.nodes import EVENT_NAME

# Options that mean events, each written as a pattern.
EVENT = frozenset(
    {
        "first", "return_", "conversion", "event", "events", "purchase", "touch", "view", "from_",
        "to",
    }
)  # fmt: skip
PLACE = frozenset({"from_", "to"})  # of a way: events, or values of what the way's nodes are
NAMED = (
    (frozenset({"segment", "against"}), "segment"),
    (frozenset({"store_id"}), "store"),
    (EVENT, "event"),
    (frozenset({"hold", "node", "touch_property"}), "property"),
    (frozenset({"window", "idle", "half_life", "tolerance", "look_back"}), "duration"),
    (frozenset({"by"}), "by"),
)
ONLY_TRAITS = frozenset({"search_terms"})
# What a form shows first; the others are a click away.
FOREMOST = frozenset(
    {
        "steps", "order", "window", "since", "until", "by", "from_", "to", "node", "depth", "top",
        "first", "return_", "period", "mode", "idle", "conversion", "touch_property", "model",
        "store_id", "rank_by", "segment", "against",
    }
)  # fmt: skip
LESSER = frozenset(
    {
        "funnel.top", "time_to_convert.top", "retention.top", "sessions.top", "attribution.window",
        "attribution.order", "search_terms.idle", "search_terms.window", "missed_searches.idle",
        "missed_searches.window", "store_visits.window", "store_visits.idle", "store_zones.idle",
        "zone_flow.idle", "decision_style.idle", "decision_style_by_category.idle",
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
    empty: str = ""  # what stands where nothing is chosen
    more_label: str = ""  # what ``more_choices`` are

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
    scope: Scope, question: Question, errors: Mapping[str, str], shown: Question
) -> list[Field]:
    """A control for each option; ``shown`` also holds what the analysis chose by itself."""
    made = [_field(scope, parameter, shown, errors) for parameter in question.analysis.parameters]
    as_of = Field(
        AS_OF,
        label_of("", AS_OF, language()),
        hint_of("", AS_OF, language()),
        "day",
        tuple(Written(text) for text in question.texts.get(AS_OF, ())),
        error=errors.get(AS_OF, ""),
    )
    return [*made, as_of]


def _field(scope: Scope, parameter: Parameter, shown: Question, errors: Mapping[str, str]) -> Field:
    name = shown.analysis.name
    widget = widget_of(parameter)
    if parameter.name in PLACE and _node(shown) != EVENT_NAME:
        widget = "value"
    first, more = _choices(scope, parameter, widget, shown)
    texts = shown.texts.get(parameter.option, ())
    is_events = widget in ("steps", "events", "event")
    return Field(
        parameter.option,
        label_of(name, parameter.name, language()),
        hint_of(name, parameter.name, language()),
        widget,
        tuple(written(text) if is_events else Written(text) for text in texts),
        _usual(parameter),
        first,
        more,
        errors.get(parameter.option, ""),
        parameter.name in FOREMOST and f"{name}.{parameter.name}" not in LESSER,
        EMPTY.get(parameter.name, AS_USUAL).in_language(language()),
        OF_WHAT.get(name, OF_FIRST_STEP).in_language(language()),
    )


def _node(shown: Question) -> str:
    """What the nodes of a way are; an event where the analysis has no such option."""
    return (shown.texts.get("node") or [EVENT_NAME])[-1]


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
        "traits": [offer.as_json for offer in trait_offers(timeline)],
    }


def _choices(
    scope: Scope, parameter: Parameter, widget: str, shown: Question
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """What a control offers, and what it offers further below."""
    timeline, analysis = scope.shop.timeline, shown.analysis.name
    match widget:
        case "choice":
            options = [str(option) for option in typing.get_args(kind_of(parameter))]
            labels = (choice_label(analysis, parameter.name, o, language()) for o in options)
            return tuple(map(Choice, options, labels)), ()
        case "property":
            kinds = () if parameter.name == "hold" else ("text",)
            offers = property_offers(timeline, *kinds)
            if parameter.name == "node":
                count = sum(timeline.event_counts.values())
                offers = [Offer(EVENT_NAME, property_label(EVENT_NAME), count), *offers]
            return _as_choices(offers), ()
        case "by":
            further = [] if analysis in ONLY_TRAITS else property_offers(timeline, "text")
            return _as_choices(trait_offers(timeline)), _as_choices(
                [*built_in_offers(analysis), *further]
            )
        case "store":
            return tuple(Choice(*store) for store in store_choices(scope.shop)), ()
        case "value" if _node(shown) in timeline.properties:
            return _as_choices(value_offers(scope, _node(shown))), ()
    return (), ()


def _as_choices(offers: Sequence[Offer]) -> tuple[Choice, ...]:
    return tuple(Choice(o.name, o.label, o.count) for o in offers)


def _usual(parameter: Parameter) -> str:
    default = parameter.default
    if default is None or default == () or default is False:
        return ""
    return "yes" if default is True else str(default)
