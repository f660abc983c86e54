"""The saved lists: all of them, with their origin, and the verbs on one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.backoffice.accounts.access import may_change, requires, signed_in, store_of
from regulars.backoffice.asked import batches_of
from regulars.backoffice.customers import services
from regulars.backoffice.customers.forms import filter_columns, parse
from regulars.backoffice.customers.listing_query import matching
from regulars.backoffice.customers.models import CustomerList
from regulars.backoffice.customers.queries import all_lists
from regulars.backoffice.listing import PAGE_SIZE, Listing, page_number
from regulars.backoffice.pages import render_page
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home
from regulars.backoffice.stored import TRAITS, latest
from regulars.flow.shop import Shop


@requires("see_behaviour")
def customer_lists(request: HttpRequest) -> HttpResponse:
    """Every saved list, the newest first."""
    _whole_shop(request)
    count = all_lists().count()
    page = page_number(request.GET.get("page"), count)
    shown = all_lists()[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = [(one, may_change(request.user, one.made_by_id)) for one in shown]
    context = {"rows": rows, "listing": Listing([], [], count, page)}
    return render_page(request, "customers/lists.html", context, title=_("Customer lists"))


@require_POST
@requires("see_behaviour")
def save(request: HttpRequest) -> HttpResponse:
    """Keep the customers that the list of customers shows: its search and filters."""
    _whole_shop(request)
    # A connection of its own: it is read while the list is written.
    scope = Scope(Shop(current_home()))
    query = QueryDict(request.POST.get("query", ""))
    found = matching(scope, parse(query, filter_columns(scope))).select("customer_id")
    stored = latest(scope.shop, TRAITS)
    made = services.save_list(
        request.POST.get("name", ""),
        batches_of(scope.shop, found),
        signed_in(request),
        as_of=stored.as_of if stored else timezone.localdate(),
        origin=_("All customers"),
        address=f"{reverse('customers')}?{query.urlencode()}",
    )
    messages.success(request, _("Saved as the list “%(name)s”.") % {"name": made.name})
    return redirect(f"{reverse('customers')}?{urlencode({'list': made.pk})}")


@require_POST
@requires("see_behaviour")
def rename(request: HttpRequest, list_id: int) -> HttpResponse:
    """Another name for a list."""
    try:
        services.rename_list(list_id, request.POST.get("name", ""), signed_in(request))
    except CustomerList.DoesNotExist:
        raise Http404 from None
    return redirect("customer_lists")


@require_POST
@requires("see_behaviour")
def delete(request: HttpRequest, list_id: int) -> HttpResponse:
    """Throw a list away."""
    try:
        services.delete_list(list_id, signed_in(request))
    except CustomerList.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The list is deleted; its customers are still there."))
    return redirect("customer_lists")


def _whole_shop(request: HttpRequest) -> None:
    """Lists are of the whole shop: not for those who may see one store."""
    if store_of(request.user) is not None:
        raise PermissionDenied
