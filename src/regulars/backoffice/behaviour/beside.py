"""What is shown with an answer, under the same question: its neighbours, and measured lift."""

from dataclasses import dataclass

from django.urls import reverse

from regulars.analyses import all_analyses
from regulars.backoffice.behaviour.answering import Answered, answered
from regulars.backoffice.behaviour.pages import BESIDE
from regulars.backoffice.charts import Chart, language
from regulars.backoffice.scope import Scope
from regulars.errors import NothingToAnalyse


@dataclass(frozen=True)
class Beside:
    """Another answer to the same question, in short."""

    name: str
    title: str
    sentence: str
    chart: Chart | None
    address: str


def parts_beside(scope: Scope, found: Answered) -> list[Beside]:
    """The neighbours of an answer that can be asked the same."""
    known = all_analyses()
    names = [name for name in BESIDE.get(found.question.analysis.name, ()) if name in known]
    made = (_beside(scope, found, name) for name in names)
    return [part for part in made if part is not None]


def _beside(scope: Scope, found: Answered, name: str) -> Beside | None:
    analysis = all_analyses()[name]
    question = found.question.of(analysis)
    try:
        other = answered(scope, question)
    except NothingToAnalyse:
        return None
    if not isinstance(other, Answered):
        return None
    address = f"{reverse('behaviour', args=[name])}?{question.query}"
    title = analysis.title.in_language(language())
    return Beside(name, title, other.sentence, other.chart, address)
