"""An analysis' own options as a form: read off its signature, checked by the analysis itself."""

import types
import typing
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext as _

from regulars.backoffice.wording import parameter_label, value_label
from regulars.errors import ParameterInvalid
from regulars.tables.analysis import Analysis, Parameter

PREFIX = "p."


@dataclass(frozen=True)
class Control:
    """One option as a form's control."""

    name: str
    label: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    is_number: bool = False


def given_parameters(analysis: Analysis, query: QueryDict) -> dict[str, Any]:
    """The options that an address gives and that are not the usual ones, or ParameterInvalid."""
    given: dict[str, Any] = {}
    for parameter in analysis.parameters:
        text = query.get(f"{PREFIX}{parameter.name}", "").strip()
        if text and _is_simple(parameter):
            value = _value(parameter, text)
            if value != parameter.default:
                given[parameter.name] = value
    return given


def given_day(query: QueryDict) -> date | None:
    """The as-of day that an address gives; ParameterInvalid where it is no day."""
    text = query.get("as_of", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParameterInvalid(
            _("'%(text)s' is no day. Write it as 2026-09-30.") % {"text": text}
        ) from None


def controls(analysis: Analysis, query: QueryDict) -> list[Control]:
    """A control for every option that a form can offer."""
    return [_control(p, query) for p in analysis.parameters if _is_simple(p)]


def _control(parameter: Parameter, query: QueryDict) -> Control:
    name = f"{PREFIX}{parameter.name}"
    default = "" if parameter.default is None else str(parameter.default)
    value = query.get(name, "").strip() or default
    label = parameter_label(parameter.name)
    kind = _kind(parameter)
    if typing.get_origin(kind) is Literal:
        options = tuple((option, value_label(option)) for option in typing.get_args(kind))
        usual = () if default else (("", _("as usual")),)
        return Control(name, label, value, (*usual, *options))
    if parameter.annotation is bool:
        return Control(name, label, value, (("False", _("no")), ("True", _("yes"))))
    return Control(name, label, value, is_number=True)


def _kind(parameter: Parameter) -> Any:
    """The option's type without its ``| None``."""
    if typing.get_origin(parameter.annotation) in (typing.Union, types.UnionType):
        parts = [p for p in typing.get_args(parameter.annotation) if p is not type(None)]
        return parts[0] if len(parts) == 1 else None
    return parameter.annotation


def _is_simple(parameter: Parameter) -> bool:
    kind = _kind(parameter)
    return kind in (int, float, bool) or typing.get_origin(kind) is Literal


def _value(parameter: Parameter, text: str) -> Any:
    kind = _kind(parameter)
    if typing.get_origin(kind) is Literal:
        return text  # the analysis says which choices there are
    if kind is bool:
        return text == "True"
    try:
        return kind(text)
    except ValueError:
        raise ParameterInvalid(
            f"Parameter {parameter.name} cannot be '{text}'. It is a number."
        ) from None
