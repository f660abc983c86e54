"""Who is behind a step of a funnel: at it, or lost after it; looked at, saved, exported."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.analyses import find_analysis
from regulars.backoffice.accounts.access import requires, signed_in
from regulars.backoffice.behaviour.fields import written
from regulars.backoffice.behaviour.questions import Question, asked_question
from regulars.backoffice.behaviour.views import whole_shop
from regulars.backoffice.customers.export_rows import export_heads, export_rows
from regulars.backoffice.customers.listing_query import Among, Request, matching
from regulars.backoffice.customers.listing_rows import customer_listing
from regulars.backoffice.customers.services import save_list
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.insights.answers import answer
from regulars.backoffice.pages import render_page
from regulars.backoffice.remember import remembered
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home
from regulars.errors import ParameterInvalid
from regulars.flow.shop import Shop

ANALYSIS = "funnel_customers"
LOST = "lost"


@dataclass(frozen=True)
class People:
    """The people of one step: customers, whom pages may show, and how many visitors beside."""

    question: Question
    as_of: date
    customers: pa.Table
    visitor_count: int
    step: int
    step_name: str

    @property
    def is_lost(self) -> bool:
        return bool(self.question.parameters.get("outcome") == LOST)

    @property
    def among(self) -> Among:
        key = ("funnel people", self.question.query, self.as_of)
        return Among(key, self.customers)

    @property
    def title(self) -> str:
        what = {"step": self.step, "event": self.step_name}
        if self.is_lost:
            return _("Lost after step %(step)s: %(event)s") % what
        return _("At step %(step)s: %(event)s") % what


@requires("see_behaviour")
def people(request: HttpRequest) -> HttpResponse:
    """The customers of a step, masked as everywhere; the visitors are counted."""
    scope = whole_shop(request)
    found = _people(scope, request.GET)
    wanted = Request(among=found.among)
    context: dict[str, Any] = {
        "people": found,
        "customer_count": found.customers.num_rows,
        "listing": customer_listing(scope, wanted, request.GET),
        "sides": _sides(found),
        "funnel": f"{reverse('behaviour', args=['funnel'])}?{_funnel_query(found)}",
        "query": found.question.query,
        "name": f"{found.title} ({found.as_of.isoformat()})"[:120],
        "as_of": found.as_of,
    }
    return render_page(request, "behaviour/people.html", context, title=found.title)


@require_POST
@requires("see_behaviour")
def save(request: HttpRequest) -> HttpResponse:
    """Keep the customers of a step as a list."""
    scope = whole_shop(request)
    found = _people(scope, QueryDict(request.POST.get("query", "")))
    made = save_list(
        request.POST.get("name", "") or found.title,
        found.customers.to_batches(),
        signed_in(request),
        as_of=found.as_of,
        origin=found.title,
        address=f"{reverse('funnel_people')}?{found.question.query}",
    )
    messages.success(request, _("Saved as the list “%(name)s”.") % {"name": made.name})
    return redirect(f"{reverse('customers')}?{urlencode({'list': made.pk})}")


@requires("export_rows")
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Every customer of a step as a file, personal data masked."""
    whole_shop(request)
    scope = Scope(Shop(current_home()))
    found = _people(scope, request.GET)
    matches = matching(scope, Request(among=found.among))
    heads = export_heads(scope, [_("Name"), _("Phone"), _("E-mail")])
    rows = export_rows(scope, matches, in_full=False)
    stem = f"funnel-step-{found.step}-{'lost-' if found.is_lost else ''}{found.as_of.isoformat()}"
    return csv_response(stem, heads, rows) if kind == "csv" else xlsx_response(stem, heads, rows)


def _people(scope: Scope, query: QueryDict) -> People:
    question = asked_question(find_analysis(ANALYSIS), query)
    if question.errors:
        raise ParameterInvalid(next(iter(question.errors.values())))
    found = answer(scope, ANALYSIS, as_of=question.as_of, parameters=question.parameters)

    def parted() -> tuple[pa.Table, int, int, str]:
        rows = found.to_arrow()
        visitors = rows["is_visitor"]
        first = rows.slice(0, 1).to_pylist()
        step, name = (first[0]["step"], first[0]["event_name"]) if first else (0, "")
        known = _distinct(rows.filter(pc.invert(visitors)))
        return known, _distinct(rows.filter(visitors)).num_rows, step, name

    customers, visitor_count, step, name = remembered(scope.shop, ("parted", found.key), parted)
    step = question.parameters.get("at", step)
    return People(question, found.as_of, customers, visitor_count, step, written(name).label)


def _distinct(rows: pa.Table) -> pa.Table:
    """One row per customer_id: with totals a person is there once for each run."""
    return rows.select(["customer_id"]).group_by("customer_id").aggregate([])


def _sides(found: People) -> list[tuple[str, str, bool]]:
    """At the step, and lost after it: address, label, and which is shown.

    After the last step nobody is lost, nor where runs are counted and not people.
    """
    steps = found.question.parameters.get("steps", ())
    if found.question.parameters.get("totals") or found.step == len(steps):
        return []
    sides: list[tuple[str, str, bool]] = []
    for given, label in (((), _("At this step")), ((LOST,), _("Lost after it"))):
        query = found.question.with_texts(outcome=given).query
        sides.append((f"{reverse('funnel_people')}?{query}", label, found.is_lost == bool(given)))
    return sides


def _funnel_query(found: People) -> str:
    return found.question.of(find_analysis("funnel")).query
