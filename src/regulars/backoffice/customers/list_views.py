"""The saved lists: all of them, with their origin, and the verbs on one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.backoffice.accounts.access import may_change, requires, signed_in, store_of
from regulars.backoffice.customers import services
from regulars.backoffice.customers.models import CustomerList
from regulars.backoffice.customers.queries import all_lists
from regulars.backoffice.listing import PAGE_SIZE, Listing, page_number
from regulars.backoffice.pages import render_page


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
