"""Saved questions: all of them, the verbs on one, and the cards on the overview."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.analyses import all_analyses
from regulars.backoffice.accounts.access import may_change, requires, signed_in
from regulars.backoffice.behaviour import services
from regulars.backoffice.behaviour.answering import Answered, answered
from regulars.backoffice.behaviour.models import SavedQuestion
from regulars.backoffice.behaviour.pages import known_pages, page_of
from regulars.backoffice.behaviour.queries import pinned_questions, visible_questions
from regulars.backoffice.behaviour.questions import Question, asked_question, question_of
from regulars.backoffice.behaviour.views import whole_shop
from regulars.backoffice.charts import language, small
from regulars.backoffice.listing import PAGE_SIZE, Listing, page_number
from regulars.backoffice.pages import render_page
from regulars.backoffice.scope import Scope
from regulars.backoffice.wording import said
from regulars.errors import RegularsError

CARD_HEIGHT = 300
WIDE_CARD_HEIGHT = 560


@requires("see_behaviour")
def saved(request: HttpRequest) -> HttpResponse:
    """What can be asked, and the questions that were kept."""
    whole_shop(request)
    questions = visible_questions(signed_in(request))
    count = questions.count()
    page = page_number(request.GET.get("page"), count)
    shown = questions[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    pages = [
        (one.icon, one.title.in_language(language()), one.says.in_language(language()), one.name)
        for one in known_pages()
    ]
    context = {
        "pages": pages,
        "rows": [_row(request, one) for one in shown],
        "listing": Listing([], [], count, page),
    }
    return render_page(request, "behaviour/saved.html", context, title=_("Behaviour"))


@require_POST
@requires("see_behaviour")
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the question of a page under a name."""
    whole_shop(request)
    if page_of(name) is None or name not in all_analyses():
        raise Http404
    question = asked_question(all_analyses()[name], QueryDict(request.POST.get("query", "")))
    is_pinned = bool(request.POST.get("is_on_overview"))
    made = services.save_question(
        request.POST.get("name", ""),
        name,
        question.texts,
        signed_in(request),
        is_shared=bool(request.POST.get("is_shared")),
    )
    if is_pinned:
        services.change_question(made.pk, signed_in(request), is_on_overview=True)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": made.name})
    return redirect(address_of(made))


@require_POST
@requires("see_behaviour")
def change(request: HttpRequest, question_id: int) -> HttpResponse:
    """Rename, share or not, on the overview or not: what the form names."""
    whole_shop(request)
    given = request.POST
    flags = {
        flag: given[flag] == "yes" for flag in ("is_shared", "is_on_overview") if flag in given
    }
    try:
        services.change_question(question_id, signed_in(request), name=given.get("name"), **flags)
    except SavedQuestion.DoesNotExist:
        raise Http404 from None
    return redirect("saved_questions")


@require_POST
@requires("see_behaviour")
def delete(request: HttpRequest, question_id: int) -> HttpResponse:
    """Throw a saved question away."""
    whole_shop(request)
    try:
        services.delete_question(question_id, signed_in(request))
    except SavedQuestion.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The saved question is deleted."))
    return redirect("saved_questions")


@requires("see_behaviour")
def cards(request: HttpRequest) -> HttpResponse:
    """The pinned questions, answered: the overview fetches them after it is there itself."""
    scope = whole_shop(request)
    made = [_card(scope, one) for one in pinned_questions(signed_in(request))]
    return render(request, "behaviour/cards.html", {"cards": made})


def question_of_saved(one: SavedQuestion) -> Question | None:
    """The question as it can be asked today; None where its analysis is no more."""
    analysis = all_analyses().get(one.analysis)
    return question_of(analysis, one.parameters) if analysis else None


def address_of(one: SavedQuestion) -> str:
    """The page that answers a saved question: the link that people share."""
    question = question_of_saved(one)
    return f"{reverse('behaviour', args=[one.analysis])}?{question.query if question else ''}"


def _row(request: HttpRequest, one: SavedQuestion) -> dict[str, Any]:
    page = page_of(one.analysis)
    return {
        "saved": one,
        "kind": page.title.in_language(language()) if page else one.analysis,
        "address": address_of(one),
        "is_own": may_change(request.user, one.made_by_id),
    }


def _card(scope: Scope, one: SavedQuestion) -> dict[str, Any]:
    card: dict[str, Any] = {"saved": one, "address": address_of(one), "id": f"pinned-{one.pk}"}
    question = question_of_saved(one)
    if question is None:
        return {**card, "error": _("This analysis is no longer there.")}
    try:
        found = answered(scope, question)
    except RegularsError as error:
        return {**card, "error": said(error)}
    if not isinstance(found, Answered):
        return {**card, "error": said(next(iter(found.errors.values())))}
    if found.chart is None:
        return {**card, "sentence": found.sentence}
    is_wide = bool(found.chart.min_width)  # cells and ways stay legible: a row of their own
    height = min(found.chart.height, WIDE_CARD_HEIGHT) if is_wide else CARD_HEIGHT
    drawn = small(found.chart, height)
    return {**card, "sentence": found.sentence, "chart": drawn, "is_wide": is_wide}
