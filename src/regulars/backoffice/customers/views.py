"""The list of customers, its export, and one customer's page."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from regulars.backoffice.accounts.access import may, requires, signed_in, store_of
from regulars.backoffice.accounts.services import log_access
from regulars.backoffice.customers import forms
from regulars.backoffice.customers.export_rows import PERSONAL, export_heads, export_rows
from regulars.backoffice.customers.listing_query import matching
from regulars.backoffice.customers.listing_rows import customer_listing
from regulars.backoffice.customers.story import story
from regulars.backoffice.exports import csv_response, xlsx_response
from regulars.backoffice.pages import render_page
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home, current_shop
from regulars.backoffice.stored import TRAITS, latest
from regulars.flow.shop import Shop

PERSONAL_FIELDS = ("name", "phone", "email", "member_no", "card", "unionid")


@requires("see_customers")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Search, filter, sort, page."""
    scope = Scope(current_shop(), store_of(request.user))
    columns = forms.filter_columns(scope)
    wanted = forms.parse(request.GET, columns)
    controls = forms.filters(scope, request.GET, columns)
    stored = latest(scope.shop, TRAITS)
    context: dict[str, Any] = {
        "listing": customer_listing(scope, wanted, request.GET),
        "words": wanted.words,
        "filters": [f for f in controls if f.is_primary],
        "more_filters": [f for f in controls if not f.is_primary],
        "has_more_on": any(f.is_on for f in controls if not f.is_primary),
        "is_filtered": bool(wanted.words or any(f.is_on for f in controls)),
        "as_of": stored.as_of if stored else None,
        "query": request.GET.urlencode(),
        "sort": request.GET.get("sort", ""),
    }
    return render_page(request, "customers/list.html", context, title=_("Customers"))


@requires("export_rows")
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The whole list as a file. In full only by POST, only to whom may see it, and logged."""
    in_full = request.method == "POST"
    if in_full and not may(request.user, "see_personal"):
        raise PermissionDenied
    # A connection of its own: the file is still being read while other pages are answered.
    scope = Scope(Shop(current_home()), store_of(request.user))
    query = QueryDict(request.POST.get("query", "")) if in_full else request.GET
    matches = matching(scope, forms.parse(query, forms.filter_columns(scope)))
    if in_full:
        ids = matches.select("customer_id").to_pyarrow()["customer_id"].to_pylist()
        log_access(signed_in(request), ids, [f"export {name}" for name in PERSONAL])
    labels = [_("Name"), _("Phone"), _("E-mail")]
    heads = export_heads(scope, labels)
    rows = export_rows(scope, matches, in_full=in_full)
    stem = f"customers-{date.today().isoformat()}"
    return csv_response(stem, heads, rows) if kind == "csv" else xlsx_response(stem, heads, rows)


@requires("see_customers")
def customer_page(request: HttpRequest, customer_id: str) -> HttpResponse:
    """One customer's whole story; by POST with personal data in full, which is logged."""
    scope = Scope(current_shop(), store_of(request.user))
    in_full = request.method == "POST"
    if in_full and not may(request.user, "see_personal"):
        raise PermissionDenied
    told = story(scope, customer_id, request.GET, request.user, in_full=in_full)
    if told is None:
        raise Http404
    if in_full:
        shown = [kind for kind in PERSONAL_FIELDS if told.identity.values.get(kind)]
        log_access(signed_in(request), [customer_id], shown)
    context = {"story": told, "in_full": in_full, "kinds": told.kinds}
    title = told.name or customer_id
    return render_page(request, "customers/customer.html", context, title=title)


def customer_url(customer_id: str) -> str:
    """The address of a customer's page."""
    return reverse("customer", args=[customer_id])


def customers_url(**equal: str) -> str:
    """The address of the list of customers with these values."""
    return f"{reverse('customers')}?{urlencode(equal)}"
