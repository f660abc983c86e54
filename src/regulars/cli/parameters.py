"""An analysis' own options, read off its declaration: text in, typed values out."""

import enum
import json
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from regulars.cli.shell import WrongUsage
from regulars.errors import ParameterInvalid, among

if TYPE_CHECKING:
    from regulars.tables.analysis import Analysis, Parameter

SCALARS: dict[Any, str] = {
    str: "TEXT",
    int: "INTEGER",
    float: "NUMBER",
    Decimal: "NUMBER",
    date: "DATE",
}
LISTS = (list, tuple, Sequence)


def option_name(parameter: "Parameter") -> str:
    return f"--{parameter.option}"


def describe(parameter: "Parameter") -> str:
    """'--naming zh|en (default zh)': the option as a person would type it."""
    name = option_name(parameter)
    kind = "TEXT" if parameter.repeated else kind_of(parameter.annotation)
    if kind == "FLAG":
        return f"{name} | --no-{name[2:]} (default {'on' if parameter.default else 'off'})"
    if kind == "":
        return f"{name} (from Python only)"
    default = _written(parameter.default)
    again = f" [{name} ...]" if parameter.repeated else ""
    return f"{name} {kind}{again}" + (f" (default {default})" if default else "")


def kind_of(annotation: Any) -> str:
    """What to type for it: choices, TEXT, INTEGER, a comma list, JSON; '' = no text fits."""
    annotation = bare(annotation)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is bool:
        return "FLAG"
    if annotation in SCALARS:
        return SCALARS[annotation]
    if origin is typing.Literal:
        return "|".join(map(str, arguments))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return "|".join(str(member.value) for member in annotation)
    if origin in LISTS and (inner := kind_of(arguments[0])) not in ("", "JSON"):
        return f"{inner},..."
    return "JSON" if origin in (dict, Mapping) else ""


def bare(annotation: Any) -> Any:
    """Without Annotated and '| None'; of several kinds the first that a text can become."""
    if typing.get_origin(annotation) is typing.Annotated:
        return bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        some = [part for part in typing.get_args(annotation) if part is not type(None)]
        return next((bare(part) for part in some if kind_of(part)), annotation)
    return annotation


def parse(analysis: "Analysis", arguments: Sequence[str]) -> dict[str, Any]:
    """The options of one analysis out of what followed its name.

    Raises a usage error for an option that it does not have, ParameterInvalid for a value
    that the option cannot take.
    """
    known = {option_name(parameter): parameter for parameter in analysis.parameters}
    waiting = list(arguments)
    values: dict[str, Any] = {}
    while waiting:
        name, has_value, text = waiting.pop(0).partition("=")
        positive = name.replace("--no-", "--", 1)
        parameter = known.get(name) or known.get(positive)
        if parameter is None:
            raise WrongUsage(_unknown(analysis, name, known))
        if kind_of(parameter.annotation) == "FLAG" and not has_value:
            values[parameter.name] = name in known
            continue
        if not has_value:
            if not waiting:
                raise WrongUsage(f"{name} needs a value: {describe(parameter)}")
            text = waiting.pop(0)
        if parameter.repeated:
            values[parameter.name] = (*values.get(parameter.name, ()), text)
            continue
        values[parameter.name] = value_of(parameter, text)
    return values


def value_of(parameter: "Parameter", text: str) -> Any:
    """The typed value of one option; ParameterInvalid says what it can be."""
    try:
        return _converted(bare(parameter.annotation), text)
    except (ValueError, ArithmeticError):
        raise ParameterInvalid(f"'{text}' does not fit {describe(parameter)}.") from None


def _converted(annotation: Any, text: str) -> Any:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in LISTS:
        inner = bare(arguments[0])
        items = [_scalar(inner, part.strip()) for part in text.split(",")]
        return items if origin is list else tuple(items)
    return json.loads(text) if origin in (dict, Mapping) else _scalar(annotation, text)


def _scalar(annotation: Any, text: str) -> Any:
    if typing.get_origin(annotation) is typing.Literal:
        return _choice({str(choice): choice for choice in typing.get_args(annotation)}, text)
    if annotation is bool:
        return _choice({"true": True, "false": False}, text.lower())
    if annotation is date:
        return date.fromisoformat(text)
    if annotation in SCALARS or (
        isinstance(annotation, type) and issubclass(annotation, enum.Enum)
    ):
        return annotation(text)
    return _choice({}, text)


def _choice(choices: dict[str, Any], text: str) -> Any:
    if text not in choices:
        raise ValueError(text)
    return choices[text]


def _written(default: Any) -> str:
    if default is None:
        return ""
    if isinstance(default, enum.Enum):
        return str(default.value)
    if isinstance(default, list | tuple):
        return ",".join(map(str, default))
    return str(default)


def _unknown(analysis: "Analysis", name: str, known: Mapping[str, "Parameter"]) -> str:
    if not known:
        return f"{analysis.name} has no options of its own, so no '{name}'."
    return f"{analysis.name} has no option '{name}'. {among(name, known, 'Options')}"
