"""A question as an address, as typed options, as a command line and as a line of Python.

In an address every option bears the name that it has on the command line, and one of several
values is there several times: ``?step=Product+Viewed&step=Order+Completed&window=7d``.
"""

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.http import QueryDict
from django.utils.http import urlencode

from regulars.errors import ParameterInvalid, among
from regulars.tables.analysis import Analysis, Parameter

AS_OF = "as-of"
YES, NO = "yes", "no"
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Question:
    """An analysis and what is asked of it.

    ``texts``       what was asked, by option, as it was written
    ``parameters``  the same as the analysis takes it, by name, without what is usual
    ``errors``      by option, what could not be read
    """

    analysis: Analysis
    texts: Mapping[str, Sequence[str]]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    as_of: date | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The address' query: the whole question and nothing else."""
        return urlencode([(name, text) for name, given in self.texts.items() for text in given])

    def with_texts(self, **changes: Sequence[str]) -> "Question":
        """The same with other texts of some options (``from_`` for from); none takes it out."""
        texts = dict(self.texts)
        for name, given in changes.items():
            texts.pop(option := name.rstrip("_").replace("_", "-"), None)
            if given:
                texts[option] = list(given)
        return question_of(self.analysis, texts)

    def of(self, analysis: Analysis) -> "Question":
        """What another analysis can take of this question."""
        known = {parameter.option for parameter in analysis.parameters} | {AS_OF}
        return question_of(analysis, {k: v for k, v in self.texts.items() if k in known})


def asked_question(analysis: Analysis, query: QueryDict) -> Question:
    """The question that an address asks; what is not of it (page, sort) is left out."""
    known = [parameter.option for parameter in analysis.parameters]
    given = {name: [text.strip() for text in _texts(query, name)] for name in (*known, AS_OF)}
    return question_of(analysis, given)


def _texts(query: QueryDict, name: str) -> list[str]:
    """What is asked under a name; typed with underscores it means the same."""
    return query.getlist(name) or query.getlist(name.replace("-", "_"))


def question_of(analysis: Analysis, given: Mapping[str, Sequence[str]]) -> Question:
    """The question of these texts by option; empty ones are none."""
    texts: dict[str, list[str]] = {}
    parameters: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for parameter in analysis.parameters:
        written = [text[:LONGEST_TEXT] for text in given.get(parameter.option, ()) if text]
        if not written:
            continue
        try:
            value = read_value(parameter, written)
        except ParameterInvalid as error:
            texts[parameter.option] = written
            errors[parameter.option] = str(error)
            continue
        if value != parameter.default:
            texts[parameter.option] = written if parameter.repeated else written[-1:]
            parameters[parameter.name] = value
    as_of = None
    if written := [text for text in given.get(AS_OF, ()) if text]:
        texts[AS_OF] = written[-1:]
        try:
            as_of = _day(AS_OF, written[-1])
        except ParameterInvalid as error:
            errors[AS_OF] = str(error)
    return Question(analysis, texts, parameters, as_of, errors)


def kind_of(parameter: Parameter) -> Any:
    """An option's type without its ``| None`` and its marks."""
    kind = parameter.annotation
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        some = [part for part in typing.get_args(kind) if part is not type(None)]
        kind = next((part for part in some if part in (str, int, float, date)), some[0])
    return kind


def read_value(parameter: Parameter, written: Sequence[str]) -> Any:
    """The typed value of one option; ParameterInvalid says what it can be."""
    kind, text = kind_of(parameter), written[-1]
    if typing.get_origin(kind) in (tuple, list):
        parts = written if parameter.repeated else [p.strip() for p in text.split(",")]
        return tuple(parts)
    if typing.get_origin(kind) is Literal:
        return _choice(parameter.option, text, typing.get_args(kind))
    if kind is bool:
        return text.lower() in (YES, "true", "on", "1")
    if kind is date:
        return _day(parameter.option, text)
    if kind in (int, float, Decimal):
        return _number(parameter.option, text, kind)
    return text


def command_line(question: Question) -> str:
    """The question as somebody types it: regulars analyse funnel --step "Product Viewed"."""
    parts = ["regulars", "analyse", question.analysis.name]
    for parameter in question.analysis.parameters:
        if parameter.name not in question.parameters:
            continue
        value = question.parameters[parameter.name]
        if kind_of(parameter) is bool:
            parts.append(f"--{'' if value else 'no-'}{parameter.option}")
        else:
            for text in question.texts[parameter.option]:
                parts += [f"--{parameter.option}", _quoted(text)]
    if question.as_of:
        parts += ["--as-of", question.as_of.isoformat()]
    return " ".join(parts)


def python_line(question: Question) -> str:
    """The question in Python: shop.analyse("funnel", steps=("Product Viewed",))."""
    options = [f"{name}={_python(value)}" for name, value in question.parameters.items()]
    if question.as_of:
        options.append(f"as_of={_python(question.as_of)}")
    return f"shop.analyse({', '.join([_python(question.analysis.name), *options])})"


def _python(value: Any) -> str:
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, tuple):
        inner = ", ".join(map(_python, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def _quoted(text: str) -> str:
    """Fit for sh: bare where nothing could be misread, else in single quotes."""
    if text and all(c.isalnum() or c in "-_.:/,%+@" for c in text):
        return text
    if not set(text) & set('"\\$`!'):
        return f'"{text}"'
    quote = "'\"'\"'"
    return f"'{text.replace(chr(39), quote)}'"


def _choice(name: str, text: str, choices: Sequence[Any]) -> Any:
    by_text = {str(choice): choice for choice in choices}
    if text not in by_text:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{text}'. {among(text, by_text, 'Choices')}"
        )
    return by_text[text]


def _number(name: str, text: str, kind: Any) -> Any:
    try:
        return kind(text)
    except (ValueError, ArithmeticError):
        what = "a whole number" if kind is int else "a number"
        raise ParameterInvalid(f"Parameter {name} cannot be '{text}'. It is {what}.") from None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParameterInvalid(
            f"Parameter {name} cannot be '{text}'. It is a day, such as 2026-09-30."
        ) from None
