"""Where a click on a figure leads: to the people of a step, on from a place, to its rows."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from regulars.backoffice.behaviour.questions import Question
from regulars.backoffice.charts import Address
from regulars.backoffice.insights.drill import address_of


def address_for(question: Question) -> Address | None:
    """How a click on this question's figure finds what is behind it."""
    name = question.analysis.name
    if name == "funnel":
        return lambda point: _funnel(question, point)
    query = {option: texts[-1] for option, texts in question.texts.items() if texts}
    plain = address_of(name, query, is_usual=False)
    if plain is None or all(len(texts) == 1 for texts in question.texts.values()):
        return plain
    return lambda point: _with_all(question, plain(point))


def _funnel(question: Question, point: Sequence[Any]) -> str | None:
    """The people at a step (of a group, where the funnel is split)."""
    if not point or not isinstance(point[0], int):
        return None
    return f"{reverse('funnel_people')}?{question.query}&{urlencode({'at': point[0]})}"


def _with_all(question: Question, address: str | None) -> str | None:
    """The same address with every text of the options that have several."""
    if address is None:
        return None
    kept = [part for part in address.partition("#")[0].lstrip("?").split("&") if "cell." in part]
    return "?" + "&".join([question.query, *kept]) + "#rows"
