"""The access log's page."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.backoffice.accounts.access import requires
from regulars.backoffice.accounts.models import AccessLog
from regulars.backoffice.formats import moment_text
from regulars.backoffice.listing import PAGE_SIZE, Cell, Head, Listing, page_number
from regulars.backoffice.pages import render_page

FIELDS = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "member_no": gettext_lazy("Member number"),
}


@requires("see_access_log")
def access_log(request: HttpRequest) -> HttpResponse:
    """Who was shown which customer's personal data, newest first."""
    customer = request.GET.get("customer", "").strip()
    context = {"listing": _listing(customer, request.GET.get("page")), "customer": customer}
    return render_page(request, "accounts/access_log.html", context, title=_("Access log"))


def _listing(customer_id: str, asked_page: str | None) -> Listing:
    entries = AccessLog.objects.select_related("user")
    if customer_id:
        entries = entries.filter(customer_id=customer_id)
    count = entries.count()
    page = page_number(asked_page, count)
    start = (page - 1) * PAGE_SIZE
    heads = [Head(_("Time")), Head(_("Who")), Head(_("Customer")), Head(_("What was shown"))]
    rows = [
        [
            Cell(moment_text(entry.seen_at)),
            Cell(entry.user.get_username()),
            _whose(entry.customer_id),
            Cell(str(FIELDS.get(entry.field, entry.field))),
        ]
        for entry in entries[start : start + PAGE_SIZE]
    ]
    return Listing(heads, rows, count, page)


def _whose(customer_id: str) -> Cell:
    """The customer, or the import whose rows were taken, with the way to it."""
    kind, _space, key = customer_id.partition(" ")
    name = "import_rows" if kind == "import" and key else "customer"
    return Cell(
        customer_id, url=reverse(name, args=[key if name == "import_rows" else customer_id])
    )
