"""The sign-in page, and a brake on guessing passwords."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.forms import AuthenticationForm

MAX_FAILURES = 10
WINDOW_SECONDS = 300


class SignInForm(AuthenticationForm):
    """Name and password; after MAX_FAILURES wrong tries from one place, a pause."""

    def clean(self) -> dict[str, Any]:
        key = _key(self.request, self.cleaned_data.get("username", ""))
        if cache.get(key, 0) >= MAX_FAILURES:
            raise ValidationError(
                _("Too many wrong passwords. Wait five minutes and try again."), code="throttled"
            )
        try:
            cleaned = super().clean()
        except ValidationError:
            cache.add(key, 0, WINDOW_SECONDS)
            cache.incr(key)
            raise
        cache.delete(key)
        return cleaned or {}


def _key(request: HttpRequest | None, username: str) -> str:
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    return f"sign-in:{address}:{username.lower()[:100]!r}".replace(" ", "_")


class SignInView(LoginView):
    """Sign in with the back office's look."""

    template_name = "backoffice/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from django.contrib import admin  # noqa: PLC0415 - the site is made when apps are ready

        return super().get_context_data(
            **{**admin.site.each_context(self.request), "title": _("Sign in"), **kwargs}
        )
