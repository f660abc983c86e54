"""A question answered for a page: sentence, figure, rows, or what is wrong and at which option."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from regulars.backoffice.behaviour.clicks import address_for
from regulars.backoffice.behaviour.fields import PLACE, widget_of
from regulars.backoffice.behaviour.questions import AS_OF, Question
from regulars.backoffice.charts import Chart, chart, language
from regulars.backoffice.insights.answers import Answer, answer
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.errors import CUT, NothingToAnalyse, ParameterInvalid
from regulars.figures import figure_module, figure_names
from regulars.tables.durations import microseconds
from regulars.tables.timeline import Timeline, pattern

# Where an error speaks of an option: as a parameter, as a flag, by an event, property or trait.
_NAMED = (re.compile(r"[Pp]arameter '?([\w-]+)'?"), re.compile(r"--([a-z][\w-]*)"))
_QUOTED = re.compile(r"'([^']+)'")
OF_STEPS = frozenset({"funnel", "time_to_convert"})
FORM = ""  # the place of an error that no option is to blame for


@dataclass(frozen=True)
class Answered:
    """An answer as it is shown."""

    question: Question
    found: Answer
    sentence: str
    chart: Chart | None

    @property
    def title(self) -> str:
        return self.question.analysis.title.in_language(language())


@dataclass(frozen=True)
class Missing:
    """A question for which the shop's events hold nothing, and what to bring."""

    question: Question
    reason: str


@dataclass(frozen=True)
class Refused:
    """A question that cannot be answered, and why: by option, ``FORM`` for the whole."""

    question: Question
    errors: Mapping[str, str]


def answered(scope: Scope, question: Question) -> Answered | Refused:
    """The answer, or what is wrong with the question; NothingToAnalyse where there is no data."""
    if wrong := {**question.errors, **misread(scope.shop.timeline, question)}:
        return Refused(question, wrong)
    try:
        found = answer(
            scope,
            question.analysis.name,
            as_of=question.as_of,
            parameters=question.parameters,
        )
        sentence, drawn = drawn_answer(found, question)
    except ParameterInvalid as error:
        return Refused(question, {blamed(question, str(error)): str(error)})
    return Answered(question, found, sentence, drawn)


def answered_or_missing(scope: Scope, question: Question) -> Answered | Refused | Missing:
    """The answer, what is wrong with the question, or what is not there to answer it."""
    try:
        return answered(scope, question)
    except NothingToAnalyse as nothing:
        return Missing(question, str(nothing))


def misread(timeline: Timeline, question: Question) -> dict[str, str]:
    """What is wrong with single options, all of them at once: an analysis names the first only."""
    errors: dict[str, str] = {}
    for parameter in question.analysis.parameters:
        check = CHECKS.get(widget_of(parameter))
        if check is None or parameter.name in PLACE:  # a place need not be an event
            continue
        for text in question.texts.get(parameter.option, ()):
            try:
                check(timeline, parameter.name, text)
            except ParameterInvalid as error:
                errors.setdefault(parameter.option, str(error))
    return errors


def _check_events(timeline: Timeline, name: str, text: str) -> None:
    del name
    pattern(text).codes(timeline)


def _check_duration(timeline: Timeline, name: str, text: str) -> None:
    del timeline
    microseconds(name, text)


CHECKS: Mapping[str, Callable[[Timeline, str, str], None]] = {
    "steps": _check_events,
    "events": _check_events,
    "event": _check_events,
    "duration": _check_duration,
}


def drawn_answer(found: Answer, question: Question) -> tuple[str, Chart | None]:
    """The sentence and the figure, drawn once for a state of the lake and a question."""
    name, shop = found.analysis.name, found.scope.shop
    if name not in figure_names():
        return "", None

    def draw() -> tuple[str, Chart]:
        rows, module = found.to_arrow(), figure_module(name)
        how = {"language": language(), "currency": shop.home.settings.currency}
        address = address_for(question)
        return module.sentence(rows, **how), chart(module.figure(rows, **how), address)

    key = ("behaviour figure", found.key, question.query, language())
    return remembered(shop, key, draw)


def blamed(question: Question, message: str) -> str:
    """The option that an error speaks of; FORM where it speaks of none."""
    by_name = {p.name.rstrip("_"): p.option for p in question.analysis.parameters}
    options = {p.option for p in question.analysis.parameters}
    for speaking in _NAMED:
        for found in speaking.findall(message):
            option = by_name.get(found.replace("-", "_").rstrip("_"), found)
            if option in options | {AS_OF}:
                return str(option)
    for quoted in _QUOTED.findall(message):
        for option, texts in question.texts.items():
            if any(quoted.removesuffix(CUT) in text for text in texts):
                return option
    return FORM


def shown_question(scope: Scope, found: Answered) -> Question:
    """The question with what the analysis chose by itself: the steps of a usual funnel."""
    question = found.question
    if question.analysis.name not in OF_STEPS or "steps" in question.parameters:
        return question
    funnel = found.found
    if question.analysis.name != "funnel":
        funnel = answer(scope, "funnel", as_of=question.as_of, parameters={})
    steps = _chosen_steps(funnel.to_arrow())
    return question.with_texts(step=steps) if steps else question


def _chosen_steps(rows: pa.Table) -> Sequence[str]:
    by_step = {row["step"]: row["event_name"] for row in rows.to_pylist()}
    return [by_step[step] for step in sorted(by_step)]
