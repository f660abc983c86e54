"""Where a click on a figure leads: to the people of a step, on from a place, to its rows."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from regulars.backoffice.behaviour.questions import Question
from regulars.backoffice.charts import Address
from regulars.backoffice.insights.drill import address_of
from regulars.tables.timeline.nodes import EVENT_NAME
from regulars.tables.timeline.usual import quoted


def address_for(question: Question) -> Address | None:
    """How a click on this question's figure finds what is behind it."""
    name = question.analysis.name
    if name == "funnel":
        return lambda point: _funnel(question, point)
    if name == "paths":
        return lambda point: _start_at(question, point)
    query = {option: texts[-1] for option, texts in question.texts.items() if texts}
    plain = address_of(name, query, is_usual=False)
    if plain is None or all(len(texts) == 1 for texts in question.texts.values()):
        return plain
    return lambda point: _with_all(question, plain(point))


def _funnel(question: Question, point: Sequence[Any]) -> str | None:
    """The people of a bar: [value split by, step, reached or lost, ...]."""
    if len(point) < 3 or not isinstance(point[1], int) or point[2] not in ("reached", "lost"):
        return None
    value, step, outcome = point[:3]
    of_bar = {"at": step, "outcome": outcome, **({"value": value} if value else {})}
    query = "&".join(filter(None, [question.query, urlencode(of_bar)]))
    return f"{reverse('funnel_people')}?{query}"


def _with_all(question: Question, address: str | None) -> str | None:
    """The same address with every text of the options that have several."""
    if address is None:
        return None
    kept = [part for part in address.partition("#")[0].lstrip("?").split("&") if "cell." in part]
    return "?" + "&".join([question.query, *kept]) + "#rows"


def _start_at(question: Question, point: Sequence[Any]) -> str | None:
    """On from a place of a way: the same question, starting there."""
    if len(point) < 2 or not isinstance(point[1], str) or point[1].startswith("("):
        return None
    place = quoted(point[1]) if _node(question) == EVENT_NAME else point[1]
    return f"?{question.with_texts(from_=[place], to=()).query}"


def _node(question: Question) -> str:
    return str(question.parameters.get("node", EVENT_NAME))
