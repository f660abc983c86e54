"""The overview, and one page and one export that serve every analysis with a figure."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from regulars.analyses import all_analyses
from regulars.backoffice.accounts.access import may, requires, store_of
from regulars.backoffice.charts import Chart, chart, language
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.insights.advice import ADVICE
from regulars.backoffice.insights.answers import Answer, answer
from regulars.backoffice.insights.conditions import (
    PREFIX,
    conditions,
    filter_controls,
    is_of_customers,
    words,
)
from regulars.backoffice.insights.coverage import coverage, left_out_words
from regulars.backoffice.insights.drill import CELL, CUSTOMERS_BEHIND, address_of, asked_cell
from regulars.backoffice.insights.groups import groupings
from regulars.backoffice.insights.model_views import known_cards
from regulars.backoffice.insights.model_words import (
    level_tag,
    level_word,
    measure_label,
    measure_value,
)
from regulars.backoffice.insights.notes import HINTS, NOTES, tabs_of
from regulars.backoffice.insights.overview import overview_context
from regulars.backoffice.insights.parameters import controls, given_day, given_parameters
from regulars.backoffice.insights.people_views import list_name
from regulars.backoffice.insights.rows import all_rows, export_heads, row_listing, shown_columns
from regulars.backoffice.pages import render_page
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home, current_shop
from regulars.backoffice.stores import store_choices
from regulars.decisions.finders import all_finders
from regulars.errors import NothingToAnalyse
from regulars.figures import figure_module, figure_names
from regulars.flow.model_history import last_drift
from regulars.flow.shop import Shop
from regulars.tables.analysis import TIMELINE
from regulars.tables.schema import Column

MOST_MEASURES = 4  # the card has them all


@requires("see_overview")
def overview(request: HttpRequest) -> HttpResponse:
    """The day's first page: how it goes, what changed, what to do today."""
    scope = Scope(current_shop(), store_of(request.user))
    context = overview_context(scope)
    return render_page(request, "insights/overview.html", context, title=_("Overview"))


@requires("see_insights")
def insight(request: HttpRequest, name: str) -> HttpResponse:
    """One analysis: the sentence, the figure, the rows behind it."""
    _known(request, name)
    scope = _scope(request, current_shop())
    try:
        found = _answer(scope, request, name)
    except NothingToAnalyse as reason:
        if scope.store_id is not None or not scope.shop.has_orders:
            raise
        return _left_out(request, name, str(reason))
    sentence, drawn = _figure(found, request.GET.dict())
    cell = asked_cell(name, request.GET)
    behind = CUSTOMERS_BEHIND.get(name)
    # nothing to choose for one store's staff, nor where the answer is of the whole shop
    is_whole = TIMELINE in found.analysis.reads or found.analysis.is_fitted
    is_fixed = store_of(request.user) is not None or is_whole
    note, hint = NOTES.get(name), HINTS.get(name)
    asked = conditions(found.analysis, request.GET)
    is_of_people = is_of_customers(found.analysis)
    context: dict[str, Any] = {
        "analysis": found.analysis,
        "question": found.analysis.question.in_language(language()),
        "sentence": sentence,
        "chart": drawn,
        "as_of": found.as_of,
        "listing": row_listing(found, request.GET),
        "groupings": groupings(found) if scope.store_id is None and not found.parameters else [],
        "controls": controls(found.analysis, request.GET),
        "stores": [] if is_fixed else store_choices(scope.shop),
        "store_id": request.GET.get("store", ""),
        "tabs": _tabs(name),
        "note": note.in_language(language()) if note else "",
        "hint": hint.in_language(language()) if hint else "",
        "cell": cell,
        "asked": list(words(found, asked)),
        "is_of_people": is_of_people,
        "filters": filter_controls(found, filter_columns(found), request.GET)
        if is_of_people
        else [],
        "kept_query": [(k, v) for k, v in request.GET.items() if is_kept_by_filters(k)],
        "list_name": list_name(found, request.GET) if is_of_people else "",
        "coverage": coverage(found),
        "left_out": left_out_words(name),
        "model": model_brief(found, request.user),
        **advice_context(name),
        "customers_behind": behind(cell) if behind and cell else None,
        "query": request.GET.urlencode(),
    }
    return render_page(request, "insights/insight.html", context, title=_title(name))


def _left_out(request: HttpRequest, name: str, reason: str) -> HttpResponse:
    """The page of an analysis that this shop's data cannot answer yet: what it needs."""
    context = {
        "question": all_analyses()[name].question.in_language(language()),
        "reason": reason,
        "tabs": _tabs(name),
        "left_out": left_out_words(name),
        "controls": controls(all_analyses()[name], request.GET),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "insights/left_out.html", context, title=_title(name))


def _tabs(name: str) -> list[tuple[str, str, bool]]:
    return [(tab, _title(tab), tab == name) for tab in tabs_of(name) if tab in all_analyses()]


@requires("export_rows")
def export(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """Every row behind the figure as a file."""
    _known(request, name)
    # A connection of its own: the file is still being read while other pages are answered.
    scope = _scope(request, Shop(current_home()))
    found = _answer(scope, request, name, is_kept=False)
    heads = export_heads(found)
    stem = f"{name}-{found.as_of.isoformat()}"
    rows = all_rows(found, request.GET)
    return csv_response(stem, heads, rows) if kind == "csv" else xlsx_response(stem, heads, rows)


def filter_columns(found: Answer) -> list[Column]:
    """What the rows can be filtered by: what is shown of them, but whose they are."""
    return [column for column in shown_columns(found) if column.name != "customer_id"]


def is_kept_by_filters(key: str) -> bool:
    """What of an address stays when its filters change: the question itself."""
    return not key.startswith((PREFIX, CELL)) and key not in ("page", "sort")


def advice_context(name: str) -> dict[str, Any]:
    """What to do, and the opportunities that do it."""
    advice, finders = ADVICE.get(name), all_finders()
    kinds = [finders[kind] for kind in advice.kinds if kind in finders] if advice else []
    return {"advice": advice.text.in_language(language()) if advice else "", "kinds": kinds}


def model_brief(found: Answer, user: Any) -> dict[str, Any] | None:
    """The measures of the model behind a page, where there is a card and it may be seen."""
    cards = known_cards().get(found.analysis.name) if may(user, "see_behaviour") else None
    if not cards:
        return None
    card, moved = cards[-1], last_drift(cards)
    measures = [(measure_label(m.name), measure_value(m)) for m in card.measures]
    return {
        "card": card,
        "measures": measures[:MOST_MEASURES],
        "moved": moved,
        "level": level_word(moved),
        "tag": level_tag(moved),
    }


def _known(request: HttpRequest, name: str) -> None:
    if name not in figure_names() or name not in all_analyses():
        raise Http404
    # the timeline is the whole shop's, and so is a model: no page for those who may see one
    # store, unless its rows are of single customers, of whom they see their own
    analysis = all_analyses()[name]
    is_whole = TIMELINE in analysis.reads or (analysis.is_fitted and not is_of_customers(analysis))
    if is_whole and not may(request.user, "see_behaviour"):
        raise PermissionDenied


def _scope(request: HttpRequest, shop: Shop) -> Scope:
    """The person's own store, or the one that somebody who sees all asks for."""
    return Scope(shop, store_of(request.user) or request.GET.get("store") or None)


def _answer(scope: Scope, request: HttpRequest, name: str, *, is_kept: bool = True) -> Answer:
    parameters = given_parameters(all_analyses()[name], request.GET)
    day = given_day(request.GET)
    return answer(scope, name, as_of=day, parameters=parameters, is_kept=is_kept)


def draw(scope: Scope, name: str) -> tuple[str, Chart]:
    """The sentence and the chart of the usual answer."""
    return _figure(answer(scope, name, parameters={}), {})


def _figure(found: Answer, asked: Mapping[str, str]) -> tuple[str, Chart]:
    """The sentence and the chart, drawn once for a state of the lake and what was asked."""
    name = found.analysis.name
    shop = found.scope.shop
    query = {k: v for k, v in asked.items() if is_kept_by_filters(k)}
    is_usual = found.scope.store_id is None and not found.parameters

    def drawn() -> tuple[str, Chart]:
        rows, module = found.to_arrow(), figure_module(name)
        how = {"language": language(), "currency": shop.home.settings.currency}
        address = address_of(name, query, is_usual=is_usual)
        return module.sentence(rows, **how), chart(module.figure(rows, **how), address)

    key = ("figure", found.key, language(), tuple(sorted(query.items())))
    return remembered(shop, key, drawn)


def _title(name: str) -> str:
    return all_analyses()[name].title.in_language(language())
