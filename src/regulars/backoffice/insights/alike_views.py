"""People like those on a saved list: who they are, how well that is known, kept as a list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.analyses import find_analysis
from regulars.backoffice.accounts.access import requires, signed_in, store_of
from regulars.backoffice.charts import chart, language
from regulars.backoffice.customers.listing_query import Among, Request
from regulars.backoffice.customers.listing_rows import customer_listing
from regulars.backoffice.customers.queries import all_lists, members
from regulars.backoffice.customers.services import save_list
from regulars.backoffice.insights.model_words import measure_label, measure_value
from regulars.backoffice.insights.notes import NOTES
from regulars.backoffice.pages import render_page
from regulars.backoffice.remember import remembered_if
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_shop
from regulars.figures import figure_module
from regulars.flow.model_history import Measure
from regulars.tables.fit import Fitted, fitted

ANALYSIS = "lookalikes"
USUAL_COUNT, MOST = 500, 100_000
KEPT_BYTES = 16_000_000


@dataclass(frozen=True)
class Alike:
    """Everybody who is not on the list, ranked, as of a day."""

    name: str
    as_of: date
    found: Fitted
    key: tuple[Any, ...]

    def first(self, count: int) -> pa.Table:
        """The most alike, in the order of their rank."""
        return self.found.rows.sort_by("lookalike_rank").slice(0, count)


@requires("see_behaviour")
def alike(request: HttpRequest, list_id: int) -> HttpResponse:
    """Who resembles a list: the first so many, and how soon a hidden part of it was found."""
    scope = _whole_shop(request)
    people = _alike(scope, list_id)
    count = _count(request.GET.get("count"))
    first = people.first(count)
    module = figure_module(ANALYSIS)
    currency = scope.shop.home.settings.currency
    wanted = Request(among=Among(("alike", people.key, count), first.select(["customer_id"])))
    model = people.found.model
    context: dict[str, Any] = {
        "list_name": people.name,
        "list_id": list_id,
        "count": first.num_rows,
        "sentence": module.sentence(people.found.rows, language=language(), currency=currency),
        "chart": chart(module.figure(people.found.rows, language=language(), currency=currency)),
        "known_count": model["parameters"]["seed_count"],
        "given_count": model["given_count"],
        "measures": [
            (measure_label(name), measure_value(Measure(name, **one)))
            for name, one in model["measures"].items()
        ],
        "note": NOTES[ANALYSIS].in_language(language()),
        "listing": customer_listing(scope, wanted, request.GET),
        "as_of": people.as_of,
        "name": _("Like “%(name)s”") % {"name": people.name[:90]},
    }
    return render_page(request, "insights/alike.html", context, title=context["name"])


@require_POST
@requires("see_behaviour")
def save(request: HttpRequest, list_id: int) -> HttpResponse:
    """Keep the first so many as a list of their own."""
    scope = _whole_shop(request)
    people = _alike(scope, list_id)
    count = _count(request.POST.get("count"))
    made = save_list(
        request.POST.get("name", ""),
        people.first(count).select(["customer_id"]).to_batches(),
        signed_in(request),
        as_of=people.as_of,
        origin=_("Like “%(name)s”") % {"name": people.name},
        address=f"{reverse('list_alike', args=[list_id])}?{urlencode({'count': count})}",
    )
    messages.success(request, _("Saved as the list “%(name)s”.") % {"name": made.name})
    return redirect(f"{reverse('customers')}?{urlencode({'list': made.pk})}")


def _alike(scope: Scope, list_id: int) -> Alike:
    chosen = all_lists().filter(pk=list_id).first()
    if chosen is None:
        raise Http404
    listed, ids = members(scope.shop, list_id)
    analysis = find_analysis(ANALYSIS)
    day = scope.shop.usual_day(analysis)
    key = ("alike", listed, day)

    def ranked() -> Fitted:
        seed = tuple(str(one) for one in ids["customer_id"].to_pylist())
        tables = [scope.input(name) for name in analysis.reads]
        asked: Any = analysis.compute(*tables, as_of=day, seed=seed)
        return fitted(asked)

    found = remembered_if(scope.shop, key, ranked, lambda one: one.rows.nbytes <= KEPT_BYTES)
    return Alike(chosen.name, day, found, key)


def _count(given: str | None) -> int:
    """How many, from 1 to MOST; what is no number is the usual."""
    digits = (given or "").strip()
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 9
    return min(max(int(digits), 1), MOST) if is_number else USUAL_COUNT


def _whole_shop(request: HttpRequest) -> Scope:
    """Lists are of the whole shop: not for those who may see one store."""
    if store_of(request.user) is not None:
        raise PermissionDenied
    return Scope(current_shop())
