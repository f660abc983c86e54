"""A builder's page: the form, and the answer that it swaps in."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse

from regulars.analyses import all_analyses
from regulars.backoffice.accounts.access import may, requires, store_of
from regulars.backoffice.behaviour.answering import (
    FORM,
    Answered,
    Missing,
    Refused,
    answered_or_missing,
    shown_question,
)
from regulars.backoffice.behaviour.beside import measured_lift, parts_beside
from regulars.backoffice.behaviour.fields import fields, offered_json
from regulars.backoffice.behaviour.offers import trait_value_offers, value_offers
from regulars.backoffice.behaviour.pages import Page, page_of, tabs
from regulars.backoffice.behaviour.questions import (
    Question,
    asked_question,
    command_line,
    python_line,
)
from regulars.backoffice.charts import language
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.insights.answers import answer
from regulars.backoffice.insights.notes import HINTS, NOTES
from regulars.backoffice.insights.rows import all_rows, export_heads, row_listing
from regulars.backoffice.pages import render_page
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home, current_shop
from regulars.backoffice.wording import said
from regulars.errors import ParameterInvalid
from regulars.flow.shop import Shop


def whole_shop(request: HttpRequest) -> Scope:
    """The whole shop, for those who may see all of it; a 403 for one store's staff."""
    if store_of(request.user) is not None:
        raise PermissionDenied
    return Scope(current_shop())


@requires("see_behaviour")
def question_page(request: HttpRequest, name: str) -> HttpResponse:
    """An analysis' form with its answer; asked by the form itself, the answer alone."""
    page, question = _asked(request, name)
    scope = whole_shop(request)
    if not scope.shop.timeline.event_counts:
        return render_page(
            request, "behaviour/no_events.html", {"page": page}, title=_title(page), status=200
        )
    found = answered_or_missing(scope, question)
    context = _context(request, scope, page, question, found)
    address = f"{reverse('behaviour', args=[name])}?{question.query}".rstrip("?")
    if request.htmx.target == "answer":  # type: ignore[attr-defined] # set by its middleware
        answer_only = render(request, "behaviour/answer.html", {**context, "is_swap": True})
        answer_only.headers["HX-Push-Url"] = address
        return answer_only
    status = 422 if isinstance(found, Refused) and not request.htmx else 200  # type: ignore[attr-defined] # set by its middleware
    whole = render_page(
        request, "behaviour/question.html", context, title=_title(page), status=status
    )
    whole.headers["HX-Push-Url"] = address
    return whole


@requires("export_rows")
def export(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """Every row of an answer as a file."""
    if not may(request.user, "see_behaviour"):
        raise PermissionDenied
    _page, question = _asked(request, name)
    whole_shop(request)
    if question.errors:
        raise ParameterInvalid(next(iter(question.errors.values())))
    scope = Scope(Shop(current_home()))
    found = answer(scope, name, as_of=question.as_of, parameters=question.parameters, is_kept=False)
    heads = export_heads(found)
    stem, rows = f"{name}-{found.as_of.isoformat()}", all_rows(found, request.GET)
    return csv_response(stem, heads, rows) if kind == "csv" else xlsx_response(stem, heads, rows)


@requires("see_behaviour")
def values(request: HttpRequest) -> HttpResponse:
    """The values of a property in some events, or of a trait, with counts, for the pickers."""
    scope = whole_shop(request)
    words = request.GET.get("q", "").strip()[:200]
    try:
        if trait := request.GET.get("trait"):
            offers = trait_value_offers(scope, trait, words)
        else:
            names = request.GET.getlist("event")
            offers = value_offers(scope, request.GET.get("property", ""), names, words)
    except ParameterInvalid as error:
        return JsonResponse({"error": said(error), "values": []})
    return JsonResponse({"values": [offer.as_json for offer in offers]})


def _asked(request: HttpRequest, name: str) -> tuple[Page, Question]:
    page = page_of(name)
    if page is None or name not in all_analyses():
        raise Http404
    return page, asked_question(all_analyses()[name], request.GET)


def _context(
    request: HttpRequest,
    scope: Scope,
    page: Page,
    question: Question,
    found: Answered | Refused | Missing,
) -> dict[str, Any]:
    errors = {option: said(text) for option, text in getattr(found, "errors", {}).items()}
    context: dict[str, Any] = {
        "page": page,
        "title": _title(page),
        "says": page.says.in_language(language()),
        "analysis": question.analysis,
        "tabs": _tabs(page, question),
        "question": question,
        "query": question.query,
        "errors": errors,
        "form_error": errors.get(FORM, ""),
        "missing": said(found.reason) if isinstance(found, Missing) else "",
        "command_line": command_line(question),
        "python_line": python_line(question),
    }
    shown = question
    if isinstance(found, Answered):
        shown = shown_question(scope, found)
        context |= _answer_context(request, scope, found)
    made = fields(scope, question, errors, shown)
    context |= {
        "fields": made,
        "foremost": [field for field in made if field.is_foremost],
        "further": [field for field in made if not field.is_foremost],
        "has_further_on": any(f.is_on for f in made if not f.is_foremost),
        "offered": offered_json(scope.shop.timeline),
    }
    return context


def _answer_context(request: HttpRequest, scope: Scope, found: Answered) -> dict[str, Any]:
    name = found.question.analysis.name
    note, hint = NOTES.get(name), HINTS.get(name)
    return {
        "answer": found,
        "sentence": found.sentence,
        "chart": found.chart,
        "as_of": found.found.as_of,
        "beside": parts_beside(scope, found),
        "lift": measured_lift(scope, found),
        "note": note.in_language(language()) if note else "",
        "hint": hint.in_language(language()) if hint else "",
        "listing": row_listing(found.found, request.GET),
    }


def _tabs(page: Page, question: Question) -> list[tuple[str, str, bool]]:
    """The page's other analyses, under as much of the question as they can take."""
    known = tabs(page)
    if len(known) < 2:
        return []
    return [
        (
            f"{reverse('behaviour', args=[one.name])}?{question.of(one).query}",
            one.title.in_language(language()),
            one.name == question.analysis.name,
        )
        for one in known
    ]


def _title(page: Page) -> str:
    return page.title.in_language(language())
