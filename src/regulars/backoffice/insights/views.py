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
from regulars.backoffice.insights.answers import Answer, answer
from regulars.backoffice.insights.drill import CELL, CUSTOMERS_BEHIND, address_of, asked_cell
from regulars.backoffice.insights.groups import groupings
from regulars.backoffice.insights.notes import HINTS, NOTES, tabs_of
from regulars.backoffice.insights.overview import overview_context
from regulars.backoffice.insights.parameters import controls, given_day, given_parameters
from regulars.backoffice.insights.rows import all_rows, export_heads, row_listing
from regulars.backoffice.pages import render_page
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home, current_shop
from regulars.backoffice.stores import store_choices
from regulars.figures import figure_module, figure_names
from regulars.flow.shop import Shop
from regulars.tables.analysis import TIMELINE


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
    found = _answer(scope, request, name)
    sentence, drawn = _figure(found, request.GET.dict())
    cell = asked_cell(name, request.GET)
    behind = CUSTOMERS_BEHIND.get(name)
    # nothing to choose for one store's staff, nor where the answer is of the whole shop
    is_fixed = store_of(request.user) is not None or TIMELINE in found.analysis.reads
    note, hint = NOTES.get(name), HINTS.get(name)
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
        "tabs": [(tab, _title(tab), tab == name) for tab in tabs_of(name) if tab in figure_names()],
        "note": note.in_language(language()) if note else "",
        "hint": hint.in_language(language()) if hint else "",
        "cell": cell,
        "customers_behind": behind(cell) if behind and cell else None,
        "query": request.GET.urlencode(),
    }
    return render_page(request, "insights/insight.html", context, title=_title(name))


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


def _known(request: HttpRequest, name: str) -> None:
    if name not in figure_names() or name not in all_analyses():
        raise Http404
    # the timeline is the whole shop's: no page for those who may see one store
    if TIMELINE in all_analyses()[name].reads and not may(request.user, "see_behaviour"):
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
    query = {k: v for k, v in asked.items() if not k.startswith(CELL) and k != "page"}
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
