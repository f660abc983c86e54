"""What a caller gives an analysis, checked against what its signature declares.

The command line and the pages read their texts by the same declarations; this is for Python,
where anything can be given.
"""

import types
import typing
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from regulars.errors import ParameterInvalid, shortened
from regulars.tables.analysis import Parameter

_SAID = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    date: "a day: a date, or text such as '2026-09-30'",
    timedelta: "a timedelta",
}
_TEXTS = "several texts, such as ['Product Viewed']"


def fitting(parameter: Parameter, value: Any) -> Any:
    """The value as the analysis takes it: a day of an ISO text, a tuple of a list of texts.

    ParameterInvalid where it is of no declared kind. Kinds that are not looked at here
    (mappings, unions of sequences) are left to the analysis.
    """
    kinds = _kinds(parameter.annotation)
    if value is None:
        if parameter.default is None or types.NoneType in kinds:
            return None
        return parameter.default if parameter.repeated else _refuse(parameter, value, kinds)
    wanted = [kind for kind in kinds if kind is not types.NoneType]
    if any(_is_texts(kind) for kind in wanted) and (texts := _texts(value)) is not None:
        return texts
    if date in wanted and isinstance(value, date | str):
        return _day(parameter, value)
    if all(_can_say(kind) for kind in wanted) and not any(_is(kind, value) for kind in wanted):
        return _refuse(parameter, value, wanted)
    return value


def _texts(value: Any) -> tuple[str, ...] | None:
    """Texts of a list of them, or of a single one; None where it is neither."""
    if isinstance(value, str):
        return (value,)
    is_texts = isinstance(value, Sequence) and all(isinstance(one, str) for one in value)
    return tuple(value) if is_texts else None


def _kinds(annotation: Any) -> list[Any]:
    """The kinds of a union, without their marks."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _kinds(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return [kind for part in typing.get_args(annotation) for kind in _kinds(part)]
    return [annotation]


def _is_texts(kind: Any) -> bool:
    return typing.get_origin(kind) is tuple and typing.get_args(kind) == (str, ...)


def _is(kind: Any, value: Any) -> bool:
    if kind not in _SAID or kind is date:
        return False
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _day(parameter: Parameter, value: date | str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return _refuse(parameter, value, [date])


def _refuse(parameter: Parameter, value: Any, kinds: Sequence[Any]) -> typing.NoReturn:
    said = [_TEXTS if _is_texts(kind) else _SAID[kind] for kind in kinds if _can_say(kind)]
    given = shortened(repr(value))
    raise ParameterInvalid(f"Parameter {parameter.name} cannot be {given}. It is {_or(said)}.")


def _can_say(kind: Any) -> bool:
    return _is_texts(kind) or kind in _SAID


def _or(said: Sequence[str]) -> str:
    return " or ".join(said)
