"""Pages in the back office's layout, and the full-page answers to what goes wrong."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    title: str,
    status: int = 200,
) -> HttpResponse:
    """A template that extends ``backoffice/page.html``, with the sidebar and title it needs."""
    whole = {**admin.site.each_context(request), "title": title, **(context or {})}
    return render(request, template, whole, status=status)


def error_page(
    request: HttpRequest, message: str, *, status: int, nothing_yet: bool = False
) -> HttpResponse:
    """One clear line about what is wrong, in the layout when someone is signed in."""
    title = _("Nothing here yet") if nothing_yet else _("That did not work")
    context = {"message": message, "nothing_yet": nothing_yet, "status": status}
    return _plain_or_page(request, context, title=title, status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but the role does not reach that far."""
    message = _("Your role does not allow this page. Ask an owner if you need it.")
    return _plain_or_page(
        request, {"message": message, "status": 403}, title=_("Not allowed"), status=403
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    message = _("There is no such page. It may have moved, or the address has a slip in it.")
    return _plain_or_page(
        request, {"message": message, "status": 404}, title=_("Not found"), status=404
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without the layout, which may be what failed."""
    message = _("Something failed on our side. It has been logged; try again in a moment.")
    context = {"message": message, "status": 500, "title": _("Something failed")}
    return render(request, "backoffice/error_plain.html", context, status=500)


def _plain_or_page(
    request: HttpRequest, context: dict[str, Any], *, title: str, status: int
) -> HttpResponse:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and user.is_staff:
        return render_page(request, "backoffice/error.html", context, title=title, status=status)
    return render(
        request, "backoffice/error_plain.html", {**context, "title": title}, status=status
    )
