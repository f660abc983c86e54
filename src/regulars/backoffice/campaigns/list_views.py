"""A campaign for a saved list: which message to begin with, then a draft like any other."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from regulars.backoffice.accounts.access import requires, signed_in
from regulars.backoffice.campaigns import services
from regulars.backoffice.charts import language
from regulars.backoffice.customers.queries import all_lists
from regulars.backoffice.pages import render_page
from regulars.decisions.chosen import CHOSEN
from regulars.decisions.finders import all_finders


@requires("run_campaigns")
def make(request: HttpRequest, list_id: int) -> HttpResponse:
    """GET offers the messages; POST makes the draft with the chosen one."""
    found = all_lists().filter(pk=list_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        template = request.POST.get("template", CHOSEN.kind)
        campaign = services.make_from_list(list_id, template, signed_in(request))
        return redirect("campaign", campaign.pk)
    tongue = language()
    templates = [CHOSEN, *all_finders().values()]
    context: dict[str, Any] = {
        "list": found,
        "templates": [
            {
                "kind": finder.kind,
                "title": _("A plain greeting")
                if finder is CHOSEN
                else finder.title.in_language(tongue),
                "message": finder.message.in_language(tongue),
                "discount": finder.offer.discount_share,
                "window_days": finder.window_days,
            }
            for finder in templates
        ],
    }
    title = _("A campaign for “%(name)s”") % {"name": found.name}
    return render_page(request, "campaigns/from_list.html", context, title=title)
