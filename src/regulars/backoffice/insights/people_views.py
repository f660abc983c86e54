"""The customers that an analysis' rows speak of: kept as a list, or handed to a campaign."""

from typing import Any

import ibis.expr.types as ir
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.analyses import all_analyses
from regulars.backoffice.accounts.access import may, requires, signed_in, store_of
from regulars.backoffice.asked import batches_of
from regulars.backoffice.charts import language
from regulars.backoffice.customers.services import save_list
from regulars.backoffice.insights.answers import Answer, answer
from regulars.backoffice.insights.conditions import conditions, is_of_customers, words
from regulars.backoffice.insights.parameters import given_day, given_parameters
from regulars.backoffice.insights.rows import asked_rows
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home
from regulars.flow.shop import Shop

CAMPAIGN = "campaign"


@require_POST
@requires("see_behaviour")
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep the customers of the asked rows as a list; ``then=campaign`` goes on to a draft."""
    if name not in all_analyses() or not is_of_customers(all_analyses()[name]):
        raise Http404
    goes_on = request.POST.get("then") == CAMPAIGN
    if store_of(request.user) is not None or (goes_on and not may(request.user, "run_campaigns")):
        raise PermissionDenied
    query = QueryDict(request.POST.get("query", ""))
    # A connection of its own: it is read while the list is written.
    scope = Scope(Shop(current_home()), query.get("store") or None)
    parameters = given_parameters(all_analyses()[name], query)
    found = answer(scope, name, as_of=given_day(query), parameters=parameters, is_kept=False)
    made = save_list(
        request.POST.get("name", "").strip() or list_name(found, query),
        batches_of(scope.shop, people(found, query)),
        signed_in(request),
        as_of=found.as_of,
        origin=list_name(found, query, is_short=False),
        address=f"{reverse('insight', args=[name])}?{query.urlencode()}",
    )
    if goes_on:
        return redirect("campaign_from_list", made.pk)
    messages.success(request, _("Saved as the list “%(name)s”.") % {"name": made.name})
    return redirect(f"{reverse('customers')}?{urlencode({'list': made.pk})}")


def people(found: Answer, query: QueryDict) -> ir.Table:
    """The customers of the asked rows, each once."""
    rows = asked_rows(found, query).select("customer_id")
    return rows.filter(rows.customer_id.notnull()).distinct().order_by("customer_id")


def list_name(found: Answer, query: QueryDict, *, is_short: bool = True) -> str:
    """A name for the list: the analysis, its conditions, its day."""
    title = found.analysis.title.in_language(language())
    told: list[Any] = list(words(found, conditions(found.analysis, query)))
    text = f"{title}: {'; '.join(told)}" if told else title
    return f"{text[:100]} ({found.as_of.isoformat()})" if is_short else text[:500]
