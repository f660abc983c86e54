"""Every answer in the shop's timezone, with its headers; the user's errors as a clear page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from regulars.backoffice.pages import error_page
from regulars.backoffice.wording import said
from regulars.errors import NothingToAnalyse, RegularsError

# Alpine (Unfold's) evaluates attributes, Plotly writes styles: both are allowed, inline
# scripts are not.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    )
)


class ShopMiddleware:
    """Activates the shop's timezone, adds headers, and shows what a RegularsError says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        home = settings.SHOP_HOME
        with timezone.override(home.settings.timezone if home else settings.TIME_ZONE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """What the user can mend is a page that says so; the rest is Django's 500."""
        if isinstance(error, NothingToAnalyse):
            return error_page(request, said(error), status=200, nothing_yet=True)
        if isinstance(error, RegularsError):
            return error_page(request, said(error), status=422)
        return None
