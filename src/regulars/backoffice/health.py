"""/healthz: is the process able to work? For machines; no sign-in, nothing personal."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from regulars import __version__
from regulars.backoffice.shop import head_number
from regulars.errors import RegularsError


def healthz(request: HttpRequest) -> JsonResponse:
    """200 with ok, database and the lake's head number; 503 where one of them fails."""
    state: dict[str, object] = {"ok": True, "version": __version__}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        state["database"] = connection.vendor
    except DatabaseError as error:
        state.update(ok=False, database=f"unavailable: {type(error).__name__}")
    try:
        state["lake_head"] = head_number()
    except RegularsError as error:
        state.update(ok=False, lake_head=None, error=str(error))
    return JsonResponse(state, status=200 if state["ok"] else 503)
