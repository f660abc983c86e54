"""What the person before the screen may do and see: the gate of every page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from regulars.backoffice.accounts.roles import CAPABILITIES, STORE_STAFF

View = Callable[..., HttpResponseBase]
NO_STORE = "\x00no store"


def requires(capability: str) -> Callable[[View], View]:
    """Let a view answer only those who have the capability; others sign in or get a 403."""
    if capability not in CAPABILITIES:
        raise ValueError(f"No capability '{capability}'. Capabilities: {', '.join(CAPABILITIES)}.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user, capability):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def may(user: User | AnonymousUser, capability: str) -> bool:
    """Whether a user has a capability."""
    return user.has_perm(f"accounts.{capability}")


def may_change(user: User | AnonymousUser, made_by_id: int | None) -> bool:
    """Whether a user may rename or delete what somebody saved: their own, or anybody's."""
    return user.pk == made_by_id or may(user, "change_others")


def signed_in(request: HttpRequest) -> User:
    """The person behind a guarded view."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def store_of(user: User | AnonymousUser) -> str | None:
    """The one store whose data a user may see; None = the whole shop.

    Store staff without a store see nothing: a store id that no store has.
    """
    if user.is_superuser or not user.groups.filter(name=STORE_STAFF).exists():
        return None
    profile = getattr(user, "profile", None)
    return (profile.store_id if profile else "") or NO_STORE
